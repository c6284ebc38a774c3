"""The audit table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Index, Integer, String, event
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import JSONData, UTCDateTime, db


class AuditEvent(db.Model):
    """One fact. `subject` is a kind of record and `subject_id` its id; `actor` a user id, empty for the public."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject", "subject_id", "id"), Index("ix_audit_event_actor", "actor", "id"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    event: Mapped[str] = mapped_column(String(60))
    actor: Mapped[str] = mapped_column(String(20), default="")
    subject: Mapped[str] = mapped_column(String(30), default="")
    subject_id: Mapped[str] = mapped_column(String(64), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)


KEEP_SQLITE = [
    f"CREATE TRIGGER audit_event_no_{verb} BEFORE {verb} ON audit_event BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END"
    for verb in ("update", "delete")
]
KEEP_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION keep_audit() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'audit events are never changed'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_event_kept BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION keep_audit()",
]

for _statement in KEEP_SQLITE:
    event.listen(AuditEvent.__table__, "after_create", DDL(_statement.replace("%", "%%")).execute_if(dialect="sqlite"))
for _statement in KEEP_POSTGRESQL:
    event.listen(AuditEvent.__table__, "after_create", DDL(_statement.replace("%", "%%")).execute_if(dialect="postgresql"))

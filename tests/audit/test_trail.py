"""Reading the trail stays quick however long it grows: it is found by its record and by its account, never read through."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text

from portal import audit
from portal.audit import trail
from portal.db import db


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("asked", "index"), [({"by": "ada"}, "ix_audit_event_actor"), ({"about": ["an episode"]}, "ix_audit_event_subject")])
def test_events_are_found_by_an_index(in_app, asked, index):
    audit.record("user.enabled", subject="user", subject_id="bo", actor="ada")
    db.session.flush()
    statements = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append((call[2], call[3])))
    trail.page(**asked)
    statement, parameters = statements[-1]
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert any(index in str(line) for line in plan), plan
    assert db.session.scalar(text("select count(*) from audit_event")) >= 1

"""Writing audit events: with the change they tell of, or, for reads and refusals, in a short transaction of their own."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import insert

from portal import timekeeping
from portal.audit.events import EVENTS
from portal.audit.models import AuditEvent
from portal.db import db
from portal.rows import add_row


class EventUnknown(ValueError):
    """An event that the grammar does not know, or one without the detail it must carry."""


def _row(name: str, subject: str, subject_id: str, actor: str | None, detail: dict[str, Any]) -> dict[str, Any]:
    if name not in EVENTS:
        raise EventUnknown(f"{name!r} is not in portal/audit/events.py")
    missing = [key for key in EVENTS[name] if key not in detail]
    if missing:
        raise EventUnknown(f"{name!r} must carry {', '.join(missing)}")
    return {"at": timekeeping.now(), "event": name, "actor": actor or "", "subject": subject, "subject_id": _keepable(str(subject_id))[:64], "detail": _keepable(detail)}


def _keepable(value: Any) -> Any:
    """The same without NUL characters, which an address may hold and PostgreSQL cannot keep."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {key: _keepable(each) for key, each in value.items()}
    return [_keepable(each) for each in value] if isinstance(value, list | tuple) else value


def record(name: str, *, subject: str = "", subject_id: str = "", actor: str | None = None, detail: dict[str, Any] | None = None) -> None:
    """Add an event to the caller's transaction: it is kept if and only if the change it tells of is. Raises EventUnknown."""
    add_row(AuditEvent, _row(name, subject, subject_id, actor, detail or {}))


def note_read(name: str, *, subject: str = "", subject_id: str = "", actor: str | None = None, detail: dict[str, Any] | None = None) -> None:
    """Note that a record was read. Written when the view is done, before the answer leaves; no answer without it. Raises EventUnknown."""
    _pending().append(_row(name, subject, subject_id, actor, detail or {}))


refused = note_read
"""Note a refusal: kept although everything else the request did is rolled back."""


def _pending() -> list[dict[str, Any]]:
    if "audit_pending" not in g:
        g.audit_pending = []
    return g.audit_pending


def write_pending() -> None:
    """Write noted reads and refusals in one short transaction. The caller's own transaction must be over."""
    rows = g.pop("audit_pending", [])
    if not rows:
        return
    with db.engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(AuditEvent), rows)

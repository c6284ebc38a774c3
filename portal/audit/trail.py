"""Reading the audit trail: the events about some records or by one account, newest first, a page at a time. Writing is `log`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db

PAGE_SIZE = 50
SUBJECTS = {
    "": "",
    "address": "Page asked for",
    "attachment": "File",
    "audit": "Audit trail",
    "bulk_run": "Documents for many families",
    "council": "Rules of the council",
    "document": "Document",
    "episode": "Period of support",
    "family": "Family",
    "form": "Kind of form",
    "job": "Later work",
    "person": "Person",
    "retention": "Keeping and erasing",
    "submission": "Form",
    "template": "Word template",
    "user": "Account",
}
"""The kinds of record that events are about, with their words."""


@dataclass(frozen=True)
class TrailPage:
    """One page of events; `after` is the key of the next page, None on the last."""

    events: tuple[AuditEvent, ...]
    after: int | None


def page(*, about: Collection[str] | None = None, by: str = "", after: int | None = None) -> TrailPage:
    """The events about any of these record ids (None: about anything) and by this user id ('': by anybody), before the event `after`."""
    query = select(AuditEvent).order_by(AuditEvent.id.desc())
    if about is not None:
        query = query.where(AuditEvent.subject.in_(SUBJECTS), AuditEvent.subject_id.in_(about))
    if by:
        query = query.where(AuditEvent.actor == by)
    if after is not None:
        query = query.where(AuditEvent.id < after)
    found = db.session.scalars(query.limit(PAGE_SIZE + 1)).all()
    return TrailPage(tuple(found[:PAGE_SIZE]), found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None)

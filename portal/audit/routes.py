"""The door of the audit trail: who did or read what on a record, and what one account did. Shows ids and kinds of event, no answers."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import or_, select

from portal import audit
from portal.access import needs
from portal.accounts import sign_in_state, users
from portal.audit import trail
from portal.audit.meanings import MEANINGS
from portal.audit.models import AuditEvent
from portal.db import db
from portal.documents.models import Document
from portal.episodes.models import Episode, Paper
from portal.families.models import FamilyMember
from portal.submissions.models import Attachment, Submission
from portal.submissions.reference import read_reference

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
BLUEPRINTS = (blueprint,)
RECORD_ID = re.compile(r"[a-z2-7]{20}")
LATEST = 2**31
NOT_SHOWN = ("reason", "paths")
"""People's own words, which may name somebody, and which questions had answers, which tells about a family: both stand with the record."""


@blueprint.get("")
@needs("audit.view")
def events() -> str:
    """The events about a record and all that hangs on it, or by an account; nothing until one is named. Looking is an event too."""
    record, by = _id("record"), _id("by")
    found = trail.page(about=_whole_record(record) if record else None, by=by, after=_after()) if record or by else None
    if found is not None:
        detail = {"by": by, "events": [event.id for event in found.events]}
        audit.note_read("audit.read", subject="audit", subject_id=record, actor=sign_in_state.me().id, detail=detail)
    return _page(record=record, by=by, found=found)


@blueprint.post("")
@needs("audit.view")
def look_up() -> Any:
    """Find the record of a reference or id. Posted, so that a name typed by mistake stands in no address."""
    words, by = request.form.get("words", "").strip(), request.form.get("by", "")
    record = _record_called(words)
    if (words and not record) or not (words or by):
        return _page(words=words, by=by, errors=[{"text": "Enter a reference, or the id of a record", "href": "#words"}]), 422
    return redirect(url_for(".events", record=record or None, by=by or None), 303)


def _page(*, words: str = "", record: str = "", by: str = "", found: trail.TrailPage | None = None, errors: Any = ()) -> str:
    staff = {user.id: user.name for user in users.everyone()}
    lines = [_line(event, staff) for event in found.events] if found else []
    return render_template(
        "audit/trail.html", words=words, record=record, by=by, found=found, lines=lines, staff=staff, errors=errors
    )


def _line(event: AuditEvent, staff: dict[str, str]) -> dict[str, Any]:
    details = [f"{key.replace('_', ' ')}: {_in_words(value)}" for key, value in event.detail.items() if key not in NOT_SHOWN and value not in ("", [], {}, None)]
    return {
        "at": event.at,
        "who": staff.get(event.actor, event.actor) or "Nobody with an account",
        "what": MEANINGS.get(event.event, event.event),
        "kind": trail.SUBJECTS.get(event.subject, event.subject),
        "id": event.subject_id,
        "has_trail": bool(RECORD_ID.fullmatch(event.subject_id)),
        "details": details,
    }


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items() if each)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _id(name: str) -> str:
    text = request.args.get(name, "")
    return text if RECORD_ID.fullmatch(text) else ""


def _after() -> int | None:
    text = request.args.get("after", "")
    return min(int(text), LATEST) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _record_called(words: str) -> str:
    """The id of the record with this reference or id; '' for none."""
    if RECORD_ID.fullmatch(words):
        return words
    reference = read_reference(words)
    if reference is None:
        return ""
    episode = db.session.scalar(select(Episode.id).where(Episode.reference == reference))
    return episode or db.session.scalar(select(Submission.id).where(Submission.reference == reference)) or ""


def _whole_record(record_id: str) -> list[str]:
    """The id itself with those of its family, and of everybody, every period of support, form, file and document of that family."""
    on_paper = select(Paper.episode_id).where(Paper.submission_id == record_id)
    of_person = select(FamilyMember.family_id).where(FamilyMember.person_id == record_id)
    meant = or_(Episode.id == record_id, Episode.family_id == record_id, Episode.family_id.in_(of_person), Episode.id.in_(on_paper))
    families = _ids(select(Episode.family_id).where(meant))
    people = _ids(select(FamilyMember.person_id).where(FamilyMember.family_id.in_(families)))
    episodes = _ids(select(Episode.id).where(Episode.family_id.in_(families)))
    forms = {record_id, *_ids(select(Paper.submission_id).where(Paper.episode_id.in_(episodes)))}
    files = _ids(select(Attachment.id).where(Attachment.submission_id.in_(forms)))
    documents = _ids(select(Document.id).where(Document.submission_id.in_(forms)))
    return sorted({*families, *people, *episodes, *forms, *files, *documents})


def _ids(query: Any) -> set[str]:
    return set(db.session.scalars(query))

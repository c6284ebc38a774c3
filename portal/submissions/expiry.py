"""Drafts run out: their writers are reminded once, then they are deleted with everything in them. Sent requests are not touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal import jobs, timekeeping
from portal.db import db
from portal.publishing.in_force import council_in_force
from portal.submissions.drafts import Writer, delete
from portal.submissions.models import ResumeKey, Submission
from portal.submissions.resume import draft_name

BATCH = 500
EVERY = timedelta(hours=1)


def expired_drafts() -> Sequence[Submission]:
    """Drafts whose time has run out, oldest first, a batch at a time."""
    query = select(Submission).where(Submission.status == "draft", Submission.expires_at <= timekeeping.now())
    return db.session.scalars(query.order_by(Submission.expires_at).limit(BATCH)).all()


def drafts_to_remind_of() -> Sequence[tuple[Submission, ResumeKey]]:
    """Drafts that run out soon, with the way back that was made for them, whose writers have not been reminded."""
    until = timekeeping.now() + timedelta(days=council_in_force().service.drafts.remind_before_days)
    query = select(Submission, ResumeKey).join(ResumeKey, ResumeKey.submission_id == Submission.id)
    query = query.where(Submission.status == "draft", Submission.expires_at <= until, Submission.expires_at > timekeeping.now())
    query = query.where(ResumeKey.email != "", ResumeKey.reminded_at.is_(None), ResumeKey.locked_at.is_(None))
    return [tuple(row) for row in db.session.execute(query.limit(BATCH))]


@jobs.task("submissions.delete_expired", every=EVERY)
def delete_expired(payload: dict[str, Any], *, job_id: int) -> None:
    """Delete every draft whose time has run out."""
    for draft in expired_drafts():
        delete(draft, by=Writer(), why="expired")


@jobs.task("submissions.remind", every=EVERY)
def remind(payload: dict[str, Any], *, job_id: int) -> None:
    """Remind the writers of drafts that run out soon, once each, at the address their link went to."""
    for draft, key in drafts_to_remind_of():
        key.reminded_at = timekeeping.now()
        notice = {
            "notice": "draft_reminder",
            "submission_id": draft.id,
            "reference": draft_name(draft),
            "expires": draft.expires_at.isoformat() if draft.expires_at else "",
        }
        jobs.enqueue("notifications.notice", notice, unique_key=f"reminder:{key.id}:{timekeeping.today().isoformat()}")
    db.session.flush()

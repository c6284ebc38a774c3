"""Notices that other rooms ask for by name, through a job: to a person with an account, a team, or whoever sent a submission."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal import jobs
from portal.accounts.models import User
from portal.db import db
from portal.notifications.compose import notify
from portal.publishing.in_force import council_in_force
from portal.submissions import resume
from portal.submissions.models import ResumeKey, Submission


@jobs.task("notifications.notice")
def write(payload: dict[str, Any], *, job_id: int) -> None:
    """Write a notice. The payload has `notice`, one of `user_id`, `team_id`, `submission_id`, and perhaps `reference`, `link` (a path) and `expires` (an ISO moment).

    Nothing is written when nobody can be reached: a disabled account, a team without an address, a sender who gave none.
    """
    recipient = recipient_of(payload)
    if recipient:
        expires = datetime.fromisoformat(payload["expires"]) if payload.get("expires") else None
        link = payload.get("link") or _way_back(payload.get("submission_id", ""))
        spoken = _language_of(payload.get("submission_id", ""))
        notify(payload["notice"], recipient, reference=payload.get("reference", ""), link=link, expires=expires, spoken=spoken)


def recipient_of(payload: dict[str, Any]) -> str:
    """The e-mail address that `user_id`, `team_id` or `submission_id` leads to, or ''."""
    if "user_id" in payload:
        user = db.session.get(User, payload["user_id"])
        return user.email if user is not None and user.is_active else ""
    if "team_id" in payload:
        team = council_in_force().teams.get(payload["team_id"])
        return team.email if team is not None else ""
    return db.session.scalar(select(ResumeKey.email).where(ResumeKey.submission_id == payload["submission_id"])) or ""


def _language_of(submission_id: str) -> str:
    """The language that whoever sent a submission read it in."""
    return db.session.scalar(select(Submission.language).where(Submission.id == submission_id)) or ""


def _way_back(submission_id: str) -> str:
    """The path by which whoever sent a submission comes back to it; made only now, so that no job keeps it. '' for none."""
    key = db.session.scalars(select(ResumeKey).where(ResumeKey.submission_id == submission_id)).first()
    return f"/resume/{resume.token_of(key)}" if key else ""

"""Removing what accounts need no longer: old failed tries, ended sessions, used links."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from portal import jobs, timekeeping
from portal.accounts import sign_in, throttle
from portal.accounts.models import FailedTry, PasswordReset, SignInSession
from portal.db import db

KEEP_SESSIONS = timedelta(days=30)


@jobs.task("accounts.tidy", every=timedelta(days=1))
def remove_what_is_over(payload: dict[str, Any], *, job_id: int) -> None:
    """Delete tries that count no more, sessions that ended a month ago, and links that ran out."""
    moment = timekeeping.now()
    db.session.execute(delete(FailedTry).where(FailedTry.at < moment - throttle.WINDOW))
    db.session.execute(delete(SignInSession).where(SignInSession.started_at < moment - sign_in.LONGEST - KEEP_SESSIONS))
    db.session.execute(delete(PasswordReset).where(PasswordReset.expires_at < moment))

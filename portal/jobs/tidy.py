"""Forgetting work that is done: its payload may hold what nobody needs any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from portal import timekeeping
from portal.db import db
from portal.jobs.models import Job
from portal.jobs.registry import task

KEEP_DONE = timedelta(days=30)


@task("jobs.tidy", every=timedelta(days=1))
def forget_done(payload: dict[str, Any], *, job_id: int) -> None:
    """Delete jobs that were done a month ago. Those that failed stay until somebody has looked at them."""
    db.session.execute(
        delete(Job).where(Job.status == "done", Job.finished_at < timekeeping.now() - KEEP_DONE)
    )

"""Enqueuing, claiming and finishing jobs: one lease engine, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update

from portal import audit, timekeeping
from portal.db import db
from portal.jobs.models import Job

LEASE = timedelta(seconds=60)
MAX_PAUSE = 3600
WORKER_LOST = "The worker ended while it ran, every time"


def enqueue(
    name: str, payload: dict[str, Any], *, run_at: datetime | None = None, unique_key: str | None = None
) -> None:
    """Add a job to the caller's transaction. With a `unique_key` that is already there, nothing is added."""
    moment = timekeeping.now()
    values = {
        "name": name,
        "payload": payload,
        "status": "waiting",
        "run_at": run_at or moment,
        "unique_key": unique_key,
        "created_at": moment,
    }
    # The dialect in use is loaded already, and only that one.
    insert = importlib.import_module(f"sqlalchemy.dialects.{db.engine.dialect.name}").insert
    db.session.execute(insert(Job).values(**values).on_conflict_do_nothing(index_elements=[Job.unique_key]))


def claim(owner: str) -> Job | None:
    """Take the oldest due job, or one whose worker's lease ran out, for `owner`; None when nothing is due. Commits."""
    moment = timekeeping.now()
    lost = and_(Job.status == "running", Job.lease_until < moment, Job.attempts < Job.max_attempts)
    due = or_(and_(Job.status == "waiting", Job.run_at <= moment), lost)
    chosen = (
        select(Job.id)
        .where(due)
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        update(Job)
        .where(Job.id == chosen)
        .values(status="running", owner=owner, lease_until=moment + LEASE, attempts=Job.attempts + 1)
    )
    job_id = db.session.scalar(taken.returning(Job.id).execution_options(synchronize_session=False))
    db.session.commit()
    return db.session.get(Job, job_id, populate_existing=True) if job_id is not None else None


def extend(job_id: int, owner: str) -> bool:
    """Extend a running job's lease. False when it is no longer this owner's. Commits."""
    kept = (
        update(Job)
        .where(Job.id == job_id, Job.owner == owner, Job.status == "running")
        .values(lease_until=timekeeping.now() + LEASE)
    )
    changed = db.session.execute(kept.execution_options(synchronize_session=False)).rowcount == 1
    db.session.commit()
    return changed


def finish(job_id: int, owner: str) -> bool:
    """Mark a job done in the caller's transaction. False when its lease went to another worker: the caller must roll back."""
    ended = update(Job).where(Job.id == job_id, Job.owner == owner, Job.status == "running")
    ended = ended.values(status="done", finished_at=timekeeping.now(), lease_until=None, error="")
    return db.session.execute(ended.execution_options(synchronize_session=False)).rowcount == 1


def put_back(job_id: int, owner: str, error: str) -> None:
    """After a failed try: wait longer each time, or give up after the last try and say so in the audit trail. Commits."""
    job = db.session.get(Job, job_id)
    if job is None or job.owner != owner or job.status != "running":
        db.session.rollback()
        return
    if job.attempts >= job.max_attempts:
        _give_up(job, error[:2000])
    else:
        job.status, job.error, job.lease_until = "waiting", error[:2000], None
        job.run_at = timekeeping.now() + timedelta(seconds=min(MAX_PAUSE, 2**job.attempts))
    db.session.commit()


def give_up_lost() -> None:
    """Give up jobs whose last try took its worker with it: they would go on ending workers for ever. Commits."""
    lost = select(Job).where(
        Job.status == "running", Job.lease_until < timekeeping.now(), Job.attempts >= Job.max_attempts
    )
    for job in db.session.scalars(lost.with_for_update(skip_locked=True)):
        _give_up(job, WORKER_LOST)
    db.session.commit()


def _give_up(job: Job, error: str) -> None:
    job.status, job.error, job.lease_until = "failed", error, None
    audit.record("job.failed", subject="job", subject_id=str(job.id), detail={"name": job.name})


def retry(job: Job, *, by: str) -> None:
    """Let a failed job run again now, with all its tries back."""
    job.status, job.attempts, job.run_at = "waiting", 0, timekeeping.now()
    audit.record("job.retried", subject="job", subject_id=str(job.id), actor=by, detail={"name": job.name})


def newest(key: str) -> Job | None:
    """The newest job whose unique key begins with this, or None: done ones are forgotten after a while."""
    return db.session.scalars(select(Job).where(Job.unique_key.startswith(key, autoescape=True)).order_by(Job.id.desc()).limit(1)).first()


def failed() -> Sequence[Job]:
    """Jobs that were given up, newest first (at most 200)."""
    return db.session.scalars(
        select(Job).where(Job.status == "failed").order_by(Job.id.desc()).limit(200)
    ).all()

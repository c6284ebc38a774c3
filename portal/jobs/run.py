"""Running jobs: the one place that commits for them. A job's effects and its end are one transaction."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from flask import Flask, current_app
from sqlalchemy.exc import OperationalError

from portal import timekeeping
from portal.db import db, new_id
from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.registry import PERIODIC, find

logger = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 20


def run_due(*, limit: int = 1000) -> int:
    """Run due jobs one after another until none is due or `limit` is reached; answers how many were tried."""
    owner = new_id()
    for count in range(limit):
        job = queue.claim(owner)
        if job is None:
            return count
        _run(job, owner)
    return limit


def _run(job: Job, owner: str) -> None:
    job_id, name, payload = job.id, job.name, dict(job.payload)
    db.session.rollback()
    try:
        with _heartbeat(job_id, owner):
            find(name)(payload, job_id=job_id)
            if not queue.finish(job_id, owner):
                db.session.rollback()
                logger.warning("job %s (%s) went to another worker; nothing of this run was kept", job_id, name)
                return
            db.session.commit()
    except Exception as error:  # noqa: BLE001 - any failure of a task is kept with its job and tried again
        db.session.rollback()
        logger.error("job %s (%s) failed: %s", job_id, name, type(error).__name__)
        queue.put_back(job_id, owner, f"{type(error).__name__}: {error}")


@contextmanager
def _heartbeat(job_id: int, owner: str) -> Iterator[None]:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    done = threading.Event()

    def beat() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            with app.app_context(), suppress(OperationalError):
                queue.extend(job_id, owner)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()


def enqueue_periodic() -> None:
    """Enqueue each periodic task once for its present period. Commits."""
    moment = timekeeping.now()
    for name, every in PERIODIC.items():
        period = int(moment.timestamp() // every.total_seconds())
        queue.enqueue(name, {}, unique_key=f"{name}:{period}")
    db.session.commit()


def run_for_ever(*, stop: Callable[[], bool], pause: Callable[[float], None]) -> None:
    """Work until `stop()` is true, pausing a second whenever nothing is due."""
    while not stop():
        enqueue_periodic()
        if run_due(limit=50) == 0:
            db.session.rollback()
            pause(1.0)

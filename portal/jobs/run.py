"""Running jobs: the one place that commits for them. A job's effects and its end are one transaction."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from portal import timekeeping
from portal.db import db, new_id
from portal.errors import PortalError
from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.registry import PERIODIC, find

logger = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 20
PAUSE_WITHOUT_DATABASE = 5.0


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
                logger.warning(
                    "job %s (%s) went to another worker; nothing of this run was kept", job_id, name
                )
                return
            db.session.commit()
    except Exception as error:  # noqa: BLE001 - any failure of a task is kept with its job and tried again
        db.session.rollback()
        logger.error("job %s (%s) failed: %s", job_id, name, type(error).__name__)
        queue.put_back(job_id, owner, _in_words(error))


def _in_words(error: Exception) -> str:
    """What to keep of an error. Only our own errors' words are known to name nobody; of others, kind and place."""
    if isinstance(error, PortalError):
        return f"{type(error).__name__}: {error.message}"
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {place.name}, line {place.lineno} of {Path(place.filename).name}"


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


def periods() -> dict[str, int]:
    """The present period of each periodic task."""
    moment = timekeeping.now().timestamp()
    return {name: int(moment // every.total_seconds()) for name, every in PERIODIC.items()}


def enqueue_periodic() -> None:
    """Enqueue each periodic task once for its present period. Commits."""
    for name, period in periods().items():
        queue.enqueue(name, {}, unique_key=f"{name}:{period}")
    db.session.commit()


def is_due() -> bool:
    """Whether a worker would find something to do. Asked every second by a process that is to stay small, so without SQLAlchemy's session.

    The moment is written as SQLite keeps it, with what PostgreSQL wants behind it.
    """
    moment = timekeeping.now()
    now, before = ((moment - ago).strftime("%Y-%m-%d %H:%M:%S.%f+00:00") for ago in (timedelta(0), timedelta(microseconds=1)))
    asked = f"SELECT 1 FROM job WHERE status = 'waiting' AND run_at <= '{now}' OR status = 'running' AND lease_until <= '{before}' LIMIT 1"
    with db.engine.connect() as connection:
        return connection.execution_options(reads=True).exec_driver_sql(asked).first() is not None


def run_until_idle(*, stop: Callable[[], bool], pause: Callable[[float], None], idle: int) -> None:
    """Work until `stop()` is true or nothing was due `idle` times running, with a second between; longer while the database cannot be used."""
    quiet = 0
    while not stop() and quiet < idle:
        try:
            queue.give_up_lost()
            enqueue_periodic()
            tried = run_due(limit=50)
            db.session.rollback()
        except SQLAlchemyError as error:
            logger.error("the worker cannot use the database: %s; it goes on trying", type(error).__name__)
            _leave_database()
            pause(PAUSE_WITHOUT_DATABASE)
            continue
        quiet = 0 if tried else quiet + 1
        if tried == 0:
            pause(1.0)


def _leave_database() -> None:
    with suppress(SQLAlchemyError):
        db.session.rollback()

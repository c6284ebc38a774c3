"""The worker: a process that watches for due jobs until it is told to stop. They are done in one split off it, which ends when nothing is due any more.

What doing jobs needs in memory is held only meanwhile; the process that watches keeps what was loaded before it, and little else.
"""

from __future__ import annotations

import logging
import signal
import threading
from functools import partial

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portal.db import db
from portal.jobs import run
from portal.serving import Forked

logger = logging.getLogger(__name__)
IDLE = 5
"""So many times, a second apart, nothing is due before the process that does jobs ends."""


def work(app: Flask) -> None:
    """See that due jobs are done until SIGINT or SIGTERM; the job in hand is finished first."""
    stopping = _told_to_stop()
    done: dict[str, int] | None = None
    with app.app_context():
        while not stopping.is_set():
            present = run.periods()
            try:
                is_wanted = done != present or run.is_due()
            except SQLAlchemyError as error:
                logger.error("the worker cannot look for work: %s; it goes on trying", type(error).__name__)
                stopping.wait(run.PAUSE_WITHOUT_DATABASE)
                continue
            if is_wanted and _see_done(app, stopping):
                done = present
            stopping.wait(1.0)


def _see_done(app: Flask, stopping: threading.Event) -> bool:
    """Whether the process that does jobs ended well, with what was due for the present period begun."""
    db.engine.dispose()  # a connection is not shared between processes
    child = Forked(partial(_do, app), is_apart=False)
    while child.poll() is None:
        if stopping.wait(0.2):
            child.terminate()
            child.wait()
    if child.returncode and not stopping.is_set():
        logger.error("the process that does jobs ended with status %s; what it had begun is tried again", child.returncode)
        stopping.wait(run.PAUSE_WITHOUT_DATABASE)
    return child.returncode == 0


def _do(app: Flask) -> None:
    stopping = _told_to_stop()
    with app.app_context():
        run.run_until_idle(stop=stopping.is_set, pause=lambda seconds: stopping.wait(seconds), idle=IDLE)


def _told_to_stop() -> threading.Event:
    told = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: told.set())
    return told

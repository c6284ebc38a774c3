"""The worker: a process of its own that runs due jobs until it is told to stop."""

from __future__ import annotations

import signal
import threading

from flask import Flask

from portal.jobs import run


def work(app: Flask) -> None:
    """Run jobs until SIGINT or SIGTERM; the job in hand is finished first."""
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    with app.app_context():
        run.run_for_ever(stop=stopping.is_set, pause=lambda seconds: stopping.wait(seconds))

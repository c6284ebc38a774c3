"""A worker of jobs split off the test and killed by kill -9 when it has done a part of its work. What that work is stands in the test."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import update

from portal import timekeeping
from portal.db import db
from portal.jobs.models import Job


def killed_once(work: Callable[[Callable[[], object]], None], steps: int, chance: random.Random) -> bool:
    """Let a worker do `work`, and kill it about when it has told of up to `steps` pieces, unless it is through first; answers whether it was killed.

    `work` is given what tells of a piece. What the killed one had taken is free for the next, as it is when a minute has gone by.
    """
    db.session.remove()
    db.engine.dispose()
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        try:
            work(lambda: os.write(told, b"."))
        finally:
            os._exit(0)
    os.close(told)
    for _ in range(chance.randint(1, steps)):
        os.read(heard, 1)
    time.sleep(chance.uniform(0.0, 0.02))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(heard)
    db.session.execute(update(Job).where(Job.status == "running").values(lease_until=timekeeping.now() - timedelta(seconds=1)))
    db.session.commit()
    return os.WIFSIGNALED(status)

"""Processes of this machine as the tests look at them: which run, which stand below one, which share its session. Nothing is started or ended here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

PATIENCE = 60
"""Seconds that what is to happen soon may take on a slow machine."""


def _stat(pid: int) -> list[str]:
    """What the system tells of it after its name, beginning with its state; [] when there is none such."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def is_running(pid: int) -> bool:
    """Whether it runs; one that has ended and that nobody has asked after yet does not."""
    return _stat(pid)[:1] not in ([], ["Z"], ["X"])


def running(pids: Iterable[int]) -> list[int]:
    """Those that still run."""
    return [pid for pid in pids if is_running(pid)]


def children(pid: int) -> list[int]:
    """Every process below this one."""
    own: list[int] = []
    with suppress(OSError):
        own = [int(child) for thread in Path(f"/proc/{pid}/task").iterdir() for child in (thread / "children").read_text().split()]
    return own + [below for child in own for below in children(child)]


def in_session(session: int) -> list[int]:
    """Every process that runs in this session."""
    found = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [pid for pid in running(found) if _stat(pid)[3:4] == [str(session)]]


def soon(holds: Callable[[], bool]) -> bool:
    """Whether this comes to hold; waits for it."""
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True

"""The tasks that jobs may name. A room declares its own with `@jobs.task("room.verb")`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

Task = Callable[..., None]
TASKS: dict[str, Task] = {}
PERIODIC: dict[str, timedelta] = {}


def task(name: str, *, every: timedelta | None = None) -> Callable[[Task], Task]:
    """Declare a task: called as `f(payload, job_id=…)` in a transaction that is committed with the job's own end.

    With `every`, the worker enqueues it once per period with an empty payload. Raises ValueError when the name is taken.
    """

    def declare(function: Task) -> Task:
        if name in TASKS:
            raise ValueError(f"two tasks are called {name!r}")
        TASKS[name] = function
        if every is not None:
            PERIODIC[name] = every
        return function

    return declare


def find(name: str) -> Callable[..., Any]:
    """The task of this name. Raises LookupError naming those that exist."""
    if name not in TASKS:
        raise LookupError(f"no task is called {name!r}; there are {', '.join(sorted(TASKS))}")
    return TASKS[name]

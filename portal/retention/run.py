"""The work of erasing: daily, and at once. Rows go in one transaction; the bytes of files in the next, when that is committed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal import jobs, timekeeping
from portal.retention.due import Due, due
from portal.retention.erase import bytes_of, erase, sweep_bytes

GRACE = timedelta(days=30)
"""How long something past its term waits for the daily work, so that whoever looks at the list can still place a hold."""


@jobs.task("retention.erase", every=timedelta(days=1))
def erase_daily(payload: dict[str, Any], *, job_id: int) -> None:
    """Erase what has been past its term for the grace."""
    ended = timekeeping.now() - GRACE
    for one in list(due(ended)):
        erase_with_files(one)


def erase_with_files(one: Due) -> bool:
    """Erase what is due unless it is kept, in the caller's transaction, and answer whether; the bytes of its files go with the next work after that."""
    files = bytes_of(one)
    is_gone = erase(one)
    if is_gone and files:
        jobs.enqueue("retention.sweep", {"sha256": sorted(files)})
    return is_gone


@jobs.task("retention.sweep")
def sweep(payload: dict[str, Any], *, job_id: int) -> None:
    """Remove the bytes of what was erased, once that is committed."""
    sweep_bytes(payload["sha256"])

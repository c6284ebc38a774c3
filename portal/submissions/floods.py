"""Slowing down whoever starts form after form and fills none in. Forms that are filled in are never counted, however many come from one school.

The count is kept as failed tries are: a keyed hash of the address, forgotten within a day, tied to no form.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select

from portal import timekeeping
from portal.accounts.models import FailedTry
from portal.accounts.sealing import keyed_hash
from portal.accounts.throttle import TooManyTries
from portal.db import db
from portal.errors import PortalError
from portal.rows import add_row

WINDOW = timedelta(hours=1)
MOST_EMPTY = 100
SCOPE = "start"


class TooManyStarts(TooManyTries):
    """Many forms were started from one address and left empty; `wait` says how long until the next may be started."""

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        until = f"{minutes} {'minute' if minutes == 1 else 'minutes'}"
        PortalError.__init__(
            self, f"Very many forms were started from your network and left empty. You can start one in {until}. If it cannot wait, call us. A form you have started is safe"
        )
        self.wait = wait


def check_may_start(address: str) -> None:
    """Raise TooManyStarts when this address has left too many forms empty within the hour."""
    moment = timekeeping.now()
    recent = select(FailedTry.at).where(FailedTry.scope == SCOPE, FailedTry.key == _key(address), FailedTry.at > moment - WINDOW)
    starts = list(db.session.scalars(recent.order_by(FailedTry.at.desc()).limit(MOST_EMPTY)))
    if len(starts) >= MOST_EMPTY:
        raise TooManyStarts(starts[-1] + WINDOW - moment)


def note_start(address: str) -> None:
    """Count a form that was started and is empty so far."""
    add_row(FailedTry, {"scope": SCOPE, "key": _key(address), "at": timekeeping.now()})


def note_filling(address: str) -> None:
    """Somebody began to fill a form in: one start of this address counts no more. Written in a short transaction of its own."""
    newest = select(func.max(FailedTry.id)).where(FailedTry.scope == SCOPE, FailedTry.key == _key(address)).scalar_subquery()
    with db.engine.execution_options(writes=True).begin() as connection:
        connection.execute(delete(FailedTry).where(FailedTry.id == newest))


def _key(address: str) -> str:
    return keyed_hash(address, "start")

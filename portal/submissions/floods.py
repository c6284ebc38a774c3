"""Slowing down whoever starts form after form and fills none in. Forms that are filled in are never counted, however many come from one school.

The count is kept as failed tries are: a keyed hash of the address, forgotten within a day, tied to no form.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from flask import current_app
from sqlalchemy import bindparam, delete, event, select

from portal import timekeeping
from portal.accounts.models import FailedTry
from portal.accounts.sealing import keyed_hash
from portal.accounts.throttle import TooManyTries
from portal.db import OneDatabase, db
from portal.errors import PortalError
from portal.rows import add_row

WINDOW = timedelta(hours=1)
MOST_EMPTY = 100
SCOPE = "start"
MOST_WAITING = 10_000
TAKEN = "starts that this transaction forgets"


_TRIES = FailedTry.__table__
_RECENT = (
    select(_TRIES.c.at)
    .where(_TRIES.c.scope == SCOPE, _TRIES.c.key == bindparam("key"), _TRIES.c.at > bindparam("since"))
    .order_by(_TRIES.c.at.desc())
    .limit(MOST_EMPTY)
)
_NEWEST = select(_TRIES.c.id).where(_TRIES.c.scope == SCOPE, _TRIES.c.key == bindparam("of")).order_by(_TRIES.c.id.desc()).limit(bindparam("number"))
_FORGETTING = delete(_TRIES).where(_TRIES.c.id.in_(_NEWEST))


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
    _forget_filled()
    moment = timekeeping.now()
    starts = list(db.session.connection().scalars(_RECENT, {"key": _key(address), "since": moment - WINDOW}))
    if len(starts) >= MOST_EMPTY:
        raise TooManyStarts(starts[-1] + WINDOW - moment)


def note_start(address: str) -> None:
    """Count a form that was started and is empty so far."""
    add_row(FailedTry, {"scope": SCOPE, "key": _key(address), "at": timekeeping.now()})


def note_filling(address: str) -> None:
    """Somebody began to fill a form in: one start of this address counts no more, from the next start in this process on.

    It is noted in memory, since a save should have nothing else to write, and nobody asks for the count before somebody starts.
    """
    _filled().append(_key(address))


def _forget_filled() -> None:
    taken = list(_taken_from(_filled()))
    _note_again_unless_kept(taken)
    for key, number in Counter(taken).items():
        db.session.connection().execute(_FORGETTING, {"of": key, "number": number})


def _note_again_unless_kept(taken: list[str]) -> None:
    """What was taken is noted again when the start that forgets it does not come about, refused or failed."""
    if taken:
        db.session().info.setdefault(TAKEN, []).extend(taken)


@event.listens_for(OneDatabase, "after_commit")
def _was_kept(session: OneDatabase) -> None:
    if session.in_nested_transaction():
        return  # the end of a savepoint, which decides nothing
    session.info.pop(TAKEN, None)


@event.listens_for(OneDatabase, "after_rollback")
def _was_not_kept(session: OneDatabase) -> None:
    if session.in_nested_transaction():
        return
    taken = session.info.pop(TAKEN, None)
    if taken:
        _filled().extend(taken)


def _taken_from(waiting: deque[str]) -> Iterator[str]:
    with suppress(IndexError):
        while True:
            yield waiting.popleft()


def _filled() -> deque[str]:
    return current_app.extensions.setdefault("portal.filled", deque(maxlen=MOST_WAITING))


def _key(address: str) -> str:
    return keyed_hash(address, "start")

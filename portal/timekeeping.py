"""The one module that asks the clock. Moments are stored aware in UTC, shown and counted in Europe/London."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal import language

LONDON = ZoneInfo("Europe/London")

_SHIFT: ContextVar[timedelta] = ContextVar("shift", default=timedelta())


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC) + _SHIFT.get()


@contextmanager
def as_if(moment: datetime) -> Iterator[None]:
    """Let what is done inside happen at another moment. Only the demonstration does this, to tell stories that began weeks ago."""
    token = _SHIFT.set(moment - datetime.now(UTC))
    try:
        yield
    finally:
        _SHIFT.reset(token)


def today() -> date:
    """Today's date in London."""
    return now().astimezone(LONDON).date()


def london(moment: datetime) -> datetime:
    """The same moment on London's clock. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return moment.astimezone(LONDON)


def show_date(day: date | datetime) -> str:
    """A date as people write it: 4 May 2026."""
    if isinstance(day, datetime):
        day = london(day).date()
    spoken = language.current()
    return spoken.day.format(day=day.day, month=spoken.months[day.month - 1], year=day.year)


def show_time(moment: datetime) -> str:
    """A London clock time as people write it: 2:05pm."""
    local = london(moment)
    return show_clock(local.hour, local.minute)


def show_clock(hour: int, minute: int) -> str:
    """A time of day as people write it in the language spoken: 2:05pm."""
    half = "am" if hour < 12 else "pm"
    return language.current().time.format(hour24=f"{hour:02}", hour12=hour % 12 or 12, minute=f"{minute:02}", half=half)


def show_moment(moment: datetime) -> str:
    """A moment as people write it: 4 May 2026 at 2:05pm."""
    return language.current().moment.format(day=show_date(moment), time=show_time(moment))

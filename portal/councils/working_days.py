"""Counting time limits: working days of a council, calendar days, weeks and months, and elapsed hours. Knows no clocks of episodes.

The day of the trigger is day 0; if it is no working day it is day 0 all the same, and the next working day is day 1. A limit in
days ends at the last second of its day in London; a limit in hours ends after so many hours have really passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from portal.councils.model import Calendar, Target
from portal.timekeeping import LONDON

ONE_DAY = timedelta(days=1)
LAST_SECOND = time(23, 59, 59)


class MomentNotAware(ValueError):
    """A moment without a time zone cannot be counted from."""


def due(start: datetime, target: Target, calendar: Calendar) -> datetime:
    """When a limit that starts at this aware moment ends, in UTC. Raises MomentNotAware."""
    _check_aware(start)
    if target.unit == "hours":
        return start.astimezone(UTC) + timedelta(hours=target.amount)
    first = start.astimezone(LONDON).date()
    match target.unit:
        case "working_days":
            last = add_working_days(first, target.amount, calendar)
        case "months":
            last = add_months(first, target.amount)
        case "weeks":
            last = first + timedelta(weeks=target.amount)
        case _:
            last = first + timedelta(days=target.amount)
    return datetime.combine(last, LAST_SECOND, LONDON).astimezone(UTC)


def is_overdue(due_at: datetime, at: datetime) -> bool:
    """Whether the limit has passed at this moment. What is due today is not overdue. Raises MomentNotAware."""
    _check_aware(due_at)
    _check_aware(at)
    return at > due_at


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Whether this is a day from Monday to Friday that is no bank holiday and no extra day of closure."""
    return day.weekday() < 5 and day not in closed_days(calendar, day.year)


def add_working_days(first: date, days: int, calendar: Calendar) -> date:
    """The working day so many working days after this day; the day itself for 0."""
    last = first
    for _ in range(days):
        last += ONE_DAY
        while not is_working_day(last, calendar):
            last += ONE_DAY
    return last


def working_days_between(first: date, last: date, calendar: Calendar) -> int:
    """How many working days lie after the first day up to and with the last; 0 when it is not later."""
    return sum(is_working_day(day, calendar) for day in _days_after(first, last))


def add_months(first: date, months: int) -> date:
    """The same day so many months later, or the last day of that month when it is shorter."""
    year, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + year, month + 1
    next_month = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(first.day, (next_month - ONE_DAY).day))


def closed_days(calendar: Calendar, year: int) -> frozenset[date]:
    """Every bank holiday of the calendar's region in this year, and the council's extra days of closure."""
    extra = {date.fromisoformat(day.date) for day in calendar.extra_closure_days}
    return bank_holidays(calendar.region, year) | {day for day in extra if day.year == year}


@lru_cache(maxsize=200)
def bank_holidays(region: str, year: int) -> frozenset[date]:
    """The bank holidays of a part of the United Kingdom (ENG, WLS, SCT, NIR) in one year."""
    import holidays  # imported when first needed: it takes as long as the rest of the room together

    return frozenset(holidays.country_holidays("GB", subdiv=region, years=year))


def _days_after(first: date, last: date) -> Iterator[date]:
    day = first
    while day < last:
        day += ONE_DAY
        yield day


def _check_aware(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise MomentNotAware(f"{moment.isoformat()} has no time zone: give an aware moment")

"""How long answers are kept, as forms say it: `25y`, `6m`, `4w`, `28d`. What is done when a term ends is not here."""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta

TERM = re.compile(r"([1-9][0-9]{0,3})([dwmy])\Z")
DAYS = {"d": 1, "w": 7, "m": 28, "y": 365}


def end_of(start: datetime, term: str) -> datetime:
    """When a term that begins at this moment ends; months and years clip to the last day. Raises ValueError for what is no term."""
    found = TERM.match(term)
    if found is None:
        raise ValueError(f"{term!r} is no term such as 25y, 6m, 4w or 28d")
    number, unit = int(found[1]), found[2]
    if unit in "dw":
        return start + timedelta(days=number * DAYS[unit])
    months = start.year * 12 + start.month - 1 + number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, calendar.monthrange(year, month + 1)[1]))


def is_longer(term: str, other: str) -> bool:
    """Whether one term certainly is longer than another, whenever both begin."""
    beginning = datetime(2001, 1, 1)  # noqa: DTZ001 - two terms are compared, no moment is told
    return end_of(beginning, term) > end_of(beginning, other)

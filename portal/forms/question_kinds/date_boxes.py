"""Days, months and years as people type them and as they are kept (ISO 8601-2), and how such dates compare.

The kinds `date`, `consent` and `signature` use it. A partial date stands for all its days; "~" at the end says estimated.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta

from portal import language
from portal.language import folded, say

MONTHS = tuple(calendar.month_name)[1:]
BOXES = ("day", "month", "year")
_KEPT = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(~?)")
_WHOLE = re.compile(r"([0-9]{1,2})(?:[/.-]\s*|\s+)([0-9]{1,2}|[A-Za-z]+\.?),?(?:[/.-]\s*|\s+)([0-9]{4})")
_WHOLE_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_POINT = re.compile(r"today(?:([+-])([0-9]{1,5})([dwmy]))?")


@dataclass(frozen=True)
class Fault:
    """What is wrong with the boxes: a code, words such as "must be a real date", and the box to go to."""

    code: str
    words: str
    box: str


@dataclass(frozen=True)
class Span:
    """The first and last day a date stands for (one and the same for a whole date)."""

    first: date
    last: date


def from_boxes(day: str, month: str, year: str, *, partial: bool = False) -> str | Fault:
    """The date typed into three boxes as it is kept, or what is wrong. At least one box holds something.

    A whole date in one box, the others empty (as it is after pasting), is taken apart: 12/05/2026, 12 May 2026, 2026-05-12.
    """
    typed = _apart(dict(zip(BOXES, (day.strip(), month.strip(), year.strip()), strict=True)))
    needed = [box for box in BOXES if not typed[box]]
    if partial:
        needed = [box for box in needed if box == "year" or (box == "month" and typed["day"])]
    if needed:
        return Fault("incomplete", say("must include a {boxes}", boxes=language.listed([say(box) for box in needed])), needed[0])
    if not re.fullmatch("[0-9]{4}", typed["year"]):
        return Fault("year", say("must have a year of 4 numbers, like 2019"), "year")
    number = _month(typed["month"]) if typed["month"] else 0
    if number is None:
        return Fault("not_real", say("must be a real date"), "month")
    kept = typed["year"]
    if number:
        kept += f"-{number:02}"
    if typed["day"]:
        if not re.fullmatch("[0-9]{1,2}", typed["day"]):
            return Fault("not_real", say("must be a real date"), "day")
        kept += f"-{int(typed['day']):02}"
    return kept if span(kept) else Fault("not_real", say("must be a real date"), "day" if typed["day"] else "year")


def to_boxes(kept: str) -> dict[str, str]:
    """What the three boxes show for a kept date."""
    found = _KEPT.fullmatch(kept)
    if not found:
        return dict.fromkeys(BOXES, "")
    year, month, day, _ = found.groups()
    return {"day": str(int(day)) if day else "", "month": str(int(month)) if month else "", "year": year}


def span(kept: object) -> Span | None:
    """The days a kept date stands for; None where it is no date."""
    found = _KEPT.fullmatch(kept) if isinstance(kept, str) else None
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups()[:3])
    try:
        first = date(year or 0, 1 if month is None else month, 1 if day is None else day)
        month = 12 if month is None else month
        return Span(first, date(first.year, month, calendar.monthrange(first.year, month)[1] if day is None else day))
    except ValueError:
        return None


def is_partial(kept: str) -> bool:
    """Whether the day or the month is left open."""
    return len(kept.rstrip("~")) < len("2019-05-04")


def is_estimated(kept: str) -> bool:
    """Whether the person called the date an estimate."""
    return kept.endswith("~")


def show(kept: str) -> str:
    """A kept date in words: "4 May 2019", "May 2019", "2019 (estimated)"."""
    boxes = to_boxes(kept)
    month = language.current().months[int(boxes["month"]) - 1] if boxes["month"] else ""
    words = " ".join(part for part in (boxes["day"], month, boxes["year"]) if part)
    if boxes["day"]:
        words = language.current().day.format(day=boxes["day"], month=month, year=boxes["year"])
    return say("{date} (estimated)", date=words) if is_estimated(kept) else words


def point(words: object, today: date) -> date | None:
    """The day that `today`, `today+300d`, `today-18y` (days, weeks, months, years) or an ISO date names; None for anything else."""
    found = _POINT.fullmatch(words) if isinstance(words, str) else None
    if not found:
        exact = span(words)
        return exact.first if exact and exact.first == exact.last else None
    sign, number, unit = found.groups()
    if not unit:
        return today
    try:
        return _moved(today, int(number) * (1 if sign == "+" else -1), unit)
    except (OverflowError, ValueError):
        return None


def compare(kept: str, comparison: str, other: object, today: date | None) -> bool | None:
    """The comparison over all days the date stands for: True or False when they agree, else None."""
    days = span(kept)
    if days is None or today is None:
        return None
    if comparison == "within_days":
        return _within(days, other, today)
    if comparison == "in":
        verdicts = [compare(kept, "is", each, today) for each in other] if isinstance(other, list) else []
        return True if True in verdicts else None if None in verdicts else False
    mark = point(other, today)
    if mark is None:
        return None
    if comparison in ("is", "is_not"):
        return _equal(days, mark) if comparison == "is" else _opposite(_equal(days, mark))
    if comparison in ("before", "not_before"):
        before = True if days.last < mark else False if days.first >= mark else None
        return before if comparison == "before" else _opposite(before)
    after = True if days.first > mark else False if days.last <= mark else None
    return after if comparison == "after" else _opposite(after)


def comparison_fault(comparison: str, other: object) -> str:
    """Why a date cannot be compared with this; '' when it can."""
    if comparison == "within_days":
        is_count = isinstance(other, int) and not isinstance(other, bool) and other >= 0
        return "" if is_count else "`within_days` takes a number of days"
    if comparison == "in" and not isinstance(other, list):
        return "`in` takes a list of dates"
    wrong = [each for each in (other if isinstance(other, list) else [other]) if point(each, date(2000, 1, 1)) is None]
    return f"{wrong[0]!r} is no date; write today, today+300d, today-18y or a date such as 2026-05-04 in quotes" if wrong else ""


def demand(comparison: str, other: object, today: date) -> str:
    """A broken rule in words: "must be today or in the past", "must be on or after 4 May 2026"."""
    if comparison == "within_days":
        return say("must be within {number} days of today", number=other)
    if other == "today":
        words = {
            "not_after": "must be today or in the past",
            "before": "must be in the past",
            "not_before": "must be today or in the future",
            "after": "must be in the future",
        }
        return say(words.get(comparison, "must be today"))
    mark = point(other, today)
    marks = {
        "not_after": "must be on or before {date}",
        "before": "must be before {date}",
        "not_before": "must be on or after {date}",
        "after": "must be after {date}",
    }
    return say(marks.get(comparison, "must be {date}"), date=show(mark.isoformat()) if mark else other)


def _apart(typed: dict[str, str]) -> dict[str, str]:
    """The boxes; where one holds a whole date and the others nothing, its day, month and year (the day first, as in Britain)."""
    filled = [text for text in typed.values() if text]
    if len(filled) != 1:
        return typed
    found = _WHOLE.fullmatch(filled[0])
    if found:
        return dict(zip(BOXES, found.groups(), strict=True))
    found = _WHOLE_ISO.fullmatch(filled[0])
    return dict(zip(BOXES, reversed(found.groups()), strict=True)) if found else typed


def _month(typed: str) -> int | None:
    if re.fullmatch("[0-9]{1,2}", typed):
        return int(typed) if 1 <= int(typed) <= 12 else None
    name = folded(typed).rstrip(".")
    names = [(at, month) for months in (MONTHS, language.current().months) for at, month in enumerate(months, 1)]
    return next((at for at, month in names if len(name) >= 3 and folded(month).startswith(name)), None)


def _moved(day: date, number: int, unit: str) -> date:
    if unit in "dw":
        return day + timedelta(days=number * (7 if unit == "w" else 1))
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _within(days: Span, other: object, today: date) -> bool | None:
    if not isinstance(other, int):
        return None
    earliest, latest = point(f"today-{other}d", today), point(f"today+{other}d", today)
    if earliest is None or latest is None:
        return None
    if earliest <= days.first and days.last <= latest:
        return True
    return False if days.last < earliest or days.first > latest else None


def _equal(days: Span, mark: date) -> bool | None:
    if days.first <= mark <= days.last:
        return True if days.first == days.last else None
    return False


def _opposite(verdict: bool | None) -> bool | None:
    return None if verdict is None else not verdict

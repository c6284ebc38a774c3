"""Comparing facts of the record, and counts, with plain values. Comparing an answer is the business of its kind of question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

_NUMBERS: dict[str, Callable[[float, float], bool]] = {
    "is": lambda one, two: one == two,
    "is_not": lambda one, two: one != two,
    "lt": lambda one, two: one < two,
    "lte": lambda one, two: one <= two,
    "gt": lambda one, two: one > two,
    "gte": lambda one, two: one >= two,
}

_DATES: dict[str, Callable[[date, date], bool]] = {
    "before": lambda one, two: one < two,
    "after": lambda one, two: one > two,
    "not_before": lambda one, two: one >= two,
    "not_after": lambda one, two: one <= two,
}


def compare_number(number: float, comparison: str, other: float) -> bool:
    """Compare two numbers; `comparison` is one of is, is_not, lt, lte, gt, gte."""
    return _NUMBERS[comparison](number, other)


def compare_plain(value: Any, comparison: str, other: Any, today: date) -> bool | None:
    """Compare a fact of the record with a value of a definition; None where the fact is missing or of another type."""
    missing = value is None or value == "" or value == []
    if comparison == "answered":
        return missing is not (other is not False)
    if missing:
        return None
    if comparison == "has":
        return other in value if isinstance(value, list | tuple | set | frozenset) else None
    if comparison == "in":
        return value in other if isinstance(other, list) else None
    if comparison in ("is", "is_not"):
        return (value == other) is (comparison == "is")
    if comparison in _NUMBERS:
        return compare_number(value, comparison, other) if _is_number(value) and _is_number(other) else None
    return _compare_dates(value, comparison, other, today)


def _compare_dates(value: Any, comparison: str, other: Any, today: date) -> bool | None:
    day = _day(value, today)
    if day is None:
        return None
    if comparison == "within_days":
        return abs(day - today) <= timedelta(days=other) if _is_number(other) else None
    against = _day(other, today)
    return None if against is None or comparison not in _DATES else _DATES[comparison](day, against)


def _day(value: Any, today: date) -> date | None:
    if isinstance(value, date):
        return value
    if value == "today":
        return today
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

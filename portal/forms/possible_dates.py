"""Whether some date can meet several comparisons at once: fixed days among themselves, and days counted from today.

A fixed day is never held against one counted from today, since today moves. Months and years differ in length, so a mark
so counted is a stretch of days; only what holds for the whole stretch is said to be impossible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from portal.forms.condition_tree import AnotherAnswer
from portal.forms.model import Question, Rule
from portal.forms.question_kinds.date_boxes import point

Told = tuple[str, Any, str]
"""A comparison, what is compared with, and the outcome wanted: "true", "false", "not true" or "not false"."""

_COUNTED = re.compile(r"today(?:([+-])([0-9]{1,5})([dwmy]))?")
_OPPOSITE = {"before": "not_before", "not_before": "before", "after": "not_after", "not_after": "after", "is": "is_not", "is_not": "is"}
_DAYS = {"d": (1, 0), "w": (7, 0), "m": (30.436875, 3), "y": (365.2425, 2)}
"""Days in a unit of time on average, and by how much a run of them may differ."""


@dataclass(frozen=True)
class Mark:
    """A day that dates are held against: from `first` to `last`, counted from today or from the beginning of the calendar."""

    counted: bool
    first: int
    last: int
    words: str


@dataclass(frozen=True)
class Bound:
    """The date is on this side of the mark, the mark itself left out when `strict`."""

    mark: Mark
    strict: bool = False


def date_is_possible(question: Question, told: Iterable[Told]) -> bool:
    """Whether an exact date (or a partial one, where the question takes them) meets all of these and the question's rules."""
    lows: list[Bound] = []
    highs: list[Bound] = []
    for comparison, value in (*_held(question, told), *_ruled(question)):
        _add(lows, highs, comparison, value)
    return not any(_apart(low, high) for low, high in product(lows, highs))


def _held(question: Question, told: Iterable[Told]) -> Iterator[tuple[str, Any]]:
    """What an answered date must hold; where a partial date may be undecided, "not true" and "not false" demand nothing."""
    for comparison, value, want in told:
        if want.startswith("not") and question.settings.partial:
            continue
        if want in ("true", "not false"):
            yield comparison, value
        elif comparison in _OPPOSITE:
            yield _OPPOSITE[comparison], value


def _ruled(question: Question) -> Iterator[tuple[str, Any]]:
    for rule in question.rules:
        if not isinstance(rule.value, AnotherAnswer) and not _loosens(rule) and not question.settings.partial:
            yield rule.comparison, rule.value


def _loosens(rule: Rule) -> bool:
    """Whether a day that kept this rule may break it later: what was not before today lies in the past tomorrow."""
    if rule.comparison in ("not_after", "before"):
        return False
    values = rule.value if isinstance(rule.value, list) else [rule.value]
    return rule.comparison == "within_days" or any(isinstance(each, str) and each.startswith("today") for each in values)


def _add(lows: list[Bound], highs: list[Bound], comparison: str, value: Any) -> None:
    if comparison == "within_days":
        if isinstance(value, int):
            lows.append(Bound(Mark(True, -value, -value, f"-{value}d")))
            highs.append(Bound(Mark(True, value, value, f"+{value}d")))
        return
    marks = [_mark(each) for each in (value if isinstance(value, list) else [value])]
    if None in marks or not marks:
        return
    if comparison == "in" and all(each is not None and not each.counted for each in marks):
        lows.append(Bound(min((each for each in marks if each), key=lambda each: each.first)))
        highs.append(Bound(max((each for each in marks if each), key=lambda each: each.last)))
    mark = marks[0]
    if mark is None or comparison not in ("is", "before", "after", "not_before", "not_after"):
        return
    if comparison in ("is", "after", "not_before"):
        lows.append(Bound(mark, comparison == "after"))
    if comparison in ("is", "before", "not_after"):
        highs.append(Bound(mark, comparison == "before"))


def _mark(words: Any) -> Mark | None:
    found = _COUNTED.fullmatch(words) if isinstance(words, str) else None
    if found is None:
        day = point(words, date.min)
        return None if day is None else Mark(False, day.toordinal(), day.toordinal(), str(words))
    sign, number, unit = found.groups()
    if not unit:
        return Mark(True, 0, 0, "today")
    length, loose = _DAYS[unit]
    middle = round(int(number) * length) * (1 if sign == "+" else -1)
    return Mark(True, middle - loose, middle + loose, str(words))


def _apart(low: Bound, high: Bound) -> bool:
    """Whether no day lies from the low bound to the high one."""
    if low.mark.counted is not high.mark.counted:
        return False
    if low.mark.words == high.mark.words and (low.strict or high.strict):
        return True
    return low.mark.first + low.strict > high.mark.last - high.strict

"""Makes the example answers fit a story of the demonstration: dates moved to its days, names changed. Knows no form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(~?)")
MONTH = re.compile(r"(\d{4})-(\d{2})(~?)")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
LONG_AGO = timedelta(days=400)
"""How long before the day of the answers a date stays as it is, so that people keep their birthdays from paper to paper."""
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
IN_WORDS = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)})( \d{{4}})?\b")


def fitted(answers: Any, *, as_of: date, on: date, names: Mapping[str, str]) -> Any:
    """The answers as if written for the day `on` instead of `as_of`: moved by whole weeks, so that weekdays stay, and never later.

    What was long ago stays where it was.
    """
    return _fitted(answers, _Shift(as_of, timedelta(weeks=(on - as_of).days // 7)), _finder(names), names)


@dataclass(frozen=True)
class _Shift:
    """By how much dates are moved, and from which day on."""

    as_of: date
    by: timedelta

    def of(self, day: date) -> date:
        return day if day < self.as_of - LONG_AGO else day + self.by


def _fitted(value: Any, shift: _Shift, finder: re.Pattern[str] | None, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: each if key in ("_id", "path") else _fitted(each, shift, finder, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_fitted(each, shift, finder, names) for each in value]
    if not isinstance(value, str):
        return value
    if DAY.fullmatch(value) or MONTH.fullmatch(value):
        return _moved(value, shift)
    moved = IN_WORDS.sub(lambda found: _moved_in_words(found, shift), value)
    if finder is None:
        return moved
    renamed = finder.sub(lambda found: names[found[0]], moved)
    return ADDRESS.sub(lambda found: renamed_small(found[0], names), renamed)


def renamed_small(text: str, names: Mapping[str, str]) -> str:
    """An e-mail address or the name of a file, in which names are written small: amara-my-week.txt."""
    small = {old.lower(): new.lower() for old, new in names.items()}
    finder = _finder(small)
    return finder.sub(lambda found: small[found[0]], text) if finder else text


def _moved(text: str, shift: _Shift) -> str:
    if found := DAY.fullmatch(text):
        day = shift.of(date(int(found[1]), int(found[2]), int(found[3])))
        return f"{day.isoformat()}{found[4]}"
    found = MONTH.fullmatch(text)
    assert found is not None
    day = shift.of(date(int(found[1]), int(found[2]), 15))
    return f"{day:%Y-%m}{found[3]}"


def _moved_in_words(found: re.Match[str], shift: _Shift) -> str:
    try:
        day = shift.of(date(int(found[3] or shift.as_of.year), MONTHS.index(found[2]) + 1, int(found[1])))
    except ValueError:
        return found[0]
    return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if found[3] else "")


def _finder(names: Mapping[str, str]) -> re.Pattern[str] | None:
    """Finds any of the names as whole words, the longest first."""
    if not names:
        return None
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")

"""A time of day in one box: "2:30pm", "14:30", "9am", "midday"; kept as "14:30"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from portal import language, timekeeping
from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import Taken, Wrong
from portal.forms.question_kinds.typed import TypedKind, compare_plain
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

_TYPED = re.compile(r"([0-9]{1,2})(?:[:.h ]?([0-9]{2}))?\s*(am|pm)?")
_KEPT = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_WORDS = {"midday": "12:00", "noon": "12:00", "12 noon": "12:00", "midnight": "00:00", "12 midnight": "00:00"}


class Time(TypedKind):
    """A time of day."""

    name = "time"
    comparisons = frozenset({"answered", "is", "is_not", "in", "before", "after", "not_before", "not_after"})

    def take(self, question: Question, typed: str) -> Taken:
        """The time as "14:30"; an hour alone needs am or pm."""
        kept = from_words(typed)
        if kept:
            return Taken(kept)
        message = say("{please} with am or pm, or by the 24-hour clock, like 9:30am or 14:30", please=wording.please(question, "Enter"))
        return Taken(wrong=(Wrong("not_a_time", wording.say(question, "not_a_time", message)),))

    def wrong(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """A value is wrong when it is not hours and minutes of a day."""
        if isinstance(value, str) and _KEPT.fullmatch(value):
            return ()
        return (Wrong("shape", f"{wording.subject(question)} must be a time such as 14:30"),)

    def text(self, question: Question, value: Any) -> str:
        """The time as people say it: "2:30pm", "9am", "midday"."""
        hour, minute = (int(part) for part in value.split(":"))
        if not language.current().is_english:
            return timekeeping.show_clock(hour, minute)
        if minute == 0 and hour in (0, 12):
            return "midday" if hour else "midnight"
        return f"{(hour - 1) % 12 + 1}{f':{minute:02}' if minute else ''}{'am' if hour < 12 else 'pm'}"

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """Earlier or later on the same day."""
        if comparison in ("is", "is_not", "in"):
            return compare_plain(value, comparison, other)
        if not isinstance(other, str):
            return None
        return {"before": value < other, "after": value > other, "not_before": value >= other, "not_after": value <= other}.get(comparison)

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """Times compare with times."""
        values = other if isinstance(other, list) and comparison == "in" else [other]
        fits = all(isinstance(each, str) and _KEPT.fullmatch(each) for each in values)
        return "" if fits else f"`{comparison}` compares a time with a time such as \"14:30\" in quotes"

    def demand(self, question: Question, comparison: str, other: Any, today: date) -> str:
        """What the time must be."""
        words = {
            "before": "must be before {time}",
            "after": "must be after {time}",
            "not_before": "must be at or after {time}",
            "not_after": "must be at or before {time}",
        }.get(comparison, "must be {time}")
        return say(words, time=self.text(question, other))

    def example(self, question: Question) -> Any:
        """An afternoon."""
        return "14:30"

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A quarter of an hour of the day, or a time that is looked for."""
        sought = [each for each in source.sought if isinstance(each, str)]
        if sought and source.happens(0.4):
            return source.one_of(sought)
        return f"{source.number(8, 18):02}:{source.one_of(('00', '15', '30', '45'))}"

    def edges(self, question: Question, today: date) -> Iterator[Any]:
        """The times that rules name and the minutes beside them, the first and the last minute of the day."""
        named = [rule.value for rule in question.rules if isinstance(rule.value, str) and _KEPT.fullmatch(rule.value)]
        for minutes in (int(each[:2]) * 60 + int(each[3:]) + move for each in (*named, "00:00", "23:59") for move in (0, 1, -1)):
            if 0 <= minutes < 24 * 60:
                yield f"{minutes // 60:02}:{minutes % 60:02}"

    def schema(self, question: Question) -> dict[str, Any]:
        """Hours and minutes."""
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}


def from_words(typed: str) -> str:
    """The time of day that was typed, as "14:30"; '' where it is none or could be two."""
    words = typed.strip().lower().replace("a.m.", "am").replace("p.m.", "pm")
    if words in _WORDS:
        return _WORDS[words]
    found = _TYPED.fullmatch(words)
    if not found:
        return ""
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if minute > 59 or (half and not 1 <= hour <= 12) or hour > 23 or not (half or found[2]):
        return ""
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{minute:02}"

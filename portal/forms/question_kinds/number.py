"""A number in one box, whole or with decimals, between limits and in steps."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import Field

from portal import language
from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import KindSettings, Taken, Wrong
from portal.forms.question_kinds.typed import TypedKind, compare_plain, plain_fault
from portal.language import number as shown
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

_TYPED = re.compile(r"[-−]?[0-9]{1,15}(?:\.[0-9]{1,6})?")


FAR = 40
"""Steps above the smallest number that most made-up numbers lie within."""


class NumberSettings(KindSettings):
    """Limits, the step (1: whole numbers; 0.5: halves), and what stands beside the box."""

    min: int | float | None = None
    max: int | float | None = None
    step: int | float = Field(default=1, gt=0)
    prefix: str = ""
    suffix: str = ""
    width: int = Field(default=5, ge=2, le=20)


class Number(TypedKind):
    """A number; kept as a whole number where the step is whole."""

    name = "number"
    texts = ("prefix", "suffix")
    settings = NumberSettings
    comparisons = frozenset({"answered", "is", "is_not", "in", "lt", "lte", "gt", "gte"})

    def take(self, question: Question, typed: str) -> Taken:
        """The number; thousands may be set off by commas, and the suffix may be typed too."""
        bare = typed.strip().removeprefix(question.settings.prefix).removesuffix(question.settings.suffix)
        bare = language.current().plain_number(bare.strip())
        if not _TYPED.fullmatch(bare):
            return Taken(wrong=(self._wrong(question, "not_a_number", say("must be a number, like 3")),))
        number = Decimal(bare.replace("−", "-"))
        value = int(number) if number == number.to_integral_value() else float(number)
        wrong = self.wrong(question, value)
        return Taken(wrong=wrong) if wrong else Taken(value)

    def wrong(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """A value is wrong when it is no number, outside the limits, or between two steps."""
        if not is_number(value):
            return (Wrong("shape", f"{wording.subject(question)} must be a number"),)
        settings = question.settings
        if settings.min is not None and value < settings.min:
            return (self._wrong(question, "too_small", say("must be {number} or more", number=shown(settings.min))),)
        if settings.max is not None and value > settings.max:
            return (self._wrong(question, "too_big", say("must be {number} or less", number=shown(settings.max))),)
        if (Decimal(str(value)) - Decimal(str(settings.min or 0))) % Decimal(str(settings.step)):
            words = say("must be a whole number") if settings.step == 1 else say("must be in steps of {step}", step=shown(settings.step))
            return (self._wrong(question, "step", words),)
        return ()

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """The number as typed plainly."""
        return {"": [f"{value}".replace(".", language.current().decimal)]}

    def text(self, question: Question, value: Any) -> str:
        """The number with what stands beside it: "92%", "3 hours", "£12"."""
        suffix = question.settings.suffix
        return f"{question.settings.prefix}{shown(value)}{' ' if suffix[:1].isalpha() else ''}{suffix}"

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """Equal, smaller or bigger."""
        return compare_numbers(value, comparison, other)

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """Numbers compare with numbers."""
        return plain_fault(comparison, other, (int, float), "a number")

    def demand(self, question: Question, comparison: str, other: Any, today: date) -> str:
        """What the number must be."""
        return number_demand(comparison, other)

    def example(self, question: Question) -> Any:
        """The smallest number allowed, or one step from nothing."""
        settings = question.settings
        if settings.min is not None:
            return settings.min
        return settings.step if settings.max is None or settings.step <= settings.max else settings.max

    def settings_faults(self, question: Question) -> tuple[str, ...]:
        """The smallest number must not be above the biggest."""
        low, high = question.settings.min, question.settings.max
        return (f"`min` {low} is above `max` {high}",) if low is not None and high is not None and low > high else ()

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """Any number on the steps between the limits; often one next to a number that is looked for."""
        settings = question.settings
        low = Decimal(str(settings.min or 0))
        step = Decimal(str(settings.step))
        steps = FAR if settings.max is None else int((Decimal(str(settings.max)) - low) / step)
        near = [each for each in source.sought if isinstance(each, int | float) and not isinstance(each, bool)]
        if near and source.happens(0.6):
            chosen = (Decimal(str(source.one_of(near))) - low) // step + source.number(-1, 1)
        else:
            chosen = Decimal(source.number(0, max(0, min(steps, FAR) if source.happens(0.8) else steps)))
        value = low + chosen * step
        return int(value) if value == value.to_integral_value() else float(value)

    def schema(self, question: Question) -> dict[str, Any]:
        """A number between the limits."""
        settings = question.settings
        limits = {"minimum": settings.min, "maximum": settings.max}
        whole = isinstance(settings.step, int) and not (settings.min or 0) % 1
        return {"type": "integer" if whole else "number", **{key: limit for key, limit in limits.items() if limit is not None}}

    def _wrong(self, question: Question, code: str, words: str) -> Wrong:
        return Wrong(code, wording.say(question, code, f"{wording.subject(question)} {words}"))


def is_number(value: Any) -> bool:
    """Whether this is a number one can count with (not true, false, infinite or no number at all)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def compare_numbers(value: Any, comparison: str, other: Any) -> bool | None:
    """The comparison of two numbers; None where the other is none."""
    if comparison in ("is", "is_not", "in"):
        return compare_plain(value, comparison, other)
    if not is_number(other):
        return None
    return {"lt": value < other, "lte": value <= other, "gt": value > other, "gte": value >= other}.get(comparison)


def number_demand(comparison: str, other: Any) -> str:
    """A broken rule of numbers in words: "must be 18 or less"."""
    words = {
        "lt": "must be less than {number}",
        "lte": "must be {number} or less",
        "gt": "must be more than {number}",
        "gte": "must be {number} or more",
        "is_not": "must be other than {number}",
    }
    return say(words.get(comparison, "must be {number}"), number=other)

"""A scale, 0 to 10 unless said otherwise, with words for its two ends."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from portal.forms.model import Option
from portal.forms.question_kinds import wording
from portal.forms.question_kinds.choices import ChosenKind
from portal.forms.question_kinds.kind import BLANK, KindSettings, Raw, Taken, Wrong, chosen_values
from portal.forms.question_kinds.number import compare_numbers, number_demand
from portal.forms.question_kinds.typed import plain_fault
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp


class Ends(BaseModel):
    """What the lowest and the highest point mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: str = ""
    high: str = ""


class ScaleSettings(KindSettings):
    """The ends of the scale and their words."""

    min: int = Field(default=0, ge=0, le=100)
    max: int = Field(default=10, ge=1, le=100)
    labels: Ends = Ends()


class Scale(ChosenKind):
    """A point on a scale; the value is a whole number."""

    name = "scale"
    texts = ("labels",)
    settings = ScaleSettings
    comparisons = frozenset({"answered", "is", "is_not", "in", "lt", "lte", "gt", "gte"})
    chosen_by = "radio"

    def options(self, question: Question) -> tuple[Option, ...]:
        """One option per point, the ends with their words."""
        ends = {question.settings.min: question.settings.labels.low, question.settings.max: question.settings.labels.high}
        points = range(question.settings.min, question.settings.max + 1)
        return tuple(Option(id=str(each), label=f"{each}: {ends[each]}" if ends.get(each) else str(each)) for each in points)

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """The point chosen, as a number."""
        values = chosen_values(raw)
        if not values:
            return BLANK
        point = int(values[0]) if re.fullmatch("[0-9]{1,3}", values[0]) and len(values) == 1 else None
        wrong = self.wrong(question, point)
        return Taken(wrong=wrong) if wrong else Taken(point)

    def wrong(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """A value is wrong when it is no point of the scale."""
        low, high = question.settings.min, question.settings.max
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return ()
        message = say("{subject} must be a whole number from {low} to {high}", subject=wording.subject(question), low=low, high=high)
        return (Wrong("not_an_option", wording.say(question, "not_an_option", message)),)

    def text(self, question: Question, value: Any) -> str:
        """The point and the end of the scale: "7 out of 10"."""
        return say("{point} out of {most}", point=value, most=question.settings.max)

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """Equal, lower or higher."""
        return compare_numbers(value, comparison, other)

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """Points compare with numbers."""
        return plain_fault(comparison, other, int, "a whole number")

    def demand(self, question: Question, comparison: str, other: Any, today: date) -> str:
        """What the point must be."""
        return number_demand(comparison, other)

    def settings_faults(self, question: Question) -> tuple[str, ...]:
        """The low end is below the high one."""
        low, high = question.settings.min, question.settings.max
        return () if low < high else (f"`min` {low} is not below `max` {high}",)

    def example(self, question: Question) -> Any:
        """The middle of the scale."""
        return (question.settings.min + question.settings.max) // 2

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """Any point; often one next to a point that is looked for."""
        low, high = question.settings.min, question.settings.max
        near = [each + step for each in source.sought if isinstance(each, int) for step in (-1, 0, 1) if low <= each + step <= high]
        return source.one_of(near) if near and source.happens(0.5) else source.number(low, high)

    def schema(self, question: Question) -> dict[str, Any]:
        """A whole number between the ends."""
        return {"type": "integer", "minimum": question.settings.min, "maximum": question.settings.max}

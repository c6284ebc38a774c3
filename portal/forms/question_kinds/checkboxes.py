"""Checkboxes: any number of options; an exclusive one ("None of these") stands alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field

from portal.forms.model import Option
from portal.forms.question_kinds import wording
from portal.forms.question_kinds.choices import (
    OptionSettings,
    always_there,
    label_of,
    not_an_option,
    option_fault,
    option_list_faults,
    option_of,
    write_in_faults,
)
from portal.forms.question_kinds.kind import BLANK, QuestionKind, Raw, Taken, Wrong, chosen_values
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp


MOST_MADE_UP = 5
"""Boxes ticked in a made-up answer, at most."""


class CheckboxesSettings(OptionSettings):
    """How many may be chosen; 0 sets no limit."""

    max: int = Field(default=0, ge=0)


class Checkboxes(QuestionKind):
    """Any number of options; the value is the list of their ids in the order of the form."""

    name = "checkboxes"
    settings = CheckboxesSettings
    comparisons = frozenset({"answered", "has", "in"})
    asks_to = "Select"

    def options(self, question: Question) -> tuple[Option, ...]:
        """The options in the order of the file."""
        return question.settings.options

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """The ids ticked, in the order of the form."""
        ticked = chosen_values(raw)
        if not ticked:
            return BLANK
        wrong = self.wrong(question, ticked)
        order = [option.id for option in self.options(question)]
        return Taken(wrong=wrong) if wrong else Taken(sorted(ticked, key=order.index))

    def wrong(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """A value is wrong when it is no list of different option ids, is too long, or joins an exclusive one to others."""
        if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
            return (Wrong("shape", f"{wording.subject(question)} must be a list of option ids"),)
        options = self.options(question)
        unknown = [each for each in value if option_of(options, each) is None]
        if unknown:
            return (not_an_option(question, unknown[0]),)
        if len(set(value)) < len(value):
            return (Wrong("shape", f"{wording.subject(question)} must name each option once"),)
        alone = [option for option in options if option.exclusive and option.id in value]
        if alone and len(value) > 1:
            message = say("{please}, or select “{other}”, not both", please=wording.please(question, "Select"), other=alone[0].label)
            return (Wrong("exclusive", wording.say(question, "exclusive", message)),)
        limit = question.settings.max
        if limit and len(value) > limit:
            return (Wrong("too_many", wording.say(question, "too_many", say("{please}: {most} at most", please=wording.please(question, "Select"), most=limit))),)
        return ()

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """One input value per option ticked."""
        return {"": list(value)}

    def text(self, question: Question, value: Any) -> str:
        """The labels, one a line."""
        return "\n".join(label_of(self.options(question), each) for each in value)

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """`has` asks for one option, `in` for any of several."""
        if comparison == "has":
            return other in value
        if comparison == "in" and isinstance(other, list):
            return any(each in value for each in other)
        return None

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """Only options that exist can be compared with."""
        return option_fault(self.options(question), comparison, other)

    def settings_faults(self, question: Question) -> tuple[str, ...]:
        """One box to tick is enough; each id once, and no box to write in."""
        options = self.options(question)
        return (*option_list_faults(options, at_least=1), *write_in_faults(question, options, "has"))

    def example(self, question: Question) -> Any:
        """The first two options that are always there and may stand together."""
        options = always_there(self.options(question))
        together = [option.id for option in options if not option.exclusive] or [options[0].id]
        return together[: question.settings.max or 2][:2]

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A few options that may stand together, or one that stands alone."""
        options = self.options(question)
        together = [option.id for option in options if not option.exclusive]
        alone = [option.id for option in options if option.exclusive]
        if alone and (not together or source.happens(0.2)):
            return [source.one_of(alone)]
        sought = source.sought_among(together)
        chosen = {source.one_of(sought)} if sought and source.happens(0.4) else set()
        for _ in range(source.number(0 if chosen else 1, min(question.settings.max or MOST_MADE_UP, MOST_MADE_UP) - len(chosen))):
            chosen.add(source.one_of(together))
        return [each for each in together if each in chosen]

    def schema(self, question: Question) -> dict[str, Any]:
        """A list of different option ids."""
        ids = [option.id for option in self.options(question)]
        return {"type": "array", "items": {"enum": ids}, "minItems": 1, "uniqueItems": True}

"""What kinds share whose answers are chosen from options: the options themselves, one choice, comparing by option id."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import Field

from portal import language
from portal.forms.model import Option
from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import (
    BLANK,
    KindSettings,
    QuestionKind,
    Raw,
    Taken,
    Wrong,
    chosen_values,
)
from portal.forms.question_kinds.typed import compare_plain
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp


class OptionSettings(KindSettings):
    """The options, written here or taken from the list of this name (the loader puts a list's options into `options`)."""

    options: tuple[Option, ...] = ()
    list_name: str = Field(default="", alias="list")


class ChosenKind(QuestionKind):
    """A kind where one option is chosen; the value is its id."""

    settings = OptionSettings
    comparisons = frozenset({"answered", "is", "is_not", "in"})
    asks_to = "Select"

    def options(self, question: Question) -> tuple[Option, ...]:
        """The options in the order of the file."""
        return question.settings.options

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """The chosen option's id; a second one or an unknown one is wrong."""
        values = chosen_values(raw)
        if not values:
            return BLANK
        if len(values) > 1:
            return Taken(wrong=(Wrong("too_many", wording.say(question, "too_many", say("{please} once only", please=wording.please(question, "Select")))),))
        wrong = self.wrong(question, values[0])
        return Taken(wrong=wrong) if wrong else Taken(values[0])

    def wrong(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """A value is wrong when it is none of the options."""
        if not isinstance(value, str):
            return (Wrong("shape", f"{wording.subject(question)} must be the id of one option"),)
        if option_of(self.options(question), value) is None:
            return (not_an_option(question, value),)
        return ()

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """The one input holds the option's id."""
        return {"": [str(value)]}

    def text(self, question: Question, value: Any) -> str:
        """The option's label."""
        return label_of(self.options(question), value)

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """The same option, another one, or one of a list."""
        return compare_plain(value, comparison, other)

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """Only options that exist can be compared with."""
        return option_fault(self.options(question), comparison, other)

    def settings_faults(self, question: Question) -> tuple[str, ...]:
        """A choice needs at least two options, each id once, and has no box to write in."""
        return (*option_list_faults(self.options(question)), *write_in_faults(question, self.options(question), "is"))

    def example(self, question: Question) -> Any:
        """The first option that is always there."""
        return always_there(self.options(question))[0].id

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """Any option; often one that is looked for."""
        options = [option.id for option in self.options(question)]
        return source.one_of(source.sought_among(options) or options) if source.happens(0.4) else source.one_of(options)

    def schema(self, question: Question) -> dict[str, Any]:
        """One of the option ids."""
        return {"enum": [option.id for option in self.options(question)]}


def option_of(options: tuple[Option, ...], option_id: Any) -> Option | None:
    """The option of this id, or None."""
    return next((option for option in options if option.id == option_id), None)


@lru_cache(maxsize=256)
def _said_in(options: tuple[Option, ...], _spoken: language.Language) -> tuple[Option, ...]:
    return tuple(option.model_copy(update={"label": say(option.label), "group": say(option.group) if option.group else ""}) for option in options)


def said(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """Options that come with the portal, in the language spoken."""
    return options if language.current().is_english else _said_in(options, language.current())


def label_of(options: tuple[Option, ...], option_id: Any) -> str:
    """The label of the option; the id itself where a later form no longer has it."""
    option = option_of(options, option_id)
    return option.label if option else str(option_id)


def always_there(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """The options without a condition; all of them where each has one."""
    return tuple(option for option in options if option.when is None) or options


def not_an_option(question: Question, value: Any, part: str = "") -> Wrong:
    """What to say about a choice that was never offered."""
    message = say("{please} from the list; “{value}” is not on it", please=wording.please(question, "Select"), value=str(value)[:60])
    return Wrong("not_an_option", wording.say(question, "not_an_option", message), part)


def option_fault(options: tuple[Option, ...], comparison: str, other: Any) -> str:
    """Why `other` names no option; '' when it does."""
    if comparison == "in" and not isinstance(other, list):
        return "`in` takes a list of option ids"
    ids = [option.id for option in options]
    unknown = [each for each in (other if isinstance(other, list) and comparison == "in" else [other]) if each not in ids]
    if not unknown:
        return ""
    return f"there is no option {unknown[0]!r} (options: {', '.join(ids[:30])})"


def option_list_faults(options: tuple[Option, ...], at_least: int = 2) -> tuple[str, ...]:
    """What is wrong with a list of options: too few, or an id twice."""
    faults = []
    if len(options) < at_least:
        faults.append(f"needs at least {at_least} options; it has {len(options)}")
    ids = [option.id for option in options]
    faults += [f"the option id {each!r} stands there twice" for each in dict.fromkeys(ids) if ids.count(each) > 1]
    return tuple(faults)


def write_in_faults(question: Question, options: tuple[Option, ...], comparison: str) -> tuple[str, ...]:
    """What is wrong with options that promise a box to write in, in a kind that has none. `comparison` is how such an answer is asked about."""
    return tuple(
        f"the option {option.id!r} has `write_in`, and only ethnicity and language have a box for it: take `write_in` away and add "
        f"a text question with `when: {{question: {question.id}, {comparison}: {option.id}}}`"
        for option in options
        if option.write_in
    )

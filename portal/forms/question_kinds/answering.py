"""What can be asked of any question's answer, whichever its kind; here, once, lives the answer "Not known".

Reading a whole page is `portal.forms.page_form`; what one kind does stands in its drawer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from portal import language
from portal.forms import held_back
from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import Raw, Taken, Wrong, first
from portal.forms.question_kinds.register import kind

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

Said = TypeVar("Said")

NOT_KNOWN = {"not_known": True}
NOT_KNOWN_PART = "not_known"
NOT_KNOWN_OPTION = "-not-known"
"""The radio button "Not known"; its hyphen keeps it apart from every option id."""

NOT_KNOWN_WORD = "not_known"


def is_not_known(value: Any) -> bool:
    """Whether the answer is that the person does not know."""
    return isinstance(value, dict) and value.get("not_known") is True


def in_its_language(answer: Callable[..., Said]) -> Callable[..., Said]:
    """Let what is said about a question be in its language: English for one without a translation, whatever is spoken around it."""

    @wraps(answer)
    def said(question: Question, *rest: Any, **named: Any) -> Said:
        if language.current() is language.ENGLISH or not question.lang:
            return answer(question, *rest, **named)
        with language.speaking(language.ENGLISH):
            return answer(question, *rest, **named)

    return said


@in_its_language
def read(question: Question, raw: Raw, stored: Any = None) -> Taken:
    """Turn what was sent into a value, "Not known" included; see `QuestionKind.read`."""
    drawer = kind(question.kind)
    if not drawer.has_value:
        return Taken(blank=True)
    stored = None if is_not_known(stored) else stored
    rest, ticked = _without_tick(raw)
    taken = drawer.read(question, rest, stored)
    if not (question.not_known and ticked):
        return taken
    if taken.blank or drawer.chosen_by == "radio":
        return Taken(value=dict(NOT_KNOWN))
    message = language.say("{please}, or select “{other}”, not both", please=wording.please(question, "Enter"), other=language.say("Not known"))
    return Taken(wrong=(Wrong("both", wording.say(question, "both", message)),))


@in_its_language
def raw_of(question: Question, value: Any) -> dict[str, list[str]]:
    """The inputs that show this value again; empty for no value."""
    drawer = kind(question.kind)
    if value is None or not drawer.has_value or held_back.is_held(question):
        return {}
    if is_not_known(value):
        return {"": [NOT_KNOWN_OPTION]} if drawer.chosen_by == "radio" else {NOT_KNOWN_PART: ["yes"]}
    return drawer.raw(question, value)


@in_its_language
def wrong(question: Question, value: Any) -> tuple[Wrong, ...]:
    """What is wrong with the shape, the choice or the limits of a canonical value."""
    drawer = kind(question.kind)
    if not drawer.has_value:
        return (Wrong("no_value", f"{question.id}: this is text to read and takes no answer"),)
    if is_not_known(value):
        if question.not_known and set(value) == {"not_known"}:
            return ()
        return (Wrong("shape", f"{wording.subject(question)} cannot be “not known”"),)
    return drawer.wrong(question, value)


@in_its_language
def broken_rules(question: Question, value: Any, *, today: date, test_numbers: bool = False) -> tuple[Wrong, ...]:
    """What is wrong with a well-formed value today: the rules of the question, and numbers only tests may use."""
    if value is None or is_not_known(value):
        return ()
    drawer = kind(question.kind)
    found = [] if test_numbers else list(drawer.not_allowed_here(question, value))
    for rule in question.rules:
        if compare(question, value, rule.comparison, rule.value, today=today) is False:
            ours = f"{wording.subject(question)} {drawer.demand(question, rule.comparison, rule.value, today)}"
            found.append(Wrong(rule.comparison, rule.message or wording.say(question, rule.comparison, ours)))
    return tuple(found)


@in_its_language
def missing(question: Question) -> Wrong:
    """What to say when the question must be answered and is not."""
    return Wrong("required", wording.say(question, "required", wording.please(question, kind(question.kind).asks_to)))


@in_its_language
def text_of(question: Question, value: Any) -> str:
    """The answer in words; '' for none, "Not known" when the person does not know; where it is held back, the words that say so."""
    if value is None or not kind(question.kind).has_value:
        return ""
    if held_back.is_held(question):
        return held_back.words()
    return language.say("Not known") if is_not_known(value) else kind(question.kind).text(question, value)


def merge_value(question: Question, value: Any) -> Any:
    """Plain data for a Word template: text, or for a compound kind a dict of texts with the whole under `text`.

    Without an answer every text is empty; "Not known" stands in `text` only, and so do the words for one that is held back.
    """
    drawer = kind(question.kind)
    names = drawer.merge_names(question)
    if value is None or is_not_known(value) or held_back.is_held(question):
        text = text_of(question, value)
        return {**dict.fromkeys(names, ""), "text": text} if names else text
    return drawer.merge(question, value)


def compare(question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
    """Whether the comparison holds for this answer; None where there is no answer or it cannot decide.

    "Not known" is answered, is `not_known`, and decides nothing else.
    """
    if comparison == "answered":
        return (value is not None) is (other is not False)
    if value is None:
        return None
    if question.not_known and _names_not_known(other):
        if comparison in ("is", "has"):
            return is_not_known(value)
        if comparison == "is_not":
            return not is_not_known(value)
    if is_not_known(value):
        return True if comparison == "in" and isinstance(other, list) and NOT_KNOWN_WORD in other else None
    return kind(question.kind).compare(question, value, comparison, other, today=today)


def comparison_fault(question: Question, comparison: str, other: Any) -> str:
    """Why this comparison cannot be made with this question's answers; '' when it can."""
    drawer = kind(question.kind)
    if not drawer.has_value:
        return f"{question.id} is text to read and has no answer to compare"
    if comparison not in drawer.comparisons:
        return f"{question.id} is of kind {question.kind}, which compares with {', '.join(sorted(drawer.comparisons))}, not {comparison}"
    if comparison == "answered":
        return "" if isinstance(other, bool) else "`answered` takes true or false"
    if question.not_known and comparison in ("is", "is_not", "has") and _names_not_known(other):
        return ""
    if question.not_known and comparison == "in" and isinstance(other, list):
        other = [each for each in other if not _names_not_known(each)]
        if not other:
            return ""
    return drawer.comparison_fault(question, comparison, other)


def example(question: Question) -> Any:
    """A made-up valid value; None for text to read."""
    return kind(question.kind).example(question) if kind(question.kind).has_value else None


def suggestions(question: Question, source: MadeUp, tries: int = 12) -> Iterator[Any]:
    """Made-up values to try one after the other, "Not known" among them; the drawer's edges and its example come last."""
    drawer = kind(question.kind)
    nothing_offered = hasattr(question.settings, "options") and not drawer.options(question)
    if drawer.has_value and not nothing_offered:
        for _ in range(tries):
            yield dict(NOT_KNOWN) if question.not_known and source.happens(0.12) else drawer.made_up(question, source)
        yield from drawer.edges(question, source.today)
        yield drawer.example(question)
    if question.not_known:
        yield dict(NOT_KNOWN)


def json_schema(question: Question) -> dict[str, Any]:
    """The JSON Schema of the question's values, "Not known" included; false (nothing fits) for text to read."""
    drawer = kind(question.kind)
    if not drawer.has_value:
        return {"not": {}}
    schema = drawer.schema(question)
    if not question.not_known:
        return schema
    tick = {"type": "object", "properties": {"not_known": {"const": True}}, "required": ["not_known"], "additionalProperties": False}
    return {"anyOf": [schema, tick]}


def _without_tick(raw: Raw) -> tuple[dict[str, list[Any]], bool]:
    rest = {part: list(values) for part, values in raw.items() if part != NOT_KNOWN_PART}
    chosen = rest.get("", [])
    ticked = bool(first(raw, NOT_KNOWN_PART)) or NOT_KNOWN_OPTION in [each for each in chosen if isinstance(each, str)]
    rest[""] = [each for each in chosen if not (isinstance(each, str) and each == NOT_KNOWN_OPTION)]
    return rest, ticked


def _names_not_known(other: Any) -> bool:
    return isinstance(other, str) and other == NOT_KNOWN_WORD


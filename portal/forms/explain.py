"""Why something is shown or not: a condition told leaf by leaf, in words, with what each part came to for these answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.errors import NotFound
from portal.forms import condition_tree as tree
from portal.forms import held_back, question_kinds
from portal.forms.answers import Visible
from portal.forms.comparison_words import COMPARED
from portal.forms.condition_tree import walk
from portal.forms.conditions import Facts, Judge
from portal.forms.model import FormDefinition, Question, Scope
from portal.forms.paths import split_path

_COMPARED = COMPARED | {
    "is": "is {}", "is_not": "is not {}", "in": "is one of {}", "has": "includes {}", "within_days": "is within this many days of today: {}",
}  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """One part of a condition: how deep it stands, what it says, what it came to (None for unknown), what was answered.

    `is_held`: it looks at an answer that is held back from whoever reads, so that what it came to is not told.
    """

    depth: int
    words: str
    outcome: bool | None
    answer: str = ""
    is_held: bool = False


def why(definition: FormDefinition, condition: tree.Condition, answers: Mapping[str, Any], scope: Scope, facts: Facts) -> list[Reason]:
    """The condition part by part for the item that `scope` names; `answers` are the shown ones, as for `conditions.evaluate`."""
    return list(_reasons(Judge(answers, facts, definition), condition, scope, 0, ()))


class NothingThere(NotFound):
    """The form has no page or question of this name."""


@dataclass(frozen=True)
class Told:
    """Why the thing of this name is shown or not: for each condition on it, what the condition decides and its parts."""

    is_shown: bool
    parts: tuple[tuple[str, tuple[Reason, ...]], ...]


def told_at(definition: FormDefinition, name: str, seen: Visible, facts: Facts) -> Told:
    """Why a page (by id) or the question at a path is shown or not, and must be answered or not. Raises NothingThere."""
    try:
        scope, last = split_path(name)
    except ValueError:
        scope, last = (), ""
    index = definition.index
    page = index.page_of.get(last) or index.pages.get(last)
    if page is None:
        raise NothingThere(f"{definition.id} has no page {name!r} and no question at this path")
    question = index.questions.get(last)
    shown = (last, scope) in (seen.pages if question is None else seen.questions)
    conditions = [("its page is shown when", page.when), ("the question is shown when", question.when if question else None)]
    if question is not None and not isinstance(question.required, bool):
        conditions.append(("it must be answered when", question.required))
    parts = ((what, tuple(why(definition, condition, seen.answers, scope, facts))) for what, condition in conditions if condition is not None)
    return Told(shown, tuple(parts))


def why_at(definition: FormDefinition, name: str, seen: Visible, facts: Facts) -> list[str]:
    """The same as lines. Raises NothingThere."""
    told = told_at(definition, name, seen, facts)
    lines = [f"{name} is {'shown' if told.is_shown else 'not shown'}"]
    for what, reasons in told.parts:
        lines += [f"{what}:", *(line_of(reason) for reason in reasons)]
    return lines


def line_of(reason: Reason) -> str:
    """A reason as one line, indented by its depth."""
    outcome = "held back" if reason.is_held else {True: "yes", False: "no", None: "unknown"}[reason.outcome]
    return f"{'  ' * (reason.depth + 1)}{reason.words}: {outcome}{f' (answered: {reason.answer})' if reason.answer else ''}"


def in_words(definition: FormDefinition, condition: tree.Condition) -> str:
    """What one part of a condition says, by the labels of the form; of a part with parts inside, only how it joins them."""
    match condition:
        case tree.AllOf():
            return "all of these"
        case tree.AnyOf():
            return "any of these"
        case tree.Not():
            return "not this"
        case tree.Use(name):
            return f"the condition “{name}”"
        case tree.HasRole(role):
            return f"you have the role “{role}”"
        case tree.RecordFact(fact, comparison, value):
            return f"in the record, “{fact}” {_compared(comparison, _plain(value))}"
        case tree.AnyItem(repeat):
            return f"for at least one {_item(definition, repeat)}"
        case tree.EveryItem(repeat):
            return f"for every {_item(definition, repeat)}"
        case tree.CountOf(repeat, match, comparison, number):
            which = " for which this holds" if match is not None else ""
            return f"the number of items in “{_title(definition, repeat)}”{which} {_compared(comparison, str(number))}"
        case tree.Compare(question_id, comparison, value):
            question = definition.index.questions.get(question_id)
            label = question.label if question else question_id
            return f"“{label}” {_compared(comparison, _another(definition, value) if isinstance(value, tree.AnotherAnswer) else _value(question, value))}"
    raise TypeError(f"{condition!r} is no condition")


def _reasons(judge: Judge, condition: tree.Condition, scope: Scope, depth: int, used: tuple[str, ...]) -> Iterator[Reason]:
    words = in_words(judge.definition, condition)
    if _is_held(judge.definition, condition):
        yield Reason(depth, words, None, is_held=True)
    else:
        yield Reason(depth, words, judge.judge(condition, scope), _answer(judge, condition, scope))
    match condition:
        case tree.AllOf(parts) | tree.AnyOf(parts):
            for part in parts:
                yield from _reasons(judge, part, scope, depth + 1, used)
        case tree.Not(part):
            yield from _reasons(judge, part, scope, depth + 1, used)
        case tree.Use(name) if name in judge.definition.conditions and name not in used:
            yield from _reasons(judge, judge.definition.conditions[name], scope, depth + 1, (*used, name))
        case tree.AnyItem(repeat, match) | tree.EveryItem(repeat, match) | tree.CountOf(repeat, match) if match is not None:
            for item in judge.items(repeat, scope):
                yield from _reasons(judge, match, item, depth + 1, used)


def _is_held(definition: FormDefinition, condition: tree.Condition) -> bool:
    """Whether what this comes to would tell an answer that is held back: it looks at one, itself or in one of its parts."""
    if held_back.reader() is None:
        return False
    parts = [part for _, part in walk(condition)]
    used = [_is_held(definition, definition.conditions[part.name]) for part in parts if isinstance(part, tree.Use) and part.name in definition.conditions]
    return any(used) or any(held_back.is_held_at(definition, part.question) for part in parts if isinstance(part, tree.Compare))


def _answer(judge: Judge, condition: tree.Condition, scope: Scope) -> str:
    if not isinstance(condition, tree.Compare) or condition.question not in judge.index.questions:
        return ""
    value = judge.value(condition.question, scope)
    return question_kinds.text_of(judge.index.questions[condition.question], value) if value is not None else ""


def _compared(comparison: str, value: str) -> str:
    if comparison == "answered":
        return "is answered" if value != "false" else "is not answered"
    return _COMPARED[comparison].format(value)


def _value(question: Question | None, value: Any) -> str:
    if question is None:
        return _plain(value)
    labels = {option.id: option.label for option in question_kinds.kind(question.kind).options(question)}
    values = value if isinstance(value, list) else [value]
    return " or ".join(labels.get(each, _plain(each)) if isinstance(each, str) else _plain(each) for each in values)


def _another(definition: FormDefinition, other: tree.AnotherAnswer) -> str:
    question = definition.index.questions.get(other.question)
    moved = f" {'' if other.plus.startswith('-') else '+'}{other.plus}" if other.plus else ""
    return f"the answer to “{question.label if question else other.question}”{moved}"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return " or ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _item(definition: FormDefinition, repeat_id: str) -> str:
    repeat = definition.index.repeats.get(repeat_id)
    return repeat.item if repeat else repeat_id


def _title(definition: FormDefinition, repeat_id: str) -> str:
    repeat = definition.index.repeats.get(repeat_id)
    return repeat.title if repeat else repeat_id

"""A condition as sentences for people who do not read YAML: no ids, no brackets, `not` worked into the words.

A small condition becomes one line; a larger one a line with indented points below it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.forms import condition_tree as tree
from portal.forms import question_kinds
from portal.forms.comparison_words import COMPARED
from portal.forms.condition_tree import walk
from portal.forms.model import FormDefinition, Question
from portal.forms.question_kinds.date_boxes import show

NEGATED = {
    "lt": "gte", "gte": "lt", "gt": "lte", "lte": "gt", "before": "not_before", "not_before": "before",
    "after": "not_after", "not_after": "after", "is": "is_not", "is_not": "is",
}  # fmt: skip
AGO = {"not_after": "is {} ago or longer", "before": "is more than {} ago", "after": "is less than {} ago", "not_before": "is {} ago or less", "is": "is {} ago"}
AHEAD = {
    "not_after": "is at most {} from today", "before": "is less than {} from today", "after": "is more than {} from today",
    "not_before": "is at least {} from today", "is": "is {} from today",
}  # fmt: skip
COUNTED = {
    "lt": "fewer than {}", "lte": "at most {}", "gt": "more than {}", "gte": "at least {}", "is": "exactly {}", "is_not": "any number but {} of",
}  # fmt: skip
UNITS = {"d": "day", "w": "week", "m": "month", "y": "year"}
MOST_LEAVES = 4
"""A named condition with more than these is explained apart and called by its name."""

_COUNTED_DAY = re.compile(r"today([+-])([0-9]{1,5})([dwmy])")
_SERVICE = "service."


@dataclass(frozen=True)
class Words:
    """A line; or parts that all (or any) hold, under a line that introduces them."""

    line: str = ""
    parts: tuple[Words, ...] = ()
    joined_by: str = ""


class ConditionWords:
    """Puts the conditions of one form into words. `roles` are the titles of roles by id; `explained` fills with the names called."""

    def __init__(self, definition: FormDefinition, roles: Mapping[str, str] | None = None):
        self.definition = definition
        self.index = definition.index
        self.roles = roles or {}
        self.explained: dict[str, None] = {}

    def lines(self, condition: tree.Condition, lead: str) -> list[str]:
        """The condition after a lead such as "Shown when": one line, or one and indented points."""
        return _lines(self._words(condition, True), lead, 0)

    def name(self, name: str) -> str:
        """What a named condition is called where it is not told in full."""
        return f"“{name.replace('_', ' ')}”"

    def _words(self, condition: tree.Condition, positive: bool) -> Words:
        match condition:
            case tree.AllOf(parts) | tree.AnyOf(parts):
                joined = "and" if positive is isinstance(condition, tree.AllOf) else "or"
                return _joined([self._words(part, positive) for part in parts], joined)
            case tree.Not(part):
                return self._words(part, not positive)
            case tree.Use(name):
                return self._use(name, positive)
            case tree.Compare():
                return Words(self._compare(condition, positive))
            case tree.HasRole(role):
                title = self.roles.get(role, role.replace("_", " "))
                return Words(f"the person filling the form {'has' if positive else 'does not have'} the role “{title}”")
            case tree.RecordFact(fact, comparison, value):
                return Words(self._fact(fact, comparison, value, positive))
            case tree.AnyItem(repeat, match):
                lead = f"for at least one {self._item(repeat)}" if positive else f"for every {self._item(repeat)} (or there is none)"
                return _under(lead, self._words(match, positive))
            case tree.EveryItem(repeat, match):
                lead = f"for every {self._item(repeat)} (and there is one)" if positive else f"for at least one {self._item(repeat)}"
                return _under(lead, self._words(match, positive))
            case tree.CountOf(repeat, match, comparison, number):
                return self._count(repeat, match, comparison if positive else NEGATED[comparison], number)
        raise TypeError(f"{condition!r} is no condition")

    def _use(self, name: str, positive: bool) -> Words:
        condition = self.definition.conditions.get(name)
        if condition is None or leaves(self.definition, condition) > MOST_LEAVES:
            self.explained.setdefault(name)
            return Words(f"{self.name(name)} {'holds' if positive else 'is known not to hold'}")
        return self._words(condition, positive)

    def _count(self, repeat: str, match: tree.Condition | None, comparison: str, number: int) -> Words:
        found = self.index.repeats.get(repeat)
        many = COUNTED[comparison].format(number)
        noun = "entry" if number == 1 and comparison in ("gte", "lte", "is") else "entries"
        lead = f"“{found.title if found else repeat}” has {many} {noun}"
        if comparison == "gte" and number == 1:
            lead = f"“{found.title if found else repeat}” has an entry"
        if (comparison, number) in (("is", 0), ("lt", 1), ("lte", 0)):
            lead = f"“{found.title if found else repeat}” has no entry"
        return Words(lead) if match is None else _under(f"{lead} for which", self._words(match, True))

    def _compare(self, condition: tree.Compare, positive: bool) -> str:
        question = self.index.questions.get(condition.question)
        label = self.label(condition.question)
        comparison, value = condition.comparison, condition.value
        if comparison == "answered":
            return f"{label} {'has an answer' if positive is (value is not False) else 'has no answer'}"
        if comparison in NEGATED and not positive:
            comparison, positive = NEGATED[comparison], True
        return f"{label} {compared(question, comparison, value, positive, self.answer_of(value))}"

    def label(self, question_id: str) -> str:
        """What a question is called."""
        question = self.index.questions.get(question_id)
        return f"“{question.label if question else question_id}”"

    def answer_of(self, value: Any) -> str:
        """The words for another answer that one is compared with; '' for a plain value."""
        if not isinstance(value, tree.AnotherAnswer):
            return ""
        label = self.label(value.question)
        if not value.plus:
            return label
        amount = value.plus.removeprefix("-")
        return f"{_amount(amount[:-1], amount[-1])} {'before' if value.plus.startswith('-') else 'after'} {label}"

    def _fact(self, fact: str, comparison: str, value: Any, positive: bool) -> str:
        if fact.startswith(_SERVICE):
            wanted = positive is (value in ("yes", True)) if comparison == "is" else positive
            return f"the council has switched {'on' if wanted else 'off'} “{fact.removeprefix(_SERVICE).replace('_', ' ')}”"
        label = f"“{fact.replace('_', ' ')}” on the family's record"
        if comparison == "answered":
            return f"{label} {'is known' if positive is (value is not False) else 'is not known'}"
        if comparison in NEGATED and not positive:
            comparison, positive = NEGATED[comparison], True
        return f"{label} {compared(None, comparison, value, positive, '')}"

    def _item(self, repeat: str) -> str:
        found = self.index.repeats.get(repeat)
        return found.item if found else repeat


def a(noun: str) -> str:
    """The noun with its article: "an adult"."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def leaves(definition: FormDefinition, condition: tree.Condition, used: tuple[str, ...] = ()) -> int:
    """How many comparisons there are in a condition, with those of the named conditions it uses."""
    count = 0
    for _, part in walk(condition):
        if isinstance(part, tree.Use) and part.name not in used and part.name in definition.conditions:
            count += leaves(definition, definition.conditions[part.name], (*used, part.name))
        elif isinstance(part, tree.Compare | tree.RecordFact | tree.HasRole | tree.CountOf):
            count += 1
    return count


def compared(question: Question | None, comparison: str, value: Any, positive: bool = True, answer_of: str = "") -> str:
    """A comparison as what follows a label: "is Yes", "is on or before today"; `answer_of` are the words for another answer."""
    several = question is not None and question.kind in ("checkboxes", "address")
    words = answer_of or _values(question, value)
    counted = _COUNTED_DAY.fullmatch(value) if isinstance(value, str) else None
    if counted and comparison in AGO and (question is None or question.kind == "date"):
        return (AGO if counted[1] == "-" else AHEAD)[comparison].format(_amount(counted[2], counted[3]))
    match comparison:
        case "is":
            return "is ticked" if value is True else f"is {words}"
        case "is_not":
            return f"has an answer other than {words}"
        case "in":
            verb = "includes" if several else "is"
            return f"{verb} {words}" if positive else f"has an answer, but {'without' if several else 'not'} {words}"
        case "has":
            return f"includes {words}" if positive else f"has an answer, but without {words}"
        case "within_days":
            return f"is {'' if positive else 'not '}within {_amount(str(value), 'd')} of today"
    return COMPARED[comparison].format(words)


def _values(question: Question | None, value: Any) -> str:
    options = question_kinds.kind(question.kind).options(question) if question is not None else ()
    labels = {option.id: option.label for option in options}
    if question is not None and question.not_known:
        labels["not_known"] = "Not known"
    found = [_value(labels, each, question) for each in (value if isinstance(value, list) else [value])]
    return f"{', '.join(found[:-1])} or {found[-1]}" if len(found) > 1 else "".join(found)


def _value(labels: Mapping[str, str], value: Any, question: Question | None) -> str:
    if isinstance(value, str) and value in labels:
        return f"“{labels[value]}”"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return f"{value:,}" if isinstance(value, int | float) else str(value)
    if value == "today":
        return "today"
    counted = _COUNTED_DAY.fullmatch(value)
    if counted:
        return f"{_amount(counted[2], counted[3])} {'before' if counted[1] == '-' else 'after'} today"
    if question is None or question.kind == "date":
        try:
            return show(date.fromisoformat(value).isoformat())
        except ValueError:
            pass
    return f"“{value.replace('_', ' ') if question is None or question.kind in ('address', 'language') else value}”"


def _amount(number: str, unit: str) -> str:
    return f"{int(number):,} {UNITS[unit]}{'' if int(number) == 1 else 's'}"


# --- putting lines together -----------------------------------------------------------------------------------------------


def _joined(parts: list[Words], joined_by: str) -> Words:
    """Parts joined by one word; a group inside a group of the same word is the same group."""
    flat: list[Words] = []
    for part in parts:
        flat += part.parts if part.joined_by == joined_by and not part.line else [part]
    flat = list(dict.fromkeys(flat))
    return flat[0] if len(flat) == 1 else Words("", tuple(flat), joined_by)


def _under(lead: str, words: Words) -> Words:
    if words.line and not words.parts:
        return Words(f"{lead}{'' if lead.endswith(' which') else ','} {words.line}")
    return Words(lead, words.parts if not words.line else (words,), words.joined_by)


def _inline(words: Words) -> str:
    """A group as one line, where it has two or three plain parts; '' where points are clearer."""
    if not words.parts:
        return words.line
    if words.line or len(words.parts) > 3 or any(part.parts for part in words.parts):
        return ""
    lines = [part.line for part in words.parts]
    if sum(len(line) for line in lines) > 200:
        return ""
    return f"{', '.join(lines[:-1])} {words.joined_by} {lines[-1]}"


def _lines(words: Words, lead: str, depth: int) -> list[str]:
    indent = "  " * depth
    line = _inline(words)
    if line:
        return [f"{indent}{lead} {line}".rstrip()]
    which = {"and": "all of these hold", "or": "one of these holds", "": ""}[words.joined_by]
    head = " ".join(part for part in (lead, f"{words.line}," if words.line and which else words.line, which) if part)
    below = [_lines(part, "-", depth + 1) for part in words.parts]
    return [f"{indent}{head}:", *(line for lines in below for line in lines)]

"""Judging conditions against answers, in three values: True, False and None for unknown. Reading them is `condition_tree`.

Answers handed in here are the shown ones (`answers.visible`): a hidden answer counts as none. Unknown is Kleene's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.forms import condition_tree as tree
from portal.forms import question_kinds
from portal.forms.condition_tree import ConditionFaults, parse
from portal.forms.index import Index
from portal.forms.model import FormDefinition, Scope
from portal.forms.plain_comparisons import compare_number, compare_plain
from portal.forms.question_kinds.date_boxes import point

__all__ = ["ConditionFaults", "Facts", "Judge", "evaluate", "is_answered", "parse"]


@dataclass(frozen=True)
class Facts:
    """What a form may know besides its answers: today's date in London, the reader's roles, facts of the record.

    `test_numbers` says whether numbers that only tests and demonstrations use are taken.
    """

    today: date
    roles: frozenset[str] = frozenset()
    record: Mapping[str, Any] = field(default_factory=dict)
    test_numbers: bool = False


def evaluate(condition: tree.Condition, answers: Mapping[str, Any], scope: Scope, facts: Facts, definition: FormDefinition) -> bool | None:
    """True, False, or None where these answers (the shown ones) cannot decide it. Inside a repeat the same item comes first."""
    return Judge(answers, facts, definition).judge(condition, scope)


def holds_of(condition: tree.Condition, item: Mapping[str, Any], today: date) -> bool | None:
    """True, False or None for an item of another form or of the record, whose answers are compared as plain values.

    Takes all, any, not and comparisons with plain values; raises TypeError for other conditions.
    """
    match condition:
        case tree.Compare(name, comparison, other) if not isinstance(other, tree.AnotherAnswer):
            return compare_plain(item.get(name), comparison, other, today)
        case tree.AllOf(parts):
            return _all(holds_of(part, item, today) for part in parts)
        case tree.AnyOf(parts):
            return _any(holds_of(part, item, today) for part in parts)
        case tree.Not(part):
            return _not(holds_of(part, item, today))
    raise TypeError(f"{condition!r} cannot be judged of an item alone")


def is_answered(value: Any) -> bool:
    """Whether a value is an answer at all; "not known" is one."""
    return value is not None and value != "" and value != [] and value != {}


class Judge:
    """Judges conditions of one definition against one set of answers, which may still be growing."""

    def __init__(self, answers: Mapping[str, Any], facts: Facts, definition: FormDefinition):
        self.answers = answers
        self.facts = facts
        self.definition = definition
        self.index: Index = definition.index
        self._in_use: set[str] = set()
        self._alike: dict[str, bool | None] | None = None

    def keep_alike(self) -> None:
        """Judge named conditions that come to the same for every item only once: for answers that are settled before they are looked at."""
        self._alike = {}

    def judge(self, condition: tree.Condition, scope: Scope = ()) -> bool | None:
        """True, False or unknown for the item that `scope` names."""
        kind = type(condition)  # a form has hundreds of these five, and matching each is slow
        if kind is tree.Compare:
            return self._compare(condition.question, condition.comparison, condition.value, scope)  # type: ignore[attr-defined]
        if kind is tree.AllOf:
            return _all(self.judge(part, scope) for part in condition.parts)  # type: ignore[attr-defined]
        if kind is tree.AnyOf:
            return _any(self.judge(part, scope) for part in condition.parts)  # type: ignore[attr-defined]
        if kind is tree.Use:
            return self._use(condition.name, scope)  # type: ignore[attr-defined]
        if kind is tree.Not:
            return _not(self.judge(condition.part, scope))  # type: ignore[attr-defined]
        return self._judge_items(condition, scope)

    def _judge_items(self, condition: tree.Condition, scope: Scope) -> bool | None:
        match condition:
            case tree.AnyItem(repeat, match):
                return _any(self.judge(match, item) for item in self.items(repeat, scope))
            case tree.EveryItem(repeat, match):
                items = list(self.items(repeat, scope))
                return _all(self.judge(match, item) for item in items) if items else None
            case tree.CountOf(repeat, match, comparison, number):
                items = self.items(repeat, scope)
                count = sum(1 for item in items if match is None or self.judge(match, item) is True)
                return compare_number(count, comparison, number)
            case tree.HasRole(role):
                return role in self.facts.roles
            case tree.RecordFact(fact, comparison, other):
                return compare_plain(self.facts.record.get(fact), comparison, other, self.facts.today)
        raise TypeError(f"{condition!r} is no condition")

    def value(self, question_id: str, scope: Scope) -> Any:
        """The answer to a question as seen from `scope`: the same item first; None where there is none or it is another item's."""
        chain = self.index.chain_of_question(question_id)
        holder: Any = self.answers
        for repeat_id in chain:
            item_id = self._item_in(scope, repeat_id)
            holder = item_of(holder.get(repeat_id), item_id) if item_id else None
            if holder is None:
                return None
        return holder.get(question_id)

    def other_value(self, other: tree.AnotherAnswer, scope: Scope) -> Any:
        """The answer that another one is compared with, moved as it says; None where there is none, or no exact date to move."""
        value = self.value(other.question, scope)
        if not isinstance(value, str | int | float) or not other.plus:
            return value if isinstance(value, str | int | float) else None
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            return None
        moved = point(f"today{other.plus if other.plus.startswith('-') else '+' + other.plus}", day)
        return moved.isoformat() if moved else None

    def items(self, repeat_id: str, scope: Scope) -> Iterator[Scope]:
        """The scopes of a repeat's items as seen from `scope`: of the same outer item where there is one, else of all."""
        places: list[tuple[Mapping[str, Any], Scope]] = [(self.answers, scope)]
        chain = self.index.chain(repeat_id)
        for outer in chain[:-1]:
            wanted = self._item_in(scope, outer)
            places = [
                (item, at if wanted else (*at, (outer, item["_id"])))
                for holder, at in places
                for item in holder.get(outer) or ()
                if not wanted or item["_id"] == wanted
            ]
        for holder, at in places:
            for item in holder.get(repeat_id) or ():
                yield (*at, (repeat_id, item["_id"]))

    def _compare(self, question_id: str, comparison: str, other: Any, scope: Scope) -> bool | None:
        value = self.value(question_id, scope)
        answered = is_answered(value)
        if comparison == "answered":
            return answered is (other is not False)
        question = self.index.questions.get(question_id)
        if not answered or question is None:
            return None
        if isinstance(other, tree.AnotherAnswer):
            other = self.other_value(other, scope)
            if other is None:
                return None
        return question_kinds.compare(question, value, comparison, other, today=self.facts.today)

    def _use(self, name: str, scope: Scope) -> bool | None:
        if self._alike is None or name not in self.index.alike:
            return self._use_now(name, scope)
        if name not in self._alike:
            self._alike[name] = self._use_now(name, scope)
        return self._alike[name]

    def _use_now(self, name: str, scope: Scope) -> bool | None:
        condition = self.definition.conditions.get(name)
        if condition is None or name in self._in_use:
            return None
        self._in_use.add(name)
        try:
            return self.judge(condition, scope)
        finally:
            self._in_use.discard(name)

    def _item_in(self, scope: Scope, repeat_id: str) -> str:
        for at, item_id in reversed(scope):
            if at == repeat_id or repeat_id in self.index.overs(at):
                return item_id
        return ""


def item_of(items: Any, item_id: str) -> dict[str, Any] | None:
    """The item with this id in the stored list of a repeat, or None."""
    for item in items or ():
        if isinstance(item, dict) and item.get("_id") == item_id:
            return item
    return None


def _all(values: Iterable[bool | None]) -> bool | None:
    unknown = False
    for value in values:
        if value is False:
            return False
        unknown = unknown or value is None
    return None if unknown else True


def _any(values: Iterable[bool | None]) -> bool | None:
    unknown = False
    for value in values:
        if value is True:
            return True
        unknown = unknown or value is None
    return None if unknown else False


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value

"""What a search supposes about answers so far: the demands on each, the items that are there, and what goes against them.

Which suppositions a condition calls for is `can_hold`; which answers one question can have is `possible_answers`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.forms import question_kinds
from portal.forms.condition_tree import AnotherAnswer, Compare, Condition
from portal.forms.model import FormDefinition, Scope
from portal.forms.possible_answers import (
    Demand,
    Want,
    fact_is_possible,
    is_possible,
    may_be_unanswered,
    numbers_possible,
)

Fact = tuple[Any, ...]
"""What an answer, a count, a role or a fact of the record is called: its kind, its name, and whose it is."""

Kept = tuple[dict[Fact, frozenset[Demand]], dict[Any, None], tuple["ForAll", ...], dict[int, None]]


@dataclass
class Known:
    """What is certain before a search: questions that are never shown, and options that are never offered, by question."""

    never_shown: set[str] = field(default_factory=set)
    never_offered: dict[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ForAll:
    """What must hold for each item of a repeat, as seen from a scope; without a match there must be no item at all."""

    repeat: str
    scope: Scope
    match: Condition | None
    want: Want


class Supposed:
    """Suppositions about one form. Those of a way that led nowhere are taken back with `back_to`.

    `taken` holds the ids of the objects that are the ways taken, for those who ask which parts of an `any` were needed.
    """

    def __init__(self, definition: FormDefinition, known: Known):
        self.index = definition.index
        self.known = known
        self._possible: dict[tuple[Fact, frozenset[Demand]], bool] = {}
        self._sound: dict[int, tuple[Compare, bool]] = {}
        self.forget()

    def forget(self) -> None:
        """Begin a new search."""
        self.demands: dict[Fact, frozenset[Demand]] = {}
        self.marks: dict[Any, None] = {}
        self.for_all: tuple[ForAll, ...] = ()
        self.taken: dict[int, None] = {}
        self.conflicts: list[tuple[Fact, frozenset[Demand]]] = []
        self._items = 0

    def kept(self) -> Kept:
        """The suppositions of this moment, for `back_to`."""
        return dict(self.demands), dict(self.marks), self.for_all, dict(self.taken)

    def back_to(self, kept: Kept) -> None:
        """Take back everything supposed since."""
        self.demands, self.marks, self.for_all, self.taken = kept

    def is_new(self, mark: Any) -> bool:
        """Whether this mark was not set yet; it is now."""
        if mark in self.marks:
            return False
        self.marks[mark] = None
        return True

    def demand(self, name: Fact, each: Demand) -> bool:
        """Add a demand; False when it goes against those there are."""
        demands = self.demands.get(name, frozenset()) | {each}
        if not self._is_possible(name, demands):
            self.conflicts.append((name, demands))
            return False
        self.demands[name] = demands
        return True

    def could_demand(self, name: Fact | None, each: Demand) -> bool:
        """Whether a demand would go with those there are; of an answer that is another item's, only what fits none."""
        if name is None:
            return may_be_unanswered(each)
        if name[1] in self.known.never_shown and not may_be_unanswered(each):
            return False
        return self._is_possible(name, self.demands.get(name, frozenset()) | {each})

    def numbers(self, name: Fact) -> list[int]:
        """Which counts are still possible, as far as they differ: each number named, its neighbours, none and the most."""
        return numbers_possible(self.most(name), self.demands[name])

    def answer(self, question_id: str, scope: Scope) -> Fact | None:
        """The answer to a question as seen from a scope; None where it is asked for other items, and so is never known here."""
        chain = self.index.chain_of_question(question_id)
        if not chain:
            return ("answer", question_id, ())
        own: list[tuple[str, str]] = []
        for repeat_id in chain:
            item = self.item_in(scope, repeat_id)
            if not item:
                return None
            own.append((repeat_id, item))
        return ("answer", question_id, tuple(own))

    def is_sound(self, condition: Compare) -> bool:
        """Whether the question is there and takes this comparison; where not, another fault says so."""
        kept = self._sound.get(id(condition))
        if kept is None:
            kept = self._sound[id(condition)] = (condition, self._fits(condition))
        return kept[1]

    def leave_out(self, condition: Compare) -> None:
        """Conclude nothing from this comparison."""
        self._sound[id(condition)] = (condition, False)

    def item_in(self, scope: Scope, repeat_id: str) -> str:
        """The item of this repeat that a scope names, by its own name or that of a repeat over it; '' for none."""
        for at, item in reversed(scope):
            if at == repeat_id or repeat_id in self.index.overs(at):
                return item
        return ""

    def new_item(self, repeat_id: str) -> str:
        """An item that is none of those named so far (though it may turn out to be one of them)."""
        self._items += 1
        return f"{repeat_id}#{self._items}"

    def is_among(self, scope: Scope, rule: ForAll) -> bool:
        """Whether the innermost item of a scope is one that the rule speaks of."""
        return scope[-1][0] == rule.repeat and all(self.item_in(rule.scope, outer) in ("", item) for outer, item in scope[:-1])

    def items_present(self) -> list[Scope]:
        """The scopes of the items that are there."""
        return [mark[1] for mark in self.marks if mark[0] == "present"]

    def most(self, name: Fact) -> int:
        """How many items there may be: as many as the repeat takes (or those it runs over take), over all outer items."""
        repeat = self.index.repeats[name[1]]
        overs = [self.index.repeats[over].max for over in self.index.overs(repeat.id) if over in self.index.repeats]
        most = min(overs) if overs else repeat.max
        for outer, item in name[2]:
            most *= 1 if item or outer not in self.index.repeats else self.index.repeats[outer].max
        return most

    def _fits(self, condition: Compare) -> bool:
        question = self.index.questions.get(condition.question)
        if question is None:
            return False
        if isinstance(condition.value, AnotherAnswer):
            return condition.value.question in self.index.questions
        return not question_kinds.comparison_fault(question, condition.comparison, condition.value)

    def _is_possible(self, name: Fact, demands: frozenset[Demand]) -> bool:
        key = (name[:2] if name[0] == "answer" else name, demands)
        if key not in self._possible:
            match name[0]:
                case "answer":
                    never = self.known.never_offered.get(name[1], frozenset())
                    possible = is_possible(self.index.questions[name[1]], demands, never)
                case "count":
                    possible = bool(numbers_possible(self.most(name), demands))
                case _:
                    possible = fact_is_possible(demands)
            self._possible[key] = possible
        return self._possible[key]

"""Two versions side by side: which parts of one are which of the other, what shows each, and what hangs on each."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from portal.forms.condition_tree import AllOf, AnyOf, Compare, Condition
from portal.forms.index import Node
from portal.forms.model import FormDefinition, Page, Question, Repeat
from portal.forms.versions.answer_kinds import takes_the_same
from portal.forms.versions.declared import declared_between, spelt_out

KEPT = 64
_made: dict[tuple[int, int], Pair] = {}


class Kept(NamedTuple):
    """A question that both versions ask."""

    old: Question
    new: Question


class Shown(NamedTuple):
    """What shows a question: its page's condition and its own, spelt out."""

    page: Condition | None
    own: Condition | None


def pair_of(old: FormDefinition, new: FormDefinition) -> Pair:
    """The pair of these two, kept in memory."""
    key = (id(old), id(new))
    found = _made.get(key)
    if found is None or found.old is not old or found.new is not new:
        if len(_made) >= KEPT:
            _made.pop(next(iter(list(_made))), None)
        found = _made[key] = Pair(old, new)
    return found


class Pair:
    """Look-ups made once for two versions. Ids are those of the new version wherever it has the part."""

    def __init__(self, old: FormDefinition, new: FormDefinition):
        self.old, self.new = old, new
        self.declared = declared_between(old, new)

    @cached_property
    def kept(self) -> dict[str, Kept]:
        """The questions of both versions, by present id."""
        both = {self.declared.name(name): question for name, question in self.old.index.questions.items()}
        return {name: Kept(both[name], question) for name, question in self.new.index.questions.items() if name in both}

    @cached_property
    def removed(self) -> list[Question]:
        """The questions that are asked no more."""
        return [question for name, question in self.old.index.questions.items() if self.declared.name(name) not in self.new.index.questions]

    @cached_property
    def added(self) -> list[Question]:
        """The questions that were not asked before."""
        return [question for name, question in self.new.index.questions.items() if name not in self.kept]

    @cached_property
    def repeats(self) -> dict[str, tuple[Repeat, Repeat]]:
        """The repeats of both versions, by present id."""
        both = {self.declared.name(name): repeat for name, repeat in self.old.index.repeats.items()}
        return {name: (both[name], repeat) for name, repeat in self.new.index.repeats.items() if name in both}

    @cached_property
    def removed_repeats(self) -> list[Repeat]:
        """The repeats there are no more."""
        return [repeat for name, repeat in self.old.index.repeats.items() if self.declared.name(name) not in self.new.index.repeats]

    @cached_property
    def moved(self) -> frozenset[str]:
        """The kept questions asked for other items than before: in another group, or in one whose items are others."""
        return frozenset(name for name, kept in self.kept.items() if self._chain(kept.old.id) != self.new.index.chain_of_question(name) or self._regrouped(name))

    def _chain(self, old_name: str) -> tuple[str, ...]:
        return tuple(self.declared.name(each) for each in self.old.index.chain_of_question(old_name))

    def _regrouped(self, name: str) -> bool:
        return any(repeat in self.regrouped for repeat in self.new.index.chain_of_question(name))

    @cached_property
    def regrouped(self) -> frozenset[str]:
        """The kept repeats whose items come from elsewhere than before, or stand in another group."""
        found = set()
        for name, (before, after) in self.repeats.items():
            if self.declared.name(before.over) != after.over or self.declared.name(before.inside) != after.inside:
                found.add(name)
        return frozenset(found)

    @cached_property
    def alike(self) -> frozenset[str]:
        """The kept questions that take every answer they took before, as it is."""
        return frozenset(name for name, kept in self.kept.items() if takes_the_same(kept.old, kept.new) and not any(asked == name for asked, _ in self.declared.options))

    @cached_property
    def is_still(self) -> bool:
        """Whether all answers stay where and as they are, whatever they are."""
        gone = self.removed or self.removed_repeats or self.moved or self.regrouped
        return not gone and len(self.alike) == len(self.kept) and all(old == now for old, now in self.declared.names.items())

    # --- what shows a question, and what hangs on it ----------------------------------------------------------------------

    def shown_before(self, name: str) -> Shown:
        """What showed a kept question, in present ids."""
        question = self.kept[name].old
        return Shown(spelt_out(self.old.index.page_of[question.id].when, self.old, self.declared), spelt_out(question.when, self.old, self.declared))

    def shown_now(self, name: str) -> Shown:
        """What shows a kept question now."""
        return Shown(spelt_out(self.new.index.page_of[name].when, self.new), spelt_out(self.new.index.questions[name].when, self.new))

    def repeat_shown_before(self, name: str) -> tuple[Condition | None, ...]:
        """What showed a kept repeat: its filter and the conditions of its pages; None among them shows it always."""
        before = self.repeats[name][0]
        pages = [spelt_out(page.when, self.old, self.declared) for page in self.old.index.pages_of_repeat[before.id]]
        return _showing_repeat(spelt_out(before.where, self.old, self.declared), pages)

    def repeat_shown_now(self, name: str) -> tuple[Condition | None, ...]:
        """What shows it now."""
        pages = [spelt_out(page.when, self.new) for page in self.new.index.pages_of_repeat[name]]
        return _showing_repeat(spelt_out(self.repeats[name][1].where, self.new), pages)

    def hang_on(self, *nodes: Node) -> frozenset[str]:
        """The kept questions whose showing hangs on these parts, in either version, through any number of steps; the parts themselves are left out."""
        found: set[Node] = set()
        waiting = list(nodes)
        while waiting:
            for other in self._dependents[waiting.pop()]:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return frozenset(name for kind, name in found - set(nodes) if kind == "question" and name in self.kept)

    @cached_property
    def _dependents(self) -> dict[Node, set[Node]]:
        found: dict[Node, set[Node]] = defaultdict(set)
        for definition, name in ((self.old, self.declared.name), (self.new, str)):
            for node in definition.index.nodes:
                for needed in definition.index.needs(node):
                    found[_now(needed, name)].add(_now(node, name))
        return found

    def page_before(self, name: str) -> Page:
        """The page that asked a kept question."""
        return self.old.index.page_of[self.kept[name].old.id]


def _now(node: Node, name: object) -> Node:
    kind, each = node
    return (kind, each) if kind == "page" else (kind, name(each))  # type: ignore[operator]


def _showing_repeat(where: Condition | None, pages: list[Condition | None]) -> tuple[Condition | None, ...]:
    always = any(page is None for page in pages)
    different: list[Condition | None] = []
    for page in pages:
        if page not in different:
            different.append(page)
    return (where, None) if always else (where, *sorted(different, key=repr))


def is_wider(old: Condition | None, new: Condition | None) -> bool:
    """Whether `new` is certainly true wherever `old` is; False also means that it cannot be told."""
    if new is None or old == new:
        return True
    match old, new:
        case None, _:
            return False
        case AnyOf(parts), _:
            return all(is_wider(part, new) for part in parts)
        case _, AllOf(parts):
            return all(is_wider(old, part) for part in parts)
        case _, AnyOf(parts) if any(is_wider(old, part) for part in parts):
            return True
        case AllOf(parts), _:
            return any(is_wider(part, new) for part in parts)
        case Compare(question, comparison, value), Compare(other, "in", values) if question == other and isinstance(values, list):
            return (comparison in ("is", "has") and value in values) or (comparison == "in" and isinstance(value, list) and all(each in values for each in value))
    return False

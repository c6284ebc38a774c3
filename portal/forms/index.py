"""Look-ups into one definition, made once: parts by id, where each question stands, and the order to judge them in.

`model` hands out the index, so this module looks at the parts of a definition by their attributes and imports none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from portal.forms.condition_tree import (
    AnotherAnswer,
    AnyItem,
    Compare,
    Condition,
    CountOf,
    EveryItem,
    Use,
    walk,
)
from portal.forms.stretches import Stretches

FormDefinition = Page = Question = Repeat = Any
"""The parts of a definition, as `model` describes them."""

Node = tuple[str, str]
"""A part whose showing is decided: ("page", id), ("question", id) or ("repeat", id)."""


class Index:
    """Look-ups of one definition. Where an id is used twice the first one counts; `check` reports the second."""

    def __init__(self, definition: FormDefinition):
        self.definition = definition
        self.repeats: dict[str, Repeat] = {}
        self.pages: dict[str, Page] = {}
        self.questions: dict[str, Question] = {}
        self.page_of: dict[str, Page] = {}
        self.pages_of_repeat: dict[str, list[Page]] = defaultdict(list)
        self.questions_of_repeat: dict[str, list[Question]] = defaultdict(list)
        self.repeats_inside: dict[str, list[Repeat]] = defaultdict(list)
        for repeat in definition.repeats:
            self.repeats.setdefault(repeat.id, repeat)
            self.repeats_inside[repeat.inside].append(repeat)
        for page in definition.pages:
            self.pages.setdefault(page.id, page)
            self.pages_of_repeat[page.repeat].append(page)
            for question in page.questions:
                if question.id not in self.questions:
                    self.questions[question.id] = question
                    self.page_of[question.id] = page
                    self.questions_of_repeat[page.repeat].append(question)
        self.offering: dict[tuple[str, tuple[str, ...]], Any] = {}
        self._chains: dict[str, tuple[str, ...]] = {"": ()}
        self._chains_of_questions: dict[str, tuple[str, ...]] = {}
        self._overs: dict[str, tuple[str, ...]] = {}
        self._needed: dict[Node, tuple[Node, ...]] = {}
        self._looked_at: dict[int, tuple[Condition, frozenset[Node]]] = {}
        self.alike = frozenset(name for name in definition.conditions if self._is_alike(name))

    def chain(self, repeat_id: str) -> tuple[str, ...]:
        """The repeats an item of this one stands in, outermost first and itself last; empty for no repeat."""
        if repeat_id not in self._chains:
            found: list[str] = []
            current = repeat_id
            while current and current not in found:
                found.append(current)
                repeat = self.repeats.get(current)
                current = repeat.inside if repeat else ""
            self._chains[repeat_id] = tuple(reversed(found))
        return self._chains[repeat_id]

    def overs(self, repeat_id: str) -> tuple[str, ...]:
        """The repeats this one runs over, nearest first: its items have their ids."""
        if repeat_id not in self._overs:
            found: list[str] = []
            repeat = self.repeats.get(repeat_id)
            while repeat is not None and repeat.over and repeat.over not in found:
                found.append(repeat.over)
                repeat = self.repeats.get(repeat.over)
            self._overs[repeat_id] = tuple(found)
        return self._overs[repeat_id]

    def chain_of_question(self, question_id: str) -> tuple[str, ...]:
        """The repeats this question is asked in, outermost first."""
        found = self._chains_of_questions.get(question_id)
        if found is None:
            page = self.page_of.get(question_id)
            found = self._chains_of_questions[question_id] = self.chain(page.repeat) if page else ()
        return found

    def references(self, condition: Condition | None) -> frozenset[Node]:
        """The questions and repeats a condition looks at, through named conditions too."""
        if condition is None:
            return frozenset()
        found: set[Node] = set()
        waiting, used = [condition], set()
        while waiting:
            for _, part in walk(waiting.pop()):
                match part:
                    case Compare(question, _, AnotherAnswer(other)):
                        found.update((("question", question), ("question", other)))
                    case Compare(question):
                        found.add(("question", question))
                    case AnyItem(repeat) | EveryItem(repeat) | CountOf(repeat):
                        found.add(("repeat", repeat))
                    case Use(name) if name not in used and name in self.definition.conditions:
                        used.add(name)
                        waiting.append(self.definition.conditions[name])
        return frozenset(found)

    def _is_alike(self, name: str) -> bool:
        """Whether a named condition comes to the same for every item: it looks at no repeat and at no question in one, nor, by way of others, at itself."""
        condition = self.definition.conditions[name]
        looked_at = self.references(condition)
        return name not in self._used_by(condition) and all(kind == "question" and not self.chain_of_question(other) for kind, other in looked_at)

    def _used_by(self, condition: Condition) -> set[str]:
        used: set[str] = set()
        waiting = [condition]
        while waiting:
            for _, part in walk(waiting.pop()):
                if isinstance(part, Use) and part.name not in used:
                    used.add(part.name)
                    waiting.extend(filter(None, [self.definition.conditions.get(part.name)]))
        return used

    def looked_at(self, condition: Condition) -> frozenset[Node]:
        """The same for a condition of the form itself, remembered by which it is (a condition may hold what cannot be hashed)."""
        kept = self._looked_at.get(id(condition))
        if kept is None:
            kept = self._looked_at[id(condition)] = (condition, self.references(condition))
        return kept[1]

    def needed(self, node: Node) -> tuple[Node, ...]:
        """The parts there are that have to be decided before this one, remembered."""
        if node not in self._needed:
            self._needed[node] = tuple(self._known(node))
        return self._needed[node]

    def needs(self, node: Node) -> tuple[Node, ...]:
        """The parts that have to be decided before this one, in a fixed order."""
        kind, name = node
        if kind == "question":
            page = self.page_of[name]
            return (("page", page.id), *sorted(self.references(self.questions[name].when)))
        if kind == "page":
            page = self.pages[name]
            own: tuple[Node, ...] = (("repeat", page.repeat),) if page.repeat in self.repeats else ()
            return (*own, *sorted(self.references(page.when)))
        return tuple(self._needs_of_repeat(self.repeats[name]))

    def _needs_of_repeat(self, repeat: Repeat) -> Iterator[Node]:
        for other in (repeat.inside, repeat.over):
            if other in self.repeats:
                yield "repeat", other
        yield from sorted(self.references(repeat.where))
        for page in self.pages_of_repeat[repeat.id]:
            yield from sorted(node for node in self.references(page.when) if not self._is_within(node, repeat.id))

    def looks_over(self, repeat_id: str, condition: Condition) -> bool:
        """Whether a condition of a page looks at the items that its repeat runs over, and so differs from item to item."""
        overs = self.overs(repeat_id)
        return bool(overs) and any(kind == "question" and set(self.chain_of_question(name)) & set(overs) for kind, name in self.references(condition))

    def _is_within(self, node: Node, repeat_id: str) -> bool:
        kind, name = node
        chain = self.chain(name) if kind == "repeat" else self.chain_of_question(name)
        return repeat_id in chain

    @cached_property
    def stretches(self) -> Stretches:
        """The pages, cut where each stretch can be unrolled by itself."""
        return Stretches(self.definition.pages, self.chain)

    @cached_property
    def varying(self) -> frozenset[str]:
        """The questions of which something (required, options, rules) depends on other answers."""
        return frozenset(question.id for question in self.questions.values() if _varies(question))

    @cached_property
    def asks_for_files(self) -> bool:
        """Whether any question takes files."""
        return any(question.kind == "file" for question in self.questions.values())

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every part whose showing is decided, in file order."""
        repeats = [("repeat", name) for name in self.repeats]
        pages: list[Node] = []
        for page in self.pages.values():
            pages.append(("page", page.id))
            pages.extend(("question", question.id) for question in page.questions if self.page_of[question.id] is page)
        return (*repeats, *pages)

    @cached_property
    def known(self) -> frozenset[Node]:
        """The same without an order."""
        return frozenset(self.nodes)

    @cached_property
    def order(self) -> tuple[Node, ...]:
        """The parts in an order where each comes after those it needs; parts of a cycle come as they stand in the file."""
        return self._ordered[0]

    @cached_property
    def cycle(self) -> tuple[Node, ...]:
        """The parts of one cycle, each needing the next and the last the first; empty when there is none."""
        return self._ordered[1]

    @cached_property
    def _ordered(self) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
        done: dict[Node, None] = {}
        cycle: tuple[Node, ...] = ()
        for start in self.nodes:
            if start in done:
                continue
            path: dict[Node, Iterator[Node]] = {start: iter(self.needed(start))}
            while path:
                node, rest = next(reversed(path.items()))
                following = next(rest, None)
                if following is None:
                    path.popitem()
                    done[node] = None
                elif following in path:
                    cycle = cycle or tuple(path)[list(path).index(following) :]
                elif following not in done:
                    path[following] = iter(self.needed(following))
        return tuple(done), cycle

    def _known(self, node: Node) -> Iterable[Node]:
        return [other for other in self.needs(node) if other in self.known]


def _varies(question: Question) -> bool:
    return (
        not isinstance(question.required, bool)
        or (question.later and question.required)
        or any(isinstance(rule.value, AnotherAnswer) for rule in question.rules)
        or any(option.when is not None for option in getattr(question.settings, "options", ()))
    )

"""What one set of answers meets in one version: questions asked, answers missing, stop pages and interruptions; and which conditions came true.

It looks at many sets one after the other, as the replay does: a condition that has come true once is not judged again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.forms import answers as stored_answers
from portal.forms import question_kinds
from portal.forms.answers import Visible, visible
from portal.forms.check_shown import uses_of_named
from portal.forms.condition_tree import Condition
from portal.forms.conditions import Facts, Judge, is_answered
from portal.forms.journey import Journey
from portal.forms.model import FormDefinition, Question, Scope
from portal.forms.paths import path_of

Place = tuple[str, ...]
"""Where a condition stands: ("page", id), ("question", id), ("required", id), ("option", question, option), ("items", repeat) or ("named", name)."""


@dataclass(frozen=True)
class Met:
    """What one set of answers meets, by ids of this version."""

    asked: frozenset[str]
    missing: frozenset[str]
    stops: frozenset[str]
    interrupts: frozenset[str]


class Onlooker:
    """Looks at sets of answers to one version. `came_true` grows with each."""

    def __init__(self, definition: FormDefinition):
        self.definition = definition
        self.index = definition.index
        self.came_true: set[Place] = set()
        pages = {page.id: page for page in definition.pages}
        self.stops = frozenset(page.id for page in pages.values() if page.type == "stop")
        self.interrupts = frozenset(page.id for page in pages.values() if page.type == "interrupt")
        self.with_value = frozenset(name for name, question in self.index.questions.items() if question_kinds.kind(question.kind).has_value)
        self.demanding = {name: question for name, question in self.index.questions.items() if question.required is not False and not question.later}
        self.shapes = {name: [tuple(repeat for repeat, _ in scope) for scope in scopes] for name, scopes in uses_of_named(definition).items()}
        self.all_places = frozenset(_places(definition))

    def look(self, answers: Mapping[str, Any], facts: Facts) -> Met:
        """What these stored answers meet."""
        seen = visible(self.definition, answers, facts)
        judge = Judge(seen.answers, facts, self.definition)
        pages = {name for name, _ in seen.pages}
        shown: Collection[tuple[str, Scope]] = seen.questions
        if not self.stops.isdisjoint(pages):
            pages, shown = self._before_the_stop(answers, facts)
        self._note_shown(seen)
        missing = frozenset(self._missing(seen, shown, judge))
        self._note_rest(seen, judge)
        asked = self.with_value.intersection([name for name, _ in shown])
        return Met(asked, missing, self.stops & pages, self.interrupts & pages)

    def _before_the_stop(self, answers: Mapping[str, Any], facts: Facts) -> tuple[set[str], set[tuple[str, Scope]]]:
        """The pages up to the first stop page, and the questions on them."""
        journey = Journey(self.definition, answers, facts)
        steps = [step for step in journey.steps() if step.kind == "page"]
        shown = {(question.id, block.scope) for step in steps for block in journey.blocks(step) for question in block.questions}
        return {step.page.id for step in steps}, shown

    def _missing(self, seen: Visible, shown: Collection[tuple[str, Scope]], judge: Judge) -> Iterator[str]:
        for name, scope in shown:
            question = self.demanding.get(name)
            if question is None or is_answered(stored_answers.get(seen.answers, path_of(scope, name))):
                continue
            if question.required is True or self._is_required(question, scope, judge):
                yield name

    def _is_required(self, question: Question, scope: Scope, judge: Judge) -> bool:
        return isinstance(question.required, Condition) and judge.judge(question.required, scope) is True

    # --- which conditions came true --------------------------------------------------------------------------------------

    def _note_shown(self, seen: Visible) -> None:
        self.came_true.update(("page", name) for name, _ in seen.pages)
        self.came_true.update(("question", name) for name, _ in seen.questions)
        self.came_true.update(("items", repeat) for _, scope in seen.questions for repeat, _ in scope)

    def _note_rest(self, seen: Visible, judge: Judge) -> None:
        """Conditions that decide nothing by themselves of what is shown: each is judged until it has come true once."""
        for place in self.all_places - self.came_true:
            kind, name = place[:2]
            if kind == "named":
                scopes = (scope for shape in self.shapes.get(name, ()) for scope in _scopes(judge, shape))
                holds = any(judge.judge(self.definition.conditions[name], scope) is True for scope in scopes)
            elif kind in ("required", "option"):
                condition = _condition(self.definition, place)
                holds = any(judge.judge(condition, scope) is True for other, scope in seen.questions if other == name)
            else:
                continue
            if holds:
                self.came_true.add(place)


def _places(definition: FormDefinition) -> Iterator[Place]:
    """Every condition of a version."""
    yield from (("named", name) for name in definition.conditions)
    yield from (("items", repeat.id) for repeat in definition.repeats if repeat.where is not None)
    yield from (("page", page.id) for page in definition.pages if page.when is not None)
    for question in definition.index.questions.values():
        if question.when is not None:
            yield "question", question.id
        if isinstance(question.required, Condition):
            yield "required", question.id
        yield from (("option", question.id, option.id) for option in getattr(question.settings, "options", ()) if option.when is not None)


def _condition(definition: FormDefinition, place: Place) -> Condition:
    question = definition.index.questions[place[1]]
    if place[0] == "required":
        assert isinstance(question.required, Condition)
        return question.required
    return next(option.when for option in question.settings.options if option.id == place[2])


def _scopes(judge: Judge, shape: tuple[str, ...]) -> list[Scope]:
    """The scopes of all items that stand in these repeats, the outer first; the form's own where there is none."""
    found: list[Scope] = [()]
    for repeat in shape:
        found = [inner for scope in found for inner in judge.items(repeat, scope)]
    return found

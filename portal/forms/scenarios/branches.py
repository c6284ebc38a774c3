"""The branches of a form: every way in which a condition, a rule or a repeat of it can turn out, and which of them answers take.

A branch is taken by a scenario when its answers, as shown to the person, make it turn out that way on the way through the form:

- a page with `when` is on the way, or its condition is not true; so for stop pages and interruptions;
- a question with `when` is asked, or is not asked though its page is shown;
- a question whose `required` is a condition must be answered, or may be left blank; an option with `when` is offered, or not;
- a rule is kept by an answer, or broken;
- a named condition is true where it is used, or is not (unknown counts as not);
- an item of a repeat with `where` is taken, or left out; a repeat has no items, one, or more, as far as its `min` and `max` allow.

First answers (`prefill`) are none of the form's branches: they come from elsewhere. Where a condition is judged so, each comparison in it
is seen true or false as well (`leaves`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.forms import question_kinds
from portal.forms.answers import get
from portal.forms.check_conditions import conditions_of
from portal.forms.condition_tree import AnotherAnswer, Condition, Use, walk
from portal.forms.conditions import Facts, Judge, is_answered
from portal.forms.journey import Journey
from portal.forms.model import FormDefinition, Page, Question, Repeat, Rule, Scope
from portal.forms.paths import path_of
from portal.forms.scenarios.leaves import key_of, leaves_of, leaves_seen, words_of
from portal.forms.yaml_text import Location

Key = tuple[str, ...]
YES, NO = "yes", "no"
NONE, ONE, MANY = "none", "one", "many"


@dataclass(frozen=True)
class Branch:
    """One way in which one thing can turn out: what it is called, where it stands in the file, and in words what never happened."""

    key: Key
    at: Location
    words: str


def branches_of(definition: FormDefinition) -> list[Branch]:
    """Every branch of a form, in the order of its parts."""
    return list(_Listing(definition).branches())


def leaf_branches_of(definition: FormDefinition) -> list[Branch]:
    """Both ways of every comparison that stands beside others, in the order of the file."""
    found = [(at, words_of(definition, leaf)) for at, leaf in leaves_of(definition)]
    return [Branch(key_of(at, outcome), at, f"{words} is never {'true' if outcome else 'false'} here") for at, words in found for outcome in (True, False)]


def branches_taken(journey: Journey) -> set[Key]:
    """The branches that the answers of this journey take, and the leaves they make true or false."""
    taking = _Taking(journey)
    taking.look()
    return taking.found


class _Listing:
    """Lists the branches of one form."""

    def __init__(self, definition: FormDefinition):
        self.definition = definition
        self.index = definition.index

    def branches(self) -> Iterator[Branch]:
        for name in self.definition.conditions:
            yield from _both(("condition", name), ("conditions", name), f"the condition “{name}” is never true", f"the condition “{name}” is always true")
        for repeat in self.definition.repeats:
            yield from self._of_repeat(repeat)
        for position, page in enumerate(self.definition.pages):
            at: Location = ("pages", position)
            if page.when is not None:
                met, always = _PAGE_WORDS[page.type]
                yield from _both(("page", page.id), (*at, "when"), f"“{page.title}” {met}", f"“{page.title}” {always}")
            for place, question in enumerate(page.questions):
                yield from _of_question(question, (*at, "questions", place))

    def _of_repeat(self, repeat: Repeat) -> Iterator[Branch]:
        at: Location = ("repeats", repeat.id)
        if repeat.where is not None:
            yield from _both(("where", repeat.id), (*at, "where"), f"“{repeat.title}” never takes an item", f"“{repeat.title}” never leaves an item out")
        low, high = self._least(repeat), self._most(repeat)
        for count, possible, words in (
            (NONE, low == 0, f"“{repeat.title}” never has no {repeat.item}"),
            (ONE, low <= 1 <= high, f"“{repeat.title}” never has exactly one {repeat.item}"),
            (MANY, high > 1, f"“{repeat.title}” never has more than one {repeat.item}"),
        ):
            if possible:
                yield Branch(("repeat", repeat.id, count), at, words)

    def _least(self, repeat: Repeat) -> int:
        if not repeat.over:
            return repeat.min
        return 0 if repeat.where is not None else self._least(self.index.repeats[repeat.over])

    def _most(self, repeat: Repeat) -> int:
        return min(repeat.max, self._most(self.index.repeats[repeat.over])) if repeat.over else repeat.max


_PAGE_WORDS = {
    "questions": ("is never shown", "is never left out"),
    "stop": ("never ends the form", "always ends the form"),
    "interrupt": ("never interrupts", "always interrupts"),
}


def _of_question(question: Question, at: Location) -> Iterator[Branch]:
    label = question.label
    if question.when is not None:
        yield from _both(("question", question.id), (*at, "when"), f"“{label}” is never asked", f"“{label}” is never left out")
    if isinstance(question.required, Condition):
        yield from _both(("required", question.id), (*at, "required"), f"“{label}” need never be answered", f"“{label}” can never be left blank")
    for position, option in enumerate(getattr(question.settings, "options", ())):
        if option.when is not None:
            words = f"the option “{option.label}” of “{label}” is never offered", f"the option “{option.label}” of “{label}” is always offered"
            yield from _both(("option", question.id, option.id), (*at, "options", position, "when"), *words)
    for position, rule in enumerate(question.rules):
        told = f"the rule {rule.comparison} of “{label}” is never"
        yield from _both(("rule", question.id, str(position)), (*at, "rules", position), f"{told} kept", f"{told} broken")


def _both(key: Key, at: Location, never: str, always: str) -> Iterator[Branch]:
    yield Branch((*key, YES), at, never)
    yield Branch((*key, NO), at, always)


class _WatchingJudge(Judge):
    """A judge that notes what named conditions came to."""

    def __init__(self, journey: Journey, found: set[Key]):
        super().__init__(journey.visible.answers, journey.facts, journey.definition)
        self.found = found

    def _use(self, name: str, scope: Scope) -> bool | None:
        outcome = super()._use(name, scope)
        self.found.add(("condition", name, YES if outcome is True else NO))
        return outcome


class _Taking:
    """Looks at everything that can turn out one way or another, once, for one set of answers."""

    def __init__(self, journey: Journey):
        self.journey = journey
        self.definition = journey.definition
        self.index = journey.definition.index
        self.visible = journey.visible
        self.found: set[Key] = set()
        self.judge = _WatchingJudge(journey, self.found)
        self.on_the_way = {step.page.id for step in journey.steps() if step.kind == "page"}
        self.asked = {(question.id, block.scope) for step in journey.steps() for block in journey.blocks(step) for question in block.questions}

    def look(self) -> None:
        self._used_elsewhere()
        for repeat in self.definition.repeats:
            self._repeat(repeat)
        for position, page in enumerate(self.definition.pages):
            self._page(page, ("pages", position))
            for place, question in enumerate(page.questions):
                self._question(page, question, ("pages", position, "questions", place))

    def _used_elsewhere(self) -> None:
        """Conditions that the form itself does not use are judged as the council's files would, outside all items."""
        used = {part.name for placed in conditions_of(self.definition) for _, part in walk(placed.condition) if isinstance(part, Use)}
        for name in self.definition.conditions:
            if name not in used:
                self.judge.judge(Use(name))
                self._watch((), Use(name), ())

    def _repeat(self, repeat: Repeat) -> None:
        for scope in (scope for name, scope in self.visible.repeats if name == repeat.id):
            count = len(get(self.visible.answers, path_of(scope, repeat.id)) or ())
            self.found.add(("repeat", repeat.id, NONE if count == 0 else ONE if count == 1 else MANY))
            for other in self.visible.answers.get(repeat.over, ()) if repeat.where is not None else ():
                here = (*scope, (repeat.id, other["_id"]))
                self._watch(("repeats", repeat.id, "where"), repeat.where, here)
                self._note(("where", repeat.id), self._holds(repeat.where, here))

    def _page(self, page: Page, at: Location) -> None:
        if page.when is None:
            return
        outcomes = {self._holds(page.when, scope) for scope in self._places(page)}
        for scope in self._places(page) if page.id in self.on_the_way or True not in outcomes else ():
            self._watch((*at, "when"), page.when, scope)
        if page.id in self.on_the_way:
            self._note(("page", page.id), True)
        if False in outcomes:
            self._note(("page", page.id), False)

    def _places(self, page: Page) -> list[Scope]:
        """The items a page is for; where there are none, what they would stand in."""
        chain = self.index.chain(page.repeat)
        while chain:
            scopes = self._scopes(chain)
            if scopes:
                return scopes
            chain = chain[:-1]
        return [()]

    def _scopes(self, chain: tuple[str, ...]) -> list[Scope]:
        scopes: list[tuple[Scope, Any]] = [((), self.visible.answers)]
        for repeat_id in chain:
            scopes = [((*scope, (repeat_id, item["_id"])), item) for scope, holder in scopes for item in holder.get(repeat_id) or ()]
        return [scope for scope, _ in scopes]

    def _question(self, page: Page, question: Question, at: Location) -> None:
        for scope in (scope for name, scope in self.visible.pages if name == page.id):
            is_asked = (question.id, scope) in self.asked
            if question.when is not None:
                holds = self._holds(question.when, scope)
                if is_asked or not holds:
                    self._watch((*at, "when"), question.when, scope)
                    self._note(("question", question.id), is_asked)
            if is_asked:
                self._asked(question, scope, at)

    def _asked(self, question: Question, scope: Scope, at: Location) -> None:
        if isinstance(question.required, Condition):
            self._watch((*at, "required"), question.required, scope)
            self._note(("required", question.id), self._holds(question.required, scope))
        for position, option in enumerate(getattr(question.settings, "options", ())):
            if option.when is not None:
                self._watch((*at, "options", position, "when"), option.when, scope)
                self._note(("option", question.id, option.id), self._holds(option.when, scope))
        value = get(self.visible.answers, path_of(scope, question.id))
        for position, rule in enumerate(question.rules):
            outcome = self._kept(question, rule, value, scope)
            if outcome is not None:
                self._note(("rule", question.id, str(position)), outcome)

    def _kept(self, question: Question, rule: Rule, value: Any, scope: Scope) -> bool | None:
        if not is_answered(value) or question_kinds.is_not_known(value) or question_kinds.wrong(question, value):
            return None
        other = self.judge.other_value(rule.value, scope) if isinstance(rule.value, AnotherAnswer) else rule.value
        return None if other is None else question_kinds.compare(question, value, rule.comparison, other, today=self.facts.today)

    @property
    def facts(self) -> Facts:
        return self.journey.facts

    def _holds(self, condition: Condition, scope: Scope) -> bool:
        return self.judge.judge(condition, scope) is True

    def _watch(self, at: Location, condition: Condition, scope: Scope) -> None:
        """Note how each comparison in a condition turned out where it was judged."""
        self.found.update(leaves_seen(self.judge, at, condition, scope))

    def _note(self, key: Key, outcome: bool) -> None:
        self.found.add((*key, YES if outcome else NO))

"""Whole sets of made-up answers to a form, always valid: the same form, seed and day give the same answers.

Questions are answered in the order in which they depend on each other, so that hidden ones stay empty; an answer that would
lead to a stop page is not taken. What other answers made wrong afterwards is put right, and in the end all is judged as the web does.
"""

from __future__ import annotations

from random import Random
from typing import Any, Literal

from portal.errors import PortalError
from portal.forms import question_kinds
from portal.forms.answers import Answers, get, put, visible
from portal.forms.answers_json import check_answers_json
from portal.forms.condition_tree import Condition
from portal.forms.conditions import Facts, Judge
from portal.forms.derived.sample_aim import Aim, aim_at_something, keep_off_stops, looked_for
from portal.forms.journey import Journey
from portal.forms.model import FormDefinition, Question, Repeat, Scope
from portal.forms.paths import path_of
from portal.forms.possible_answers import numbers_possible
from portal.forms.question_kinds.made_up import MadeUp
from portal.forms.validate import Problem, problems

Optional = Literal["none", "some", "all"]
"""How many of the questions that may be left blank are answered."""

ATTEMPTS = 60
REPAIRS = 12
MORE_ITEMS = 3
"""Items beyond the minimum of a repeat, at most."""

_AIMS = (aim_at_something, keep_off_stops, lambda definition, random: Aim())
"""What one attempt after the other aims at; the last of them leaves all to chance."""

_EAGERNESS = {"none": (0.0,), "some": (0.25, 0.6, 0.95), "all": (1.0,)}


class SampleImpossible(PortalError):
    """No valid answers were found; the message says what stood in the way."""


class Sampler:
    """Makes answers to one form on the day of `facts`. What its conditions look for is gathered once."""

    def __init__(self, definition: FormDefinition, facts: Facts, optional: Optional = "some"):
        self.definition = definition
        self.facts = facts
        self.eagerness = _EAGERNESS[optional]
        self.looked = looked_for(definition)

    def sample(self, seed: int) -> Answers:
        """Valid answers that could be sent on that day. Raises SampleImpossible after many attempts."""
        told: list[Problem] = []
        for attempt in range(ATTEMPTS):
            random = Random(f"{seed}.{attempt}")
            filling = _Filling(self, random, _AIMS[attempt % len(_AIMS)](self.definition, random))
            answers = filling.repaired(filling.filled())
            told = check_answers_json(self.definition, answers, self.facts)
            if not told:
                return in_order(self.definition, answers)
        met = f"{told[0].path or self.definition.id}: {told[0].message}"
        raise SampleImpossible(f"{self.definition.id}: no valid answers found in {ATTEMPTS} attempts; the last met: {met}")


def sample(definition: FormDefinition, seed: int, facts: Facts, optional: Optional = "some") -> Answers:
    """One set of valid answers; for many of the same form a `Sampler` is faster. Raises SampleImpossible."""
    return Sampler(definition, facts, optional).sample(seed)


def in_order(definition: FormDefinition, answers: Answers) -> Answers:
    """The answers in the order of the form's pages, for people who read them."""
    return _ordered(definition, answers, "")


def _ordered(definition: FormDefinition, holder: Answers, repeat_id: str) -> Answers:
    here = definition.index.chain(repeat_id)
    names = ["_id"]
    for page in definition.pages:
        chain = definition.index.chain(page.repeat)
        if chain == here:
            names += [question.id for question in page.questions]
        elif chain[: len(here)] == here:
            names.append(chain[len(here)])
    given = {name: holder[name] for name in dict.fromkeys(names) if name in holder}
    return {name: [_ordered(definition, item, name) for item in value] if name in definition.index.repeats else value for name, value in given.items()}


class _Filling:
    """One attempt at one form."""

    def __init__(self, sampler: Sampler, random: Random, aim: Aim):
        self.definition = sampler.definition
        self.index = sampler.definition.index
        self.facts = sampler.facts
        self.looked = sampler.looked
        self.chance = MadeUp(random, sampler.facts.today)
        self.aim = aim
        self.eagerness = self.chance.one_of(sampler.eagerness)
        self.answers: Answers = {}
        self.judge = Judge(self.answers, self.facts, self.definition)
        self.places: dict[str, list[tuple[Scope, Answers]]] = {"": [((), self.answers)]}
        self.shown: set[tuple[str, Scope]] = set()
        self.stops = [(page.when, self.index.references(page.when)) for page in self.definition.pages if page.type == "stop" and page.when is not None and not page.repeat]

    def filled(self) -> Answers:
        """Answers to what is shown, each after those it depends on."""
        for kind, name in self.index.order:
            if kind == "repeat":
                self._items(self.index.repeats[name])
            elif kind == "page":
                page = self.index.pages[name]
                self.shown.update((name, scope) for scope, _ in self.places.get(page.repeat, ()) if self._holds(page.when, scope))
            else:
                self._question(self.index.questions[name])
        return self.answers

    def repaired(self, answers: Answers) -> Answers:
        """The answers with what is still wrong answered anew, and what is hidden by now taken away."""
        for _ in range(REPAIRS):
            answers = visible(self.definition, answers, self.facts).answers
            wrong = [problem.path for problem in problems(self.definition, answers, self.facts) if problem.path]
            if not wrong:
                break
            journey = Journey(self.definition, answers, self.facts)
            for path in dict.fromkeys(wrong):
                answers = self._anew(journey, answers, path)
        return answers

    def _anew(self, journey: Journey, answers: Answers, path: str) -> Answers:
        step = journey.step_of(path)
        asked = {path_of(block.scope, question.id): question for block in (journey.blocks(step) if step else ()) for question in block.questions}
        question = asked.get(path)
        if question is None or get(answers, path) is None and not question.required:
            return answers
        return put(answers, path, self._value(question) if question.required is True else None)

    def _items(self, repeat: Repeat) -> None:
        places = self.places[repeat.id] = []
        for scope, holder in self.places.get(repeat.inside, ()):
            pages = self.index.pages_of_repeat[repeat.id]
            if not any(self._may_hold(page.when, page.repeat, scope) for page in pages):
                continue
            made: list[Answers] = [{"_id": item_id} for item_id in self._ids(repeat, scope)]
            if made:
                holder[repeat.id] = made
            places += [((*scope, (repeat.id, item["_id"])), item) for item in made]

    def _ids(self, repeat: Repeat, scope: Scope) -> list[str]:
        if repeat.over:
            others = [other["_id"] for other in self.answers.get(repeat.over, ())]
            return [other for other in others if self._holds(repeat.where, (*scope, (repeat.id, other)))]
        start = "".join(word[:1] for word in repeat.id.split("_"))
        outer = "".join(item for _, item in scope)
        return [f"{outer}{start}{number}" for number in range(1, self._how_many(repeat) + 1)]

    def _how_many(self, repeat: Repeat) -> int:
        aimed = [number for number in numbers_possible(repeat.max, self.aim.counts.get(repeat.id, ())) if number >= repeat.min]
        if repeat.id in self.aim.counts and aimed:
            return self.chance.one_of(aimed)
        more = {0.0: (0,), 1.0: (2, MORE_ITEMS)}.get(self.eagerness, (0, 1, 1, 2, MORE_ITEMS))
        return min(repeat.max, repeat.min + self.chance.one_of(more))

    def _may_hold(self, when: Condition | None, repeat_id: str, scope: Scope) -> bool:
        if when is None:
            return True
        outcome = self.judge.judge(when, scope)
        return outcome is True or (outcome is None and self.index.looks_over(repeat_id, when))

    def _question(self, question: Question) -> None:
        page = self.index.page_of[question.id]
        drawer = question_kinds.kind(question.kind)
        if not drawer.has_value:
            return
        for scope, holder in self.places.get(page.repeat, ()):
            if (page.id, scope) not in self.shown or not self._holds(question.when, scope):
                continue
            required = self._holds(question.required, scope) if isinstance(question.required, Condition) else question.required
            is_aimed_at = question.id in self.aim.answers and not self.aim.wants_blank(question) and (self.eagerness > 0 or self.aim.is_needed)
            wanted = is_aimed_at or (not drawer.needs_more and not self._stays_blank(question) and self.chance.happens(self.eagerness))
            if (required and not question.later) or wanted:
                self._answer(question, scope, holder)

    def _stays_blank(self, question: Question) -> bool:
        return self.eagerness < 1 and self.aim.wants_blank(question)

    def _answer(self, question: Question, scope: Scope, holder: Answers) -> None:
        """Take the first suggestion that is valid and leads to no stop page; those aimed at come first."""
        seen = self._as_seen(question, scope)
        values = (value for value in self._suggestions(seen) if self._is_valid(seen, value))
        if question.id in self.aim.answers:
            values = iter(sorted(values, key=lambda value: not self.aim.is_hit(seen, value, self.facts.today)))
        for value in values:
            holder[question.id] = value
            if not self._is_stopped_by(question):
                return
            del holder[question.id]

    def _value(self, question: Question) -> Any:
        return next((value for value in self._suggestions(question) if self._is_valid(question, value)), None)

    def _suggestions(self, question: Question) -> Any:
        self.chance.sought = self.looked.get(question.id, ())
        return question_kinds.suggestions(question, self.chance)

    def _is_valid(self, question: Question, value: Any) -> bool:
        if question_kinds.wrong(question, value):
            return False
        return not question_kinds.broken_rules(question, value, today=self.facts.today, test_numbers=self.facts.test_numbers)

    def _is_stopped_by(self, question: Question) -> bool:
        return any(self._holds(when, ()) for when in self._stops_near(question))

    def _stops_near(self, question: Question) -> list[Condition]:
        """The conditions of stop pages that look at this question, or at items where it is asked."""
        near = {("question", question.id), *(("repeat", name) for name in self.index.chain_of_question(question.id))}
        return [when for when, named in self.stops if named & near]

    def _as_seen(self, question: Question, scope: Scope) -> Question:
        """The question with the options that are offered and with rules that look at answers already given."""
        if question.id not in self.index.varying:
            return question
        options = getattr(question.settings, "options", ())
        offered = tuple(option for option in options if self._holds(option.when, scope))
        if len(offered) < len(options):
            question = question.model_copy(update={"settings": question.settings.model_copy(update={"options": offered})})
        other_rules = [rule for rule in question.rules if hasattr(rule.value, "plus")]
        if other_rules:
            rules = [rule for rule in question.rules if rule not in other_rules]
            values = [(rule, self.judge.other_value(rule.value, scope)) for rule in other_rules]
            rules += [rule.model_copy(update={"value": value}) for rule, value in values if value is not None]
            question = question.model_copy(update={"rules": tuple(rules)})
        return question

    def _holds(self, condition: Condition | None, scope: Scope) -> bool:
        return condition is None or self.judge.judge(condition, scope) is True

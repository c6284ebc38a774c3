"""What a sample aims at: one conditional page or question of a form, and the answers that would show it.

Aiming is no promise; it makes branches that chance would seldom take turn up among a hundred samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from portal.forms import condition_tree as tree
from portal.forms import question_kinds
from portal.forms.check_conditions import conditions_of
from portal.forms.condition_tree import walk
from portal.forms.model import FormDefinition, Question
from portal.forms.possible_answers import NOT_FALSE, NOT_TRUE, OPPOSITE, TRUE, Demand, Want, demand, is_met

DEEPEST = 12

Looked = dict[str, list[Any]]
"""What conditions hold the answers to a question against, by the question's id."""


@dataclass
class Aim:
    """Demands on answers by question, and on the number of items by repeat. What `is_needed` is answered though it could be left out."""

    answers: dict[str, list[Demand]] = field(default_factory=dict)
    counts: dict[str, list[Demand]] = field(default_factory=dict)
    is_needed: bool = False

    def is_hit(self, question: Question, value: Any, today: date) -> bool:
        """Whether an answer is as aimed at."""
        return all(
            is_met(each.want, question_kinds.compare(question, value, each.comparison, each.plain, today=today)) for each in self.answers.get(question.id, ())
        )

    def wants_blank(self, question: Question) -> bool:
        """Whether the question is to stay without an answer."""
        return any(each.comparison == "answered" and not is_met(each.want, each.value is not False) for each in self.answers.get(question.id, ()))


def looked_for(definition: FormDefinition) -> Looked:
    """The plain values that the conditions of a form compare each question with."""
    found: Looked = {}
    for placed in conditions_of(definition):
        for _, part in walk(placed.condition):
            if isinstance(part, tree.Compare) and part.comparison != "answered" and not isinstance(part.value, tree.AnotherAnswer):
                found.setdefault(part.question, []).extend(part.value if isinstance(part.value, list) else [part.value])
    return found


def aim_at_something(definition: FormDefinition, random: Random) -> Aim:
    """One of the conditional pages and questions, chosen by chance; nothing where there is none."""
    ways: list[tuple[tree.Condition | None, ...]] = []
    for page in definition.pages:
        if page.type == "stop":
            continue
        ways += [(page.when,)] if page.when is not None else []
        ways += [(page.when, question.when) for question in page.questions if question.when is not None]
    aim = Aim()
    for condition in random.choice(ways) if ways else ():
        if condition is not None:
            _follow(definition, condition, TRUE, random, aim)
    return aim


def keep_off_stops(definition: FormDefinition, random: Random) -> Aim:
    """What keeps the way off every stop page, even by answers that could be left out."""
    aim = Aim(is_needed=True)
    for page in definition.pages:
        if page.type == "stop" and page.when is not None:
            _follow(definition, page.when, NOT_TRUE, random, aim)
    return aim


def _follow(definition: FormDefinition, condition: tree.Condition, want: Want, random: Random, aim: Aim, depth: int = 0) -> None:
    """Add what makes a condition come out as wanted; of several ways, one by chance."""
    if depth > DEEPEST:
        return
    for part, wanted in _needed(definition, condition, want, random):
        match part:
            case tree.Compare(question_id, comparison, value) if question_id in definition.index.questions:
                is_known = question_id in aim.answers
                if isinstance(value, tree.AnotherAnswer):
                    comparison, value = "answered", True
                aim.answers.setdefault(question_id, []).append(demand(comparison, value, wanted))
                page, question = definition.index.page_of[question_id], definition.index.questions[question_id]
                for when in () if is_known or aim.wants_blank(question) else (page.when, question.when):
                    if when is not None:
                        _follow(definition, when, TRUE, random, aim, depth + 1)
            case tree.CountOf(repeat, None, comparison, number):
                aim.counts.setdefault(repeat, []).append(demand(comparison, number, wanted))
            case tree.CountOf(_, match) | tree.AnyItem(_, match) | tree.EveryItem(_, match) if match is not None:
                _follow(definition, match, wanted, random, aim, depth + 1)


def _needed(definition: FormDefinition, condition: tree.Condition, want: Want, random: Random) -> Iterator[tuple[tree.Condition, Want]]:
    match condition:
        case tree.AllOf(parts) | tree.AnyOf(parts):
            together = (want in (TRUE, NOT_FALSE)) is isinstance(condition, tree.AllOf)
            for part in parts if together else (random.choice(parts),):
                yield from _needed(definition, part, want, random)
        case tree.Not(part):
            yield from _needed(definition, part, OPPOSITE[want], random)
        case tree.Use(name):
            yield from _needed(definition, definition.conditions[name], want, random) if name in definition.conditions else ()
        case _:
            yield condition, want

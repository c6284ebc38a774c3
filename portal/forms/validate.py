"""What is wrong with answers, on one step or in the whole form. Wording per kind of question stands in its drawer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.forms import answers as stored_answers
from portal.forms import question_kinds
from portal.forms.conditions import Facts, is_answered
from portal.forms.held_back import is_held
from portal.forms.journey import Block, Journey, Step
from portal.forms.model import FormDefinition, Question, Repeat
from portal.forms.paths import path_of
from portal.language import say


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where the answer stands, a stable code, words that say how, and the step that asks it.

    `part` names the input of a compound question to go to ('' for its first).
    """

    path: str
    code: str
    message: str
    step_key: str = ""
    part: str = ""


def problems(
    definition: FormDefinition,
    answers: Mapping[str, Any],
    facts: Facts,
    incomplete: Mapping[str, Any] | None = None,
    *,
    acknowledged: Collection[str] | None = None,
) -> list[Problem]:
    """Everything to put right before the form can be sent, in the order of its steps. Hidden questions are never asked.

    `incomplete` is the text kept that is not valid, by path; interruptions are only demanded where `acknowledged` is given.
    """
    incomplete = incomplete or {}
    journey = Journey(definition, answers, facts, incomplete=incomplete, acknowledged=acknowledged or ())
    return problems_of(journey, incomplete, demands_reading=acknowledged is not None)


def problems_of(journey: Journey, incomplete: Mapping[str, Any], *, demands_reading: bool = True) -> list[Problem]:
    """The same on a way that is known already. `demands_reading`: interruptions that were not acknowledged are problems too."""
    found: list[Problem] = []
    for step in journey.steps():
        if step.page.type == "stop":
            found.append(Problem("", "stopped", say("This form cannot be sent: {title}", title=step.page.title), step.key))
        if demands_reading and step.page.type == "interrupt" and step.key not in journey.acknowledged:
            found.append(Problem("", "acknowledge", say("Read “{title}” and continue from there", title=step.page.title), step.key))
        found.extend(problems_on(journey, step, incomplete))
    return found


def problems_on(journey: Journey, step: Step, incomplete: Mapping[str, Any] | None = None) -> list[Problem]:
    """What is wrong on one step: its list when it has too few or too many items, and each answer it asks."""
    found = list(_problems_of_list(journey, step))
    return found + problems_in(journey.blocks(step), journey.visible.so_far, journey.facts, incomplete, step_key=step.key)


def problems_in(
    blocks: Iterable[Block],
    answers: Mapping[str, Any],
    facts: Facts,
    incomplete: Mapping[str, Any] | None = None,
    *,
    step_key: str = "",
) -> list[Problem]:
    """What is wrong with the answers to these blocks of questions."""
    found: list[Problem] = []
    for block in blocks:
        for question in block.questions:
            path = path_of(block.scope, question.id)
            wrong = _wrong(question, stored_answers.get(answers, path), (incomplete or {}).get(path), facts)
            if wrong and is_held(question):  # what is wrong would tell what was said
                found.append(Problem(path, wrong[0].code, say("This answer is held back from you and has to be put right by somebody who reads it"), step_key))
            else:
                found.extend(Problem(path, each.code, each.message, step_key, each.part) for each in wrong)
    return found


def _wrong(question: Question, value: Any, typed: Any, facts: Facts) -> tuple[question_kinds.Wrong, ...]:
    if not question_kinds.kind(question.kind).has_value:
        return ()
    if typed is not None:
        return question_kinds.read(question, typed).wrong or (question_kinds.missing(question),)
    if not is_answered(value):
        return (question_kinds.missing(question),) if question.required is True else ()
    wrong = question_kinds.wrong(question, value)
    return wrong or question_kinds.broken_rules(question, value, today=facts.today, test_numbers=facts.test_numbers)


def _problems_of_list(journey: Journey, step: Step) -> Iterator[Problem]:
    repeat = step.repeat
    if repeat is None or repeat.over or (step.kind != "list" and step.page.layout != "together"):
        return
    count, path = journey.count(repeat, step.scope), path_of(step.scope, repeat.id)
    if count < repeat.min:
        yield Problem(path, "too_few", _items(repeat, repeat.min), step.key)
    if count > repeat.max:
        words = "Give at most one {item}; there are {count}" if repeat.max == 1 else "Give at most {number} under “{title}”; there are {count}"
        said = say(words, item=repeat.item, number=repeat.max, title=repeat.title, count=count)
        yield Problem(path, "too_many", said, step.key)


def _items(repeat: Repeat, number: int) -> str:
    if number == 1:
        return say("Add at least one {item}", item=repeat.item)
    return say("Add at least {number} under “{title}”", number=number, title=repeat.title)

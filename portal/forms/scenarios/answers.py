"""The answers of a scenario: of its example or of another scenario, with what it changes and leaves out. Judging them is `play`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from portal.errors import PortalError
from portal.forms.answers import Answers, add_item, get, put, remove_item
from portal.forms.answers_json import read_answers_json
from portal.forms.conditions import Facts, item_of
from portal.forms.model import FormDefinition
from portal.forms.paths import path_of, split_item_path, split_path
from portal.forms.scenarios.model import Scenario, ScenarioFile
from portal.forms.scenarios.read import ScenarioFaults
from portal.forms.yaml_text import Fault

Examples = Callable[[str], Any]
"""Gives the answers of an example by its file name; raises PortalError where there is none, or it cannot be read."""

UNUSABLE = ("unknown", "shape", "characters", "no_value")
"""Codes of what is no answer at all, however the form is filled in."""


def answers_of(file: ScenarioFile, scenario: Scenario, definition: FormDefinition, facts: Facts, examples: Examples) -> Answers:
    """The answers of one scenario. Raises ScenarioFaults where they cannot be made, or are no answers of this form."""
    raw = _raw(file, scenario, definition, examples)
    answers, problems = read_answers_json(definition, raw, facts)
    wrong = [each for each in problems if each.code in UNUSABLE]
    if wrong:
        raise ScenarioFaults(file.fault(scenario, _place(scenario, each.path), "no_answer", each.message) for each in wrong)
    return answers


def _raw(file: ScenarioFile, scenario: Scenario, definition: FormDefinition, examples: Examples) -> Answers:
    answers = _begin(file, scenario, definition, examples)
    faults: list[Fault] = []
    for place, path in enumerate(scenario.leave_out):
        if len(path.split(".")) % 2 == 0:
            *outer, (repeat_id, item_id) = split_item_path(path)
            there = item_of(get(answers, path_of(tuple(outer), repeat_id)), item_id) is not None
        else:
            there = get(answers, path) is not None
        if not there:
            faults.append(file.fault(scenario, ("leave_out", place), "not_there", f"{path} is left out, but there is no such answer"))
            continue
        answers = remove_item(answers, path) if len(path.split(".")) % 2 == 0 else put(answers, path, None)
    if faults:
        raise ScenarioFaults(faults)
    if scenario.leave_out:
        answers = _without_orphans(definition, answers)
    for path, value in scenario.changes.items():
        answers = put(_with_items(answers, path), path, value)
    return answers


def _begin(file: ScenarioFile, scenario: Scenario, definition: FormDefinition, examples: Examples) -> Answers:
    if not scenario.source:
        return copy.deepcopy(scenario.answers)
    if not scenario.source.endswith(".json"):
        return _raw(file, next(each for each in file.parts.scenarios if each.id == scenario.source), definition, examples)
    try:
        return copy.deepcopy(examples(scenario.source))
    except PortalError as wrong:
        raise ScenarioFaults([file.fault(scenario, ("from",), "unknown_example", wrong.message)]) from wrong


def _without_orphans(definition: FormDefinition, answers: Answers) -> Answers:
    """The answers without items that ran over one that was left out."""
    for repeat in definition.repeats:
        if repeat.over:
            known = {item["_id"] for item in answers.get(repeat.over) or ()}
            answers = _filtered(answers, definition.index.chain(repeat.id), known)
    return answers


def _filtered(holder: Answers, chain: tuple[str, ...], known: set[str]) -> Answers:
    first, *inner = chain
    if first not in holder:
        return holder
    kept = [_filtered(item, tuple(inner), known) for item in holder[first]] if inner else [item for item in holder[first] if item["_id"] in known]
    return {**holder, first: kept}


def _with_items(answers: Answers, path: str) -> Answers:
    """The answers with the items that lead to this path."""
    for repeat_path, item_id in _items_on(path):
        if item_of(get(answers, repeat_path), item_id) is None:
            answers = add_item(answers, repeat_path, item_id)
    return answers


def _items_on(path: str) -> Iterator[tuple[str, str]]:
    scope, _ = split_path(path)
    for depth, (repeat_id, item_id) in enumerate(scope):
        yield path_of(scope[:depth], repeat_id), item_id


def _place(scenario: Scenario, path: str) -> tuple[str, ...]:
    """Where in the scenario the answer at a path was written."""
    if path in scenario.changes:
        return ("set", path)
    return ("answers", path.split(".")[0]) if scenario.answers else ("from",)

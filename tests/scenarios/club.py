"""A small made-up council form with scenarios, and ways to try others on it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from portal.councils import library
from portal.forms.load import load_definition
from portal.forms.model import FormDefinition
from portal.forms.scenarios.read import read_scenarios
from portal.scenarios import Report, ScenarioResult, run_scenarios

COUNCIL = library.council("", Path(__file__).parents[1] / "packs/marlowe_vale")

CLUB = """
schema: 1
id: club
title: The club
audience: staff
lists:
  swims: [{id: "yes", label: "Yes"}, {id: "no", label: "No"}]
conditions:
  somebody_swims: {any_item: children, match: {question: swims, is: "yes"}}
sections: [{id: one, title: One}]
repeats:
  children: {title: Children, item: child, max: 3, item_label: "{name}"}
  lessons: {title: Lessons, item: child, over: children, where: {question: swims, is: "no"}, item_label: "{children.name}"}
pages:
  - id: start
    section: one
    title: Start
    questions:
      - {id: safe, kind: yes_no, label: Is everyone safe?, required: true}
      - {id: where, kind: text, label: Where do you live?, required: true}
  - {id: ring, section: one, type: interrupt, title: Ring first, when: {question: safe, is: "no"}}
  - {id: far, section: one, type: stop, title: Too far, when: {question: where, is: Farland}}
  - id: child
    section: one
    title: A child
    repeat: children
    layout: together
    questions:
      - {id: name, kind: text, label: Name, required: {count: children, gte: 2}}
      - {id: swims, kind: radios, list: swims, label: Swims?, required: true}
      - {id: born, kind: date, label: Born, rules: [{not_after: today}]}
      - {id: badge, kind: text, label: Badge, when: {question: swims, is: "yes"}}
  - id: lessons
    section: one
    title: Lessons
    repeat: lessons
    layout: together
    questions:
      - {id: lesson, kind: yes_no, label: Wants a lesson?}
  - id: pool
    section: one
    title: The pool
    when: {use: somebody_swims}
    questions:
      - id: lane
        kind: radios
        label: Which lane?
        options: [{id: slow, label: Slow}, {id: fast, label: Fast, when: {count: children, is: 1}}, {id: any, label: Any}]
"""

SWIMMER = """
  - id: swimmer
    name: A child who swims gets a lane
    answers: {safe: "yes", where: Leafham, children: [{_id: a, name: Ada, swims: "yes"}], lane: fast}
"""


def club(old: str = "", new: str = "") -> FormDefinition:
    """The form, or one that says something else in one place."""
    assert old in CLUB
    return load_definition(CLUB.replace(old, new), source="club.yaml")


def text_of(scenarios: str) -> str:
    """A file of these scenarios."""
    return 'schema: 1\nform: club\ntoday: "2026-06-15"\nscenarios:\n' + dedent(scenarios).strip("\n").replace("\n", "\n") + "\n"


def run(scenarios: str, form: FormDefinition | None = None) -> Report:
    """What came of these scenarios."""
    return run_scenarios(COUNCIL, form or club(), read_scenarios(text_of(scenarios), "club.tests.yaml"))


def result_of(expect: str, more: str = "", form: FormDefinition | None = None) -> ScenarioResult:
    """What came of the swimmer, changed a little, with this expectation."""
    return run(SWIMMER + f"  - {{id: other, name: Other, from: swimmer, {more} expect: {{{expect}}}}}\n", form).results[1]


def differences(expect: str, more: str = "", form: FormDefinition | None = None) -> list[str]:
    """In what the changed swimmer came out otherwise."""
    return list(result_of(expect, more, form).differences)

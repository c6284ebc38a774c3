"""Comparisons inside larger conditions: which there are, and which answers make them true, and false; unknown is neither."""

from __future__ import annotations

from datetime import date

import pytest

from portal.forms.conditions import Facts
from portal.forms.load import load_definition
from portal.forms.scenarios.branches import leaf_branches_of
from portal.forms.scenarios.play import play

FACTS = Facts(date(2026, 6, 15), frozenset({"helper"}))
FORM = """
schema: 1
id: trip
title: A trip
audience: staff
conditions:
  far_or_wet: {any: [{question: miles, gt: 10}, {question: rain, is: "yes"}]}
sections: [{id: one, title: One}]
repeats:
  children: {title: Children, item: child, min: 0, max: 5, item_label: "{name}"}
pages:
  - id: start
    section: one
    title: Start
    questions:
      - {id: miles, kind: number, label: How many miles?}
      - {id: rain, kind: yes_no, label: Will it rain?}
      - {id: hat, kind: yes_no, label: A hat?, when: {question: rain, is: "yes"}}
  - {id: stop, section: one, type: stop, title: No trip, when: {all: [{question: miles, gt: 100}, {not: {role: helper}}]}}
  - id: child
    section: one
    title: A child
    repeat: children
    layout: together
    questions:
      - {id: name, kind: text, label: Name}
      - {id: swims, kind: yes_no, label: Swims?}
  - id: coach
    section: one
    title: Coach
    when: {all: [{use: far_or_wet}, {count: children, match: {question: swims, is: "no"}, gte: 1}]}
    questions: [{id: coach, kind: text, label: Coach}]
"""
LISTED = [
    "conditions.far_or_wet.any.0", "conditions.far_or_wet.any.1", "pages.1.when.all.0", "pages.1.when.all.1.not",
    "pages.3.when.all.1", "pages.3.when.all.1.match",
]  # fmt: skip


def seen(**answers) -> set[str]:
    played = play(load_definition(FORM, source="trip.yaml"), answers, FACTS)
    return {" ".join(key[1:]) for key in played.taken if key[0] == "leaf"}


def test_each_comparison_beside_others_is_listed_both_ways_with_its_place():
    leaves = leaf_branches_of(load_definition(FORM, source="trip.yaml"))
    assert sorted({leaf.key[1] for leaf in leaves}) == sorted(LISTED), "a condition of one comparison is a branch already"
    words = {leaf.words for leaf in leaves}
    assert "“How many miles?” gt 10 is never true here" in words and "“How many miles?” gt 10 is never false here" in words
    assert "role helper is never false here" in words and "count of children gte 1 is never true here" in words


@pytest.mark.parametrize(
    ("answers", "expected", "not_expected"),
    [
        ({}, "pages.1.when.all.1.not yes, pages.3.when.all.1 no", "conditions.far_or_wet.any.0 no, pages.1.when.all.0 no"),
        ({"miles": 20}, "conditions.far_or_wet.any.0 yes, pages.1.when.all.0 no", "conditions.far_or_wet.any.1 no"),
        ({"miles": 5, "rain": "no"}, "conditions.far_or_wet.any.0 no, conditions.far_or_wet.any.1 no", "conditions.far_or_wet.any.1 yes"),
        ({"children": [{"_id": "a", "swims": "no"}, {"_id": "b", "swims": "yes"}]}, "pages.3.when.all.1 yes, pages.3.when.all.1.match yes, pages.3.when.all.1.match no", ""),
    ],
)
def test_a_comparison_is_seen_true_or_false_and_unknown_is_neither(answers, expected, not_expected):
    found = seen(**answers)
    assert set(expected.split(", ")) - found == set()
    assert found & set(not_expected.split(", ")) == set()

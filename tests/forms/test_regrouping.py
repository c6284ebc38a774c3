"""Answers whose question was moved into a group of items, or out of one: carried where that is certain, and never lost unseen where it is not."""

from __future__ import annotations

from datetime import date

import pytest

from portal.forms import check
from portal.forms.conditions import Facts
from portal.forms.load import load_definition
from portal.forms.versions import LOSES_ANSWER, compare, faults_between, upgrade

FACTS = Facts(date(2026, 6, 15))
HEAD = """schema: 1
id: trip
title: A trip
audience: staff
sections: [{id: one, title: One}]
repeats: {children: {title: Children, item: child, max: 4, item_label: "{name}"}}
pages:
"""
OUTSIDE = HEAD + """  - id: start
    section: one
    title: Start
    questions: [{id: kind_of, kind: text, label: What kind?}, {id: phone, kind: phone, label: Which number?}]
  - {id: child, section: one, title: A child, repeat: children, questions: [{id: name, kind: text, label: Name}]}
"""
INSIDE = HEAD + """  - id: start
    section: one
    title: Start
    questions: [{id: kind_of, kind: text, label: What kind?}]
  - {id: child, section: one, title: A child, repeat: children, questions: [{id: name, kind: text, label: Name}, {id: phone, kind: phone, label: Which number?}]}
"""
INTO = INSIDE + 'changes: {"2": [{move: {question: phone, into: children}}]}\n'
INTO_EACH = INSIDE + 'changes: {"2": [{move: {question: phone, into: children, each: true}}]}\n'
OUT = OUTSIDE + 'changes: {"2": [{move: {question: phone, out_of: children}}]}\n'
NUMBER, OTHER = "01632960123", "01632960124"
ADA, BO = {"_id": "a", "name": "Ada"}, {"_id": "b", "name": "Bo"}


def form(text: str):
    return load_definition(text, source="trip.yaml")


def gone_on(old: str, new: str, answers: dict, incomplete: dict | None = None):
    """The answers in the new version; and going on once more changes nothing."""
    found = upgrade(answers, incomplete or {}, form(old), form(new), FACTS)
    again = upgrade(found.answers, found.incomplete, form(old), form(new), FACTS)
    assert (again.answers, again.incomplete) == (found.answers, found.incomplete)
    return found


def open_ones(found) -> list[tuple[str, str]]:
    return [(each.path, each.text) for each in found.lost if each.is_open]


def test_into_a_group_with_one_item_the_answer_goes_to_it():
    found = gone_on(OUTSIDE, INTO, {"kind_of": "Bus", "phone": NUMBER, "children": [ADA]})
    assert found.answers == {"kind_of": "Bus", "children": [{**ADA, "phone": NUMBER}]}
    assert (found.lost, found.needed, found.paths) == ((), (), {"phone": "children.a.phone"})


def test_into_a_group_with_several_items_a_person_decides():
    found = gone_on(OUTSIDE, INTO, {"phone": NUMBER, "children": [ADA, BO]})
    assert found.answers == {"children": [ADA, BO]}
    assert [path for path, _ in open_ones(found)] == ["phone"] and NUMBER in open_ones(found)[0][1].replace(" ", "")
    assert [each.path for each in found.needed] == ["children.a.phone", "children.b.phone"], "where it may belong is told, though nothing demands it"


def test_into_each_item_where_the_version_says_so():
    found = gone_on(OUTSIDE, INTO_EACH, {"phone": NUMBER, "children": [ADA, BO]})
    assert found.answers == {"children": [{**ADA, "phone": NUMBER}, {**BO, "phone": NUMBER}]}
    assert found.lost == ()


@pytest.mark.parametrize("new", [INTO, INTO_EACH])
def test_into_a_group_without_items_it_is_kept_and_told(new):
    found = gone_on(OUTSIDE, new, {"phone": NUMBER})
    assert found.answers == {}
    assert [(each.path, each.value, each.is_open) for each in found.lost] == [("phone", NUMBER, False)]


def test_out_of_a_group_whose_items_agree_the_answer_goes_along():
    found = gone_on(INSIDE, OUT, {"children": [{**ADA, "phone": NUMBER}, {**BO, "phone": NUMBER}]})
    assert found.answers == {"phone": NUMBER, "children": [ADA, BO]}
    assert found.lost == ()
    assert gone_on(INSIDE, OUT, {"children": [{**ADA, "phone": NUMBER}, BO]}).answers["phone"] == NUMBER


def test_out_of_a_group_whose_items_differ_a_person_decides():
    found = gone_on(INSIDE, OUT, {"children": [{**ADA, "phone": NUMBER}, {**BO, "phone": OTHER}]})
    assert found.answers == {"children": [ADA, BO]}
    assert [path for path, _ in open_ones(found)] == ["children.a.phone", "children.b.phone"]
    assert [each.path for each in found.needed] == ["phone"]


def test_out_of_a_group_that_is_gone():
    without = OUT.replace("repeats: {children", "repeats: {others").replace("repeat: children", "repeat: others").replace("changes:", "retired: [children]\nchanges:")
    found = gone_on(INSIDE, without, {"children": [{**ADA, "phone": NUMBER}]})
    assert found.answers == {"phone": NUMBER}
    assert [each.path for each in found.lost] == ["children.a.name"]


def test_what_was_typed_and_is_not_valid_goes_the_same_way():
    found = gone_on(OUTSIDE, INTO, {"children": [ADA]}, {"phone": {"": ["no number"]}})
    assert found.incomplete == {"children.a.phone": {"": ["no number"]}}
    several = gone_on(OUTSIDE, INTO, {"children": [ADA, BO]}, {"phone": {"": ["no number"]}})
    assert (several.incomplete, open_ones(several)) == ({}, [("phone", "no number")])


def test_a_kind_that_changes_with_the_move_is_turned():
    found = gone_on(OUTSIDE, INTO.replace("kind: phone", "kind: text"), {"phone": NUMBER, "children": [ADA]})
    assert found.answers["children"][0]["phone"]


def test_without_a_declaration_nothing_is_guessed():
    found = gone_on(OUTSIDE, INSIDE, {"phone": NUMBER, "children": [ADA]})
    assert found.answers == {"children": [ADA]} and [each.path for each in found.lost] == ["phone"]


def test_a_move_follows_renames_and_is_made_once():
    third = INTO.replace("id: phone", "id: number").replace("children", "kids").replace('into: kids}}]}', 'into: children}}], "3": [{rename: {from: phone, to: number}}, {rename: {from: children, to: kids}}]}')
    found = gone_on(OUTSIDE, third, {"phone": NUMBER, "children": [ADA]})
    assert found.answers == {"kids": [{**ADA, "number": NUMBER}]}
    later = gone_on(INTO, third, {"children": [{**ADA, "phone": NUMBER}]})
    assert later.answers == {"kids": [{**ADA, "number": NUMBER}]}


def test_whoever_publishes_reads_where_answers_go():
    told = {change.code: (change.effect, change.words) for change in compare(form(OUTSIDE), form(INTO))}
    effect, words = told["question_regrouped"]
    assert (effect, words) == (LOSES_ANSWER, "“Which number?” is asked in “Children” now, so an answer goes to the item where there is one alone; elsewhere whoever gave it decides where it belongs")
    assert faults_between(form(OUTSIDE), form(INTO)) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (INTO.replace("into: children", "into: adults"), "'phone' is not asked in 'adults'"),
        (OUTSIDE + 'changes: {"2": [{move: {question: phone, into: children}}]}\n', "'phone' is not asked in 'children'"),
        (INSIDE + 'changes: {"2": [{move: {question: phone, out_of: children}}]}\n', "'phone' is still asked in 'children'"),
        (INTO.replace("into: children", "into: children, out_of: children"), "either `into` a repeat or `out_of` one"),
        (OUT.replace("out_of: children", "out_of: adults"), "'adults' is no repeat of this form"),
        (OUT.replace("out_of: children", "out_of: children, each: true"), "`each` is for answers that are moved into a repeat"),
    ],
)
def test_a_move_that_cannot_be_is_a_fault(text, told):
    faults = [fault for fault in check.faults(form(text)) if fault.code == "change_move"]
    assert [told in fault.message for fault in faults] == [True]


def test_a_move_of_a_question_that_there_is_not_is_a_fault():
    assert "change_unknown" in {fault.code for fault in check.faults(form(INTO.replace("{question: phone, into", "{question: fone, into")))}
    assert "change_move" not in {fault.code for fault in check.faults(form(INTO))}

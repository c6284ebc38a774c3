"""Whatever comes out otherwise than a scenario expects is told in plain words; what comes out as expected passes."""

from __future__ import annotations

import pytest

from tests.scenarios.club import COUNCIL, club, differences, result_of, run

EXPECTED = [
    ("pages: [start, child, pool]", ""),
    ("seen: [pool], not_seen: [ring, far]", ""),
    ("asked: [badge, children.a.badge], not_asked: [lesson]", ""),
    ("interrupts: [ring]", "set: {safe: \"no\"},"),
    ("stop: far", "set: {where: Farland},"),
    ("problems: [{at: where, code: required}]", "leave_out: [where],"),
    ("asked: [lessons.a.lesson], not_seen: [pool]", "set: {children.a.swims: \"no\"},"),
    ("asked: [children.b.name], problems: [{at: children.b.swims, code: required}, {at: lane, code: not_an_option}]", "set: {children.b.name: Bo},"),
]


@pytest.mark.parametrize(("expect", "more"), EXPECTED)
def test_what_comes_out_as_expected_passes(expect, more):
    assert result_of(expect, more).differences == ()


@pytest.mark.parametrize(
    ("expect", "more", "told"),
    [
        ("pages: [start, pool]", "", "the pages are others than expected (seen too: child)"),
        ("pages: [start, ring, child, pool]", "", "the pages are others than expected (not seen: ring)"),
        ("pages: [child, start, pool]", "", "the pages are others than expected (they come in another order: start, child, pool)"),
        ("seen: [ring]", "", "the page “Ring first” (ring) was not seen"),
        ("not_seen: [pool]", "", "the page “The pool” (pool) was seen, and should not have been"),
        ("asked: [lesson]", "", "“Wants a lesson?” (lesson) was not asked"),
        ("asked: [children.b.badge]", "", "“Badge” (children.b.badge) was not asked"),
        ("not_asked: [badge]", "", "“Badge” (badge) was asked, and should not have been"),
        ("", "set: {safe: \"no\"},", "“Ring first” (ring) interrupted, which was not expected"),
        ("interrupts: [ring]", "", "“Ring first” (ring) did not interrupt"),
        ("", "set: {where: Farland},", "the form stopped at “Too far” (far); expected was that it goes on to the end"),
        ("stop: far", "", "the form did not stop; expected was that it stops at “Too far” (far)"),
        ("", "leave_out: [where],", "where: the problem “required” was not expected: Answer “Where do you live?”"),
        ("problems: [{at: where, code: required}]", "", "where: the problem “required” was expected, and there was none"),
        ("problems: [{at: where, code: too_long}]", "leave_out: [where],", "where: the problem “too_long” was expected, and there was “required”"),
    ],
)
def test_what_comes_out_otherwise_is_told(expect, more, told):
    assert told in differences(expect, more)


def test_all_differences_are_told_at_once():
    assert len(differences("stop: far, seen: [ring], not_seen: [pool], asked: [lesson]", "leave_out: [where],")) == 5


def test_a_hidden_answer_is_set_aside_as_on_the_web():
    """The badge stays in the answers, and nobody is asked for it any more."""
    assert differences("not_asked: [badge]", "set: {children.a.badge: Gold, children.a.swims: \"no\"},") == []


def test_a_change_of_the_form_is_noticed():
    assert differences("seen: [pool]") == []
    never = club("when: {use: somebody_swims}", "when: {all: [{use: somebody_swims}, {question: safe, is: \"no\"}]}")
    assert differences("seen: [pool]", form=never) == ["the page “The pool” (pool) was not seen"]


# --- answers ------------------------------------------------------------------------------------------------------------


def test_a_scenario_begins_where_another_ended():
    report = run("""
      - {id: one, name: One, answers: {safe: "yes", where: Leafham, children: [{_id: a, swims: "no"}]}, expect: {asked: [lessons.a.lesson]}}
      - {id: two, name: Two, from: one, set: {children.b.swims: "no", children.b.name: Bo, children.a.name: Ada}, expect: {asked: [lessons.a.lesson, lessons.b.lesson]}}
      - {id: three, name: Three, from: two, leave_out: [children.a], expect: {asked: [lessons.b.lesson], not_asked: [lessons.a.lesson]}}
    """)
    assert [each.differences for each in report.results] == [(), (), ()]


def test_items_that_ran_over_one_that_is_left_out_go_with_it():
    report = run("""
      - id: two_children
        name: Two children
        answers: {safe: "yes", where: Leafham, children: [{_id: a, name: A, swims: "no"}, {_id: b, name: B, swims: "no"}], lessons: [{_id: a, lesson: "yes"}, {_id: b, lesson: "no"}]}
      - {id: one_child, name: One child, from: two_children, leave_out: [children.a], expect: {asked: [lessons.b.lesson]}}
    """)
    assert not report.failed


def test_a_scenario_may_happen_on_another_day_and_with_another_fact():
    assert differences("problems: [{at: children.a.born, code: not_after}]", "set: {children.a.born: \"2026-06-16\"},") == []
    assert differences("", "set: {children.a.born: \"2026-06-16\"}, today: \"2026-06-17\",") == []
    upn = club("when: {use: somebody_swims}", "when: {record: service.upn, is: \"no\"}")
    assert differences("not_seen: [pool]", form=upn) == []
    assert differences("seen: [pool]", "facts: {service.upn: \"no\"},", form=upn) == []


def test_a_scenario_may_be_of_somebody_with_a_role():
    role = next(iter(COUNCIL.roles)).id
    led = club("when: {use: somebody_swims}", f"when: {{role: {role}}}")
    assert differences("not_seen: [pool]", form=led) == []
    assert differences("seen: [pool]", f"roles: [{role}],", form=led) == []

"""Which branches a form has, and which of them answers take: counted exactly as the documentation says."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.forms.conditions import Facts
from portal.forms.derived.sample import SampleImpossible, sample
from portal.forms.scenarios.branches import branches_of, leaf_branches_of
from portal.forms.scenarios.play import play
from portal.scenarios import Report, ScenarioResult, Uncovered
from tests.forms.small_forms import small_forms
from tests.scenarios.club import CLUB, SWIMMER, club, run

FACTS = Facts(date(2026, 6, 15))
PASSED = (ScenarioResult("a", "A", 1),)
LEAFHAM = {"safe": "yes", "where": "Leafham"}
ADA, BO = {"_id": "a", "name": "Ada", "swims": "yes"}, {"_id": "b", "name": "Bo", "swims": "no"}


def taken(**answers) -> set[str]:
    return {":".join(key) for key in play(club(), {**LEAFHAM, **answers}, FACTS).taken}


def line_of(words: str) -> int:
    return next(number for number, line in enumerate(CLUB.splitlines(), start=1) if words in line)


def test_every_branch_of_a_form_is_listed_once():
    keys = [":".join(branch.key) for branch in branches_of(club())]
    assert keys == [
        "condition:somebody_swims:yes", "condition:somebody_swims:no",
        "repeat:children:none", "repeat:children:one", "repeat:children:many",
        "where:lessons:yes", "where:lessons:no", "repeat:lessons:none", "repeat:lessons:one", "repeat:lessons:many",
        "page:ring:yes", "page:ring:no", "page:far:yes", "page:far:no",
        "required:name:yes", "required:name:no", "rule:born:0:yes", "rule:born:0:no", "question:badge:yes", "question:badge:no",
        "page:pool:yes", "page:pool:no", "option:lane:fast:yes", "option:lane:fast:no",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "expected", "not_expected"),
    [
        ({}, "repeat:children:none repeat:lessons:none page:pool:no page:ring:no page:far:no condition:somebody_swims:no", "where:lessons:no question:badge:no"),
        ({"children": [ADA]}, "repeat:children:one question:badge:yes page:pool:yes option:lane:fast:yes required:name:no where:lessons:no", "question:badge:no page:pool:no"),
        ({"children": [ADA, BO]}, "repeat:children:many question:badge:yes question:badge:no required:name:yes option:lane:fast:no where:lessons:yes repeat:lessons:one", ""),
        ({"children": [{**ADA, "born": "2026-06-15"}]}, "rule:born:0:yes", "rule:born:0:no"),
        ({"children": [{**ADA, "born": "2026-06-16"}]}, "rule:born:0:no", "rule:born:0:yes"),
        ({"safe": "no"}, "page:ring:yes", "page:ring:no"),
        ({"where": "Farland", "children": [ADA]}, "page:far:yes", "question:badge:yes page:pool:yes page:far:no"),
    ],
)
def test_answers_take_the_branches_that_come_to_pass(answers, expected, not_expected):
    """What lies behind a stop page is never reached, whatever was answered there."""
    found = taken(**answers)
    assert set(expected.split()) - found == set()
    assert set(not_expected.split()) & found == set()


def test_what_no_scenario_takes_is_told_with_its_place():
    report = run(SWIMMER)
    assert (report.branches, report.taken) == (24, 24 - len(report.uncovered))
    told = {each.words: each.line for each in report.uncovered}
    assert told["“Ring first” never interrupts"] == line_of("id: ring")
    assert told["“Badge” is never left out"] == line_of("id: badge")
    assert told["“Children” never has more than one child"] == line_of("children: {title")
    assert told["the rule not_after of “Born” is never broken"] == line_of("id: born")
    assert told["the option “Fast” of “Which lane?” is always offered"] == line_of("id: fast")
    assert "“The pool” is never shown" not in told
    assert {each.file for each in report.uncovered} == {"club.yaml"}
    assert report.percent == report.taken * 1000 // 24 / 10
    assert not report.is_sound


def test_all_branches_together_make_one_hundred_per_cent():
    report = run("""
      - {id: nobody, name: Nobody, answers: {safe: "yes", where: Leafham}}
      - {id: one, name: One, answers: {safe: "no", where: Leafham, children: [{_id: a, swims: "yes", born: "2020-01-01"}]}, expect: {interrupts: [ring]}}
      - {id: far, name: Far, answers: {safe: "yes", where: Farland}, expect: {stop: far}}
      - id: lessons
        name: Lessons
        answers: {safe: "yes", where: Leafham, children: [{_id: a, name: A, swims: "no", born: "2026-06-16"}, {_id: b, name: B, swims: "no"}, {_id: c, name: C, swims: "yes"}]}
        expect: {problems: [{at: children.a.born, code: not_after}]}
      - {id: lesson, name: Lesson, from: lessons, leave_out: [children.b, children.a.born]}
    """)
    assert [each.words for each in report.uncovered] == []
    assert (report.percent, report.is_sound) == (100.0, True)


def test_a_hundred_per_cent_is_never_rounded_up():
    assert Report("f", "F", PASSED, 1001, (Uncovered("f", 1, 1, "x"),)).percent == 99.9


def test_a_form_without_branches_needs_a_scenario_too():
    assert (Report("f", "F", (), 0, ()).percent, Report("f", "F", (), 0, ()).is_sound) == (0.0, False)
    assert (Report("f", "F", PASSED, 0, ()).percent, Report("f", "F", PASSED, 0, ()).is_sound) == (100.0, True)


@given(form=small_forms(), seed=st.integers(0, 1000))
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_branches_of_any_form_are_each_listed_once_and_answers_take_only_those(form, seed):
    listed = [branch.key for branch in (*branches_of(form), *leaf_branches_of(form))]
    assert len(listed) == len(set(listed))
    try:
        played = play(form, sample(form, seed, FACTS), FACTS)
    except SampleImpossible:
        return
    assert played.taken - set(listed) == set()
    assert played.can_be_sent

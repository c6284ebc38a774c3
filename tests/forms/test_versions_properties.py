"""What holds for any two versions of a form and any answers to the first."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from portal.forms.answers import paths, visible
from portal.forms.conditions import Facts
from portal.forms.model import FormDefinition, Question
from portal.forms.question_kinds import NOT_KNOWN
from portal.forms.validate import problems
from portal.forms.versions import HARMLESS, LOSES_ANSWER, compare, upgrade, worst
from portal.forms.versions.declared import declared_between
from tests.forms.small_forms import ITEMS, VALUES, small_forms
from tests.forms.version_pairs import pairs, successors

FACTS = Facts(date(2026, 5, 4))
PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck))
SOME = 12
"""How many of the answers that a small form can have are tried, besides none and all."""


def answers_to(form: FormDefinition) -> list[dict[str, Any]]:
    """Some of the answers that a small form can have, always the same ones, none and all of them among these."""
    chance = Random(form.sha256)
    outside = [question for page in form.pages if not page.repeat for question in page.questions]
    inside = [question for page in form.pages if page.repeat for question in page.questions]
    found = [_holder(chance, outside, likely) | _items(chance, inside, likely) for likely in (0, 1, *[0.7] * SOME)]
    return found if form.repeats else [_holder(chance, outside, likely) for likely in (0, 1, *[0.7] * SOME)]


def _holder(chance: Random, questions: list[Question], likely: float) -> dict[str, Any]:
    known = {question.id: [*VALUES[question.kind], *([dict(NOT_KNOWN)] if question.not_known else [])] for question in questions}
    return {name: chance.choice(values) for name, values in known.items() if chance.random() < likely}


def _items(chance: Random, questions: list[Question], likely: float) -> dict[str, Any]:
    return {"items": [{"_id": f"i{place}", **_holder(chance, questions, likely)} for place in range(chance.randint(0, ITEMS) if likely else 0)]}


@settings(PATIENT, max_examples=120)
@given(pairs(), st.dictionaries(st.sampled_from(["a", "b", "x"]), st.fixed_dictionaries({"": st.lists(st.text(max_size=5), max_size=2)}), max_size=2))
def test_upgrading_twice_is_upgrading_once(pair, incomplete):
    old, new = pair
    for answers in answers_to(old):
        for facts in (None, FACTS):
            once = upgrade(answers, incomplete, old, new, facts)
            twice = upgrade(once.answers, once.incomplete, old, new, facts)
            assert (twice.answers, twice.incomplete) == (once.answers, once.incomplete)


@settings(PATIENT, max_examples=120)
@given(pairs())
def test_what_is_not_in_the_new_answers_is_told_as_lost(pair):
    old, new = pair
    for answers in answers_to(old):
        before = dict(paths(answers, old))
        after = upgrade(answers, {}, old, new)
        told = {lost.path: lost for lost in after.lost}
        kept = dict(paths(after.answers, new))
        for path, value in before.items():
            here = after.paths.get(path, path)
            if here not in kept and here not in after.incomplete:
                assert path in told, f"{path}: {value} went without a word"
                assert told[path].value == value
                assert told[path].text
        copied = {name for name, move in declared_between(old, new).moves.items() if move.each}
        assert {path.rpartition(".")[2] for path in set(kept) - {after.paths.get(path, path) for path in before}} <= copied


@settings(PATIENT, max_examples=120)
@given(pairs())
def test_harmless_changes_lose_nothing_and_need_nothing(pair):
    old, new = pair
    effect = worst(compare(old, new))
    assume(effect != LOSES_ANSWER)
    for answers in answers_to(old):
        after = upgrade(answers, {}, old, new, FACTS)
        assert after.lost == ()
        shown = dict(paths(visible(old, answers, FACTS).answers, old))
        shown_now = dict(paths(visible(new, after.answers, FACTS).answers, new))
        assert {after.paths.get(path, path) for path in shown} <= set(shown_now) | set(after.incomplete)
        if effect == HARMLESS:
            assert after.needed == ()
            if not problems(old, answers, FACTS):
                assert problems(new, after.answers, FACTS) == []


@settings(PATIENT, max_examples=120)
@given(pairs())
def test_a_problem_that_the_new_version_brings_is_needed(pair):
    old, new = pair
    for answers in answers_to(old):
        before = {problem.path for problem in problems(old, answers, FACTS)}
        if before:
            continue
        after = upgrade(answers, {}, old, new, FACTS)
        needed = {each.path for each in after.needed}
        for problem in problems(new, after.answers, FACTS, after.incomplete):
            assert problem.code == "stopped" or problem.path in needed or after.lost, problem


@settings(PATIENT, max_examples=60)
@given(st.data())
def test_one_step_over_three_versions_is_two_steps(data):
    first = data.draw(small_forms())
    second = data.draw(successors(first))
    third = data.draw(successors(second, number=3))
    moved = [{name for name, move in declared_between(*both).moves.items() if move} for both in ((first, second), (second, third))]
    assume(not (moved[0] and moved[1]))  # what was said once of all items may be copied to each on the way, and is not where they stayed
    for answers in answers_to(first):
        half = upgrade(answers, {}, first, second)
        whole = upgrade(half.answers, half.incomplete, second, third)
        direct = upgrade(answers, {}, first, third)
        if half.lost or whole.lost or half.incomplete:
            continue
        assert (whole.answers, whole.incomplete) == (direct.answers, direct.incomplete)


@settings(PATIENT, max_examples=60)
@given(small_forms())
def test_a_version_is_not_different_from_itself(form):
    assert compare(form, form) == ()
    for answers in answers_to(form):
        after = upgrade(answers, {}, form, form, FACTS)
        assert (after.answers, after.lost, after.needed, after.told) == (answers, (), (), ())

"""What holds for any answers and any text: order does not matter, nothing hidden leaks, junk is refused in words."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.forms import answers as stored
from portal.forms import summary
from portal.forms.answers import merge, visible
from portal.forms.answers_json import read_answers_json
from portal.forms.check import faults
from portal.forms.journey import Journey
from portal.forms.load import DefinitionFaults, load_definition
from portal.forms.paths import split_path
from portal.forms.validate import problems
from tests.forms.holiday_club import FACTS, HOLIDAY_CLUB, holiday_club

ITEMS = ("c1", "c2", "c3")
YES_NO = st.sampled_from(["yes", "no"])
VALUES = {
    "lives_here": YES_NO,
    "which_town": st.sampled_from(["Leafham", "Farland"]),
    **{f"children.{item}.first_name": st.just(f"Name {item}") for item in ITEMS},
    **{f"children.{item}.collected": YES_NO for item in ITEMS},
    **{f"children.{item}.swims": st.sampled_from(["yes", "no", "unsure"]) for item in ITEMS},
    **{f"children.{item}.badge": st.one_of(st.just("Gold"), st.just({"not_known": True})) for item in ITEMS},
    **{f"adults.a1.may_collect.{item}.may": YES_NO for item in ITEMS},
    "first_day": st.just("2026-07-27"),
    "goggles": st.integers(0, 9),
}
GIVEN = st.fixed_dictionaries({}, optional=VALUES)


def filled(pairs):
    empty = {"children": [{"_id": item} for item in ITEMS], "adults": [{"_id": "a1"}]}
    return merge(holiday_club(), empty, dict(pairs))


def sorted_items(value):
    return json.dumps(value, sort_keys=True)


@given(GIVEN, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_answering_never_changes_what_is_shown(values, random):
    pairs = list(values.items())
    one = visible(holiday_club(), filled(pairs), FACTS)
    random.shuffle(pairs)
    other = visible(holiday_club(), filled(pairs), FACTS)
    assert (sorted_items(one.answers), sorted(one.hidden)) == (sorted_items(other.answers), sorted(other.hidden))


@given(GIVEN)
@settings(max_examples=60, deadline=None)
def test_every_stored_answer_is_either_shown_as_it_is_or_set_aside(values):
    form, given_answers = holiday_club(), filled(values.items())
    seen = visible(form, given_answers, FACTS)
    shown = dict(stored.paths(seen.answers, form))
    assert {**shown, **{path: stored.get(given_answers, path) for path in seen.hidden}} == dict(stored.paths(given_answers, form))
    assert not set(shown) & set(seen.hidden)


@given(GIVEN)
@settings(max_examples=40, deadline=None)
def test_nothing_that_is_hidden_reaches_a_step_a_problem_or_a_row(values):
    form, given_answers = holiday_club(), filled(values.items())
    hidden = set(visible(form, given_answers, FACTS).hidden)
    way = Journey(form, given_answers, FACTS)
    asked = {stored.path_of(block.scope, question.id) for step in way.steps() for block in way.blocks(step) for question in block.questions}
    assert not hidden & asked
    assert not hidden & {problem.path for problem in problems(form, given_answers, FACTS)}
    assert not hidden & {row.path for row in summary.rows(form, given_answers, FACTS)}


@given(GIVEN)
@settings(max_examples=40, deadline=None)
def test_changing_a_hidden_answer_changes_nothing_that_is_shown(values):
    form, given_answers = holiday_club(), filled(values.items())
    before = visible(form, given_answers, FACTS)
    changed = given_answers
    for path in before.hidden:
        changed = stored.put(changed, path, "yes")
    assert visible(form, changed, FACTS).answers == before.answers


@given(GIVEN)
@settings(max_examples=40, deadline=None)
def test_every_step_is_found_by_its_key_and_reached_by_going_on(values):
    way = Journey(holiday_club(), filled(values.items()), FACTS)
    steps = way.steps()
    assert len({step.key for step in steps}) == len(steps)
    assert all(way.find_key(step.key) == step for step in steps)
    reached, step = [], steps[0]
    while step is not None:
        reached.append(step)
        step = way.after(step)
    assert reached == steps


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["_id", "children", "adults", "may_collect", "x", "not_known", "", "a.b"]), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*(split_path(path)[1] for path in VALUES), "children", "adults", "may_collect", "x", "_id", "a.b", ""]), ANY_JSON, max_size=6))
@settings(max_examples=150, deadline=None)
def test_any_json_is_judged_in_words_and_only_usable_answers_are_kept(raw):
    kept, told = read_answers_json(holiday_club(), raw, FACTS)
    assert all(problem.message for problem in told)
    assert read_answers_json(holiday_club(), kept, FACTS)[0] == kept


LINES = HOLIDAY_CLUB.strip().splitlines()
JUNK = st.text(alphabet=st.sampled_from(list(" \t:-,[]{}'\"|>&*!%@`#?~\\\n0123yesnoabcé\u2028\x00\x07\ufeff")), max_size=12)


EDITS = st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, 80), JUNK, st.booleans())


def edited(edit):
    line, column, junk, instead = edit
    lines = list(LINES)
    lines[line] = junk if instead else lines[line][:column] + junk + lines[line][column:]
    return "\n".join(lines)


@given(EDITS)
@settings(max_examples=200, deadline=None)
def test_junk_in_a_definition_is_refused_with_a_place_or_leaves_a_form(edit):
    assert_judged(edited(edit))


@pytest.mark.long
@given(EDITS)
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_great_deal_of_junk_is_refused_with_a_place_or_leaves_a_form(edit):
    assert_judged(edited(edit))


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_at_all_is_refused_with_a_place(text):
    assert_judged(text)


def assert_judged(text):
    try:
        form = load_definition(text, source="junk.yaml")
        if not faults(form):
            problems(form, filled([]), FACTS)
    except DefinitionFaults as wrong:
        assert wrong.faults
        for fault in wrong.faults:
            assert fault.line >= 1 and fault.column >= 1 and fault.code and fault.message

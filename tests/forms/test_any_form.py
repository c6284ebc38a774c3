"""What holds for any form and any answers: nothing crashes, nothing hidden leaks, order never matters, conditions have three values."""

from __future__ import annotations

import json
from datetime import date
from itertools import product
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.forms import answers as stored
from portal.forms import summary
from portal.forms.answers import visible
from portal.forms.answers_json import check_answers_json
from portal.forms.check import faults
from portal.forms.condition_tree import parse
from portal.forms.conditions import Facts, evaluate
from portal.forms.derived.answers_schema import answers_schema
from portal.forms.derived.form_map import form_map
from portal.forms.derived.paper_form import paper_form
from portal.forms.explain import why
from portal.forms.journey import Journey
from portal.forms.load import DefinitionFaults, load_definition
from portal.forms.validate import problems
from portal.forms.versions import compare, upgrade
from portal.forms.versions.replay import Past, Replay
from portal.forms.versions.replay_report import report
from portal.forms.yaml_text import Fault
from tests.forms.small_forms import all_answers, small_forms
from tests.forms.wide_forms import CANARY, facts_for, filled, next_text, wide_form, wide_text

FACTS = Facts(date(2026, 6, 12))
SEEDS = st.integers(0, 10**9)
OFTEN = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def canaries(value) -> set[str]:
    """The canaries in anything."""
    return {word.strip('",.[]{}') for word in json.dumps(value, default=str).split('"') if word.startswith(CANARY)}


def shown_and_hidden(form, answers, facts=FACTS) -> tuple[set[str], set[str]]:
    shown = canaries(visible(form, answers, facts).answers)
    return shown, canaries(answers) - shown


# --- nothing crashes -----------------------------------------------------------------------------------------------------------


@OFTEN
@given(SEEDS)
def test_whatever_is_made_of_a_sound_form_can_be_made(seed):
    form = wide_form(seed)
    answers = filled(form, seed)
    assert all(isinstance(fault, Fault) and fault.message for fault in faults(form))
    assert form_map(form).startswith(f"# {form.title}")
    assert answers_schema(form)["type"] == "object"
    assert paper_form(form, FACTS).title == form.title
    assert all(problem.message for problem in problems(form, answers, FACTS))
    assert all(problem.message for problem in check_answers_json(form, answers, FACTS))
    assert summary.sections(form, answers, FACTS) is not None
    assert compare(form, form) == ()
    replay = Replay(form)
    replay.add(Past("", False, form, answers, FACTS))
    assert report(replay).unchanged == 1


JUNK = (None, True, -1, 10**30, 1.5, "", "no_such_thing", "{}", [], {}, [[]], {"all": []}, {"question": "q1"}, {"question": "nowhere", "is": "x"}, {"not": {}}, "a" * 5000, "today", {"use": "nothing"})


def spoilt(data, random: Random):
    """The definition with a few of its parts replaced, dropped, doubled or put elsewhere."""
    data = json.loads(json.dumps(data))
    for _ in range(random.randint(1, 4)):
        holders = [each for each in every_part(data) if each]
        holder = random.choice(holders)
        key = random.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        way = random.choice(["junk", "drop", "other", "key"])
        if way == "drop":
            del holder[key]
        elif way == "junk":
            holder[key] = random.choice(JUNK)
        elif way == "key" and isinstance(holder, dict):
            holder[random.choice(["when", "required", "repeat", "kind", "id", "options", "layout", "over", "inside", "rules", "x"])] = holder.pop(key)
        else:
            other = random.choice(holders)
            holder[key] = json.loads(json.dumps(random.choice(list(other.values()) if isinstance(other, dict) else other) if other else None))
    return data


def every_part(data):
    if isinstance(data, (dict, list)):
        yield data
        for each in data.values() if isinstance(data, dict) else data:
            yield from every_part(each)


def judged(text: str) -> bool:
    """Load and check a definition: faults with places, or a form with which everything can be done. Answers whether it loaded."""
    try:
        form = load_definition(text, source="spoilt.yaml")
    except DefinitionFaults as wrong:
        assert wrong.faults
        assert all(fault.line >= 1 and fault.column >= 1 and fault.message and fault.code for fault in wrong.faults)
        return False
    if faults(form):
        return True
    answers = filled(form, 1)
    problems(form, answers, FACTS)
    paper_form(form, FACTS)
    Journey(form, answers, FACTS).sections()
    return True


@settings(OFTEN, max_examples=250)
@given(SEEDS)
def test_a_spoilt_definition_is_refused_with_places_or_is_a_form(seed):
    judged(json.dumps(spoilt(wide_text(seed), Random(seed)), indent=1))


@pytest.mark.long
@settings(OFTEN, max_examples=20_000)
@given(SEEDS)
def test_very_many_spoilt_definitions_are_refused_with_places_or_are_forms(seed):
    judged(json.dumps(spoilt(wide_text(seed), Random(seed)), indent=1))


# --- nothing hidden leaks --------------------------------------------------------------------------------------------------------


def test_the_made_up_forms_do_hide_answers():
    assert sum(bool(shown_and_hidden(wide_form(seed), filled(wide_form(seed), seed))[1]) for seed in range(40)) >= 10


@OFTEN
@given(SEEDS)
def test_what_is_hidden_is_in_no_step_row_problem_or_reason(seed):
    form, facts = wide_form(seed), facts_for(seed, FACTS.today)
    answers = filled(form, seed)
    _, hidden = shown_and_hidden(form, answers, facts)
    seen = visible(form, answers, facts)
    journey = Journey(form, answers, facts)
    told = [repr(summary.sections(form, answers, facts)), repr(problems(form, answers, facts)), repr([journey.blocks(step) for step in journey.steps()])]
    told += [repr(why(form, page.when, seen.answers, (), facts)) for page in form.pages if page.when is not None and not page.repeat]
    assert not [canary for canary in hidden if any(canary in each for each in told)]


# --- order never matters ---------------------------------------------------------------------------------------------------------


@OFTEN
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_answering_never_changes_what_is_shown_or_missing(seed, random):
    form, facts = wide_form(seed), facts_for(seed, FACTS.today)
    pairs = [(path, value) for path, value in stored.paths(filled(form, seed), form)]
    empty = without_values(form, filled(form, seed))
    first = stored.merge(form, empty, dict(pairs))
    random.shuffle(pairs)
    second = empty
    for path, value in pairs:
        second = stored.merge(form, second, {path: value})
    one, other = visible(form, first, facts), visible(form, second, facts)
    assert (set(one.pages), set(one.questions), set(one.hidden)) == (set(other.pages), set(other.questions), set(other.hidden))
    assert json.dumps(one.answers, sort_keys=True) == json.dumps(other.answers, sort_keys=True)
    assert problems(form, first, facts) == problems(form, second, facts)


def without_values(form, holder):
    return {name: [{"_id": item["_id"], **without_values(form, item)} for item in value] for name, value in holder.items() if name in form.index.repeats}


@OFTEN
@given(SEEDS)
def test_going_on_in_the_same_version_changes_nothing_and_twice_is_once(seed):
    form = wide_form(seed)
    answers = filled(form, seed)
    once = upgrade(answers, {}, form, form, FACTS)
    assert (once.answers, once.lost) == (answers, ())
    assert upgrade(once.answers, once.incomplete, form, form, FACTS).answers == once.answers


@OFTEN
@given(SEEDS)
def test_going_on_in_a_later_version_loses_no_word_unseen_and_twice_is_once(seed):
    """Questions of all kinds, groups that run over others, conditions on roles and the record: renamed, taken out, asked in another way."""
    old, facts = wide_form(seed), facts_for(seed, FACTS.today)
    new = load_definition(json.dumps(next_text(seed)))
    answers = filled(old, seed)
    once = upgrade(answers, {}, old, new, facts)
    twice = upgrade(once.answers, once.incomplete, old, new, facts)
    assert (twice.answers, twice.incomplete) == (once.answers, once.incomplete)
    told = canaries([[lost.text.split("\n"), lost.value] for lost in once.lost])
    assert canaries(answers) <= canaries(once.answers) | canaries(once.incomplete) | told
    before, now = visible(old, answers, facts), visible(new, once.answers, facts)
    assert canaries(before.answers) <= canaries(now.answers) | told | canaries(once.incomplete), "what was shown and is not any more is told"


# --- three values ------------------------------------------------------------------------------------------------------------------

QUESTIONS = """schema: 1
id: three
title: Three
audience: staff
sections: [{id: s, title: S}]
pages: [{id: p, section: s, title: P, questions: [{id: a, kind: yes_no, label: A}, {id: b, kind: yes_no, label: B}, {id: c, kind: yes_no, label: C}]}]
"""
THREE = load_definition(QUESTIONS)
LEAVES = [{"question": name, "is": "yes"} for name in "abc"]
TREES = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.builds(lambda part: {"not": part}, inner) | st.builds(lambda way, parts: {way: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=8,
)
STATES = [{name: value for name, value in zip("abc", values, strict=True) if value} for values in product(("yes", "no", ""), repeat=3)]


def value(tree, answers):
    return evaluate(parse(tree), answers, (), FACTS, THREE)


def by_the_book(tree, answers):
    """Kleene's three values, written down as minimum, maximum and complement of 0, 1/2 and 1."""
    if "not" in tree:
        return 2 - by_the_book(tree["not"], answers)
    if "all" in tree or "any" in tree:
        return (min if "all" in tree else max)(by_the_book(part, answers) for part in tree.get("all") or tree["any"])
    return {"yes": 2, "no": 0}.get(answers.get(tree["question"]), 1)


@OFTEN
@given(TREES)
def test_every_condition_has_the_value_that_kleene_gives_it(tree):
    for answers in STATES:
        assert value(tree, answers) is {0: False, 1: None, 2: True}[by_the_book(tree, answers)]


@OFTEN
@given(TREES)
def test_a_decided_condition_stays_decided_however_the_rest_is_answered(tree):
    for answers in STATES:
        decided = value(tree, answers)
        for more in STATES:
            if decided is not None and answers.items() <= more.items():
                assert value(tree, more) is decided


@OFTEN
@given(small_forms(), st.data())
def test_unknown_shows_nothing_in_any_form(form, data):
    answers = data.draw(st.sampled_from(list(all_answers(form))[:300]))
    seen = visible(form, answers, FACTS)
    for page in form.pages:
        if page.when is not None and not page.repeat:
            assert ((page.id, ()) in seen.pages) is (evaluate(page.when, seen.answers, (), FACTS, form) is True)

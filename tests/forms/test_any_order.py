"""What is shown is found out as it is asked for: whatever is asked first, and however little, the answer is the one that asking for everything gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.councils.library import council
from portal.forms.answers import visible
from portal.forms.journey import Journey
from portal.forms.model import FormDefinition
from tests.forms.holiday_club import FACTS
from tests.forms.small_forms import all_answers, small_forms

EXAMPLES = Path(__file__).parents[2] / "examples" / "hackney"
FILLED = sorted(path.stem for path in EXAMPLES.glob("*.json"))


def same_way(form: FormDefinition, answers: dict[str, Any]) -> None:
    """Every step is found, followed and preceded alone as it stands in the whole way; no page that is not on the way is found."""
    whole = Journey(form, answers, FACTS)
    steps = whole.steps()
    for place, step in enumerate(steps):
        way = Journey(form, answers, FACTS)
        assert way.before(step) == (steps[place - 1] if place else None)
        assert way.find_key(step.key) == step
        assert way.after(step) == (steps[place + 1] if place + 1 < len(steps) else None)
        assert Journey(form, answers, FACTS).blocks(step) == whole.blocks(step)
    keys = {step.key for step in steps}
    for name in (*form.index.pages, *(f"list_{repeat}" for repeat in form.index.repeats)):
        assert (Journey(form, answers, FACTS).find(name) is not None) == (name in keys)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(small_forms(), st.data())
def test_steps_found_alone_are_those_of_the_whole_way(form, data):
    same_way(form, data.draw(st.sampled_from(list(all_answers(form))[:400])))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(small_forms(), st.data())
def test_parts_asked_for_in_any_order_are_shown_as_in_the_order_of_the_form(form, data):
    answers = data.draw(st.sampled_from(list(all_answers(form))[:400]))
    whole, asked = visible(form, answers, FACTS), visible(form, answers, FACTS)
    for kind, name in data.draw(st.permutations(form.index.nodes)):
        asked.settle(kind, name)
        shown = {"page": asked._pages, "question": asked._questions, "repeat": asked._repeats}[kind]
        expected = {"page": whole.pages, "question": whole.questions, "repeat": whole.repeats}[kind]
        assert {one for one in shown if one[0] == name} == {one for one in expected if one[0] == name}
    assert asked.so_far == whole.answers and asked.hidden == whole.hidden


@pytest.mark.parametrize("name", FILLED)
def test_steps_of_the_shipped_forms_found_alone_are_those_of_the_whole_way(name):
    form = council("hackney").form(name.partition(".")[0])
    answers = json.loads((EXAMPLES / f"{name}.json").read_text())
    same_way(form, answers)
    same_way(form, {})


def test_a_page_behind_one_that_ends_the_way_is_not_found():
    form = council("hackney").form("request_for_support")
    stopped = {"danger": "no", "source": "worker_concern"}
    way = Journey(form, stopped, FACTS)
    last = way.find("designated_officer")
    assert last is not None and way.after(last) is None
    assert way.find("about_you") is None
    assert [step.page.id for step in way.steps()][-1] == "designated_officer"


def test_a_part_that_is_not_there_changes_nothing():
    form = council("hackney").form("sign_off")
    seen = visible(form, {}, FACTS)
    seen.settle("question", "nothing_like_it")
    assert seen.shows_page("nor_this", ()) is False and seen.item_scopes("nor_that", ()) == []
    assert len(seen.questions) == len(visible(form, {}, FACTS).questions) > 0

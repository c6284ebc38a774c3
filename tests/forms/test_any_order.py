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
from portal.forms.conditions import Judge
from portal.forms.journey import Journey
from portal.forms.model import FormDefinition
from tests.forms.holiday_club import FACTS, TODAY, a_form, a_page
from tests.forms.small_forms import all_answers, small_forms
from tests.forms.wide_forms import facts_for, filled, wide_form

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


def told(form: FormDefinition, answers: dict[str, Any], facts: Any) -> list[Any]:
    """All that is shown of these answers."""
    found = visible(form, answers, facts)
    return [found.answers, found.hidden, set(found.pages), set(found.questions), set(found.repeats)]


def same_without_keeping(form: FormDefinition, answers: dict[str, Any], facts: Any) -> None:
    """Named conditions that are judged once for all items come to what they come to when they are judged each time."""
    kept = told(form, answers, facts)
    with pytest.MonkeyPatch.context() as each_time:
        each_time.setattr(Judge, "keep_alike", lambda self: None)
        assert told(form, answers, facts) == kept


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10_000))
def test_named_conditions_judged_once_show_the_same_in_random_forms(seed):
    form = wide_form(seed)
    same_without_keeping(form, filled(form, seed), facts_for(seed, TODAY))


@pytest.mark.parametrize("name", FILLED)
def test_named_conditions_judged_once_show_the_same_in_shipped_forms(name):
    same_without_keeping(council("hackney").form(name.partition(".")[0]), json.loads((EXAMPLES / f"{name}.json").read_text()), FACTS)


def test_only_conditions_that_look_at_no_item_and_not_at_themselves_are_judged_once(monkeypatch):
    form = a_form(
        a_page("{id: camp, kind: yes_no, label: Camp}", "{id: a, kind: text, label: A, when: {use: camping}}", "{id: b, kind: text, label: B, when: {all: [{use: camping}, {use: staying}]}}") + "\n"
        + a_page("{id: age, kind: number, label: Age}", "{id: c, kind: text, label: C, when: {use: grown}}", page="id: each, section: one, title: Each, repeat: children"),
        above="repeats: {children: {title: Children, item: child}}\nconditions: {camping: {question: camp, is: 'yes'}, staying: {use: camping}, grown: {question: age, gte: 5}, any_grown: {any_item: children, match: {use: grown}}}",
    )
    assert form.index.alike == {"camping", "staying"}
    judged = []
    use_now = Judge._use_now
    monkeypatch.setattr(Judge, "_use_now", lambda self, name, scope: judged.append(name) or use_now(self, name, scope))
    children = [{"_id": "c1", "age": 9, "c": "x"}, {"_id": "c2", "age": 2, "c": "y"}]
    shown = visible(form, {"camp": "yes", "a": "1", "b": "2", "children": children}, FACTS).answers
    assert [("c" in child) for child in shown["children"]] == [True, False]
    assert judged.count("camping") == 1 and judged.count("grown") == 2

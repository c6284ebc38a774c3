"""The time machine: what past answers would have met in a changed form, and that nothing dead or out of reach passes unseen."""

from __future__ import annotations

import json
import random
from datetime import date
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.forms import question_kinds
from portal.forms.answers import get
from portal.forms.condition_tree import parse
from portal.forms.conditions import Facts, is_answered
from portal.forms.derived.sample import Sampler
from portal.forms.journey import Journey
from portal.forms.load import load_definition
from portal.forms.paths import path_of
from portal.forms.versions.looked_at import Onlooker
from portal.forms.versions.replay import MOST_REFERENCES, Past, Replay
from portal.forms.versions.replay_report import report
from tests.documents.shipped import PACKS, pack_of
from tests.forms.small_forms import all_answers, small_forms

DAY = date(2026, 6, 12)
FACTS = Facts(DAY)
OLD = """schema: 1
id: visit
title: A visit
audience: staff
sections: [{id: about, title: About}]
conditions: {has_dog: {question: dog, is: "yes"}}
pages:
  - id: one
    section: about
    title: One
    questions:
      - {id: dog, kind: yes_no, label: "Is there a dog?", required: true}
      - {id: breed, kind: text, label: "What breed?", when: {use: has_dog}}
      - {id: people, kind: number, label: "How many people?", required: true}
  - {id: two, section: about, title: Two, questions: [{id: notes, kind: long_text, label: Notes}]}
"""
WITH_DOG = {"dog": "yes", "breed": "Poodle", "people": 2, "notes": "Quiet"}
WITHOUT = {"dog": "no", "people": 5}


def form(text: str = OLD, *changes: tuple[str, str]):
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return load_definition(text)


def replayed(new, *answers: dict, old=None, drafts: int = 0, facts: Facts = FACTS):
    replay = Replay(new)
    old = old or form()
    for number, given_answers in enumerate(answers):
        is_draft = number < drafts
        replay.add(Past("" if is_draft else f"V-{number}", is_draft, old, given_answers, facts))
    return report(replay)


def counts(found, what: str) -> dict[str, int]:
    return {counted.id: counted.number for counted in found.counted if counted.what == what}


def alarms(found) -> list[tuple[str, str]]:
    return [(alarm.code, alarm.id) for alarm in found.alarms]


def test_the_same_form_would_ask_the_same():
    found = replayed(form(), WITH_DOG, WITHOUT)
    assert (found.sent, found.drafts, found.unchanged, found.counted, found.alarms) == (2, 0, 2, (), ())


def test_it_counts_who_would_have_been_asked_what():
    found = replayed(form(OLD, ('has_dog: {question: dog, is: "yes"}', 'has_dog: {question: dog, is: "no"}')), WITH_DOG, WITHOUT, WITHOUT)
    assert counts(found, "newly_asked") == {"breed": 2}
    assert counts(found, "no_longer_asked") == {"breed": 1}
    assert found.unchanged == 0


def test_an_answer_that_must_be_given_now_is_counted_as_missing():
    found = replayed(form(OLD, ('label: Notes}', 'label: Notes, required: true}')), WITH_DOG, WITHOUT)
    assert counts(found, "would_be_missing") == {"notes": 1}


def test_what_a_draft_lacked_already_is_not_held_against_the_change():
    found = replayed(form(OLD, ('label: Notes}', 'label: Notes, required: true}')), {"dog": "no"}, drafts=1)
    assert (found.sent, found.drafts) == (0, 1)
    assert [(counted.id, counted.number, counted.drafts) for counted in found.counted] == [("notes", 1, 1)]


def test_stop_pages_and_interruptions_are_counted_and_nothing_is_asked_after_a_stop():
    stop = '  - {id: halt, section: about, title: Stay away, type: stop, guidance: "No.", when: {question: people, gte: 4}}\n'
    pause = '  - {id: mind, section: about, title: Mind the dog, type: interrupt, guidance: "Mind.", when: {use: has_dog}}\n'
    new = form(OLD, ("  - {id: two", f"{stop}{pause}  - {{id: two"))
    found = replayed(new, WITH_DOG, WITHOUT)
    assert counts(found, "would_stop") == {"halt": 1}
    assert counts(found, "would_be_interrupted") == {"mind": 1}
    assert counts(found, "no_longer_asked") == {"notes": 1}
    back = replayed(form(), WITHOUT, old=form(OLD, ("  - {id: two", f"{stop}  - {{id: two")))
    assert counts(back, "newly_asked") == {"notes": 1}


def test_a_renamed_question_is_the_same_question():
    new = form(OLD, ("{id: people", "{id: number_of_people"), ("sections:", 'changes: {"2": [{rename: {from: people, to: number_of_people}}]}\nretired: [people]\nsections:'))
    found = replayed(new, WITH_DOG, WITHOUT)
    assert found.unchanged == 2


def test_a_question_that_was_asked_and_is_out_of_reach_now_is_an_alarm():
    found = replayed(form(OLD, ("when: {use: has_dog}", "when: {all: [{use: has_dog}, {question: people, gte: 100}]}")), WITH_DOG, WITHOUT)
    assert ("unreachable", "breed") in alarms(found)
    assert [alarm.words for alarm in found.grave] == ["“What breed?” [breed] was asked of 1 and would now be asked of nobody"]
    assert ("never_true", "breed") in alarms(found)


def test_a_question_that_nobody_ever_can_be_asked_is_an_alarm_with_its_line():
    found = replayed(form(OLD, ("when: {use: has_dog}", 'when: {all: [{use: has_dog}, {question: dog, is: "no"}]}')), WITHOUT)
    dead = [alarm for alarm in found.grave if alarm.code == "dead"]
    assert [alarm.id for alarm in dead] == ["dead_condition"]
    assert dead[0].words.startswith("line 13: the question 'breed' is never shown")


def test_a_new_question_that_nobody_would_be_asked_is_told():
    new = form(OLD, ("  - {id: two", '  - {id: many, section: about, title: Many, questions: [{id: room, kind: text, label: "Which room?", when: {question: people, gte: 50}}]}\n  - {id: two'))
    found = replayed(new, WITH_DOG, WITHOUT)
    assert ("asked_of_nobody", "room") in alarms(found)
    assert found.grave == ()


def test_a_named_condition_that_came_true_and_does_no_more_is_told():
    found = replayed(form(OLD, ('has_dog: {question: dog, is: "yes"}', 'has_dog: {question: people, gte: 90}')), WITH_DOG)
    assert ("never_true", "has_dog") in alarms(found)


def test_an_option_or_a_demand_that_never_comes_any_more_is_told():
    def with_rooms(number: int):
        options = f"[{{id: hall, label: Hall}}, {{id: tent, label: Tent, when: {{question: people, gte: {number}}}}}]"
        return form(OLD, ("  - {id: two", f"  - {{id: where, section: about, title: Where, questions: [{{id: room, kind: radios, label: Room, required: {{question: people, gte: {number}}}, options: {options}}}]}}\n  - {{id: two"))

    found = replayed(with_rooms(90), {**WITHOUT, "room": "hall"}, old=with_rooms(3))
    assert {("never_true", "room"), ("never_true", "room/tent")} <= set(alarms(found))


def test_answers_whose_question_is_gone_are_counted_as_lost():
    new = form(OLD, ("  - {id: two, section: about, title: Two, questions: [{id: notes, kind: long_text, label: Notes}]}\n", ""), ("sections:", "retired: [notes]\nsections:"))
    assert counts(replayed(new, WITH_DOG, WITHOUT), "answer_lost") == {"notes": 1}


def test_erased_answers_are_not_called_missing():
    replay = Replay(form(OLD, ('label: Notes}', 'label: Notes, required: true}')))
    replay.add(Past("V-1", False, form(), WITHOUT, FACTS, erased=frozenset({"notes"})))
    assert counts(report(replay), "would_be_missing") == {}


def test_references_are_told_only_where_asked_for_and_a_few_only():
    found = replayed(form(OLD, ('label: Notes}', 'label: Notes, required: true}')), *[WITHOUT] * 9)
    assert "V-1" not in json.dumps(found.data())
    assert "V-1" not in "\n".join(found.lines())
    (counted,) = found.data(references=True)["counted"]
    assert (counted["number"], len(counted["references"])) == (9, MOST_REFERENCES)
    assert "such as V-0, V-1" in "\n".join(found.lines(references=True))


# --- the onlooker sees what the journey sees -----------------------------------------------------------------------------------


def asked_by_journey(definition, answers, facts):
    journey = Journey(definition, answers, facts)
    places = [(question, block.scope) for step in journey.steps() if step.kind == "page" for block in journey.blocks(step) for question in block.questions]
    places = [(question, scope) for question, scope in places if question_kinds.kind(question.kind).has_value]
    missing = {question.id for question, scope in places if journey.is_required(definition.index.questions[question.id], scope) and not is_answered(get(journey.visible.answers, path_of(scope, question.id)))}
    return {question.id for question, _ in places}, missing, {step.page.id for step in journey.steps() if step.page.type == "stop"}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_forms(), st.data())
def test_it_sees_what_the_journey_sees_in_any_form(definition, data):
    onlooker = Onlooker(definition)
    for answers in data.draw(st.lists(st.sampled_from(list(all_answers(definition))[:400]), max_size=5)):
        met = onlooker.look(answers, FACTS)
        assert (met.asked, met.missing, met.stops) == asked_by_journey(definition, answers, FACTS)


@cache
def samples(pack: str, form_id: str):
    council = pack_of(pack)
    facts = Facts(DAY, frozenset(role.id for role in council.roles), council.service.facts, test_numbers=True)
    sampler = Sampler(council.form(form_id), facts)
    return council.form(form_id), facts, [sampler.sample(seed) for seed in range(6)]


FORMS = [(pack, form_id) for pack in PACKS for form_id in pack_of(pack).form_ids()]


@pytest.mark.parametrize(("pack", "form_id"), FORMS)
def test_it_sees_what_the_journey_sees_in_shipped_forms(pack, form_id):
    definition, facts, answers = samples(pack, form_id)
    onlooker = Onlooker(definition)
    for each in (*answers, {}):
        met = onlooker.look(each, facts)
        assert (met.asked, met.missing, met.stops) == asked_by_journey(definition, each, facts)


# --- shipped forms, broken on purpose --------------------------------------------------------------------------------------------


def broken(definition, name: str, when: dict):
    """The form with one question shown only under another condition, as a slip of the hand would do it."""

    def put(question):
        return question.model_copy(update={"when": parse(when)}) if question.id == name else question

    pages = tuple(page.model_copy(update={"questions": tuple(map(put, page.questions))}) for page in definition.pages)
    return definition.model_copy(update={"pages": pages, "sha256": f"broken at {name}"})


@pytest.mark.parametrize(("pack", "form_id"), FORMS)
def test_no_question_of_a_shipped_form_can_fall_out_of_reach_unseen(pack, form_id):
    definition, facts, answers = samples(pack, form_id)
    onlooker = Onlooker(definition)
    asked = sorted(set().union(*(onlooker.look(each, facts).asked for each in answers)))
    for name in random.Random(form_id).sample(asked, min(6, len(asked))):
        replay = Replay(broken(definition, name, {"record": "service.never", "is": "yes"}))
        for number, each in enumerate(answers):
            replay.add(Past(f"V-{number}", False, definition, each, facts))
        assert ("unreachable", name) in {(alarm.code, alarm.id) for alarm in report(replay).grave}, name


@pytest.mark.parametrize(("pack", "form_id"), FORMS)
def test_no_question_of_a_shipped_form_can_be_made_dead_unseen(pack, form_id):
    definition, facts, _ = samples(pack, form_id)
    outside = [question for question in definition.index.questions.values() if question.kind == "yes_no" and not definition.index.page_of[question.id].repeat]
    if not outside:
        outside = [question for question in definition.index.questions.values() if question.kind == "radios"]
    for first in outside[:2]:
        options = question_kinds.kind(first.kind).options(first)
        repeat = definition.index.page_of[first.id].repeat
        others = [name for name, page in definition.index.page_of.items() if page.repeat == repeat and name != first.id and definition.index.questions[name].kind != "guidance"]
        if not others:
            continue
        name = others[-1]
        new = broken(definition, name, {"all": [{"question": first.id, "is": options[0].id}, {"question": first.id, "is": options[1].id}]})
        if new.index.cycle:
            continue
        found = report(Replay(new))
        assert any(alarm.code == "dead" and repr(name) in alarm.words for alarm in found.grave), (first.id, name, found.alarms)

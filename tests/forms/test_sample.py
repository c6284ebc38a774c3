"""Sample answers are valid whatever the seed and the form, the same for the same seed, and between them go through every branch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.councils import library
from portal.forms import question_kinds
from portal.forms.answers import paths, visible
from portal.forms.answers_json import check_answers_json
from portal.forms.commands import forms
from portal.forms.conditions import Facts
from portal.forms.derived.answers_schema import answers_schema
from portal.forms.derived.sample import SampleImpossible, Sampler, sample
from portal.forms.model import FormDefinition
from portal.forms.paths import split_path
from tests.forms.holiday_club import a_form, a_page, holiday_club
from tests.forms.json_schema import faults
from tests.forms.small_forms import all_answers, small_forms

PACKS = {"hackney": library.council("hackney"), "marlowe_vale": library.council("", Path(__file__).parents[1] / "packs/marlowe_vale")}
FORMS = [(name, form_id) for name, pack in PACKS.items() for form_id in pack.form_ids()]
TODAY, LATER = date(2026, 6, 15), date(2028, 2, 29)
SEEDS = range(200)
SWITCHED_OFF = {"upn", "pupil_number"}
"""Asked only where the council switches it on."""


def facts(name: str, today: date = TODAY) -> Facts:
    return Facts(today, record=PACKS[name].service.facts, test_numbers=True)


def sampler(name: str, form_id: str, today: date = TODAY) -> Sampler:
    return Sampler(PACKS[name].form(form_id), facts(name, today))


def assert_valid(form: FormDefinition, answers: dict, known: Facts) -> None:
    assert check_answers_json(form, json.loads(json.dumps(answers)), known) == []
    assert faults(answers_schema(form), answers) == []


# --- valid --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "form_id"), FORMS)
def test_samples_are_valid_on_every_form(name, form_id):
    """Every twentieth of the 200 seeds on the long forms, all of them on the short ones; the long test takes all on all."""
    made = sampler(name, form_id)
    for seed in SEEDS[:: 20 if len(made.definition.index.questions) > 40 else 1]:
        assert_valid(made.definition, made.sample(seed), made.facts)


@pytest.mark.long
@pytest.mark.parametrize("today", [TODAY, LATER], ids=str)
@pytest.mark.parametrize(("name", "form_id"), FORMS)
def test_every_seed_gives_valid_answers_on_every_form(name, form_id, today):
    made = sampler(name, form_id, today)
    for seed in SEEDS:
        assert_valid(made.definition, made.sample(seed), made.facts)


def assert_as_good_as_can_be(form: FormDefinition, seeds: range, most: int) -> None:
    """Every sample is valid; where none is found, no answers of the form (as far as they are counted out) are valid."""
    known = Facts(TODAY)
    for seed in seeds:
        try:
            answers = sample(form, seed, known)
        except SampleImpossible:
            valid = (each for each in islice(all_answers(form), most) if check_answers_json(form, _without_empty_lists(each), known) == [])
            assert next(valid, None) is None
            return
        assert check_answers_json(form, answers, known) == []


def _without_empty_lists(answers: dict) -> dict:
    return {name: value for name, value in answers.items() if value != []}


@given(form=small_forms(), seed=st.integers(0, 10_000))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_sample_of_any_small_form_is_valid_and_is_found_where_there_is_one(form, seed):
    assert_as_good_as_can_be(form, range(seed, seed + 3), 20_000)


@pytest.mark.long
@given(form=small_forms())
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
def test_two_hundred_samples_of_any_small_form_are_valid(form):
    assert_as_good_as_can_be(form, SEEDS, 100_000)


@pytest.mark.parametrize("test_numbers", [True, False])
def test_where_test_numbers_are_not_taken_none_is_given(test_numbers):
    form = a_form(a_page("{id: number, kind: nhs_number, label: NHS number}", "{id: other, kind: nhs_number, label: NHS number, required: true, not_known: true}"))
    made = [sample(form, seed, Facts(TODAY, test_numbers=test_numbers), "all") for seed in range(10)]
    assert any(isinstance(each.get("number"), str) for each in made) is test_numbers
    assert all(each["other"] == {"not_known": True} for each in made) is not test_numbers


def test_a_form_without_valid_answers_says_what_stands_in_the_way():
    form = a_form(a_page("{id: day, kind: date, label: Day, required: true, rules: [{after: today}, {before: today}]}"))
    with pytest.raises(SampleImpossible, match="day: Enter day"):
        sample(form, 1, Facts(TODAY))


# --- the same and different ---------------------------------------------------------------------------------------------


def test_samples_differ_by_seed_and_are_the_same_for_one():
    made = [json.dumps(sample(holiday_club(), seed, Facts(TODAY))) for seed in range(20)]
    assert made == [json.dumps(sample(holiday_club(), seed, Facts(TODAY))) for seed in range(20)]
    assert len(set(made)) > 15


def test_a_sample_is_the_same_in_another_process():
    """Sets are walked in another order where texts hash differently."""
    program = "import json; from tests.forms import test_sample as t; print(json.dumps([t.sampler('hackney', 'taf_meeting').sample(each) for each in range(3)]))"
    printed = [
        subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": salt}, capture_output=True, text=True, check=True).stdout
        for salt in ("1", "2")
    ]
    assert printed[0] == printed[1] == json.dumps([sampler("hackney", "taf_meeting").sample(each) for each in range(3)]) + "\n"


# --- reach --------------------------------------------------------------------------------------------------------------


def missed(name: str, form_id: str, count: int) -> set[str]:
    """The pages and questions that so many samples never show."""
    made = sampler(name, form_id)
    shown: set[str] = set()
    for seed in range(count):
        seen = visible(made.definition, made.sample(seed), made.facts)
        shown |= {part for part, _ in (*seen.pages, *seen.questions)}
    pages = [page for page in made.definition.pages if page.type != "stop"]
    there = {part for page in pages for part in (page.id, *(question.id for question in page.questions))}
    return there - shown - SWITCHED_OFF


@pytest.mark.parametrize(("name", "form_id"), [each for each in FORMS if each[1] not in ("request_for_support", "taf_meeting")])
def test_a_hundred_samples_go_through_every_branch(name, form_id):
    assert missed(name, form_id, 100) == set()


@pytest.mark.long
@pytest.mark.parametrize(("name", "form_id"), FORMS)
def test_two_hundred_samples_go_through_every_branch_of_the_longest_forms(name, form_id):
    assert missed(name, form_id, 200) == set()


def test_samples_have_several_items_and_items_within_items():
    made = [sample(holiday_club(), seed, Facts(TODAY)) for seed in range(60)]
    assert {len(each["children"]) for each in made} >= {1, 2, 3}
    nested = [item for each in made for adult in each.get("adults", ()) for item in adult.get("may_collect", ())]
    assert nested
    assert {item["_id"] for item in nested} <= {child["_id"] for each in made for child in each["children"]}


@pytest.mark.parametrize(("name", "form_id"), FORMS)
def test_optional_questions_are_all_left_out_or_all_answered(name, form_id):
    form, known = PACKS[name].form(form_id), facts(name)
    least, most = sample(form, 4, known, "none"), sample(form, 4, known, "all")
    assert all(question.required is not False for question in _answered(form, least))
    seen = visible(form, most, known)
    unanswered = {question for question, _ in seen.questions} - {question.id for question in _answered(form, most)}
    assert {form.index.questions[each].kind for each in unanswered} <= {"guidance", "file"}


def _answered(form: FormDefinition, answers: dict) -> list:
    return [form.index.questions[split_path(path)[1]] for path, _ in paths(answers, form)]


def test_answers_stand_in_the_order_of_the_pages():
    made = sampler("hackney", "request_for_support").sample(3)
    order = [question.id for question in PACKS["hackney"].form("request_for_support").index.questions.values()]
    given_here = [name for name in made if name in order]
    assert given_here == sorted(given_here, key=order.index)


# --- the drawers --------------------------------------------------------------------------------------------------------


def test_made_up_telephone_numbers_e_mails_and_nhs_numbers_belong_to_nobody():
    form = a_form(a_page(*(f"{{id: q_{kind}, kind: {kind}, label: It, required: true}}" for kind in ("phone", "email", "nhs_number", "upn", "person"))))
    for seed in range(50):
        made = sample(form, seed, Facts(TODAY, test_numbers=True))
        assert made["q_phone"].startswith(("01632 960", "07700 900"))
        assert made["q_email"].endswith("@example.org")
        assert made["q_nhs_number"].startswith("999")
        assert made["q_upn"][1:4] == "999"
        assert made["q_person"]["email"] == "" or made["q_person"]["email"].endswith("@example.org")


def test_words_suit_what_is_asked():
    form = PACKS["hackney"].form("request_for_support")
    made = [sample(form, seed, facts("hackney"), "all") for seed in range(5)]
    names = {each["your_name"] for each in made}
    assert all(len(name.split()) == 2 for name in names)
    assert len(names) > 1
    born = [child["child_date_of_birth"] for each in made for child in each["children"] if isinstance(child.get("child_date_of_birth"), str)]
    assert all(day < TODAY.isoformat() for day in born)


@pytest.mark.parametrize("name", sorted(question_kinds.kinds()))
def test_a_kind_that_makes_nothing_up_is_no_whole_drawer(name):
    drawer = question_kinds.kind(name)
    assert (type(drawer).made_up is question_kinds.QuestionKind.made_up) is not drawer.has_value


# --- the command --------------------------------------------------------------------------------------------------------


def run(*words: str):
    return CliRunner().invoke(forms, [*words, "--council", "hackney"])


@time_machine.travel(TODAY)
def test_the_command_writes_answers_that_fill_takes(tmp_path):
    path = tmp_path / "answers.json"
    made = run("sample", "closure_review", "--seed", "7", "-o", str(path))
    assert (made.exit_code, made.output) == (0, f"{path}: 1 set of answers.\n")
    ended = run("fill", "closure_review", "--answers", str(path))
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert "no problems" in ended.stdout


@time_machine.travel(TODAY)
def test_the_command_prints_as_many_as_asked_for_with_the_seeds_that_follow():
    made = json.loads(run("sample", "sign_off", "--seed", "7", "--count", "3", "--optional", "none").stdout)
    assert made[1] == json.loads(run("sample", "sign_off", "--seed", "8", "--optional", "none").stdout)
    assert len(made) == 3


def test_the_command_names_a_form_that_there_is_not():
    ended = run("sample", "nothing_such")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "has no form 'nothing_such'" in ended.stderr

"""The forms of the made-up second council: other words and ids, the same engine, each with a whole and valid example."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from portal.councils.library import council
from portal.forms import check
from portal.forms.answers_json import check_answers_json
from portal.forms.conditions import Facts
from portal.forms.journey import Journey
from portal.forms.model import FormDefinition

PACK = Path(__file__).parents[1] / "packs" / "marlowe_vale"
FORMS = ("asking_for_help", "family_circle", "first_look", "goodbye_letter", "home_visit", "second_look")
NAMES = tuple(sorted(path.name.removesuffix(".json") for path in (PACK / "examples").glob("*.json")))
FACTS = Facts(date(2026, 6, 15))


def form(form_id: str) -> FormDefinition:
    """One of the second council's forms."""
    return council("", PACK).form(form_id)


@pytest.mark.parametrize("form_id", FORMS)
def test_a_form_has_no_faults(form_id: str) -> None:
    assert [str(fault) for fault in check.faults(form(form_id))] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_whole_and_valid(name: str) -> None:
    answers = json.loads((PACK / "examples" / f"{name}.json").read_text(encoding="utf-8"))
    assert [each.message for each in check_answers_json(form(name.partition(".")[0]), answers, FACTS)] == []


def test_every_page_is_walked_by_an_example() -> None:
    walked = set()
    for name in NAMES:
        answers = json.loads((PACK / "examples" / f"{name}.json").read_text(encoding="utf-8"))
        walked |= {(name.partition(".")[0], step.page.id) for step in Journey(form(name.partition(".")[0]), answers, FACTS).steps()}
    assert {(form_id, page.id) for form_id in FORMS for page in form(form_id).pages} - walked == set()


def test_almost_all_its_ids_are_its_own() -> None:
    """So that the name of one council's question cannot hide in the code: a journey that needs one fails here."""
    theirs = {question for form_id in FORMS for question in form(form_id).index.questions}
    hackney = {question for definition in council("hackney").forms().values() for question in definition.index.questions}
    assert theirs & hackney == {"your_name", "your_email", "child_name", "greeting"}

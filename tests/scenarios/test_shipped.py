"""Every form that ships has scenarios that pass, take every branch and see every comparison both ways, and that notice when a condition of the form changes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from portal.councils.library import Council, council
from portal.forms.condition_tree import Condition, Not
from portal.forms.model import FormDefinition, Page, Question
from portal.forms.scenarios.model import ScenarioFile
from portal.forms.scenarios.read import read_scenarios
from portal.scenarios import run_scenarios, scenarios_beside, text_beside, try_text

PACKS: dict[str, Council] = {"hackney": council("hackney"), "marlowe_vale": council("", Path(__file__).parents[1] / "packs/marlowe_vale")}
FORMS = [(name, form_id) for name, pack in PACKS.items() for form_id in pack.form_ids()]
QUICK = [each for each in FORMS if each[1] not in ("request_for_support", "taf_meeting", "closure_review")]


MAKES_NO_DIFFERENCE = {
    "page about_you_more taken away": "each of its questions has a condition of its own",
    "page child_support taken away": "each of its questions has a condition of its own",
    "page adult_links taken away": "no adult is shown where none can be told of",
}
"""Changes that change nothing for anybody, with the reason."""


@cache
def scenarios(name: str, form_id: str) -> ScenarioFile:
    return read_scenarios(text_beside(PACKS[name], form_id), form_id)


@pytest.mark.parametrize(("name", "form_id"), FORMS)
def test_every_scenario_passes_and_every_branch_is_taken(name, form_id):
    pack = PACKS[name]
    report = try_text(pack, pack.form(form_id), text_beside(pack, form_id), str(scenarios_beside(pack, form_id)))
    assert [(each.name, each.differences) for each in report.failed] == []
    assert [f"{each.file}:{each.line}: {each.words}" for each in report.uncovered] == []
    assert [f"{each.file}:{each.line}: {each.words}" for each in report.unseen] == []
    assert report.results


@pytest.mark.parametrize(("name", "form_id"), FORMS)
def test_a_name_is_a_sentence_that_a_service_manager_understands(name, form_id):
    names = [each.name for each in scenarios(name, form_id).parts.scenarios]
    assert [each for each in names if "_" in each or len(each.split()) < 5] == []
    assert len(set(names)) == len(names)


# --- what scenarios notice ----------------------------------------------------------------------------------------------


def changed_forms(form: FormDefinition) -> Iterator[tuple[str, FormDefinition]]:
    """The form with one condition of a page or question turned round or (but for stop pages and interruptions) taken away."""
    for position, page in enumerate(form.pages):
        for what, condition in changes_of(page.when, may_go=page.type == "questions"):
            yield f"page {page.id} {what}", with_page(form, position, page.model_copy(update={"when": condition}))
        for place, question in enumerate(page.questions):
            for what, condition in changes_of(question.when):
                changed = question.model_copy(update={"when": condition})
                yield f"question {question.id} {what}", with_page(form, position, with_question(page, place, changed))


def changes_of(when: Condition | None, *, may_go: bool = True) -> Iterator[tuple[str, Condition | None]]:
    if when is not None:
        yield "turned round", Not(when)
        if may_go:
            yield "taken away", None


def with_page(form: FormDefinition, position: int, page: Page) -> FormDefinition:
    return form.model_copy(update={"pages": (*form.pages[:position], page, *form.pages[position + 1 :])})


def with_question(page: Page, place: int, question: Question) -> Page:
    return page.model_copy(update={"questions": (*page.questions[:place], question, *page.questions[place + 1 :])})


def unnoticed(name: str, form_id: str) -> list[str]:
    pack, file = PACKS[name], scenarios(name, form_id)
    return [what for what, form in changed_forms(pack.form(form_id)) if what not in MAKES_NO_DIFFERENCE and not run_scenarios(pack, form, file).failed]


@pytest.mark.parametrize(("name", "form_id"), QUICK)
def test_a_condition_that_is_turned_round_or_taken_away_is_noticed(name, form_id):
    assert unnoticed(name, form_id) == []


@pytest.mark.long
@pytest.mark.parametrize(("name", "form_id"), [each for each in FORMS if each not in QUICK])
def test_a_condition_of_a_long_form_that_is_turned_round_or_taken_away_is_noticed(name, form_id):
    assert unnoticed(name, form_id) == []

"""A form that takes away what the council's files need is refused, with the place that needs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.councils.check_around import faults_around
from portal.councils.check_forms import faults_of
from portal.forms.condition_tree import Compare
from portal.forms.model import FormDefinition
from tests.documents.shipped import PACKS, pack_of

FORMS = [(pack, form_id) for pack in PACKS for form_id in pack_of(pack).form_ids()]


def without(definition: FormDefinition, name: str) -> FormDefinition:
    """The form without one question."""
    pages = tuple(page.model_copy(update={"questions": tuple(each for each in page.questions if each.id != name)}) for page in definition.pages)
    return definition.model_copy(update={"pages": pages})


@pytest.mark.parametrize(("pack", "form_id"), FORMS)
def test_the_shipped_forms_have_all_that_is_asked_of_them(pack, form_id):
    assert faults_around(pack_of(pack), pack_of(pack).form(form_id)) == []


def test_a_question_that_a_document_prints_cannot_be_taken_away_unseen():
    pack = pack_of("hackney")
    rule = next(rule for rule in pack.documents if rule.paper and any(binding.question and not binding.paper for binding in rule.fields.values()))
    name = next(binding.question for binding in rule.fields.values() if binding.question and not binding.paper)
    found = faults_of(pack, without(pack.form(pack.papers[rule.paper].form), name))
    told = [fault for fault in found if fault.code == "needed_elsewhere" and Path(fault.file).name == "documents.yaml"]
    assert told and all(fault.line > 1 for fault in told)
    assert f"{name} is no question of the form" in told[0].message


def test_a_question_that_a_move_looks_at_cannot_be_taken_away_unseen():
    pack = pack_of("hackney")
    rule = next(rule for rule in pack.transitions if isinstance(rule.when, Compare))
    paper = rule.on.paper
    found = faults_around(pack, without(pack.form(pack.papers[paper].form), rule.when.question))
    assert any(Path(fault.file).name == "workflow.yaml" and rule.when.question in fault.message for fault in found)


def test_a_form_that_no_file_names_is_asked_for_nothing():
    pack = pack_of("hackney")
    other = pack.form("sign_off").model_copy(update={"id": "somebody_elses"})
    assert faults_around(pack, other) == []

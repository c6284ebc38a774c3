"""A starter template of any form: passes its own check without a finding, and prints every shown answer of that form."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from portal.councils.check import faults
from portal.councils.check_printed import undecided
from portal.councils.document_model import Documents
from portal.councils.library import council
from portal.documents.commands import documents
from portal.documents.form_templates import template_faults
from portal.documents.merge_data import Material, Sources, gather, shape
from portal.documents.pack import check_templates
from portal.documents.scaffold import Scaffold, scaffold
from portal.documents.starter_fields import as_yaml
from portal.forms.answers import visible
from portal.forms.conditions import Facts
from portal.forms.derived.sample import Sampler
from portal.forms.load import load_definition
from portal.word import accessibility, reading
from portal.word.check import check, whole
from portal.word.render import render
from portal.word.template import compile_template
from tests.documents.shipped import DAY, PACKS, known, pack_of
from tests.forms.wide_forms import CANARY, filled, wide_form
from tests.word.word_files import all_text

PACK = pack_of("hackney")
FORMS = [pytest.param(name, form_id, id=f"{name}-{form_id}") for name in PACKS for form_id in sorted(pack_of(name).form_ids())]


def findings(made: Scaffold, pack, definition) -> list[str]:
    definitions = {paper.id: pack.form(paper.form) for paper in pack.papers} | {made.rule.paper: definition}
    return [str(finding) for finding in check(made.template, shape(made.rule, pack, definitions))]


def printed(made: Scaffold, pack, definition, answers) -> bytes:
    facts = Facts(DAY, record=pack.service.facts, test_numbers=True)
    rule = made.rule if made.rule.paper in pack.papers else made.rule.model_copy(update={"paper": next(iter(pack.papers)).id})
    own = Material(definition, visible(definition, answers, facts).answers, facts)
    return render(compile_template(made.template), gather(rule, Sources(pack, own, known=known())))


def words(document: bytes) -> str:
    return "\n".join(reading.paragraphs(document))


@pytest.mark.parametrize(("name", "form_id"), FORMS)
def test_the_starter_of_a_shipped_form_has_no_finding(name, form_id):
    pack = pack_of(name)
    made = scaffold(pack, pack.form(form_id), "starter.docx")
    assert findings(made, pack, pack.form(form_id)) == []


@pytest.mark.parametrize(("name", "form_id"), FORMS)
@pytest.mark.parametrize("optional", ["none", "all"])
def test_it_fills_with_sample_answers(name, form_id, optional):
    pack = pack_of(name)
    definition = pack.form(form_id)
    made = scaffold(pack, definition, "starter.docx")
    answers = Sampler(definition, Facts(DAY, record=pack.service.facts, test_numbers=True), optional).sample(1)
    document = printed(made, pack, definition, answers)
    whole(document)
    assert [str(finding) for finding in accessibility.findings(document)] == []
    assert "{" not in "".join(line for place in all_text(made.template).values() for line in place).replace("{{", "").replace("{%", "")


@pytest.mark.parametrize("seed", range(25))
def test_the_starter_of_any_form_has_no_finding_and_prints_every_shown_answer(seed):
    definition = wide_form(seed)
    made = scaffold(PACK, definition, "starter.docx")
    assert findings(made, PACK, definition) == []
    answers = filled(definition, seed)
    document = printed(made, PACK, definition, answers)
    whole(document)
    shown = {one for one in json.dumps(visible(definition, answers, Facts(DAY, record=PACK.service.facts, test_numbers=True)).answers).split('"') if one.startswith(CANARY)}
    assert sorted(one for one in shown if one not in words(document)) == []


AWKWARD = """
schema: 1
id: awkward
title: What {braces} do
audience: staff
sections: [{id: all, title: Everything}]
repeats:
  children: {title: Children, item: child, item_label: "{called} {other}"}
  wishes: {title: Wishes, item: wish, over: children, item_label: "{children.called}"}
  steps: {title: Steps, item: step, inside: children, item_label: "{what}"}
pages:
  - {id: one, section: all, title: Everything, questions: [{id: reference, kind: text, label: Your own reference}, {id: not, kind: yes_no, label: Not}, {id: why, kind: long_text, label: Why, when: {question: not, is: "yes"}}]}
  - {id: two, section: all, title: Child, repeat: children, questions: [{id: called, kind: text, label: Called}, {id: other, kind: text, label: Other name}, {id: story, kind: long_text, label: Story}]}
  - {id: three, section: all, title: Step, repeat: steps, questions: [{id: what, kind: text, label: What}]}
  - {id: four, section: all, title: Wish, repeat: wishes, questions: [{id: wish, kind: long_text, label: Wish}]}
"""
ANSWERS = {
    "reference": "ABC", "not": "no", "why": "hidden",
    "children": [{"_id": "a", "called": "Ada", "other": "A", "story": "Once", "steps": [{"_id": "s", "what": "A lamp"}]}, {"_id": "b", "called": "Sam", "story": "Twice"}],
    "wishes": [{"_id": "a", "wish": "A dog"}],
}  # fmt: skip


def test_items_are_called_by_their_label_and_words_of_the_language_are_no_fields():
    definition = load_definition(AWKWARD)
    made = scaffold(PACK, definition, "awkward.docx")
    assert findings(made, PACK, definition) == []
    assert {"not_answer", "reference", "reference_of_form"} <= set(made.rule.fields)
    told = words(printed(made, PACK, definition, ANSWERS))
    for line in ("What (braces) do", "Child 1: Ada A", "Child 2: Sam", "Wish 1: Ada", "A lamp", "None recorded", "A dog", "ABC"):
        assert line in told
    assert "hidden" not in told and "\nWhy\n" not in told
    nothing = words(printed(made, PACK, definition, {}))
    assert nothing.count("None recorded") == 2 and "Child 1" not in nothing


def test_the_lines_for_documents_yaml_say_what_the_starter_prints():
    made = scaffold(PACK, load_definition(AWKWARD), "awkward.docx")
    read = YAML(typ="safe").load("documents:\n" + as_yaml(made.rule))
    assert Documents.model_validate(read).documents == (made.rule,)


def test_the_command_writes_the_template_and_prints_the_lines(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(documents, ["scaffold", "taf_meeting", "--council", "hackney"])
    assert ended.exit_code == 0, ended.output
    assert Documents.model_validate(YAML(typ="safe").load("documents:\n" + ended.stdout)).documents[0].template == "taf-meeting-record.docx"
    assert "documents.yaml" in ended.stderr
    whole((tmp_path / "taf-meeting-record.docx").read_bytes())
    again = CliRunner().invoke(documents, ["scaffold", "taf_meeting", "--council", "hackney"])
    assert again.exit_code == 1 and "is there already" in again.stderr
    assert CliRunner().invoke(documents, ["scaffold", "taf_meeting", "--council", "hackney", "--force"]).exit_code == 0


def test_a_starter_and_its_lines_are_a_document_of_the_council_without_a_change(tmp_path):
    shutil.copytree(Path(__file__).parents[1] / "packs" / "marlowe_vale", tmp_path / "vale")
    before = pack_of("marlowe_vale")
    made = scaffold(before, before.form("home_visit"), "visit-record.docx")
    (tmp_path / "vale" / "documents" / "visit-record.docx").write_bytes(made.template)
    bound = tmp_path / "vale" / "council" / "documents.yaml"
    bound.write_text(bound.read_text().replace("documents:\n", f"documents:\n{as_yaml(made.rule)}", 1))
    pack = council("marlowe_vale", tmp_path / "vale")
    assert len(pack.documents) == len(before.documents) + 1
    assert [str(fault) for fault in faults(pack)] == [str(fault) for fault in faults(before)]
    assert undecided(pack) == [] and check_templates(pack) == len(pack.documents)
    assert template_faults(pack, pack.form("home_visit")) == []


@pytest.mark.parametrize(("given", "told"), [(["no_such_form"], "has no form 'no_such_form'"), (["taf_meeting", "-o", "My Minutes.docx"], "small letters")])
def test_what_cannot_be_begun_is_said(given, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(documents, ["scaffold", *given, "--council", "hackney"])
    assert ended.exit_code == 1 and told in ended.stderr and list(tmp_path.iterdir()) == []

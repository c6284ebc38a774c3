"""Templates and bindings beside a form: nothing is printed that nobody binds, and nothing is bound that is not printed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from portal import publishing
from portal.councils.library import council
from portal.db import db
from portal.documents.form_templates import template_faults
from portal.forms.commands import forms
from portal.word.check import check
from portal.word.fields import OPTIONAL
from tests.documents.shipped import PACKS, pack_of
from tests.word.word_files import docx, p

VALE = Path(__file__).parents[1] / "packs" / "marlowe_vale"


@pytest.mark.parametrize("pack", PACKS)
def test_every_shipped_template_prints_what_is_bound_and_nothing_else(pack):
    assert [str(fault) for definition in pack_of(pack).forms().values() for fault in template_faults(pack_of(pack), definition)] == []


@pytest.fixture
def vale(tmp_path):
    """A pack of its own; answers its folder, one of its documents, and the form of that document."""
    shutil.copytree(VALE, tmp_path / "vale")
    pack = council("marlowe_vale", tmp_path / "vale")
    rule = next(iter(pack.documents))
    return tmp_path / "vale", rule, pack.papers[rule.paper].form


def test_a_field_that_nobody_binds_and_bindings_that_nobody_prints_are_told_with_their_places(vale):
    folder, rule, form_id = vale
    (folder / "documents" / rule.template).write_bytes(docx(p("Dear {{ nobody_binds_this }}")))
    ended = CliRunner().invoke(forms, ["check", str(folder / "forms" / f"{form_id}.yaml"), "--path", str(folder), "--council", "marlowe_vale"])
    assert ended.exit_code == 1
    told = ended.stderr.splitlines()
    unbound = [line for line in told if " unbound_field " in line]
    assert len(unbound) == 1
    assert unbound[0].startswith(f"{folder / 'documents' / rule.template}:1:1: unbound_field body, paragraph 1")
    assert "nobody_binds_this" in unbound[0] and f"the document {rule.id}" in unbound[0]
    unprinted = [line for line in told if " unprinted_field " in line]
    assert len(unprinted) == len(rule.fields)
    assert all(line.startswith(f"{folder / 'council' / 'documents.yaml'}:") and ":1:1:" not in line for line in unprinted)


def test_what_is_only_warned_of_is_no_fault_of_the_form(vale, monkeypatch):
    folder, rule, form_id = vale
    pack, fields = council("marlowe_vale", folder), dict.fromkeys(rule.fields, OPTIONAL)
    monkeypatch.setattr("portal.documents.form_templates.shape", lambda *_: fields)
    template = docx("".join(p(f"Said: {{{{ {name} }}}}") for name in fields))
    (folder / "documents" / rule.template).write_bytes(template)
    assert {finding.code for finding in check(template, fields) if finding.level == "warning"} >= {"unguarded_field"}
    assert [fault for fault in template_faults(pack, pack.form(form_id)) if rule.template in str(fault)] == []


def test_a_form_without_documents_reads_no_template(vale):
    folder, _, _ = vale
    pack = council("marlowe_vale", folder)
    printed = {pack.papers[paper].form for rule in pack.documents for paper in rule.papers}
    others = [form_id for form_id in pack.form_ids() if form_id not in printed]
    assert others
    assert all(template_faults(pack, pack.form(form_id)) == [] for form_id in others)


def test_a_form_whose_template_prints_what_nobody_binds_is_not_published(app, tmp_path):
    """`portal forms publish` holds the Word templates in force against the text as well."""
    pack = pack_of("hackney")
    with app.app_context():
        publishing.publish("template", f"hackney/{pack.documents['closure_letter_parent'].template}", docx(p("Dear {{ nobody_binds_this }}")))
        db.session.commit()
    file = tmp_path / "closure_letter.yaml"
    file.write_text(pack.form_path("closure_letter").read_text() + "\n# another line\n")
    ended = CliRunner().invoke(forms, ["publish", str(file), "--yes", "--council", "hackney"], obj=ScriptInfo(create_app=lambda: app))
    assert ended.exit_code == 1
    assert "unbound_field" in ended.stderr + ended.stdout
    with app.app_context():
        assert publishing.current("form", "hackney/closure_letter").number == 1

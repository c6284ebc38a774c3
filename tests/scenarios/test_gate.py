"""What keeps a form from being published beside its own faults: templates that would no longer fit, scenarios that fail, too little tried."""

from __future__ import annotations

import pytest

from portal.councils.library import council
from portal.councils.service_model import Publishing
from portal.forms.load import load_definition
from portal.scenarios import gate, in_the_way, text_beside
from tests.word.word_files import docx, p

PACK = council("hackney")
FORM = "screening_outcome"
EASY_READ = "closure-letter-parent-easy-read.docx"


def as_file_says(old: str = "", new: str = ""):
    text = PACK.form_text(FORM)
    assert old in text
    return load_definition(text.replace(old, new) if old else text, source=f"{FORM}.yaml", shared_lists=PACK.shared_lists)


def told(definition, scenarios: str | None = None) -> list[tuple[str, str]]:
    return [(fault.code, fault.message) for fault in in_the_way(PACK, definition, scenarios)]


def test_nothing_stands_in_the_way_of_a_form_as_it_ships():
    for form_id in PACK.form_ids():
        assert [str(fault) for fault in in_the_way(PACK, PACK.form(form_id))] == []


def test_a_question_that_a_document_prints_cannot_go():
    codes = dict(told(as_file_says("id: signpost_contact,", "id: signpost_way,"), ""))
    assert "document screening_outcome_letter, field signposts.contact: the form screening_outcome has no question 'signpost_contact'" in codes["documents"]


def test_a_template_that_does_not_fit_is_told(monkeypatch, tmp_path):
    """The template of another document stands in the place of this form's."""
    other = PACK.template_path(PACK.documents["taf_minutes"].template)
    monkeypatch.setattr(type(PACK), "template_path", lambda self, name: other)
    codes = {code for code, _ in told(as_file_says())}
    assert "unbound_field" in codes


def test_a_variant_s_template_that_cannot_be_used_is_told(monkeypatch, tmp_path):
    """A start refuses it just as well, so it must not be published before."""
    broken = tmp_path / "easy-read.docx"
    broken.write_bytes(docx(p("{% if reference %}Never ended")))
    really = type(PACK).template_path
    monkeypatch.setattr(type(PACK), "template_path", lambda self, name: broken if name == EASY_READ else really(self, name))
    faults = in_the_way(PACK, PACK.form("closure_letter"))
    assert {(fault.file, fault.code) for fault in faults} == {(str(broken), "documents")}


def test_a_scenario_that_fails_is_told_with_its_name_and_line():
    text = text_beside(PACK, FORM)
    wrong = text.replace("stage: awaiting_direction", "stage: closed", 1)
    (fault,) = [fault for fault in in_the_way(PACK, as_file_says(), wrong, "the.tests.yaml") if fault.code == "scenario_failed"]
    assert fault.file == "the.tests.yaml" and fault.line > 1
    assert "(closed) was expected" in fault.message


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        (Publishing(branches=100, leaves=100), {"branch_untried", "comparison_unseen"}),
        (Publishing(branches=100, leaves=0), {"branch_untried"}),
        (Publishing(branches=10, leaves=10), set()),
    ],
)
def test_how_much_must_be_tried_is_the_council_s_rule(monkeypatch, rule, codes):
    monkeypatch.setattr(gate, "demanded", lambda pack: rule)
    some = "\n  - id: ".join(text_beside(PACK, FORM).split("\n  - id: ")[:3])
    assert {code for code, _ in told(as_file_says(), some)} == codes


def test_a_form_without_scenarios_is_held_back_unless_the_council_asks_for_none(monkeypatch):
    assert [code for code, _ in told(as_file_says(), "")] == ["no_scenarios"]
    monkeypatch.setattr(gate, "demanded", lambda pack: Publishing(branches=0, leaves=0))
    assert told(as_file_says(), "") == []


def test_scenarios_that_cannot_be_read_hold_it_back():
    found = in_the_way(PACK, as_file_says(), "schema: 1\nform: screening_outcome\nscenarois: []\n", "the.tests.yaml")
    assert ("the.tests.yaml", 3, "unknown_key") in [(fault.file, fault.line, fault.code) for fault in found]

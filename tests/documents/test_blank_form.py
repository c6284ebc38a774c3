"""A form to be filled in with a pen: whole, readable by everyone, on the council's letterhead, cheap to hand out."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings

from portal.documents import blank_form, letterhead, pdf
from portal.forms.load import load_definition
from portal.word import accessibility
from portal.word.check import check
from portal.word.fields import TEXT
from tests.documents.shipped import PACKS, pack_of
from tests.forms.small_forms import small_forms
from tests.word.word_files import all_text, paragraphs

FORMS = [(pack, form_id) for pack in PACKS for form_id in pack_of(pack).form_ids()]


def made(pack: str, form_id: str) -> bytes:
    return blank_form.blank_form(pack_of(pack), pack_of(pack).form(form_id))


@pytest.mark.parametrize(("pack", "form_id"), FORMS)
def test_every_form_can_be_printed_and_read_by_everyone(pack, form_id):
    file = made(pack, form_id)
    assert accessibility.findings(file) == []
    document = Document(io.BytesIO(file))
    definition = pack_of(pack).form(form_id)
    assert document.core_properties.title == definition.title
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "heading 1" or paragraph.style.name == "Heading 1"]
    assert {section.title for section in definition.sections} <= set(headings)


def test_it_has_letterhead_numbers_boxes_lines_and_notes():
    file = made("hackney", "request_for_support")
    text = paragraphs(file)
    everything = all_text(file)
    assert "☐\tYes   → read “Call 999 now” before you go on" in text
    assert "Fill in this part only if the answer to question 1 is “Yes”" in text
    assert "16.\tYour full name" in text
    assert "\tHackney Council" in everything["edges"]
    assert any("Page 1 of" in line for line in everything["edges"])
    assert any("020 8356 5500" in line for line in text)


def test_questions_are_in_large_type():
    with zipfile.ZipFile(io.BytesIO(made("hackney", "closure_review"))) as archive:
        styles = archive.read("word/styles.xml").decode()
    for style in ("PaperText", "PaperQuestion", "PaperTick", "PaperLine"):
        begin = styles.index(f'w:styleId="{style}"')
        assert '<w:sz w:val="28"/>' in styles[begin : styles.index("</w:style>", begin)], style


def test_it_is_made_once_for_a_version_of_the_form(monkeypatch):
    pack, definition = pack_of("hackney"), pack_of("hackney").form("sign_off")
    first = blank_form.blank_form(pack, definition)
    monkeypatch.setattr(letterhead, "on_letterhead", None)
    assert blank_form.blank_form(pack, definition) is first
    changed = load_definition(pack.form_text("sign_off") + "\n# changed\n", shared_lists=pack.shared_lists)
    with pytest.raises(TypeError):
        blank_form.blank_form(pack, changed)


def test_the_letterheads_that_come_with_the_portal_have_no_fault():
    shape = dict.fromkeys(letterhead.FIELDS, TEXT)
    for file in (letterhead._PLAIN, pack_of("hackney").template_path(letterhead.NAME)):
        assert [str(finding) for finding in check(file.read_bytes(), shape)] == []


def test_a_council_without_a_letterhead_gets_the_plain_one():
    text = all_text(made("marlowe_vale", "home_visit"))
    assert any(pack_of("marlowe_vale").name in line for line in text["edges"])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(form=small_forms())
def test_any_form_can_be_printed(form):
    assert accessibility.findings(blank_form.blank_form(pack_of("marlowe_vale"), form)) == []


@pytest.mark.libreoffice
def test_it_prints_on_a4(tmp_path):
    pages = pdf.to_pdf(made("hackney", "sign_off"))
    assert pages.startswith(b"%PDF")

"""The documents that come with the packs: whole, equal to docxtpl's text, the same bytes in every process, readable by everyone."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import sys
from typing import Any

import pytest
from docx import Document
from docxtpl import DocxTemplate
from jinja2 import Environment

from portal.documents import pdf
from portal.documents.merge_data import Material, Sources, WordsMissing, gather, shape
from portal.forms.answers import visible
from portal.word import accessibility
from portal.word.check import check, whole
from portal.word.render import render
from portal.word.template import compile_template
from portal.word.values import clean
from tests.documents.shipped import Shipped, everything, pack_of, sources
from tests.word.hostile import HOSTILE, LONG
from tests.word.word_files import all_text, member

DOCUMENTS = pytest.mark.parametrize("shipped", everything(), ids=str)


class Group(dict):
    """A group of fields that prints and counts as its text, as our engine has it."""

    def __str__(self) -> str:
        return self["text"]

    def __bool__(self) -> bool:
        return bool(self["text"])


def for_docxtpl(value: Any) -> Any:
    if isinstance(value, dict):
        made = {key: for_docxtpl(inner) for key, inner in value.items()}
        return Group(made) if "text" in made and "label" not in made else made
    return [for_docxtpl(one) for one in value] if isinstance(value, list) else value


@DOCUMENTS
def test_the_template_passes_its_check_without_a_warning(shipped: Shipped):
    definitions = {paper.id: shipped.pack.form(paper.form) for paper in shipped.pack.papers}
    assert [str(finding) for finding in check(shipped.template, shape(shipped.rule, shipped.pack, definitions))] == []


@DOCUMENTS
def test_the_document_is_whole_and_opens_in_python_docx(shipped: Shipped):
    whole(shipped.made)
    assert Document(io.BytesIO(shipped.made)).core_properties.title


@DOCUMENTS
def test_the_text_is_the_one_docxtpl_makes(shipped: Shipped):
    other = DocxTemplate(io.BytesIO(shipped.template))
    other.render(for_docxtpl(shipped.data), Environment(), autoescape=True)
    made = io.BytesIO()
    other.save(made)
    assert all_text(shipped.made) == all_text(made.getvalue())


@DOCUMENTS
def test_no_tag_is_left(shipped: Shipped):
    text = " ".join(line for place in all_text(shipped.made).values() for line in place)
    assert not re.search(r"\{[{%#]|[}%#]\}|Undefined|<built-in", text)


@DOCUMENTS
def test_no_document_calls_a_family_a_case(shipped: Shipped):
    words = [word for entry in shipped.pack.wording.avoided for word in entry.words]
    text = "\n".join(line for place in all_text(shipped.template).values() for line in place)
    assert [word for word in words if re.search(rf"\b{re.escape(word)}\b", text, 0 if word.isupper() else re.IGNORECASE)] == []


@DOCUMENTS
def test_every_value_of_the_data_may_be_hostile(shipped: Shipped):
    def spoil(value: Any, number: list[int]) -> Any:
        if isinstance(value, dict):
            return {key: inner if key in ("ending", "outcome", "may_be_told", "series_id") else spoil(inner, number) for key, inner in value.items()}
        if isinstance(value, list):
            return [spoil(one, number) for one in value]
        number[0] += 1
        return f"{value} {HOSTILE[number[0] % len(HOSTILE)][0]}" if value and HOSTILE[number[0] % len(HOSTILE)][0] != LONG else value

    document = render(compile_template(shipped.template), spoil(shipped.data, [0]))
    whole(document)
    assert Document(io.BytesIO(document)).element.body.sectPr is not None


@DOCUMENTS
def test_it_is_readable_by_everyone(shipped: Shipped):
    assert [str(finding) for finding in accessibility.findings(shipped.made)] == []


@DOCUMENTS
def test_it_says_its_reference_and_its_page_on_every_page(shipped: Shipped):
    word = Document(io.BytesIO(shipped.made))
    reference = next(text for name, text in shipped.data.items() if name == "reference")
    for section in word.sections:
        for footer in (section.footer, section.first_page_footer):
            assert " ".join(clean(reference).split()) in " ".join(paragraph.text for paragraph in footer.paragraphs)
            assert {"PAGE", "NUMPAGES"} <= set("".join(element.text or "" for element in footer._element.iter() if element.tag.endswith("instrText")).split())


def of_an_empty_form(rule):
    """The document of a form without a single answer."""
    pack = pack_of("hackney")
    some = sources(pack, rule)
    nothing = type(some)(pack, type(some.own)(some.own.definition, {}, some.own.facts), known={})
    return render(compile_template(pack.template_path(rule.template).read_bytes()), gather(rule, nothing))


RULES = [pytest.param(rule, id=rule.id) for rule in pack_of("hackney").documents]


@pytest.mark.parametrize("rule", [one for one in RULES if pack_of("hackney").papers[one.values[0].paper].kind != "letter"])
def test_an_empty_form_prints_what_its_bindings_say(rule):
    document = of_an_empty_form(rule)
    whole(document)
    assert "Not recorded" in " ".join(all_text(document)["body"])


@pytest.mark.parametrize("rule", [one for one in RULES if pack_of("hackney").papers[one.values[0].paper].kind == "letter"])
def test_a_letter_of_an_empty_form_is_not_made(rule):
    with pytest.raises(WordsMissing, match="“Full name”.*“Lead professional”; “Phone number for the letter”"):
        of_an_empty_form(rule)


def test_an_empty_list_prints_a_row_that_says_so():
    pack = pack_of("hackney")
    rule = pack.documents["taf_minutes"]
    data = gather(rule, sources(pack, rule)) | {"actions": [], "decisions": [], "attendees": []}
    assert member(render(compile_template(pack.template_path(rule.template).read_bytes()), data)).count("None recorded") == 3


def test_what_else_it_was_stands_in_the_minutes_where_its_question_is_printed():
    pack = pack_of("hackney")
    rule = pack.documents["taf_minutes"]
    own = sources(pack, rule).own
    adult = own.answers["adults"][0]
    told = {"tool": "other", "tool_other": "The kitchen table", "tool_by": "Amara", "next_date": "2027-01-08", "departure_reason": "other"}
    told |= {"departure_reason_other": "They travel until December", "departure_manager": "Morgan Example"}
    quiet = {key: value for key, value in adult.items() if key != "adult_view"} | {"adult_no_view": "other", "adult_no_view_other": "At sea"}
    answers = visible(own.definition, own.answers | told | {"adults": [quiet, *own.answers["adults"][1:]]}, own.facts).answers
    data = gather(rule, Sources(pack, Material(own.definition, answers, own.facts)))
    text = "\n".join(all_text(render(compile_template(pack.template_path(rule.template).read_bytes()), data))["body"])
    for words in ("tool: Another tool: The kitchen table, scored by Amara", "Another reason: They travel until December. Agreed by Morgan Example.", "Not known: Another reason: At sea"):
        assert words in text


@pytest.mark.slow
def test_the_same_answers_give_the_same_bytes_in_another_process():
    code = (
        "import hashlib, json; from tests.documents.shipped import everything;"
        "print(json.dumps({str(one): hashlib.sha256(one.made).hexdigest() for one in everything()}))"
    )
    outputs = [
        subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PATH": ""}, capture_output=True, text=True, check=True).stdout for seed in ("1", "2")
    ]
    here = {str(one): hashlib.sha256(one.made).hexdigest() for one in everything()}
    assert [json.loads(output) for output in outputs] == [here, here]


@pytest.mark.libreoffice
@DOCUMENTS
def test_libreoffice_prints_it_as_a_tagged_pdf(shipped: Shipped):
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(pdf.to_pdf(shipped.made)))
    pages = [page.extract_text() for page in reader.pages]
    assert all(f"Page {number} of {len(pages)}" in text for number, text in enumerate(pages, 1))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    printed = set(re.findall(r"\w{2,}", " ".join(pages)))
    written = {word for line in all_text(shipped.made)["body"] for word in re.findall(r"\w{2,}", line.partition(": ")[2])}
    assert written - printed == set()

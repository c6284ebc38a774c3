"""What Word would say: an independent validator finds nothing in any shipped document, and finds each thing that we took care of."""

from __future__ import annotations

from pathlib import Path

import pytest
from openxml_audit import FileFormat, OpenXmlValidator, ValidationSeverity

from portal.documents.blank_form import blank_form
from portal.word.looks import in_look
from portal.word.render import render
from portal.word.template import compile_template
from tests.documents.shipped import Shipped, everything, pack_of
from tests.word.test_directions import ARABIC, HEBREW
from tests.word.word_files import docx, p, table, text_box

SHIPPED = pytest.mark.parametrize("shipped", [one for one in everything() if one.pack.id == "hackney"], ids=str)


def errors(document: bytes, folder: Path) -> list[str]:
    """What the validator calls an error, in its words."""
    path = folder / "document.docx"
    path.write_bytes(document)
    found = OpenXmlValidator(FileFormat.OFFICE_2019).validate(str(path))
    return [f"{one.part_uri if hasattr(one, 'part_uri') else ''} {one.description}" for one in found.errors if one.severity is ValidationSeverity.ERROR]


def emptied(value):
    """The same data with nothing in it."""
    if isinstance(value, dict):
        return {key: emptied(inner) for key, inner in value.items()}
    return [] if isinstance(value, list) else ""


@SHIPPED
def test_a_shipped_document_is_valid(shipped: Shipped, tmp_path):
    assert errors(shipped.made, tmp_path) == []


@pytest.mark.parametrize("looks", [("large_print", "high_contrast"), ("large_print", "white_on_black")], ids="+".join)
@SHIPPED
def test_a_shipped_document_in_another_look_is_valid(shipped: Shipped, looks, tmp_path):
    assert errors(in_look(shipped.made, looks), tmp_path) == []


@SHIPPED
def test_a_shipped_document_without_any_answer_is_valid(shipped: Shipped, tmp_path):
    assert errors(render(compile_template(shipped.template), emptied(shipped.data)), tmp_path) == []


@pytest.mark.parametrize("form_id", sorted(pack_of("hackney").forms()))
def test_a_form_to_print_is_valid(form_id, tmp_path):
    pack = pack_of("hackney")
    assert errors(blank_form(pack, pack.form(form_id)), tmp_path) == []


LOOPS = {
    "a cell": table(["{%p if show %}{{ name }}{%p endif %}"]),
    "a row": table(["Head"], ["{%tr for one in items %}"], ["{{ one }}"], ["{%tr endfor %}"]),
    "a bookmark": p("{%p for one in items %}") + '<w:p><w:bookmarkStart w:id="1" w:name="a"/><w:r><w:t>{{ one }}</w:t></w:r><w:bookmarkEnd w:id="1"/></w:p>' + p("{%p endfor %}"),
}


@pytest.mark.parametrize("items", [[], ["one"], ["one", "two"]], ids=len)
@pytest.mark.parametrize("body", LOOPS.values(), ids=LOOPS)
def test_what_tags_leave_behind_is_valid(body, items, tmp_path):
    before = set(errors(docx(p("Good")), tmp_path))
    made = render(compile_template(docx(body.replace("{%p if show %}{{ name }}{%p endif %}", "{% if items %}{{ items[0] }}{% endif %}"))), {"items": items})
    assert set(errors(made, tmp_path)) - before == set()


NEW_SHAPES = table([p("{{ words }}", " Hackney")]) + text_box(p("{{ words }}") + '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/><w:sz w:val="28"/><w:u w:val="single"/></w:rPr><w:t>{{ words }} and</w:t></w:r></w:p>')


@pytest.mark.parametrize("looks", [(), ("large_print",), ("high_contrast",), ("large_print", "white_on_black")], ids="+".join)
@pytest.mark.parametrize("words", [ARABIC, f"{HEBREW}\n12 (abc)\t{ARABIC}"], ids=["one", "mixed"])
def test_words_from_the_right_and_text_boxes_are_valid(words, looks, tmp_path):
    before = set(errors(docx(p("Good")), tmp_path))
    assert set(errors(in_look(render(compile_template(docx(NEW_SHAPES)), {"words": words}), looks), tmp_path)) - before == set()

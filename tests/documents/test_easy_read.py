"""Easy-read letters: a template for each letter to a family, short lines with a picture beside each, whole whatever is answered."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document

from portal.councils.document_model import DocumentRule
from portal.documents.merge_data import gather, shape
from portal.word import accessibility, reading
from portal.word.check import check, whole
from portal.word.render import render
from portal.word.template import compile_template
from portal.word.wordxml import P, W, pieces
from tests.documents.outputs import ENDINGS, emptied
from tests.documents.shipped import pack_of, sources
from tests.word.hostile import HOSTILE, LONG
from tests.word.word_files import all_text

PACK = pack_of("hackney")
EASY = PACK.variants["easy_read"]
LETTERS = [rule.for_variant(EASY) for rule in PACK.documents if "easy_read" in rule.templates]
EACH = pytest.mark.parametrize("rule", LETTERS, ids=lambda rule: rule.id)
FREE = re.compile(r"\{\{.*?\}\}")


def template(rule: DocumentRule) -> bytes:
    return PACK.template_path(rule.template).read_bytes()


def data(rule: DocumentRule) -> dict:
    return gather(rule, sources(PACK, rule))


def made(rule: DocumentRule) -> bytes:
    return render(compile_template(template(rule)), data(rule))


def test_every_letter_to_a_family_has_one():
    assert [rule.id for rule in LETTERS] == [rule.id for rule in PACK.documents if rule.audience == "family" and PACK.papers[rule.paper].kind == "letter"]
    assert len(LETTERS) == 3 and all(rule.template.endswith("-easy-read.docx") for rule in LETTERS)


@EACH
def test_its_template_prints_nothing_that_is_not_bound(rule: DocumentRule):
    definitions = {paper.id: PACK.form(paper.form) for paper in PACK.papers}
    assert {finding.code for finding in check(template(rule), shape(rule, PACK, definitions))} <= {"unused_field"}


@EACH
def test_it_is_whole_and_readable_by_everyone(rule: DocumentRule):
    for document in (made(rule), render(compile_template(template(rule)), emptied(data(rule)))):
        whole(document)
        assert [str(finding) for finding in accessibility.findings(document)] == []
    text = " ".join(line for place in all_text(made(rule)).values() for line in place)
    assert not re.search(r"\{[{%#]|[}%#]\}", text)


@EACH
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_ending_is_told_and_leaves_nothing_empty(rule: DocumentRule, ending: str):
    document = render(compile_template(template(rule)), data(rule) | {"ending": ending})
    whole(document)
    assert ("It did not work out." in reading.paragraphs(document)) == (ending == "no_contact")


@EACH
def test_every_value_may_be_hostile(rule: DocumentRule):
    def spoil(value, number):
        if isinstance(value, dict):
            return {key: spoil(inner, number) for key, inner in value.items()}
        if isinstance(value, list):
            return [spoil(one, number) for one in value]
        number[0] += 1
        sign = HOSTILE[number[0] % len(HOSTILE)][0]
        return f"{value} {sign}" if value and sign != LONG else value

    whole(render(compile_template(template(rule)), spoil(data(rule), [0])))


@EACH
def test_lines_are_short_and_each_idea_has_its_picture(rule: DocumentRule):
    word = Document(io.BytesIO(template(rule)))
    for table in word.tables:
        picture, said = table.rows[0].cells
        (shown,) = [one for one in picture._element.iter() if one.tag.endswith("}docPr")]
        assert shown.get("descr") and "".join(one.text for one in said.paragraphs).strip()
    lines = ["".join(text for _, text in pieces(one)) for one in word.element.iter(P)]
    own = [FREE.sub("", line) for line in lines if "{%" not in line]
    assert max(len(line.split()) for line in own) <= 12, "one idea a line"
    assert len(word.tables) >= 10


@EACH
def test_letters_are_large_and_nothing_is_slanted(rule: DocumentRule):
    styles = Document(io.BytesIO(template(rule))).styles.element
    sizes = [int(size.get(f"{W}val")) / 2 for size in styles.iter(f"{W}sz")]
    assert min(sizes) >= 14 and int(styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}sz").get(f"{W}val")) == 36
    assert next(styles.iter(f"{W}i"), None) is None


@EACH
def test_pictures_in_a_loop_have_numbers_of_their_own(rule: DocumentRule):
    found = data(rule)
    document = render(compile_template(template(rule)), found | {"staying": found["staying"] * 3})
    numbers = [one.get("id") for one in Document(io.BytesIO(document)).element.iter() if one.tag.endswith("}docPr")]
    assert len(numbers) == len(set(numbers)) > len(found["staying"])


@EACH
def test_no_word_is_one_the_council_avoids(rule: DocumentRule):
    words = [word for entry in PACK.wording.avoided for word in entry.words]
    text = "\n".join(line for place in all_text(template(rule)).values() for line in place)
    assert [word for word in words if re.search(rf"\b{re.escape(word)}\b", text, 0 if word.isupper() else re.IGNORECASE)] == []


def test_every_picture_is_used_and_has_its_drawing():
    folder = Path(__file__).parents[2] / "assets" / "easy-read"
    names = {path.stem for path in folder.glob("*.svg")}
    assert names == {path.stem for path in folder.glob("*.png")} and len(names) == 18
    used = {part.partition("media/")[2] for rule in LETTERS for part in _members(template(rule)) if "media/" in part} - {"logo.png"}
    assert used == {f"{name}.png" for name in names}


def _members(document: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(document)).namelist()


def test_the_child_is_told_whom_to_call():
    (child,) = [rule for rule in LETTERS if rule.id == "closure_letter_child"]
    texts = reading.paragraphs(made(child))
    assert "You can call Childline on 0800 1111." in texts and "Call 999." in texts

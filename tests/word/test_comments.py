"""Findings as comments in a copy of the template: at their places, readable by Word, the template untouched."""

from __future__ import annotations

import io
import re

import pytest
from click.testing import CliRunner
from docx import Document

from portal.cli import main
from portal.word.check import check
from portal.word.comments import AUTHOR, with_comments
from portal.word.findings import Finding, Place, TemplateRefused
from tests.documents.shipped import everything
from tests.documents.test_valid_word import errors
from tests.word.word_files import docx, p, table

SHAPE = {"name": "text", "rows": [{"what": "text"}]}
BODY = p("Dear {{ name }}") + p("About {{ nmae }}") + table(["{{ rows }}", "{{ naem }}"])


def comments_of(file: bytes) -> list[tuple[str, str]]:
    """The words under each comment, and the comment."""
    document = Document(io.BytesIO(file))
    under = {}
    for paragraph in document.element.body.iter("{*}p"):
        for start in paragraph.iter("{*}commentRangeStart"):
            under[int(next(iter(start.attrib.values())))] = "".join(t.text or "" for t in paragraph.iter("{*}t"))
    return [(under[one.comment_id], one.text) for one in document.comments]


def test_each_finding_stands_at_its_place():
    template = docx(BODY)
    found = check(template, SHAPE)
    told = comments_of(with_comments(template, found))
    assert len(told) == len(found) >= 3
    for under, words in told:
        wrong = re.search(r"[“\"‘']?(nmae|naem)", words)
        assert wrong is None or wrong[1] in under
    assert {under for under, words in told if "nmae" in words} == {"About {{ nmae }}"}


def test_what_stands_outside_the_body_is_told_at_the_beginning_with_its_place():
    template = docx(p("First"), footer=p("{{ nmae }}"))
    ((under, words),) = [one for one in comments_of(with_comments(template, check(template, {"name": "text"}))) if "nmae" in one[1]]
    assert under == "First" and "footer" in words


def test_comments_of_people_stay_and_the_numbers_go_on():
    once = with_comments(docx(p("One")), [Finding("a", "first", Place("body", paragraph=1))])
    twice = with_comments(once, [Finding("b", "second", Place("body", paragraph=1))])
    assert [words for _, words in comments_of(twice)] == ["Error: first", "Error: second"]
    assert {one.author for one in Document(io.BytesIO(twice)).comments} == {AUTHOR}


def test_the_copy_is_valid(tmp_path):
    for shipped in everything():
        if shipped.pack.id == "hackney":
            assert errors(with_comments(shipped.template, [Finding("a", "look & see", Place("body", paragraph=2)), Finding("b", "x", Place("file"))]), tmp_path) == []


def test_what_is_no_word_file_gets_no_copy():
    with pytest.raises(TemplateRefused):
        with_comments(b"not a file", [])


def test_the_command_writes_the_copy_and_leaves_the_template_alone(tmp_path):
    template, copy = tmp_path / "letter.docx", tmp_path / "copy.docx"
    template.write_bytes(docx(BODY))
    before = template.read_bytes()
    done = CliRunner().invoke(main, ["documents", "check", str(template), "--form", "closure_letter", "--council", "hackney", "--comments", str(copy)])
    assert done.exit_code == 1 and "comments" in done.output
    assert comments_of(copy.read_bytes()) and template.read_bytes() == before

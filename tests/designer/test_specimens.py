"""Specimens of templates: printed once while somebody waits, compared in bounded time, forgotten in time; and what a template of several documents may use."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from portal import timekeeping
from portal.db import db
from portal.designer import changes, specimens, word_templates
from portal.designer.word_templates import WordTemplate
from portal.documents import pdf, preview
from portal.jobs import enqueue
from portal.jobs.run import run_due
from portal.publishing.in_force import council_in_force
from portal.settings import current_settings

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
SPECIMEN = b"PK a specimen"


@pytest.fixture
def printed(in_app, monkeypatch) -> list[bytes]:
    """What LibreOffice was asked to print; it ends with nothing."""
    asked: list[bytes] = []

    def nothing(document: bytes) -> bytes:
        asked.append(document)
        assert not db.session().in_transaction(), "nobody waits for this one's reading"
        raise pdf.PdfUnavailable("Printing took longer than 30 seconds")

    monkeypatch.setattr(preview, "is_available", lambda: True)
    monkeypatch.setattr(pdf, "to_pdf", nothing)
    return asked


def aged(folder, by) -> None:
    at = (timekeeping.now() - by).timestamp()
    os.utime(folder, (at, at))


def kept() -> list:
    return list((current_settings().data_path / "cache" / "specimens").iterdir())


def test_one_that_cannot_be_printed_is_not_tried_again_for_a_while(printed):
    assert council_in_force() and word_templates.in_force(word_templates.every()) is not None, "something has been read"
    for _ in range(3):
        with pytest.raises(pdf.PdfUnavailable):
            specimens.page_count(SPECIMEN)
    assert printed == [SPECIMEN]
    aged(kept()[0], specimens.AGAIN_AFTER * 2)
    with pytest.raises(pdf.PdfUnavailable):
        specimens.page(SPECIMEN, 1)
    assert printed == [SPECIMEN] * 2


def test_pages_that_nobody_looks_at_are_swept(in_app):
    folder = current_settings().data_path / "cache" / "specimens"
    for name in ("looked-at", "let-go"):
        (folder / name).mkdir(parents=True)
        (folder / name / "page-1.png").write_bytes(b"a picture")
    aged(folder / "let-go", specimens.KEPT_FOR * 1.1)
    enqueue("templates.sweep_specimens", {})
    db.session.commit()
    run_due()
    assert [one.name for one in kept()] == ["looked-at"]


def test_very_many_paragraphs_that_are_all_alike_are_compared_as_one(in_app, monkeypatch):
    few = changes.between(["Head", "a", "b", "Foot"], ["Head", "a", "c", "Foot"])
    assert [[(piece.kind, piece.text) for piece in passage] for passage in few.passages] == [[("out", "b"), ("in", "c")]]
    monkeypatch.setattr(changes, "SequenceMatcher", None)
    many = changes.between(["Head", *["a", "b"] * 1400, "Foot"], ["Head", *["b", "a"] * 1400, "Foot"])
    assert len(many.passages) == 1 and many.more == 0
    assert not any("Head" in piece.text or "Foot" in piece.text for piece in many.passages[0])


def test_a_template_of_two_documents_may_use_what_both_have(in_app):
    council = council_in_force()
    letters = tuple(council.documents[name] for name in ("closure_letter_parent", "taf_minutes"))
    one, other = (set(WordTemplate(council, "a.docx", (rule,)).shape()) for rule in letters)
    both = set(WordTemplate(council, "a.docx", letters).shape())
    assert both <= one & other and "harm_action" in other - both and one - other


def test_all_documents_that_are_made_with_a_file_are_kept_with_it(in_app, monkeypatch):
    council = council_in_force()
    first, second = council.documents["closure_letter_parent"], council.documents["closure_letter_child"]
    shares = second.model_copy(update={"templates": {"easy_read": first.template}})
    monkeypatch.setattr(word_templates, "council_in_force", lambda: SimpleNamespace(documents=[first, shares]))
    found = {one.file: ([rule.id for rule in one.rules], one.variant) for one in word_templates.every()}
    assert found[first.template] == ([first.id, second.id], "")
    assert found[first.templates["easy_read"]] == ([first.id], "easy_read")

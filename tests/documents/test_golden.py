"""No word of a shipped document changes unseen."""

from __future__ import annotations

import io

import pytest
from docx import Document

from tests.documents.golden import FOLDER, renew, texts, words_of
from tests.documents.shipped import everything

RENEW = "python -m tests.documents.golden writes it anew: look at what changed, then commit it"


def test_every_document_says_what_was_last_reviewed():
    now = texts()
    kept = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.txt")}
    assert sorted(now) == sorted(kept), RENEW
    for name, text in now.items():
        assert text.splitlines() == kept[name].splitlines(), f"{name}: {RENEW}"


@pytest.mark.parametrize("shipped", everything(), ids=str)
def test_every_word_that_the_body_prints_is_in_its_golden_text(shipped):
    kept = words_of(shipped.made)
    words = [word for text in Document(io.BytesIO(shipped.made)).element.body.iter("{*}t") for word in (text.text or "").split()]
    assert len(words) > 20 and [word for word in words if word not in kept] == []


def test_renewing_writes_what_changed_and_takes_away_what_is_printed_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.documents.golden.FOLDER", tmp_path)
    monkeypatch.setattr("tests.documents.golden.texts", lambda: {"a.txt": "new\n"})
    (tmp_path / "a.txt").write_text("old\n")
    (tmp_path / "b.txt").write_text("gone\n")
    renew()
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.txt", "new\n")]

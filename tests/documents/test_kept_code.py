"""Compiled templates kept on disk: the same bytes without compiling, and nothing run that this portal did not write."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from portal.documents import kept_code
from portal.settings import Settings
from portal.word.findings import RenderingFailed
from portal.word.render import render
from tests.documents.shipped import Shipped, everything
from tests.word.word_files import docx, p, paragraphs, table

LETTER = docx(p("Dear {{ name }}"), header=p("{{ reference }}"))
DATA = {"name": "Ada & Sam", "reference": "RFS-1"}


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=str(tmp_path), secret_key="k" * 40)


def forget() -> None:
    """As a process does that begins."""
    kept_code._ready.clear()


def refuse(_: bytes):
    raise AssertionError("it was compiled again")


def only_kept(settings: Settings) -> Path:
    (path,) = (settings.data_path / "compiled").iterdir()
    return path


@pytest.mark.parametrize("shipped", everything(), ids=str)
def test_another_process_makes_the_same_document_without_compiling(shipped: Shipped, settings, monkeypatch):
    kept_code.compiled_for(settings, shipped.template)
    forget()
    monkeypatch.setattr(kept_code, "compile_template", refuse)
    assert render(kept_code.compiled_for(settings, shipped.template), shipped.data) == shipped.made


def test_what_docxtpl_fills_is_filled_by_it_in_another_process_too(settings, monkeypatch):
    template = docx(p("Dear {{r name }}") + table(["{%tc for one in items %}", "{{ one }}", "{%tc endfor %}"]) + p("End"))
    data = {"name": {"text": "Ada", "rich": [{"text": "Ada", "bold": True}]}, "items": ["a", "b"]}
    first = render(kept_code.compiled_for(settings, template), data)
    forget()
    monkeypatch.setattr(kept_code, "_compile", refuse)
    again = kept_code.compiled_for(settings, template)
    assert len(again.reasons) == 2 and render(again, data) == first


def test_what_fails_is_still_told_with_its_place(settings):
    kept_code.compiled_for(settings, LETTER)
    forget()
    with pytest.raises(RenderingFailed, match="header.*paragraph 1.*reference"):
        render(kept_code.compiled_for(settings, LETTER), {"name": "Ada"})


@pytest.mark.parametrize("spoil", [lambda content: content[:-1] + bytes([content[-1] ^ 1]), lambda content: content[:40], lambda content: b""], ids=["changed", "cut", "empty"])
def test_a_kept_file_that_is_not_as_it_was_written_is_never_run(spoil, settings, monkeypatch):
    kept_code.compiled_for(settings, LETTER)
    path = only_kept(settings)
    path.write_bytes(spoil(path.read_bytes()))
    forget()
    monkeypatch.setattr(kept_code, "loaded", refuse)
    assert paragraphs(render(kept_code.compiled_for(settings, LETTER), DATA)) == ["Dear Ada & Sam"]


def test_a_file_of_another_portal_is_never_run(settings, monkeypatch):
    kept_code.compiled_for(dataclasses.replace(settings, secret_key="o" * 40), LETTER)
    forget()
    monkeypatch.setattr(kept_code, "loaded", refuse)
    kept_code.compiled_for(settings, LETTER)


def test_a_changed_engine_compiles_anew_and_drops_what_it_had(settings, monkeypatch):
    kept_code.compiled_for(settings, LETTER)
    before = only_kept(settings)
    forget()
    monkeypatch.setattr(kept_code, "_engine", lambda: "f" * 64)
    kept_code.compiled_for(settings, LETTER)
    assert only_kept(settings) != before


def test_a_folder_that_cannot_be_written_costs_time_and_nothing_else(settings):
    (settings.data_path / "compiled").write_text("in the way")
    assert paragraphs(render(kept_code.compiled_for(settings, LETTER), DATA)) == ["Dear Ada & Sam"]

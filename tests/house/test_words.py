"""Python knows only kinds of things: no name of a council's team, stage, form, paper, role or decision stands in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from portal.councils.library import council
from tests.house.source import ROOT, modules, tree

PLAIN_WORDS = {"request", "screening", "meeting", "review", "letter", "record", "sign_off", "closed", "received", "active", "closing", "waiting"}
"""Ids that are also kinds Python knows, or everyday words; a kind's name is not a council's."""


def council_words() -> set[str]:
    pack = council("hackney")
    words = {pack.id, pack.service.name, pack.service.short_name, "Hackney", "Hull", "City of London"}
    for items in (pack.stages, pack.papers, pack.teams, pack.roles, pack.documents):
        words |= {item.id for item in items} | {item.title for item in items}
    words |= set(pack.forms())
    return {word for word in words if word and word not in PLAIN_WORDS and len(word) > 3}


def strings(module: str) -> Iterator[str]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_council_word_stands_in_python():
    words = council_words()
    found = []
    for module in modules():
        texts = list(strings(module))
        found += [f"{module}: {text[:60]!r}" for text in texts if text in words]
        found += [f"{module}: {text[:60]!r}" for text in texts if re.search(r"\b(hackney|hull|mosaic|mash)\b", text, re.IGNORECASE) and "Example:" not in text]
    assert found == []


def test_no_page_template_names_a_council():
    pages = (ROOT / "portal/templates").rglob("*.html")
    assert [str(page) for page in pages if re.search(r"\b(hackney|hull)\b", page.read_text(), re.IGNORECASE)] == []


def test_no_page_template_calls_a_family_a_case():
    pages = (ROOT / "portal/templates").rglob("*.html")
    assert [str(page) for page in pages if re.search(r"\bcases?\b(?! of)", page.read_text()) and "in case" not in page.read_text()] == []

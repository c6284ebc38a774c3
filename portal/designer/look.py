"""Everything that is told of a proposed Word template, worked out in a process of its own (`word.apart`): nothing here reads a record or a file.

The answer is plain JSON: every finding, the same file with the findings as comments, and a specimen with its words.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal.documents import plain_words
from portal.word import reading
from portal.word.check import check, errors
from portal.word.comments import with_comments
from portal.word.fields import example
from portal.word.findings import Finding, Place, RenderingFailed, TemplateRefused
from portal.word.package import CONTENT_TYPES, MAX_FILE, open_package
from portal.word.render import render
from portal.word.template import compile_template
from portal.word.wordxml import P, Places, filled_parts, pieces, read_xml

HOSTILE = frozenset({
    "active_content", "external", "dtd", "zip_bomb", "too_large", "bad_name", "duplicate_member", "encrypted", "not_docx", "broken_xml", "damaged", "too_costly", "reaching_field", "unseen_part",
})  # fmt: skip
"""Findings about a file of which nothing is kept."""

MOST_WORDS, MOST_PARAGRAPHS = 300_000, 3_000
"""How much of a specimen is compared with another: characters and paragraphs."""

_PRINTED = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"\{[%#].*?[%#]\}", re.DOTALL)


@dataclass(frozen=True)
class Avoided:
    """Words that are not used, and what to say instead."""

    words: tuple[str, ...]
    instead: str


def look(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to `file` (base64) and `shape`; `data` fills the specimen, `more` are findings from elsewhere, `plain` what letters to families are held to."""
    file = base64.b64decode(request["file"])
    found = check(file, request["shape"])
    if is_hostile(found):
        return _answer(found)
    found += [Finding.from_data(one) for one in request.get("more", ())]
    if "plain" in request:
        found += _plainness(file, [Avoided(tuple(words), instead) for words, instead in request["plain"]["avoided"]], request["plain"]["reading_age"])
    specimen = b""
    if not errors(found):
        try:
            specimen = render(compile_template(file), request.get("data") or example(request["shape"]))
        except RenderingFailed as failed:
            found.append(Finding("trial", failed.message, Place("specimen")))
        if len(specimen) > MAX_FILE:
            found, specimen = [Finding("trial", f"a document made from it has {len(specimen):,} bytes; at most {MAX_FILE:,} are allowed", Place("specimen"))], b""
    try:
        comments = with_comments(file, found)
    except TemplateRefused:
        comments = b""
    return _answer(found, comments, specimen)


def is_hostile(found: list[Finding]) -> bool:
    """Whether nothing may be kept of a file with these findings."""
    return any(finding.code in HOSTILE and finding.level == "error" for finding in found)


def words_of(specimen: bytes) -> list[str]:
    """The words of a specimen by paragraph, cut off where comparing them would take long."""
    kept, left = [], MOST_WORDS
    for text in reading.paragraphs(specimen)[:MOST_PARAGRAPHS]:
        kept.append(text[:left])
        left -= len(text)
        if left <= 0:
            break
    return kept


def _answer(found: list[Finding], comments: bytes = b"", specimen: bytes = b"") -> dict[str, Any]:
    files = {"comments": base64.b64encode(comments).decode(), "specimen": base64.b64encode(specimen).decode()}
    return {"findings": [finding.as_data() for finding in found], "words": words_of(specimen) if specimen else [], **files}


def _plainness(file: bytes, avoided: list[Avoided], wanted_age: int) -> Iterator[Finding]:
    """What a family would find hard in the template's own words; a tag counts as one short word."""
    texts = [(text, place) for text, place in _own_words(file) if text.strip()]
    for text, place in texts:
        for one in plain_words.judge([text], avoided).warnings:
            yield Finding("plain_words", f"“{one.words}”: {one.advice}", place, "warning")
    age = plain_words.judge([text for text, _ in texts], ()).reading_age
    if wanted_age and age is not None and age > wanted_age:
        words = f"it reads as for the age of {age}; the council writes for a reading age of {wanted_age}: use shorter words and sentences"
        yield Finding("reading_age", words, Place("template"), "warning")


def _own_words(file: bytes) -> Iterator[tuple[str, Place]]:
    package = open_package(file)
    for name, label in filled_parts(read_xml(package.content(CONTENT_TYPES), CONTENT_TYPES)).items():
        if name in package:
            root = read_xml(package.content(name), name)
            places = Places(root, label)
            for paragraph in root.iter(P):
                text = "".join(text for _, text in pieces(paragraph))
                yield _TAG.sub("", _PRINTED.sub("it", text)), places.of(paragraph)

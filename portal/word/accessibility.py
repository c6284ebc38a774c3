"""Whether a Word file can be read by everyone: language, title, heading order, repeated header rows, picture descriptions, text size."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from portal.word.findings import Finding, Place
from portal.word.wordxml import TBL, TR, P, Places, W, shown_text

SMALLEST_HALF_POINTS = 24


def findings(file: bytes) -> list[Finding]:
    """Warnings about a .docx (template or finished document) that is known to be whole."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        roots = {name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")}
    return [*_file(roots), *_headings(roots), *_tables(roots), *_pictures(roots), *_sizes(roots)]


def _warn(code: str, message: str, place: Place) -> Finding:
    return Finding(code, message, place, "warning")


def _file(roots: dict[str, Any]) -> Iterator[Finding]:
    styles = roots.get("word/styles.xml")
    language = "" if styles is None else next((mark.get(W + "val", "") for mark in styles.iter(W + "lang")), "")
    if language != "en-GB":
        yield _warn("language", f"the language is {language or 'not set'}; it should be English (United Kingdom)", Place("styles"))
    properties = roots.get("docProps/core.xml")
    if properties is None or not next((mark.text for mark in properties.iter("{*}title") if mark.text), ""):
        yield _warn("title", "the document has no title (File, Info, Title)", Place("document properties"))


def _headings(roots: dict[str, Any]) -> Iterator[Finding]:
    root = roots["word/document.xml"]
    places = Places(root, "body")
    names = _style_names(roots)
    before = 0
    for paragraph in root.iter(P):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        name = names.get(style.get(W + "val"), "") if style is not None else ""
        level = 1 if name == "title" else int(name[-1]) if name.startswith("heading ") and name[-1].isdigit() else 0
        if not level:
            continue
        if level > before + 1:
            yield _warn("heading_order", f"a heading of level {level} follows one of level {before}", places.of(paragraph, shown_text(paragraph)[:60]))
        before = level
    if before == 0:
        yield _warn("no_headings", "there is no heading: give the first line the style Title or Heading 1", Place("body"))


def _style_names(roots: dict[str, Any]) -> dict[str, str]:
    styles = roots.get("word/styles.xml")
    if styles is None:
        return {}
    return {style.get(W + "styleId"): (style.find(W + "name").get(W + "val") or "").lower() for style in styles.iter(W + "style") if style.find(W + "name") is not None}


def _tables(roots: dict[str, Any]) -> Iterator[Finding]:
    root = roots["word/document.xml"]
    places = Places(root, "body")
    for table in root.iter(TBL):
        rows = list(table.iter(TR))
        if len(rows) > 1 and rows[0].find(f"{W}trPr/{W}tblHeader") is None:
            place = places.of(next(rows[0].iter(P)), shown_text(rows[0])[:60])
            yield _warn("header_row", "the first row of this table is not marked “Repeat as header row”", place)


def _pictures(roots: dict[str, Any]) -> Iterator[Finding]:
    for name, root in roots.items():
        for picture in root.iter("{*}docPr"):
            if not picture.get("descr", "").strip() and not _is_decorative(picture):
                yield _warn("alt_text", f"the picture “{picture.get('name', '')}” has no alternative text", Place(name))


def _is_decorative(picture: Any) -> bool:
    return any(mark.get("val") in ("1", "true") for mark in picture.iter("{*}decorative"))


def _sizes(roots: dict[str, Any]) -> Iterator[Finding]:
    for name in ("word/styles.xml", "word/document.xml"):
        if name not in roots:
            continue
        small = {int(size.get(W + "val", "24")) for size in roots[name].iter(W + "sz") if size.get(W + "val", "").isdigit()}
        for size in sorted(size for size in small if size < SMALLEST_HALF_POINTS):
            yield _warn("text_size", f"text of {size / 2:g} points: 12 is the smallest to use", Place(name))

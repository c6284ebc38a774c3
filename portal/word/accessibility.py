"""Whether a Word file can be read by everyone: language, title, heading order, repeated header rows, picture descriptions, text size, contrast, real lists."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from portal.word import boxes
from portal.word.findings import Finding, Place
from portal.word.package import CONTENT_TYPES
from portal.word.seen import Styles, shown_runs
from portal.word.wordxml import TBL, TR, P, Places, W, ancestor, filled_parts, pieces, shown_text

SMALLEST_HALF_POINTS = 24
_TYPED_POINT = re.compile(r"^[\u2022\u00b7\u25aa\u25cf\u25e6\u2023\uf0b7*\u2013\u2014-][ \t\u00a0]+\S")
_TYPED_NUMBER = re.compile(r"^\(?(?:\d{1,2}|[a-z]|[ivx]{1,4}|\{\{\s*loop\.index\s*\}\})[.)][ \t\u00a0]+\S")
_VML = "{urn:schemas-microsoft-com:vml}"
_OFF = ("0", "false", "off")


def findings(file: bytes) -> list[Finding]:
    """Warnings about a .docx (template or finished document) that is known to be whole."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        roots = {name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xml")}
    ground = roots["word/document.xml"].find(W + "background")
    theme = boxes.theme_colours(roots.get("word/theme/theme1.xml"))
    styles = Styles(roots.get("word/styles.xml"), ground.get(W + "color", "") if ground is not None else "", theme)
    parts = {label: roots[name] for name, label in filled_parts(roots[CONTENT_TYPES]).items() if name in roots}
    body = roots["word/document.xml"]
    found = [*_file(roots), *_headings(body, styles), *_tables(body), *_pictures(roots), *_words(parts, styles), *_boxes(parts), *_lists(body, styles)]
    return list(dict.fromkeys(found))


def _warn(code: str, message: str, place: Place) -> Finding:
    return Finding(code, message, place, "warning")


def _file(roots: Mapping[str, Any]) -> Iterator[Finding]:
    styles = roots.get("word/styles.xml")
    language = "" if styles is None else next((mark.get(W + "val", "") for mark in styles.iter(W + "lang")), "")
    if language != "en-GB":
        yield _warn("language", f"the language is {language or 'not set'}; it should be English (United Kingdom)", Place("styles"))
    properties = roots.get("docProps/core.xml")
    if properties is None or not next((mark.text for mark in properties.iter("{*}title") if mark.text), ""):
        yield _warn("title", "the document has no title (File, Info, Title)", Place("document properties"))


def _headings(root: Any, styles: Styles) -> Iterator[Finding]:
    places = Places(root, "body")
    before = 0
    for paragraph in root.iter(P):
        level = styles.heading_level(paragraph)
        if not level:
            continue
        words = shown_text(paragraph)
        if not words.strip():
            yield _warn("empty_heading", "a heading holds no words: it is read out as a blank", places.of(paragraph))
        if level > before + 1:
            yield _warn("heading_order", f"a heading of level {level} follows one of level {before}", places.of(paragraph, words[:60]))
        before = level
    if before == 0:
        yield _warn("no_headings", "there is no heading: give the first line the style Title or Heading 1", Place("body"))


def _tables(root: Any) -> Iterator[Finding]:
    places = Places(root, "body")
    for table in root.iter(TBL):
        rows = [row for row in table.iter(TR) if ancestor(row, TBL) is table]
        mark = rows[0].find(f"{W}trPr/{W}tblHeader") if rows else None
        first = next(rows[0].iter(P), None) if rows else None
        if len(rows) > 1 and first is not None and (mark is None or mark.get(W + "val", "1") in _OFF):
            yield _warn("header_row", "the first row of this table is not marked “Repeat as header row”", places.of(first, shown_text(rows[0])[:60]))


def _pictures(roots: Mapping[str, Any]) -> Iterator[Finding]:
    for name, root in roots.items():
        for picture in root.iter("{*}docPr"):
            if not picture.get("descr", "").strip() and not _is_decorative(picture):
                yield _warn("alt_text", f"the picture “{picture.get('name', '')}” has no alternative text", Place(name))
        for old in root.iter(_VML + "imagedata"):
            if not (old.getparent().get("alt") or "").strip():
                yield _warn("alt_text", "a picture of an older Word has no alternative text", Place(name))


def _is_decorative(picture: Any) -> bool:
    return any(mark.get("val") in ("1", "true") for mark in picture.iter("{*}decorative"))


def _words(parts: Mapping[str, Any], styles: Styles) -> Iterator[Finding]:
    """Letters too small, or too much like what is behind them."""
    for label, root in parts.items():
        places = Places(root, label)
        for run, words in shown_runs(root):
            look = styles.look(run)
            if look.size < SMALLEST_HALF_POINTS:
                yield _warn("text_size", f"text of {look.size / 2:g} points: 12 is the smallest to use", places.of(ancestor(run, P), words[:60]))
            if look.contrast < look.contrast_needed:
                seen = f"letters in {look.colour} on {look.ground} have a contrast of {look.contrast:.1f} to 1"
                yield _warn("contrast", f"{seen}; {look.contrast_needed:g} is needed", places.of(ancestor(run, P), words[:60]))


def _boxes(parts: Mapping[str, Any]) -> Iterator[Finding]:
    """Boxes that stay as high as they are drawn, whatever is printed into them."""
    for label, root in parts.items():
        places = Places(root, label)
        for content in root.iter(boxes.CONTENT):
            words = shown_text(content)
            if "{{" in words and not boxes.can_grow(content):
                message = "a text box of fixed height would cut off longer words: Format Shape, Text Box, “Resize shape to fit text”; or put the words in a paragraph with a border"
                yield _warn("fixed_box", message, places.of(ancestor(content, P), words[:60]))


def _lists(root: Any, styles: Styles) -> Iterator[Finding]:
    """Points and numbers typed by hand, which no screen reader takes for a list. One number alone may be anything; two in a row are a list."""
    places = Places(root, "body")
    before: Any = None
    for paragraph in root.iter(P):
        words = "".join(text for _, text in pieces(paragraph)).lstrip()
        is_number = bool(_TYPED_NUMBER.match(words)) and not styles.is_listed(paragraph) and not styles.heading_level(paragraph)
        if _TYPED_POINT.match(words) and not styles.is_listed(paragraph) or is_number and (before is not None or words.startswith("{{")):
            yield _warn("list_style", "a list typed by hand: give it a list style (Bullets or Numbering in Word)", places.of(paragraph, words[:60]))
        before = paragraph if is_number else None

"""Large print: a finished document with larger letters, more room and nothing side by side. Works on its styles and runs, whoever made the template.

Letters of 12 points become 18, smaller ones 16, headings grow less so that they still fit a line. Lines stand one and a half apart, everything
begins at the left, italics and capitals go. Tables and columns made with tabs become lines with their heading before them,
and words in text boxes paragraphs with a line around them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from portal.word import boxes, ordered
from portal.word.parts import Parts
from portal.word.wordxml import TBL, TC, TR, XML_SPACE, P, R, W, has_objects, pieces, shown_text

BODY, SMALLEST = 36, 32
"""In half points, as Word counts."""

_ORDINARY, _GROWTH = 24, 1.2
_LINE, _HEADING_LINE = 360, 300
_AFTER = 200
_WIDE_HANG = 1000
_SHORT = 600
_FOOT = 1500
_PLAIN = ("i", "iCs", "caps", "smallCaps")


def enlarge(parts: Parts) -> None:
    """Make it large print, in place."""
    hanging = _hanging_styles(parts.styles)
    for root in parts.texts.values():
        _unroll_boxes(root, parts.theme)
        _unroll_tables(root)
        _unroll_tabs(root, hanging)
    for root in parts.every():
        _grow(root)
        for name in _PLAIN:
            for mark in list(root.iter(W + name)):
                mark.getparent().remove(mark)
    _make_room(parts)
    _number_pages(parts)


def grown(half_points: int) -> int:
    """The size that takes the place of this one."""
    if half_points < _ORDINARY - 2:
        return SMALLEST
    return max(BODY, round((BODY + (half_points - _ORDINARY) * _GROWTH) / 2) * 2)


def _grow(root: Any) -> None:
    for name in ("sz", "szCs"):
        for size in root.iter(W + name):
            if size.get(W + "val", "").isdigit():
                size.set(W + "val", str(grown(int(size.get(W + "val")))))


def _make_room(parts: Parts) -> None:
    for defaults in parts.styles.iter(f"{W}docDefaults"):
        _default_size(defaults)
    for properties in _paragraph_properties(parts):
        for alignment in properties.findall(f"{W}jc"):
            properties.remove(alignment)
        is_heading = properties.find(f"{W}outlineLvl") is not None or (properties.getparent().get(f"{W}styleId") == "Title")
        for spacing in properties.findall(f"{W}spacing"):
            _space(spacing, _HEADING_LINE if is_heading else _LINE)
        for indent in properties.findall(f"{W}ind"):
            _indent(indent)
    for margins in parts.body.iter(f"{W}pgMar"):
        margins.set(f"{W}bottom", str(max(_FOOT, _number(margins, "bottom"))))
    normal = next(iter(parts.styles.iter(f"{W}pPrDefault")), None)
    if normal is not None:
        properties = normal.find(f"{W}pPr")
        properties = etree.SubElement(normal, f"{W}pPr") if properties is None else properties
        spacing = properties.find(f"{W}spacing")
        if spacing is None:
            spacing = etree.Element(f"{W}spacing")
            ordered.put(properties, spacing)
        spacing.set(f"{W}line", str(_LINE))
        spacing.set(f"{W}lineRule", "auto")
        spacing.set(f"{W}after", str(max(_AFTER, _number(spacing, "after"))))


def _default_size(defaults: Any) -> None:
    """Word counts 10 points where nothing is said."""
    for properties in defaults.iter(f"{W}rPr"):
        for name in ("sz", "szCs"):
            if properties.find(W + name) is None:
                ordered.put(properties, etree.Element(W + name, {f"{W}val": str(BODY)}), ordered.RUN_ORDER)


def _paragraph_properties(parts: Parts) -> Iterator[Any]:
    for root in parts.every():
        yield from list(root.iter(f"{W}pPr"))


def _space(spacing: Any, line: int) -> None:
    if spacing.get(f"{W}line") is not None:
        spacing.set(f"{W}line", str(line))
        spacing.set(f"{W}lineRule", "auto")
    for side in ("before", "after"):
        if spacing.get(W + side) is not None:
            spacing.set(W + side, str(round(_number(spacing, side) * 1.4)))


def _indent(indent: Any) -> None:
    """Room for larger bullets; a wide hang was a column and goes."""
    hang = _number(indent, "hanging")
    for key in list(indent.attrib):
        value = indent.get(key)
        if value.lstrip("-").isdigit():
            indent.set(key, "0" if hang > _WIDE_HANG else str(round(int(value) * 1.3)))


def _number(element: Any, name: str) -> int:
    value = element.get(W + name, "0")
    return int(value) if value.lstrip("-").isdigit() else 0


# --- columns become lines ---------------------------------------------------------------------------------------------


def _hanging_styles(styles: Any) -> set[str]:
    """Styles whose second column hangs on a tab."""
    return {style.get(f"{W}styleId") for style in styles.iter(f"{W}style") for indent in style.iter(f"{W}ind") if _number(indent, "hanging") > _WIDE_HANG}


def _unroll_tabs(root: Any, hanging: set[str]) -> None:
    """A label and its text before and after a tab, and a logo with a name at the other edge, stand one below the other."""
    for paragraph in root.iter(P):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        indent = paragraph.find(f"{W}pPr/{W}ind")
        is_column = (style is not None and style.get(f"{W}val") in hanging) or (indent is not None and _number(indent, "hanging") > _WIDE_HANG)
        if is_column or next(paragraph.iter("{*}drawing"), None) is not None:
            for tab in [one for run in paragraph.iter(R) for one in run.findall(f"{W}tab")]:
                tab.tag = f"{W}br"


def _unroll_boxes(root: Any, theme: Mapping[str, str]) -> None:
    """Words of a text box stand in the text, with its colour behind them and a line around; a box with a picture stays and may grow."""
    following: dict[Any, Any] = {}
    for box in boxes.unrolled(root, theme):
        for block in box.blocks:
            _line_around(block, box.ground)
        paragraph, holder = box.paragraph, box.paragraph.getparent()
        next_one = following.setdefault(paragraph, paragraph.getnext())
        at = holder.index(paragraph) if not box.has_words_before else len(holder) if next_one is None else holder.index(next_one)
        holder[at:at] = box.blocks
        is_needed = paragraph.getnext() is None and box.blocks[-1:] and box.blocks[-1].tag != P
        if not _has_content(paragraph) and not _is_for_something(paragraph) and not is_needed:
            holder.remove(paragraph)
    boxes.let_grow(root)


def _line_around(block: Any, ground: str) -> None:
    if block.tag == P and block.find(f"{W}pPr/{W}pBdr") is None:
        borders = etree.Element(f"{W}pBdr")
        for side in ("top", "left", "bottom", "right"):
            etree.SubElement(borders, W + side, {f"{W}val": "single", f"{W}sz": "8", f"{W}space": "6", f"{W}color": "505A5F"})
        ordered.put(ordered.of_paragraph(block), borders)
    for paragraph in block.iter(P) if ground else ():
        if paragraph.find(f"{W}pPr/{W}shd") is None:
            ordered.put(ordered.of_paragraph(paragraph), etree.Element(f"{W}shd", {f"{W}val": "clear", f"{W}color": "auto", f"{W}fill": ground}))


def _unroll_tables(root: Any) -> None:
    """Innermost first, so that a table in a cell is lines before its own table becomes lines."""
    for table in reversed(list(root.iter(TBL))):
        made, after = _lines_of(table), table.getnext()
        if after is not None and after.tag == P and not _has_content(after) and not _is_for_something(after):
            after.getparent().remove(after)
        at = table.getparent().index(table)
        table.getparent()[at : at + 1] = made


def _lines_of(table: Any) -> list[Any]:
    rows = table.findall(TR)
    heads = [row for row in rows if row.find(f"{W}trPr/{W}tblHeader") is not None]
    labels = {at: cell for row in heads[-1:] for at, cell in _cells(row)}
    body = [row for row in rows if row not in heads]
    made: list[Any] = []
    for row in body:
        lines = list(_lines_of_row(row, labels))
        if labels and lines and made:
            _rule_above(lines[0])
        made += lines
    if not body:
        made = [one for row in heads for _, cell in _cells(row) for one in _blocks(cell)]
    return made or [etree.Element(P)]


def _lines_of_row(row: Any, labels: dict[int, Any]) -> Iterator[Any]:
    """Each filled cell below the heading of its column; a short row keeps to one page."""
    filled = [(at, cell) for at, cell in _cells(row) if _has_content(cell)]
    is_short = sum(len(shown_text(cell)) for _, cell in filled) < _SHORT
    for at, cell in filled:
        lines = _blocks(cell)
        if at in labels and _has_content(labels[at]) and cell.find(f"{W}tcPr/{W}gridSpan") is None:
            _say_before(labels[at], lines)
        is_label = not labels and len(filled) == 2 and at == filled[0][0]
        stays = len(lines) if is_label or (is_short and at != filled[-1][0]) else len(lines) - 1 if is_short else 0
        yield from (_kept_with_next(one) for one in lines[:stays])
        yield from lines[stays:]


def _say_before(label: Any, lines: list[Any]) -> None:
    """The heading of the column in bold before the first line, or as a line of its own before what is no line, or a line from the right."""
    if not lines or lines[0].tag != P or lines[0].find(f"{W}pPr/{W}bidi") is not None:
        lines[:0] = [_kept_with_next(copy.deepcopy(one)) for one in _blocks(label)]
        return
    words = " ".join(shown_text(label).split())
    run = etree.Element(R)
    etree.SubElement(etree.SubElement(run, f"{W}rPr"), f"{W}b")
    etree.SubElement(run, f"{W}t", {XML_SPACE: "preserve"}).text = f"{words} " if words[-1:] in ".?:!" else f"{words}: "
    lines[0].insert(1 if lines[0].find(f"{W}pPr") is not None else 0, run)


def _cells(row: Any) -> Iterator[tuple[int, Any]]:
    """Each cell with the column it begins in."""
    at = 0
    for cell in row.findall(TC):
        yield at, cell
        span = cell.find(f"{W}tcPr/{W}gridSpan")
        at += _number(span, "val") if span is not None else 1


def _blocks(cell: Any) -> list[Any]:
    return [one for one in cell if one.tag != f"{W}tcPr" and (one.tag != P or _has_content(one))]


def _has_content(element: Any) -> bool:
    paragraphs = [element] if element.tag == P else element.iter(P)
    return any("".join(text for _, text in pieces(one)).strip() or next(one.iter("{*}drawing"), None) is not None for one in paragraphs)


def _is_for_something(paragraph: Any) -> bool:
    """Whether a paragraph without words holds a picture, a box, a note or a field, ends a section, a page or a column, or is where a link leads."""
    return has_objects(paragraph) or any(one.tag != f"{W}br" or one.get(f"{W}type") is not None for one in paragraph.iter(f"{W}br", f"{W}bookmarkStart", f"{W}bookmarkEnd"))


def _kept_with_next(block: Any) -> Any:
    if block.tag == P:
        ordered.put(ordered.of_paragraph(block), etree.Element(f"{W}keepNext"))
    return block


def _rule_above(block: Any) -> None:
    """Where a row of a table began."""
    if block.tag == P:
        borders = etree.Element(f"{W}pBdr")
        etree.SubElement(borders, f"{W}top", {f"{W}val": "single", f"{W}sz": "8", f"{W}space": "6", f"{W}color": "505A5F"})
        ordered.put(ordered.of_paragraph(block), borders)
        ordered.put(ordered.of_paragraph(block), etree.Element(f"{W}spacing", {f"{W}before": "240", f"{W}after": "40"}))


# --- page numbers -----------------------------------------------------------------------------------------------------


def _number_pages(parts: Parts) -> None:
    """Every footer tells the page; a document without footers is left as it is."""
    for root in parts.texts.values():
        if root.tag == f"{W}ftr" and "PAGE" not in " ".join(_fields(root)).split():
            root.append(_page_line())


def _fields(root: Any) -> Iterator[str]:
    yield from (code.text or "" for code in root.iter(f"{W}instrText"))
    yield from (simple.get(f"{W}instr", "") for simple in root.iter(f"{W}fldSimple"))


def _page_line() -> Any:
    paragraph = etree.Element(P)
    text = etree.SubElement(etree.SubElement(paragraph, R), f"{W}t", {XML_SPACE: "preserve"})
    text.text = "Page "
    field = etree.SubElement(paragraph, f"{W}fldSimple", {f"{W}instr": " PAGE "})
    etree.SubElement(etree.SubElement(field, R), f"{W}t").text = "1"
    return paragraph

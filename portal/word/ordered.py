"""Properties of paragraphs and runs, in the order that Word wants them. Knows what may stand there, not what it is for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree

from portal.word.wordxml import W

PARAGRAPH_ORDER = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers", "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr", "pPrChange")
RUN_ORDER = ("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow", "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing", "w", "kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath")


def of_paragraph(paragraph: Any) -> Any:
    """The properties of a paragraph, made where there are none."""
    return _of(paragraph, f"{W}pPr")


def of_run(run: Any) -> Any:
    """The properties of a run, made where there are none."""
    return _of(run, f"{W}rPr")


def _of(element: Any, name: str) -> Any:
    found = element.find(name)
    if found is None:
        found = etree.Element(name)
        element.insert(0, found)
    return found


def put(properties: Any, element: Any, order: Sequence[str] = PARAGRAPH_ORDER) -> None:
    """Put it where Word wants it, in the place of an earlier one."""
    for old in properties.findall(element.tag):
        properties.remove(old)
    later = order[order.index(element.tag.removeprefix(W)) + 1 :]
    at = next((place for place, one in enumerate(properties) if one.tag.removeprefix(W) in later), len(properties))
    properties.insert(at, element)

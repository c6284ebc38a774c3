"""High contrast: a finished document in one ink on one ground, without greys or shading, with thick rules. Its words and sizes stay what they are."""

from __future__ import annotations

import io
from typing import Any

from lxml import etree

from portal.word import boxes, ordered
from portal.word.findings import RenderingFailed
from portal.word.parts import Parts
from portal.word.wordxml import W

CREAM, BLACK, WHITE = "FFF4C8", "000000", "FFFFFF"
THICK = 18
"""Of rules, in eighths of a point, as Word counts."""

_BORDERS = frozenset(W + name for name in ("pBdr", "tblBorders", "tcBorders", "pgBorders"))
_BEFORE_BACKGROUND = frozenset(W + name for name in ("writeProtection", "view", "zoom", "removePersonalInformation", "removeDateAndTime", "doNotDisplayPageBoundaries"))


def on_cream(parts: Parts) -> None:
    """Black on cream, in place."""
    _ink(parts, BLACK, CREAM)


def white_on_black(parts: Parts) -> None:
    """White on black, in place. Each paragraph brings its ground along, so that it can be read where a printer leaves the page's out."""
    _ink(parts, WHITE, BLACK)
    for defaults in parts.styles.iter(f"{W}pPrDefault"):
        properties = defaults.find(f"{W}pPr")
        properties = etree.SubElement(defaults, f"{W}pPr") if properties is None else properties
        ordered.put(properties, etree.Element(f"{W}shd", {f"{W}val": "clear", f"{W}color": "auto", f"{W}fill": BLACK}))
    parts.pictures = {name: _on_white(name, picture) for name, picture in parts.pictures.items()}


def _ink(parts: Parts, ink: str, ground: str) -> None:
    for root in parts.every():
        for name in ("shd", "highlight"):
            for mark in list(root.iter(W + name)):
                mark.getparent().remove(mark)
        for colour in root.iter(f"{W}color"):
            colour.attrib.clear()
            colour.set(f"{W}val", ink)
        for borders in root.iter(*_BORDERS):
            for rule in borders:
                _thicken(rule, ink)
        boxes.recolour(root, ink, ground)
    _default_ink(parts.styles, ink)
    _ground(parts, ground)


def _thicken(rule: Any, ink: str) -> None:
    if rule.get(f"{W}val") in (None, "nil", "none"):
        return
    for key in ("themeColor", "themeTint", "themeShade"):
        rule.attrib.pop(W + key, None)
    size = rule.get(f"{W}sz", "0")
    rule.set(f"{W}sz", str(max(THICK, int(size) if size.isdigit() else 0)))
    rule.set(f"{W}color", ink)


def _default_ink(styles: Any, ink: str) -> None:
    for found in styles.iterfind(f"{W}docDefaults/{W}rPrDefault/{W}rPr"):
        if found.find(f"{W}color") is None:
            ordered.put(found, etree.Element(f"{W}color", {f"{W}val": ink}), ordered.RUN_ORDER)


def _ground(parts: Parts, ground: str) -> None:
    for old in parts.body.findall(f"{W}background"):
        parts.body.remove(old)
    parts.body.insert(0, etree.Element(f"{W}background", {f"{W}color": ground}))
    settings = parts.styled.get("word/settings.xml")
    if settings is not None and settings.find(f"{W}displayBackgroundShape") is None:
        at = next((place for place, one in enumerate(settings) if one.tag not in _BEFORE_BACKGROUND), len(settings))
        settings.insert(at, etree.Element(f"{W}displayBackgroundShape"))


def _on_white(name: str, picture: bytes) -> bytes:
    """A picture with clear parts is drawn for white paper and keeps a white ground. Raises RenderingFailed for a damaged one."""
    from PIL import Image  # only for this look: it weighs some megabytes

    try:
        with Image.open(io.BytesIO(picture), formats=("PNG",)) as drawn:
            clear = drawn.convert("RGBA")
    except Exception as error:  # noqa: BLE001 - Pillow raises many kinds of error on damaged pictures, and all mean the same here
        raise RenderingFailed(f"a picture of the template ({name.rpartition('/')[2]}) is no whole PNG and cannot be put on white: save it again as PNG and put it in anew") from error
    plate = Image.new("RGBA", clear.size, f"#{WHITE}")
    made = io.BytesIO()
    Image.alpha_composite(plate, clear).convert("RGB").save(made, "PNG", optimize=True)
    return made.getvalue()

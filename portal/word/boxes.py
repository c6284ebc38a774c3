"""Text boxes: where their words stand, what is drawn behind them, whether they can grow. Newer Word writes each twice (DrawingML, and VML for older versions)."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from portal.word import ordered
from portal.word.wordxml import P, R, W, ancestor

CONTENT = f"{W}txbxContent"
DRAWN, VML, OFFICE = "{http://schemas.openxmlformats.org/drawingml/2006/main}", "{urn:schemas-microsoft-com:vml}", "{urn:schemas-microsoft-com:office:office}"
SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_COPIES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HOLDERS = (f"{_COPIES}AlternateContent", f"{W}drawing", f"{W}pict")
_VML_SHAPES = frozenset(VML + name for name in ("shape", "rect", "roundrect", "oval"))
_FILLS = tuple(f"{DRAWN}{name}" for name in ("noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill"))
_THEME_NAMES = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"}
_SIX_FIGURES = re.compile("[0-9A-F]{6}")
_SHARE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(%?)")
_NAMED = {
    "black": "000000", "white": "FFFFFF", "red": "FF0000", "green": "008000", "blue": "0000FF", "yellow": "FFFF00", "gray": "808080", "grey": "808080", "silver": "C0C0C0",
    "maroon": "800000", "navy": "000080", "olive": "808000", "purple": "800080", "teal": "008080", "lime": "00FF00", "aqua": "00FFFF", "fuchsia": "FF00FF", "orange": "FFA500",
}  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What is drawn behind the words of a box: its colours (several where they run into each other), none for a box that is clear; None where it cannot be told."""

    colours: tuple[str, ...] | None


def around(element: Any) -> Any:
    """The content of the box that an element stands in, or None."""
    return ancestor(element, CONTENT)


def theme_colours(root: Any) -> dict[str, str]:
    """The colours of a theme by name; `root` is that of `word/theme/theme1.xml` or None."""
    scheme = None if root is None else next(root.iter(f"{DRAWN}clrScheme"), None)
    found = {etree.QName(one).localname: _plain(one[0], {}) for one in scheme if len(one)} if scheme is not None else {}
    return {name: colour for name, colour in found.items() if colour}


def ground(content: Any, theme: Mapping[str, str]) -> Ground:
    """What is behind the words of a box."""
    shape = _shape(content)
    if shape is None:
        return Ground(None)
    return _drawn_ground(shape, theme) if shape.tag == f"{SHAPE}wsp" else _older_ground(shape)


def own_ink(content: Any, theme: Mapping[str, str]) -> str:
    """The colour of words that name none themselves, where the shape says so; else ''."""
    shape = _shape(content)
    reference = shape.find(f"{SHAPE}style/{DRAWN}fontRef") if shape is not None else None
    return (_plain(reference[0], theme) or "") if reference is not None and len(reference) else ""


def can_grow(content: Any) -> bool:
    """Whether the box becomes higher when its words need more room."""
    shape = _shape(content)
    if shape is None:
        return True
    if shape.tag == f"{SHAPE}wsp":
        return shape.find(f"{SHAPE}bodyPr/{DRAWN}spAutoFit") is not None
    box = ancestor(content, f"{VML}textbox")
    return "mso-fit-shape-to-text:t" in (box.get("style") or "").replace(" ", "")


def _shape(content: Any) -> Any:
    return next((one for one in content.iterancestors() if one.tag == f"{SHAPE}wsp" or one.tag in _VML_SHAPES), None)


def _drawn_ground(shape: Any, theme: Mapping[str, str]) -> Ground:
    fill = next((one for one in shape.find(f"{SHAPE}spPr") if one.tag in _FILLS), None) if shape.find(f"{SHAPE}spPr") is not None else None
    if fill is None:
        by_style = shape.find(f"{SHAPE}style/{DRAWN}fillRef")
        if by_style is None or by_style.get("idx") == "0" or not len(by_style):
            return Ground(())
        return Ground(_told([_plain(by_style[0], theme)]))
    kind = etree.QName(fill).localname
    if kind == "noFill":
        return Ground(())
    if kind in ("blipFill", "grpFill"):
        return Ground(None)
    colours = list(fill.iter(f"{DRAWN}srgbClr", f"{DRAWN}schemeClr", f"{DRAWN}sysClr", f"{DRAWN}prstClr"))
    return Ground(_told([_plain(one, theme) for one in colours]))


def _told(colours: list[str | None]) -> tuple[str, ...] | None:
    return None if None in colours or not colours else tuple(dict.fromkeys(filter(None, colours)))


def _older_ground(shape: Any) -> Ground:
    if shape.get("filled") in ("f", "false"):
        return Ground(())
    fill = shape.find(f"{VML}fill")
    if fill is not None and fill.get("type", "solid") in ("tile", "pattern", "frame"):
        return Ground(None)
    named = [shape.get("fillcolor") or "white", *([fill.get("color2")] if fill is not None and fill.get("color2") else [])]
    return Ground(_told([_named(one) for one in named]))


def _named(colour: str) -> str | None:
    word = colour.split()[0].lower() if colour.split() else ""
    if word.startswith("#"):
        figures = word[1:].upper()
        figures = "".join(figure * 2 for figure in figures) if len(figures) == 3 else figures
        return figures if _SIX_FIGURES.fullmatch(figures) else None
    return _NAMED.get(word)


def _plain(colour: Any, theme: Mapping[str, str]) -> str | None:
    """A colour as six figures, with what makes it lighter or darker; None where it is not known or shows through."""
    kind, name = etree.QName(colour).localname, colour.get("val", "")
    found = {"srgbClr": name.upper(), "sysClr": colour.get("lastClr", "").upper(), "schemeClr": theme.get(_THEME_NAMES.get(name, name), ""), "prstClr": _NAMED.get(name.lower(), "")}.get(kind, "")
    if not _SIX_FIGURES.fullmatch(found) or colour.find(f"{DRAWN}alpha") is not None:
        return None
    red, green, blue = (int(found[at : at + 2], 16) / 255 for at in (0, 2, 4))
    for change in colour:
        share = _share(change.get("val", "100000"))
        if share is None:
            return None
        hue, light, full = colorsys.rgb_to_hls(red, green, blue)
        match etree.QName(change).localname:
            case "lumMod":
                red, green, blue = colorsys.hls_to_rgb(hue, light * share, full)
            case "lumOff":
                red, green, blue = colorsys.hls_to_rgb(hue, min(1, light + share), full)
            case "tint":
                red, green, blue = (1 - (1 - part) * share for part in (red, green, blue))
            case "shade":
                red, green, blue = (part * share for part in (red, green, blue))
    return "".join(f"{round(min(1, max(0, part)) * 255):02X}" for part in (red, green, blue))


def _share(value: str) -> float | None:
    """A part of one, written in thousandths of a percent or, as newer files may, in percent."""
    match = _SHARE.fullmatch(value.strip())
    return float(match[1]) / (100 if match[2] else 100_000) if match else None


# --- for other looks of a finished document ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Unrolled:
    """A box taken out of the text: the paragraph it was fixed to, its blocks, whether words stood before it there, and the colour that was behind it or ''."""

    paragraph: Any
    blocks: list[Any]
    has_words_before: bool
    ground: str


def unrolled(root: Any, theme: Mapping[str, str]) -> Iterator[Unrolled]:
    """Take each box without a picture out of the text. Its words keep a colour only where its ground is known."""
    for content in list(root.iter(CONTENT)):
        holder = next(reversed(list(content.iterancestors(*_HOLDERS))), None)
        paragraph = ancestor(holder, P) if holder is not None else None
        if paragraph is None or around(holder) is not None or next(holder.iter(f"{VML}imagedata", f"{DRAWN}blip"), None) is not None:
            continue
        newest = _newest(holder)
        colours = ground(newest[0], theme).colours
        for one in newest:
            _ink_own_words(one, own_ink(one, theme) if colours else "", keep=colours is not None)
        has_words_before = any("".join(text.itertext()).strip() for text in paragraph.iter(f"{W}t") if around(text) is None and _is_before(text, holder))
        blocks = [block for one in newest for block in one]
        run = holder.getparent()
        run.remove(holder)
        if run.tag == R and not [one for one in run if one.tag != f"{W}rPr"]:
            run.getparent().remove(run)
        yield Unrolled(paragraph, blocks, has_words_before, colours[0] if colours else "")


def _ink_own_words(content: Any, ink: str, *, keep: bool) -> None:
    for run in content.iter(R):
        own = run.find(f"{W}rPr/{W}color")
        if own is not None and not keep:
            own.getparent().remove(own)
        elif own is None and ink:
            ordered.put(ordered.of_run(run), etree.Element(f"{W}color", {f"{W}val": ink}), ordered.RUN_ORDER)


def _newest(holder: Any) -> list[Any]:
    """The contents of the boxes in it, each once."""
    choice = holder.find(f"{_COPIES}Choice") if holder.tag == _HOLDERS[0] else None
    return list((holder if choice is None else choice).iter(CONTENT))


def _is_before(one: Any, other: Any) -> bool:
    return next(found for found in ancestor(other, P).iter() if found is one or found is other) is one


def let_grow(root: Any) -> None:
    """Let every box become as high as its words need."""
    for properties in root.iter(f"{SHAPE}bodyPr"):
        for old in [one for one in properties if etree.QName(one).localname in ("noAutofit", "normAutofit", "spAutoFit")]:
            properties.remove(old)
        at = next((place for place, one in enumerate(properties) if etree.QName(one).localname != "prstTxWarp"), len(properties))
        properties.insert(at, etree.Element(f"{DRAWN}spAutoFit"))
    for box in root.iter(f"{VML}textbox"):
        style = [one for one in (box.get("style") or "").split(";") if one.strip() and "mso-fit-shape-to-text" not in one]
        box.set("style", ";".join([*style, "mso-fit-shape-to-text:t"]))


def recolour(root: Any, ink: str, ground_colour: str) -> None:
    """Give every shape that holds words one ground and one thick line."""
    for content in root.iter(CONTENT):
        shape = _shape(content)
        if shape is not None and shape.tag == f"{SHAPE}wsp":
            _recolour_drawn(shape, ink, ground_colour)
        elif shape is not None:
            for old in [one for one in shape if one.tag in (f"{VML}fill", f"{VML}shadow", f"{VML}stroke", f"{OFFICE}extrusion")]:
                shape.remove(old)
            for name in ("filled", "stroked", "opacity"):
                shape.attrib.pop(name, None)
            shape.attrib.update({"fillcolor": f"#{ground_colour}", "strokecolor": f"#{ink}", "strokeweight": "2.25pt"})


def _recolour_drawn(shape: Any, ink: str, ground_colour: str) -> None:
    for style in shape.findall(f"{SHAPE}style"):
        shape.remove(style)
    properties = shape.find(f"{SHAPE}spPr")
    if properties is None:
        return
    keep = [one for one in properties if etree.QName(one).localname in ("xfrm", "custGeom", "prstGeom")]
    line = etree.Element(f"{DRAWN}ln", {"w": "28575"})
    for old in list(properties):
        properties.remove(old)
    properties.extend([*keep, _solid(ground_colour), line])
    line.append(_solid(ink))


def _solid(colour: str) -> Any:
    fill = etree.Element(f"{DRAWN}solidFill")
    etree.SubElement(fill, f"{DRAWN}srgbClr", {"val": colour})
    return fill

"""How words look on the page once all styles have spoken: their size, their colour, and what is behind them, in text boxes too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.word import boxes
from portal.word.wordxml import TBL, TC, TR, P, R, T, W, ancestor

WHITE, BLACK = "FFFFFF", "000000"
WORDS_OWN_SIZE = 20
"""Half points, where a file says nothing."""

_HIGHLIGHTS = {
    "black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF", "red": "FF0000", "yellow": "FFFF00", "white": "FFFFFF",
    "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000", "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000",
    "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip
_OFF = ("0", "false", "off")


@dataclass(frozen=True)
class Look:
    """Size in half points; colours as six hexadecimal figures; `ground` is None where it cannot be told."""

    size: int
    is_bold: bool
    colour: str
    ground: str | None

    @property
    def contrast(self) -> float:
        """The ratio that WCAG counts, 1 to 21."""
        return 21.0 if self.ground is None else contrast(self.colour, self.ground)

    @property
    def contrast_needed(self) -> float:
        """4.5, or 3 for large letters: 18 points, or 14 in bold."""
        return 3.0 if self.size >= (28 if self.is_bold else 36) else 4.5


class Styles:
    """The styles of one file, as `word/styles.xml` has them (None where it has none); `page` is the colour of its pages, `theme` its named colours."""

    def __init__(self, root: Any, page: str = WHITE, theme: Mapping[str, str] | None = None) -> None:
        self._theme = theme or {}
        self._page = page if _is_colour(page) else WHITE
        self._styles = {} if root is None else {style.get(W + "styleId"): style for style in root.iter(W + "style")}
        self._default = next((name for name, style in self._styles.items() if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true")), "")
        self._chains: dict[str, list[Any]] = {}
        self._defaults = None if root is None else root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")

    def chain(self, name: str) -> list[Any]:
        """A style and those it is based on, nearest first."""
        if name not in self._chains:
            self._chains[name] = self._chain(name)
        return self._chains[name]

    def _chain(self, name: str) -> list[Any]:
        found: list[Any] = []
        while name in self._styles and self._styles[name] not in found:
            found.append(self._styles[name])
            based = found[-1].find(W + "basedOn")
            name = based.get(W + "val", "") if based is not None else ""
        return found

    def of_paragraph(self, paragraph: Any) -> list[Any]:
        """The styles of a paragraph, nearest first."""
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        return self.chain(named.get(W + "val", "") if named is not None else self._default)

    def heading_level(self, paragraph: Any) -> int:
        """1 for a title or a heading of level 1, and so on; 0 for what is no heading."""
        for style in self.of_paragraph(paragraph):
            name = style.find(W + "name")
            words = (name.get(W + "val") or "").lower() if name is not None else ""
            if words == "title":
                return 1
            if words.startswith("heading ") and words[-1].isdigit():
                return int(words[-1])
        return 0

    def is_listed(self, paragraph: Any) -> bool:
        """Whether Word numbers or bullets it."""
        return any(one.find(f"{W}pPr/{W}numPr") is not None for one in (paragraph, *self.of_paragraph(paragraph)))

    def look(self, run: Any) -> Look:
        """How the words of a run look."""
        paragraph = ancestor(run, P)
        of_table = _OfTable(self, run)
        named = run.find(f"{W}rPr/{W}rStyle")
        of_run = [run, *(self.chain(named.get(W + "val", "")) if named is not None else [])]
        properties = [found for one in [*of_run, *self.of_paragraph(paragraph)] if (found := one.find(W + "rPr")) is not None]
        properties += of_table.words + ([self._defaults] if self._defaults is not None else [])
        size = next((int(float(value)) for value in _values(properties, "sz")), WORDS_OWN_SIZE)
        is_bold = next((value not in _OFF for value in _values(properties, "b", "1")), False)
        colour = next(_values(properties, "color"), "auto")
        box = boxes.around(run)
        if not _is_colour(colour) and box is not None:
            colour = boxes.own_ink(box, self._theme) or colour
        grounds = self._grounds(self._shaded(properties, paragraph, of_table), box)
        if not _is_colour(colour):
            colour = WHITE if grounds and max(map(_light, grounds)) < 0.18 else BLACK
        ground = min(grounds, key=lambda one: contrast(colour, one), default=None)
        return Look(size, is_bold, colour, ground)

    def _grounds(self, shaded: str, box: Any) -> tuple[str, ...]:
        """What may be behind the words: one colour, or those that a box goes from one to another of; none where it cannot be told."""
        if shaded:
            return (shaded,)
        drawn = boxes.ground(box, self._theme).colours if box is not None else ()
        return () if drawn is None else drawn or (self._page,)

    def _shaded(self, properties: list[Any], paragraph: Any, of_table: _OfTable) -> str:
        """The colour that is put behind the words themselves, their paragraph or their cell; '' where none is."""
        for value in _values(properties, "highlight"):
            if value in _HIGHLIGHTS:
                return _HIGHLIGHTS[value]
        holders = [*properties, *(one for one in (paragraph.find(W + "pPr"), *(style.find(W + "pPr") for style in self.of_paragraph(paragraph))) if one is not None), *of_table.grounds]
        fills = (mark.get(W + "fill", "auto") for holder in holders if (mark := holder.find(W + "shd")) is not None)
        return next((fill for fill in fills if _is_colour(fill)), "")


class _OfTable:
    """What the table around a run says of words and of grounds, nearest first."""

    def __init__(self, styles: Styles, run: Any) -> None:
        self.words: list[Any] = []
        self.grounds: list[Any] = []
        cell, row, table = ancestor(run, TC), ancestor(run, TR), ancestor(run, TBL)
        box = boxes.around(run)
        if table is None or row is None or cell is None or box is not None and table not in box.iterdescendants(TBL):
            return
        named = table.find(f"{W}tblPr/{W}tblStyle")
        chain = styles.chain(named.get(W + "val", "")) if named is not None else []
        if next(table.iter(TR)) is row:
            first = [part for style in chain for part in style.iter(W + "tblStylePr") if part.get(W + "type") == "firstRow"]
            chain = [*first, *chain]
        self.words = [found for one in chain if (found := one.find(W + "rPr")) is not None]
        places = [cell.find(W + "tcPr"), *(one.find(W + "tcPr") for one in chain), table.find(W + "tblPr"), *(one.find(W + "tblPr") for one in chain)]
        self.grounds = [one for one in places if one is not None]


def shown_runs(root: Any) -> Iterator[tuple[Any, str]]:
    """Every run of a part that shows words, with the words; hidden ones left out."""
    for run in root.iter(R):
        words = "".join(text.text or "" for text in run.findall(T))
        hidden = run.find(f"{W}rPr/{W}vanish")
        if words.strip() and (hidden is None or hidden.get(W + "val", "1") in _OFF) and ancestor(run, P) is not None:
            yield run, words


def _values(properties: list[Any], name: str, otherwise: str = "") -> Iterator[str]:
    for one in properties:
        mark = one.find(W + name)
        if mark is not None:
            yield mark.get(W + "val", otherwise)


def _is_colour(text: str) -> bool:
    return len(text) == 6 and all(one in "0123456789abcdefABCDEF" for one in text)


def contrast(one: str, other: str) -> float:
    """The ratio that WCAG counts for two colours."""
    lighter, darker = sorted((_light(one), _light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

"""Word's structural rules, kept after loops and conditions have run: nothing empty that may not be, no id twice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MARK = re.compile("([\x01-\x07])")
_TAGS = re.compile(r"<[^>]*>")
ENDS_WITH_PARAGRAPH = re.compile(r"(</w:p>|<w:p(?: [^<>]*)?/>)\s*\Z")
HAS_ROW = re.compile(r"<w:tr[ />]")
HAS_CELL = re.compile(r"<w:tc[ />]")
_OPENING, _CLOSING = "\x01\x03\x05", {"\x02": "\x01", "\x04": "\x03", "\x06": "\x05"}

_IDS = (
    (re.compile(r'<wp:docPr\s(?:[^<>]*\s)?id="([0-9]+)"'), 10),
    (re.compile(r'<w:bookmarkStart\s(?:[^<>]*\s)?w:id="([0-9]+)"'), 10),
    (re.compile(r'<w:sdtPr>.*?<w:id w:val="(-?[0-9]+)"'), 10),
    (re.compile(r'w14:paraId="([0-9A-Fa-f]+)"'), 16),
)


def repair(xml: str) -> str:
    """Resolve the marks `structure` left: empty paragraphs, rows and tables go, cells get the paragraph they need."""
    stack: list[list[str]] = [[]]
    for piece in MARK.split(xml):
        if len(piece) != 1 or piece > "\x07":
            stack[-1].append(piece)
        elif piece in _OPENING:
            stack.append([])
        elif piece in _CLOSING:
            inner = "".join(stack.pop())
            if _is_wanted(piece, inner):
                stack[-1].append(inner)
        elif not ENDS_WITH_PARAGRAPH.search(_tail(stack)):
            stack[-1].append("<w:p/>")
    return "".join(stack[0])


def _is_wanted(mark: str, inner: str) -> bool:
    if mark == "\x02":
        return has_text(inner)
    return bool((HAS_CELL if mark == "\x04" else HAS_ROW).search(inner))


def has_text(xml: str) -> bool:
    """Whether there is anything to read or to see beside tags."""
    return bool(_TAGS.sub("", xml).strip()) or "<w:drawing>" in xml


def _tail(stack: list[list[str]]) -> str:
    """The last 400 characters written so far, enough to see how the last element ended."""
    tail = ""
    for level in reversed(stack):
        for piece in reversed(level):
            tail = piece[-400:] + tail
            if len(tail) >= 400:
                return tail
    return tail


def stamp(data: str) -> str:
    """Mark the ids in XML that a loop repeats, so that `Numbers` can tell the copies apart."""
    data = re.sub(r'(<wp:docPr\s(?:[^<>]*?\s)?id=")([0-9]+)(")', "\\1\x08d\\2\x08\\3", data)
    data = re.sub(r'(<w:bookmarkStart\s(?:[^<>]*?\s)?w:id=")([0-9]+)(")', "\\1\x08b\\2\x08\\3", data)
    data = re.sub(r'(<w:bookmarkStart\s(?:[^<>]*?\s)?w:name=")([^"]*)(")', "\\1\x08n\\2\x08\\3", data)
    data = re.sub(r'(<w:bookmarkEnd\s(?:[^<>]*?\s)?w:id=")([0-9]+)(")', "\\1\x08e\\2\x08\\3", data)
    data = re.sub(r'(<w:sdtPr>(?:(?!</w:sdtPr>).)*?<w:id\s+w:val=")(-?[0-9]+)(")', "\\1\x08s\\2\x08\\3", data)
    return re.sub(r'(\sw14:paraId=")([0-9A-Fa-f]{8})(")', "\\1\x08p\\2\x08\\3", data)


_STAMPS = re.compile(b"\x08([dbneps])([^\x08]*)\x08")


@dataclass
class Numbers:
    """Ids of one document, over all its parts. The first copy keeps its id, later copies get fresh ones."""

    next_id: int
    seen: set[tuple[str, str]] = field(default_factory=set)
    open_bookmarks: dict[str, str] = field(default_factory=dict)

    def resolve(self, xml: bytes) -> bytes:
        """Replace every stamp by an id that no other element has. `xml` is UTF-8."""
        return _STAMPS.sub(lambda found: self._id(found[1].decode(), found[2].decode()).encode(), xml)

    def _id(self, family: str, value: str) -> str:
        if family == "e":
            return self.open_bookmarks.get(value, value)
        answer = value
        if (family, value) in self.seen:
            self.next_id += 1
            answer = f"{value}_{self.next_id}" if family == "n" else f"{self.next_id:08X}" if family == "p" else str(self.next_id)
        self.seen.add((family, value))
        if family == "b":
            self.open_bookmarks[value] = answer
        return answer


def highest_id(xml: str) -> int:
    """The highest id in use, for a `Numbers` to start from."""
    found = [int(number, base) for pattern, base in _IDS for number in pattern.findall(xml)]
    return max([abs(number) for number in found if abs(number) < 0x7FFF0000], default=0)

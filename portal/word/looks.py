"""A finished document in another look: large print, high contrast. Its words stay what they are; that is looked at before it is handed on.

Not here: easy-read wording, which is a template of its own. What each look does to the styles stands in `large_print` and `high_contrast`.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from lxml import etree

from portal.word import boxes, high_contrast, large_print, reading
from portal.word.findings import RenderingFailed
from portal.word.package import CONTENT_TYPES, assemble, frame, open_package
from portal.word.parts import Parts
from portal.word.wordxml import W, filled_parts, read_xml, shown_text

LOOKS_VERSION = "looks 4"
"""Changes whenever the same document would come out otherwise."""

_THEME = "word/theme/theme1.xml"
_STYLED = ("word/styles.xml", "word/numbering.xml", "word/settings.xml")

LOOKS: dict[str, Callable[[Parts], None]] = {
    "large_print": large_print.enlarge,
    "high_contrast": high_contrast.on_cream,
    "white_on_black": high_contrast.white_on_black,
}
"""What a council's files may ask for, by name."""


def in_look(document: bytes, looks: Sequence[str]) -> bytes:
    """The document with these looks, one after the other; equal input gives equal bytes. Raises RenderingFailed when a word would be lost."""
    if not looks:
        return document
    package = open_package(document)
    labels = filled_parts(read_xml(package.content(CONTENT_TYPES), CONTENT_TYPES))
    parts = Parts({name: read_xml(package.content(name), name) for name in labels if name in package})
    parts.styled = {name: read_xml(package.content(name), name) for name in _STYLED if name in package}
    parts.pictures = {name: member.content for name, member in package.members.items() if name.startswith("word/media/") and name.endswith(".png")}
    parts.theme = boxes.theme_colours(read_xml(package.content(_THEME), _THEME)) if _THEME in package else {}
    heads = _heads(parts.body)
    for look in looks:
        LOOKS[look](parts)
    changed = {name: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True) for name, root in (parts.texts | parts.styled).items()}
    changed |= {name: picture for name, picture in parts.pictures.items() if picture != package.content(name)}
    made = assemble(frame(package, changed), changed)
    _check_words(document, made, heads)
    return made


def _heads(body: Any) -> set[str]:
    """The words of header rows: where a table becomes lines they are said again for each row, or not at all."""
    cells = (cell for row in body.iter(f"{W}tr") if row.find(f"{W}trPr/{W}tblHeader") is not None for cell in row.iter(f"{W}tc"))
    return {_words(shown_text(cell)) for cell in cells} - {""}


def _check_words(before: bytes, after: bytes, heads: set[str]) -> None:
    """Every paragraph is still there, as often as before."""
    now = _paragraphs(after)
    for head in heads:
        now.update({words.removeprefix(head).lstrip(": "): count for words, count in now.items() if words.startswith(head)})
    lost = _paragraphs(before) - now
    gone = [words for words in lost if words not in heads]
    if gone:
        raise RenderingFailed(f"the other look of the document lacks “{gone[0][:60]}”; it is not whole and was not made")


def _paragraphs(document: bytes) -> Counter[str]:
    return Counter(map(_words, reading.seen_paragraphs(document)))


def _words(text: str) -> str:
    return " ".join(text.split())


def colours_of(document: bytes) -> set[str]:
    """Every colour of letters, areas and lines that the document names."""
    found = set()
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        for name in archive.namelist():
            if name.startswith("word/") and name.endswith(".xml"):
                for element in read_xml(archive.read(name), name).iter(etree.Element):
                    found |= {value for key in ("color", "fill") if (value := element.get(W + key))}
                    if element.tag == f"{W}color":
                        found.add(element.get(f"{W}val"))
    return found - {"auto"}

"""Reading a finished Word file: its paragraphs as a person sees them, and every character that is anywhere in it."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from lxml import etree

from portal.word.package import CONTENT_TYPES
from portal.word.wordxml import P, filled_parts, pieces, read_xml


def paragraphs(document: bytes) -> list[str]:
    """The texts of its paragraphs in reading order, body first; empty ones left out. For documents this portal made."""
    found = []
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        labels = filled_parts(read_xml(archive.read(CONTENT_TYPES), CONTENT_TYPES))
        for name in sorted(labels, key=lambda name: (labels[name] != "body", name)):
            root = read_xml(archive.read(name), name)
            found += ["".join(text for _, text in pieces(paragraph)).strip() for paragraph in root.iter(P)]
    return [text for text in found if text]


def everything(document: bytes) -> Iterator[tuple[str, str]]:
    """Each XML member's name and all its characters: texts, also hidden ones, and values of attributes (addresses of links as they are read)."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                yield name, " ".join(_characters(read_xml(archive.read(name), name)))
            yield name, name


def _characters(root: Any) -> Iterator[str]:
    """Texts of one paragraph stand together, however they are cut into runs."""
    texts: list[str] = []
    for element in root.iter(etree.Element):
        if element.tag == P and texts:
            yield "".join(texts)
            texts = []
        texts += [element.text or "", element.tail or ""] if element.text or element.tail else []
        yield from map(unquote, element.attrib.values())
    yield "".join(texts)


def compact(text: str) -> str:
    """Only letters and figures, folded, so that spaces, line ends and signs between them hide nothing."""
    return "".join(character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalnum())

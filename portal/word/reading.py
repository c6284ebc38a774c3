"""Reading a finished Word file: its paragraphs as a person sees them, and every character that is anywhere in it."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from lxml import etree

from portal.word.package import CONTENT_TYPES
from portal.word.wordxml import P, filled_parts, pieces, read_xml

_ZIP = b"PK\x03\x04"
_FIXED = re.compile(r"word/(?:styles|settings|webSettings|fontTable|numbering|theme/)")
_NARROW = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]{4,}")
_WIDE = re.compile(rb"(?:[\t\n\r\x20-\x7e]\0){4,}")
_ATTRIBUTES = etree.XPath("//@*", smart_strings=False)
_SIGNS = re.compile(r"[\W_]+")

_OLDER_COPY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def paragraphs(document: bytes) -> list[str]:
    """The texts of its paragraphs in reading order, body first; empty ones left out. For documents this portal made."""
    return [text for paragraph in _all(document) if (text := _text(paragraph))]


def seen_paragraphs(document: bytes) -> list[str]:
    """The same without the copies that text boxes carry for older versions of Word."""
    return [text for paragraph in _all(document) if next(paragraph.iterancestors(_OLDER_COPY), None) is None and (text := _text(paragraph))]


def _all(document: bytes) -> Iterator[Any]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        labels = filled_parts(read_xml(archive.read(CONTENT_TYPES), CONTENT_TYPES))
        for name in sorted(labels, key=lambda name: (labels[name] != "body", name)):
            yield from read_xml(archive.read(name), name).iter(P)


def _text(paragraph: Any) -> str:
    return "".join(text for _, text in pieces(paragraph)).strip()


def everything(document: bytes) -> Iterator[tuple[str, str]]:
    """Each member's name and all its characters: texts, also hidden ones, and values of attributes (addresses of links as they are read).

    Of what is no XML, such as a picture, those that can be read in its bytes; a file inside the file is gone into.
    """
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if content.startswith(_ZIP) and zipfile.is_zipfile(io.BytesIO(content)):
                yield from ((f"{name}: {inner}", text) for inner, text in everything(content))
            else:
                yield name, _same_in_all(name, content) if _FIXED.match(name) else _member(name, content)
            yield name, name


def _member(name: str, content: bytes) -> str:
    if not name.endswith((".xml", ".rels")):
        return _legible(content)
    found = " ".join(_characters(read_xml(content, name)))
    return f"{found} {_legible(content)}" if b"<!--" in content or content.count(b"<?") > 1 else found


_same_in_all = lru_cache(maxsize=32)(_member)
"""Members that are the same in all documents of a template are read once. Pictures are not among them: what is kept here stays in memory, and they may be a family's."""


def _legible(content: bytes) -> str:
    """What can be read in these bytes: stretches of text, with one byte or with two for each letter."""
    narrow = b"\n".join(_NARROW.findall(content)).decode("utf-8", "ignore")
    wide = b"\n\0".join(_WIDE.findall(content)).decode("utf-16-le", "ignore")
    return f"{narrow}\n{wide}"


def _characters(root: Any) -> Iterator[str]:
    """All texts as one, however they are cut into runs; then the values of attributes that are long enough to say anything."""
    yield "".join(root.itertext())
    yield from (unquote(value) if "%" in value else value for value in _ATTRIBUTES(root) if len(value) > 3)


def compact(text: str) -> str:
    """Only letters and figures, folded and without accents, so that spaces, line ends and signs between them hide nothing."""
    return _SIGNS.sub("", unicodedata.normalize("NFKD", text).casefold())

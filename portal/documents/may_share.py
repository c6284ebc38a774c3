"""Whether documents can be printed as one file, and what they must have in common for it. Looks at the parts of Word files, changes none.

Merged documents share one package: pictures, notes, lists and all else but the body, headers and footers are the first one's. So documents are merged
only where all of that is equal to the byte, and where nothing in them counts on or points into the rest of the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lxml import etree

from portal.word.wordxml import W, read_xml

DOCUMENT, RELATIONS = "word/document.xml", "word/_rels/document.xml.rels"
_STYLES, _NUMBERING = "word/styles.xml", "word/numbering.xml"
_EDGES = re.compile(r"/(header|footer)$")
_MARKS = re.compile(r"(letter|end)\d+")
_FIELDS = {"PAGE", "NUMPAGES", "HYPERLINK"}
"""Fields that say the same in a merged file, or are made to. Others count through the whole file or repeat what another document says."""
_ALONE = [W + name for name in ("footnoteReference", "endnoteReference", "dataBinding", "altChunk", "subDoc")]
_VALUE = f"{W}val"


def edges_of(relations: Any) -> dict[str, str]:
    """The members that are headers and footers, by the id of their relation."""
    return {one.get("Id"): f"word/{one.get('Target')}" for one in relations if _EDGES.search(one.get("Type", ""))}


def shared_by(parts: Mapping[str, bytes]) -> str:
    """A hash of all that a document shares with those it is merged with; "" for one that must be printed by itself."""
    if not {DOCUMENT, RELATIONS} <= parts.keys():
        return ""
    root = read_xml(parts[DOCUMENT], DOCUMENT)
    edges = set(edges_of(read_xml(parts[RELATIONS], RELATIONS)).values())
    if not edges <= parts.keys():
        return ""
    roots = [root, *(read_xml(parts[name], name) for name in sorted(edges))]
    if not _is_one_section(root) or any(map(_reaches_out, roots)) or _counts(roots, parts.get(_STYLES, b""), parts.get(_NUMBERING, b"")):
        return ""
    found = hashlib.sha256(_frame(root))
    for name in sorted(parts):
        own = name == DOCUMENT or name in edges or name.startswith("docProps/")
        found.update(f"{name}\n{'' if own else hashlib.sha256(parts[name]).hexdigest()}\n".encode())
    return found.hexdigest()


def _is_one_section(root: Any) -> bool:
    last = root.find(f"{W}body/{W}sectPr")
    return last is not None and len(list(root.iter(f"{W}sectPr"))) == 1 and all(last.find(W + name) is not None for name in ("pgSz", "pgMar"))


def _reaches_out(root: Any) -> bool:
    """Whether something in it is numbered through the file, is kept elsewhere in it, or names a place of it."""
    codes = [one.text or "" for one in root.iter(f"{W}instrText")] + [one.get(f"{W}instr", "") for one in root.iter(f"{W}fldSimple")]
    if any(set(code.split()[:1]) - _FIELDS or not code.strip() for code in codes):
        return True
    return next(root.iter(*_ALONE), None) is not None or any(_MARKS.fullmatch(one.get(f"{W}name", "")) for one in root.iter(f"{W}bookmarkStart"))


def _counts(roots: list[Any], styles: bytes, numbering: bytes) -> bool:
    """Whether a list in it is numbered: it would go on from the document before."""
    plain, numbered = _lists(styles, numbering)
    used = {one.get(_VALUE) for root in roots for one in root.iter(f"{W}pStyle", f"{W}tblStyle")} | {""}
    return bool(used & numbered) or any(one.get(_VALUE) not in plain for root in roots for one in root.iter(f"{W}numId"))


@lru_cache(maxsize=16)
def _lists(styles: bytes, numbering: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """The lists that have bullets on every level, and the styles that number ("" for one that holds where none is named)."""
    plain = {"0"}
    if numbering:
        root = read_xml(numbering, _NUMBERING)
        kinds = {one.get(f"{W}abstractNumId"): {kind.get(_VALUE) for kind in one.iter(f"{W}numFmt")} for one in root.iter(f"{W}abstractNum")}
        for one in root.iter(f"{W}num"):
            of = one.find(f"{W}abstractNumId")
            kind = kinds.get(of.get(_VALUE)) if of is not None else None
            if kind and kind <= {"bullet", "none"} and one.find(f"{W}lvlOverride") is None:
                plain.add(one.get(f"{W}numId"))
    every = list(read_xml(styles, _STYLES).iter(f"{W}style")) if styles else []
    numbered = {one.get(f"{W}styleId") for one in every if any(number.get(_VALUE) not in plain for number in one.iter(f"{W}numId"))}
    for _ in every:
        numbered |= {one.get(f"{W}styleId") for one in every if any(parent.get(_VALUE) in numbered for parent in one.iter(f"{W}basedOn"))}
    defaults = {one.get(f"{W}styleId") for one in every if one.get(f"{W}default") in ("1", "true", "on")}
    return frozenset(plain), frozenset(numbered | ({""} if numbered & defaults else set()))


def _frame(root: Any) -> bytes:
    """The document without its words: its page and which headers and footers it has. Empties `root`."""
    body = root.find(f"{W}body")
    for one in list(body):
        if one.tag != f"{W}sectPr":
            body.remove(one)
    return etree.tostring(root)

"""What the parts of a template may be and name: kinds of member that a check reads, relations that lead where their kind says, links used as links only.

A program that prints does not look at the kind a relation claims, so what uses a relation is held against it too.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from portal.word.findings import Finding, Place
from portal.word.package import CONTENT_TYPES, Package
from portal.word.wordxml import W, filled_parts

MAIN, HYPERLINK = "word/document.xml", "hyperlink"
_TOP = "_rels/.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_REACHING = (f"{{{OFFICE}}}", "{http://purl.oclc.org/ooxml/officeDocument/relationships}")
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_LINK_USERS = frozenset((W + "hyperlink", _DRAWING + "hlinkClick", _DRAWING + "hlinkHover"))
_EDGES = {W + "headerReference": "header", W + "footerReference": "footer"}
_FILLED_KINDS = frozenset(("officedocument", "header", "footer", "footnotes", "endnotes"))
_NOT_XML_KINDS = frozenset(("image", "hdphoto", "font", "thumbnail", "hyperlink"))
_DOCUMENTS = {W + "altChunk": "another document", W + "subDoc": "another document", W + "control": "an embedded object"}
_VML = ("{urn:schemas-microsoft-com:vml}", "{urn:schemas-microsoft-com:office:office}")
_SAFE_LINK = re.compile(r"(?i)^(#|(https?|mailto|tel):)")

_XML_ENDINGS = (".xml", ".rels", ".vml")
_PICTURES = {
    "png": (b"\x89PNG",), "jpg": (b"\xff\xd8\xff",), "gif": (b"GIF8",), "bmp": (b"BM",), "tif": (b"II*\0", b"MM\0*"),
    "emf": (b"\x01\0\0\0",), "wmf": (b"\xd7\xcd\xc6\x9a", b"\x01\0\x09\0", b"\x02\0\x09\0"), "wdp": (b"II\xbc",),
}  # fmt: skip
_PICTURE_ENDINGS = ("png", "jpeg", "jpg", "jpe", "jfif", "gif", "bmp", "tif", "tiff", "emf", "wmf", "wdp")
_STARTS = tuple(start for starts in _PICTURES.values() for start in starts)
_FONT_ENDINGS = ("odttf", "ttf", "otf")


def safe_link(target: str) -> bool:
    """Whether an address is one that somebody may be led to by a click."""
    return bool(_SAFE_LINK.match(target))


def is_external(link: Any) -> bool:
    """Whether a relation leads out of the file."""
    return link.get("TargetMode", "Internal").lower() != "internal"


def kind_of(link: Any) -> str:
    """The last word of a relation's type."""
    return link.get("Type", "").rsplit("/", 1)[-1]


def findings(package: Package, roots: dict[str, Any]) -> Iterator[Finding]:
    """Parts that no check reads, relations to such, and links that something else than a link would follow."""
    filled = {name for name in filled_parts(roots[CONTENT_TYPES]) if name in roots}
    yield from _members(package, roots[CONTENT_TYPES])
    yield from _main(roots, filled)
    by_lower = {name.lower(): name for name in roots}
    for name, root in roots.items():
        if name.endswith(".rels"):
            source = posixpath.join(posixpath.dirname(posixpath.dirname(name)), posixpath.basename(name).removesuffix(".rels"))
            yield from _targets(name, root, roots, filled)
            if source.lower() in by_lower:
                used_in = by_lower[source.lower()]
                yield from _uses(used_in, roots[used_in], list(root.iter("{*}Relationship")))
        elif name != CONTENT_TYPES:
            yield from _reaching_elements(name, root)


def _unseen(message: str, where: str, around: str = "") -> Finding:
    return Finding("unseen_part", message, Place(where, around=around[:60]))


def _members(package: Package, types: Any) -> Iterator[Finding]:
    """Every member is XML that is read, a picture, or lettering; and the list of contents says the same."""
    defaults = [(f".{entry.get('Extension', '').lower()}", entry.get("ContentType", "")) for entry in types.iter("{*}Default")]
    overrides = [(entry.get("PartName", "").lstrip("/").lower(), entry.get("ContentType", "")) for entry in types.iter("{*}Override")]
    for name, member in package.members.items():
        ending = posixpath.basename(name).rpartition(".")[2].lower()
        own = [kind for part, kind in overrides if part == name.lower()] or [kind for end, kind in defaults if name.lower().endswith(end)]
        says_xml = [kind.lower().endswith(("/xml", "+xml")) for kind in own]
        if name.endswith(_XML_ENDINGS):
            if name != CONTENT_TYPES and not name.endswith(".vml") and not (says_xml and all(says_xml)):
                yield _unseen("the list of contents does not call this part XML: save the file again in Word", name)
        elif ending in _PICTURE_ENDINGS:
            if any(says_xml) or not member.content.startswith(_STARTS):
                yield _unseen("this is no picture of the kind its name says: put the picture in again as PNG or JPEG", name)
        elif ending not in _FONT_ENDINGS or any(says_xml):
            yield _unseen("a template holds text, pictures (PNG, JPEG, GIF, BMP, TIFF, EMF, WMF) and fonts only, and this part is none of them: take it out in Word", name)


def _main(roots: dict[str, Any], filled: set[str]) -> Iterator[Finding]:
    """The document that is printed is the one that is checked."""
    top = roots.get(_TOP)
    links = [] if top is None else [link for link in top.iter("{*}Relationship") if kind_of(link).lower() == "officedocument"]
    told = [(link.get("Type"), link.get("Target", "").removeprefix("/"), is_external(link)) for link in links]
    if told != [(f"{OFFICE}/officeDocument", MAIN, False)]:
        yield _unseen("the file does not name word/document.xml, and only that, as its document: save it again in Word as “Word Document (*.docx)”", _TOP, "; ".join(target for _, target, _ in told))
    for name in sorted(part for part, label in filled_parts(roots[CONTENT_TYPES]).items() if label == "body" and part != MAIN):
        yield _unseen("the file holds a second document: save it again in Word as “Word Document (*.docx)”", name)
    if MAIN not in filled:
        yield _unseen("the list of contents does not call this part a Word document: save the file as “Word Document (*.docx)”", MAIN)


def _targets(name: str, root: Any, roots: dict[str, Any], filled: set[str]) -> Iterator[Finding]:
    folder = posixpath.dirname(posixpath.dirname(name))
    for link in root.iter("{*}Relationship"):
        kind, target = kind_of(link).lower(), link.get("Target", "")
        if is_external(link):
            continue
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if kind in _FILLED_KINDS and path not in filled:
            yield _unseen(f"the document takes its {kind} from a part that nobody checks or fills in: save it again in Word", name, target)
        elif kind not in _NOT_XML_KINDS and path not in roots:
            yield _unseen(f"the document takes something ({kind}) from a part that is not XML or is not there: save it again in Word", name, target)


def _uses(name: str, root: Any, links: list[Any]) -> Iterator[Finding]:
    """What names a relation, held against what the relation is."""
    outside = {link.get("Id"): link.get("Target", "") for link in links if is_external(link) and kind_of(link) == HYPERLINK}
    kinds: dict[str, set[str]] = {}
    for link in links:
        kinds.setdefault(link.get("Id", ""), set()).add(kind_of(link))
    for element in root.iter(etree.Element):
        for key, value in element.attrib.items():
            if not (key.startswith(_REACHING) or key.endswith("}relid")):
                continue
            if value in outside and not (element.tag in _LINK_USERS and key == f"{{{OFFICE}}}id"):
                what = etree.QName(element).localname
                yield Finding("external", f"the document fetches something from elsewhere ({what}): put it into the file", Place(name, around=outside[value][:60]))
            if element.tag in _EDGES and kinds.get(value, set()) - {_EDGES[element.tag]}:
                yield _unseen(f"a {_EDGES[element.tag]} is taken from a part that is none: save the file again in Word", name, value)


def _reaching_elements(name: str, root: Any) -> Iterator[Finding]:
    """Elements that bring in another document or a picture by its address, without a relation or whatever it says."""
    for element in root.iter(etree.Element):
        local = etree.QName(element).localname
        if element.tag in _DOCUMENTS or local == "OLEObject":
            yield Finding("active_content", f"the document embeds {_DOCUMENTS.get(element.tag, 'an embedded object')}, which is not allowed", Place(name, around=local))
        elif element.tag.startswith(_VML):
            for key, value in element.attrib.items():
                attribute = key.rpartition("}")[2].lower()
                if attribute in ("src", "althref") and value or attribute == "href" and (local in ("imagedata", "fill", "stroke", "image") or not safe_link(value)):
                    yield Finding("external", f"the document fetches something from elsewhere ({local}): put it into the file", Place(name, around=value[:60]))

"""What a template must not bring along: macros, embedded objects, links to elsewhere, document types, tags where none is filled in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from portal.word import relations
from portal.word.findings import Finding, Place
from portal.word.package import CONTENT_TYPES, Package
from portal.word.relations import HYPERLINK, is_external, kind_of, safe_link
from portal.word.tags import reaching_codes
from portal.word.wordxml import WORD, filled_parts, read_xml

_TAG = re.compile(r"\{[\{%#].*?[\}%#]\}", re.DOTALL)
_ACTIVE = re.compile(r"(?i)macroenabled|vbaproject|activex|oleobject|application/vnd\.ms-office\.(?!word)|msword\.document\.macro")
_ACTIVE_MEMBER = re.compile(r"(?i)(^|/)(vbaproject\.bin|vbadata\.xml|embeddings/|activex/)|\.(exe|dll|js|vbs|bat|cmd|scr|lnk|bin)$")
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}*"
_EMBEDDED = {"oleObject": "an embedded object", "package": "an embedded file", "aFChunk": "another document", "subDocument": "another document"}


def read_members(package: Package) -> dict[str, Any]:
    """The roots of all XML members by name. Raises TemplateRefused for broken XML or a DTD."""
    return {name: read_xml(member.content, name) for name, member in package.members.items() if name.endswith((".xml", ".rels", ".vml"))}


def findings(package: Package, roots: dict[str, Any]) -> Iterator[Finding]:
    """Everything a template must not bring along, each with the member it stands in."""
    yield from _active(package, roots)
    for name, root in roots.items():
        if name.endswith(".rels"):
            yield from _links(name, root)
    yield from (finding for finding in relations.findings(package, roots) if not _ACTIVE_MEMBER.search(finding.place.part))
    yield from _wrong_dialect(roots)
    yield from _unfilled(roots)


def _active(package: Package, roots: dict[str, Any]) -> Iterator[Finding]:
    for name in package.members:
        if _ACTIVE_MEMBER.search(name):
            yield Finding("active_content", "macros, embedded objects and programs are not allowed: remove it in Word and save as .docx", Place(name))
    for entry in roots[CONTENT_TYPES].iter("{*}Override", "{*}Default"):
        if _ACTIVE.search(entry.get("ContentType", "")):
            yield Finding("active_content", f"the file says it holds {entry.get('ContentType')}: save it as a plain .docx", Place(CONTENT_TYPES))


def _links(name: str, root: Any) -> Iterator[Finding]:
    folder = posixpath.dirname(posixpath.dirname(name))
    for link in root.iter("{*}Relationship"):
        kind = kind_of(link)
        target = link.get("Target", "")
        if kind in _EMBEDDED:
            yield Finding("active_content", f"the document embeds {_EMBEDDED[kind]}, which is not allowed", Place(name, around=target[:60]))
        if "{{" in target or "{%" in target or "%7B%7B" in target.upper():
            yield Finding("tag_in_link", "a tag stands in the address of a link, where nothing is filled in, so that no answer can change where a link leads: take the link away and print the address as words, {{ like_this }}; who reads it on a screen can copy it", Place(name, around=target[:60]))
        if is_external(link):
            if kind != HYPERLINK:
                yield Finding("external", f"the document fetches something from elsewhere ({kind}): put it into the file", Place(name, around=target[:60]))
            elif not safe_link(target):
                yield Finding("external", "a link may only lead to http, https, mailto or tel", Place(name, around=target[:60]))
        elif posixpath.normpath(posixpath.join("/", folder, target)).startswith("/..") or "\\" in target or posixpath.normpath(posixpath.join(folder, target.lstrip("/") if target.startswith("/") else target)).startswith(".."):
            yield Finding("bad_name", "a part's address leads out of the document", Place(name, around=target[:60]))


def _wrong_dialect(roots: dict[str, Any]) -> Iterator[Finding]:
    root = roots["word/document.xml"]
    if root.nsmap.get("w") != WORD or any(next(one.iter(_STRICT), None) is not None for one in roots.values()):
        yield Finding("dialect", "the file is not in Word's usual form (it may be Strict Open XML): save it as “Word Document (*.docx)”", Place("body"))
    for binding in root.iter("{*}dataBinding"):
        text = "".join(binding.getparent().getparent().itertext())
        if _TAG.search(text):
            place = Place("body", around=" ".join(text.split())[:60])
            yield Finding("bound_control", "a tag stands in a content control that Word fills by itself: remove the control", place)


def _unfilled(roots: dict[str, Any]) -> Iterator[Finding]:
    filled = filled_parts(roots[CONTENT_TYPES]).keys() | {"docProps/core.xml", CONTENT_TYPES}
    for name, root in roots.items():
        if name in filled or name.endswith(".rels"):
            continue
        for code in reaching_codes(root):
            yield Finding("reaching_field", "a field that fetches something from outside the document", Place(name, around=code[:60]))
        text = "".join(root.itertext()) + " ".join(value for element in root.iter("*") for value in element.attrib.values())
        if found := _TAG.search(text):
            place = Place(name, around=found[0][:60])
            yield Finding("unfilled_part", "a tag stands in a part that is not filled in (comments, charts, settings …): move it into the text", place)
    for name in ("word/comments.xml",):
        if name in roots and any(True for _ in roots[name].iter("{*}comment")):
            yield Finding("comments", "comments in the template would be in every document: delete them", Place("comments"), "warning")
    for kind in ("ins", "del", "moveFrom", "moveTo"):
        if next(roots["word/document.xml"].iter(f"{{{WORD}}}{kind}"), None) is not None:
            yield Finding("tracked_changes", "tracked changes would be in every document: accept or reject them", Place("body"), "warning")
            break

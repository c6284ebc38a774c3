"""Findings about a template, written into a copy of it as Word comments, each at its place. The template itself is not changed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

from lxml import etree

from portal.word.findings import Finding, Place
from portal.word.package import CONTENT_TYPES, Package, open_package
from portal.word.wordxml import WORD, P, Places, R, T, W, read_xml

AUTHOR = "Template check"
DOCUMENT, COMMENTS, RELATIONS = "word/document.xml", "word/comments.xml", "word/_rels/document.xml.rels"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_WHEN = (1980, 1, 1, 0, 0, 0)


def with_comments(file: bytes, findings: Iterable[Finding]) -> bytes:
    """A copy of the .docx with one comment for each finding. What stands outside the body is told at the beginning, with its place.

    Raises TemplateRefused for a file that cannot be opened at all.
    """
    package = open_package(file)
    body = read_xml(package.content(DOCUMENT), DOCUMENT)
    comments = read_xml(package.content(COMMENTS), COMMENTS) if COMMENTS in package else etree.Element(f"{W}comments", nsmap={"w": WORD})
    taken = [int(one.get(f"{W}id", "-1")) for one in comments]
    paragraphs = _by_place(body)
    first = next(iter(body.iter(P)), None)
    for number, finding in enumerate(findings, max(taken, default=-1) + 1):
        paragraph = paragraphs.get(_spot(finding.place))
        words = finding.message if paragraph is not None else str(finding)
        comments.append(_comment(number, f"{finding.level.capitalize()}: {words}"))
        if (target := paragraph if paragraph is not None else first) is not None:
            _mark(target, number)
    changed = {DOCUMENT: body, COMMENTS: comments} | _announced(package)
    return _written(package, changed)


def _by_place(body: Any) -> dict[Place, Any]:
    places = Places(body, "body")
    return {places.of(paragraph): paragraph for paragraph in reversed(list(body.iter(P)))}


def _spot(place: Place) -> Place:
    return Place(place.part, place.table, place.row, place.cell, place.paragraph)


def _comment(number: int, words: str) -> Any:
    made = etree.Element(f"{W}comment", {f"{W}id": str(number), f"{W}author": AUTHOR, f"{W}initials": "TC"})
    text = etree.SubElement(etree.SubElement(etree.SubElement(made, P), R), T)
    text.text = words
    return made


def _mark(paragraph: Any, number: int) -> None:
    """Put the whole paragraph under the comment."""
    start = 1 if len(paragraph) and paragraph[0].tag == f"{W}pPr" else 0
    paragraph.insert(start, etree.Element(f"{W}commentRangeStart", {f"{W}id": str(number)}))
    etree.SubElement(paragraph, f"{W}commentRangeEnd", {f"{W}id": str(number)})
    etree.SubElement(etree.SubElement(paragraph, R), f"{W}commentReference", {f"{W}id": str(number)})


def _announced(package: Package) -> dict[str, Any]:
    """The lists of parts that must name the comments, where the file had none."""
    if COMMENTS in package:
        return {}
    types = read_xml(package.content(CONTENT_TYPES), CONTENT_TYPES)
    etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{COMMENTS}", ContentType=_TYPE)
    relations = read_xml(package.content(RELATIONS), RELATIONS) if RELATIONS in package else etree.Element(f"{{{_RELATIONSHIPS}}}Relationships", nsmap={None: _RELATIONSHIPS})
    etree.SubElement(relations, f"{{{_RELATIONSHIPS}}}Relationship", Id="rIdTemplateCheck", Type=_RELATION, Target="comments.xml")
    return {CONTENT_TYPES: types, RELATIONS: relations}


def _written(package: Package, changed: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in dict.fromkeys([*package.members, *changed]):
            content = etree.tostring(changed[name], xml_declaration=True, encoding="UTF-8", standalone=True) if name in changed else package.content(name)
            archive.writestr(zipfile.ZipInfo(name, _WHEN), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()

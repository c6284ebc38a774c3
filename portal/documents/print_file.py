"""Many documents of one template as one PDF to print: merged, one section each with pages of its own, so that LibreOffice starts once.

Only documents that are alike in all but their words and their headers and footers are merged, so that nothing of one is printed in another:
`may_share`. Whatever else is printed by itself.

The merged file is only for LibreOffice and is thrown away. "Page 1 of 3" would count the pages of all documents, so fields that count
pages are turned into references to the page on which their own document ends.
"""

from __future__ import annotations

import copy
import io
import itertools
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from portal.documents import pdf, warm_office
from portal.documents.may_share import DOCUMENT, RELATIONS, edges_of, shared_by
from portal.errors import RuleBroken
from portal.word.package import CONTENT_TYPES
from portal.word.template import PROPERTIES
from portal.word.wordxml import P, W, read_xml

SECONDS_EACH = 2
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NAMED = re.compile(r'^\s*(\d+)\s+\[.*\]\s+"letter(\d+)"\s*$', re.MULTILINE)
_PAGES = re.compile(r"^Pages:\s+(\d+)", re.MULTILINE)


class CannotMerge(RuleBroken):
    """These documents do not go into one print file; the message says why."""


@dataclass(frozen=True)
class PrintFile:
    """One PDF of all, and the number of pages of each document, in their order."""

    content: bytes
    pages: tuple[int, ...]


def print_file(documents: Sequence[bytes]) -> PrintFile:
    """All documents, one after the other, each beginning on a new page numbered 1. Raises CannotMerge, pdf.PdfUnavailable.

    Those of one template and look are printed in one go; where there are several, their PDFs are put together in the order asked for.
    """
    batches = _alike(documents)
    if len(batches) <= 1:
        return _batch(documents)
    # Imported here because of the package under it, which only such printing needs.
    from portal.documents import pdf_parts

    if not pdf_parts.IS_AVAILABLE:
        raise CannotMerge("These documents have different templates or forms, and this server cannot put their PDFs together. Print them one by one")
    made = [_batch([documents[at] for at in batch]) for batch in batches]
    where: dict[int, tuple[int, int, int]] = {}
    for which, (batch, one) in enumerate(zip(batches, made, strict=True)):
        begins = itertools.accumulate(one.pages, initial=0)
        where |= {at: (which, begin, count) for at, begin, count in zip(batch, begins, one.pages, strict=False)}
    order = [where[at] for at in range(len(documents))]
    return PrintFile(pdf_parts.together([one.content for one in made], order, _title(len(documents))), tuple(count for _, _, count in order))


def _alike(documents: Sequence[bytes]) -> list[list[int]]:
    """The places of the documents that can be printed in one go, by what they share; one that shares nothing is by itself."""
    found: dict[str | int, list[int]] = {}
    for at, one in enumerate(documents):
        found.setdefault(shared_by(_open(one)) or at, []).append(at)
    return list(found.values())


def _batch(documents: Sequence[bytes]) -> PrintFile:
    if len(documents) == 1:
        alone = warm_office.to_pdf(documents[0])
        return PrintFile(alone, (_counted(_told(alone)[0]),))
    content = pdf.to_pdf(merged(documents), seconds=pdf.SECONDS + SECONDS_EACH * len(documents))
    return PrintFile(content, _pages_of_each(content, len(documents)))


def _title(count: int) -> str:
    return f"{count} documents to print"


def title_of(document: bytes) -> str:
    """What a document calls itself in its properties, or ''."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        if PROPERTIES not in archive.namelist():
            return ""
        return next((mark.text or "" for mark in read_xml(archive.read(PROPERTIES), PROPERTIES).iter("{*}title")), "")


def merged(documents: Sequence[bytes]) -> bytes:
    """One Word file for LibreOffice. Raises CannotMerge for documents of different templates, and for those that must be printed by themselves."""
    if not documents:
        raise CannotMerge("There is nothing to print")
    opened = [_open(one) for one in documents]
    shared = {shared_by(one) for one in opened}
    if "" in shared:
        raise CannotMerge("One of these documents can only be printed by itself. Print them one by one")
    if len(shared) > 1:
        raise CannotMerge("These documents were made with different versions of a template. Print them one by one")
    merger = _Merger(opened[0])
    for number, one in enumerate(opened, 1):
        merger.add(number, one, is_last=number == len(opened))
    merger.call(_title(len(opened)))
    return merger.written()


def _open(document: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@dataclass
class _Merger:
    """Takes documents one by one into the first one's frame. Headers and footers that are alike are kept once."""

    frame: dict[str, bytes]
    edges: dict[bytes, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = read_xml(self.frame[DOCUMENT], DOCUMENT)
        self.body = self.root.find(f"{W}body")
        self.body.clear()
        self.relations = read_xml(self.frame[RELATIONS], RELATIONS)
        self.types = read_xml(self.frame[CONTENT_TYPES], CONTENT_TYPES)
        self.targets = edges_of(self.relations)

    def add(self, number: int, parts: dict[str, bytes], *, is_last: bool) -> None:
        """One more document."""
        content = read_xml(parts[DOCUMENT], DOCUMENT).find(f"{W}body")
        section = content.find(f"{W}sectPr")
        content.remove(section)
        for one in section:
            if one.get(_LINK) in self.targets:
                one.set(_LINK, self._edge(self.targets[one.get(_LINK)], parts, number))
        self._begin_anew(section)
        _count_own_pages(content, number)
        _name(content, number)
        if not is_last:
            last = content[-1] if len(content) and content[-1].tag == P else etree.SubElement(content, P)
            properties = last.find(f"{W}pPr")
            if properties is None:
                properties = etree.Element(f"{W}pPr")
                last.insert(0, properties)
            properties.append(section)
        self.body.extend(list(content))
        if is_last:
            self.body.append(section)

    def _begin_anew(self, section: Any) -> None:
        for name in ("type", "pgNumType"):
            for old in section.findall(f"{W}{name}"):
                section.remove(old)
        size = section.find(f"{W}pgSz")
        size.addprevious(etree.Element(f"{W}type", {f"{W}val": "nextPage"}))
        section.find(f"{W}pgMar").addnext(etree.Element(f"{W}pgNumType", {f"{W}start": "1"}))

    def _edge(self, name: str, parts: dict[str, bytes], number: int) -> str:
        """The id of a header or footer as this document has it."""
        root = read_xml(parts[name], name)
        _count_own_pages(root, number)
        content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        key = name.encode() + content
        if key not in self.edges:
            mine = self.edges[key] = f"rIdEdge{len(self.edges) + 1}"
            new = name.replace(".xml", f"-{mine}.xml")
            self.frame[new] = content
            links = "word/_rels/{}.rels"
            old_links = links.format(name.removeprefix("word/"))
            if old_links in parts:
                self.frame[links.format(new.removeprefix("word/"))] = parts[old_links]
            self._announce(name, new, mine)
        return self.edges[key]

    def _announce(self, like: str, new: str, mine: str) -> None:
        for one in list(self.types):
            if one.get("PartName") == f"/{like}":
                twin = copy.deepcopy(one)
                twin.set("PartName", f"/{new}")
                self.types.append(twin)
        for one in list(self.relations):
            if f"word/{one.get('Target')}" == like:
                twin = copy.deepcopy(one)
                twin.set("Id", mine)
                twin.set("Target", new.removeprefix("word/"))
                self.relations.append(twin)

    def call(self, title: str) -> None:
        """The title of all, instead of the first one's."""
        if PROPERTIES in self.frame:
            root = read_xml(self.frame[PROPERTIES], PROPERTIES)
            for mark in root.iter("{*}title"):
                mark.text = title
            self.frame[PROPERTIES] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def written(self) -> bytes:
        """The merged file."""
        changed = {DOCUMENT: self.root, RELATIONS: self.relations, CONTENT_TYPES: self.types}
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in self.frame.items():
                archive.writestr(name, etree.tostring(changed[name], xml_declaration=True, encoding="UTF-8", standalone=True) if name in changed else content)
        return out.getvalue()


def _name(content: Any, number: int) -> None:
    """Mark where a document begins and ends; the PDF knows the first mark as a named place, its fields the second as their last page."""
    every = list(content.iter(P)) or [etree.SubElement(content, P)]
    at = 1 if len(every[0]) and every[0][0].tag == f"{W}pPr" else 0
    _bookmark(every[0], at, f"letter{number}", 2 * number)
    _bookmark(every[-1], len(every[-1]), f"end{number}", 2 * number + 1)


def _bookmark(paragraph: Any, at: int, name: str, number: int) -> None:
    mark = {f"{W}id": str(100_000 + number)}
    paragraph.insert(at, etree.Element(f"{W}bookmarkStart", {**mark, f"{W}name": name}))
    paragraph.insert(at + 1, etree.Element(f"{W}bookmarkEnd", mark))


def _count_own_pages(root: Any, number: int) -> None:
    """Let fields that count all pages tell the number of this document's last one."""
    for field_code in root.iter(f"{W}instrText"):
        if "NUMPAGES" in (field_code.text or ""):
            field_code.text = f" PAGEREF end{number} "
    for simple in root.iter(f"{W}fldSimple"):
        if "NUMPAGES" in simple.get(f"{W}instr", ""):
            simple.set(f"{W}instr", f" PAGEREF end{number} ")


def _told(content: bytes) -> list[str]:
    """What poppler says of a PDF, and of its named places. Raises CannotMerge."""
    with tempfile.TemporaryDirectory(prefix="portal-print-") as folder:
        path = Path(folder, "all.pdf")
        path.write_bytes(content)
        try:
            return [subprocess.run(["pdfinfo", *more, str(path)], capture_output=True, text=True, timeout=60, check=True).stdout for more in ((), ("-dests",))]
        except (OSError, subprocess.SubprocessError) as error:
            raise CannotMerge("The pages cannot be counted on this server: poppler is not installed, or it failed") from error


def _counted(told: str) -> int:
    return int(found[1]) if (found := _PAGES.search(told)) else 0


def _pages_of_each(content: bytes, count: int) -> tuple[int, ...]:
    """Where each document begins, from the named places of the PDF. Raises CannotMerge when one is missing."""
    told = _told(content)
    total = _counted(told[0])
    begins = {int(number): int(page) for page, number in _NAMED.findall(told[1])}
    if sorted(begins) != list(range(1, count + 1)):
        raise CannotMerge("The print file is not whole: a document is missing in it. Print them one by one")
    ends = [*(begins[number] for number in range(2, count + 1)), total + 1]
    return tuple(end - begins[number] for number, end in enumerate(ends, 1))

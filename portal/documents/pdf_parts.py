"""Taking tagged PDFs apart and together by whole documents: pages, their tags and headings, and nothing of anybody else's. pypdf reads and writes.

Tags are a tree beside the pages. A tool that copies pages alone loses it, one that copies it whole takes every other letter's words along. Here the
part of the tree that belongs to the chosen pages is written anew. A part keeps the bookmarks of its headings, a file of many has one for each. Links inside a document ("page 1 of 3" is one) are left out, links to addresses stay.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.errors import RuleBroken

try:
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError
    from pypdf.generic import (
        ArrayObject,
        BooleanObject,
        DictionaryObject,
        Fit,
        IndirectObject,
        NameObject,
        NullObject,
        NumberObject,
        TextStringObject,
    )

    IS_AVAILABLE = True
except ImportError:
    IS_AVAILABLE = False
"""Whether PDFs can be taken apart here."""

_KEPT = ("/A", "/Alt", "/ActualText", "/E", "/Lang", "/T")


class PartsUnavailable(RuleBroken):
    """PDFs cannot be taken apart here, or this one is not what it should be."""


def parts(content: bytes, pages: Sequence[int], titles: Sequence[str]) -> Iterator[bytes]:
    """Each document of a PDF as a tagged PDF of its own: `pages` are their numbers of pages, in order, `titles` their titles. Raises PartsUnavailable."""
    whole = _opened(content)
    if sum(pages) != len(whole.reader.pages):
        raise PartsUnavailable(f"The print file has {len(whole.reader.pages)} pages and should have {sum(pages)}")
    for begin, count, title in zip(itertools.accumulate(pages, initial=0), pages, titles, strict=False):
        yield _written([_Piece(whole, begin, count)], title)


def together(contents: Sequence[bytes], order: Sequence[tuple[int, int, int]], title: str) -> bytes:
    """One tagged PDF of documents out of several: each as (which of `contents`, its first page from 0, its number of pages). Raises PartsUnavailable."""
    opened = [_opened(content) for content in contents]
    return _written([_Piece(opened[which], begin, count) for which, begin, count in order], title)


def with_bookmarks(content: bytes, pages: Sequence[int], names: Sequence[str]) -> bytes:
    """The same PDF with one bookmark for each of its documents, instead of those of their headings. Raises PartsUnavailable.

    They are appended, so that a file of a thousand pages need not be written anew. One that keeps its list of objects in the newer way stays as it is.
    """
    reader = _opened(content).reader
    before = int(content[content.rindex(b"startxref") + 9 :].split(None, 1)[0])
    if not content[before:].startswith(b"xref"):
        return content
    top, first = reader.trailer.raw_get("/Root"), int(reader.trailer["/Size"])
    places = [reader.pages[begin].indirect_reference for begin in itertools.accumulate(pages[:-1], initial=0)]
    at = [IndirectObject(number, 0, reader) for number in range(first, first + len(names) + 1)]
    outline = DictionaryObject({NameObject("/Type"): NameObject("/Outlines"), NameObject("/First"): at[1], NameObject("/Last"): at[-1], NameObject("/Count"): NumberObject(len(names))})
    changed = {top.idnum: DictionaryObject({**reader.root_object, NameObject("/Outlines"): at[0]}), first: outline}
    for place, (page, name) in enumerate(zip(places, names, strict=True), 1):
        item = {"/Title": TextStringObject(name), "/Parent": at[0], "/Dest": ArrayObject([page, NameObject("/Fit")])}
        item |= {"/Prev": at[place - 1]} if place > 1 else {}
        item |= {"/Next": at[place + 1]} if place < len(names) else {}
        changed[first + place] = DictionaryObject({NameObject(key): value for key, value in item.items()})
    return _appended(content, changed, reader.trailer, before)


def _appended(content: bytes, changed: Mapping[int, Any], trailer: Any, before: int) -> bytes:
    """A PDF with objects that are new or take the place of others, written behind it as the format foresees; `before` is where its last list of objects stands."""
    out = io.BytesIO()
    out.write(content)
    lines = []
    for number, value in sorted(changed.items()):
        lines.append(f"{number} 1\n{out.tell() + 1:010d} 00000 n \n")
        out.write(f"\n{number} 0 obj\n".encode())
        value.write_to_stream(out)
        out.write(b"\nendobj")
    begins = out.tell() + 1
    out.write(f"\nxref\n{''.join(lines)}trailer\n".encode())
    kept = {NameObject(key): trailer.raw_get(key) for key in ("/Root", "/Info", "/ID") if key in trailer}
    DictionaryObject({**kept, NameObject("/Size"): NumberObject(max(changed) + 1), NameObject("/Prev"): NumberObject(before)}).write_to_stream(out)
    out.write(f"\nstartxref\n{begins}\n%%EOF\n".encode())
    return out.getvalue()


def _opened(content: bytes) -> _Whole:
    if not IS_AVAILABLE:
        raise PartsUnavailable("PDFs cannot be taken apart on this server: the package pypdf is not installed")
    try:
        reader = PdfReader(io.BytesIO(content))
        if "/StructTreeRoot" not in reader.root_object:
            raise PartsUnavailable("This PDF has no tags")
        return _Whole(reader)
    except PyPdfError as error:
        raise PartsUnavailable("This PDF cannot be read") from error


@dataclass
class _Whole:
    """A PDF being read: the place of each page by its number in the file, and by page the top of the tags and the bookmarks of headings with their level."""

    reader: Any
    places: dict[int, int] = field(init=False)
    tags: dict[int, list[Any]] = field(init=False)
    headings: dict[int, list[tuple[int, Any]]] = field(init=False)

    def __post_init__(self) -> None:
        self.places = {page.indirect_reference.idnum: place for place, page in enumerate(self.reader.pages)}
        self.tags = {}
        for element in self._top():
            self.tags.setdefault(self.place_of(element), []).append(element)
        self.headings = {}
        for level, heading in _levels(self.reader.outline):
            if isinstance(heading.page, IndirectObject):
                self.headings.setdefault(self.places.get(heading.page.idnum, -1), []).append((level, heading))

    def _top(self) -> Iterator[Any]:
        """What stands below the one element that is the document."""
        for kid in _kids(self.reader.root_object["/StructTreeRoot"]):
            yield from (one for one in map(_object, _kids(kid)) if isinstance(one, DictionaryObject) and "/S" in one)

    def place_of(self, element: Any) -> int:
        """The page on which an element begins, from 0; -1 for one that names none."""
        return self.places.get(element.raw_get("/Pg").idnum, -1) if "/Pg" in element else -1


@dataclass(frozen=True)
class _Piece:
    """Pages that follow each other in a PDF."""

    whole: _Whole
    begin: int
    count: int


def _written(pieces: Sequence[_Piece], title: str) -> bytes:
    writer = PdfWriter()
    tree = _Tree(writer)
    for piece in pieces:
        numbers = range(piece.begin, piece.begin + piece.count)
        pages = {number: tree.add_page(piece.whole.reader.pages[number]) for number in numbers}
        for number in numbers:
            for element in piece.whole.tags.get(number, ()):
                tree.add(element, piece.whole, pages)
        if len(pieces) == 1:
            _mark_headings(writer, piece, pages)
    root = pieces[0].whole.reader.root_object
    tree.finish(root["/StructTreeRoot"])
    catalogue = writer.root_object
    for name in ("/Lang", "/MarkInfo"):
        if name in root:
            catalogue[NameObject(name)] = root[name].clone(writer)
    catalogue[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    writer.add_metadata({"/Title": title})
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _mark_headings(writer: Any, piece: _Piece, pages: Mapping[int, int]) -> None:
    """The bookmarks of the headings on these pages, below each other as the headings are."""
    above: list[tuple[int, Any]] = []
    for number, page in pages.items():
        for level, heading in piece.whole.headings.get(number, ()):
            while above and above[-1][0] >= level:
                above.pop()
            made = writer.add_outline_item(title=heading.title, page_number=page, parent=above[-1][1] if above else None, fit=Fit.xyz(heading.left, heading.top))
            above.append((level, made))


def _levels(outline: Sequence[Any], level: int = 0) -> Iterator[tuple[int, Any]]:
    for one in outline:
        if isinstance(one, list):
            yield from _levels(one, level + 1)
        else:
            yield level, one


class _Tree:
    """The tags of a PDF being written, and for each page which tag each of its marks belongs to."""

    def __init__(self, writer: Any) -> None:
        self.writer = writer
        self.kids: list[Any] = []
        self.marks: list[dict[int, Any]] = []
        self.references: list[Any] = []

    def add_page(self, page: Any) -> int:
        """Add a page without its links inside the document; its number among those written."""
        new = self.writer.add_page(page, excluded_keys=("/Annots", "/StructParents"))
        links = [one for one in map(_object, page.get("/Annots", ())) if "/URI" in one.get("/A", {})]
        if links:
            copies = [self.writer._add_object(DictionaryObject({name: one[name].clone(self.writer) for name in one if name not in ("/P", "/StructParent", "/Parent")})) for one in links]
            new[NameObject("/Annots")] = ArrayObject(copies)
        new[NameObject("/StructParents")] = NumberObject(len(self.marks))
        self.marks.append({})
        self.references.append(new.indirect_reference)
        return len(self.marks) - 1

    def add(self, element: Any, whole: _Whole, pages: dict[int, int]) -> None:
        """Add an element of the top with all below it that is on these pages."""
        made = self._copied(element, whole, pages)
        if made is not None:
            self.kids.append(made)

    def _copied(self, element: Any, whole: _Whole, pages: dict[int, int]) -> Any:
        """A new element, or None for one that holds nothing on these pages."""
        own = pages.get(whole.place_of(element))
        kids: list[Any] = []
        marks: list[tuple[int, int]] = []
        for kid in map(_object, _kids(element)):
            if isinstance(kid, DictionaryObject) and "/S" in kid:
                kids += [one] if (one := self._copied(kid, whole, pages)) is not None else []
                continue
            page = pages.get(whole.place_of(kid)) if isinstance(kid, DictionaryObject) and "/Pg" in kid else own
            mark = kid.get("/MCID") if isinstance(kid, DictionaryObject) else kid
            if page is not None and mark is not None:
                marks.append((page, int(mark)))
                kids.append(NumberObject(mark) if page == own else self._mark(page, mark))
        if not kids:
            return None
        new = DictionaryObject({NameObject("/Type"): NameObject("/StructElem"), NameObject("/S"): NameObject(element["/S"]), NameObject("/K"): ArrayObject(kids)})
        for name in _KEPT:
            if name in element:
                new[NameObject(name)] = element[name].clone(self.writer)
        if own is not None:
            new[NameObject("/Pg")] = self.references[own]
        reference = self.writer._add_object(new)
        _belong(kids, reference)
        for page, mark in marks:
            self.marks[page][mark] = reference
        return reference

    def _mark(self, page: int, mark: int) -> Any:
        return DictionaryObject({NameObject("/Type"): NameObject("/MCR"), NameObject("/Pg"): self.references[page], NameObject("/MCID"): NumberObject(mark)})

    def finish(self, like: Any) -> None:
        """Write the tree down."""
        document = DictionaryObject({NameObject("/Type"): NameObject("/StructElem"), NameObject("/S"): NameObject("/Document"), NameObject("/K"): ArrayObject(self.kids)})
        document_at = self.writer._add_object(document)
        _belong(self.kids, document_at)
        numbers = ArrayObject()
        for place, marks in enumerate(self.marks):
            numbers += [NumberObject(place), ArrayObject([marks.get(mark, NullObject()) for mark in range(max(marks, default=-1) + 1)])]
        root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot"), NameObject("/K"): ArrayObject([document_at])})
        root[NameObject("/ParentTree")] = self.writer._add_object(DictionaryObject({NameObject("/Nums"): numbers}))
        if "/RoleMap" in like:
            root[NameObject("/RoleMap")] = like["/RoleMap"].clone(self.writer)
        root_at = self.writer._add_object(root)
        document[NameObject("/P")] = root_at
        self.writer.root_object[NameObject("/StructTreeRoot")] = root_at


def _belong(kids: Sequence[Any], parent: Any) -> None:
    for kid in kids:
        found = _object(kid)
        if isinstance(found, DictionaryObject) and "/S" in found:
            found[NameObject("/P")] = parent


def _kids(element: Any) -> Sequence[Any]:
    found = _object(element).get("/K")
    found = _object(found)
    return [] if found is None else found if isinstance(found, ArrayObject) else [found]


def _object(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value

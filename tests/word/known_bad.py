"""Finished Word files that nobody must get: each with what our own checks call it, and whether openxml-audit sees it too. What Microsoft's SDK says of them is recorded."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from tests.word.word_files import OFFICE, SPACES, docx, p, table

_GRAPHIC = '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"/></a:graphic>'
PICTURE = '<w:p><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="1" cy="1"/><wp:docPr id="{id}" name="Logo"{more}/>' + _GRAPHIC + "</wp:inline></w:drawing></w:r></w:p>"
BOOKMARK = '<w:p><w:bookmarkStart w:id="{id}" w:name="{name}"/><w:bookmarkEnd w:id="{end}"/></w:p>'
GRID = '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="2000"/></w:tblGrid>{rows}</w:tbl><w:p/>'
CELL = "<w:tc><w:tcPr/>{inside}</w:tc>"
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


@dataclass(frozen=True)
class Bad:
    """A file and the code of the finding that it must get from our own check, if that looks for it; `is_audited` where openxml-audit finds it as well."""

    file: bytes
    code: str = ""
    is_audited: bool = True


def _without(file: bytes, *gone: str, cut: str = "") -> bytes:
    """The file without some members; the body cut off where `cut` begins."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            if name == "word/document.xml" and cut:
                content = content[: content.index(cut)] + "</w:body></w:document>"
            if name not in gone:
                new.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _twice(file: bytes) -> bytes:
    out = io.BytesIO(file)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("DOCPROPS/core.xml", "<a/>")
    return out.getvalue()


GOOD = docx(p("Good"))
_NOTES = {"word/footnotes.xml": f'<w:footnotes {SPACES}><w:footnote w:id="1"></w:footnote></w:footnotes>'}
_NOTES_TYPE = f'<Override PartName="/word/footnotes.xml" ContentType="{FOOTNOTES}"/>'
_NOTES_REL = f'<Relationship Id="rId30" Type="{OFFICE}/footnotes" Target="footnotes.xml"/>'

STRUCTURE: dict[str, Bad] = {
    "a cell without a paragraph": Bad(docx(GRID.format(rows=f"<w:tr>{CELL.format(inside='')}</w:tr>")), "no_paragraph"),
    "a cell that ends with a table": Bad(docx(GRID.format(rows=f"<w:tr>{CELL.format(inside=table(['x']))}</w:tr>")), "no_paragraph", is_audited=False),
    "a row without cells": Bad(docx(GRID.format(rows="<w:tr/>")), "no_cells"),
    "a table without rows": Bad(docx(GRID.format(rows="")), "no_rows", is_audited=False),
    "a table inside a text": Bad(docx("<w:p><w:r><w:t><w:tbl/></w:t></w:r></w:p>"), "not_text"),
    "a text outside a run": Bad(docx("<w:p><w:t>Lost</w:t></w:p>"), "loose_text"),
    "a paragraph inside a run": Bad(docx(f"<w:p><w:r>{p('x')}</w:r></w:p>"), "nested"),
    "two bookmarks of one id": Bad(docx(BOOKMARK.format(id=1, name="a", end=1) + BOOKMARK.format(id=1, name="b", end=1)), "same_id"),
    "two bookmarks of one name": Bad(docx(BOOKMARK.format(id=1, name="a", end=1) + BOOKMARK.format(id=2, name="a", end=2)), "same_id", is_audited=False),
    "a bookmark without an end": Bad(docx(BOOKMARK.format(id=1, name="a", end=9)), "open_bookmark", is_audited=False),
    "two drawings of one id": Bad(docx(PICTURE.format(id=1, more="") * 2), "same_id", is_audited=False),
    "two paragraphs of one paraId": Bad(docx('<w:p w14:paraId="1A2B3C4D"/>' * 2), "same_id", is_audited=False),
    "a letter that lost its end": Bad(_without(docx(p("Dear Ada") + p("The end")), cut="<w:sectPr"), "cut_off", is_audited=False),
    "a letter cut in the middle of its XML": Bad(docx("", more={"word/document.xml": f"<w:document {SPACES}><w:body>{p('Dear')}"}), "broken_xml"),
    "a header that is not there": Bad(_without(docx(p("x"), header=p("y")), "word/header1.xml"), "lost_part"),
    "a link that is not declared": Bad(docx('<w:p><w:hyperlink r:id="rId99"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>'), "lost_link"),
    "an empty header": Bad(docx(p("x"), more={"word/header1.xml": f"<w:hdr {SPACES}></w:hdr>"}, header=p("y")), "no_paragraph", is_audited=False),
    "an empty footnote": Bad(docx(p("x"), more=_NOTES, types=_NOTES_TYPE, rels=_NOTES_REL), "no_paragraph", is_audited=False),
    "no body": Bad(_without(docx(p("x")), "word/document.xml"), "damaged"),
    "two members of one name": Bad(_twice(docx(p("x"))), "duplicate_member", is_audited=False),
    "half a file": Bad(_without(docx(p("x")))[:600], "damaged"),
}

_NOTE = {"word/footnotes.xml": f'<w:footnotes {SPACES}><w:footnote w:id="1">{p("x")}</w:footnote></w:footnotes>'}
_CHOICE = '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="wps"/></mc:AlternateContent>'

SCHEMA: dict[str, Bad] = {
    "a size that is no number": Bad(docx('<w:p><w:r><w:rPr><w:sz w:val="big"/></w:rPr><w:t>x</w:t></w:r></w:p>'), is_audited=False),
    "a choice of a kind that is not declared": Bad(docx(f"<w:p><w:r>{_CHOICE}</w:r></w:p>"), is_audited=False),
    "two links of one id": Bad(docx(p("x"), rels=f'<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/>'), is_audited=False),
    "styles twice": Bad(docx(p("x"), rels=f'<Relationship Id="rId40" Type="{OFFICE}/styles" Target="styles.xml"/>'), is_audited=False),
    "a style that is not there": Bad(docx('<w:p><w:pPr><w:pStyle w:val="Nowhere"/></w:pPr></w:p>')),
    "a picture that is none": Bad(docx(p("x"), more={"word/media/a.png": b"x"})),
    "properties after the words": Bad(docx('<w:p><w:r><w:t>x</w:t></w:r><w:pPr><w:jc w:val="center"/></w:pPr></w:p>')),
    "properties in another order": Bad(docx('<w:p><w:r><w:rPr><w:sz w:val="20"/><w:b/></w:rPr><w:t>x</w:t></w:r></w:p>')),
    "an element that nobody knows": Bad(docx("<w:paragraph/>")),
    "a table without a grid": Bad(docx(f"<w:tbl><w:tblPr/><w:tr>{CELL.format(inside=p('x'))}</w:tr></w:tbl><w:p/>")),
    "a reference to no footnote": Bad(docx('<w:p><w:r><w:footnoteReference w:id="9"/></w:r></w:p>', more=_NOTE, types=_NOTES_TYPE, rels=_NOTES_REL)),
    "a header that is a style sheet": Bad(docx('<w:p><w:pPr><w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr></w:pPr></w:p>')),
}
"""Breaks of the schema, which our engine does not write and our own check does not look for: the two validators do."""

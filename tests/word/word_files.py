"""Word files for tests, made of raw XML so that they can be as wrong as a test needs, and the reading of finished ones."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from docx import Document

SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = f'<w:styles {SPACES}><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="24"/><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>'


def p(*runs: str) -> str:
    """A paragraph; each argument is a run of its own."""
    return "<w:p>" + "".join(f'<w:r><w:t xml:space="preserve">{escape(run)}</w:t></w:r>' for run in runs) + "</w:p>"


def table(*rows: list[str]) -> str:
    """A table; a cell is text or ready-made XML."""
    width = max(len(row) for row in rows)
    grid = "<w:tblGrid>" + '<w:gridCol w:w="2000"/>' * width + "</w:tblGrid>"
    made = "".join("<w:tr>" + "".join(f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>{cell if cell.startswith("<") else p(cell)}</w:tc>' for cell in row) + "</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/>{grid}{made}</w:tbl>"


def docx(body: str, *, header: str = "", footer: str = "", title: str = "A title", more: dict[str, str | bytes] | None = None, types: str = "", rels: str = "") -> bytes:
    """A whole file. `more` adds or replaces members, `types` and `rels` add entries to the lists of parts and relationships."""
    references = '<w:headerReference w:type="default" r:id="rId10"/>' if header else ""
    references += '<w:footerReference w:type="default" r:id="rId11"/>' if footer else ""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(bool(header), bool(footer), types),
        "_rels/.rels": _rels(
            f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
            '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        ),
        "docProps/core.xml": (
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
            f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>'
        ),
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}<w:sectPr>{references}</w:sectPr></w:body></w:document>",
        "word/styles.xml": STYLES,
        "word/_rels/document.xml.rels": _rels(
            f'<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/>'
            + (f'<Relationship Id="rId10" Type="{OFFICE}/header" Target="header1.xml"/>' if header else "")
            + (f'<Relationship Id="rId11" Type="{OFFICE}/footer" Target="footer1.xml"/>' if footer else "")
            + rels
        ),
    }
    if header:
        parts["word/header1.xml"] = f"<w:hdr {SPACES}>{header}</w:hdr>"
    if footer:
        parts["word/footer1.xml"] = f"<w:ftr {SPACES}>{footer}</w:ftr>"
    return zipped(parts | (more or {}))


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """These members as a ZIP file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _types(header: bool, footer: bool, more: str) -> str:
    parts = [("document", "document.main"), ("styles", "styles")] + [("header1", "header")] * header + [("footer1", "footer")] * footer
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="/word/{name}.xml" ContentType="{MAIN}.{kind}+xml"/>' for name, kind in parts)
        + '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        + f"{more}</Types>"
    )


def _rels(entries: str) -> str:
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{entries}</Relationships>'


def paragraphs(document: bytes) -> list[str]:
    """The texts of the body's own paragraphs."""
    return [paragraph.text for paragraph in Document(io.BytesIO(document)).paragraphs]


def cells(document: bytes, number: int = 0) -> list[list[str]]:
    """The texts of a table, row by row."""
    return [[cell.text for cell in row.cells] for row in Document(io.BytesIO(document)).tables[number].rows]


def member(document: bytes, name: str = "word/document.xml") -> str:
    """One member of a finished document."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return archive.read(name).decode()


def all_text(document: bytes) -> dict[str, list[str]]:
    """Every text of a document by place: paragraphs with their styles, cells, headers and footers; empty paragraphs left out."""
    word = Document(io.BytesIO(document))
    found: dict[str, list[str]] = {"body": [f"{one.style.name if one.style else ''}: {one.text}" for one in word.paragraphs if one.text.strip()], "cells": [], "edges": []}
    for one in word.tables:
        found["cells"] += ["\n".join(part.text for part in cell.paragraphs if part.text.strip()) for row in one.rows for cell in row.cells]
    for section in word.sections:
        for edge in (section.header, section.first_page_header, section.footer, section.first_page_footer):
            found["edges"] += [one.text for one in edge.paragraphs if one.text.strip()]
    return found


def text_box(content: str, *, fill: str = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>', body: str = "<a:noAutofit/>", before: str = "", style: str = "", older: str = 'fillcolor="white"') -> str:
    """A paragraph with words `before` a text box, written twice as Word does: with a fill of its own, and for older versions."""
    size = '<wp:extent cx="2160000" cy="720000"/>'
    shape = (
        f'<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2160000" cy="720000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill}'
        f'<a:ln w="6350"><a:solidFill><a:srgbClr val="BFBFBF"/></a:solidFill></a:ln></wps:spPr>{style}<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx><wps:bodyPr wrap="square">{body}</wps:bodyPr></wps:wsp>'
    )
    drawing = (
        f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">{size}<wp:docPr id="7" name="Box" descr="A box with words"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">{shape}</a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
    pict = f'<w:pict><v:shape id="box7" style="width:170pt;height:57pt" {older}><v:textbox style="mso-fit-text:f"><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict>'
    spaces = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    words = f'<w:r><w:t xml:space="preserve">{escape(before)}</w:t></w:r>' if before else ""
    return f'<w:p>{words}<w:r><mc:AlternateContent {spaces}><mc:Choice Requires="wps">{drawing}</mc:Choice><mc:Fallback>{pict}</mc:Fallback></mc:AlternateContent></w:r></w:p>'

"""Writes a small, clean Word file: real styles, British English, letterhead, page numbers. For maintainers; the portal never runs it.

A template made here is meant to be opened and changed in Word afterwards like any other.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw
from word_styles import CM, HEAD, Look, W, numbering, styles, theme

SPACES = (
    W
    + ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    + ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    + ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    + ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EMU = 360_000


@dataclass
class WordFile:
    """A document being written: paragraphs and tables one after another, then `save`."""

    title: str
    look: Look = field(default_factory=Look)
    subject: str = ""
    body: list[str] = field(default_factory=list)
    running_head: str = ""
    foot: str = ""
    letterhead: tuple[str, str] = ("", "")

    @property
    def width(self) -> int:
        """The width of the text in twentieths of a point."""
        return int((21.0 - self.look.left - self.look.right) * CM)

    def p(self, text: str, style: str = "") -> None:
        """A paragraph; `**words**` are bold."""
        self.body.append(paragraph(text, style))

    def h1(self, text: str) -> None:
        """A heading."""
        self.p(text, "Heading1")

    def h2(self, text: str) -> None:
        """A heading below it."""
        self.p(text, "Heading2")

    def bullet(self, text: str) -> None:
        """An item of a list."""
        self.p(text, "ListBullet")

    def facts(self, *pairs: tuple[str, str]) -> None:
        """Labels with their values beside them."""
        for label, value in pairs:
            self.body.append(fact(label, value))

    def when(self, condition: str, *lines: tuple[str, str]) -> None:
        """Paragraphs (text, style) that are printed when a condition holds."""
        self.p("{%p if " + condition + " %}")
        for text, style in lines:
            self.p(text, style)
        self.p("{%p endif %}")

    def answers(self, label: float, loop: str) -> None:
        """Questions with their answers beside them; `row.kind` tells a heading over the rows of a page, and an answer that takes the whole width below its question."""
        columns = [int(label * CM), self.width - int(label * CM)]
        rest = paragraph("", "TableText")
        made = [
            table_row(columns, [paragraph("Question", "TableHead"), paragraph("Answer", "TableHead")], header=True),
            *(table_row(columns, [paragraph("{%tr " + tag + " %}", "TableText"), rest]) for tag in (f"for {loop}", "if row.kind == ''")),
            table_row(columns, [paragraph("{{ row.label }}", "TableText"), paragraph("{{ row.text }}", "TableText")]),
            table_row(columns, [paragraph("{%tr elif row.kind == 'heading' %}", "TableText"), rest]),
            table_row([sum(columns)], [paragraph("{{ row.label }}", "TableGroup")], span=2),
            table_row(columns, [paragraph("{%tr else %}", "TableText"), rest]),
            table_row([sum(columns)], [paragraph("{{ row.label }}", "TableLabel") + paragraph("{{ row.text }}", "TableText")], span=2, may_split=True),
            *(table_row(columns, [paragraph("{%tr " + tag + " %}", "TableText"), rest]) for tag in ("endif", "endfor")),
        ]
        self._put_table(columns, made)

    def table(self, widths: list[float], head: list[str], rows: list[list[str]], *, loop: str = "", empty: str = "") -> None:
        """A table with a repeated header row. With `loop` the rows are printed for each item, and `empty` when there is none."""
        total = sum(widths)
        columns = [int(width / total * self.width) for width in widths]
        made = [table_row(columns, [paragraph(text, "TableHead") for text in head], header=True)]
        if loop:
            made.append(table_row(columns, [paragraph("{%tr for " + loop + " %}", "TableText"), *[paragraph("", "TableText")] * (len(columns) - 1)]))
        for row in rows:
            made.append(table_row(columns, ["".join(paragraph(part, "TableText") for part in cell.split("\n")) for cell in row]))
        if loop:
            if empty:
                made.append(table_row(columns, [paragraph("{%tr else %}", "TableText"), *[paragraph("", "TableText")] * (len(columns) - 1)]))
                made.append(table_row([sum(columns)], [paragraph(empty, "TableText")], span=len(columns)))
            made.append(table_row(columns, [paragraph("{%tr endfor %}", "TableText"), *[paragraph("", "TableText")] * (len(columns) - 1)]))
        self._put_table(columns, made)

    def _put_table(self, columns: list[int], rows: list[str]) -> None:
        grid = "".join(f'<w:gridCol w:w="{column}"/>' for column in columns)
        look = '<w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
        properties = f'<w:tblPr><w:tblStyle w:val="PortalTable"/><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{look}</w:tblPr>'
        self.body.append(f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>")
        self.body.append(paragraph("", "AfterTable"))

    def save(self) -> bytes:
        """The finished .docx."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._parts().items():
                archive.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
        return made.getvalue()

    def _parts(self) -> dict[str, str | bytes]:
        page = (
            '<w:headerReference w:type="first" r:id="rId10"/><w:headerReference w:type="default" r:id="rId11"/>'
            '<w:footerReference w:type="first" r:id="rId12"/><w:footerReference w:type="default" r:id="rId12"/>'
            '<w:pgSz w:w="11906" w:h="16838"/>'
            f'<w:pgMar w:top="1418" w:right="{int(self.look.right * CM)}" w:bottom="1247" w:left="{int(self.look.left * CM)}" w:header="680" w:footer="567" w:gutter="0"/>'
            "<w:titlePg/>"
        )
        document = f"{HEAD}<w:document {SPACES}><w:body>{''.join(self.body)}<w:sectPr>{page}</w:sectPr></w:body></w:document>"
        return {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": RELS,
            "docProps/app.xml": f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Microsoft Office Word</Application></Properties>',
            "docProps/core.xml": core_properties(self.title, self.subject),
            "word/document.xml": document,
            "word/_rels/document.xml.rels": DOCUMENT_RELS,
            "word/styles.xml": self._styles(),
            "word/settings.xml": SETTINGS,
            "word/fontTable.xml": FONTS,
            "word/numbering.xml": numbering(self.look),
            "word/theme/theme1.xml": theme(self.look),
            "word/header1.xml": self._letterhead(),
            "word/_rels/header1.xml.rels": HEADER_RELS,
            "word/header2.xml": f'{HEAD}<w:hdr {SPACES}>{paragraph(self.running_head, "Header")}</w:hdr>',
            "word/footer1.xml": self._footer(),
            "word/media/logo.png": logo(self.look.colour),
        }

    def _styles(self) -> str:
        return styles(self.look)

    def _letterhead(self) -> str:
        name, contact = self.letterhead
        picture = drawing("rId1", 1, 2.1, 1.6, "Early Help logo: a large and a small house side by side under one roof line")
        tab = f'<w:tab w:val="right" w:pos="{self.width}"/>'
        first = (
            f'<w:p><w:pPr><w:pStyle w:val="LetterheadName"/><w:tabs>{tab}</w:tabs></w:pPr><w:r>{picture}</w:r><w:r><w:tab/></w:r>{runs(name)}</w:p>'
        )
        return f'{HEAD}<w:hdr {SPACES}>{first}{paragraph(contact, "LetterheadContact")}</w:hdr>'

    def _footer(self) -> str:
        tab = f'<w:tab w:val="right" w:pos="{self.width}"/>'
        page = f"{runs('Page ')}{number('PAGE')}{runs(' of ')}{number('NUMPAGES')}"
        return (
            f'{HEAD}<w:ftr {SPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/><w:tabs>{tab}</w:tabs></w:pPr>{runs(self.foot)}<w:r><w:tab/></w:r>{page}</w:p></w:ftr>'
        )


def runs(text: str, bold: bool = False) -> str:
    """Text as runs; `**words**` are bold, a line break is `|`-free: write paragraphs instead."""
    made = []
    for position, piece in enumerate(re.split(r"\*\*", text)):
        if piece:
            strong = "<w:rPr><w:b/></w:rPr>" if bold or position % 2 else ""
            made.append(f'<w:r>{strong}<w:t xml:space="preserve">{escape(piece)}</w:t></w:r>')
    return "".join(made)


def paragraph(text: str, style: str = "") -> str:
    """A paragraph in a style."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{runs(text)}</w:p>"


def fact(label: str, value: str) -> str:
    """A label with its value hanging beside it."""
    return f'<w:p><w:pPr><w:pStyle w:val="Facts"/></w:pPr>{runs(label, bold=True)}<w:r><w:tab/></w:r>{runs(value)}</w:p>'


def number(field_name: str) -> str:
    """A field that Word counts: PAGE or NUMPAGES."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {field_name} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def table_row(columns: list[int], cells: list[str], *, header: bool = False, span: int = 0, may_split: bool = False) -> str:
    """One row; it is not split over pages unless it may be long."""
    marks = ("" if may_split else "<w:cantSplit/>") + ("<w:tblHeader/>" if header else "")
    properties = f"<w:trPr>{marks}</w:trPr>" if marks else ""
    spanned = f'<w:gridSpan w:val="{span}"/>' if span else ""
    made = "".join(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}</w:tcPr>{cell}</w:tc>' for width, cell in zip(columns, cells, strict=True))
    return f"<w:tr>{properties}{made}</w:tr>"


def drawing(relation: str, number_: int, width: float, height: float, words: str) -> str:
    """A picture in the line, sizes in centimetres, with its alternative text."""
    w, h = int(width * EMU), int(height * EMU)
    return (
        f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{w}" cy="{h}"/><wp:docPr id="{number_}" name="Logo" descr="{words}"/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number_}" name="logo.png" descr="{words}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{w}" cy="{h}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def logo(colour: str) -> bytes:
    """A made-up mark: a large and a small house under one roof line. Drawn large and made small, so that its edges are smooth."""
    scale, size = 4, (420, 320)
    picture = Image.new("RGBA", (size[0] * scale, size[1] * scale), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    dark = tuple(int(colour[at : at + 2], 16) for at in (0, 2, 4)) + (255,)
    light = tuple(int(part + (255 - part) * 0.45) for part in dark[:3]) + (255,)

    def house(left: int, top: int, width: int, height: int, fill: tuple[int, ...]) -> None:
        roof = int(height * 0.42)
        draw.polygon([(x * scale, y * scale) for x, y in ((left, top + roof), (left + width // 2, top), (left + width, top + roof))], fill=fill)
        draw.rectangle([(left + width * 0.1) * scale, (top + roof - 2) * scale, (left + width * 0.9) * scale, (top + height) * scale], fill=fill)

    house(10, 10, 250, 300, dark)
    house(215, 120, 195, 190, light)
    draw.ellipse([78 * scale, 168 * scale, 134 * scale, 224 * scale], fill=(255, 255, 255, 255))
    draw.rounded_rectangle([78 * scale, 236 * scale, 134 * scale, 330 * scale], 24 * scale, fill=(255, 255, 255, 255))
    draw.ellipse([152 * scale, 202 * scale, 192 * scale, 242 * scale], fill=(255, 255, 255, 255))
    draw.rounded_rectangle([152 * scale, 252 * scale, 192 * scale, 330 * scale], 18 * scale, fill=(255, 255, 255, 255))
    draw.rectangle([0, 310 * scale, size[0] * scale, size[1] * scale], fill=(255, 255, 255, 0))
    made = io.BytesIO()
    picture.resize(size, Image.Resampling.LANCZOS).save(made, "PNG", optimize=True)
    return made.getvalue()


def core_properties(title: str, subject: str) -> str:
    """The document's properties; the title may hold fields."""
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:subject>{escape(subject)}</dc:subject><dc:language>en-GB</dc:language></cp:coreProperties>"
    )


_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
CONTENT_TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_MAIN}.{kind}+xml"/>'
        for name, kind in (
            ("document", "document.main"), ("styles", "styles"), ("settings", "settings"), ("fontTable", "fontTable"), ("numbering", "numbering"),
            ("header1", "header"), ("header2", "header"), ("footer1", "footer"),
        )  # fmt: skip
    )
    + '<Override PartName="/word/theme/theme1.xml" ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    '<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>'
)
_REL = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELS = HEAD + _REL.format(
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/extended-properties" Target="docProps/app.xml"/>'
)
DOCUMENT_RELS = HEAD + _REL.format(
    "".join(
        f'<Relationship Id="rId{number_}" Type="{OFFICE}/{kind}" Target="{target}.xml"/>'
        for number_, kind, target in (
            (1, "styles", "styles"), (2, "settings", "settings"), (3, "fontTable", "fontTable"), (4, "numbering", "numbering"), (5, "theme", "theme/theme1"),
            (10, "header", "header1"), (11, "header", "header2"), (12, "footer", "footer1"),
        )  # fmt: skip
    )
)
HEADER_RELS = HEAD + _REL.format(f'<Relationship Id="rId1" Type="{OFFICE}/image" Target="media/logo.png"/>')
SETTINGS = (
    f'{HEAD}<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/><w:characterSpacingControl w:val="doNotCompress"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-GB"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
)
FONTS = (
    f'{HEAD}<w:fonts {W}><w:font w:name="Arial"><w:panose1 w:val="020B0604020202020204"/><w:charset w:val="00"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)

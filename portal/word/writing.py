"""Writing the body of a Word document from values: paragraphs, boxes to tick, lines to write on, tables. Its styles are those of the letterhead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from portal.word.values import in_text

CENTIMETRE = 567
"""In twentieths of a point, as Word counts."""

BOX = "\u2610"
TAB = "<w:r><w:tab/></w:r>"
_SYMBOLS = '<w:rFonts w:ascii="Segoe UI Symbol" w:hAnsi="Segoe UI Symbol" w:eastAsia="MS Gothic" w:cs="Segoe UI Symbol"/>'
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_SIDES = ("top", "left", "bottom", "right")


def run(text: str, *, bold: bool = False) -> str:
    """Words on a line."""
    if not text:
        return ""
    strong = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return f'<w:r>{strong}<w:t xml:space="preserve">{in_text(text)}</w:t></w:r>'


def box(after: str = "") -> str:
    """A box to tick, in a typeface that has one."""
    return f'<w:r><w:rPr>{_SYMBOLS}</w:rPr><w:t xml:space="preserve">{BOX}</w:t></w:r>{run(after)}'


def paragraph(content: str, style: str = "") -> str:
    """A paragraph of runs in a style."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{content}</w:p>"


def words(text: str, style: str = "") -> str:
    """A paragraph of plain words."""
    return paragraph(run(text), style)


def lines(count: int, label: str = "") -> str:
    """Lines to write on, the first after a label where there is one. The rule is the leader of a tab, which every word processor draws."""
    first = paragraph(f"{run(f'{label}: ') if label else ''}{TAB}", "PaperLine")
    return first + paragraph(TAB, "PaperLine") * (count - 1)


def markdown(text: str, style: str = "", bullet: str = "ListBullet", heading: str = "Label") -> str:
    """Text that a council wrote in Markdown: paragraphs, points, headings, bold words. Links print their address."""
    return "".join(_blocks(_MARKDOWN.parse(text), style, bullet, heading)) if text.strip() else ""


def _blocks(tokens: Sequence[Token], style: str, bullet: str, heading: str) -> Iterator[str]:
    inside: list[str] = []
    for token in tokens:
        if token.nesting == 1:
            inside.append(token.type)
        elif token.nesting == -1:
            inside.pop()
        elif token.type == "inline":
            chosen = heading if "heading_open" in inside else bullet if "list_item_open" in inside else style
            yield paragraph("".join(_spans(token.children or ())), chosen)


def _spans(tokens: Iterable[Token]) -> Iterator[str]:
    bold, link = False, ""
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            bold = token.nesting == 1
        elif token.type == "link_open":
            link = str(token.attrs.get("href", ""))
        elif token.type == "link_close":
            yield run(f" ({link.removeprefix('mailto:').removeprefix('tel:')})")
        elif token.type in ("softbreak", "hardbreak"):
            yield run(" ")
        else:
            yield run(token.content, bold=bold)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]) -> str:
    """A table with a repeated header row; widths in centimetres. A long row may run over a page, a short one does not."""
    columns = [round(width * CENTIMETRE) for width in widths]
    made = [_row(columns, [words(text, "TableHead") for text in head], "<w:cantSplit/><w:tblHeader/>")]
    for row in rows:
        is_short = sum(map(len, row)) < 600
        made.append(_row(columns, [words(text, "TableText") for text in row], "<w:cantSplit/>" if is_short else ""))
    look = '<w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'
    properties = f'<w:tblStyle w:val="PortalTable"/><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>{look}'
    return _table(properties, columns, made) + paragraph("", "AfterTable")


def figures(groups: Sequence[tuple[str, int]], label: str = "") -> str:
    """Boxes for one figure each, in groups after their labels, in one row."""
    columns: list[int] = []
    cells: list[str] = []
    for name, count in groups:
        columns.append(round((1.9 if name else 0.4) * CENTIMETRE))
        cells.append(_cell(columns[-1], words(name, "PaperFigures")))
        for _ in range(count):
            columns.append(round(0.8 * CENTIMETRE))
            cells.append(_cell(columns[-1], paragraph("", "PaperFigures"), "".join(f'<w:{side} w:val="single" w:sz="8" w:space="0" w:color="505A5F"/>' for side in _SIDES)))
    row = f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{round(0.9 * CENTIMETRE)}" w:hRule="atLeast"/></w:trPr>{"".join(cells)}</w:tr>'
    properties = f'<w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:tblInd w:w="{round(0.4 * CENTIMETRE)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
    return (words(label, "PaperHint") if label else "") + _table(properties, columns, [row]) + paragraph("", "AfterTable")


def _table(properties: str, columns: Sequence[int], rows: Sequence[str]) -> str:
    grid = "".join(f'<w:gridCol w:w="{column}"/>' for column in columns)
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _row(columns: Sequence[int], cells: Sequence[str], properties: str) -> str:
    made = "".join(_cell(width, cell) for width, cell in zip(columns, cells, strict=True))
    return f"<w:tr><w:trPr>{properties}</w:trPr>{made}</w:tr>"


def _cell(width: int, content: str, borders: str = "") -> str:
    around = f'<w:tcBorders>{borders}</w:tcBorders><w:vAlign w:val="center"/>' if borders else '<w:vAlign w:val="center"/>' if content == "" else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{around}</w:tcPr>{content}</w:tc>'

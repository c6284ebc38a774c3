"""Each thing that keeps somebody from reading a Word file is told, with its place; and what is right is not."""

from __future__ import annotations

import pytest

from portal.word.accessibility import findings
from portal.word.check import check
from tests.word.known_bad import PICTURE
from tests.word.word_files import MAIN, SPACES, STYLES, docx, p, table

TITLE = '<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>The title</w:t></w:r></w:p>'
MADE = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Our heading"/><w:basedOn w:val="Heading1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Small"><w:name w:val="Small"/><w:rPr><w:sz w:val="18"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Smaller"><w:name w:val="Smaller"/><w:basedOn w:val="Small"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Pale"><w:name w:val="Pale"/><w:rPr><w:color w:val="B0B0B0"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Points"><w:name w:val="List Bullet"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="character" w:styleId="Faint"><w:name w:val="Faint"/><w:rPr><w:color w:val="C0C0C0"/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="Dark"><w:name w:val="Dark"/><w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:fill="005A30"/></w:tcPr></w:tblStylePr></w:style>'
)
ALL = STYLES.replace("</w:styles>", MADE + "</w:styles>")


BLACK = '<w:color w:val="000000"/>'


def made(body: str, **more) -> bytes:
    return docx(TITLE + body, more={"word/styles.xml": ALL} | more.pop("more", {}), **more)


def styled(style: str, words: str, run: str = "", paragraph: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{paragraph}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{words}</w:t></w:r></w:p>'


def dark(words: str, run: str = "") -> str:
    row = '<w:tr><w:trPr><w:tblHeader{}/></w:trPr><w:tc><w:tcPr/>{}</w:tc></w:tr>'
    rows = row.format("", styled("Normal", words, run)) + row.format(' w:val="0"', p("Below"))
    return f'<w:tbl><w:tblPr><w:tblStyle w:val="Dark"/></w:tblPr><w:tblGrid><w:gridCol w:w="2000"/></w:tblGrid>{rows}</w:tbl>' + p("")


UNREADABLE: dict[str, tuple[bytes, str, str]] = {
    "no language": (made(p("x"), more={"word/styles.xml": ALL.replace("en-GB", "")}), "language", "not set"),
    "another language": (made(p("x"), more={"word/styles.xml": ALL.replace("en-GB", "en-US")}), "language", "en-US"),
    "no title": (made(p("x"), title=""), "title", "document properties"),
    "a level left out": (made(styled("Heading1", "One") + '<w:p><w:pPr><w:pStyle w:val="Heading3"/></w:pPr><w:r><w:t>Three</w:t></w:r></w:p>', more={"word/styles.xml": ALL.replace('"Heading2"><w:name w:val="heading 2"', '"Heading3"><w:name w:val="heading 3"')}), "heading_order", "near “Three”"),
    "no heading": (docx(p("x"), more={"word/styles.xml": ALL}), "no_headings", "body"),
    "a heading without words": (made(styled("Heading1", " ")), "empty_heading", "body, paragraph 2"),
    "a table without a header row": (made(table(["Who", "What"], ["Ada", "Calls"])), "header_row", "body, table 1, row 1"),
    "a picture without words": (made(PICTURE.format(id=1, more="")), "alt_text", "“Logo”"),
    "an older picture without words": (made('<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata/></v:shape></w:pict></w:r></w:p>'), "alt_text", "older Word"),
    "small letters": (made(styled("Normal", "tiny", '<w:sz w:val="16"/>')), "text_size", "body, paragraph 2, near “tiny”: text of 8 points"),
    "small letters by a style": (made(styled("Small", "tiny")), "text_size", "text of 9 points"),
    "small letters by a style of a style": (made(styled("Smaller", "tiny")), "text_size", "text of 9 points"),
    "small letters because nothing is said": (made(p("tiny"), more={"word/styles.xml": ALL.replace('<w:sz w:val="24"/>', "")}), "text_size", "text of 10 points"),
    "small letters in a footer": (made(p("x"), footer=styled("Small", "tiny")), "text_size", "footer (word/footer1.xml), paragraph 1"),
    "pale letters": (made(styled("Normal", "pale", '<w:color w:val="999999"/>')), "contrast", "letters in 999999 on FFFFFF have a contrast of 2.8 to 1; 4.5 is needed"),
    "pale letters by a style": (made(styled("Pale", "pale")), "contrast", "B0B0B0"),
    "pale letters by a style of letters": (made(styled("Normal", "pale", '<w:rStyle w:val="Faint"/>')), "contrast", "C0C0C0"),
    "letters on a dark ground": (made(styled("Normal", "dim", '<w:color w:val="333333"/>', '<w:shd w:val="clear" w:fill="444444"/>')), "contrast", "on 444444"),
    "letters on a dark page": (made(p("dim"), more={"word/document.xml": f'<w:document {SPACES}><w:background w:color="202020"/><w:body>{TITLE}{styled("Normal", "dim", BLACK)}<w:sectPr/></w:body></w:document>'}), "contrast", "on 202020"),
    "letters on a marker": (made(styled("Normal", "dim", '<w:color w:val="808080"/><w:highlight w:val="yellow"/>')), "contrast", "on FFFF00"),
    "letters on a dark header row": (made(dark("dim", '<w:color w:val="222222"/>')), "contrast", "on 005A30"),
    "letters on a dark cell": (made(table(["Head"]).replace('w:type="dxa"/></w:tcPr>', 'w:type="dxa"/><w:shd w:val="clear" w:fill="101010"/></w:tcPr>').replace("<w:r>", '<w:r><w:rPr><w:color w:val="303030"/></w:rPr>')), "contrast", "on 101010"),
    "large letters too pale for their size": (made(styled("Normal", "pale", '<w:sz w:val="40"/><w:color w:val="A8A8A8"/>')), "contrast", "3 is needed"),
    "points typed by hand": (made(p("\u2022 One") + p("- Two")), "list_style", "body, paragraph 2, near “\u2022 One”"),
    "numbers typed by hand": (made(p("1. One") + p("2. Two")), "list_style", "body, paragraph 3, near “2. Two”"),
    "letters typed by hand": (made(p("a) One") + p("b) Two")), "list_style", "near “b) Two”"),
    "numbers that a loop will type": (made(p("{%p for one in items %}") + p("{{ loop.index }}. {{ one }}") + p("{%p endfor %}")), "list_style", "loop.index"),
}  # fmt: skip

READABLE: dict[str, bytes] = {
    "plain words": made(p("x") + styled("Heading1", "One") + styled("Heading2", "Two") + styled("Heading1", "One")),
    "a heading based on a heading": made(styled("Own", "One") + styled("Heading2", "Two")),
    "a list with a style": made(styled("Points", "- One") + styled("Points", "2. Two") + styled("Points", "3. Three")),
    "one number alone, and words with dashes": made(p("1. May was warm") + p("Ada - who came - spoke") + p("-5 degrees")),
    "a hidden small word": made(styled("Normal", "tiny", '<w:sz w:val="2"/><w:vanish/>')),
    "a decorative picture": made(PICTURE.format(id=1, more="").replace("</wp:inline>", "").replace("</w:drawing>", "</wp:inline></w:drawing>").replace('name="Logo"/>', 'name="Logo"><x:decorative xmlns:x="x" val="1"/></wp:docPr>')),
    "a picture with words": made(PICTURE.format(id=1, more=' descr="The logo"')),
    "white words on a dark row": made(dark("clear", '<w:color w:val="FFFFFF"/>')),
    "words of no colour on a dark row": made(dark("clear")),
    "large letters less dark": made(styled("Normal", "clear", '<w:sz w:val="40"/><w:color w:val="888888"/>')),
    "small style, larger letters": made(styled("Small", "clear", '<w:sz w:val="24"/>')),
    "a pale style that says nothing": made(styled("Pale", " ")),
    "one row alone": made(table(["Only"])),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_keeps_somebody_from_reading_is_told_with_its_place(name):
    file, code, words = UNREADABLE[name]
    found = [str(finding) for finding in findings(file) if finding.code == code]
    assert any(words in one for one in found), [str(finding) for finding in findings(file)]


@pytest.mark.parametrize("name", READABLE)
def test_what_everybody_can_read_is_not_complained_of(name):
    assert [str(finding) for finding in findings(READABLE[name])] == []


def test_a_check_of_a_template_tells_them_as_warnings():
    found = check(UNREADABLE["pale letters"][0], {})
    assert [finding.level for finding in found if finding.code == "contrast"] == ["warning"]


def test_words_in_text_boxes_and_footnotes_are_measured():
    types = f'<Override PartName="/word/footnotes.xml" ContentType="{MAIN}.footnotes+xml"/>'
    note = f'<w:footnotes {SPACES}><w:footnote w:id="1">{styled("Small", "tiny")}</w:footnote></w:footnotes>'
    box = f'<w:p><w:r><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>{styled("Small", "tiny")}</w:txbxContent></v:textbox></w:pict></w:r></w:p>'
    found = findings(made(box, types=types, more={"word/styles.xml": ALL, "word/footnotes.xml": note}))
    assert [finding.place.part for finding in found if finding.code == "text_size"] == ["body", "footnotes (word/footnotes.xml)"]

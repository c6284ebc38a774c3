"""Loops and conditions leave a document that Word opens: nothing empty that may not be, no id twice, no leftover lines."""

from __future__ import annotations

import re

import pytest

from portal.word.check import whole
from portal.word.render import render
from portal.word.template import compile_template
from tests.word.word_files import SPACES, cells, docx, member, p, paragraphs, table


def made(body: str, data: dict, **more) -> bytes:
    document = render(compile_template(docx(body, **more)), data)
    whole(document)
    return document


def test_a_tag_in_a_paragraph_of_its_own_leaves_no_paragraph():
    body = p("{% if shown %}") + p("Shown") + p("{% else %}") + p("Not shown") + p("{% endif %}") + p("{%p for one in items %}") + p("- {{ one }}") + p("{%p endfor %}")
    assert paragraphs(made(body, {"shown": "yes", "items": ["a", "b"]})) == ["Shown", "- a", "- b"]
    assert paragraphs(made(body, {"shown": "", "items": []})) == ["Not shown"]


def test_a_paragraph_that_held_only_tags_and_became_empty_goes():
    body = p("{% if note %}Note: {{ note }}{% endif %}") + p("The end")
    assert paragraphs(made(body, {"note": ""})) == ["The end"]
    assert paragraphs(made(body, {"note": "Call first"})) == ["Note: Call first", "The end"]


def test_a_paragraph_with_words_of_its_own_stays():
    assert paragraphs(made(p("Note: {% if note %}{{ note }}{% endif %}"), {"note": ""})) == ["Note: "]


def test_an_empty_paragraph_of_the_author_stays():
    assert paragraphs(made(p("") + p("{{ a }}") + p(""), {"a": ""})) == ["", "", ""]


def test_a_condition_may_run_over_paragraphs():
    body = p("Dear {{ a }}{% if b %}, and") + p("dear {{ b }}{% endif %},")
    assert paragraphs(made(body, {"a": "Ada", "b": "Sam"})) == ["Dear Ada, and", "dear Sam,"]
    assert paragraphs(made(body, {"a": "Ada", "b": ""})) == ["Dear Ada,"]


def test_a_cell_that_would_end_empty_gets_a_paragraph():
    document = made(table([p("{%p if shown %}") + p("Shown") + p("{%p endif %}"), "kept"]) + p("The end"), {"shown": ""})
    assert cells(document) == [["", "kept"]]
    assert re.search(r"</w:tcPr><w:p/></w:tc>", member(document))


def test_a_header_that_would_end_empty_gets_a_paragraph():
    document = made(p("Body"), {"shown": ""}, header=p("{%p if shown %}") + p("Shown") + p("{%p endif %}"))
    assert "<w:p/></w:hdr>" in member(document, "word/header1.xml")


def test_a_table_without_rows_goes():
    body = p("Before") + table(["{%tr for one in items %}"], ["{{ one }}"], ["{%tr endfor %}"]) + p("After")
    assert "<w:tbl>" not in member(made(body, {"items": []}))
    assert cells(made(body, {"items": ["a", "b"]})) == [["a"], ["b"]]


def test_a_table_with_a_header_row_stays():
    body = table(["Who"], ["{%tr for one in items %}"], ["{{ one }}"], ["{%tr else %}"], ["None recorded"], ["{%tr endfor %}"]) + p("After")
    assert cells(made(body, {"items": []})) == [["Who"], ["None recorded"]]
    assert cells(made(body, {"items": ["Ada"]})) == [["Who"], ["Ada"]]


def test_a_row_without_cells_goes():
    body = table(["Kept", "row"], ["{%tc for one in items %}", "{{ one }}", "{%tc endfor %}"]) + p("After")
    assert cells(made(body, {"items": []})) == [["Kept", "row"]]
    assert cells(made(body, {"items": ["a", "b"]}))[1] == ["a", "b"]


def test_a_table_whose_only_row_goes_goes_with_it():
    body = p("Before") + table(["{%tc for one in items %}", "{{ one }}", "{%tc endfor %}"]) + table([table(["{%tr for one in items %}"], ["{{ one }}"], ["{%tr endfor %}"])]) + p("After")
    assert member(made(body, {"items": []})).count("<w:tbl>") == 1
    assert cells(made(body, {"items": []})) == [[""]]


def test_cells_that_merge_and_take_colours_follow_docxtpl():
    cell = '<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>' + p("{}") + "</w:tc>"
    row = "<w:tr>" + cell.format("{% vm %}{{ head }}") + cell.format("{% cellbg colour %}{{ one }}") + "</w:tr>"
    loop = "<w:tr>" + cell.format("{%tr for one in items %}") + "</w:tr>" + row + "<w:tr>" + cell.format("{%tr endfor %}") + "</w:tr>"
    body = f'<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/></w:tblGrid>{loop}</w:tbl>' + p("After")
    xml = member(made(body, {"head": "Both", "colour": "FFCC00", "items": ["a", "b"]}))
    assert xml.count('w:fill="FFCC00"') == 2
    assert re.findall(r'<w:vMerge w:val="(\w+)"', xml) == ['restart', 'continue']


@pytest.mark.parametrize(
    ("xml", "pattern", "count"),
    [
        ('<w:p><w:bookmarkStart w:id="4" w:name="child"/><w:r><w:t>{{ one }}</w:t></w:r><w:bookmarkEnd w:id="4"/></w:p>', r'bookmarkStart w:id="(\d+)"', 3),
        ('<w:p><w:bookmarkStart w:id="4" w:name="child"/><w:r><w:t>{{ one }}</w:t></w:r><w:bookmarkEnd w:id="4"/></w:p>', r'w:name="(\w+)"', 3),
        ('<w:p w14:paraId="1A2B3C4D"><w:r><w:t>{{ one }}</w:t></w:r></w:p>', r'w14:paraId="([0-9A-F]{8})"', 3),
        ('<w:p><w:r><w:t>{{ one }}</w:t><w:drawing><wp:inline><wp:docPr id="7" name="x" descr="x"/></wp:inline></w:drawing></w:r></w:p>', r'<wp:docPr id="(\d+)"', 3),
        ('<w:sdt><w:sdtPr><w:id w:val="99"/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>{{ one }}</w:t></w:r></w:p></w:sdtContent></w:sdt>', r'<w:id w:val="(-?\d+)"', 3),
    ],
)
def test_ids_inside_a_loop_are_not_repeated(xml, pattern, count):
    found = re.findall(pattern, member(made(p("{%p for one in items %}") + xml + p("{%p endfor %}") + p("End"), {"items": ["a", "b", "c"]})))
    assert len(found) == count == len(set(found))


def test_each_copy_of_a_bookmark_ends_where_it_began():
    xml = '<w:p><w:bookmarkStart w:id="4" w:name="child"/><w:r><w:t>{{ one }}</w:t></w:r><w:bookmarkEnd w:id="4"/></w:p>'
    found = member(made(p("{%p for one in items %}") + xml + p("{%p endfor %}"), {"items": ["a", "b"]}))
    assert re.findall(r'bookmarkStart w:id="(\d+)"', found) == re.findall(r'bookmarkEnd w:id="(\d+)"', found)


def test_pictures_of_body_and_header_do_not_share_an_id():
    picture = '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="x"/></wp:inline></w:drawing></w:r></w:p>'
    document = made(picture + p("{{ a }}"), {"a": "b"}, header=picture)
    ids = [re.search(r'<wp:docPr id="(\d+)"', member(document, name))[1] for name in ("word/document.xml", "word/header1.xml")]
    assert len(set(ids)) == 2


def test_tags_cut_into_runs_bookmarks_and_smart_quotes_are_read():
    cut = '<w:p><w:r><w:t>{</w:t></w:r><w:proofErr w:type="spellStart"/><w:r><w:t>{ na</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>me }</w:t></w:r><w:r><w:t>}!</w:t></w:r></w:p>'
    body = cut + p("{% if kind == “young” %}yes{% endif %} {{\u00a0name\u00a0}}")
    assert paragraphs(made(body, {"name": "Ada", "kind": "young"})) == ["Ada!", "yes Ada"]


def test_text_boxes_footnotes_and_endnotes_are_filled():
    box = f'<w:p><w:r><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>{p("Box {{ a }}")}</w:txbxContent></v:textbox></w:pict></w:r></w:p>'
    notes = {name: f"<w:{name} {SPACES}><w:{name[:-1]} w:id=\"1\">{p('Note {{ a }}')}</w:{name[:-1]}></w:{name}>" for name in ("footnotes", "endnotes")}
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    types = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{main}.{name}+xml"/>' for name in notes)
    document = made(box + p("End"), {"a": "& b"}, more={f"word/{name}.xml": xml for name, xml in notes.items()}, types=types)
    assert "Box &amp; b" in member(document)
    assert all("Note &amp; b" in member(document, f"word/{name}.xml") for name in notes)


def test_a_group_counts_as_empty_when_its_text_is():
    body = p("{%p if lead %}") + p("{{ lead }} {{ lead.phone }}") + p("{%p else %}") + p("Nobody") + p("{%p endif %}")
    assert paragraphs(made(body, {"lead": {"text": "Ada", "phone": "01632 960001"}})) == ["Ada 01632 960001"]
    assert paragraphs(made(body, {"lead": {"text": "", "phone": ""}})) == ["Nobody"]

"""Other looks of a finished document: large print, high contrast. Every word stays; sizes, room and colours are what the look promises."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from PIL import Image

from portal.councils.document_model import Look
from portal.word import accessibility, looks, reading
from portal.word.check import whole
from portal.word.findings import RenderingFailed
from portal.word.high_contrast import BLACK, CREAM, WHITE
from portal.word.large_print import grown
from portal.word.looks import colours_of, in_look
from portal.word.package import CONTENT_TYPES
from portal.word.wordxml import W, read_xml
from tests.documents.shipped import Shipped, everything
from tests.word.word_files import docx, member, p, table

FOR_FAMILIES = [one for one in everything() if one.rule.audience == "family" or any(copy.audience == "family" for copy in one.rule.copies)]
DOCUMENTS = pytest.mark.parametrize("shipped", FOR_FAMILIES, ids=str)
(PARENT,) = [one for one in FOR_FAMILIES if one.rule.id == "closure_letter_parent"]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def parts(document: bytes) -> dict[str, object]:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return {name: read_xml(archive.read(name), name) for name in archive.namelist() if name.endswith(".xml") and name != CONTENT_TYPES}


def sizes(document: bytes) -> list[float]:
    return [int(size.get(f"{W}val")) / 2 for root in parts(document).values() for name in ("sz", "szCs") for size in root.iter(W + name) if size.getparent().tag == f"{W}rPr"]


def test_the_looks_are_those_that_a_council_may_name():
    assert set(looks.LOOKS) == set(Look.__args__)


@DOCUMENTS
@pytest.mark.parametrize("look", [("large_print",), ("high_contrast",), ("large_print", "high_contrast"), ("large_print", "white_on_black")], ids="+".join)
def test_every_word_is_still_there_and_the_file_is_whole(shipped: Shipped, look: tuple[str, ...]):
    made = in_look(shipped.made, look)
    whole(made)
    assert Document(io.BytesIO(made)).core_properties.title
    before, after = " ".join(reading.paragraphs(shipped.made)).split(), " ".join(reading.paragraphs(made)).split()
    assert {word.strip(":") for word in after} == {word.strip(":") for word in before}
    assert [str(finding) for finding in accessibility.findings(made)] == []


@DOCUMENTS
def test_large_print_is_large_and_headings_are_larger(shipped: Shipped):
    found = sizes(in_look(shipped.made, ["large_print"]))
    assert min(found) >= 16 and sizes(shipped.made) and max(found) > 22
    default = read_xml(member_bytes(in_look(shipped.made, ["large_print"]), "word/styles.xml"), "styles").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}sz")
    assert int(default.get(f"{W}val")) >= 36


def member_bytes(document: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return archive.read(name)


def test_sizes_grow_in_order():
    made = [grown(size) for size in range(16, 60)]
    assert made == sorted(made) and grown(18) == 32 and grown(24) == 36 and grown(44) > grown(32) > grown(26) >= 36


@DOCUMENTS
def test_large_print_has_nothing_side_by_side_and_nothing_slanted(shipped: Shipped):
    trees = parts(in_look(shipped.made, ["large_print"]))
    assert next(trees["word/document.xml"].iter(f"{W}tbl"), None) is None
    for tag in ("i", "caps", "smallCaps", "jc"):
        assert [name for name, root in trees.items() for mark in root.iter(W + tag) if mark.getparent().tag in (f"{W}pPr", f"{W}rPr")] == [], tag
    lines = {spacing.get(f"{W}line") for spacing in trees["word/styles.xml"].iter(f"{W}spacing")} - {None}
    assert lines == {"300", "360"}
    assert not any(int(indent.get(f"{W}hanging", "0")) > 1300 for root in trees.values() for indent in root.iter(f"{W}ind"))


def test_a_row_of_a_table_becomes_lines_with_the_headings_before_them():
    texts = reading.paragraphs(in_look(PARENT.made, ["large_print"]))
    row = PARENT.data["staying"][0]
    assert [f"Service: {row['service']}", f"Person: {row['person']}", f"How to reach them: {row['contact']}"] == texts[(at := texts.index(f"Service: {row['service']}")) : at + 3]


@DOCUMENTS
@pytest.mark.parametrize(("look", "ink", "ground"), [("high_contrast", BLACK, CREAM), ("white_on_black", WHITE, BLACK)])
def test_there_is_one_ink_on_one_ground_and_rules_are_thick(shipped: Shipped, look: str, ink: str, ground: str):
    made = in_look(shipped.made, [look])
    assert colours_of(made) == {ink, ground} and contrast(ink, ground) > 15
    trees = parts(made)
    assert trees["word/document.xml"][0].get(f"{W}color") == ground
    assert trees["word/settings.xml"].find(f"{W}displayBackgroundShape") is not None
    for root in trees.values():
        assert next(root.iter(f"{W}highlight"), None) is None
        rules = [rule for name in ("pBdr", "tblBorders", "tcBorders") for borders in root.iter(W + name) for rule in borders if rule.get(f"{W}val") == "single"]
        assert all(int(rule.get(f"{W}sz")) >= 18 for rule in rules)


def test_a_picture_drawn_for_white_paper_keeps_a_white_ground():
    made = in_look(PARENT.made, ["white_on_black"])
    (name,) = [name for name in zipfile.ZipFile(io.BytesIO(made)).namelist() if name.endswith(".png")]
    with Image.open(io.BytesIO(member_bytes(made, name))) as picture:
        assert picture.mode == "RGB" and picture.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("damage", [lambda picture: picture[:60], lambda picture: b"GIF89a" + picture, lambda picture: b""])
def test_a_damaged_picture_is_told_in_words(damage):
    (name,) = [name for name in zipfile.ZipFile(io.BytesIO(PARENT.made)).namelist() if name.endswith(".png")]
    with pytest.raises(RenderingFailed, match="no whole PNG"):
        in_look(rewritten(PARENT.made, name, damage), ["white_on_black"])


def test_a_picture_of_another_kind_is_not_opened_under_the_name_of_a_png():
    (name,) = [name for name in zipfile.ZipFile(io.BytesIO(PARENT.made)).namelist() if name.endswith(".png")]
    other = io.BytesIO()
    Image.new("RGB", (9, 9)).save(other, "TIFF")
    with pytest.raises(RenderingFailed, match="no whole PNG"):
        in_look(rewritten(PARENT.made, name, lambda _: other.getvalue()), ["white_on_black"])


@pytest.mark.parametrize("inside", ['<w:r><w:br w:type="page"/></w:r>', '<w:r><w:br w:type="column"/></w:r>', '<w:bookmarkStart w:id="9" w:name="a"/>', '<w:bookmarkEnd w:id="9"/>'])
def test_large_print_keeps_a_paragraph_after_a_table_that_is_for_something(inside):
    whole = member(in_look(docx(table(["a", "b"]) + f"<w:p>{inside}</w:p>" + p("End")), ["large_print"]))
    assert inside.removeprefix("<w:r>").removesuffix("</w:r>") in whole
    assert member(in_look(docx(table(["a", "b"]) + "<w:p><w:r><w:br/></w:r></w:p>" + p("End")), ["large_print"])).count("<w:p>") < whole.count("<w:p>")


def test_a_footer_without_a_page_number_gets_one():
    bare = rewritten(PARENT.made, "word/footer1.xml", lambda xml: xml.replace(b" PAGE ", b" DATE ").replace(b" NUMPAGES ", b" DATE "))
    assert b'w:instr=" PAGE "' in member_bytes(in_look(bare, ["large_print"]), "word/footer1.xml")
    assert b'w:instr=" PAGE "' not in member_bytes(in_look(PARENT.made, ["large_print"]), "word/footer1.xml")


def rewritten(document: bytes, name: str, change) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as before, zipfile.ZipFile(made, "w") as after:
        for one in before.namelist():
            after.writestr(one, change(before.read(one)) if one == name else before.read(one))
    return made.getvalue()


def test_the_same_document_gives_the_same_bytes():
    look = ("large_print", "high_contrast")
    assert in_look(PARENT.made, look) == in_look(PARENT.made, look)
    assert in_look(PARENT.made, ()) == PARENT.made


def test_a_look_that_loses_words_hands_nothing_on(monkeypatch):
    def forgets(found):
        for paragraph in [one for one in found.body.iter(f"{W}p") if "achieved" in "".join(one.itertext())]:
            paragraph.getparent().remove(paragraph)

    monkeypatch.setitem(looks.LOOKS, "large_print", forgets)
    with pytest.raises(RenderingFailed, match="lacks “.*achieved"):
        in_look(PARENT.made, ["large_print"])


def test_the_body_is_where_it_was():
    assert member(in_look(PARENT.made, ["large_print"])).count("<w:sectPr") == member(PARENT.made).count("<w:sectPr")

"""Words in text boxes, in both copies that Word writes: filled, set in their direction, measured, enlarged, put on the ground of another look."""

from __future__ import annotations

import pytest
from lxml import etree

from portal.word import boxes, reading, sound
from portal.word.accessibility import findings
from portal.word.looks import colours_of, in_look
from portal.word.render import render
from portal.word.template import compile_template
from portal.word.wordxml import P, W, shown_text
from tests.word.test_directions import ARABIC
from tests.word.word_files import docx, member, p, table, text_box

THEME = (
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="x"><a:themeElements><a:clrScheme name="x"><a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1>'
    '<a:lt1><a:srgbClr val="FFFFFF"/></a:lt1><a:accent1><a:srgbClr val="1F3864"/></a:accent1></a:clrScheme></a:themeElements></a:theme>'
)
WHITE_WORDS = '<w:p><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>Words {{ name }}</w:t></w:r></w:p>'
ACCENT = '<a:solidFill><a:schemeClr val="accent1">{}</a:schemeClr></a:solidFill>'


def made(body: str, **data) -> bytes:
    return render(compile_template(docx(body, more={"word/theme/theme1.xml": THEME})), {"name": "Ada"} | data)


def told(body: str) -> list[tuple[str, str]]:
    """Codes of contrast and growth with the words they are about."""
    return [(one.code, one.place.around) for one in findings(docx(body, more={"word/theme/theme1.xml": THEME})) if one.code in ("contrast", "fixed_box")]


@pytest.mark.parametrize(
    ("fill", "style", "older", "bad"),
    [
        ('<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>', "", 'fillcolor="#1F3864"', 1),
        ('<a:solidFill><a:srgbClr val="1F3864"/></a:solidFill>', "", 'fillcolor="#fff [3201]"', 1),
        ("<a:noFill/>", "", 'filled="f"', 1),
        (ACCENT.format(""), "", 'fillcolor="navy"', 0),
        (ACCENT.format('<a:lumMod val="20000"/><a:lumOff val="80000"/>'), "", 'fillcolor="navy"', 1),
        ('<a:gradFill><a:gsLst><a:gs pos="0"><a:srgbClr val="1F3864"/></a:gs><a:gs pos="100000"><a:srgbClr val="DDDDDD"/></a:gs></a:gsLst></a:gradFill>', "", 'fillcolor="navy"', 1),
        ("", '<wps:style><a:lnRef idx="0"/><a:fillRef idx="1"><a:schemeClr val="accent1"/></a:fillRef><a:effectRef idx="0"/><a:fontRef idx="minor"/></wps:style>', 'fillcolor="navy"', 0),
        ('<a:blipFill/>', "", 'fillcolor="navy"', 0),
    ],
)  # fmt: skip
def test_letters_are_measured_against_what_is_drawn_behind_them_in_each_copy(fill, style, older, bad):
    box = text_box(WHITE_WORDS.replace("{{ name }}", "x"), fill=fill, style=style, older=older)
    assert [code for code, _ in told(box)] == ["contrast"] * bad
    assert [code for code, _ in told(table([box + p("")]))] == ["contrast"] * bad


def test_letters_without_a_colour_have_the_shapes():
    style = '<wps:style><a:lnRef idx="0"/><a:fillRef idx="0"/><a:effectRef idx="0"/><a:fontRef idx="minor"><a:schemeClr val="lt1"/></a:fontRef></wps:style>'
    assert told(text_box(p("Words"), style=style)) == [("contrast", "Words")]
    assert told(text_box(p("Words"), style=style, fill=ACCENT.format(""))) == []


def test_a_box_of_fixed_height_with_a_field_is_warned_of():
    assert told(text_box(p("{{ name }}"))) == [("fixed_box", "{{ name }}")]
    assert told(text_box(p("Fixed words"))) == []
    growing = text_box(p("{{ name }}"), body="<a:spAutoFit/>").replace("mso-fit-text:f", "mso-fit-shape-to-text:t")
    assert told(growing) == []


def test_both_copies_are_filled_and_set_from_the_right():
    document = made(text_box(p("{{ name }}") + p("{% for one in names %}{{ one }} {% endfor %}")), name=ARABIC, names=["Kim", "Sam"])
    root = etree.fromstring(member(document).encode())
    inner = [one for one in root.iter(P) if any(above.tag == f"{W}txbxContent" for above in one.iterancestors())]
    assert [shown_text(one).strip() for one in inner] == [ARABIC, "Kim Sam"] * 2
    assert [one.find(f"{W}pPr/{W}bidi") is not None for one in inner] == [True, False] * 2
    assert sound.faults(document) == []


def test_large_print_puts_the_words_into_the_text_once_with_a_line_around():
    document = in_look(made(p("First") + text_box(p("Call {{ name }}") + p("Any day"), before="Beside the box") + p("Last")), ["large_print"])
    assert reading.paragraphs(document) == ["First", "Beside the box", "Call Ada", "Any day", "Last"]
    body = member(document)
    assert "txbxContent" not in body
    assert body.count("<w:pBdr>") == 2
    assert sound.faults(document) == []


@pytest.mark.parametrize("fill", ['<a:solidFill><a:srgbClr val="1F3864"/></a:solidFill>', ACCENT.format(""), "<a:blipFill/>", ""])
def test_large_print_leaves_no_light_words_on_white(fill):
    inked = '<wps:style><a:lnRef idx="0"/><a:fillRef idx="1"><a:schemeClr val="accent1"/></a:fillRef><a:effectRef idx="0"/><a:fontRef idx="minor"><a:schemeClr val="lt1"/></a:fontRef></wps:style>'
    for content in (WHITE_WORDS, p("Words {{ name }}"), table([WHITE_WORDS])+ p("End")):
        document = in_look(made(text_box(content, fill=fill, style=inked)), ["large_print"])
        assert [one.message for one in findings(document) if one.code == "contrast"] == []
        assert ('w:fill="1F3864"' in member(document)) == (fill != "<a:blipFill/>")


def test_large_print_keeps_a_box_in_a_cell_and_its_table_whole():
    document = in_look(made(table([text_box(table(["{{ name }}"]) + p("")) + p("Under it")])), ["large_print"])
    assert reading.paragraphs(document) == ["Ada", "Under it"]
    assert sound.faults(document) == []


def test_a_box_with_a_picture_stays_and_may_grow():
    box = text_box(p("{{ name }}")).replace('<a:ln w="6350">', '<a:ln w="6350"><a:blip/>').replace('<v:textbox style', '<v:imagedata/><v:textbox style')
    body = member(in_look(made(box), ["large_print"]))
    assert body.count("txbxContent>") == 4
    assert body.count("<a:spAutoFit/>") == 1 and "noAutofit" not in body
    assert "mso-fit-shape-to-text:t" in body


def boxed(words: str) -> str:
    """A run with a text box, as older versions of Word write it, once."""
    box = f'<v:shape id="b"><v:textbox><w:txbxContent>{p(words)}</w:txbxContent></v:textbox></v:shape>'
    return f'<w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml">{box}</w:pict></w:r>'


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("imagedata", '<w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:imagedata/></v:shape></w:pict>'),
        ("footnoteReference", '<w:footnoteReference w:id="2"/>'),
    ],
)
def test_large_print_keeps_what_else_stands_in_the_paragraph_of_a_box(name, beside):
    for box in ("<w:p>" + boxed("Boxed"), text_box(p("Boxed")).removesuffix("</w:p>")):
        document = in_look(docx(f"{box}<w:r>{beside}</w:r></w:p>" + p("Last")), ["large_print"])
        assert reading.paragraphs(document) == ["Boxed", "Last"]
        assert name in [etree.QName(one).localname for one in etree.fromstring(member(document).encode()).iter()]


@pytest.mark.parametrize("words", ["", "Words"])
def test_several_boxes_of_one_paragraph_keep_their_order(words):
    new = text_box(p("ONE")).removeprefix("<w:p>").removesuffix("</w:p>")
    for runs in (new + boxed("TWO"), boxed("ONE") + boxed("TWO"), boxed("ONE") + new.replace("ONE", "TWO")):
        for after in (p("Last"), ""):
            document = in_look(docx(p("First") + f"<w:p>{p(words)[5:-6] if words else ''}{runs}</w:p>" + after), ["large_print"])
            assert reading.paragraphs(document) == list(filter(None, ["First", words, "ONE", "TWO", "Last" if after else ""]))
            assert "txbxContent" not in member(document) and "<w:p/>" not in member(document)


def test_boxes_before_and_after_words_and_in_each_other_keep_their_order():
    around_inner = boxed("x").replace(p("x"), f"<w:p>{boxed('INNER')}</w:p>")
    runs = boxed("ONE") + p("Words")[5:-6] + around_inner + boxed("THREE")
    for holder in ("{}", "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>"):
        assert reading.paragraphs(in_look(docx(holder.format(f"<w:p>{runs}</w:p>")), ["large_print"])) == ["ONE", "Words", "INNER", "THREE"]


@pytest.mark.parametrize(
    ("fill", "older", "colours"),
    [
        ('<a:srgbClr val="808080"><a:lumMod val="50%"/></a:srgbClr>', 'fillcolor="#404040"', ("404040",)),
        ('<a:srgbClr val="808080"><a:lumMod val="50000"/></a:srgbClr>', 'fillcolor="#444"', ("404040",)),
        ('<a:srgbClr val="FFFFFF"><a:shade val="12.5%"/></a:srgbClr>', "", ("202020",)),
        ('<a:srgbClr val="808080"><a:lumMod val="half"/></a:srgbClr>', "", None),
        ('<a:srgbClr val="WINDOW"/>', 'fillcolor="#window"', None),
        ('<a:sysClr val="window" lastClr="(none)"/>', "", None),
    ],
)
def test_a_colour_that_cannot_be_read_is_one_that_cannot_be_told(fill, older, colours):
    box = text_box(WHITE_WORDS.replace("{{ name }}", "x"), fill=f"<a:solidFill>{fill}</a:solidFill>", older=older or 'fillcolor="navy"')
    assert told(box) == []
    assert boxes.ground(next(etree.fromstring(member(docx(box)).encode()).iter(boxes.CONTENT)), {}).colours == colours


@pytest.mark.parametrize(("look", "ground", "ink"), [("high_contrast", "FFF4C8", "000000"), ("white_on_black", "000000", "FFFFFF")])
def test_another_ground_is_put_into_both_copies(look, ground, ink):
    style = '<wps:style><a:lnRef idx="0"/><a:fillRef idx="1"><a:schemeClr val="accent1"/></a:fillRef><a:effectRef idx="0"/><a:fontRef idx="minor"><a:schemeClr val="lt1"/></a:fontRef></wps:style>'
    before = made(text_box(WHITE_WORDS, fill='<a:gradFill><a:gsLst><a:gs pos="0"><a:srgbClr val="1F3864"/></a:gs></a:gsLst></a:gradFill>', style=style, older='fillcolor="navy" filled="t"'))
    document = in_look(before, [look])
    body = member(document)
    drawn = set(etree.fromstring(body.encode()).xpath("//*[local-name()='srgbClr']/@val"))
    assert drawn == {ground, ink}
    assert f'fillcolor="#{ground}"' in body and f'strokecolor="#{ink}"' in body
    assert "wps:style" not in body
    assert colours_of(document) <= {ground, ink}
    assert [one for one in findings(document) if one.code == "contrast"] == []

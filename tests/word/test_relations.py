"""A template is printed from the parts that are checked, and whatever it names elsewhere is a link to click on."""

from __future__ import annotations

import pytest

from portal.designer.look import is_hostile
from portal.word.check import check, errors
from tests.word.word_files import MAIN, OFFICE, SPACES, docx, member, p

LINK = '<Relationship Id="rId9" Type="{kind}" Target="{target}"{mode}/>'
EXTERNAL = ' TargetMode="External"'
ADDRESS = "http://192.0.2.1/picture.png"
HIDDEN = f"<w:document {SPACES}><w:body>{p('Words that nobody has read')}<w:sectPr/></w:body></w:document>"
VML = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
PNG = b"\x89PNG\r\n\x1a\n"


def picture(blip: str, click: str = "") -> str:
    return (
        f'<w:p><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="2000000" cy="2000000"/><wp:docPr id="1" name="Logo" descr="A logo">{click}</wp:docPr>'
        f'<a:graphic {A}><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:nvPicPr><pic:cNvPr id="0" name="Logo"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip {blip}/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        '<a:xfrm><a:off x="0" y="0"/><a:ext cx="2000000" cy="2000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )


def linked(body: str, kind: str = "hyperlink", target: str = ADDRESS, mode: str = EXTERNAL, **more) -> bytes:
    """A letter with one relation more, rId9."""
    return docx(body + p("The end"), rels=LINK.format(kind=f"{OFFICE}/{kind}", target=target, mode=mode), **more)


def fetching(address: str) -> bytes:
    """A letter with a picture that stands elsewhere, whose relation says that it is a link to click on."""
    return linked(picture('r:link="rId9"'), target=address)


def vml(inside: str) -> str:
    return f'<w:p><w:r><w:pict {VML}><v:shape id="s1" style="width:9pt;height:9pt">{inside}</v:shape></w:pict></w:r></w:p>'


def with_settings(inside: str) -> bytes:
    rels = LINK.format(kind=f"{OFFICE}/hyperlink", target=ADDRESS, mode=EXTERNAL)
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {"word/settings.xml": f"<w:settings {SPACES}>{inside}</w:settings>", "word/_rels/settings.xml.rels": f'<Relationships xmlns="{space}">{rels}</Relationships>'}
    return docx(p("x"), rels=f'<Relationship Id="rId8" Type="{OFFICE}/settings" Target="settings.xml"/>', more=parts)


def comment(code: str) -> dict[str, str]:
    return {"word/comments.xml": f'<w:comments {SPACES}><w:comment w:id="1"><w:p><w:r><w:instrText>{code}</w:instrText></w:r></w:p></w:comment></w:comments>'}


REACHING = {
    "a picture": (fetching(ADDRESS), "external"),
    "an embedded picture": (linked(picture('r:embed="rId9"')), "external"),
    "a picture in a header": (docx(p("x"), header=picture('r:link="rId9"'), more={"word/_rels/header1.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{LINK.format(kind=f"{OFFICE}/hyperlink", target=ADDRESS, mode=EXTERNAL)}</Relationships>'}), "external"),
    "a picture in the other dialect": (linked(picture('xmlns:s="http://purl.oclc.org/ooxml/officeDocument/relationships" s:link="rId9"')), "external"),
    "a drawing of an older Word": (linked(vml('<v:imagedata r:id="rId9"/>')), "external"),
    "its older address": (linked(vml('<v:imagedata o:relid="rId9"/>')), "external"),
    "its own address": (linked(vml(f'<v:imagedata src="{ADDRESS}"/>')), "external"),
    "its address beside the picture": (linked(vml(f'<v:imagedata o:href="{ADDRESS}"/>')), "external"),
    "a pattern": (linked(vml(f'<v:fill type="frame" src="{ADDRESS}"/>')), "external"),
    "a shape that leads to a file": (linked(f'<w:p><w:r><w:pict {VML}><v:shape href="file:///etc/passwd"/></w:pict></w:r></w:p>'), "external"),
    "an attached template": (with_settings('<w:attachedTemplate r:id="rId9"/>'), "external"),
    "another document": (linked('<w:altChunk r:id="rId9"/>'), "external"),
    "another document from within": (linked('<w:altChunk r:id="rId9"/>', "image", "media/a.png", "", more={"word/media/a.png": PNG}), "active_content"),
    "part of a master document": (linked('<w:p><w:subDoc r:id="rId9"/></w:p>'), "active_content"),
    "an object": (linked(f'<w:p><w:r><w:object {VML}><o:OLEObject Type="Link" ProgID="Word.Document" r:id="rId1"/></w:object></w:r></w:p>'), "active_content"),
    "a mode in small letters": (linked(picture('r:link="rId9"'), "image", mode=' TargetMode="external"'), "external"),
    "a field in a comment": (docx(p("x"), more=comment(f' INCLUDEPICTURE "{ADDRESS}" \\d ')), "reaching_field"),
    "a data link in a comment": (docx(p("x"), more=comment(" DDEAUTO a b ")), "reaching_field"),
}  # fmt: skip


@pytest.mark.parametrize("name", REACHING)
def test_nothing_but_a_link_leads_out_of_a_template(name):
    file, code = REACHING[name]
    found = errors(check(file, {}))
    assert code in {finding.code for finding in found} and is_hostile(found), found


@pytest.mark.parametrize("body", ['<w:p><w:hyperlink r:id="rId9"><w:r><w:t>our page</w:t></w:r></w:hyperlink></w:p>', picture('r:embed="rId8"', f'<a:hlinkClick {A} r:id="rId9"/>')])
def test_a_link_and_a_picture_that_is_a_link_are_let_be(body):
    rels = LINK.format(kind=f"{OFFICE}/hyperlink", target="https://example.org/", mode=EXTERNAL) + f'<Relationship Id="rId8" Type="{OFFICE}/image" Target="media/a.png"/>'
    assert errors(check(docx(body + p("x"), rels=rels, more={"word/media/a.png": PNG, "docProps/thumbnail.JPG": b"\xff\xd8\xff"}), {})) == []


def top(*targets: str, kind: str = "officeDocument", **more: str | bytes) -> bytes:
    """A sound letter whose first relation leads to these parts instead."""
    rels = "".join(f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>' for n, target in enumerate(targets))
    return docx(p("Sound"), more={"_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rels}</Relationships>'} | more)


_DAT = f'<Default Extension="dat" ContentType="{MAIN}.document.main+xml"/>'
UNSEEN = {
    "no document named": top(),
    "another document named": top("word/other.xml", **{"word/other.xml": HIDDEN}),
    "two documents named": top("word/document.xml", "word/other.xml", **{"word/other.xml": HIDDEN}),
    "the document named by way of a code": top("word/%64ocument.xml"),
    "a document of another kind of name": docx(p("Sound"), types=_DAT, more={"word/main.dat": HIDDEN}),
    "a document of a kind that is not Word's": top("word/document.xml", kind="x/officeDocument"),
    "a second document": docx(p("x"), types=f'<Override PartName="/word/other.xml" ContentType="{MAIN}.document.main+xml"/>', more={"word/other.xml": HIDDEN}),
    "a header that is not filled in": linked("", "header", "edge.xml", "", more={"word/edge.xml": f"<w:hdr {SPACES}>{p('Unread')}</w:hdr>"}),
    "footnotes that are not there": linked("", "footnotes", "Footnotes.xml", ""),
    "numbers from a picture": linked("", "numbering", "media/a.png", "", more={"word/media/a.png": PNG}),
    "a header that says it is a picture": linked('<w:p><w:pPr><w:sectPr><w:headerReference w:type="default" r:id="rId9"/></w:sectPr></w:pPr></w:p>', "image", "media/a.png", "", more={"word/media/a.png": PNG}),
    "a drawing that says it is a picture": linked(picture('r:embed="rId9"'), "image", "media/a.png", "", more={"word/media/a.png": '<svg xmlns="http://www.w3.org/2000/svg"/>'}),
    "a part in capitals": docx(p("x"), more={"word/more.XML": HIDDEN}),
    "a part without an ending": docx(p("x"), more={"word/more": HIDDEN}),
    "a picture that is called XML": docx(p("x"), types='<Override PartName="/word/media/a.png" ContentType="application/xml"/>', more={"word/media/a.png": PNG}),
    "XML that is called a picture": docx(p("x"), types='<Override PartName="/word/more.xml" ContentType="image/png"/>', more={"word/more.xml": HIDDEN}),
}  # fmt: skip


@pytest.mark.parametrize("name", UNSEEN)
def test_what_no_check_reads_is_not_in_a_template(name):
    found = errors(check(UNSEEN[name], {}))
    assert "unseen_part" in {finding.code for finding in found} and is_hostile(found), found


def test_a_header_in_the_other_dialect_is_refused():
    strict = '<w:hdr xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:p><w:r><w:t>Unread</w:t></w:r></w:p></w:hdr>'
    assert "dialect" in {finding.code for finding in errors(check(docx(p("x"), header=p("y"), more={"word/header1.xml": strict}), {}))}


def test_a_document_that_is_named_from_the_root_is_the_same_one():
    named = member(docx(p("x")), "_rels/.rels").replace('"word/document.xml"', '"/word/document.xml"')
    assert errors(check(docx(p("x"), more={"_rels/.rels": named}), {})) == []

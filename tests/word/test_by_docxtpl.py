"""docxtpl's own way: taken by itself where a template needs it, said in the check, and as strict and whole as the quick way."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace

import pytest
from docx import Document
from docxtpl import DocxTemplate, RichText
from jinja2 import Environment
from openxml_audit import FileFormat, OpenXmlValidator, ValidationSeverity
from PIL import Image

from portal.word.apart import check_apart
from portal.word.check import check, errors, whole
from portal.word.fields import IMAGE
from portal.word.findings import RenderingFailed
from portal.word.reading import everything as everywhere
from portal.word.render import render
from portal.word.template import CompiledTemplate, compile_template
from tests.documents.shipped import everything
from tests.word.hostile import HOSTILE, OUR_OWN
from tests.word.injections import ENDLESS, PAYLOADS
from tests.word.test_hostile_inputs import EVERYWHERE
from tests.word.word_files import SPACES, all_text, cells, docx, member, p, paragraphs, table

SPANS = {"text": "Call 999 at once", "rich": [{"text": "Call "}, {"text": "999", "bold": True}, {"text": " at & once\nor\twalk", "italic": True}]}
SHAPE = {"name": "text", "items": ["text"], "photo": IMAGE}


def picture(width: int = 40) -> dict:
    """A made-up picture as data."""
    made = io.BytesIO()
    Image.new("RGB", (width, 20), "teal").save(made, "PNG")
    return {"image": base64.b64encode(made.getvalue()).decode(), "width": 5.0, "alt": 'The "front" <door>'}


def forced(template: bytes) -> CompiledTemplate:
    """A template that docxtpl is made to fill though nothing in it asks for that."""
    return replace(compile_template(template), reasons=("a test asks for it",))


def runs(document: bytes) -> list[tuple[str, bool | None, bool | None]]:
    return [(run.text, run.bold, run.italic) for one in Document(io.BytesIO(document)).paragraphs for run in one.runs if run.text]


def codes(file: bytes, shape: object = None) -> list[str]:
    return [finding.code for finding in check(file, shape) if finding.level == "note"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (p("{{r name }}"), "{{r …}} puts in formatted text"),
        (table(["{%tc for one in items %}", "{{ one }}", "{%tc endfor %}"]), "{%tc … %} repeats cells"),
        (table(["{%tr for one in items %}"], ["{% vm %}{{ one }}"], ["{%tr endfor %}"]), "merge or colour cells"),
    ],
)
def test_the_check_says_that_docxtpl_fills_it_and_why(body, words):
    found = [finding for finding in check(docx(body + p("End")), {"name": "text", "items": ["text"]}) if finding.level == "note"]
    assert [finding.code for finding in found] == ["by_docxtpl"]
    assert found[0].message.startswith("this template is filled by docxtpl itself, because ") and words in found[0].message
    assert found[0].place.paragraph == 1


def test_an_ordinary_template_is_not_filled_by_docxtpl(monkeypatch):
    monkeypatch.setattr("portal.word.by_docxtpl.Docxtpl", None)
    assert codes(docx(p("{{ name }}")), {"name": "text"}) == []
    assert paragraphs(render(compile_template(docx(p("{{ name }}"))), {"name": "Ada"})) == ["Ada"]


def test_formatted_text_keeps_its_look_and_that_of_the_words_around_it():
    xml = '<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Please: {{r what }} now</w:t></w:r></w:p>'
    made = render(compile_template(docx(xml + p("End"))), {"what": SPANS})
    whole(made)
    assert runs(made) == [("Please: ", True, None), ("Call ", None, None), ("999", True, None), (" at & once\nor\twalk", None, True), (" now", True, None), ("End", None, None)]


def test_a_plain_text_may_stand_where_formatted_text_may_and_the_other_way_round():
    assert paragraphs(render(compile_template(docx(p("{{r a }}, {{ b }}"))), {"a": "One\nTwo", "b": SPANS})) == ["One\nTwo, Call 999 at once"]


def test_the_text_is_the_one_that_docxtpl_alone_makes():
    template = docx(p("Dear {{ name }}, {{r what }}.") + p("{%p for one in items %}") + p("- {{ one }}") + p("{%p endfor %}") + table(["{%tc for one in items %}", "{{ one }}", "{%tc endfor %}"]) + p("End"), header=p("{{r what }}"))
    alone = DocxTemplate(io.BytesIO(template))
    rich = RichText("Call ")
    rich.add("999", bold=True)
    alone.render({"name": "Ada", "what": rich, "items": ["a", "b"]}, Environment(), autoescape=True)
    out = io.BytesIO()
    alone.save(out)
    ours = render(compile_template(template), {"name": "Ada", "what": {"text": "", "rich": [{"text": "Call "}, {"text": "999", "bold": True}]}, "items": ["a", "b"]})
    assert all_text(ours) == all_text(out.getvalue())
    assert [one for one in runs(ours) if one[1]] == [one for one in runs(out.getvalue()) if one[1]] == [("999", True, None)]
    assert cells(ours) == cells(out.getvalue()) == [["a", "b"]]


@pytest.mark.parametrize("shipped", everything(), ids=str)
def test_a_shipped_document_says_the_same_on_both_ways(shipped):
    made = render(forced(shipped.template), shipped.data)
    whole(made)
    assert all_text(made) == all_text(shipped.made)
    assert [one.style.name for one in Document(io.BytesIO(made)).paragraphs] == [one.style.name for one in Document(io.BytesIO(shipped.made)).paragraphs]


def test_a_picture_stands_in_body_and_header_with_its_description_and_an_id_of_its_own():
    made = render(compile_template(docx(p("Before {{ photo }} after") + p("{% for one in photos %}{{ one }}{% endfor %}"), header=p("{{ photo }}"))), {"photo": picture(), "photos": [picture(41), picture()]})
    whole(made)
    body, header = member(made), member(made, "word/header1.xml")
    assert body.count("<w:drawing>") == 3 and header.count("<w:drawing>") == 1
    ids = re.findall(r'<wp:docPr[^>]* id="(\d+)"', body + header)
    assert len(ids) == len(set(ids)) == 4
    assert body.count('descr="The &quot;front&quot; &lt;door&gt;"') == 3
    assert Document(io.BytesIO(made)).inline_shapes[0].width.cm == 5.0
    assert paragraphs(made)[0] == "Before  after"


def test_the_check_says_that_a_picture_is_put_in_by_docxtpl():
    assert codes(docx(p("{{ name }} {{ photo }}")), SHAPE) == ["by_docxtpl"]
    assert errors(check(docx(p("{{ photo }}")), SHAPE)) == []


def test_the_checker_apart_makes_its_trial_documents_on_this_way_too():
    body = p("{{r name }} {{ photo }}") + table(["{%tc for one in items %}", "{{ one }}", "{%tc endfor %}"]) + p("End")
    assert [str(finding) for finding in check_apart(docx(body), SHAPE)] == [str(finding) for finding in check(docx(body), SHAPE)]
    assert errors(check_apart(docx(body), SHAPE)) == []


@pytest.mark.parametrize("bad", [{"image": "no base64 at all!"}, {"image": base64.b64encode(b"GIF89a").decode()}, {"image": ""}])
def test_what_is_no_picture_is_an_error_with_its_place(bad):
    with pytest.raises(RenderingFailed) as refused:
        render(compile_template(docx(p("See {{ photo }}"))), {"photo": bad})
    assert refused.value.message == "body, paragraph 1, near “See {{ photo }}”: {{ photo }} is not a picture that Word can show (JPEG or PNG)"


def test_pictures_have_a_limit():
    with pytest.raises(RenderingFailed, match="more than 40 pictures"):
        render(compile_template(docx(p("{% for one in items %}{{ photo }}{% endfor %}"))), {"photo": picture(), "items": ["x"] * 41})


def test_a_picture_where_word_shows_none_is_an_error():
    types = '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/>'
    rels = '<Relationship Id="rId30" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/>'
    note = f'<w:footnotes {SPACES}><w:footnote w:id="1">{p("{{ photo }}")}</w:footnote></w:footnotes>'
    template = docx(p("{{ photo }}"), types=types, rels=rels, more={"word/footnotes.xml": note})
    with pytest.raises(RenderingFailed, match="can stand in the body, a header or a footer"):
        render(compile_template(template), {"photo": picture()})
    assert "Ada" in member(render(forced(docx(p("x"), types=types, rels=rels, more={"word/footnotes.xml": note})), {"photo": "Ada"}), "word/footnotes.xml")


NOTES = ("footnotes", "endnotes")
IN_EVERY_PART = docx(
    f'<w:p><w:r><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>{p("Box {{r value }}")}</w:txbxContent></v:textbox></w:pict></w:r></w:p>'
    + '<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture" descr="Seen {{ value }}"/></wp:inline></w:drawing></w:r></w:p>'
    + p("Body {{r value }}"),
    header=p("Head {{r value }}"),
    footer=p("Foot {{r value }}"),
    title="About {{ value }}",
    types="".join(f'<Override PartName="/word/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{name}+xml"/>' for name in NOTES),
    rels="".join(f'<Relationship Id="rId3{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{name}" Target="{name}.xml"/>' for number, name in enumerate(NOTES)),
    more={f"word/{name}.xml": f'<w:{name} {SPACES}><w:{name[:-1]} w:id="1">{p("Note {{r value }}")}</w:{name[:-1]}></w:{name}>' for name in NOTES},
)  # fmt: skip


@pytest.mark.parametrize("typed", ["A & B <x>", "</w:t></w:r></w:p>", "one two"])
def test_every_part_is_filled_on_this_way(typed):
    made = render(compile_template(IN_EVERY_PART), {"value": typed})
    whole(made)
    found = {name: text for name, text in everywhere(made) if name != text}
    for name, words in {"document": "Box|Body|Seen", "header1": "Head", "footer1": "Foot", "footnotes": "Note", "endnotes": "Note"}.items():
        assert all(f"{word} {typed}" in found[f"word/{name}.xml"] for word in words.split("|"))
    assert f"About {typed}" in found["docProps/core.xml"]
    assert "{{" not in " ".join(found.values())


@pytest.mark.parametrize("part", ["comments", "link"])
def test_what_is_not_filled_is_refused_on_this_way_too(part):
    comment = {"word/comments.xml": f"<w:comments {SPACES}><w:comment w:id='1'>{p('{{ name }}')}</w:comment></w:comments>"}
    link = '<Relationship Id="rId50" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://example.org/{{ name }}" TargetMode="External"/>'
    file = docx(p("{{r name }}"), more=comment) if part == "comments" else docx(p("{{r name }}"), rels=link)
    assert {finding.code for finding in errors(check(file, SHAPE))} == {"unfilled_part" if part == "comments" else "tag_in_link"}


@pytest.mark.parametrize(("typed", "read_back"), HOSTILE + OUR_OWN)
def test_a_value_is_read_back_as_it_was_cleaned(typed, read_back):
    made = render(forced(EVERYWHERE), {"value": typed})
    whole(made)
    word = Document(io.BytesIO(made))
    assert [paragraph.text for paragraph in word.paragraphs] == [f"Before {read_back} after", "The end"]
    assert [cell.text for cell in word.tables[0].rows[0].cells] == [read_back, "kept"]
    assert word.sections[0].header.paragraphs[0].text == f"Head {read_back}"
    assert word.sections[0].footer.paragraphs[0].text == f"Foot {read_back}"
    assert word.core_properties.title == "About " + read_back.replace("\n", " ").replace("\t", " ")


@pytest.mark.parametrize(("typed", "read_back"), HOSTILE + OUR_OWN)
def test_formatted_text_is_read_back_as_it_was_cleaned(typed, read_back):
    template = docx(p("Before {{r value }} after") + table(["{{r value }}", "kept"]) + p("The end"), header=p("Head {{r value }}"))
    for value in (typed, {"text": "", "rich": [{"text": typed, "bold": True}]}):
        made = render(compile_template(template), {"value": value})
        whole(made)
        word = Document(io.BytesIO(made))
        assert [paragraph.text for paragraph in word.paragraphs] == [f"Before {read_back} after", "The end"]
        assert [cell.text for cell in word.tables[0].rows[0].cells] == [read_back, "kept"]
        assert word.sections[0].header.paragraphs[0].text == f"Head {read_back}"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_injection_is_refused_beside_and_inside_formatted_text(payload):
    assert errors(check(docx(p("{{r name }}") + p(payload)), SHAPE))
    assert errors(check(docx(p(payload.replace("{{ ", "{{r "))), SHAPE))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_typed_as_an_answer_is_printed_and_not_obeyed(payload):
    made = render(compile_template(docx(p("Said: {{r name }}"))), {"name": payload})
    assert paragraphs(made) == [f"Said: {payload}"]


@pytest.mark.parametrize("payload", ENDLESS)
def test_a_template_without_end_is_ended_by_the_engine(payload):
    data = {"name": "Ada " * 100, "long": ["x"] * 1000, "huge": "x" * 1_000_000}
    with pytest.raises(RenderingFailed, match="more than"):
        render(compile_template(docx(p("{{r name }}") + p(payload))), data)


REPAIRED = (
    p("{% if shown %}") + p("Shown") + p("{% endif %}") + p("{%p if note %}") + p("{{r note }}") + p("{%p endif %}")
    + table([p("{%p if shown %}") + p("Shown") + p("{%p endif %}"), "kept"])
    + table(["{%tr for one in items %}"], ["{{ one }}"], ["{%tr endfor %}"])
    + table(["Kept", "row"], ["{%tc for one in items %}", "{{ one }}", "{%tc endfor %}"])
    + p("{%p for one in items %}") + '<w:p><w:bookmarkStart w:id="4" w:name="a"/><w:r><w:t>{{ one }}</w:t></w:r><w:bookmarkEnd w:id="4"/></w:p>' + p("{%p endfor %}")
    + p("End")
)  # fmt: skip


@pytest.mark.parametrize("items", [[], ["one"], ["one", "two"]], ids=len)
def test_repairs_are_made_on_this_way_too(items, tmp_path):
    def audited(document: bytes) -> set[str]:
        path = tmp_path / "document.docx"
        path.write_bytes(document)
        return {one.description for one in OpenXmlValidator(FileFormat.OFFICE_2019).validate(str(path)).errors if one.severity is ValidationSeverity.ERROR}

    made = render(compile_template(docx(REPAIRED)), {"shown": "", "note": "", "items": items})
    assert paragraphs(made) == [*items, "End"]
    assert audited(made) - audited(docx(p("Good"))) == set()


def test_a_missing_field_is_an_error_with_its_place():
    with pytest.raises(RenderingFailed) as refused:
        render(compile_template(docx(p("Dear {{r name }}"))), {})
    assert refused.value.message == "body, paragraph 1, near “Dear {{r name }}”: {{ name }} there is no field “name” here"


def test_a_document_that_docxtpl_shortened_is_not_made(monkeypatch):
    monkeypatch.setattr("portal.word.by_docxtpl.parse_xml", lambda xml: __import__("docx.oxml").oxml.parse_xml(xml.replace(b"Ada", b"")))
    with pytest.raises(RenderingFailed, match="lost words on docxtpl's way"):
        render(compile_template(docx(p("Dear {{r name }}"))), {"name": "Ada"})


def test_the_same_data_gives_the_same_bytes():
    template = docx(p("{{r what }} {{ photo }}"), header=p("{{ photo }}"))
    compile_template.cache_clear()
    first = render(compile_template(template), {"what": SPANS, "photo": picture()})
    compile_template.cache_clear()
    assert render(compile_template(template), {"what": SPANS, "photo": picture()}) == first

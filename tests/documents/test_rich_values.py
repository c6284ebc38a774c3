"""Bindings of more than words: a council's Markdown keeps its look, what a person typed stays as typed, a picture is drawn anew and only for the file."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import pytest
from docx import Document
from PIL import Image

from portal.councils.document_model import Binding, DocumentRule
from portal.documents.merge_data import BindingBroken, Material, Sources, WordsMissing, gather, shape
from portal.documents.trace import trace
from portal.forms.conditions import Facts
from portal.forms.load import load_definition
from portal.word.check import check, errors
from portal.word.fields import IMAGE, TEXT
from portal.word.formatted import as_typed, of_markdown
from portal.word.render import render
from portal.word.template import compile_template
from tests.documents.shipped import DAY, pack_of
from tests.word.word_files import docx, member, p, paragraphs, table

FORM = """
schema: 1
id: made_up
title: A made-up form
audience: staff
sections: [{id: all, title: Everything}]
pages:
  - id: one
    section: all
    title: Everything
    questions:
      - {id: account, kind: long_text, label: Account}
      - {id: drawing, kind: file, label: A drawing of the home}
"""
PACK = pack_of("hackney")


def photograph() -> bytes:
    """A wide picture that says it is to be turned, and where it was taken."""
    made, notes = io.BytesIO(), Image.Exif()
    notes[0x0112], notes[0x010E] = 6, "taken at 1 Example Road"
    Image.new("RGB", (4000, 1000), "teal").save(made, "JPEG", exif=notes)
    return made.getvalue()


FILES = {"a": b"%PDF-1.7 not a picture", "b": photograph(), "c": b"\xff\xd8 damaged"}


def sources(**answers) -> Sources:
    return Sources(PACK, Material(load_definition(FORM), answers, Facts(DAY)), read_file=FILES.__getitem__)


def rule(audience: str = "file", **fields) -> DocumentRule:
    made = {name: Binding(**binding) for name, binding in fields.items()}
    return DocumentRule(id="a", title="A", paper="request", template="a.docx", audience=audience, file_name="a", fields=made)


def attached(*names: str) -> list[dict]:
    return [{"id": name, "name": name, "size": 1, "sha256": name} for name in names]


PHOTO = {"question": "drawing", "kind": "image", "empty": "No picture", "width": 9}


def test_a_councils_text_keeps_its_look_and_its_points():
    value = of_markdown("Call **999** at *once*.\n\n- by day\n- by [telephone](tel:01632960001)")
    assert value["text"] == "Call 999 at once.\n\u2022 by day\n\u2022 by telephone (01632960001)"
    assert [span for span in value["rich"] if len(span) > 1] == [{"text": "999", "bold": True}, {"text": "once", "italic": True}]


def test_what_a_person_typed_stays_as_typed():
    data = gather(rule(words={"question": "account", "kind": "rich_text"}), sources(account="We **always**\nsay so"))
    assert data["words"] == as_typed("We **always**\nsay so")
    assert paragraphs(render(compile_template(docx(p("Said: {{r words }}"))), data)) == ["Said: We **always**\nsay so"]


def test_a_text_without_an_answer_counts_as_empty():
    data = gather(rule(words={"question": "account", "kind": "rich_text"}), sources())
    made = render(compile_template(docx(p("{% if words %}Said: {{r words }}{% endif %}") + p("End"))), data)
    assert paragraphs(made) == ["End"]


def test_wording_is_printed_with_its_look():
    data = gather(rule(words={"wording": "emergency", "kind": "rich_text"}), sources())
    made = Document(io.BytesIO(render(compile_template(docx(p("{{r words }}"))), data)))
    assert made.paragraphs[0].text == of_markdown(PACK.wording.texts["emergency"])["text"]


def test_the_first_picture_attached_is_printed_upright_smaller_and_without_what_it_knew():
    data = gather(rule(photo=PHOTO), sources(drawing=attached("a", "c", "b")))
    drawn = base64.b64decode(data["photo"]["image"])
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.size == (400, 1600) and not picture.getexif()
    assert b"Example Road" not in drawn
    assert (data["photo"]["width"], data["photo"]["alt"]) == (9, "A drawing of the home")
    made = render(compile_template(docx(p("See {{ photo }}"))), data)
    assert member(made).count("<w:drawing>") == 1 and 'descr="A drawing of the home"' in member(made)
    assert round(Document(io.BytesIO(made)).inline_shapes[0].width.cm, 2) == 9.0


def png(mode: str, size: tuple[int, int], colour: int) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, colour).save(made, "PNG")
    return made.getvalue()


def test_a_picture_is_made_smaller_before_its_dots_are_copied_four_times(monkeypatch):
    copied, convert = [], Image.Image.convert

    def noted(picture, *args, **named):
        copied.append(picture.size)
        return convert(picture, *args, **named)

    monkeypatch.setitem(FILES, "wide", png("L", (5000, 5000), 128))
    monkeypatch.setattr(Image.Image, "convert", noted)
    drawn = gather(rule(photo=PHOTO), sources(drawing=attached("wide")))["photo"]
    with Image.open(io.BytesIO(base64.b64decode(drawn["image"]))) as picture:
        assert picture.size == (1600, 1600) and picture.getpixel((9, 9)) == (128, 128, 128)
    assert copied and max(copied) <= (3200, 3200)


def test_words_say_that_a_picture_has_too_many_dots_unless_another_can_be_printed(monkeypatch):
    monkeypatch.setitem(FILES, "huge", png("1", (8000, 5001), 1))
    data = gather(rule(photo=PHOTO), sources(drawing=attached("huge")))
    assert data["photo"] == "The picture that was attached is not printed: it has more than 30 million dots."
    assert paragraphs(render(compile_template(docx(p("See {{ photo }}"))), data)) == [f"See {data['photo']}"]
    assert "image" in gather(rule(photo=PHOTO), sources(drawing=attached("huge", "b")))["photo"]


def test_greys_of_16_bits_stay_grey(monkeypatch):
    monkeypatch.setitem(FILES, "grey", png("I;16", (90, 90), 100 * 256))
    drawn = gather(rule(photo=PHOTO), sources(drawing=attached("grey")))["photo"]
    with Image.open(io.BytesIO(base64.b64decode(drawn["image"]))) as picture:
        assert picture.getpixel((9, 9)) == (100, 100, 100)


def test_without_files_a_required_picture_counts_as_there_where_something_is_attached():
    required = rule(photo={"question": "drawing", "kind": "image", "required": True})
    assert gather(required, replace(sources(drawing=attached("b")), read_file=None)) == {"photo": ""}
    for empty in (sources(), sources(drawing=attached("a"))):
        with pytest.raises(WordsMissing):
            gather(required, empty)


@pytest.mark.parametrize(("audience", "answers"), [("family", {"drawing": attached("b")}), ("professional", {"drawing": attached("b")}), ("file", {"drawing": attached("a", "c")}), ("file", {})])
def test_words_stand_where_there_is_no_picture_and_in_every_copy_that_leaves_the_file(audience, answers):
    assert gather(rule(audience, photo=PHOTO), sources(**answers))["photo"] == "No picture"


def test_a_template_with_both_passes_its_check_and_is_said_to_be_docxtpls():
    definitions = {"request": load_definition(FORM)}
    fields = shape(rule(photo=PHOTO, words={"wording": "emergency", "kind": "rich_text"}), PACK, definitions)
    assert fields == {"photo": IMAGE, "words": TEXT}
    found = check(docx(p("{{r words }}") + p("{{ photo }}")), fields)
    assert errors(found) == [] and {finding.code for finding in found if finding.level == "note"} == {"by_docxtpl"}


def test_only_a_question_that_takes_files_has_a_picture():
    with pytest.raises(BindingBroken, match="'account' takes no files"):
        shape(rule(photo={"question": "account", "kind": "image"}), PACK, {"request": load_definition(FORM)})


@pytest.mark.parametrize("wrong", [{"fact": "document.title", "kind": "image"}, {"question": "a", "part": "lines", "kind": "rich_text"}, {"repeat": "a", "kind": "rich_text", "fields": {"b": {"question": "c"}}}])
def test_what_cannot_have_a_look_is_refused(wrong):
    with pytest.raises(ValueError, match="rich_text"):
        Binding(**wrong)


def test_where_each_word_comes_from_is_told_of_what_docxtpl_fills_too():
    bound = rule(photo=PHOTO, words={"question": "account", "kind": "rich_text"})
    drawn_on = sources(account="It was cold", drawing=attached("b"))
    template = docx(p("{{r words }}") + p("{{ photo }}") + table(["{%tc for one in [words] %}", "{{ one }}", "{%tc endfor %}"]) + p("End"))
    found = trace(bound, drawn_on, gather(bound, drawn_on), compile_template(template))
    assert [(one.text, one.origin.words) for one in found.printed] == [("It was cold", "“Account” in " + PACK.papers["request"].title)] * 2

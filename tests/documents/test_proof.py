"""The proof of a copy: a withheld text is found wherever in the file it hides, and nothing else is taken for one."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from portal.documents.proof import Withheld, leaks, withheld
from portal.word import reading
from portal.word.render import render
from portal.word.template import compile_template
from tests.word.word_files import docx, p

HOME = Withheld("14 Linden Point", "Ada", "secret")
POSTCODE = Withheld("E5 9ZZ", "Ada", "secret")
TEXT_RUN = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'


def parts_of(document: bytes, *what: Withheld) -> list[str]:
    return [leak.part for leak in leaks(document, what or (HOME,))]


def with_member(name: str, content: str) -> bytes:
    """A Word file with this member."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx(p("Nothing here")))) as before, zipfile.ZipFile(out, "w") as archive:
        for member in before.namelist():
            if member != name:
                archive.writestr(member, before.read(member))
        archive.writestr(name, content)
    return out.getvalue()


CUT = "<w:p>" + "".join(TEXT_RUN.format(piece) for piece in ("They live at 14 Lin", "den", " Po", "int now")) + "</w:p>"
HIDDEN = '<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>14 Linden Point</w:t></w:r></w:p>'
BROKEN = "<w:p><w:r><w:t>14 Linden</w:t><w:br/><w:t>Point</w:t></w:r></w:p>"
ALTERNATIVE = '<w:p><w:r><w:drawing><wp:inline xmlns:wp="urn:x"><wp:docPr id="1" name="map" descr="14 Linden Point"/></wp:inline></w:drawing></w:r></w:p>'


@pytest.mark.parametrize("body", [p("At 14 Linden Point."), p("14 LINDEN  POINT"), p("14, Linden-Point"), p("１４ Linden Point"), CUT, HIDDEN, BROKEN, ALTERNATIVE], ids=str)
def test_it_is_found_however_it_is_written(body):
    assert parts_of(docx(body)) == ["word/document.xml"]


@pytest.mark.parametrize("where", ["header", "footer"])
def test_it_is_found_in_headers_and_footers(where):
    assert parts_of(docx(p("x"), **{where: p("14 Linden Point")})) != []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("docProps/core.xml", "<c><title>14 Linden Point</title></c>"),
        ("word/comments.xml", "<c><t>14 Linden Point</t></c>"),
        ("word/_rels/document.xml.rels", '<R><R Target="https://maps.example/14%20Linden%20Point"/></R>'),
        ("word/media/14-linden-point.png", "x"),
    ],
)
def test_it_is_found_outside_the_text(name, content):
    assert parts_of(with_member(name, content)) == [name]


def test_a_postcode_is_found_without_its_blank():
    assert parts_of(docx(p("(e59zz)")), POSTCODE) == ["word/document.xml"]


@pytest.mark.parametrize("text", ["14 Linden", "Point 14, Linden", "41 Linden Point Road"])
def test_other_words_are_no_leak(text):
    assert parts_of(docx(p(text))) == []


def test_a_clean_copy_has_no_leak():
    assert leaks(render(compile_template(docx(p("Dear {{ name }}"))), {"name": "Ada"}), [HOME, POSTCODE]) == []


def sources(rule_id: str, answers: dict):
    from portal.documents.commands import known_facts
    from portal.documents.merge_data import Material, Sources
    from portal.forms.answers import visible
    from portal.forms.conditions import Facts
    from portal.timekeeping import today
    from tests.documents.shipped import pack_of

    pack = pack_of("hackney")
    rule = pack.documents[rule_id]
    definition = pack.form(pack.papers[rule.paper].form)
    facts = Facts(today(), record=pack.service.facts)
    return rule, Sources(pack, Material(definition, visible(definition, answers, facts).answers, facts), {}, known_facts(pack, rule, ()))


def example(name: str) -> dict:
    from tests.documents.shipped import pack_of

    return json.loads((pack_of("hackney").places.examples / f"{name}.json").read_text())


def test_the_copy_for_the_file_withholds_nothing():
    assert withheld(*sources("request_record", example("request_for_support"))) == []


def test_confidential_addresses_of_the_form_are_withheld_from_everybody_else():
    rule, drawn_on = sources("request_record", example("request_for_support"))
    found = withheld(rule.model_copy(update={"audience": "family"}), drawn_on)
    assert "E5 9ZZ" in [one.text for one in found] and all(one.whose for one in found)
    assert not any(one.text == "London" for one in found), "a town gives no home away"


def test_a_letter_may_carry_its_readers_own_address_and_no_other():
    address = {"lines": ["5 Bramble House"], "town": "London", "postcode": "E5 9ZZ", "no_fixed_address": False, "confidential": True}
    elsewhere = address | {"lines": ["1 Elm Yard"], "postcode": "E2 9ZZ"}
    letter = example("closure_letter")
    rule, drawn_on = sources("closure_letter_parent", letter)
    found = withheld(rule, drawn_on, [("Ada", address), ("Nia", elsewhere)])
    assert {one.text for one in found} == {"1 Elm Yard", "E2 9ZZ"}


def test_pictures_are_read_and_not_kept_in_memory():
    reading._same_in_all.cache_clear()
    assert parts_of(with_member("word/media/image1.png", "14 Linden Point")) == ["word/media/image1.png"]
    assert reading._same_in_all.cache_info().currsize == 1  # the styles

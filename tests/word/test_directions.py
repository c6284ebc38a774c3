"""Words in Arabic, Hebrew, Urdu or Farsi are set from the right, wherever they are printed and whichever way the document is filled."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from portal.word import reading, sound
from portal.word.looks import in_look
from portal.word.render import render
from portal.word.template import compile_template
from portal.word.wordxml import P, R, T, W, pieces
from tests.word.test_quick import both
from tests.word.word_files import docx, member, p, table

ARABIC, HEBREW, URDU, FARSI = "نحن عائلة من دمشق", "משפחה מחיפה", "ہم لاہور سے ہیں", "خانواده‌ی من از گیلان"


def set_as(document: bytes, name: str = "word/document.xml") -> list[str]:
    """Each paragraph with words: < where it is set from the right, then its runs, each in brackets that open to where it begins."""
    told = []
    for paragraph in etree.fromstring(member(document, name).encode()).iter(P):
        runs = [(run.find(f"{W}rPr/{W}rtl") is not None, "".join(text for _, text in pieces(run))) for run in paragraph.iter(R)]
        words = "".join(f"<{text}>" if turned else text for turned, text in runs)
        if words:
            told.append(("RTL " if paragraph.find(f"{W}pPr/{W}bidi") is not None else "") + words)
    return told


@pytest.mark.parametrize("words", [ARABIC, HEBREW, URDU, FARSI])
def test_a_value_from_the_right_is_set_so_in_body_cells_and_edges(words, monkeypatch):
    template = docx(p("{{ words }}") + p("Said: ", "{{ words }}") + table(["{{ words }}"]) + p("{{ plain }}"), header=p("{{ words }}"), footer=p("{{ words }}"))
    made = both(template, {"words": words, "plain": "Plain"}, monkeypatch)
    assert set_as(made) == [f"RTL <{words}>", f"Said: <{words}>", f"RTL <{words}>", "Plain"]
    assert set_as(made, "word/header1.xml") == set_as(made, "word/footer1.xml") == [f"RTL <{words}>"]
    assert sound.faults(made) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ words }}, Hackney.", f"RTL <{ARABIC}, >Hackney<.>"),
        ("Dear {{ words }}, welcome", f"Dear <{ARABIC}>, welcome"),
        ("{{ words }} 07700 900123", f"RTL <{ARABIC} >07700 900123"),
        ("{{ words }} 12, 13.", f"RTL <{ARABIC} 12, 13.>"),
        ("1. {{ words }}", f"RTL <1. {ARABIC}>"),
        ("({{ words }})", f"RTL <({ARABIC})>"),
        ("A {{ words }} 12 {{ words }} B", f"A <{ARABIC} 12 {ARABIC}> B"),
    ],
)
def test_mixed_words_are_runs_of_their_own(text, told):
    assert set_as(render(compile_template(docx(p(text))), {"words": ARABIC})) == [told]


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        ("{{ words }} helped you and your family.", "أمينة", "<أمينة> helped you and your family."),
        ("{{ words }}: moved on", "رحلت", "<رحلت>: moved on"),
        ("{{ words }} (Amina)", ARABIC, f"RTL <{ARABIC} (>Amina<)>"),
    ],
)
def test_an_english_sentence_that_begins_with_such_a_value_stays_one(text, words, told):
    assert set_as(render(compile_template(docx(p(text))), {"words": words})) == [told]


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (" NHS number 999 123 4567", " >NHS number 999 123 4567"),
        (" NHS 12.", " >NHS 12<.>"),
        (" 999 123 4567", " >999 123 4567"),
        (" 999 123 4567 (NHS)", " >999 123 4567 (NHS<)>"),
        (" +44 (0)7700 900123", " >+44 (0)7700 900123"),
        (" (020) 7946 0000.", " >(020) 7946 0000<.>"),
        (" 07700\u00a0900-123, 5", " >07700\u00a0900-123<, 5>"),
        (" 12/03/2026", " >12/03/2026"),
    ],
)
@pytest.mark.parametrize("letters", [ARABIC, HEBREW])
def test_the_groups_of_a_number_are_never_set_from_the_right(after, told, letters):
    words = letters + after
    assert set_as(render(compile_template(docx(p("{{ words }}"))), {"words": words})) == [f"RTL <{letters}{told}"]


def test_a_number_over_several_runs_is_one_number():
    made = render(compile_template(docx(p("{{ words }} 999 ", "123", " 4567"))), {"words": ARABIC})
    assert set_as(made) == [f"RTL <{ARABIC} >999 123 4567"]


def test_marks_stay_with_the_letter_they_are_set_on():
    arabic, hebrew = "بيتٌ", "שָׁלוֹםּ"
    assert set_as(render(compile_template(docx(p("Said {{ words }}, yes") + p("{{ other }} x {{ other }}"))), {"words": arabic, "other": hebrew})) == [
        f"Said <{arabic}>, yes",
        f"RTL <{hebrew} >x< {hebrew}>",
    ]


@pytest.mark.parametrize(("own", "told"), [('<w:bidi w:val="0"/>', f"{ARABIC}>. Yes"), ("<w:bidi/>", f"{ARABIC}. >Yes")])
def test_a_direction_that_the_author_gave_a_paragraph_stays(own, told):
    made = render(compile_template(docx(f"<w:p><w:pPr>{own}</w:pPr><w:r><w:t>{{{{ words }}}}. Yes</w:t></w:r></w:p>")), {"words": ARABIC})
    assert re.findall("<w:bidi[^>]*/>(?=.*</w:pPr>)", member(made)) == [own]
    assert set_as(made) == [f"RTL <{told}"]


@pytest.mark.parametrize(("words", "language"), [(ARABIC, "ar-SA"), (HEBREW, "he-IL"), (URDU, "ur-PK"), (FARSI, "fa-IR"), ("ئێمە خێزانێکین", "ku-Arab-IQ"), ("موږ ټول", "ps-AF")])
def test_the_language_is_told_by_its_letters(words, language):
    assert f'<w:lang w:bidi="{language}"/>' in member(render(compile_template(docx(p("{{ words }}"))), {"words": words}))


def test_bold_words_stay_bold_and_breaks_and_tabs_stay():
    bold = '<w:p><w:pPr><w:spacing w:after="0"/></w:pPr><w:r><w:rPr><w:b/><w:sz w:val="30"/></w:rPr><w:t>{{ words }}</w:t></w:r></w:p>'
    made = member(render(compile_template(docx(bold)), {"words": f"{ARABIC}\n{HEBREW}\tx"}))
    assert '<w:pPr><w:bidi/><w:spacing w:after="0"/></w:pPr>' in made
    assert '<w:rPr><w:b/><w:bCs/><w:sz w:val="30"/><w:szCs w:val="30"/><w:rtl/><w:lang w:bidi="he-IL"/></w:rPr>' in made
    assert [child.tag.removeprefix(W) for run in etree.fromstring(made.encode()).iter(R) for child in run if child.tag != f"{W}rPr"] == ["t", "br", "t", "tab", "t"]


def test_formatted_words_are_set_from_the_right_on_docxtpls_way_too():
    made = render(compile_template(docx(p("{{r words }}") + p("{{ other }}"))), {"words": {"text": ARABIC, "rich": [{"text": ARABIC, "bold": True}]}, "other": "Plain"})
    assert set_as(made) == [f"RTL <{ARABIC}>", "Plain"]


def test_what_the_author_set_and_documents_without_such_words_stay_as_they_are():
    own = f'<w:p><w:pPr><w:bidi/></w:pPr><w:r><w:rPr><w:rtl/></w:rPr><w:t>{ARABIC}</w:t></w:r></w:p>'
    template = compile_template(docx(own + p("{{ words }}")))
    assert own in member(render(template, {"words": "Zoë’s – Łukasz, Δ, я, 中, 😀"}))
    assert set_as(render(template, {"words": HEBREW}))[0] == f"RTL <{ARABIC}>"


def test_large_print_puts_the_english_heading_of_a_column_above_words_from_the_right():
    head = '<w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:tcPr/><w:p><w:r><w:t>Wish</w:t></w:r></w:p></w:tc></w:tr>'
    body = re.sub("(</w:tblGrid>)", rf"\1{head}", table(["{{ words }}"]))
    made = in_look(render(compile_template(docx(body)), {"words": ARABIC}), ["large_print"])
    assert reading.paragraphs(made)[:2] == ["Wish", ARABIC]
    assert set_as(made)[:2] == ["Wish", f"RTL <{ARABIC}>"]


def test_no_word_and_no_sign_is_lost_whatever_stands_beside_each_other():
    import random

    dice = random.Random(7)
    letters = [*"ab 1.,()-\n\t&<", *ARABIC, *HEBREW, "\u200f", "\u202b", "😀", "é"]
    template = compile_template(docx(p("x {{ words }} y") + p("{{ words }}")))
    for _ in range(150):
        words = "".join(dice.choices(letters, k=dice.randint(1, 25)))
        made = etree.fromstring(member(render(template, {"words": words})).encode())
        assert ["".join(text for _, text in pieces(one)) for one in made.iter(P)] == [f"x {words} y", words]
        assert all(text.getparent().tag == R for text in made.iter(T))

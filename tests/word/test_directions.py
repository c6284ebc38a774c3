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
def test_a_paragraph_follows_its_first_letter_in_body_cells_and_edges(words, monkeypatch):
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
        ("{{ words }} 07700 900123", f"RTL <{ARABIC} 07700 900123>"),
        ("1. {{ words }}", f"RTL <1. {ARABIC}>"),
        ("({{ words }})", f"RTL <({ARABIC})>"),
        ("A {{ words }} 12 {{ words }} B", f"A <{ARABIC} 12 {ARABIC}> B"),
    ],
)
def test_mixed_words_are_runs_of_their_own(text, told):
    assert set_as(render(compile_template(docx(p(text))), {"words": ARABIC})) == [told]


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

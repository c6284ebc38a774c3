"""How plain a text is: known ages, long sentences, and words the council avoids."""

from __future__ import annotations

import pytest

from portal.councils.model import AvoidedWord
from portal.documents.plain_words import judge, reading_age, syllables
from portal.word.reading import paragraphs
from tests.documents.shipped import everything

AVOIDED = (AvoidedWord(words=("failed to engage",), instead="say what happened"), AvoidedWord(words=("LAC",), instead="child we look after"))
EASY = "We came to help. You did so well. You go to school now. Your mum is glad. "
HARD = "Multidisciplinary safeguarding considerations necessitate comprehensive interagency collaboration regarding developmental vulnerability. "


@pytest.mark.parametrize(("word", "count"), [("cat", 1), ("family", 3), ("agreed", 2), ("helped", 1), ("wanted", 2), ("table", 2), ("come", 1), ("review", 2), ("I", 1)])
def test_syllables(word, count):
    assert syllables(word) == count


def test_easy_words_are_for_the_young_and_hard_ones_are_not():
    assert judge([EASY * 5], ()).reading_age in range(5, 8)
    assert judge([HARD * 6], ()).reading_age > 20


def test_a_short_text_has_no_age():
    assert reading_age(["We came to help."]) is None


def test_names_and_headings_do_not_count():
    assert judge(["Ifeoma Okafor", "Our work together has ended"] * 40, ()).reading_age is None


def test_long_sentences_and_avoided_words_are_told_with_advice():
    long = "We " + "came and " * 14 + "left."
    found = judge([long, "She Failed to engage.", "A black LAC review.", "A lack of time."], AVOIDED)
    assert [(one.words[:16], one.advice) for one in found.warnings] == [
        (long[:16], "a sentence of 30 words: make two of it"),
        ("Failed to engage", "say instead: say what happened"),
        ("LAC", "say instead: child we look after"),
    ]


def test_a_text_harder_than_the_council_wants_is_told():
    assert judge([HARD * 6], (), 12).warnings[0].advice.startswith("the council writes for a reading age of 12")
    assert not judge([EASY * 5], (), 12).warnings


@pytest.mark.parametrize("shipped", [one for one in everything() if one.rule.audience == "family" and one.pack.id == "hackney"], ids=str)
def test_shipped_letters_are_as_plain_as_the_council_wants(shipped):
    wording = shipped.pack.wording
    age = judge(paragraphs(shipped.made), wording.avoided).reading_age
    assert age is not None and age <= wording.reading_age

"""Rows of answers are drawn once for each shape, and are the same, letter by letter, as the macro writes them each time."""

from __future__ import annotations

from itertools import product

import pytest

from portal import language
from portal.forms.summary import SummaryBlock, SummaryRow
from portal.language import Language
from portal.submissions import row_shells

TURKISH = Language("tr", "Türkçe", "Turkish", words={"Change": "Değiştir", "Not answered": "Yanıtlanmadı"})
TEXTS = ("", "Rosa & <b>Søren</b>", "two\nlines", "\ue000text&\ue001")
STATES = ({}, {"missing": True}, {"incomplete": True}, {"held_back": "Ask the lead & the manager"})


@pytest.fixture
def drawn(app):
    return app.jinja_env.globals["drawn_row"]


@pytest.fixture
def by_macro(app):
    module = app.jinja_env.get_template(row_shells.FILE).module

    def drawn(row, block, change_url):
        settled, texts = row_shells.values_of(row, block, change_url)
        return module.summary_row(**settled, **texts)

    return drawn


@pytest.mark.parametrize("spoken", [language.ENGLISH, TURKISH], ids=["en", "tr"])
def test_a_row_is_the_same_as_the_macro_writes_it(drawn, by_macro, spoken):
    with language.speaking(spoken):
        for text, state, tongue, label, scope, change in product(TEXTS, STATES, ("", "en"), ("What’s wrong?", "A < B"), ((), (("children", "c1"),)), (None, "/fill/{}?a=1&b=2".format)):
            row = SummaryRow("children.c1.name", "name", label, text, "text", "child/c1", lang=tongue, **state)
            block = SummaryBlock("Rosa & co", scope)
            assert drawn(row, block, change) == by_macro(row, block, change)


def test_rows_of_few_shapes_are_drawn_few_times_and_hold_only_their_own_words(by_macro, app):
    made = []
    module = app.jinja_env.get_template(row_shells.FILE).module
    rows = row_shells.DrawnRows(lambda **values: made.append(values) or module.summary_row(**values))
    found = [rows(SummaryRow(f"q{number}", f"q{number}", f"Question {number}", f"answer {number}", "text", f"p{number}"), SummaryBlock(""), lambda key: f"/{key}") for number in range(50)]
    assert len(made) == 1
    assert all(f"answer {number}<" in row and f'"/p{number}"' in row and row.count("answer") == 1 for number, row in enumerate(found))


def test_an_answer_held_back_has_no_way_to_change_it(drawn):
    row = SummaryRow("q", "q", "Question", "Answer held back", "text", "p", held_back="Ask a manager")
    told = drawn(row, SummaryBlock(""), lambda key: "/secret")
    assert "Ask a manager" in told and "/secret" not in told and "Change" not in told

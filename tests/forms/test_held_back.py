"""The choke point: whatever becomes words, inputs or merge values of an answer, a reader who does not read its kind gets none of it."""

from __future__ import annotations

import ast
from datetime import date

import pytest

from portal.forms import held_back, question_kinds, summary
from portal.forms.conditions import Facts
from portal.forms.explain import why_at
from portal.forms.held_back import Reader
from portal.forms.item_labels import item_label
from portal.forms.journey import Journey
from portal.forms.load import load_definition
from portal.forms.page_form import build
from tests.house.source import modules, tree

FORM = """
schema: 1
id: trip
title: A trip
audience: staff
sections: [{id: one, title: One}]
repeats:
  guests: {title: Guests, item: guest, item_label: "{first} {last}"}
pages:
  - id: trip
    section: one
    title: The trip
    questions:
      - {id: place, kind: text, label: Which place?, required: true}
      - {id: why, kind: long_text, sensitivity: private, label: "Why *there* & <not> here?"}
      - {id: leaves, kind: date, sensitivity: private, label: When do you leave?}
      - {id: back, kind: date, label: When are you back?, rules: [{not_before: {question: leaves}}]}
      - {id: fear, kind: yes_no, sensitivity: private, label: Is somebody after you?}
      - {id: stay, kind: text, label: Where do you stay?, when: {question: fear, is: "yes"}}
  - id: guest
    section: one
    title: Guests
    repeat: guests
    questions:
      - {id: first, kind: text, label: First name}
      - {id: last, kind: text, sensitivity: private, label: Last name}
"""
ANSWERS = {
    "place": "Rome", "why": "To hide", "leaves": "2026-05-02", "fear": "yes", "stay": "A friend's",
    "guests": [{"_id": "guest1", "first": "Ada", "last": "Secret"}],
}  # fmt: skip
FACTS = Facts(date(2026, 5, 1))
OUTSIDER = Reader(frozenset({"personal"}), {"private": "It is private. Ask the guide."})
COPY = Reader(frozenset({"personal"}), {}, is_copy=True)


@pytest.fixture(scope="module")
def form():
    return load_definition(FORM)


@pytest.fixture
def outsider():
    with held_back.reading(OUTSIDER):
        yield


def page(form, **posted):
    journey = Journey(form, ANSWERS, FACTS)
    return build(form, journey.blocks(journey.find("trip")), ANSWERS, {"why": {"": ["To hide away"]}}, FACTS, **posted)


@pytest.mark.parametrize("name", ["why", "leaves", "fear"])
def test_no_words_no_inputs_and_no_parts(form, outsider, name):
    question, value = form.index.questions[name], ANSWERS[name]
    assert question_kinds.text_of(question, value) == "Answer held back"
    assert question_kinds.raw_of(question, value) == {}
    merged = question_kinds.merge_value(question, value)
    assert merged == "Answer held back" or (merged["text"], set(merged.values())) == ("Answer held back", {"Answer held back", ""})


def test_every_kind_of_question_holds_its_answers_back(form, outsider):
    from docs.generate import example_questions

    for name, question in example_questions().items():
        value = question_kinds.example(question)
        if value is None:
            continue
        with held_back.reading(None):
            said = question_kinds.text_of(question, value)
        kept = question.model_copy(update={"sensitivity": "private"})
        assert said and question_kinds.text_of(kept, value) == "Answer held back", name
        assert said not in str(question_kinds.merge_value(kept, value)) and question_kinds.raw_of(kept, value) == {}, name


def test_without_a_reader_and_for_who_reads_it_nothing_is_held_back(form):
    question = form.index.questions["why"]
    assert question_kinds.text_of(question, "To hide") == "To hide"
    with held_back.reading(Reader(frozenset({"private"}))):
        assert question_kinds.text_of(question, "To hide") == "To hide"
    with held_back.reading(held_back.NOBODY):
        assert question_kinds.text_of(form.index.questions["place"], "Rome") == "Answer held back"


def test_a_row_says_why_and_whom_to_ask_whether_there_is_an_answer_or_not(form, outsider):
    for answers in (ANSWERS, {"place": "Rome"}):
        rows = {row.question_id: row for row in summary.rows(form, answers, FACTS)}
        assert (rows["why"].text, rows["why"].held_back) == ("Answer held back", "It is private. Ask the guide.")
        assert (rows["place"].text, rows["place"].held_back) == ("Rome", "")


def test_in_a_copy_not_even_the_question_is_there(form):
    with held_back.reading(COPY):
        rows = {row.question_id for row in summary.rows(form, ANSWERS, FACTS)}
        assert question_kinds.text_of(form.index.questions["why"], "To hide") == ""
    assert {"why", "leaves", "fear"} & rows == set() and {"place", "stay"} <= rows


def test_an_item_is_called_by_what_may_be_read(form, outsider):
    assert item_label(form, ANSWERS, (("guests", "guest1"),)) == "Ada"


def test_a_page_shows_a_text_in_its_place_and_reads_nothing_for_it(form, outsider):
    shown = page(form)
    assert {each.path: each.kind for each in shown.fields_shown} == {"place": "text", "why": "guidance", "leaves": "guidance", "back": "date", "fear": "guidance", "stay": "text"}
    html = str(shown["why"].words.guidance())
    assert "Why *there* &amp; &lt;not&gt; here?" in html and "Answer held back. It is private. Ask the guide." in html
    sent = {"place": ["Oslo"], "why": ["Mine"], "fear": ["no"], "leaves-day": ["1"], "_shown": ["place", "why", "leaves", "back", "fear", "stay"], "stay": ["A friend's"]}
    reading = page(form, formdata=sent).read()
    assert (reading.values, reading.incomplete, reading.cleared) == ({"place": "Oslo", "stay": "A friend's"}, {}, ["back"])


def test_a_rule_about_another_answer_does_not_tell_it(form, outsider):
    sent = {"place": ["Oslo"], "back-day": ["1"], "back-month": ["5"], "back-year": ["2026"], "_shown": ["place", "back"]}
    (problem,) = page(form, formdata=sent).read().problems
    assert problem.message == "This does not fit another answer, which is held back"
    with held_back.reading(None):
        (problem,) = page(form, formdata=sent).read().problems
    assert "2 May 2026" in problem.message


def test_why_something_is_asked_does_not_tell_it_either(form, outsider):
    seen = Journey(form, ANSWERS, FACTS).visible
    assert why_at(form, "stay", seen, FACTS) == ["stay is shown", "the question is shown when:", "  “Is somebody after you?” is Yes: held back"]
    with held_back.reading(None):
        assert why_at(form, "stay", seen, FACTS)[-1].endswith("yes (answered: Yes)")


def test_what_left_the_form_is_held_back_from_whoever_anything_is(form, outsider):
    assert held_back.is_held_at(form, "gone") and held_back.is_held_at(form, "guests.guest1.last")
    assert not held_back.is_held_at(form, "guests") and not held_back.is_held_at(form, "guests.guest1.first")


OWN_WORK = {
    "portal.documents.contract": ["fields_told", "examples"],
    "portal.documents.proof": ["prove", "withheld"],
    "portal.families.bindings": ["people"],
    "portal.families.corrections": ["_put"],
    "portal.forms.versions.upgrade": ["upgrade"],
}
"""What the portal does for itself, with every answer, whoever is there. What is kept so is shown by pages that ask what may be read, and what
the contract of a document shows are the answers of made-up examples; think before this grows."""


def test_only_what_is_kept_and_not_shown_is_the_portals_own_work():
    found: dict[str, list[str]] = {}
    for name in modules():
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.FunctionDef) and any(ast.unparse(one).endswith("own_work") for one in node.decorator_list):
                found.setdefault(name, []).append(node.name)
            if isinstance(node, ast.Call) and ast.unparse(node).endswith(("reading(None)", "read_as(None)")) and name not in ("portal.forms.held_back", "portal.access"):
                found.setdefault(name, []).append(ast.unparse(node))
    assert found == OWN_WORK

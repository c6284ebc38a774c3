"""What Hackney's forms say when an answer is missing or wrong: whole sentences that name the thing, never "Enter what"."""

from __future__ import annotations

import re

import pytest

from portal.forms import question_kinds
from portal.forms.model import Question
from portal.forms.question_kinds import wording
from tests.forms.test_shipped_forms import FORMS, form

VERBS = ("Enter ", "Select ", "Choose a file for ")
CLAUSE = ("what", "which", "who", "where", "when", "why", "how", "whether")
NOUN = ("the", "a", "your", "their", "this")
MEASURED = ("date", "time", "number")
"""Kinds whose errors read "The day you phoned must be …", so that their words must be a noun."""

MOST_WORDS = 12


def answerable(form_id: str) -> list[Question]:
    """The questions of a form that take an answer."""
    return [question for page in form(form_id).pages for question in page.questions if question_kinds.kind(question.kind).has_value]


def object_of(message: str) -> str:
    """What one is asked to enter or select."""
    return next((message.removeprefix(verb) for verb in VERBS if message.startswith(verb)), "")


@pytest.mark.parametrize("form_id", FORMS)
def test_a_missing_answer_is_asked_for_in_a_whole_sentence(form_id: str) -> None:
    clumsy = {}
    for question in answerable(form_id):
        if question.kind == "statement":
            continue
        asked_for = object_of(question_kinds.missing(question).message).split()
        if not 2 <= len(asked_for) <= MOST_WORDS or asked_for[0] not in CLAUSE + NOUN:
            clumsy[question.id] = question_kinds.missing(question).message
    assert clumsy == {}


@pytest.mark.parametrize("form_id", FORMS)
def test_a_date_a_time_and_a_number_have_a_name_that_can_be_wrong(form_id: str) -> None:
    subjects = {question.id: wording.subject(question) for question in answerable(form_id) if question.kind in MEASURED}
    assert {name: words for name, words in subjects.items() if words.partition(" ")[0].lower() not in NOUN or "answer about" in words} == {}


@pytest.mark.parametrize("form_id", FORMS)
def test_no_message_repeats_its_verb_or_trails_off(form_id: str) -> None:
    messages = [question_kinds.missing(question).message for question in answerable(form_id)]
    assert [message for message in messages if re.search(r"\b(\w+) \1\b|[,:;?]$|\b(and|or|the)$", message)] == []


def test_a_clause_is_led_into_where_it_cannot_be_the_subject() -> None:
    question = form("taf_meeting").index.questions["working_well"]
    found = question_kinds.read(question, {"": ["word " * 600]})
    assert [wrong.message for wrong in found.wrong] == ["Your answer about what is working well must be 500 words or fewer; it has 600"]

"""Who is named in a document: people the record knows by any of their names, and words that look like somebody's."""

from __future__ import annotations

from datetime import date

import pytest

from portal.documents.merge_data import Material
from portal.documents.named import UNKNOWN, Known, known_in, named
from portal.forms import held_back
from portal.forms.conditions import Facts
from portal.forms.held_back import Reader
from portal.forms.load import load_definition

MARLON = Known("Marlon", "Reid", "adult")
ZOE = Known("Zoë", "O'Súilleabháin", "child")


def found(text: str, *known: Known, fixed: str = "") -> list[tuple[str, str]]:
    return [(one.name, one.what) for one in named(text.split("\n"), known, fixed)]


@pytest.mark.parametrize("text", ["Marlon Reid came.", "Then marlon reid came.", "Marlon came.", "If Mr Reid comes", "MARLON  REID"])
def test_a_known_person_is_found_however_they_are_called(text):
    assert found(text, MARLON) == [("Marlon Reid", "adult")]


@pytest.mark.parametrize("text", ["Marlonia came.", "He reads.", "Nobody came."])
def test_a_word_that_only_holds_a_name_is_nobody(text):
    assert found(text, MARLON) == []


def test_accents_and_apostrophes_hide_nobody():
    assert found("Zoe O’Suilleabhain, 7", ZOE) == [("Zoë O'Súilleabháin", "child")]


def test_words_that_look_like_a_name_are_listed_after_the_known():
    assert found("Ask Grace Eze. Marlon knows her.\nWe met Auntie Grace Obi's friend", MARLON) == [("Marlon Reid", "adult"), ("Grace Eze", UNKNOWN), ("Auntie Grace Obi", UNKNOWN)]


def test_what_stands_in_every_document_is_no_name():
    assert found("Hackney Council\nEarly Help", fixed="Hackney Council, Early Help") == []


def test_nobody_is_found_by_a_last_name_alone_before_they_have_a_first():
    assert found("The Castell family", Known("", "Castell", "child")) == []


def test_each_is_told_once_with_the_words_around():
    (one,) = named(["a" * 60 + " Marlon Reid " + "b" * 60, "Mr Reid, Marlon"], [MARLON, MARLON])
    assert one.around.startswith("…a") and one.around.endswith("b…") and "Marlon Reid" in one.around and one.times == 1


@pytest.mark.parametrize("text", ["Dear Ms Reid", "Hello Marlon", "Marlon's English lessons", "Marlon’s Mum"])
def test_a_greeting_or_what_is_theirs_is_no_other_name(text):
    assert found(text, MARLON) == [("Marlon Reid", "adult")]


HELPERS = """
schema: 1
id: help
title: Help
audience: staff
sections: [{id: one, title: One}]
repeats:
  helpers: {title: Helpers, item: helper, item_label: "{first}", people: professional}
pages:
  - id: helpers
    section: one
    title: Helpers
    repeat: helpers
    questions:
      - {id: first, kind: text, label: First name, record: person.first_name}
      - {id: job, kind: text, sensitivity: private, label: Job, record: person.role}
  - id: caller
    section: one
    title: Caller
    questions:
      - {id: caller, kind: person, sensitivity: private, label: Who called?, short: the caller}
"""


def test_what_somebody_is_is_not_told_where_it_is_held_back():
    answers = {"helpers": [{"_id": "helper1", "first": "Ada", "job": "Refuge worker"}], "caller": {"first_name": "Bo", "role": "Probation officer"}}
    form = Material(load_definition(HELPERS), answers, Facts(date(2026, 6, 15)))
    assert [(one.first_name, one.what) for one in known_in([form])] == [("Ada", "Refuge worker"), ("Bo", "Probation officer")]
    with held_back.reading(Reader(frozenset({""}))):
        assert [(one.first_name, one.what) for one in known_in([form])] == [("Ada", "professional"), ("Bo", "the caller")]

"""A form on paper: numbers, notes for conditions, where to go next, and what is left for each kind of answer."""

from __future__ import annotations

from datetime import date

import pytest

from portal.forms import question_kinds
from portal.forms.conditions import Facts
from portal.forms.derived.paper_form import paper_form
from portal.forms.load import load_definition
from portal.forms.question_kinds.paper import Figures, Lines, Ticks
from tests.documents.shipped import PACKS, pack_of
from tests.forms.asking import asked

FACTS = Facts(date(2026, 6, 12), record={"service.upn": "no"})
HEAD = """schema: 1
id: visit
title: A visit
audience: staff
sections: [{id: about, title: About}]
"""


def on_paper(body: str, facts: Facts = FACTS):
    return paper_form(load_definition(HEAD + body), facts)


def pages(body: str, facts: Facts = FACTS):
    return [page for section in on_paper(body, facts).sections for page in section.pages]


def entries(body: str, facts: Facts = FACTS):
    return [entry for page in pages(body, facts) for entry in page.entries]


SIMPLE = """pages:
  - id: one
    section: about
    title: One
    questions:
      - {id: dog, kind: yes_no, label: "Is there a dog?", required: true}
      - {id: breed, kind: text, label: "What breed?", when: {question: dog, is: "yes"}}
      - {id: name, kind: text, label: "Its name?", when: {question: dog, is: "yes"}, required: true}
      - {id: read_this, kind: guidance, label: Ring first, text: "Ring before you go."}
      - {id: cat, kind: yes_no, label: "Is there a cat?", required: {question: dog, is: "no"}}
"""


def test_questions_are_numbered_and_text_to_read_is_not():
    assert [(entry.number, entry.label) for entry in entries(SIMPLE)] == [(1, "Is there a dog?"), (2, "What breed?"), (3, "Its name?"), (0, "Ring first"), (4, "Is there a cat?")]


def test_an_answer_that_leaves_questions_out_tells_where_to_go():
    assert entries(SIMPLE)[0].after == {"no": ""} or entries(SIMPLE)[0].after == {}, "text to read comes next: nobody is sent past it"
    without_text = SIMPLE.replace('      - {id: read_this, kind: guidance, label: Ring first, text: "Ring before you go."}\n', "")
    assert entries(without_text)[0].after == {"no": "go to question 4"}


def test_a_condition_is_told_once_for_the_questions_that_share_it():
    dog, breed, name, *_ = entries(SIMPLE)
    assert dog.notes == ()
    assert breed.notes == ("Answer questions 2 and 3 only if the answer to question 1 is “Yes”",)
    assert name.notes == ()


def test_it_says_which_questions_may_be_left_blank():
    dog, breed, name, _, cat = entries(SIMPLE)
    assert (dog.demand, breed.demand, name.demand) == ("", "You may leave this blank.", "")
    assert cat.demand == "You must answer this if the answer to question 1 is “No”."


def test_a_stop_page_is_told_beside_the_answer_that_leads_there():
    body = """pages:
  - {id: one, section: about, title: One, questions: [{id: ok, kind: yes_no, label: "Is it safe?", required: true}]}
  - {id: halt, section: about, title: Stay away, type: stop, guidance: "Do not go.", when: {question: ok, is: "no"}}
  - {id: two, section: about, title: Two, questions: [{id: when_, kind: text, label: "When?", required: true}]}
"""
    assert entries(body)[0].after == {"no": "stop and read “Stay away”"}
    assert [page.notes for page in pages(body)] == [(), ("Stop here if the answer to question 1 is “No”",), ()]


def test_many_options_that_lead_to_one_place_are_told_together():
    options = "".join(f"{{id: o{number}, label: Option {number}}}, " for number in range(5))
    body = f"""pages:
  - id: one
    section: about
    title: One
    questions:
      - {{id: faith, kind: radios, label: "Faith?", options: [{options}{{id: other, label: Another}}]}}
      - {{id: which, kind: text, label: "Which?", when: {{question: faith, is: other}}}}
      - {{id: last, kind: text, label: "Last?"}}
"""
    faith = entries(body)[0]
    assert faith.after == {}
    assert faith.afterwards == "Unless you ticked “Another”, go to question 3."


def test_questions_of_items_are_answered_again_for_each():
    body = """repeats:
  children: {title: Children, item: child, min: 1}
  needs: {title: Needs, item: need, over: children, where: {question: here, is: "yes"}}
pages:
  - id: child
    section: about
    title: The child
    repeat: children
    questions:
      - {id: here, kind: yes_no, label: "Is the child here?", required: true}
      - {id: why, kind: text, label: "Why not?", when: {question: here, is: "no"}}
  - {id: need, section: about, title: Needs, repeat: needs, questions: [{id: need, kind: text, label: "What?"}]}
"""
    child, need = pages(body)
    assert child.repeat_notes == ("Answer questions 1 and 2 once for each child.", "Copy or print these questions again for each further one.")
    assert child.about == "child"
    assert child.entries[0].after == {"yes": "go on after question 2"}, "the next question is asked of all children together"
    assert need.repeat_notes[:2] == ("Answer question 3 once for each child you wrote about under “Children”.", "Only for a child for whom the answer to question 1 is “Yes”")


def test_what_the_council_has_switched_off_is_not_printed():
    body = """pages:
  - id: one
    section: about
    title: One
    questions:
      - {id: upn, kind: upn, label: UPN, when: {record: service.upn, is: "yes"}}
      - {id: name, kind: text, label: Name}
"""
    assert [entry.label for entry in entries(body)] == ["Name"]
    assert [entry.label for entry in entries(body, Facts(FACTS.today, record={"service.upn": "yes"}))] == ["UPN", "Name"]


def test_a_condition_of_half_a_page_is_left_to_the_reader():
    leaves = ", ".join(f'{{all: [{{question: a, is: "yes"}}, {{question: b, is: "yes"}}, {{any: [{{question: c, is: "yes"}}, {{all: [{{question: d, is: "yes"}}, {{question: e{number}, is: "yes"}}]}}]}}]}}' for number in range(4))
    asked_first = "".join(f'      - {{id: {name}, kind: yes_no, label: "{name}?"}}\n' for name in ("a", "b", "c", "d", "e0", "e1", "e2", "e3"))
    body = f"""pages:
  - id: one
    section: about
    title: One
    questions:
{asked_first}      - {{id: last, kind: text, label: "Last?", when: {{any: [{leaves}]}}}}
"""
    (note,) = entries(body)[-1].notes
    assert note == "Answer this only if it fits what you have written. If you are not sure, go on: we will ask you"


@pytest.mark.parametrize("pack", PACKS)
def test_every_question_of_every_shipped_form_is_on_paper_once(pack):
    council = pack_of(pack)
    for definition in council.forms().values():
        form = paper_form(definition, Facts(FACTS.today, record=dict.fromkeys(council.service.facts, "yes")))
        printed = [entry for section in form.sections for page in section.pages for entry in page.entries if entry.number]
        with_value = [question.label for question in definition.index.questions.values() if question_kinds.kind(question.kind).has_value]
        assert [entry.number for entry in printed] == list(range(1, len(printed) + 1))
        assert sorted(entry.label for entry in printed) == sorted(with_value)
        assert all(entry.spaces for entry in printed)


@pytest.mark.parametrize(
    ("kind", "keys", "space"),
    [
        ("text", {}, Lines()),
        ("long_text", {"rows": 9}, Lines(10)),
        ("date", {}, Figures((("Day", 2), ("Month", 2), ("Year", 4)))),
        ("nhs_number", {}, Figures((("", 3), ("", 3), ("", 4)))),
    ],
)
def test_a_kind_leaves_room_for_its_answer(kind, keys, space):
    question = asked(kind, **keys)
    assert question_kinds.kind(kind).on_paper(question)[0] == space


def test_options_are_boxes_and_a_long_list_is_a_line():
    few = asked("radios", options=[{"id": "a", "label": "A"}, {"id": "b", "label": "B"}])
    many = asked("select", options=[{"id": f"o{number}", "label": str(number)} for number in range(60)])
    (space,) = question_kinds.kind("radios").on_paper(few)
    assert isinstance(space, Ticks)
    assert [box.label for box in space.boxes] == ["A", "B"]
    assert question_kinds.kind("select").on_paper(many) == (Lines(),)

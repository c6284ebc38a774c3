"""What can never come to pass in a form is told, and only that."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from portal.forms.answers import visible
from portal.forms.check import faults
from portal.forms.check_shown import shown
from portal.forms.condition_tree import Condition
from portal.forms.conditions import Judge
from portal.forms.journey import Journey
from portal.forms.load import load_definition
from portal.forms.model import FormDefinition
from portal.forms.narrowed import narrowed
from tests.forms.holiday_club import FACTS, a_form
from tests.forms.small_forms import all_answers, small_forms

SAFEGUARDING = """
schema: 1
id: safeguarding
title: A worry
audience: staff
conditions:
  harmed: {question: harm, is: "yes"}
  calm: {not: {use: harmed}}
sections: [{id: one, title: One}]
repeats:
  children: {title: Children, item: child, max: 4}
  boys: {title: Boys, item: boy, over: children, where: {question: sex, is: boy}}
pages:
  - id: first
    section: one
    title: First
    questions:
      - {id: harm, kind: yes_no, label: Is a child being harmed?}
      - {id: sure, kind: yes_no, label: Are you sure?, not_known: true}
      - {id: source, kind: radios, label: Who are you?, options: [{id: school, label: A school}, {id: parent, label: A parent}, {id: other, label: Another}]}
      - {id: injuries, kind: checkboxes, label: Injuries, options: [{id: bruise, label: Bruise}, {id: burn, label: Burn}, {id: none, label: None, exclusive: true}]}
      - {id: worst, kind: checkboxes, label: The worst, max: 1, options: [{id: bruise, label: Bruise}, {id: burn, label: Burn}]}
      - {id: age, kind: number, label: Age, min: 0, max: 18}
      - {id: worried, kind: scale, label: How worried are you?}
      - {id: seen_on, kind: date, label: Last seen, rules: [{not_after: today}]}
      - {id: told_on, kind: date, label: Told}
      - {id: seen_at, kind: time, label: When}
      - {id: town, kind: text, label: Town, max_length: 5}
      - {id: agreed, kind: consent, label: Agreement}
      - {id: home, kind: address, label: Home}
      - {id: group, kind: ethnicity, label: Group}
      - {id: truth, kind: statement, label: The truth}
      - {id: why_not, kind: text, label: Why not?, when: {question: harm, is: "no"}}
      - {id: why_not_more, kind: yes_no, label: More?, when: {question: why_not, answered: true}}
  - {id: calm_page, section: one, title: Calm, when: {use: calm}, questions: [{id: calm_how, kind: yes_no, label: Is all well?}]}
  - {id: child, section: one, title: Child, repeat: children, questions: [{id: sex, kind: radios, label: Sex, options: [{id: boy, label: Boy}, {id: girl, label: Girl}]}, {id: at_school, kind: yes_no, label: At school?}]}
  - {id: boy, section: one, title: Boy, repeat: boys, questions: [{id: boy_note, kind: text, label: Note}]}
  - {id: for_school, section: one, title: Thank you, type: stop, when: {question: source, is: school}}
"""

DEAD = {
    "yes and no": 'all: [{question: harm, is: "yes"}, {question: harm, is: "no"}]',
    "two of one choice": "all: [{question: source, is: parent}, {question: source, is: other}]",
    "outside its list": "all: [{question: source, in: [parent, school]}, {question: source, is: other}]",
    "is and is not": "all: [{question: source, is: parent}, {question: source, is_not: parent}]",
    "yes and not yes": 'all: [{question: harm, is: "yes"}, {not: {question: harm, is: "yes"}}]',
    "yes and unanswered": 'all: [{question: harm, is: "yes"}, {question: harm, answered: false}]',
    "no option is left": "all: [{question: source, is_not: school}, {question: source, is_not: parent}, {question: source, is_not: other}]",
    "neither, for two answers": 'not: {any: [{question: harm, is: "yes"}, {question: harm, is: "no"}]}',
    "not known and yes": 'all: [{question: sure, is: not_known}, {question: sure, is: "yes"}]',
    "above the most": "question: age, gt: 18",
    "below the least": "question: age, lt: 0",
    "no number between": "all: [{question: age, gt: 3}, {question: age, lt: 4}]",
    "between two steps": "question: age, is: 3.5",
    "high and low": "all: [{question: age, gte: 10}, {question: age, lt: 5}]",
    "off the scale": "question: worried, is: 11",
    "above and not above": "all: [{question: worried, gt: 7}, {question: worried, lte: 7}]",
    "against its own rule": "question: seen_on, after: today",
    "later than it is earlier": 'all: [{question: told_on, before: "2020-01-01"}, {question: told_on, after: "2021-01-01"}]',
    "young and grown up": 'all: [{question: told_on, not_after: "today-19y"}, {question: told_on, after: "today-5y"}]',
    "lately and long ago": 'all: [{question: told_on, within_days: 7}, {question: told_on, before: "today-30d"}]',
    "on a day and before it": 'all: [{question: told_on, is: "2026-05-04"}, {question: told_on, before: "2026-05-04"}]',
    "evening and morning": 'all: [{question: seen_at, before: "09:00"}, {question: seen_at, after: "17:00"}]',
    "none and some": "all: [{question: injuries, has: none}, {question: injuries, has: burn}]",
    "ticked and not": "all: [{question: injuries, has: burn}, {not: {question: injuries, in: [burn, bruise]}}]",
    "more than may be ticked": "all: [{question: worst, has: burn}, {question: worst, has: bruise}]",
    "longer than may be typed": "question: town, is: Farland",
    "two towns": "all: [{question: town, is: Oak}, {question: town, in: [Elm, Ash]}]",
    "given and refused": "all: [{question: agreed, is: given}, {question: agreed, is: refused}]",
    "a tick there and not": "all: [{question: home, has: confidential}, {not: {question: home, has: confidential}}]",
    "two groups": "all: [{question: group, is: white_irish}, {question: group, is: black_african}]",
    "agreed and unanswered": "all: [{question: truth, is: true}, {question: truth, answered: false}]",
    "asked only otherwise": 'all: [{question: why_not, answered: true}, {question: harm, is: "yes"}]',
    "asked only otherwise, two steps away": 'all: [{question: why_not_more, is: "yes"}, {use: harmed}]',
    "on a page shown only otherwise": 'all: [{question: calm_how, is: "no"}, {use: harmed}]',
    "a condition and its opposite": "all: [{use: calm}, {use: harmed}]",
    "more items than there may be": "count: children, gte: 5",
    "an item that cannot be": "any_item: children, match: {all: [{question: sex, is: boy}, {question: sex, is: girl}]}",
    "every one and another": "all: [{every_item: children, match: {question: sex, is: boy}}, {any_item: children, match: {question: sex, is: girl}}]",
    "none and one": 'all: [{count: children, lt: 1}, {any_item: children, match: {question: at_school, is: "yes"}}]',
    "none so and one so": "all: [{count: children, match: {question: sex, is: boy}, is: 0}, {any_item: children, match: {question: sex, is: boy}}]",
    "an item left out": "any_item: boys, match: {question: sex, is: girl}",
    "a role and not": "all: [{role: social_worker}, {not: {role: social_worker}}]",
    "two levels on record": "all: [{record: level, is: level_2}, {record: level, is: level_3}]",
    "before and not before another": "all: [{question: seen_on, before: {question: told_on}}, {not: {question: seen_on, before: {question: told_on}}}]",
}
"""Conditions of a required question that nobody would ever be asked, though each looks sensible by itself."""


def with_last(page: str) -> FormDefinition:
    return load_definition(SAFEGUARDING + page, source="safeguarding.yaml")


def told(form: FormDefinition) -> list[tuple[str, str]]:
    return [(fault.code, fault.message) for fault in faults(form)]


def test_the_form_around_the_examples_is_sound():
    assert told(load_definition(SAFEGUARDING)) == []


def test_there_are_more_dead_questions_here_than_the_pilot_shipped():
    assert len(DEAD) > 38


@pytest.mark.parametrize("name", list(DEAD))
def test_a_dead_question_is_told_with_its_place(name):
    form = with_last(f"  - {{id: last, section: one, title: Last, questions: [{{id: dead, kind: text, label: Dead, required: true, when: {{{DEAD[name]}}}}}, {{id: b, kind: text, label: B}}]}}\n")
    (fault,) = faults(form)
    assert (fault.code, fault.line) == ("dead_condition", len(SAFEGUARDING.splitlines()) + 1)
    assert fault.message.startswith("the question 'dead' is never shown: its `when` can never be true")


@pytest.mark.parametrize("name", list(DEAD))
def test_a_dead_page_is_told_with_its_place(name):
    form = with_last(f"  - {{id: last, section: one, title: Last, when: {{{DEAD[name]}}}, questions: [{{id: b, kind: text, label: B, required: true}}]}}\n")
    assert [code for code, _ in told(form)] == ["dead_condition"]


LIVE = {
    "answered otherwise": 'not: {question: harm, is: "yes"}',
    "asked only then": 'all: [{question: why_not, answered: true}, {question: harm, is: "no"}]',
    "unanswered because hidden": 'all: [{question: why_not, answered: false}, {question: harm, is: "yes"}]',
    "between": "all: [{question: age, gt: 3}, {question: age, lt: 5}]",
    "not known": "question: sure, is: not_known",
    "today itself": "question: seen_on, not_before: today",
    "after a fixed day": 'all: [{question: seen_on, after: "2099-01-01"}, {question: seen_on, not_after: today}]',
    "between ages": 'all: [{question: told_on, not_after: "today-5y"}, {question: told_on, after: "today-19y"}]',
    "two ticked": "all: [{question: injuries, has: bruise}, {question: injuries, has: burn}]",
    "nothing ticked of two": "all: [{question: injuries, answered: true}, {not: {question: injuries, in: [burn, bruise]}}]",
    "one so and one not": "all: [{any_item: children, match: {question: sex, is: boy}}, {any_item: children, match: {question: sex, is: girl}}]",
    "as many as there may be": "count: children, gte: 4",
    "every one, of none": "not: {any_item: children, match: {question: sex, is: boy}}",
    "two roles": "all: [{role: social_worker}, {role: screener}]",
    "another on record": "all: [{record: level, is: level_2}, {not: {record: level, is: level_3}}]",
    "compared with another": "question: seen_on, before: {question: told_on, plus: 84d}",
    "no fixed address": "all: [{question: home, has: no_fixed_address}, {not: {question: home, has: confidential}}]",
    "another town": "all: [{question: town, is_not: Oak}, {question: town, is_not: Elm}]",
    "in office hours": 'all: [{question: seen_at, not_before: "09:00"}, {question: seen_at, before: "09:01"}]',
}


@pytest.mark.parametrize("name", list(LIVE))
def test_a_living_question_is_not_called_dead(name):
    assert told(with_last(f"  - {{id: last, section: one, title: Last, questions: [{{id: b, kind: text, label: B, when: {{{LIVE[name]}}}}}]}}\n")) == []


def test_what_comes_after_a_stop_page_that_ends_the_way_is_told():
    form = with_last("  - {id: last, section: one, title: Last, when: {question: source, is: school}, questions: [{id: b, kind: text, label: B}]}\n")
    assert told(form) == [("unreachable_page", "the page 'last' is never reached: whenever it is shown, the way has ended at a stop page before it")]
    form = with_last("  - {id: last, section: one, title: Last, questions: [{id: a, kind: text, label: A}, {id: b, kind: text, label: B, required: true, when: {question: source, is: school}}]}\n")
    assert told(form) == [("required_never_shown", "the question 'b' is required and never shown, since the way has then ended at a stop page before it")]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("yes and no", "'harm' would have to be so: is no and is yes"),
        ("on a page shown only otherwise", "'harm' would have to be so: is yes and not is yes"),
        ("above the most", "'age' would have to be so: gt 18; it is from 0 to 18"),
        ("longer than may be typed", "'town' would have to be so: is Farland; it has at most 5 characters"),
        ("more items than there may be", "the number of 'children' would have to be so: gte 5; at most 4 are possible"),
        ("a role and not", "the role 'social_worker' would have to be held and not held"),
        ("two levels on record", "the fact 'level' of the record would have to be so: is level_2 and is level_3"),
    ],
)
def test_a_fault_says_what_would_have_to_be_two_things_at_once(name, words):
    form = with_last(f"  - {{id: last, section: one, title: Last, questions: [{{id: b, kind: text, label: B, when: {{{DEAD[name]}}}}}, {{id: c, kind: text, label: C}}]}}\n")
    assert told(form) == [("dead_condition", f"the question 'b' is never shown: its `when` can never be true ({words})")]


def test_what_depends_on_a_dead_question_is_dead_too_however_far_away():
    pages = ['- {id: p, section: one, title: P, questions: [{id: q0, kind: yes_no, label: Q, when: {all: [{role: a}, {not: {role: a}}]}}']
    questions = [f'{{id: q{number}, kind: yes_no, label: Q, when: {{question: q{number - 1}, is: "yes"}}}}' for number in range(1, 101)]
    form = a_form(pages[0] + ", " + ", ".join(questions) + "]}")
    assert [fault.code for fault in faults(form)] == ["dead_condition"] * 101


def test_an_option_that_is_never_offered_is_never_chosen_either():
    form = with_last(
        "  - {id: last, section: one, title: Last, questions: [{id: size, kind: radios, label: Size, options: [{id: s, label: S}, {id: m, label: M}, {id: l, label: L, "
        "when: {all: [{use: calm}, {use: harmed}]}}]}, {id: b, kind: text, label: B, when: {question: size, is: l}}]}\n"
    )
    assert [code for code, _ in told(form)] == ["never_offered", "dead_condition"]


def test_a_stop_page_shown_for_every_answer_is_told():
    form = with_last("  - {id: last, section: one, title: Last, type: stop, when: {any: [{question: harm, answered: true}, {question: harm, answered: false}]}}\n")
    assert [code for code, _ in told(form)] == ["stop_always"]


def test_a_named_condition_is_dead_only_where_it_is_used_so():
    form = a_form(
        """
        - {id: p, section: one, title: P, repeat: pets, questions: [{id: kind, kind: radios, label: Kind, options: [{id: cat, label: Cat}, {id: dog, label: Dog}]}, {id: claws, kind: text, label: Claws, when: {use: cat}}]}
        - {id: q, section: one, title: Q, when: {any_item: pets, match: {use: cat}}, questions: [{id: sand, kind: text, label: Sand}]}
        """,
        above="repeats: {pets: {title: Pets, item: pet}}\nconditions: {cat: {question: kind, is: cat}}",
    )
    assert told(form) == []


# --- held against everything that can come to pass ------------------------------------------------------------------------


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_forms(repeats=False))
def test_in_small_forms_exactly_what_never_comes_to_pass_is_told(form):
    missed = held_against_all_answers(form)
    assert missed == []


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_forms())
def test_in_small_forms_with_items_nothing_that_comes_to_pass_is_called_impossible(form):
    held_against_all_answers(form)


@pytest.mark.long
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_forms(repeats=False))
def test_in_many_small_forms_exactly_what_never_comes_to_pass_is_told(form):
    assert held_against_all_answers(form) == []


@pytest.mark.long
@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_forms())
def test_in_many_small_forms_with_items_nothing_that_comes_to_pass_is_called_impossible(form):
    held_against_all_answers(form)


def held_against_all_answers(form: FormDefinition) -> list[str]:
    """Fails where something called impossible comes to pass; gives what never does and was not told (pages and questions)."""
    found = list(shown(form))
    named = [re.search(r"the (?:stop )?(page|question|option|condition under `required` of) '(\w+)'(?: of '(\w+)')?", fault.message) for fault in found]
    parts = [condition for condition, fault in zip(_dead_parts(form, found), found, strict=True) if fault.code == "dead_part"]
    never = {(name[3], name[2]) for fault, name in zip(found, named, strict=True) if fault.code == "never_offered"}
    pages, questions, options, required = set(), set(), set(), set()
    for answers in all_answers(form):
        if never & set(_chosen(answers)):
            continue
        journey = Journey(form, answers, FACTS)
        for step in journey.steps():
            pages |= {step.page.id} if step.kind == "page" else set()
            for question in (question for block in journey.blocks(step) for question in block.questions):
                questions.add(question.id)
                required |= {question.id} if question.required is True else set()
                options |= {(question.id, option.id) for option in getattr(question.settings, "options", ())}
        for what, name, condition in parts:
            assert not _decides(form, answers, what, name, condition), f"{what} {name} is decided by {condition}"
    came_to_pass = {"page": pages, "question": questions, "condition under `required` of": required}
    told: set[str] = set()
    for fault, name in zip(found, named, strict=True):
        if fault.code == "dead_part" or fault.code == "stop_always":
            continue
        assert name, fault
        if fault.code == "never_offered":
            assert (name[3], name[2]) not in options, fault
        else:
            assert name[2] not in came_to_pass[name[1]], fault
            told.add(name[2])
    stopped = [name[2] for fault, name in zip(found, named, strict=True) if fault.code == "stop_always" and name]
    missed = []
    for page in form.pages:
        if page.id in stopped:
            break
        if page.id not in told:
            missed += [page.id] if page.id not in pages and not page.questions else []
            missed += [question.id for question in page.questions if question.id not in questions | told]
    return missed


def _chosen(answers: dict) -> Iterator[tuple[str, str]]:
    """Questions with the option chosen: one that nobody is offered cannot have been."""
    for holder in (answers, *answers.get("items", ())):
        yield from ((name, value) for name, value in holder.items() if isinstance(value, str))


def _dead_parts(form: FormDefinition, found: list) -> list:
    """For each fault, what it is about and the condition narrowed to the part it names; None for other faults."""
    places = {}
    for place, page in enumerate(form.pages):
        conditions = [(("pages", place, "when"), "page", page.id, page.when)]
        for number, question in enumerate(page.questions):
            at = ("pages", place, "questions", number)
            conditions += [((*at, "when"), "when", question.id, question.when), ((*at, "required"), "shown", question.id, question.required)]
            conditions += [((*at, "options", position, "when"), "shown", question.id, option.when) for position, option in enumerate(getattr(question.settings, "options", ()))]
        for at, what, name, condition in conditions:
            if isinstance(condition, Condition):
                places |= {form.fault((*at, *where), "", ""): (what, name, narrow) for where, _, narrow in narrowed(condition)}
    by_place = {(fault.line, fault.column): part for fault, part in places.items()}
    return [by_place.get((fault.line, fault.column)) for fault in found]


def _decides(form: FormDefinition, answers: dict, what: str, name: str, condition: Condition) -> bool:
    """Whether a condition narrowed to one part is true where it counts: for the page, on the page, or where the question is shown."""
    seen = visible(form, answers, FACTS)
    judge = Judge(seen.answers, FACTS, form)
    page = form.index.pages[name] if what == "page" else form.index.page_of[name]
    scopes = [()] if not page.repeat else [((page.repeat, item["_id"]),) for item in seen.answers.get(page.repeat, ())]
    if what == "when":
        scopes = [scope for scope in scopes if (page.id, scope) in seen.pages]
    if what == "shown":
        scopes = [scope for scope in scopes if (name, scope) in seen.questions]
    return any(judge.judge(condition, scope) is True for scope in scopes)

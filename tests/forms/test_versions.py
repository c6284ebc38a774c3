"""Two versions of a form side by side: what is different, in words and in class, and what becomes of answers to the first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from portal.forms import check
from portal.forms.conditions import Facts
from portal.forms.load import load_definition
from portal.forms.model import FormDefinition
from portal.forms.versions import HARMLESS, LOSES_ANSWER, NEEDS_ANSWER, Needed, compare, upgrade, worst
from portal.forms.versions.successor import faults_between

FACTS = Facts(date(2026, 5, 4))
NAME = "{id: name, kind: text, label: Name}"
HELP = '{id: help, kind: radios, label: Which help?, options: [{id: home, label: At home}, {id: school, label: At school}, {id: none, label: None}]}'
CHILD = "{id: first_name, kind: text, label: First name}"


def form(*questions: str, pages: str = "", top: str = "", items: str = CHILD) -> FormDefinition:
    """A form that asks these questions on its first page and something of each child on its second."""
    asked = "".join(f"      - {question}\n" for question in questions or (NAME,))
    return load_definition(
        "schema: 1\nid: visit\ntitle: Visit\naudience: staff\nsections: [{id: one, title: One}]\n"
        f"{top or 'repeats: {children: {title: Children, item: child, max: 3}}'}\n"
        f"pages:\n  - id: first\n    section: one\n    title: First page\n    questions:\n{asked}"
        f"  - {{id: each, section: one, title: Each child, repeat: children, questions: [{items}]}}\n{pages}"
    )


def codes(old: FormDefinition, new: FormDefinition) -> dict[str, str]:
    return {change.code: change.effect for change in compare(old, new)}


CHANGES: list[tuple[str, str, str, str, str]] = [
    ("label_changed", HARMLESS, NAME, NAME.replace("Name}", "Full name}"), "“Name” is now asked as “Full name”"),
    ("help_changed", HARMLESS, NAME, NAME.replace("Name}", "Name, hint: As on a passport}"), "The hint or the error messages of “Name” are different"),
    ("kind_changed", HARMLESS, HELP, HELP.replace("radios", "select"), "“Which help?” asks for one choice from a list, before for one choice"),
    ("kind_changed", HARMLESS, HELP, HELP.replace("radios", "checkboxes"), "“Which help?” asks for choices to tick, before for one choice"),
    ("kind_changed", LOSES_ANSWER, HELP.replace("radios", "checkboxes"), HELP, "“Which help?” asks for one choice, before for choices to tick"),
    ("kind_changed", NEEDS_ANSWER, NAME, NAME.replace("kind: text", "kind: email"), "“Name” asks for email, before for a line of text"),
    ("kind_changed", LOSES_ANSWER, NAME, NAME.replace("kind: text", "kind: date"), "“Name” asks for date, before for a line of text"),
    ("option_removed", LOSES_ANSWER, HELP, HELP.replace("{id: school, label: At school}, ", ""), "“At school” can no longer be chosen at “Which help?”"),
    ("option_added", HARMLESS, HELP, HELP.replace("{id: none", "{id: both, label: Both}, {id: none"), "“Both” can be chosen at “Which help?”"),
    ("option_label_changed", HARMLESS, HELP, HELP.replace("label: None", "label: Neither"), "“None” at “Which help?” now reads “Neither”"),
    ("not_known_removed", LOSES_ANSWER, NAME.replace("Name}", "Name, not_known: true}"), NAME, "“Name” can no longer be answered with “Not known”"),
    ("limits_changed", NEEDS_ANSWER, NAME, NAME.replace("Name}", "Name, max_length: 20}"), "“Name” takes other answers (max length 20, before 250)"),
    ("rules_changed", NEEDS_ANSWER, "{id: day, kind: date, label: Day}", "{id: day, kind: date, label: Day, rules: [{not_after: today}]}", "There are other rules for the answer to “Day”"),
    ("rules_dropped", HARMLESS, "{id: day, kind: date, label: Day, rules: [{not_after: today}]}", "{id: day, kind: date, label: Day}", "There are fewer rules for the answer to “Day”"),
    ("required_raised", NEEDS_ANSWER, NAME, NAME.replace("Name}", "Name, required: true}"), "“Name” must be answered"),
    ("required_dropped", HARMLESS, NAME.replace("Name}", "Name, required: true}"), NAME, "“Name” need not be answered any more"),
    ("sensitivity_changed", HARMLESS, NAME, NAME.replace("Name}", "Name, sensitivity: special}"), "“Name” is kept as special, before as the form said"),
    ("filing_changed", HARMLESS, NAME, NAME.replace("Name}", "Name, record: submission.referrer_name}"), "“Name” is filled in or kept on the record in another way"),
    ("statement_changed", LOSES_ANSWER, "{id: ok, kind: statement, label: Agreed, text: I told them.}", "{id: ok, kind: statement, label: Agreed, text: I asked them.}", "What “Agreed” confirms has other words, so what was ticked before does not count"),
    ("parts_removed", LOSES_ANSWER, "{id: who, kind: person, label: Who?}", "{id: who, kind: person, label: Who?, ask: [first_name, last_name]}", "“Who?” no longer asks for role, organisation, phone, email"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "effect", "before", "after", "words"), CHANGES, ids=[f"{case[0]}-{number}" for number, case in enumerate(CHANGES)])
def test_a_changed_question_is_told_and_classed(code, effect, before, after, words):
    found = {change.code: change for change in compare(form(before), form(after))}
    assert (found[code].effect, found[code].words) == (effect, words)


def test_a_question_that_is_new_is_harmless_unless_it_must_be_answered():
    assert codes(form(NAME), form(NAME, HELP)) == {"question_added": HARMLESS}
    assert codes(form(NAME), form(NAME, HELP.replace("label: Which", "required: true, label: Which"))) == {"question_added": NEEDS_ANSWER}


def test_a_question_that_is_gone_loses_its_answer_and_shows_it():
    old, new = form(NAME, HELP), form(NAME, top="retired: [help]\nrepeats: {children: {title: Children, item: child, max: 3}}")
    assert codes(old, new) == {"question_removed": LOSES_ANSWER}
    after = upgrade({"name": "Ada", "help": "home"}, {}, old, new)
    assert after.answers == {"name": "Ada"}
    assert [(lost.path, lost.label, lost.text, lost.value) for lost in after.lost] == [("help", "Which help?", "At home", "home")]


def test_a_rename_takes_answers_and_unfinished_text_with_it():
    new = form(NAME, items=CHILD.replace("first_name", "given_name"), top='changes: {"2": [{rename: {from: first_name, to: given_name}}, {rename: {from: children, to: pupils}}]}\nrepeats: {pupils: {title: Children, item: child, max: 3}}')
    new = load_definition(new.as_written() and _text(new).replace("repeat: children", "repeat: pupils"))
    after = upgrade({"children": [{"_id": "k1", "first_name": "Zara"}]}, {"children.k1.first_name": {"": ["Z" * 300]}}, form(), new)
    assert after.answers == {"pupils": [{"_id": "k1", "given_name": "Zara"}]}
    assert after.incomplete == {"pupils.k1.given_name": {"": ["Z" * 300]}}
    assert after.paths == {"children.k1.first_name": "pupils.k1.given_name"}
    assert (after.lost, codes(form(), new)) == ((), {})


def _text(definition: FormDefinition) -> str:
    import json

    return json.dumps(definition.as_written()).replace('"repeat": "children"', '"repeat": "pupils"')


def test_an_option_that_became_another_takes_its_answers_along():
    mapped = 'changes: {"2": [{map_option: {question: help, from: school, to: home}}]}\nrepeats: {children: {title: Children, item: child, max: 3}}'
    new = form(HELP.replace("{id: school, label: At school}, ", ""), top=mapped)
    assert codes(form(HELP), new) == {"option_mapped": HARMLESS}
    assert upgrade({"help": "school"}, {}, form(HELP), new).answers == {"help": "home"}


def test_two_options_made_one_may_lose_what_hangs_on_them():
    hangs = '  - {id: where, section: one, title: Where, when: {question: help, is: "home"}, questions: [{id: town, kind: text, label: Town}]}\n'
    mapped = 'changes: {"2": [{map_option: {question: help, from: none, to: home}}]}\nrepeats: {children: {title: Children, item: child, max: 3}}'
    new = form(HELP.replace(", {id: none, label: None}", ""), pages=hangs, top=mapped)
    assert codes(form(HELP, pages=hangs), new)["option_mapped"] == LOSES_ANSWER


def test_boxes_that_are_gone_are_taken_out_and_the_others_stay():
    boxes = HELP.replace("radios", "checkboxes")
    old, new = form(boxes), form(boxes.replace("{id: school, label: At school}, ", ""))
    after = upgrade({"help": ["home", "school"]}, {}, old, new)
    assert after.answers == {"help": ["home"]}
    assert [lost.text for lost in after.lost] == ["At school"]


def test_words_that_do_not_fit_the_new_kind_stand_in_its_box():
    old, new = form(NAME), form(NAME.replace("kind: text", "kind: email"))
    assert upgrade({"name": "ada@example.org"}, {}, old, new).answers == {"name": "ada@example.org"}
    after = upgrade({"name": "Ada"}, {}, old, new)
    assert (after.answers, after.incomplete, after.needed) == ({}, {"name": {"": ["Ada"]}}, (Needed("name", "Name"),))


def test_a_choice_becomes_its_words_where_text_is_asked():
    old, new = form(HELP), form("{id: help, kind: long_text, label: Which help?}")
    assert upgrade({"help": "home"}, {}, old, new).answers == {"help": "At home"}


def test_a_page_asked_of_fewer_sets_answers_aside_and_tells_them():
    more = '  - {id: more, section: one, title: More, questions: [{id: why, kind: text, label: Why?}]}\n'
    old, new = form(HELP, pages=more), form(HELP, pages=more.replace("title: More,", 'title: More, when: {question: help, is: "home"},'))
    assert codes(old, new) == {"question_shown_changed": LOSES_ANSWER}
    after = upgrade({"help": "school", "why": "Because"}, {}, old, new, FACTS)
    assert after.answers == {"help": "school", "why": "Because"}
    assert [(lost.path, lost.text) for lost in after.lost] == [("why", "Because")]
    assert upgrade({"help": "home", "why": "Because"}, {}, old, new, FACTS).lost == ()


def test_a_page_asked_of_more_is_harmless_or_needs_an_answer():
    more = '  - {id: more, section: one, title: More, when: {question: help, is: "home"}, questions: [{id: why, kind: text, label: Why?}]}\n'
    wider = more.replace('is: "home"', 'in: ["home", "school"]')
    assert codes(form(HELP, pages=more), form(HELP, pages=wider)) == {"question_shown_changed": HARMLESS}
    must, wider_must = more.replace("label: Why?", "label: Why?, required: true"), wider.replace("label: Why?", "label: Why?, required: true")
    assert codes(form(HELP, pages=must), form(HELP, pages=wider_must)) == {"question_shown_changed": NEEDS_ANSWER}
    assert upgrade({"help": "school"}, {}, form(HELP, pages=must), form(HELP, pages=wider_must), FACTS).needed == (Needed("why", "Why?"),)
    assert upgrade({"help": "none"}, {}, form(HELP, pages=must), form(HELP, pages=wider_must), FACTS).needed == ()


@pytest.mark.parametrize(
    ("limits", "code", "effect"),
    [("min: 2, max: 3", "least_raised", NEEDS_ANSWER), ("max: 1", "most_lowered", NEEDS_ANSWER), ("max: 9", "limits_widened", HARMLESS)],
)
def test_other_numbers_of_items_are_told(limits, code, effect):
    new = form(top=f"repeats: {{children: {{title: Children, item: child, {limits}}}}}")
    assert codes(form(), new) == {code: effect}


def test_more_items_than_allowed_are_kept_until_somebody_takes_them_out():
    new = form(top="repeats: {children: {title: Children, item: child, max: 1}}")
    answers = {"children": [{"_id": "a", "first_name": "Ada"}, {"_id": "b", "first_name": "Ben"}]}
    after = upgrade(answers, {}, form(), new)
    assert (after.answers, after.lost, after.needed) == (answers, (), (Needed("children", "Children"),))


def test_a_group_that_is_gone_shows_what_was_said_of_each_item():
    new = load_definition("schema: 1\nid: visit\ntitle: Visit\naudience: staff\nretired: [children, first_name]\nsections: [{id: one, title: One}]\npages: [{id: first, section: one, title: First page, questions: [" + NAME + "]}]")
    assert codes(form(), new) == {"group_removed": LOSES_ANSWER, "question_removed": LOSES_ANSWER}
    after = upgrade({"name": "Ada", "children": [{"_id": "a", "first_name": "Ben"}]}, {"children.a.first_name": {"": ["Benn"]}}, form(), new)
    assert after.answers == {"name": "Ada"}
    assert [(lost.label, lost.text) for lost in after.lost] == [("First name (Child 1)", "Ben"), ("First name (Child 1)", "Benn")]


def test_pages_that_stop_or_interrupt_are_told():
    stop = '  - {id: enough, section: one, type: stop, title: Not here, when: {question: name, answered: true}}\n'
    assert codes(form(), form(pages=stop)) == {"stop_added": NEEDS_ANSWER}
    assert codes(form(pages=stop), form()) == {"page_removed": HARMLESS}
    assert codes(form(), form(pages="  - {id: read, section: one, type: interrupt, title: Read this}\n")) == {"interruption_added": NEEDS_ANSWER}


def test_the_person_is_told_of_what_they_answered_and_of_what_is_new():
    old = form(NAME, HELP)
    new = form(NAME.replace("Name}", "Full name}"), HELP.replace("Which help?", "Which help now?"), "{id: town, kind: text, label: Town}")
    told = upgrade({"name": "Ada"}, {}, old, new, FACTS).told
    assert [(each.about, each.words) for each in told] == [("changed", "“Name” is now asked as “Full name”"), ("new", "There is a new question: “Town”")]


def test_a_version_may_not_follow_when_ids_could_come_back():
    old = form(NAME, HELP, top='retired: [gone]\nchanges: {"2": [{rename: {from: first, to: name}}]}\nrepeats: {children: {title: Children, item: child}}')
    assert [fault.code for fault in faults_between(old, form(NAME))] == ["changes_taken_back", "not_retired", "retired_taken_off"]
    assert faults_between(old, old) == []
    assert faults_between(form(NAME, HELP), form(NAME, top="retired: [help]\nrepeats: {children: {title: Children, item: child, max: 3}}")) == []


def test_an_option_that_is_gone_is_listed_so_that_its_id_never_comes_back():
    without = HELP.replace("{id: school, label: At school}, ", "")
    (fault,) = faults_between(form(NAME, HELP), form(NAME, without))
    assert fault.code == "not_retired" and "list 'help.school' under `retired`" in fault.message
    retired = form(NAME, without, top="retired: [help.school]\nrepeats: {children: {title: Children, item: child, max: 3}}")
    assert faults_between(form(NAME, HELP), retired) == []
    assert [fault.code for fault in faults_between(retired, form(NAME, HELP))] == ["retired_taken_off"]
    renamed = 'retired: [help.school]\nchanges: {"2": [{rename: {from: help, to: support}}]}\nrepeats: {children: {title: Children, item: child, max: 3}}'
    for again in (form(NAME, HELP, top="retired: [help.school]\nrepeats: {children: {title: Children, item: child, max: 3}}"), form(NAME, HELP.replace("id: help,", "id: support,"), top=renamed)):
        (fault,) = [fault for fault in check.faults(again) if fault.code == "retired_id"]
        assert "the option id 'school'" in fault.message and fault.column > 1


def test_an_option_that_once_replaced_another_can_be_taken_away_later():
    repeats = "repeats: {children: {title: Children, item: child, max: 3}}"
    renamed = 'changes: {"2": [{rename: {from: help, to: support}}, {map_option: {question: support, from: school, to: both}}]}'
    boxes = HELP.replace("radios", "checkboxes")
    support = boxes.replace("id: help,", "id: support,").replace("{id: school, label: At school}", "{id: both, label: Both}")
    first, second = form(NAME, boxes), form(NAME, support, top=f"{renamed}\n{repeats}")
    dropped = support.replace("{id: both, label: Both}, ", "{id: away, label: Elsewhere}, ")
    third = form(NAME, dropped, top=f"retired: [support.both]\n{renamed}\n{repeats}")
    (unlisted,) = [fault for fault in check.faults(form(NAME, dropped, top=f"{renamed}\n{repeats}")) if fault.code == "change_option_unknown"]
    assert "list 'support.both' under `retired`" in unlisted.message
    assert [fault for version in (second, third) for fault in check.faults(version) if fault.code.startswith("change_")] == []
    assert (faults_between(second, third), faults_between(first, third)) == ([], []), "from the second version, and from the first at once"
    for old, answer, lost in ((second, {"support": ["home", "both"]}, "Both"), (first, {"help": ["home", "school"]}, "At school")):
        after = upgrade(answer, {}, old, third)
        assert (after.answers, [each.text for each in after.lost]) == ({"support": ["home"]}, [lost])
        assert codes(old, third)["option_removed"] == LOSES_ANSWER
    elsewhere = form(NAME, dropped, top=f"retired: [name.both]\n{renamed}\n{repeats}")
    assert "change_option_unknown" in {fault.code for fault in check.faults(elsewhere)}, "an option of another question"


def test_a_form_may_not_become_another():
    other = load_definition(_text(form()).replace('"pupils"', '"children"').replace('"staff"', '"public"').replace('"visit"', '"call"'))
    assert {fault.code for fault in faults_between(form(), other)} == {"another_form", "audience_changed"}


def test_the_gravest_effect_counts():
    assert worst(compare(form(NAME), form(NAME))) == HARMLESS
    assert worst(compare(form(NAME, HELP), form(NAME.replace("Name}", "Full name}")))) == LOSES_ANSWER


@pytest.mark.parametrize("answers", [{"name": {"odd": 1}}, {"children": "none"}, {"children": [1, {"_id": ""}, {"_id": "a", "first_name": ["x"]}]}, {"help": {"not_known": True}}, {"stray": {"a": [1]}}])
def test_answers_of_an_odd_shape_do_not_break_it(answers: dict[str, Any]):
    for new in (form(NAME), form(HELP), form("{id: name, kind: date, label: Day}", "{id: help, kind: long_text, label: Help}")):
        once = upgrade(answers, {"no path": 1, "name": "odd"}, form(NAME, HELP), new, None)
        twice = upgrade(once.answers, once.incomplete, form(NAME, HELP), new, None)
        assert (twice.answers, twice.incomplete) == (once.answers, once.incomplete)

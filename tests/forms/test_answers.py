"""Answers by path, items of repeats, and the one rule of what is shown."""

import pytest

from portal.forms import answers
from portal.forms.answers import NoSuchItem, visible
from portal.forms.load import load_definition
from portal.forms.paths import item_path, new_item_id, path_of, split_path
from tests.forms.holiday_club import FACTS, THE_PATELS, a_form, a_page, holiday_club


def shown(form, given):
    return visible(form, given, FACTS)


def test_a_path_names_the_item_and_the_question():
    scope = (("adults", "a1"), ("may_collect", "c1"))
    assert path_of(scope, "may") == "adults.a1.may_collect.c1.may"
    assert item_path(scope) == "adults.a1.may_collect.c1"
    assert split_path("adults.a1.may_collect.c1.may") == (scope, "may")


@pytest.mark.parametrize("path", ["", "a.b", "a..b", "a.b.c.d"])
def test_text_that_is_no_path_is_refused(path):
    with pytest.raises(ValueError, match="is no path of an answer"):
        split_path(path)


def test_an_answer_is_read_and_changed_by_path_and_the_rest_is_left_alone():
    changed = answers.put(THE_PATELS, "children.c2.swims", "yes")
    assert answers.get(changed, "children.c2.swims") == "yes"
    assert answers.get(THE_PATELS, "children.c2.swims") == "no"
    assert answers.get(changed, "children.c1.swims") == "yes"
    assert answers.get(changed, "children.nobody.swims") is None
    assert "goggles" not in answers.put(changed, "goggles", None)


def test_an_answer_for_an_item_that_was_removed_says_so():
    without = answers.remove_item(THE_PATELS, "children.c2")
    with pytest.raises(NoSuchItem, match="children.c2"):
        answers.put(without, "children.c2.swims", "yes")
    with pytest.raises(NoSuchItem, match="remove"):
        answers.remove_item(without, "children.c2")


def test_items_are_added_moved_and_removed_and_keep_their_ids():
    given = answers.add_item({}, "children", "c1")
    given = answers.add_item(given, "children", "c2")
    given = answers.put(given, "children.c1.first_name", "Asha")
    given = answers.move_item(given, "children.c1", 1)
    assert given == {"children": [{"_id": "c2"}, {"_id": "c1", "first_name": "Asha"}]}
    assert answers.move_item(given, "children.c1", 5) == given
    assert answers.move_item(given, "children.c1", -5)["children"][0]["_id"] == "c1"
    assert answers.remove_item(given, "children.c2") == {"children": [{"_id": "c1", "first_name": "Asha"}]}


def test_merging_a_page_puts_its_values_and_makes_items_of_a_repeat_over_another():
    values = {"adults.a1.may_collect.c2.may": "no", "adults.a1.adult_name": "Meera"}
    merged = answers.merge(holiday_club(), THE_PATELS, values, cleared=["goggles", "which_town"])
    assert answers.get(merged, "adults.a1.may_collect.c2.may") == "no"
    assert answers.get(merged, "adults.a1.adult_name") == "Meera"
    assert "goggles" not in merged


def test_missing_items_are_added_up_to_the_minimum():
    begun = answers.add_missing_items(holiday_club(), {}, FACTS)
    assert len(begun["children"]) == 1
    assert answers.add_missing_items(holiday_club(), begun, FACTS) == begun


def test_item_ids_are_fresh():
    assert len({new_item_id() for _ in range(200)}) == 200


@pytest.mark.parametrize(
    ("typed", "kept", "lost"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree", False),
        ("tab\tand 👩‍👧 and \u202eعربي", "tab\tand 👩‍👧 and \u202eعربي", False),
        ("bell\x07 null\x00", "bell null", True),
        ("half \ud83d a pair \uffff", "half  a pair ", True),
    ],
)
def test_text_is_cleaned_of_what_xml_cannot_hold_and_of_nothing_else(typed, kept, lost):
    assert answers.clean_text(typed) == (kept, lost)


def test_a_hidden_answer_is_set_aside_and_comes_back():
    given = {"lives_here": "no", "which_town": "Leafham"}
    assert shown(holiday_club(), given).answers["which_town"] == "Leafham"
    hidden = shown(holiday_club(), {**given, "lives_here": "yes"})
    assert "which_town" not in hidden.answers
    assert hidden.hidden == ("which_town",)


def test_what_a_hidden_answer_would_show_is_hidden_too():
    form = a_form(
        a_page(
            "{id: a, kind: yes_no, label: A}",
            '{id: b, kind: yes_no, label: B, when: {question: a, is: "yes"}}',
            '{id: c, kind: yes_no, label: C, when: {question: b, is: "yes"}}',
        )
    )
    assert shown(form, {"a": "no", "b": "yes", "c": "yes"}).hidden == ("b", "c")


def test_a_condition_may_look_at_a_later_question():
    form = a_form(a_page('{id: a, kind: text, label: A, when: {question: b, is: "yes"}}', "{id: b, kind: yes_no, label: B}"))
    assert shown(form, {"a": "x", "b": "yes"}).answers == {"a": "x", "b": "yes"}


def test_a_hidden_page_hides_its_questions_and_the_items_of_its_repeat():
    form = a_form(
        """
        - {id: p, section: one, title: P, questions: [{id: any_pets, kind: yes_no, label: Pets?}]}
        - {id: q, section: one, title: Q, repeat: pets, when: {question: any_pets, is: "yes"}, questions: [{id: pet, kind: text, label: Pet}]}
        - {id: r, section: one, title: R, questions: [{id: bowls, kind: text, label: Bowls, when: {count: pets, gte: 1}}]}
        """,
        above="repeats: {pets: {title: Pets, item: pet}}",
    )
    given = {"any_pets": "yes", "pets": [{"_id": "p1", "pet": "Rex"}], "bowls": "2"}
    assert shown(form, given).answers == given
    assert shown(form, {**given, "any_pets": "no"}).hidden == ("pets.p1.pet", "bowls")


def test_a_repeat_over_another_has_an_item_for_each_one_its_filter_lets_through():
    seen = shown(holiday_club(), THE_PATELS).answers
    assert seen["adults"][0]["may_collect"] == [{"_id": "c1", "may": "yes"}]
    both = answers.put(THE_PATELS, "children.c2.collected", "yes")
    assert [item["_id"] for item in shown(holiday_club(), both).answers["adults"][0]["may_collect"]] == ["c1", "c2"]


def test_a_repeat_over_another_that_is_hidden_has_no_items():
    form = load_definition(
        """schema: 1
id: visit
title: Visit
audience: staff
sections: [{id: one, title: One}]
repeats: {children: {title: Children, item: child}, again: {title: Again, item: child, over: children}}
pages:
  - {id: first, section: one, title: First, questions: [{id: any_children, kind: yes_no, label: Any children?}]}
  - {id: each, section: one, title: Each, repeat: children, when: {question: any_children, is: "yes"}, questions: [{id: name, kind: text, label: Name}]}
  - {id: more, section: one, title: More, repeat: again, questions: [{id: school, kind: text, label: School}]}
"""
    )
    answers = {"any_children": "yes", "children": [{"_id": "c1", "name": "Asha"}], "again": [{"_id": "c1", "school": "Marsh"}]}
    assert visible(form, answers, FACTS).answers == answers
    hidden = visible(form, answers | {"any_children": "no"}, FACTS)
    assert (hidden.answers.get("again") or [], set(hidden.hidden)) == ([], {"children.c1.name", "again.c1.school"})


def test_a_page_over_another_repeat_may_look_at_the_items_it_runs_over():
    form = a_form(
        """
        - {id: p, section: one, title: P, repeat: pets, questions: [{id: bites, kind: yes_no, label: Bites?}]}
        - {id: q, section: one, title: Q, repeat: bitten, when: {question: bites, is: "yes"}, questions: [{id: who, kind: text, label: Who?}]}
        """,
        above="repeats: {pets: {title: Pets, item: pet}, bitten: {title: Bitten, item: pet, over: pets}}",
    )
    given = {"pets": [{"_id": "a", "bites": "yes"}, {"_id": "b", "bites": "no"}], "bitten": [{"_id": "a", "who": "Sam"}, {"_id": "b", "who": "Kim"}]}
    assert shown(form, given).hidden == ("bitten.b.who",)


def test_an_answer_about_an_item_that_is_gone_is_set_aside():
    without = answers.remove_item(THE_PATELS, "children.c1")
    assert "adults.a1.may_collect.c1.may" in shown(holiday_club(), without).hidden


def test_an_answer_of_no_question_is_never_shown():
    assert shown(holiday_club(), {"from_an_older_form": "x"}).hidden == ("from_an_older_form",)


def test_parts_that_decide_about_each_other_show_nothing_and_end():
    form = a_form(a_page('{id: a, kind: text, label: A, when: {question: b, is: "x"}}', '{id: b, kind: text, label: B, when: {question: a, is: "x"}}'))
    assert shown(form, {"a": "x", "b": "x"}).answers == {}

"""Answers that come as JSON: nothing is dropped silently."""

from portal.forms.answers_json import check_answers_json, read_answers_json
from portal.forms.validate import problems
from tests.forms.holiday_club import FACTS, THE_PATELS, holiday_club


def found(raw):
    return [(problem.path, problem.code) for problem in check_answers_json(holiday_club(), raw, FACTS)]


def message(raw, path):
    return next(problem.message for problem in check_answers_json(holiday_club(), raw, FACTS) if problem.path == path)


def test_complete_answers_have_no_problem_and_come_back_as_they_are():
    assert read_answers_json(holiday_club(), THE_PATELS, FACTS) == (THE_PATELS, [])


def test_what_is_wrong_on_the_web_is_wrong_here():
    assert check_answers_json(holiday_club(), {}, FACTS) == problems(holiday_club(), {}, FACTS)


def test_an_unknown_id_is_a_problem_with_the_nearest_right_one():
    assert ("goggels", "unknown") in found({**THE_PATELS, "goggels": 1})
    assert 'did you mean "goggles"?' in message({**THE_PATELS, "goggels": 1}, "goggels")
    assert "it belongs in children" in message({**THE_PATELS, "swims": "yes"}, "swims")


def test_an_answer_to_a_hidden_question_is_a_problem():
    assert found({**THE_PATELS, "which_town": "Leafham"}) == [("which_town", "hidden")]


def test_a_value_of_the_wrong_shape_is_told_once_and_not_also_as_missing():
    assert found({**THE_PATELS, "lives_here": {"yes": 1}}) == [("lives_here", "shape")]
    assert found({**THE_PATELS, "first_day": None}) == [("first_day", "shape")]


def test_groups_are_lists_of_objects_with_ids_of_their_own():
    assert ("children", "shape") in found({**THE_PATELS, "children": "two"})
    assert ("children", "shape") in found({**THE_PATELS, "children": [{"first_name": "Asha"}]})
    assert ("children", "shape") in found({**THE_PATELS, "children": [*THE_PATELS["children"], {"_id": "c1"}]})
    assert ("children", "shape") in found({**THE_PATELS, "children": [*THE_PATELS["children"], {"_id": "a.b"}]})


def test_items_of_a_repeat_over_another_carry_the_ids_of_its_items():
    adults = [{"_id": "a1", "adult_name": "Meera", "may_collect": [{"_id": "zz", "may": "yes"}]}]
    assert "must have the `_id` of one of children" in message({**THE_PATELS, "adults": adults}, "adults.a1.may_collect.zz")


def test_characters_that_cannot_be_kept_are_told():
    kept, wrong = read_answers_json(holiday_club(), {**THE_PATELS, "children": [{**THE_PATELS["children"][0], "first_name": "As\x00ha"}, THE_PATELS["children"][1]]}, FACTS)
    assert kept["children"][0]["first_name"] == "Asha"
    assert [(problem.path, problem.code) for problem in wrong] == [("children.c1.first_name", "characters")]


def test_anything_but_an_object_is_refused():
    assert found([1, 2]) == [("", "shape")]

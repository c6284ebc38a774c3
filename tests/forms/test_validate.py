"""What is to put right before a form can be sent, and in which words."""

from portal.forms import held_back
from portal.forms.conditions import Facts
from portal.forms.journey import Journey
from portal.forms.validate import problems, problems_on
from tests.forms.holiday_club import FACTS, THE_PATELS, TODAY, a_form, a_page, holiday_club


def found(given, form=None, **more):
    return {problem.path: problem.code for problem in problems(form or holiday_club(), given, FACTS, **more)}


def test_complete_answers_have_no_problem():
    assert found(THE_PATELS) == {}


def test_everything_missing_is_told_at_once_in_the_order_of_the_steps():
    told = problems(holiday_club(), {}, FACTS)
    assert [(problem.path, problem.code, problem.step_key) for problem in told] == [
        ("lives_here", "required", "distance"),
        ("children", "too_few", "list_children"),
        ("first_day", "required", "days"),
    ]
    assert told[1].message == "Add at least one child"


def test_a_question_of_an_item_is_named_by_the_path_of_the_item():
    assert found({**THE_PATELS, "children": [{"_id": "c9"}], "adults": [], "goggles": None})["children.c9.first_name"] == "required"


def test_a_hidden_question_is_never_asked_for():
    assert "which_town" not in found({"lives_here": "yes"})
    assert found({"lives_here": "no"})["which_town"] == "required"
    assert "which_town" not in found({"lives_here": "yes", "which_town": ["not", "even", "text"]})


def test_required_may_depend_on_other_answers():
    one_child = {**THE_PATELS, "children": THE_PATELS["children"][:1], "goggles": None}
    assert "goggles" not in found(one_child)
    assert found({**THE_PATELS, "goggles": None})["goggles"] == "required"


def test_what_may_follow_later_is_not_asked_for():
    form = a_form(a_page("{id: a, kind: text, label: A, required: true, later: true}"))
    assert found({}, form) == {}


def test_rules_compare_with_today_and_with_other_answers():
    assert found({**THE_PATELS, "first_day": "2026-05-01"}) == {"first_day": "not_before"}
    early = problems(holiday_club(), {**THE_PATELS, "last_day": "2026-07-26"}, FACTS)
    assert [(problem.path, problem.message) for problem in early] == [("last_day", "The last day must not come before the first")]
    assert found({**THE_PATELS, "last_day": "2026-07-27"}) == {}


def test_an_option_that_is_no_longer_offered_must_be_chosen_anew():
    form = a_form(
        a_page(
            "{id: a, kind: yes_no, label: A}",
            '{id: b, kind: radios, label: B, options: [{id: x, label: X}, {id: z, label: Z, when: {question: a, is: "yes"}}, {id: w, label: W}]}',
        )
    )
    assert found({"a": "yes", "b": "z"}, form) == {}
    assert found({"a": "no", "b": "z"}, form) == {"b": "not_an_option"}


def test_text_that_is_not_valid_is_a_problem_and_the_answer_before_it_does_not_count():
    told = problems(holiday_club(), THE_PATELS, FACTS, {"goggles": {"": ["three"]}})
    assert [problem.path for problem in told] == ["goggles"]
    assert "number" in told[0].message


def test_not_known_is_an_answer_where_the_form_allows_it():
    swimmer = {"_id": "c1", "first_name": "Asha", "collected": "no", "swims": "yes", "badge": {"not_known": True}}
    assert found({**THE_PATELS, "children": [swimmer], "adults": []}) == {}
    assert found({**THE_PATELS, "children": [{**swimmer, "first_name": {"not_known": True}}], "adults": []}) == {"children.c1.first_name": "shape"}


def test_too_many_items_are_told():
    five = [{"_id": f"c{number}", "first_name": "A", "collected": "no"} for number in range(5)]
    assert found({**THE_PATELS, "children": five, "adults": [], "goggles": None}) == {"children": "too_many"}


def test_interruptions_must_be_acknowledged_where_that_is_kept():
    given = {**THE_PATELS, "lives_here": "no", "which_town": "Leafham"}
    assert problems(holiday_club(), given, FACTS) == []
    told = problems(holiday_club(), given, FACTS, acknowledged=())
    assert [(problem.code, problem.step_key) for problem in told] == [("acknowledge", "read_this")]
    assert problems(holiday_club(), given, FACTS, acknowledged={"read_this"}) == []


def test_a_form_that_ends_on_a_stop_page_cannot_be_sent():
    told = problems(holiday_club(), {"lives_here": "no", "which_town": "Farland"}, FACTS)
    assert [(problem.code, problem.message) for problem in told] == [("stopped", "This form cannot be sent: This club is too far away")]


def test_one_step_can_be_judged_alone():
    way = Journey(holiday_club(), {"children": [{"_id": "c1"}]}, FACTS)
    assert [problem.path for problem in problems_on(way, way.find("child", ["c1"]))] == ["children.c1.first_name", "children.c1.collected"]


def test_numbers_of_test_ranges_are_taken_only_where_the_portal_allows_them():
    form = a_form(a_page("{id: n, kind: nhs_number, label: NHS number}"))
    assert [problem.path for problem in problems(form, {"n": "9990000018"}, FACTS)] == ["n"]
    assert problems(form, {"n": "9990000018"}, Facts(TODAY, test_numbers=True)) == []


def test_what_is_wrong_with_an_answer_that_is_held_back_does_not_tell_it():
    form = holiday_club()
    given = {**THE_PATELS, "children": [{**THE_PATELS["children"][0], "swims": "like a stone"}, *THE_PATELS["children"][1:]]}
    (told,) = problems(form, given, FACTS)
    assert "like a stone" in told.message
    with held_back.reading(held_back.NOBODY):
        (held,) = problems(form, given, FACTS)
    assert (held.path, held.code, held.step_key) == (told.path, told.code, told.step_key), "sending stays stopped"
    assert held.message == "This answer is held back from you and has to be put right by somebody who reads it"

"""The way through a form: steps, what comes next, what each asks, and the task list."""

from portal.forms import answers
from portal.forms.item_labels import item_label
from portal.forms.journey import Journey
from tests.forms.holiday_club import FACTS, THE_PATELS, a_form, a_page, holiday_club


def journey(given, form=None, **more):
    return Journey(form or holiday_club(), given, FACTS, **more)


def keys(given, form=None):
    return [step.key for step in journey(given, form).steps()]


def states(given, **more):
    return {state.section.id: state.status for state in journey(given, **more).sections()}


def test_the_file_is_the_route_and_repeats_are_walked_item_by_item_then_listed():
    assert keys(THE_PATELS) == [
        "distance",
        "child/c1", "child_swims/c1", "child/c2", "child_swims/c2", "list_children",
        "adult/a1", "collecting/a1", "list_adults",
        "days",
        "pool",
    ]  # fmt: skip


def test_a_repeat_without_items_is_its_list():
    assert keys({"lives_here": "yes"}) == ["distance", "list_children", "list_adults", "days"]


def test_an_interruption_stands_in_the_way_and_a_stop_page_ends_it():
    assert keys({"lives_here": "no", "which_town": "Leafham"})[:3] == ["distance", "read_this", "list_children"]
    stopped = journey({"lives_here": "no", "which_town": "Farland"})
    assert [step.key for step in stopped.steps()] == ["distance", "too_far"]
    assert stopped.stop_page().page.title == "This club is too far away"
    assert journey(THE_PATELS).stop_page() is None


def test_a_step_is_found_again_by_its_name_and_items_and_by_its_key():
    way = journey(THE_PATELS)
    for step in way.steps():
        assert way.find_key(step.key) == step
        assert way.find(step.name, step.items) == step
    assert way.find("list-children").kind == "list"
    assert way.find("child-swims", ["c2"]).scope == (("children", "c2"),)
    assert way.find("child", ["nobody"]) is None


def test_one_step_follows_another_and_after_the_last_there_is_none():
    way = journey(THE_PATELS)
    steps = way.steps()
    assert [way.after(step) for step in steps] == [*steps[1:], None]
    assert [way.before(step) for step in steps] == [None, *steps[:-1]]


def test_from_a_step_that_is_gone_the_way_leads_to_what_is_left_to_do():
    gone = journey(THE_PATELS).find("child", ["c2"])
    without = answers.put(answers.remove_item(THE_PATELS, "children.c2"), "first_day", None)
    assert journey(without).after(gone).key == "days"


def test_a_step_asks_the_questions_shown_for_its_item():
    way = journey(THE_PATELS)
    asked = {item: [question.id for question in way.blocks(way.find("child_swims", [item]))[0].questions] for item in ("c1", "c2")}
    assert asked == {"c1": ["swims", "badge"], "c2": ["swims"]}
    assert way.blocks(way.find("list_children")) == []


def test_a_page_for_all_items_together_has_a_block_for_each():
    both = answers.put(THE_PATELS, "children.c2.collected", "yes")
    way = journey(both)
    assert [(block.title, block.scope[-1]) for block in way.blocks(way.find("collecting", ["a1"]))] == [
        ("Asha", ("may_collect", "c1")),
        ("Ravi", ("may_collect", "c2")),
    ]


def test_items_added_on_their_own_page_need_no_list():
    form = a_form(
        "- {id: p, section: one, title: P, repeat: pets, layout: together, questions: [{id: pet, kind: text, label: Pet}]}",
        above="repeats: {pets: {title: Pets, item: pet}}",
    )
    assert keys({}, form) == ["p"]
    assert keys({"pets": [{"_id": "p1"}]}, form) == ["p"]


def test_pages_of_one_repeat_that_stand_apart_are_walked_apart_and_listed_once():
    form = a_form(
        """
        - {id: p, section: one, title: P, repeat: pets, questions: [{id: pet, kind: text, label: Pet}]}
        - {id: q, section: one, title: Q, questions: [{id: food, kind: text, label: Food}]}
        - {id: r, section: one, title: R, repeat: pets, questions: [{id: eats, kind: text, label: Eats}]}
        """,
        above="repeats: {pets: {title: Pets, item: pet}}",
    )
    assert keys({"pets": [{"_id": "a"}, {"_id": "b"}]}, form) == ["p/a", "p/b", "list_pets", "q", "r/a", "r/b"]


def test_a_nested_repeat_is_walked_inside_each_outer_item():
    form = a_form(
        """
        - {id: p, section: one, title: P, repeat: pets, questions: [{id: pet, kind: text, label: Pet}]}
        - {id: t, section: one, title: T, repeat: tricks, questions: [{id: trick, kind: text, label: Trick}]}
        - {id: r, section: one, title: R, repeat: pets, questions: [{id: eats, kind: text, label: Eats}]}
        """,
        above="repeats: {pets: {title: Pets, item: pet}, tricks: {title: Tricks, item: trick, inside: pets}}",
    )
    given = {"pets": [{"_id": "a", "tricks": [{"_id": "t1"}]}, {"_id": "b"}]}
    assert keys(given, form) == ["p/a", "t/a/t1", "list_tricks/a", "r/a", "p/b", "list_tricks/b", "r/b", "list_pets"]


def test_a_page_of_which_nothing_is_shown_is_no_step():
    form = a_form(
        "\n".join([a_page("{id: a, kind: yes_no, label: A}"), a_page('{id: b, kind: text, label: B, when: {question: a, is: "yes"}}', page="id: q, section: one, title: Q")])
    )
    assert keys({}, form) == ["page"]
    assert keys({"a": "yes"}, form) == ["page", "q"]


def test_what_depends_on_other_answers_is_decided_in_the_questions_a_step_asks():
    form = a_form(
        a_page(
            "{id: a, kind: yes_no, label: A}",
            '{id: b, kind: radios, label: B, required: {question: a, is: "yes"}, options: [{id: x, label: X}, {id: y, label: Y}, {id: z, label: Z, when: {question: a, is: "no"}}]}',
            "{id: c, kind: text, label: C, required: true, later: true}",
        )
    )

    def asked(given):
        way = journey(given, form)
        _, b, c = way.blocks(way.steps()[0])[0].questions
        return b.required, [option.id for option in b.settings.options], c.required

    assert asked({"a": "yes"}) == (True, ["x", "y"], False)
    assert asked({"a": "no"}) == (False, ["x", "y", "z"], False)
    assert asked({}) == (False, ["x", "y"], False)


def test_an_item_is_called_by_its_label_or_by_its_place():
    given = {"children": [{"_id": "a", "first_name": "Asha"}, {"_id": "b", "last_name": " "}, {"_id": "c"}]}
    assert [item_label(holiday_club(), given, (("children", item),)) for item in "abc"] == ["Asha", "Child 2", "Child 3"]


def test_the_task_list_tells_what_is_done():
    assert states({}) == {"start": "not_started", "family": "not_started", "days": "not_started"}
    a_child = {"lives_here": "yes", "children": [{"_id": "c1", "first_name": "Asha"}]}
    assert states(a_child) == {"start": "done", "family": "in_progress", "days": "not_started", "pool": "cannot_start"}
    assert states(THE_PATELS) == {"start": "done", "family": "done", "days": "done", "pool": "done"}


def test_the_first_item_that_everybody_gets_begins_no_section():
    assert states({"lives_here": "yes", "children": [{"_id": "c1"}]})["family"] == "not_started"


def test_a_section_that_waited_for_an_answer_is_left_out_once_everything_else_is_done():
    first = a_page("{id: a, kind: checkboxes, label: A, options: [{id: x, label: X}]}")
    second = a_page("{id: b, kind: text, label: B}", page="id: q, section: two, title: Q, when: {question: a, has: x}")
    form = a_form(f"{first}\n{second}", sections="[{id: one, title: One}, {id: two, title: Two}]")
    assert [state.status for state in journey({}, form).sections()] == ["not_started", "cannot_start"]
    assert [state.status for state in journey({}, form, acknowledged={"page"}).sections()] == ["done"]


def test_text_that_is_not_valid_yet_keeps_a_section_open():
    assert states(THE_PATELS, incomplete={"first_day"})["days"] == "in_progress"


def test_an_interruption_is_done_once_it_was_acknowledged():
    given = {"lives_here": "no", "which_town": "Leafham"}
    assert states(given)["start"] == "in_progress"
    assert states(given, acknowledged={"read_this"})["start"] == "done"
    assert journey(given).first_unanswered().key == "read_this"


def test_a_page_of_optional_questions_counts_as_done_once_a_person_went_past_it():
    form = a_form("\n".join([a_page("{id: a, kind: text, label: A}"), a_page("{id: b, kind: text, label: B}", page="id: q, section: one, title: Q")]))
    assert journey({}, form).first_unanswered().key == "page"
    assert journey({"b": "x"}, form).first_unanswered() is None
    assert journey({}, form, acknowledged={"page"}).first_unanswered().key == "q"


def test_after_a_stop_page_no_section_can_be_started():
    assert states({"lives_here": "no", "which_town": "Farland"}) == {"start": "in_progress", "family": "cannot_start", "days": "cannot_start", "pool": "cannot_start"}


def test_the_step_of_a_path_is_the_one_that_asks_it():
    way = journey(THE_PATELS)
    assert way.step_of("children.c2.swims").key == "child_swims/c2"
    assert way.step_of("adults.a1.may_collect.c1.may").key == "collecting/a1"
    assert way.step_of("children").key == "list_children"
    assert way.step_of("which_town") is None

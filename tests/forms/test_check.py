"""Whether the parts of a definition fit together: each rule by the fault it finds, and where."""

import pytest

from portal.forms.check import faults
from portal.forms.load import load_definition
from tests.forms.holiday_club import HOLIDAY_CLUB, a_form, a_page, a_text, holiday_club

PETS = "repeats: {pets: {title: Pets, item: pet}}"
PET_PAGE = "- {id: q, section: one, title: Q, repeat: pets, questions: [{id: pet, kind: text, label: Pet}]}"


def found(form):
    return [(fault.code, f"{fault.line}:{fault.column}") for fault in faults(form)]


def codes(form):
    return [code for code, _ in found(form)]


def message(form):
    return faults(form)[0].message


def changed(old, new):
    assert old in HOLIDAY_CLUB
    return load_definition(HOLIDAY_CLUB.replace(old, new), source="holiday_club.yaml")


@pytest.mark.parametrize("where", ["{role: coach}", "{any_item: pets, match: {question: pet, is: Cat}}", "{not: {question: pet, is: {question: other}}}"])
def test_what_chooses_items_of_another_form_looks_at_one_item_only(where):
    pets = f"repeats: {{pets: {{title: Pets, item: pet, prefill: {{from: form.visit.pets, where: {where}}}}}}}"
    assert codes(a_form(PET_PAGE, above=pets)) == ["where_too_wide"]


def test_a_sound_form_has_no_fault():
    assert faults(holiday_club()) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("id: which_town", "id: lives_here", "duplicate_id"),
        ("{id: goggles,", "{id: children,", "duplicate_id"),
        ("id: pool\n    section", "id: days\n    section", "duplicate_id"),
        ("{id: pool, title", "{id: days, title", "duplicate_id"),
        ("{id: goggles,", "{id: Goggles,", "bad_id"),
        ("id: pool\n    section", "id: list_pool\n    section", "reserved_id"),
        ("{id: goggles,", "{id: old_question,", "retired_id"),
        ("{id: goggles,", "{id: swims,", "question_in_two_repeats"),
        ("section: pool", "section: pol", "unknown_section"),
        ("repeat: adults", "repeat: adult", "unknown_repeat"),
        ("inside: adults, over: children", "inside: adult, over: children", "unknown_repeat"),
        ("inside: adults, over: children", "inside: may_collect, over: children", "nested_too_deep"),
        ("over: children, where: {question: collected, is: \"yes\"}", "over: may_collect", "over_nested"),
        ("inside: adults, over: children, where", "inside: adults, where", "where_without_over"),
        ("min: 1, max: 4", "min: 5, max: 4", "min_above_max"),
        ("{first_name} {last_name}", "{first_nam}", "bad_item_label"),
        ("{children.first_name}", "{goggles}", "bad_item_label"),
        ("{children.first_name}", "{children.first_name", "bad_item_label"),
        ("audience: public\nsend: {button: Send, reference_prefix: CLUB}", "audience: public", "send_missing"),
        ("reference_prefix: CLUB", "reference_prefix: club1", "bad_prefix"),
        ("audience: public", "audience: public\ndefaults: {retain: {sent: forever}}", "bad_retention"),
        ("{question: which_town, is: Farland}", "{question: wich_town, is: Farland}", "unknown_question"),
        ("{use: somebody_swims}", "{use: somebody_swam}", "unknown_condition"),
        ("any_item: children", "any_item: kids", "unknown_repeat"),
        ("{count: children, gte: 2}", "{count: kids, gte: 2}", "unknown_repeat"),
        ("match: {question: swims, is: \"yes\"}", "match: {question: swims, is: maybe}", "unknown_option"),
        ("{question: which_town, is: Farland}", "{question: which_town, before: today}", "wrong_comparison"),
        ("{question: which_town, is: Farland}", "{question: which_town, answered: maybe}", "wrong_comparison"),
        ("{question: which_town, is: Farland}", "{question: swims, is: \"yes\"}", "out_of_reach"),
        ("{question: which_town, is: Farland}", "{question: which_town, is: {question: nobody}}", "wrong_comparison"),
        ("{question: which_town, is: Farland}", "{question: which_town, is: {question: goggles}}", "wrong_comparison"),
        ("{question: which_town, is: Farland}", "{question: which_town, is: {question: adult_name}}", "out_of_reach"),
        ("{question: which_town, is: Farland}", "{question: which_town, is: {question: which_town, plus: 3d}}", "wrong_comparison"),
        ("required: {count: children, gte: 2}", "when: {question: last_day, after: {question: goggles}}", "wrong_comparison"),
        ("[{not_before: today}]", "[{not_before: soon}]", "bad_rule"),
        ("[{not_before: today}]", "[{bigger_than: today}]", "bad_rule"),
        ("{not_before: {question: first_day}", "{not_before: {question: first_dy}", "bad_rule"),
        ("{not_before: {question: first_day}", "{not_before: {question: goggles}", "bad_rule"),
        ("title: This club is too far away, when: {question: which_town, is: Farland}", "title: Too far", "stop_always"),
        ("{id: last_name, kind: text", "{id: last_name, record: person.surname, kind: text", "unknown_binding"),
        ("{id: last_name, kind: text", "{id: last_name, record: surname, kind: text", "bad_binding"),
        ("{id: goggles,", "{id: goggles, record: person.phone,", "binding_without_person"),
        ("{id: goggles,", "{id: goggles, prefill: {from: the record},", "bad_prefill"),
        ("{id: goggles,", "{id: goggles, prefill: {from: record.goggles, where: {question: left, is: 'yes'}},", "where_without_items"),
    ],
)  # fmt: skip
def test_each_fault_has_its_code(old, new, code):
    assert code in codes(changed(old, new))


def test_a_fault_stands_at_the_word_that_is_wrong():
    form = a_form(
        """
        - id: p
          section: one
          title: P
          when:
            any:
              - {question: a, is: x}
              - {question: nobody, is: x}
          questions: [{id: b, kind: text, label: B}]
        - {id: q, section: one, title: Q, questions: [{id: a, kind: yes_no, label: A}]}
        """
    )
    assert found(form) == [("unknown_option", "13:27"), ("unknown_question", "14:20")]


def test_questions_that_show_each_other_are_a_cycle_told_as_a_way():
    form = a_form(a_page('{id: a, kind: yes_no, label: A, when: {question: b, is: "yes"}}', '{id: b, kind: yes_no, label: B, when: {question: a, is: "yes"}}'))
    assert codes(form) == ["cycle"]
    assert "question a → question b → question a" in message(form)


def test_a_page_shown_by_its_own_question_is_a_cycle():
    form = a_form('- {id: p, section: one, title: P, when: {question: a, is: "yes"}, questions: [{id: a, kind: yes_no, label: A}]}')
    assert codes(form) == ["cycle"]


def test_a_cycle_through_a_named_condition_and_a_count_is_found():
    form = a_form(
        """
        - {id: p, section: one, title: P, when: {use: pets_there}, questions: [{id: a, kind: yes_no, label: A}]}
        - {id: q, section: one, title: Q, repeat: pets, when: {question: a, is: "yes"}, questions: [{id: pet, kind: text, label: Pet}]}
        """,
        above=PETS + "\nconditions: {pets_there: {count: pets, gte: 1}}",
    )
    assert codes(form) == ["cycle"]


def test_a_later_page_of_an_item_may_look_at_an_earlier_one():
    form = a_form(
        PET_PAGE + '\n- {id: r, section: one, title: R, repeat: pets, when: {question: pet, is: Rex}, questions: [{id: eats, kind: text, label: Eats}]}',
        above=PETS,
    )
    assert codes(form) == []


def test_conditions_that_use_themselves_are_found():
    form = a_form(a_page("{id: a, kind: text, label: A, when: {use: three}}"), above="conditions: {one: {not: {use: two}}, two: {use: one}, three: {use: one}}")
    assert codes(form) == ["condition_cycle", "condition_cycle"]


def test_what_a_named_condition_cannot_see_is_told_where_it_is_used():
    form = a_form(
        PET_PAGE + "\n- {id: r, section: one, title: R, when: {use: is_rex}, questions: [{id: a, kind: text, label: A}]}",
        above=PETS + "\nconditions: {is_rex: {question: pet, is: Rex}}",
    )
    assert codes(form) == ["out_of_reach"]
    assert "through the condition 'is_rex'" in message(form)
    inside = a_form(
        PET_PAGE + "\n- {id: r, section: one, title: R, when: {any_item: pets, match: {use: is_rex}}, questions: [{id: a, kind: text, label: A}]}",
        above=PETS + "\nconditions: {is_rex: {question: pet, is: Rex}}",
    )
    assert codes(inside) == []


def test_a_repeat_that_no_page_asks_about_is_told():
    assert codes(a_form(a_page("{id: a, kind: text, label: A}"), above=PETS)) == ["repeat_unused"]


def test_a_page_says_something():
    assert codes(a_form("- {id: p, section: one, title: P}")) == ["empty_page"]
    assert codes(load_definition(a_text("").replace("pages:", "pages: []"))) == ["no_pages"]


def test_text_to_read_takes_no_answer():
    form = a_form(a_page("{id: g, kind: guidance, label: G, text: Words, required: true}"))
    assert codes(form) == ["no_answer"]


def test_settings_that_contradict_themselves_are_told_by_the_kind():
    form = a_form(a_page("{id: a, kind: number, label: A, min: 5, max: 2}", "{id: b, kind: radios, label: B, options: []}"))
    assert codes(form) == ["settings", "settings"]


def test_a_definition_made_without_a_file_is_checked_too():
    form = a_form(a_page("{id: a, kind: text, label: A}")).model_copy(update={"retired": ("a",)})
    form._yaml = None
    assert [(fault.file, fault.code) for fault in faults(form)] == [("a_form", "retired_id")]


def test_every_fault_is_told_at_once():
    text = a_text(a_page("{id: A, kind: text, label: A, when: {question: b, is: x}}", "{id: A, kind: text, label: A, record: x}"), above="send: {reference_prefix: x}")
    assert sorted(codes(load_definition(text))) == ["bad_binding", "bad_id", "bad_id", "bad_prefix", "duplicate_id", "unknown_question"]

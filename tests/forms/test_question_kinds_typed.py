"""Kinds with one box: what each takes, how it is kept and shown, and every way of being wrong."""

from __future__ import annotations

from datetime import date

import pytest

from portal.forms import question_kinds
from portal.forms.question_kinds.long_text import count_words
from portal.forms.question_kinds.upn import check_letter
from tests.forms.asking import asked, codes, messages

TODAY = date(2026, 5, 4)


def taken(question, typed):
    return question_kinds.read(question, {"": [typed]})


KEPT = [
    ("text", {}, " Zoë O’Brien ", " Zoë O’Brien ", " Zoë O’Brien "),
    ("long_text", {}, "\n\tone\n\n two", "\n\tone\n\n two", "\n\tone\n\n two"),
    ("email", {}, "  Ada.Rivers@Example.ORG ", "Ada.Rivers@example.org", "Ada.Rivers@example.org"),
    ("phone", {}, "01632960001", "01632 960001", "01632 960001"),
    ("phone", {}, "+44 (0)7700 900 123", "07700 900123", "07700 900123"),
    ("phone", {}, "0033 1 42 68 53 00", "+33 1 42 68 53 00", "+33 1 42 68 53 00"),
    ("phone", {}, "01632 960001 ext 23", "01632 960001 x23", "01632 960001 x23"),
    ("postcode", {}, " e81dy", "E8 1DY", "E8 1DY"),
    ("postcode", {}, "sw1a-2aa.", "SW1A 2AA", "SW1A 2AA"),
    ("postcode", {}, "GIR 0AA", "GIR 0AA", "GIR 0AA"),
    ("nhs_number", {}, "999 000 0018", "9990000018", "999 000 0018"),
    ("nhs_number", {}, "943-476-5919", "9434765919", "943 476 5919"),
    ("upn", {}, "b801 2000 05001", "B801200005001", "B801200005001"),
    ("time", {}, "2.30 PM", "14:30", "2:30pm"),
    ("time", {}, "9am", "09:00", "9am"),
    ("time", {}, "1430", "14:30", "2:30pm"),
    ("time", {}, "midday", "12:00", "midday"),
    ("time", {}, "12am", "00:00", "midnight"),
    ("time", {}, "12:05 p.m.", "12:05", "12:05pm"),
    ("time", {}, "0:15", "00:15", "12:15am"),
    ("number", {}, "1,200", 1200, "1,200"),
    ("number", {"suffix": "%", "min": 0, "max": 100}, "92%", 92, "92%"),
    ("number", {"suffix": "hours", "step": 0.5}, "2.5 hours", 2.5, "2.5 hours"),
    ("number", {"min": -5}, "−3", -3, "-3"),
    ("number", {"prefix": "£"}, "£12.0", 12, "£12"),
]


@pytest.mark.parametrize(("kind", "keys", "typed", "value", "shown"), KEPT, ids=lambda each: str(each)[:24])
def test_what_is_typed_is_kept_in_its_usual_form_and_shown_again(kind, keys, typed, value, shown):
    question = asked(kind, **keys)
    found = taken(question, typed)
    assert (found.value, messages(found)) == (value, [])
    assert type(found.value) is type(value)
    assert question_kinds.text_of(question, value) == shown
    assert question_kinds.merge_value(question, value) == shown
    assert taken(question, question_kinds.raw_of(question, value)[""][0]).value == value


WRONG = [
    ("text", {"max_length": 5}, "Roberta", "too_long", "First name must be 5 characters or fewer; it has 7"),
    ("long_text", {"max_words": 3}, "one two three four", "too_many_words", "Long text must be 3 words or fewer; it has 4"),
    ("long_text", {"max_length": 3}, "four", "too_long", "Long text must be 3 characters or fewer; it has 4"),
    ("email", {}, "ada at example", "not_an_email", "Enter email address in the right format, like name@example.org"),
    ("email", {}, "a@b", "not_an_email", None),
    ("email", {}, "a@example.org, b@example.org", "not_an_email", None),
    ("phone", {}, "999", "not_a_phone", "Enter phone in full, like 01632 960 001, 07700 900 982 or +44 808 157 0192"),
    ("phone", {}, "call the school", "not_a_phone", None),
    ("phone", {}, "1" * 70, "not_a_phone", None),
    ("postcode", {}, "E8", "not_a_postcode", "Enter postcode in full, like E8 1DY"),
    ("postcode", {}, "Q1 1AA", "not_a_postcode", None),
    ("postcode", {}, "E8 1CD", "not_a_postcode", None),
    ("nhs_number", {}, "999 000 001", "not_ten_digits", "NHS number must be 10 numbers, like 999 000 0018"),
    ("nhs_number", {}, "999 000 0019", "check_digit", "NHS number is not a valid NHS number. Check that each number is right"),
    ("nhs_number", {}, "0000000000", "check_digit", None),
    ("nhs_number", {}, "4444444444", "check_digit", None),
    ("upn", {}, "B80120000500", "not_a_upn", "UPN must be a letter and 12 more characters, like B801200005001"),
    ("upn", {}, "I801200005001", "not_a_upn", None),
    ("upn", {}, "C801200005001", "check_letter", "UPN is not a valid pupil number. Check each letter and number"),
    ("time", {}, "25:00", "not_a_time", "Enter time with am or pm, or by the 24-hour clock, like 9:30am or 14:30"),
    ("time", {}, "9", "not_a_time", None),
    ("time", {}, "13pm", "not_a_time", None),
    ("time", {}, "9:75", "not_a_time", None),
    ("number", {}, "a few", "not_a_number", "Number must be a number, like 3"),
    ("number", {}, "1e3", "not_a_number", None),
    ("number", {}, "٣", "not_a_number", None),
    ("number", {"min": 1}, "0", "too_small", "Number must be 1 or more"),
    ("number", {"max": 1000}, "1001", "too_big", "Number must be 1,000 or less"),
    ("number", {}, "2.5", "step", "Number must be a whole number"),
    ("number", {"step": 0.5}, "2.3", "step", "Number must be in steps of 0.5"),
]


@pytest.mark.parametrize(("kind", "keys", "typed", "code", "message"), WRONG, ids=lambda each: str(each)[:24])
def test_what_cannot_be_taken_is_told_in_words_that_help_and_may_be_reworded(kind, keys, typed, code, message):
    found = taken(asked(kind, **keys), typed)
    assert (found.value, found.blank, codes(found)) == (None, False, [(code, "")])
    assert message is None or messages(found) == [message]
    assert messages(taken(asked(kind, errors={code: "In our words"}, **keys), typed)) == ["In our words"]


def test_short_words_and_questions_as_labels_make_sentences():
    assert messages(taken(asked("number", label="Number of children", short="the number of children"), "x")) == ["The number of children must be a number, like 3"]
    question = asked("number", label="How many children are there?")
    assert messages(taken(question, "x")) == ["Your answer to “How many children are there?” must be a number, like 3"]
    assert question_kinds.missing(question).message == "Answer “How many children are there?”"
    assert question_kinds.missing(asked("nhs_number")).message == "Enter NHS number"
    assert question_kinds.missing(asked("select", label="Tenure")).message == "Select tenure"
    assert question_kinds.missing(asked("statement", label="I have told them")).message == "Tick to confirm: I have told them"


def test_words_are_counted_as_the_counter_on_the_page_counts_them():
    assert count_words("one  two\n\nthree-four\tfive. ") == 4
    assert count_words(" ") == 0


def test_numbers_of_the_test_range_belong_to_nobody_outside_tests():
    question = asked("nhs_number")
    assert messages(question_kinds.broken_rules(question, "9990000018", today=TODAY)) == [
        "NHS number starts with 999: such numbers are for tests only and belong to nobody"
    ]
    assert question_kinds.broken_rules(question, "9990000018", today=TODAY, test_numbers=True) == ()
    assert question_kinds.broken_rules(question, "9434765919", today=TODAY) == ()


def test_the_check_letter_of_both_forms_of_a_upn():
    assert check_letter("B801200005001") == "B"
    temporary = "X80120000500A"
    made = check_letter(temporary) + temporary[1:]
    assert taken(asked("upn"), made).value == made
    assert codes(taken(asked("upn"), ("A" if made[0] != "A" else "B") + made[1:])) == [("check_letter", "")]


def test_a_number_unlikely_to_be_in_use_is_noted_and_those_of_dramas_are_not():
    assert taken(asked("phone"), "01999 999999").notes == (
        "Check the telephone number 01999 999999: it does not look like one that is in use. You can leave it as it is.",
    )
    for drama in ("01632 960001", "07700 900123", "020 7946 0000"):
        assert taken(asked("phone"), drama).notes == ()


COMPARED = [
    ("text", "Ada", "is", "Ada", True),
    ("text", "Ada", "in", ["Ben", "Ada"], True),
    ("email", "a@example.org", "is_not", "a@example.org", False),
    ("time", "14:30", "before", "15:00", True),
    ("time", "14:30", "not_before", "14:30", True),
    ("time", "14:30", "after", "14:30", False),
    ("time", "14:30", "not_after", "14:00", False),
    ("number", 3, "gte", 3, True),
    ("number", 3, "lt", 3, False),
    ("number", 3, "is", 3.0, True),
    ("number", 3, "lte", 2.5, False),
    ("number", 3, "gt", "2", None),
    ("scale", 7, "gte", 7, True),
    ("scale", 0, "is", 0, True),
]


@pytest.mark.parametrize(("kind", "value", "comparison", "other", "verdict"), COMPARED)
def test_comparisons(kind, value, comparison, other, verdict):
    assert question_kinds.compare(asked(kind), value, comparison, other, today=TODAY) is verdict


FAULTS = [
    ("text", "is", 3, "`is` compares with text"),
    ("text", "in", "Ada", "`in` takes a list"),
    ("text", "lt", "x", "compares with answered, in, is, is_not, not lt"),
    ("number", "gte", "3", "`gte` compares with a number"),
    ("number", "is", True, "`is` compares with a number"),
    ("time", "before", "3pm", "such as \"14:30\""),
    ("scale", "gte", 1.5, "a whole number"),
    ("text", "answered", "yes", "`answered` takes true or false"),
]


@pytest.mark.parametrize(("kind", "comparison", "other", "words"), FAULTS)
def test_comparisons_that_make_no_sense_are_named(kind, comparison, other, words):
    assert words in question_kinds.comparison_fault(asked(kind), comparison, other)


def test_rules_say_what_the_answer_must_be():
    def told(kind, rule, value):
        return messages(question_kinds.broken_rules(asked(kind, rule), value, today=TODAY))

    assert told("number", ("lte", 18), 19) == ["Number must be 18 or less"]
    assert told("time", ("not_before", "09:00"), "08:30") == ["Time must be at or after 9am"]
    assert told("scale", ("gte", 3), 2) == ["Scale must be 3 or more"]
    assert told("number", ("lte", 18), 18) == []


def test_a_number_between_impossible_limits_is_a_fault_of_the_form():
    drawer = question_kinds.kind("number")
    assert drawer.settings_faults(asked("number", min=3, max=1)) == ("`min` 3 is above `max` 1",)
    assert drawer.settings_faults(asked("number", min=1, max=3)) == ()

"""What holds for every kind of question: whole drawers, examples that pass, reading and showing again, no crash on anything sent."""

from __future__ import annotations

import json
from datetime import date
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.forms import question_kinds
from portal.forms.answers import clean_text
from portal.forms.question_kinds import NOT_KNOWN, IncompleteDrawer, UnknownKind
from portal.forms.question_kinds.kind import QuestionKind
from portal.forms.question_kinds.register import MACROS, gather
from tests.forms.asking import HOSTILE, asked, codes, messages

TODAY = date(2026, 5, 4)
ALL = sorted(question_kinds.kinds())
ANSWERED = [name for name in ALL if question_kinds.kind(name).has_value]
TEXTS_KEPT = ("text", "long_text")


def test_the_kinds_of_the_brief_are_there():
    assert set(ALL) == {
        "text", "long_text", "yes_no", "radios", "checkboxes", "select", "date", "time", "number", "scale", "email", "phone", "postcode", "address",
        "nhs_number", "upn", "ethnicity", "language", "person", "file", "consent", "signature", "statement", "guidance",
    }  # fmt: skip


def test_an_unknown_kind_is_named_with_those_there_are():
    with pytest.raises(UnknownKind, match="no kind of question is called 'colour'.*address, checkboxes"):
        question_kinds.kind("colour")


def module(name: str, **content: object) -> ModuleType:
    made = ModuleType(f"drawers.{name}")
    for key, value in content.items():
        if isinstance(value, type):
            value.__module__ = made.__name__
        setattr(made, key, value)
    return made


def test_an_incomplete_drawer_is_refused_with_everything_it_lacks(tmp_path):
    class Colour(QuestionKind):
        name = "colour"
        comparisons = frozenset({"answered", "is"})

        def read(self, question, raw, stored=None): ...

    with pytest.raises(IncompleteDrawer) as refused:
        gather([module("colour", Colour=Colour), module("empty")], tmp_path)
    words = str(refused.value)
    for verb in ("wrong", "raw", "text", "example", "made_up", "schema", "compare", "comparison_fault"):
        assert f"colour: verb `{verb}` is missing" in words
    assert "verb `read`" not in words
    assert "its macro file colour.html is missing" in words
    assert "empty: holds 0 kinds of question" in words


def test_a_macro_file_without_its_macro_a_wrong_name_and_a_name_twice_are_refused(tmp_path):
    class One(QuestionKind):
        name = "one"
        has_value = False

    class Again(QuestionKind):
        name = "one"
        has_value = False

    (tmp_path / "one.html").write_text("{% macro other(field) %}{% endmacro %}")
    with pytest.raises(IncompleteDrawer) as refused:
        gather([module("one", One=One), module("again", Again=Again)], tmp_path)
    words = str(refused.value)
    assert "one.html defines no macro `control`" in words
    assert "again: the name 'one' is taken" in words
    assert "module and kind have different names" in words


def test_every_kind_has_a_macro_file_and_no_macro_file_is_left_over():
    assert {path.stem for path in MACROS.glob("*.html")} == set(ALL)


@pytest.mark.parametrize("name", ANSWERED)
def test_the_example_is_a_valid_plain_value(name):
    question = asked(name)
    value = question_kinds.example(question)
    assert json.loads(json.dumps(value)) == value
    assert messages(question_kinds.wrong(question, value)) == []
    assert question_kinds.text_of(question, value)


@pytest.mark.parametrize("name", [name for name in ANSWERED if name != "file"])
def test_what_an_example_shows_is_read_back_as_the_same_value(name):
    question = asked(name, **({"partial": True, "estimated": True} if name == "date" else {}))
    value = question_kinds.example(question)
    taken = question_kinds.read(question, question_kinds.raw_of(question, value))
    assert (taken.value, messages(taken)) == (value, [])


@pytest.mark.parametrize("name", ANSWERED)
def test_nothing_sent_is_blank_and_its_message_tells_what_to_do(name):
    question = asked(name, required=True)
    for raw in ({}, {"": []}, {"": [""]}, {part: ["  "] for part in question_kinds.kind(name).parts(question)}):
        assert question_kinds.read(question, raw).blank
    message = question_kinds.missing(question).message
    assert message.startswith(("Enter ", "Select ", "Tick to confirm: ", "Choose a file for "))
    assert question_kinds.missing(asked(name, errors={"required": "Say it"})).message == "Say it"


@pytest.mark.parametrize("name", ANSWERED)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_in_any_input_crashes_and_what_is_kept_is_what_was_typed(name, text):
    question = asked(name, max_length=250) if name == "text" else asked(name)
    cleaned, _ = clean_text(text)
    for part in question_kinds.kind(name).parts(question):
        taken = question_kinds.read(question, {part: [cleaned]})
        assert taken.blank or taken.wrong or taken.value is not None
        if taken.value is not None:
            json.dumps(taken.value).encode()
            assert messages(question_kinds.wrong(question, taken.value)) == []
            again = question_kinds.read(question, question_kinds.raw_of(question, taken.value))
            assert again.value == taken.value
    if name in TEXTS_KEPT and not question_kinds.read(question, {"": [cleaned]}).wrong:
        assert question_kinds.read(question, {"": [cleaned]}).value == cleaned


CRAFTED = (
    {"": ["one", "two", "three"]},
    {"day": ["1"]},
    {"day": ["1", "2"], "month": ["3"], "year": ["2020", "2021"]},
    {"": [object()], "day": [object()], "line1": [object()], "code": [3], "decision": [None]},
    {"line1": ["x"] * 50, "lines": ["y"]},
    {"not_known": ["yes", "yes"], "": ["-not-known"]},
    {"": ["-1", "11", "99999999999999999999"]},
)


@pytest.mark.parametrize("name", ANSWERED)
@pytest.mark.parametrize("raw", CRAFTED, ids=range(len(CRAFTED)))
def test_crafted_input_never_crashes(name, raw):
    for question in (asked(name), asked(name, not_known=True)):
        taken = question_kinds.read(question, raw)
        assert taken.blank or taken.wrong or taken.value is not None


WRONG_SHAPES = (3.5, -1, "", " ", "text that is no option", [], {}, [[]], {"a": 1}, {"not_known": True}, {"not_known": False}, False, ["a", "a"], {"code": 3}, float("nan"))


@pytest.mark.parametrize("name", ANSWERED)
@pytest.mark.parametrize("value", WRONG_SHAPES, ids=repr)
def test_a_value_of_another_shape_is_told_and_never_crashes(name, value):
    fits = {"text that is no option": TEXTS_KEPT, 3.5: (), -1: ("number",), ("nan",): ()}
    wrong = question_kinds.wrong(asked(name), value)
    may_fit = name in fits.get(value if isinstance(value, str | float | int) else "", ())
    assert bool(wrong) is not may_fit
    assert all(isinstance(each.message, str) and each.code for each in wrong)


@pytest.mark.parametrize("name", ANSWERED)
def test_the_schema_is_plain_data_and_takes_not_known_only_where_it_is_asked(name):
    assert json.loads(json.dumps(question_kinds.json_schema(asked(name))))
    assert question_kinds.json_schema(asked(name, not_known=True))["anyOf"][1]["properties"] == {"not_known": {"const": True}}


@pytest.mark.parametrize("name", ANSWERED)
def test_word_data_has_the_same_keys_with_and_without_an_answer(name):
    question = asked(name, not_known=True)
    full, empty, unknown = (question_kinds.merge_value(question, value) for value in (question_kinds.example(question), None, NOT_KNOWN))
    if isinstance(full, str):
        assert (empty, unknown) == ("", "Not known")
    else:
        assert set(full) == set(empty) == set(unknown)
        assert all(isinstance(text, str) for text in full.values())
        assert full["text"] and empty["text"] == "" and unknown["text"] == "Not known"


# Not known


@pytest.mark.parametrize("name", ANSWERED)
def test_not_known_can_be_ticked_shown_and_read_where_the_question_takes_it(name):
    question = asked(name, not_known=True)
    raw = question_kinds.raw_of(question, NOT_KNOWN)
    assert question_kinds.read(question, raw).value == NOT_KNOWN
    assert question_kinds.text_of(question, NOT_KNOWN) == "Not known"
    assert question_kinds.wrong(question, NOT_KNOWN) == ()
    assert question_kinds.wrong(asked(name), NOT_KNOWN)
    assert question_kinds.read(asked(name), {"not_known": ["yes"]}).blank


def test_an_answer_beside_not_known_is_asked_about_and_neither_is_lost():
    taken = question_kinds.read(asked("text", not_known=True), {"": ["Ada"], "not_known": ["yes"]})
    assert messages(taken) == ["Enter first name, or select “Not known”, not both"]
    assert taken.value is None


def test_not_known_is_an_answer_that_decides_nothing_else():
    question = asked("radios", not_known=True)

    def verdict(value, comparison, other):
        return question_kinds.compare(question, value, comparison, other, today=TODAY)

    assert verdict(NOT_KNOWN, "answered", True) is True
    assert verdict(NOT_KNOWN, "is", "red") is None
    assert verdict(NOT_KNOWN, "is_not", "red") is None
    assert verdict(NOT_KNOWN, "is", "not_known") is True
    assert verdict("red", "is", "not_known") is False
    assert verdict("red", "is_not", "not_known") is True
    assert verdict(NOT_KNOWN, "in", ["red", "not_known"]) is True
    assert verdict(None, "is", "red") is None
    assert verdict(None, "answered", False) is True
    assert question_kinds.comparison_fault(question, "is", "not_known") == ""
    assert "no option 'not_known'" in question_kinds.comparison_fault(asked("radios"), "is", "not_known")


def test_a_comparison_the_kind_does_not_offer_is_named_with_those_it_does():
    assert question_kinds.comparison_fault(asked("long_text"), "is", "x") == "a_long_text is of kind long_text, which compares with answered, not is"
    assert "has no answer to compare" in question_kinds.comparison_fault(asked("guidance"), "answered", True)


def test_guidance_takes_no_answer():
    question = asked("guidance")
    assert question_kinds.read(question, {"": ["x"]}).blank
    assert codes(question_kinds.wrong(question, "x")) == [("no_value", "")]
    assert question_kinds.text_of(question, None) == ""
    assert question_kinds.example(question) is None


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from([name for name in ANSWERED if name != "file"]), data=st.data())
def test_whatever_is_taken_can_be_shown_and_taken_again(name, data):
    question = asked(name, **({"partial": True, "estimated": True} if name == "date" else {}))
    parts = question_kinds.kind(name).parts(question)
    anything = st.one_of(st.text(max_size=40), st.sampled_from(["1", "12", "2019", "May", "red", "en", "yes", "given", "asian_other", "E8 1DY", "a@example.org", "14:30"]))
    raw = data.draw(st.dictionaries(st.sampled_from(parts), st.lists(anything, max_size=2), max_size=len(parts)))
    raw = {part: [clean_text(each)[0] for each in values] for part, values in raw.items()}
    taken = question_kinds.read(question, raw)
    if taken.value is not None:
        assert question_kinds.wrong(question, taken.value) == ()
        assert question_kinds.read(question, question_kinds.raw_of(question, taken.value)).value == taken.value
        assert isinstance(question_kinds.text_of(question, taken.value), str)

"""Kinds where one chooses: options, groups and exclusive ones, ethnicity and language with words written in, consent by its decision."""

from __future__ import annotations

from datetime import date

import pytest

from portal.forms import question_kinds
from portal.forms.model import Option
from portal.forms.question_kinds import ethnicity
from tests.forms.asking import COLOURS, asked, codes, messages

TODAY = date(2026, 5, 4)


def read(question, **parts):
    raw = {part.removeprefix("_"): values if isinstance(values, list) else [values] for part, values in parts.items()}
    return question_kinds.read(question, {"" if part == "own" else part: values for part, values in raw.items()})


def compare(question, value, comparison, other):
    return question_kinds.compare(question, value, comparison, other, today=TODAY)


@pytest.mark.parametrize("kind", ["radios", "select"])
def test_one_option_is_kept_by_its_id_and_shown_by_its_label(kind):
    question = asked(kind)
    assert read(question, own="blue").value == "blue"
    assert question_kinds.text_of(question, "blue") == "Blue & green"
    assert question_kinds.text_of(question, "gone since") == "gone since"
    assert codes(read(question, own="green")) == [("not_an_option", "")]
    assert codes(read(question, own=["red", "blue"])) == [("too_many", "")]
    assert read(question, own=["red", "red"]).value == "red"


def test_options_compare_by_id_and_only_with_options_there_are():
    question = asked("radios")
    assert compare(question, "red", "is", "red") is True
    assert compare(question, "red", "is_not", "red") is False
    assert compare(question, "red", "in", ["blue", "none"]) is False
    assert question_kinds.comparison_fault(question, "is", "green") == "there is no option 'green' (options: red, blue, none)"
    assert question_kinds.comparison_fault(question, "in", "red") == "`in` takes a list of option ids"
    assert question_kinds.comparison_fault(question, "in", ["red"]) == ""


def test_yes_no_offers_not_known_where_the_question_allows_it():
    assert read(asked("yes_no"), own="yes").value == "yes"
    assert codes(read(asked("yes_no"), own="not_known")) == [("not_an_option", "")]
    question = asked("yes_no", allow_not_known=True)
    assert read(question, own="not_known").value == "not_known"
    assert question_kinds.text_of(question, "not_known") == "Not known"
    assert compare(question, "not_known", "is", "not_known") is True
    assert "keep one" in question_kinds.kind("yes_no").settings_faults(asked("yes_no", allow_not_known=True, not_known=True))[0]


def test_ticked_boxes_are_kept_in_the_order_of_the_form():
    question = asked("checkboxes")
    assert read(question, own=["blue", "red", "red"]).value == ["red", "blue"]
    assert question_kinds.text_of(question, ["red", "blue"]) == "Red\nBlue & green"
    assert question_kinds.raw_of(question, ["red", "blue"]) == {"": ["red", "blue"]}


def test_an_exclusive_option_stands_alone_and_too_many_are_told():
    assert messages(read(asked("checkboxes"), own=["red", "none"])) == ["Select checkboxes, or select “None of these”, not both"]
    assert read(asked("checkboxes"), own="none").value == ["none"]
    assert codes(read(asked("checkboxes", max=1), own=["red", "blue"])) == [("too_many", "")]
    assert codes(read(asked("checkboxes"), own=["red", "green"])) == [("not_an_option", "")]


def test_ticked_boxes_compare_by_what_they_hold():
    question = asked("checkboxes")
    assert compare(question, ["red"], "has", "red") is True
    assert compare(question, ["red"], "has", "blue") is False
    assert compare(question, ["red"], "in", ["blue", "red"]) is True
    assert "no option" in question_kinds.comparison_fault(question, "has", "green")
    assert "not is" in question_kinds.comparison_fault(question, "is", "red")


def test_a_scale_is_a_whole_number_with_words_at_its_ends():
    question = asked("scale", labels={"low": "Very worried", "high": "Not worried"})
    assert read(question, own="0").value == 0
    assert question_kinds.text_of(question, 7) == "7 out of 10"
    labels = [option.label for option in question_kinds.kind("scale").options(question)]
    assert (labels[0], labels[5], labels[-1], len(labels)) == ("0: Very worried", "5", "10: Not worried", 11)
    assert messages(read(question, own="11")) == ["Scale must be a whole number from 0 to 10"]
    assert codes(question_kinds.wrong(question, "7")) == [("not_an_option", "")]
    assert question_kinds.kind("scale").settings_faults(asked("scale", min=5, max=5))


@pytest.mark.parametrize("kind", ["radios", "select", "checkboxes"])
def test_lists_that_offer_no_choice_are_faults_of_the_form(kind):
    drawer = question_kinds.kind(kind)
    twice = (Option(id="a", label="A"), Option(id="a", label="B"))
    assert drawer.settings_faults(asked(kind, options=())) != ()
    assert "stands there twice" in drawer.settings_faults(asked(kind, options=twice))[-1]
    assert drawer.settings_faults(asked(kind, options=COLOURS)) == ()


@pytest.mark.parametrize(("kind", "asks"), [("radios", "is: other"), ("select", "is: other"), ("checkboxes", "has: other")])
def test_a_choice_with_a_promise_of_words_is_refused_and_told_how_to_ask_for_them(kind, asks):
    question = asked(kind, id="tool", options=(*COLOURS, Option(id="other", label="Another tool", write_in=True)))
    (fault,) = question_kinds.kind(kind).settings_faults(question)
    assert "'other' has `write_in`" in fault
    assert f"`when: {{question: tool, {asks}}}`" in fault


# Ethnicity


def test_the_census_has_19_groups_and_two_ways_of_not_telling():
    assert len(ethnicity.CENSUS) == 19
    ids = [option.id for option in question_kinds.kind("ethnicity").options(asked("ethnicity"))]
    assert ids == [*ethnicity.CENSUS, "prefers_not_to_say", "not_asked"]


def test_an_ethnic_group_keeps_own_words():
    question = asked("ethnicity")
    value = read(question, code="asian_other", write_in="Vietnamese").value
    assert value == {"code": "asian_other", "write_in": "Vietnamese"}
    assert question_kinds.text_of(question, value) == "Any other Asian background: Vietnamese"
    assert question_kinds.merge_value(question, value) == {
        "text": "Any other Asian background: Vietnamese",
        "code": "Any other Asian background",
        "write_in": "Vietnamese",
        "census": "Any other Asian background",
    }
    assert read(question, code="white_irish").value == {"code": "white_irish", "write_in": ""}
    assert question_kinds.wrong(question, {"code": "white_irish"}) == ()


def test_ethnicity_not_asked_needs_a_reason_and_words_alone_need_a_group():
    question = asked("ethnicity")
    assert messages(read(question, code="not_asked")) == ["Enter why ethnicity has not been asked yet"]
    assert codes(read(question, code="not_asked")) == [("reason_missing", "write_in")]
    assert read(question, code="not_asked", write_in="Baby not born").value["write_in"] == "Baby not born"
    assert codes(read(question, write_in="Kurdish")) == [("incomplete", "code")]
    assert codes(read(question, code="martian")) == [("not_an_option", "code")]
    assert codes(read(question, code="asian_other", write_in="x" * 251)) == [("too_long", "write_in")]


def test_a_councils_own_groups_count_as_census_groups():
    own = (Option(id="white_turkish", label="Turkish", counts_as="white_other"), Option(id="white_irish", label="Irish"), Option(id="not_asked", label="Not asked"))
    question = asked("ethnicity", options=own)
    value = read(question, code="white_turkish").value
    assert question_kinds.merge_value(question, value)["census"] == "Any other White background"
    drawer = question_kinds.kind("ethnicity")
    assert drawer.settings_faults(question) == ()
    assert "add `counts_as`" in drawer.settings_faults(asked("ethnicity", options=(*own, Option(id="martian", label="Martian"))))[0]
    assert compare(question, value, "is", "white_turkish") is True
    assert "no option" in question_kinds.comparison_fault(question, "is", "white_roma")


# Language


def test_a_language_tells_whether_an_interpreter_is_needed():
    question = asked("language")
    value = read(question, code="tr", interpreter="yes", interpreter_detail="A woman, please").value
    assert value == {"code": "tr", "write_in": "", "interpreter": "yes", "interpreter_detail": "A woman, please"}
    assert question_kinds.text_of(question, value) == "Turkish\nInterpreter needed: yes\nA woman, please"
    assert read(question, code="en").value["interpreter"] == ""
    assert question_kinds.merge_value(question, value)["interpreter"] == "Yes"
    assert question_kinds.merge_value(question, {"code": "bfi"})["code"] == "British Sign Language (BSL)"


def test_what_is_missing_of_a_language_leads_to_its_box():
    question = asked("language")
    assert codes(read(question, code="tr")) == [("interpreter_missing", "interpreter")]
    assert codes(read(question, code="other", interpreter="no")) == [("write_in_missing", "write_in")]
    assert codes(read(question, interpreter="no")) == [("incomplete", "code")]
    assert codes(read(question, code="xx", interpreter="perhaps")) == [("not_an_option", "code"), ("interpreter", "interpreter")]
    assert read(asked("language", ask_interpreter=False), code="tr").value["code"] == "tr"


def test_a_language_compares_by_its_code_or_by_the_interpreter():
    question = asked("language")
    value = {"code": "tr", "write_in": "", "interpreter": "yes", "interpreter_detail": ""}
    assert compare(question, value, "is", "tr") is True
    assert compare(question, value, "has", "interpreter") is True
    assert compare(question, {**value, "interpreter": "no"}, "has", "interpreter") is False
    assert compare(question, {**value, "interpreter": "not_known"}, "has", "interpreter") is None
    assert question_kinds.comparison_fault(question, "has", "interpreter") == ""
    assert question_kinds.comparison_fault(question, "has", "tr")


def test_a_statement_is_ticked_or_unanswered():
    question = asked("statement")
    assert read(question, own="yes").value is True
    assert read(question, own="").blank
    assert question_kinds.text_of(question, True) == "Yes"
    assert compare(question, True, "is", True) is True
    assert question_kinds.comparison_fault(question, "is", True) == ""
    assert question_kinds.comparison_fault(question, "is", "yes")

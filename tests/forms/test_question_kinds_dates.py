"""Dates: boxes and month names, partial and estimated ones, what is wrong box by box, comparing with today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.forms import question_kinds
from portal.forms.question_kinds import date_boxes
from tests.forms.asking import asked, codes, messages

TODAY = date(2026, 5, 4)
BORN = asked("date")
LOOSE = asked("date", partial=True, estimated=True)


def typed(day="", month="", year="", estimated=""):
    return {"day": [day], "month": [month], "year": [year], "estimated": [estimated]}


@pytest.mark.parametrize(
    ("question", "boxes", "value", "words"),
    [
        (BORN, ("4", "5", "2019"), "2019-05-04", "4 May 2019"),
        (BORN, (" 04 ", "MAY", "2019"), "2019-05-04", "4 May 2019"),
        (BORN, ("29", "feb", "2024"), "2024-02-29", "29 February 2024"),
        (BORN, ("1", "Sept.", "2020"), "2020-09-01", "1 September 2020"),
        (LOOSE, ("", "5", "2019"), "2019-05", "May 2019"),
        (LOOSE, ("", "", "2019"), "2019", "2019"),
        (LOOSE, ("", "", "2019", "yes"), "2019~", "2019 (estimated)"),
        (LOOSE, ("4", "5", "2019", "yes"), "2019-05-04~", "4 May 2019 (estimated)"),
    ],
)
def test_dates_as_people_type_them(question, boxes, value, words):
    found = question_kinds.read(question, typed(*boxes))
    assert (found.value, messages(found)) == (value, [])
    assert question_kinds.text_of(question, value) == words
    assert question_kinds.read(question, question_kinds.raw_of(question, value)).value == value


@pytest.mark.parametrize(
    ("question", "boxes", "code", "box", "message"),
    [
        (BORN, ("31", "2", "2020"), "not_real", "day", "Date of birth must be a real date"),
        (BORN, ("1", "Smarch", "2020"), "not_real", "month", "Date of birth must be a real date"),
        (BORN, ("1", "13", "2020"), "not_real", "month", None),
        (BORN, ("1", "ma", "2020"), "not_real", "month", None),
        (BORN, ("x", "1", "2020"), "not_real", "day", None),
        (BORN, ("²", "1", "2020"), "not_real", "day", None),
        (BORN, ("0", "1", "2020"), "not_real", "day", None),
        (BORN, ("1", "1", "0000"), "not_real", "day", None),
        (BORN, ("4", "5", "19"), "year", "year", "Date of birth must have a year of 4 numbers, like 2019"),
        (BORN, ("4", "5", ""), "incomplete", "year", "Date of birth must include a year"),
        (BORN, ("4", "", ""), "incomplete", "month", "Date of birth must include a month and year"),
        (BORN, ("", "5", "2019"), "incomplete", "day", "Date of birth must include a day"),
        (LOOSE, ("4", "", "2019"), "incomplete", "month", "Date of birth must include a month"),
        (LOOSE, ("", "5", ""), "incomplete", "year", "Date of birth must include a year"),
        (LOOSE, ("", "", "", "yes"), "incomplete", "day", "Enter date of birth"),
    ],
)
def test_what_is_wrong_is_told_and_leads_to_its_box(question, boxes, code, box, message):
    found = question_kinds.read(question, typed(*boxes))
    assert (found.value, codes(found)) == (None, [(code, box)])
    assert message is None or messages(found) == [message]


@pytest.mark.parametrize(
    "pasted", ["12/05/2026", "12/5/2026", " 12-05-2026 ", "12.05.2026", "12 05 2026", "12 May 2026", "12 may, 2026", "12 Sept. 2026", "2026-05-12"]
)
@pytest.mark.parametrize("box", [0, 1, 2])
def test_a_whole_date_pasted_into_one_box_is_taken_apart(pasted, box):
    boxes = ["", "", ""]
    boxes[box] = pasted
    found = question_kinds.read(BORN, typed(*boxes))
    assert found.value == ("2026-09-12" if "Sept" in pasted else "2026-05-12")
    assert question_kinds.raw_of(BORN, found.value)["day"] == ["12"]


@pytest.mark.parametrize(
    ("boxes", "code", "box"),
    [(("31/02/2026", "", ""), "not_real", "day"), (("12/05/26", "", ""), "incomplete", "month"), (("12/05/2026", "5", "2026"), "not_real", "day")],
)
def test_a_pasted_date_that_is_none_is_told_as_any_other(boxes, code, box):
    assert codes(question_kinds.read(BORN, typed(*boxes))) == [(code, box)]


def test_a_pasted_date_is_taken_apart_in_a_signature_and_a_consent_too():
    signed = question_kinds.read(asked("signature", ask_role=False), {"name": ["Ada Cole"], **typed("12/05/2026")})
    assert signed.value["date"] == "2026-05-12"


def test_the_estimate_tick_counts_only_where_it_is_offered():
    assert question_kinds.read(BORN, typed("4", "5", "2019", "yes")).value == "2019-05-04"


@pytest.mark.parametrize(("value", "code"), [("2019-05", "incomplete"), ("2019-05-04~", "shape"), ("2019-02-30", "shape"), ("4/5/2019", "shape"), (2019, "shape")])
def test_kept_dates_must_have_the_shape_the_question_asks(value, code):
    assert [each.code for each in question_kinds.wrong(BORN, value)] == [code]


COMPARED = [
    ("2026-05-03", "before", "today", True),
    ("2026-05-04", "before", "today", False),
    ("2026-05-04", "not_after", "today", True),
    ("2026-05-05", "not_after", "today", False),
    ("2026-05-04", "not_before", "today", True),
    ("2026-05-05", "after", "today", True),
    ("2026-05", "after", "today", None),
    ("2026-05", "not_before", "2026-05-01", True),
    ("2026-05", "before", "2026-06-01", True),
    ("2027", "not_after", "today", False),
    ("2026~", "before", "today", None),
    ("2025~", "before", "today", True),
    ("2026-05-04", "is", "2026-05-04", True),
    ("2026-05", "is", "2026-05-04", None),
    ("2026-06", "is", "2026-05-04", False),
    ("2026-06", "is_not", "2026-05-04", True),
    ("2026-05-04", "in", ["2026-05-01", "today"], True),
    ("2026-05-14", "within_days", 10, True),
    ("2026-04-24", "within_days", 10, True),
    ("2026-05-15", "within_days", 10, False),
    ("2026-05", "within_days", 10, None),
    ("2027-02-28", "not_after", "today+300d", True),
    ("2027-03-01", "not_after", "today+300d", False),
    ("2021-05-04", "after", "today-5y", False),
    ("2021-05-05", "after", "today-5y", True),
    ("2026-05-18", "not_before", "today+2w", True),
    ("2026-02-04", "is", "today-3m", True),
    ("2026-05-04", "before", "today+99999y", None),
]


@pytest.mark.parametrize(("value", "comparison", "other", "verdict"), COMPARED)
def test_a_date_compares_and_a_partial_one_only_where_all_its_days_agree(value, comparison, other, verdict):
    assert question_kinds.compare(LOOSE, value, comparison, other, today=TODAY) is verdict


def test_months_counted_from_today_clip_to_the_last_day():
    assert date_boxes.point("today+1m", date(2026, 1, 31)) == date(2026, 2, 28)
    assert date_boxes.point("today+1m", date(2026, 3, 31)) == date(2026, 4, 30)
    assert date_boxes.point("today+2m", date(2026, 3, 31)) == date(2026, 5, 31)
    assert date_boxes.point("today-1y", date(2024, 2, 29)) == date(2023, 2, 28)


@pytest.mark.parametrize(("comparison", "other"), [("before", "tomorrow"), ("before", "2026-05"), ("before", 5), ("in", "today"), ("within_days", "10"), ("within_days", True)])
def test_what_a_date_cannot_be_compared_with_is_named(comparison, other):
    assert question_kinds.comparison_fault(BORN, comparison, other)


def test_rules_speak_of_past_and_future():
    def told(comparison, other, value):
        return messages(question_kinds.broken_rules(asked("date", (comparison, other)), value, today=TODAY))

    assert told("not_after", "today", "2026-05-05") == ["Date of birth must be today or in the past"]
    assert told("before", "today", "2026-05-04") == ["Date of birth must be in the past"]
    assert told("not_before", "today", "2026-05-03") == ["Date of birth must be today or in the future"]
    assert told("after", "today", "2026-05-04") == ["Date of birth must be in the future"]
    assert told("not_after", "today+300d", "2027-03-01") == ["Date of birth must be on or before 28 February 2027"]
    assert told("not_before", "today-18y", "2008-05-03") == ["Date of birth must be on or after 4 May 2008"]
    assert told("within_days", 10, "2026-05-15") == ["Date of birth must be within 10 days of today"]
    assert told("not_after", "today", "2026-05-04") == []


def test_a_form_may_word_its_rule_itself():
    question = asked("date", ("not_after", "today"), errors={"not_after": "The child must have been born"})
    assert messages(question_kinds.broken_rules(question, "2026-05-05", today=TODAY)) == ["The child must have been born"]


@settings(max_examples=80, deadline=None)
@given(day=st.dates(date(1, 1, 1), date(9999, 12, 31)), offset=st.integers(-500, 500))
def test_every_day_survives_its_boxes_and_compares_as_days_do(day, offset):
    kept = day.isoformat()
    boxes = {part: [text] for part, text in date_boxes.to_boxes(kept).items()}
    assert question_kinds.read(BORN, {**boxes, "year": [f"{day.year:04}"]}).value == kept
    other = TODAY + timedelta(days=offset)
    verdict = question_kinds.compare(BORN, kept, "before", other.isoformat(), today=TODAY)
    assert verdict is (day < other)
    assert question_kinds.compare(BORN, kept, "not_before", other.isoformat(), today=TODAY) is (day >= other)

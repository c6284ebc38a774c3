"""Counting time limits: against the official table of bank holidays, over weekends and closures, over the nights the clocks change."""

from datetime import UTC, date, datetime

import pytest

from portal.councils.model import Calendar, ClosureDay, OfficeHours, Target
from portal.councils.working_days import (
    MomentNotAware,
    add_months,
    add_working_days,
    bank_holidays,
    due,
    is_overdue,
    is_working_day,
    working_days_between,
)
from portal.timekeeping import LONDON

HOURS = OfficeHours(opens="09:00", closes="17:00", text="Monday to Friday")
ENGLAND = Calendar(region="ENG", office_hours=HOURS)

# The official table for England and Wales (month and day).
OFFICIAL = {
    2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
    2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
    2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
    2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def due_in_london(start: str, **target: int) -> str:
    ends = due(london(start).astimezone(UTC), Target(**target), ENGLAND)
    assert ends.tzinfo is UTC
    return ends.astimezone(LONDON).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize("year", OFFICIAL)
def test_days_off_from_monday_to_friday_are_those_of_the_official_table(year):
    official = {date.fromisoformat(f"{year}-{day}") for day in OFFICIAL[year].split()}
    assert {day for day in bank_holidays("ENG", year) if day.weekday() < 5} == official


def test_the_days_that_were_moved_or_added_once_are_no_working_days():
    days = ["2020-05-08", "2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08"]
    assert [is_working_day(date.fromisoformat(day), ENGLAND) for day in days] == [False] * 5
    assert is_working_day(date(2020, 5, 4), ENGLAND)


def test_another_part_of_the_country_has_other_days():
    assert not is_working_day(date(2026, 1, 2), Calendar(region="SCT", office_hours=HOURS))
    assert is_working_day(date(2026, 1, 2), ENGLAND)


def test_a_request_at_one_minute_to_five_on_christmas_eve_is_due_five_working_days_later():
    assert due_in_london("2026-12-24T16:59", working_days=5) == "2027-01-05 23:59:59"


def test_the_day_of_the_trigger_is_day_zero_however_early_or_late_it_was():
    assert due_in_london("2026-11-16T00:00", working_days=1) == "2026-11-17 23:59:59"
    assert due_in_london("2026-11-16T23:59:59", working_days=1) == "2026-11-17 23:59:59"


def test_a_trigger_on_a_day_off_is_day_zero_and_the_next_working_day_is_day_one():
    assert due_in_london("2026-11-21T10:00", working_days=1) == "2026-11-23 23:59:59"
    assert due_in_london("2026-11-22T10:00", working_days=1) == "2026-11-23 23:59:59"
    assert due_in_london("2026-05-25T10:00", working_days=3) == "2026-05-28 23:59:59"


def test_a_bank_holiday_inside_the_limit_moves_its_end():
    assert due_in_london("2026-05-21T10:00", working_days=5) == "2026-05-29 23:59:59"
    assert due_in_london("2026-05-14T10:00", working_days=5) == "2026-05-21 23:59:59"


def test_an_extra_day_of_closure_counts_like_a_bank_holiday():
    closed = Calendar(region="ENG", office_hours=HOURS, extra_closure_days=(ClosureDay(date="2026-12-29", title="Shut"),))
    assert add_working_days(date(2026, 12, 24), 1, ENGLAND) == date(2026, 12, 29)
    assert add_working_days(date(2026, 12, 24), 1, closed) == date(2026, 12, 30)


def test_a_trigger_late_in_the_evening_in_utc_belongs_to_the_london_day():
    start = datetime(2026, 7, 6, 23, 30, tzinfo=UTC)
    assert due(start, Target(days=0), ENGLAND) == datetime(2026, 7, 7, 22, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-04-30", 9, "2027-01-30"),
        ("2026-11-30", 1, "2026-12-30"),
    ],
)
def test_months_keep_the_day_or_end_on_the_last_one(start, months, end):
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


def test_weeks_and_days_count_every_day():
    assert due_in_london("2026-11-16T10:00", weeks=12) == "2027-02-08 23:59:59"
    assert due_in_london("2026-11-16T10:00", days=30) == "2026-12-16 23:59:59"


def test_hours_are_elapsed_hours_over_the_night_the_clocks_go_back():
    assert due_in_london("2026-10-24T16:00", hours=24) == "2026-10-25 15:00:00"


def test_hours_are_elapsed_hours_over_the_night_the_clocks_go_forward():
    assert due_in_london("2026-03-28T16:00", hours=24) == "2026-03-29 17:00:00"


def test_a_limit_in_days_ends_at_midnight_in_london_in_summer_and_in_winter():
    assert due(london("2026-10-24T10:00"), Target(days=0), ENGLAND) == datetime(2026, 10, 24, 22, 59, 59, tzinfo=UTC)
    assert due(london("2026-10-26T10:00"), Target(days=0), ENGLAND) == datetime(2026, 10, 26, 23, 59, 59, tzinfo=UTC)


def test_what_is_due_today_is_not_overdue_and_is_a_second_after_midnight():
    ends = due(london("2026-11-16T10:00"), Target(working_days=1), ENGLAND)
    assert not is_overdue(ends, london("2026-11-17T23:59:59"))
    assert is_overdue(ends, london("2026-11-18T00:00"))


def test_84_days_after_a_meeting_is_within_twelve_weeks_and_85_is_not():
    ends = due(london("2026-01-05T15:00"), Target(weeks=12), ENGLAND)
    assert not is_overdue(ends, london("2026-03-30T09:00"))
    assert is_overdue(ends, london("2026-03-31T09:00"))


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(MomentNotAware, match="2026-11-16T10:00:00 has no time zone"):
        due(datetime(2026, 11, 16, 10), Target(hours=24), ENGLAND)


def test_working_days_between_leave_out_the_first_day_and_count_the_last():
    assert working_days_between(date(2026, 12, 24), date(2027, 1, 5), ENGLAND) == 5
    assert working_days_between(date(2027, 1, 5), date(2026, 12, 24), ENGLAND) == 0


def test_a_target_has_exactly_one_unit():
    with pytest.raises(ValueError, match="exactly one of hours, working_days, days, weeks, months"):
        Target(hours=24, days=1)

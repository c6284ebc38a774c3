"""Clocks: what starts and stops them, how they stand, and that a running one keeps its own rule."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from portal.db import db
from portal.documents import issuing, produce
from portal.episodes import allocation, clocks, transitions
from portal.submissions.models import Submission
from portal.timekeeping import LONDON, london
from tests.episodes.cast import UNITS, allocated, finished, person, received, reviewed, screened

pytestmark = pytest.mark.usefixtures("in_app")


def clock_of(episode, rule_id):
    return [clock for clock in clocks.of_episode([episode.id])[episode.id] if clock.rule_id == rule_id][-1]


def running_ids(episode):
    return {clock.rule_id for clock in clocks.running(clocks.of_episode([episode.id])[episode.id])}


def test_a_request_starts_the_clocks_of_receiving():
    assert running_ids(received()) == {"c0", "c1", "c2", "c3", "c10", "c31"}


def test_hours_are_elapsed_hours_and_days_end_at_the_end_of_the_day():
    episode = received()
    assert clock_of(episode, "c2").due_at - clock_of(episode, "c2").started_at == timedelta(hours=48)
    due = london(clock_of(episode, "c31").due_at)
    assert (due.date().isoformat(), due.hour, due.minute) == ("2026-06-22", 23, 59)


def test_screening_stops_its_own_clock_only():
    assert "c2" not in running_ids(screened())
    assert "c1" in running_ids(screened())


@pytest.mark.parametrize(
    ("later", "kind", "words"),
    [
        (timedelta(hours=1), "green", "Due 17 June 2026 at 10:00am"),
        (timedelta(hours=47), "amber", "Due soon: 17 June 2026 at 10:00am"),
        (timedelta(hours=49), "red", "Overdue since 17 June 2026 at 10:00am"),
    ],
)
def test_a_running_clock_says_how_it_stands(later, kind, words):
    clock = clock_of(received(), "c2")
    state = clocks.state(clock, clock.started_at + later)
    assert (state.kind, state.words) == (kind, words)


def test_a_running_clock_tells_how_much_of_its_time_is_gone():
    clock = clock_of(received(), "c2")
    assert [clocks.state(clock, clock.started_at + timedelta(hours=hours)).spent for hours in (-1, 0, 12, 47, 49)] == [0, 0, 25, 97, 100]


def test_due_today_is_not_overdue():
    clock = clock_of(received(), "c31")
    assert clocks.state(clock, datetime(2026, 6, 22, 23, 30, tzinfo=LONDON)).kind == "amber"
    assert clocks.state(clock, datetime(2026, 6, 23, 0, 1, tzinfo=LONDON)).kind == "red"


def test_a_clock_met_late_says_so(monday):
    episode = received()
    monday.shift(timedelta(days=3))
    clocks.on_recorded(episode, "first_contact")
    assert clocks.state(clock_of(episode, "c0")).words == "Met late, on 18 June 2026"


def test_a_clock_for_one_team_does_not_start_for_another():
    assert "c4" not in running_ids(allocated())


def test_naming_a_lead_starts_the_first_visit_once():
    episode, manager = allocated(), person("Sita Manager")
    assert "c5" in running_ids(episode)
    allocation.allocate(episode, team=UNITS, lead=person("Tom Minutes"), by=manager)
    assert len([clock for clock in clocks.of_episode([episode.id])[episode.id] if clock.rule_id == "c5"]) == 1


def test_the_interval_answered_chooses_the_next_meetings_limit():
    episode = allocated()
    finished(episode, "meeting", person("Tom Minutes"), "taf_meeting.json", meeting_date="2026-06-12")
    clock = clock_of(episode, "c17")
    assert london(clock.due_at).date().isoformat() == "2026-09-04"
    assert clock.rule["target"] == {"weeks": 12}


def test_a_meeting_meets_the_limit_of_the_one_before_and_starts_its_own(monday):
    episode = allocated()
    finished(episode, "meeting", person("Tom Minutes"), "taf_meeting.json")
    monday.shift(timedelta(days=20))
    finished(episode, "meeting", person("Tom Minutes"), "taf_meeting.json", meeting_date="2026-07-03", next_date="2026-08-28")
    found = [clock for clock in clocks.of_episode([episode.id])[episode.id] if clock.rule_id == "c17"]
    assert [clock.met_at is not None for clock in found] == [True, False]


def test_a_running_clock_keeps_the_rule_it_started_with():
    clock = clock_of(received(), "c2")
    assert (clock.rule["title"], clock.rule["source"], clock.rule["target"]) == ("Screening complete", "HFS-4.2c", {"hours": 48})
    assert clock.rule["stops"] == [{"event": "paper_finalised", "paper": "screening"}]


def test_the_end_of_support_stops_what_ran_and_says_why():
    episode = allocated()
    transitions.by_hand(episode, "social_care_accepts", by=person("Sita Manager"), reason="Accepted")
    assert running_ids(episode) == set()
    assert clocks.state(clock_of(episode, "c5")).words == "Stopped: support ended"


def test_a_clock_that_closing_started_runs_until_its_own_end():
    episode = reviewed()
    finished(episode, "closure_sign_off", person("Quin Quality"), "sign_off.json", decision="agree", actions=[])
    assert "c29" in running_ids(episode)
    transitions.by_hand(episode, "close", by=person("Sita Manager"))
    assert clock_of(episode, "c29").met_at is not None


def test_a_person_may_note_what_running_clocks_wait_for():
    episode = received()
    waiting, others = clocks.recordable(episode, clocks.of_episode([episode.id])[episode.id])
    assert waiting == ["first_contact", "referrer_told", "plan_signed_off"] or set(waiting) == {"first_contact", "referrer_told", "plan_signed_off"}
    assert "incident" in others and not set(waiting) & set(others)


def test_issuing_the_minutes_meets_the_limit_that_waits_for_them():
    episode, minutes = allocated(), person("Tom Minutes")
    paper = finished(episode, "meeting", minutes, "taf_meeting.json")
    assert "c14" in running_ids(episode)
    made = produce.produce("taf_minutes", db.session.get_one(Submission, paper.submission_id), minutes, copy="professionals")
    issuing.check(made, {one.name for one in issuing.examine(made).names}, minutes)
    assert "c14" in running_ids(episode)
    issuing.issue(made, issuing.Given("Everybody who was there", "secure_email"), minutes)
    assert "c14" not in running_ids(episode)
    assert clock_of(episode, "c14").met_at is not None

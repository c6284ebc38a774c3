"""What a meeting begins with: its number and day, the people and plans of last time, and nothing that must be said anew."""

from __future__ import annotations

import pytest

from portal.episodes import papers
from portal.forms.journey import Journey
from portal.submissions import drafts
from portal.submissions.definitions import definition_of
from tests.episodes.cast import allocated, finished, person

pytestmark = pytest.mark.usefixtures("in_app")


def meeting(episode):
    return drafts.find(papers.start("meeting", episode, by=person("Tom Minutes")).submission_id)


def pages_of(draft):
    return {step.page.id for step in Journey(definition_of(draft), draft.data.answers, drafts.facts_for(draft)).steps()}


@pytest.fixture
def later():
    """A family whose first meeting is on record, and the draft of its second."""
    episode = allocated()
    first = drafts.find(finished(episode, "meeting", person("Tom Minutes"), "taf_meeting.json").submission_id).data.answers
    return first, meeting(episode)


def test_a_meeting_knows_its_number_and_is_today():
    draft = meeting(allocated())
    assert (draft.data.answers["series_number"], draft.data.answers["meeting_date"]) == (1, "2026-06-15")


def test_what_the_day_and_the_number_are_needs_no_source():
    sources = meeting(allocated()).data.prefilled
    assert {sources[name]["words"] for name in ("series_number", "meeting_date", "minute_taker")} == {""}


def test_a_first_meeting_looks_back_on_nothing_and_a_later_one_does_before_anybody_says_so(later):
    _, second = later
    assert "series" not in second.data.answers
    assert second.data.answers["series_number"] == 2
    assert {"previous_actions", "events"} <= pages_of(second)


def test_a_first_meeting_does_not_ask_for_actions_from_last_time():
    assert not {"previous_actions", "events"} & pages_of(meeting(allocated()))


def test_the_people_of_last_time_are_listed_and_whether_they_came_is_asked_anew(later):
    first, second = later
    assert [one["attendee_name"] for one in second.data.answers["attendees"]] == [one["attendee_name"] for one in first["attendees"]]
    assert all("attendance" not in one for one in second.data.answers["attendees"])
    assert all("goal_status" not in one for one in second.data.answers["goals"])


def test_what_was_agreed_in_case_things_get_worse_is_there_to_be_checked(later):
    first, second = later
    for name in ("contingency_what", "contingency_who", "family_actions", "chair"):
        assert second.data.answers[name] == first[name]
        assert second.data.prefilled[name] == {"from": f"form.meeting.{name}", "words": "From “Team around the family meeting” of 15 June 2026", "confirm": True}
    assert "contingency_date" not in second.data.answers and "contingency_agreed" not in second.data.answers
    assert second.data.answers["starts"] == first["next_time"]

"""What people agreed to: support and sharing apart, the newest word of each giver."""

from __future__ import annotations

import pytest

from portal.db import db
from portal.episodes import after, papers
from portal.families import consents, profile
from portal.families.models import Family
from tests.episodes.cast import allocated, finished, person, received, screened

pytestmark = pytest.mark.usefixtures("in_app")


def test_support_and_sharing_are_two_records_with_their_own_limits():
    episode = received("request_for_support.json")
    found = {one.purpose: one for one in consents.of_family(episode.family_id)}
    assert {name: one.decision for name, one in found.items()} == {"support": "given", "share": "given"}
    assert found["support"].limits == ""
    assert "Nothing to Marlon Reid" in found["share"].limits
    assert found["share"].given_by == "Ifeoma Okafor"


def test_a_consent_keeps_who_gave_it_and_the_submission_it_came_with():
    episode = received("request_for_support.json")
    one = consents.of_family(episode.family_id)[0]
    assert one.given_by_id is not None
    assert one.source_submission_id is not None
    assert one.source_path.startswith("consents.")


def test_asking_twice_what_follows_a_request_records_nothing_twice():
    episode = received("request_for_support.json")
    _, submission = papers.of_episode(episode)[0]
    after.sent(submission)
    assert len(consents.of_family(episode.family_id)) == 2


def test_screening_adds_a_newer_word_and_the_earlier_one_stays():
    episode = screened()
    before = len(consents.of_family(episode.family_id))
    assert before > 2
    family = db.session.get(Family, episode.family_id)
    shown = profile.of(family)
    assert {line.purpose for line in shown.consents} >= {"Support", "Sharing information"}


def test_a_refusal_is_a_warning_on_the_familys_page():
    episode = received("request_for_support.refused.json")
    warnings = profile.of(db.session.get(Family, episode.family_id)).warnings
    assert any("refused" in warning for warning in warnings), warnings


def test_a_meeting_that_changes_a_consent_records_who_gave_it():
    episode = allocated()
    before = {one.id for one in consents.of_family(episode.family_id)}
    finished(episode, "meeting", person("Tom Minutes"), "taf_meeting.json")
    new = [one for one in consents.of_family(episode.family_id) if one.id not in before]
    assert [one.purpose for one in new] == ["share"]

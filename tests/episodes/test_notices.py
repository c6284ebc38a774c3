"""E-mails that follow a paper: to the referrer unless they must not be told, to the team whose tray it landed in."""

from __future__ import annotations

import pytest

from portal.db import db
from portal.episodes import notices
from portal.jobs.models import Job
from portal.notifications.models import Notification
from portal.notifications.notices import write
from tests.episodes.cast import finished, person, received, screened

pytestmark = pytest.mark.usefixtures("in_app")


def asked_for(notice):
    return [job.payload for job in db.session.query(Job).filter_by(name="notifications.notice") if job.payload["notice"] == notice]


def decided(**screening):
    episode = screened(**screening)
    finished(episode, "screening_sign_off", person("Hugh Hub"), "sign_off.screening.json")
    return episode


def test_the_team_hears_of_a_request_with_reference_and_link_only():
    episode = received()
    assert asked_for("request_arrived") == [
        {"notice": "request_arrived", "reference": episode.reference, "team_id": "hub", "link": f"/staff/episodes/{episode.id}"}
    ]


def test_the_referrer_hears_the_outcome_when_the_manager_has_agreed():
    episode = decided()
    [payload] = asked_for("screening_outcome")
    assert payload["reference"] == episode.reference
    write(payload, job_id=1)
    [written] = db.session.query(Notification).filter_by(notice="screening_outcome")
    assert written.recipient == "referrer@example.org"
    assert "Holt" not in written.subject + written.body


def test_a_referrer_who_must_not_be_told_hears_nothing():
    episode = decided(tell_referrer="no", referrer_not_told="safety")
    assert notices.must_not_tell_referrer(episode)
    assert asked_for("screening_outcome") == []


def test_nothing_is_told_of_a_decision_that_was_returned():
    episode = screened()
    returned = {"decision": "return", "actions": [{"_id": "a1", "action_what": "Ask the school", "action_who": "Sade Screener", "action_by": "2026-06-17"}]}
    finished(episode, "screening_sign_off", person("Hugh Hub"), "sign_off.screening.json", **returned)
    assert asked_for("screening_outcome") == []

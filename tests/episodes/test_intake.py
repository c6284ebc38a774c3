"""A request comes in: one family and one episode, in the right tray, however often it is told."""

from __future__ import annotations

import pytest

from portal.audit.models import AuditEvent
from portal.db import db
from portal.episodes import after, intake, papers, transitions
from portal.episodes.models import Episode, Paper
from portal.families.models import Family
from tests.episodes.cast import received, sent

pytestmark = pytest.mark.usefixtures("in_app")


def test_a_request_opens_an_episode_with_its_own_reference():
    submission = sent()
    episode = after.sent(submission)
    assert (episode.stage, episode.reference, episode.council) == ("received", submission.reference, "hackney")
    assert episode.closed_at is None


def test_receiving_twice_gives_the_same_episode_and_follows_once():
    submission = sent()
    first = after.sent(submission)
    assert after.sent(submission) is first
    assert intake.receive(submission)[0] is first
    assert [db.session.query(table).count() for table in (Episode, Family, Paper)] == [1, 1, 1]
    assert [change.to_stage for change in transitions.history(first)] == ["received"]
    assert db.session.query(AuditEvent).filter_by(event="episode.opened").count() == 1


@pytest.mark.parametrize(
    ("file", "team"),
    [
        ("request_for_support.short.json", "hub"),
        ("request_for_support.self_request.json", "hub"),
        ("request_for_support.override.json", "mash"),
    ],
)
def test_a_request_lands_in_the_tray_the_council_names(file, team):
    assert received(file).team == team


def test_the_first_line_of_the_history_names_who_sent_it():
    assert transitions.history(received())[0].by_label == "Deborah Ashworth-Lane"


def test_the_referrers_level_stands_until_somebody_decides():
    assert received("request_for_support.json").level == "level_3"


def test_the_form_of_a_later_paper_is_no_request(in_app):
    submission = sent()
    submission.form_id = "closure_review"
    assert intake.receive(submission) is None


def test_the_request_is_a_paper_of_its_episode():
    episode = received()
    [(paper, submission)] = papers.of_episode(episode)
    assert (paper.paper, submission.reference) == ("request", episode.reference)

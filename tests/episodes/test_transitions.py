"""Moves from stage to stage: only those the council's files have, from where they start, with a reason where one is owed."""

from __future__ import annotations

import pytest

from portal.audit.models import AuditEvent
from portal.db import StaleWrite, db
from portal.episodes import transitions
from portal.episodes.models import Clock, Paper
from portal.episodes.rules import RuleMissing
from portal.episodes.transitions import MoveRefused, ReasonMissing
from portal.submissions import drafts, withdraw
from portal.submissions.drafts import Writer
from tests.episodes.cast import UNITS, allocated, finished, person, received, screened

pytestmark = pytest.mark.usefixtures("in_app")


def test_a_move_by_hand_is_written_with_who_and_when():
    episode, screener = received(), person("Sade Screener")
    change = transitions.by_hand(episode, "begin_screening", by=screener)
    assert (episode.stage, change.from_stage, change.by_label) == ("screening", "received", "Sade Screener")
    event = db.session.query(AuditEvent).filter_by(event="episode.moved", actor=screener.id).one()
    assert event.detail == {"from": "received", "to": "screening", "transition": "begin_screening"}


def test_a_move_from_the_wrong_stage_is_refused_in_words():
    with pytest.raises(MoveRefused, match="“Begin support” starts from Allocated, but this is now at Received"):
        transitions.by_hand(received(), "begin_support", by=person("Sita Manager"))


def test_a_move_that_follows_from_a_form_cannot_be_chosen():
    with pytest.raises(MoveRefused, match="follows from a form"):
        transitions.by_hand(screened(), "direct_support", by=person("Hugh Hub"))


def test_an_unknown_move_is_refused():
    with pytest.raises(RuleMissing, match="'fly_away'"):
        transitions.by_hand(received(), "fly_away", by=person("Hugh Hub"))


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reason_that_is_owed_must_be_given(reason):
    with pytest.raises(ReasonMissing, match="Give the reason"):
        transitions.by_hand(allocated(), "begin_closing", by=person("Sita Manager"), reason=reason)


def test_whoever_saw_an_older_state_moves_nothing():
    episode = received()
    seen = episode.version
    transitions.by_hand(episode, "begin_screening", by=person("Sade Screener"), expected_version=seen)
    with pytest.raises(StaleWrite, match="Somebody else changed this record"):
        transitions.by_hand(episode, "begin_screening", by=person("Hugh Hub"), expected_version=seen)
    assert episode.stage == "screening"


def test_finishing_a_paper_moves_the_episode_and_sets_what_the_rule_says():
    episode = screened()
    assert (episode.stage, episode.team, episode.level) == ("awaiting_direction", "hub", "level_3")
    assert transitions.history(episode)[-1].by_label == "Sade Screener"


def test_the_managers_agreement_gives_the_family_to_the_team_that_screening_proposed():
    episode = screened()
    finished(episode, "screening_sign_off", person("Hugh Hub"), "sign_off.screening.json")
    assert (episode.stage, episode.team) == ("allocated", UNITS)


def test_what_was_signed_decides_which_way_it_goes():
    episode = screened("screening_outcome.signpost.json")
    finished(episode, "screening_sign_off", person("Hugh Hub"), "sign_off.screening.json")
    assert (episode.stage, episode.team) == ("advised", "hub")


def test_a_returned_paper_sends_it_back():
    episode = screened()
    returned = {"decision": "return", "actions": [{"_id": "a1", "action_what": "Ask the school", "action_who": "Sade Screener", "action_by": "2026-06-17"}]}
    finished(episode, "screening_sign_off", person("Hugh Hub"), "sign_off.screening.json", **returned)
    assert episode.stage == "screening"


def test_only_moves_from_here_are_offered():
    assert [move.id for move in transitions.available(received())] == ["begin_screening", "end_withdrawn"]


def test_a_request_that_was_withdrawn_ends_by_hand_and_can_be_taken_up_again():
    episode, screener = received(), person("Sade Screener")
    withdraw.withdraw(drafts.find(db.session.query(Paper).filter_by(episode_id=episode.id).one().submission_id), "Sent twice", by=Writer())
    with pytest.raises(ReasonMissing):
        transitions.by_hand(episode, "end_withdrawn", by=screener)
    transitions.by_hand(episode, "end_withdrawn", by=screener, reason="The school took it back")
    assert episode.stage == "request_ended" and episode.closed_at is not None
    assert [clock for clock in db.session.query(Clock).filter_by(episode_id=episode.id) if clock.met_at is None and clock.stopped_at is None] == []
    transitions.by_hand(episode, "request_stands", by=screener, reason="They rang again")
    assert (episode.stage, episode.closed_at) == ("screening", None)


@pytest.mark.parametrize(("team", "lead"), [("multi_agency_team", None), (UNITS, "Lena Lead")])
def test_a_move_to_another_team_leaves_a_lead_behind_who_does_not_work_there(team, lead):
    episode = allocated()
    transitions.by_hand(episode, "send_back", by=person("Hugh Hub"), reason="To the other team")
    finished(episode, "screening", person("Sade Screener"), "screening_outcome.json", team=team)
    finished(episode, "screening_sign_off", person("Hugh Hub"), "sign_off.screening.json")
    assert (episode.stage, episode.team) == ("allocated", team)
    assert episode.lead_id == (person(lead).id if lead else None)
    told = db.session.query(AuditEvent).filter_by(event="episode.allocated").order_by(AuditEvent.id.desc()).first().detail
    assert (told["team"], bool(told["lead"])) == (team, lead is not None)


def test_closing_notes_the_day_and_reopening_takes_it_back():
    episode, manager = allocated(), person("Sita Manager")
    transitions.by_hand(episode, "social_care_accepts", by=manager, reason="Accepted today")
    assert episode.closed_at is not None
    transitions.by_hand(episode, "reopen", by=manager, reason="They came back")
    assert (episode.closed_at, episode.stage) == (None, "allocated")


def test_every_move_stays_in_the_history():
    stages = [change.to_stage for change in transitions.history(allocated())]
    assert stages == ["received", "screening", "awaiting_direction", "allocated"]

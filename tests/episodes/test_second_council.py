"""A made-up second council with other stages, other words and other forms goes the same way without a line of Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.accounts import users
from portal.db import db
from portal.episodes import allocation, clocks, papers, returning, transitions
from portal.episodes.papers import SignOffByAuthor
from portal.families import people, profile
from portal.families.models import Family
from tests.accounts import people as accounts
from tests.conftest import CheckedClient, migrated, settings_for
from tests.episodes import cast
from tests.episodes.returned import edit, hand_back, returned
from tests.episodes.test_work_list import kept, text_of

PACK = Path(__file__).parents[1] / "packs" / "marlowe_vale"
HERE = {
    "Greta Greeter": (("greeter",), ()),
    "Hal Helper": (("helper",), ("river_team",)),
    "Tess Lead": (("team_lead",), ("river_team",)),
    "Uma Lead": (("team_lead",), ("river_team",)),
}


@pytest.fixture
def vale(tmp_path):
    """A portal running for the second council, with its people."""
    app = migrated(settings_for(tmp_path / "data", council="marlowe_vale", council_path=str(PACK)))
    app.test_client_class = CheckedClient
    app.config["WTF_CSRF_ENABLED"] = False
    for name, (roles, teams) in HERE.items():
        accounts.add(app, name, roles=roles, teams=teams)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def who(name):
    return users.with_email(accounts.address(name))


def asked():
    return cast.received("asking_for_help.json", form="asking_for_help")


def taken_on():
    episode = asked()
    cast.finished(episode, "first_look", who("Greta Greeter"), "first_look.json")
    allocation.allocate(episode, team="river_team", lead=who("Hal Helper"), by=who("Tess Lead"))
    return episode


def test_a_request_becomes_a_family_in_its_own_tray(vale):
    with vale.app_context():
        episode = asked()
        family = db.session.get(Family, episode.family_id)
        assert (episode.stage, episode.team, family.name) == ("new_in", "river_team", "Bevan")
        assert {person.full_name for member, person in people.members(family.id) if member.role == "child"} == {"Dilys Bevan", "Ewan Bevan"}
        assert profile.of(family).consents


def test_the_whole_way_from_asking_to_goodbye(vale):
    with vale.app_context():
        episode = taken_on()
        assert episode.stage == "with_helper"
        cast.finished(episode, "family_circle", who("Hal Helper"), "family_circle.json")
        cast.finished(episode, "home_visit", who("Hal Helper"), "home_visit.json")
        cast.finished(episode, "circle_agreed", who("Tess Lead"), "second_look.json")
        assert episode.stage == "winding_down"
        cast.finished(episode, "goodbye", who("Hal Helper"), "goodbye_letter.json")
        assert (episode.stage, episode.closed_at is not None) == ("finished", True)
        assert [change.to_stage for change in transitions.history(episode)] == ["new_in", "with_helper", "winding_down", "finished"]


def test_here_too_nobody_signs_off_their_own_paper(vale):
    with vale.app_context():
        episode = taken_on()
        cast.finished(episode, "family_circle", who("Tess Lead"), "family_circle.json")
        with pytest.raises(SignOffByAuthor, match="You wrote in “Family circle”"):
            papers.start("circle_agreed", episode, by=who("Tess Lead"))
        assert papers.start("circle_agreed", episode, by=who("Uma Lead")).about_id is not None


def test_its_pages_speak_its_own_words(vale):
    client = vale.test_client()
    family_id = kept(vale, lambda: taken_on().family_id)
    accounts.sign_in(client, "Tess Lead")
    listed, page = text_of(client.get("/staff/")), text_of(client.get(f"/staff/families/{family_id}"))
    assert "With a helper" in listed and "River team" in listed
    for words in ("Bevan family", "With a helper", "Start family circle", "Wind down now", "First look"):
        assert words in page, words


def test_its_own_time_limits_follow_a_return(vale, monday):
    """Which clocks a return starts and stops stands in the pack: putting a circle right in 3 working days, looking at it in 2."""

    def now_running():
        started = clocks.of_episode([episode.id])[episode.id]
        return {clock.rule_id for clock in clocks.running(started)} & {"circle_put_right", "circle_looked_at"}

    with vale.app_context():
        episode, helper, lead = taken_on(), who("Hal Helper"), who("Tess Lead")
        paper = cast.finished(episode, "family_circle", helper, "family_circle.json")
        one = returned(paper, lead, what_was_said="In whose words?")
        assert now_running() == {"circle_put_right"}
        edit(one, what_was_said="Dilys said: I want my own room")
        hand_back(one, by=helper)
        assert now_running() == {"circle_looked_at"}
        again = returned(paper, lead, after=one.id, what_was_said="And Ewan?")
        assert now_running() == {"circle_put_right"}
        hand_back(again, "Ewan was at school", by=helper)
        returning.accept(paper, again, "", by=lead)
        assert now_running() == set()
        assert episode.stage == "with_helper"

"""Attaching a request to a family already known, and taking it back exactly."""

from __future__ import annotations

import pytest

from portal.audit.models import AuditEvent
from portal.db import db
from portal.episodes import attaching, clocks, listing, papers, transitions
from portal.episodes.attaching import AttachingRefused
from portal.episodes.models import Episode
from portal.families import consents, holds, people
from portal.families.models import Family
from tests.episodes.cast import allocated, person, received

pytestmark = pytest.mark.usefixtures("in_app")


@pytest.fixture
def known(in_app):
    """A family in support."""
    return allocated()


@pytest.fixture
def fresh(known):
    """A second request about the same family, which came in as a new one."""
    return received()


def family_of(episode) -> Family:
    return db.session.get(Family, episode.family_id)


def state_of(episode) -> tuple:
    return (
        episode.family_id,
        episode.attached_to_id,
        sorted(member.id for member, _ in people.members(episode.family_id)),
        sorted(one.id for one in consents.of_family(episode.family_id)),
        sorted(paper.id for paper, _ in papers.of_episode(episode)),
        sorted(clock.rule_id for clock in clocks.running(clocks.of_episode([episode.id])[episode.id])),
    )


def test_a_request_attached_to_a_family_brings_its_people_and_keeps_its_own_episode(known, fresh):
    attaching.attach(fresh, family_of(known), by=person("Sade Screener"), reason="Same child, same address")
    assert fresh.family_id == known.family_id
    assert fresh.attached_to_id is None
    assert [member.role for member, _ in people.members(known.family_id)].count("child") == 2
    assert len(people.twice(people.members(known.family_id))) == 2


def test_a_request_attached_to_an_episode_joins_its_papers_and_counts_no_more(known, fresh):
    before = len(papers.of_episode(known))
    attaching.attach(fresh, family_of(known), into=known, by=person("Sade Screener"), reason="Same child")
    assert len(papers.of_episode(known)) == before + 1
    assert papers.of_episode(fresh) == []
    assert clocks.running(clocks.of_episode([fresh.id])[fresh.id]) == []
    assert db.session.scalars(listing.counted(db.select(Episode))).all() == [known]


@pytest.mark.parametrize("joins", [True, False])
def test_undoing_puts_everything_back(known, fresh, joins):
    before = state_of(fresh), state_of(known)
    made = attaching.attach(fresh, family_of(known), into=known if joins else None, by=person("Sade Screener"), reason="Same child")
    attaching.undo(made, by=person("Hugh Hub"), reason="A cousin of the same name")
    assert (state_of(fresh), state_of(known)) == before
    assert made.undone_reason == "A cousin of the same name"
    events = [event.event for event in db.session.query(AuditEvent).filter(AuditEvent.event.like("request.%tached"))]
    assert events == ["request.attached", "request.detached"]


def test_undoing_twice_is_refused(known, fresh):
    made = attaching.attach(fresh, family_of(known), by=person("Sade Screener"), reason="Same child")
    attaching.undo(made, by=person("Hugh Hub"), reason="Not the same")
    with pytest.raises(AttachingRefused, match="undone before"):
        attaching.undo(made, by=person("Hugh Hub"), reason="Again")


@pytest.mark.parametrize(("reason", "words"), [("", "Say how you know"), ("  ", "Say how you know")])
def test_a_reason_is_owed(known, fresh, reason, words):
    with pytest.raises(AttachingRefused, match=words):
        attaching.attach(fresh, family_of(known), by=person("Sade Screener"), reason=reason)


def test_a_request_is_not_attached_to_its_own_family(known):
    with pytest.raises(AttachingRefused, match="belongs to that family already"):
        attaching.attach(known, family_of(known), by=person("Sade Screener"), reason="Why not")


def test_a_request_is_not_added_to_support_that_has_ended(known, fresh):
    transitions.by_hand(known, "social_care_accepts", by=person("Sita Manager"), reason="Accepted")
    with pytest.raises(AttachingRefused, match="is closed"):
        attaching.attach(fresh, family_of(known), into=known, by=person("Sade Screener"), reason="Same child")


@pytest.mark.parametrize("joins", [True, False])
def test_a_request_of_a_held_family_stays_there_until_the_hold_is_lifted(known, fresh, joins):
    before = state_of(fresh)
    hold = holds.place(fresh.family_id, "An inquiry")
    with pytest.raises(AttachingRefused, match="are held, so it cannot be moved. Ask an administrator"):
        attaching.attach(fresh, family_of(known), into=known if joins else None, by=person("Sade Screener"), reason="Same child")
    assert state_of(fresh) == before
    holds.lift(hold, "It has ended")
    attaching.attach(fresh, family_of(known), into=known if joins else None, by=person("Sade Screener"), reason="Same child")
    assert fresh.family_id == known.family_id


def test_a_request_attached_to_a_family_that_is_held_since_stays_there(known, fresh):
    made = attaching.attach(fresh, family_of(known), by=person("Sade Screener"), reason="Same child")
    holds.place(known.family_id, "An inquiry")
    before = state_of(fresh)
    with pytest.raises(AttachingRefused, match="are held"):
        attaching.undo(made, by=person("Hugh Hub"), reason="A cousin of the same name")
    assert state_of(fresh) == before and made.undone_at is None

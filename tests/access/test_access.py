"""Who may do what to which record: the decisions, the selects that lists use, and the reasons given."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from portal import access
from portal.db import db
from portal.episodes.models import Episode, Paper
from portal.families.models import Family, Person
from portal.submissions.models import Submission
from tests.access import records

UNITS, OTHERS = "family_support_units", "multi_agency_team"


@pytest.fixture
def cast(in_app):
    """One person of each reach, and three families: the lead's own, another of the same team, one of another team."""
    lead = records.person("Lee Lead", "lead_professional", teams=(UNITS,))
    cast = SimpleNamespace(
        lead=lead,
        manager=records.person("Mo Manager", "support_manager", teams=(UNITS,)),
        hub=records.person("Hal Hub", "hub_manager"),
        system=records.person("Sy System", "system_administrator"),
        outsider=records.person("Ola Outsider", "family_member"),
        own=records.family("RFS-1", team=UNITS, lead=lead),
        team=records.family("RFS-2", team=UNITS),
        other=records.family("RFS-3", team=OTHERS),
    )
    db.session.flush()
    return cast


@pytest.mark.parametrize(
    ("who", "sees"),
    [("lead", {"own"}), ("manager", {"own", "team"}), ("hub", {"own", "team", "other"}), ("system", set()), ("outsider", set())],
)
def test_each_sees_the_families_their_role_and_team_allow(cast, who, sees):
    user = getattr(cast, who)
    found = set()
    for name in ("own", "team", "other"):
        ids = getattr(cast, name)
        family, episode, person = db.session.get(Family, ids.family), db.session.get(Episode, ids.episode), db.session.get(Person, ids.person)
        answers = {bool(access.can(user, "family.view", record)) for record in (family, episode, person)}
        assert len(answers) == 1, name
        if answers == {True}:
            found.add(name)
    assert found == sees
    listed = {episode.id for episode in db.session.scalars(access.visible_episodes(user))}
    assert listed == {getattr(cast, name).episode for name in sees}


def test_lists_and_single_decisions_agree_on_submissions(cast):
    for user in (cast.lead, cast.manager, cast.hub, cast.system, cast.outsider):
        listed = {row.id for row in db.session.scalars(access.visible_submissions(user))}
        single = {row.id for row in db.session.query(Submission) if access.can(user, "submission.view", row)}
        assert listed == single


def test_without_the_action_the_answer_is_no_whatever_the_record(cast):
    decision = access.can(cast.system, "family.view", db.session.get(Family, cast.own.family))
    assert (decision.allowed, decision.hidden, decision.reason) == (False, False, "None of your roles may see a family")


def test_a_record_out_of_reach_is_hidden(cast):
    decision = access.can(cast.lead, "family.view", db.session.get(Family, cast.other.family))
    assert (decision.allowed, decision.hidden) == (False, True)


def test_a_record_in_reach_that_may_not_be_changed_gives_a_reason(cast):
    review = db.session.get(Submission, cast.own.review)
    assert access.can(cast.lead, "submission.edit", review)
    decision = access.can(cast.lead, "paper.finalise", db.session.scalar(db.select(Paper).where(Paper.submission_id == review.id)))
    assert (decision.allowed, decision.hidden) == (False, False) or decision.reason == "None of your roles may finalise this form"


def test_a_paper_of_a_kind_the_role_may_not_view_is_hidden(cast):
    episode = db.session.get(Episode, cast.own.episode)
    screening = records.paper(episode, "screening", records.submission("screening_outcome"))
    social = records.person("Sol Social", "social_worker")
    episode.lead_id = social.id
    db.session.flush()
    assert access.can(social, "family.view", episode)
    assert access.can(social, "paper.view", screening).hidden
    document = SimpleNamespace(id="d", submission_id=screening.submission_id, episode_id=episode.id)
    assert access.can(social, "document.download", document).hidden


def test_starting_a_paper_asks_for_that_papers_right(cast):
    episode = db.session.get(Episode, cast.own.episode)
    assert access.can(cast.lead, "paper.start", episode, paper="meeting")
    assert not access.can(cast.lead, "paper.start", episode, paper="screening")
    assert access.can(cast.lead, "paper.start", db.session.get(Episode, cast.other.episode), paper="meeting").hidden


def test_each_role_acts_only_as_far_as_it_reaches_itself(cast):
    """A role that sees everything lends nothing to another one that may edit but sees little."""
    both = records.person("Bea Both", "lead_professional", "service_manager")
    db.session.get(Episode, cast.own.episode).lead_id = both.id
    db.session.flush()
    far = db.session.get(Episode, cast.other.episode)
    assert access.can(both, "family.view", far)
    decision = access.can(both, "family.edit", far)
    assert (decision.allowed, decision.hidden) == (False, False)
    assert access.can(both, "family.edit", db.session.get(Episode, cast.own.episode))


def test_nobody_signs_off_what_they_wrote(cast):
    episode = db.session.get(Episode, cast.team.episode)
    written = records.paper(episode, "meeting", records.submission("taf_meeting", status="final", author_id=cast.manager.id))
    sign_off = records.paper(episode, "meeting_sign_off", records.submission("sign_off"), about=written)
    decision = access.can(cast.manager, "submission.send", db.session.get(Submission, sign_off.submission_id))
    assert "Someone else must sign it off" in decision.reason
    colleague = records.person("Max Manager", "support_manager", teams=(UNITS,))
    assert access.can(colleague, "submission.send", db.session.get(Submission, sign_off.submission_id))


def test_a_record_that_hangs_on_a_family_follows_the_family(cast):
    consent = SimpleNamespace(id="c", family_id=cast.own.family)
    assert access.can(cast.lead, "family.view", consent)
    consent.family_id = cast.other.family
    assert access.can(cast.lead, "family.view", consent).hidden


def test_a_record_that_hangs_on_nothing_is_hidden(cast):
    assert access.can(cast.hub, "family.view", SimpleNamespace(id="x")).hidden


def test_a_role_that_left_the_councils_files_allows_nothing(cast):
    from portal.accounts.models import RoleHeld

    db.session.add(RoleHeld(user_id=cast.outsider.id, role="role_of_former_days"))
    cast.outsider.forget_roles()
    db.session.flush()
    assert not access.can(cast.outsider, "worklist.view")


def test_an_action_nobody_knows_is_an_error_that_lists_those_there_are(cast):
    with pytest.raises(LookupError, match=r"no action 'family.burn'; there are worklist.view, family.view"):
        access.can(cast.hub, "family.burn")


def test_every_action_of_the_councils_roles_is_known(in_app):
    from portal.accounts.roles import roles_on_file

    assert {action for role in roles_on_file().values() for action in role.may} <= set(access.ACTIONS)

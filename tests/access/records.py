"""A family with an episode, a sent request and a paper, as small as access needs them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from portal.accounts import users
from portal.accounts.models import User
from portal.db import db
from portal.episodes.models import Episode, Paper
from portal.families.models import Family, FamilyMember, Person
from portal.submissions.models import Submission


@dataclass(frozen=True)
class Records:
    """Ids of what was made."""

    family: str
    person: str
    episode: str
    request: str
    meeting: str
    review: str


def person(name: str, *roles: str, teams: tuple[str, ...] = ()) -> User:
    """Somebody with these roles, added with the real verb."""
    return users.add(users.Details(name, f"{name.lower().replace(' ', '.')}@example.org", roles, teams))


def submission(form_id: str, audience: str = "staff", status: str = "draft", author_id: str | None = None) -> Submission:
    row = Submission(council="hackney", form_id=form_id, form_sha256="0" * 64, form_number=1, audience=audience, status=status, author_id=author_id)
    db.session.add(row)
    db.session.flush()
    return row


def paper(episode: Episode, kind: str, form: Submission, about: Paper | None = None) -> Paper:
    row = Paper(episode_id=episode.id, submission_id=form.id, paper=kind, started_by=form.author_id, about_id=about.id if about else None)
    db.session.add(row)
    db.session.flush()
    return row


def family(reference: str, *, team: str = "", lead: User | None = None) -> Records:
    """A family in the care of this team and lead."""
    household, child = Family(council="hackney", name="Example"), Person(council="hackney", first_name="Rosa", last_name="Example")
    db.session.add_all([household, child])
    db.session.flush()
    db.session.add(FamilyMember(family_id=household.id, person_id=child.id, role="child"))
    episode = Episode(council="hackney", family_id=household.id, reference=reference, stage="received", team=team, lead_id=lead.id if lead else None)
    db.session.add(episode)
    db.session.flush()
    asked, met, reviewed = submission("request_for_support", "public", "sent"), submission("taf_meeting"), submission("closure_review")
    for kind, form in (("request", asked), ("meeting", met), ("closure_review", reviewed)):
        paper(episode, kind, form)
    return Records(household.id, child.id, episode.id, asked.id, met.id, reviewed.id)


def kept(app: Flask, make) -> object:
    """Make something and keep it; answers what `make` answers."""
    with app.app_context():
        made = make()
        db.session.commit()
        return made

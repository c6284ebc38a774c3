"""The people of these tests, and what they do, through the real verbs on a fixed day."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from portal.accounts import users
from portal.accounts.models import User
from portal.demo_telling import Teller, about_known, without_files
from portal.episodes import after, allocation, papers, transitions
from portal.episodes.models import Episode, Paper
from portal.publishing.in_force import council_in_force
from portal.submissions import drafts, resume, still_right, submit
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import Submission
from tests.accounts import people

MONDAY = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
"""The day these tests happen on: the example answers are written for it."""

UNITS = "family_support_units"
CAST = {
    "Sade Screener": (("screener",), ("hub", "mash")),
    "Hugh Hub": (("hub_manager",), ("hub", "mash")),
    "Lena Lead": (("lead_professional",), (UNITS,)),
    "Tom Minutes": (("taf_coordinator",), (UNITS,)),
    "Sita Manager": (("support_manager",), (UNITS,)),
    "Quin Quality": (("quality_partner",), (UNITS,)),
    "Ada Letters": (("administrator",), (UNITS,)),
    "Gwen Head": (("service_manager",), ()),
    "Sy System": (("system_administrator",), ()),
}
"""Name to roles and teams."""


def add(app: Flask, *names: str) -> None:
    """Give these people accounts with a password."""
    for name in names:
        roles, teams = CAST[name]
        people.add(app, name, roles=roles, teams=teams)


def person(name: str) -> User:
    """One of the cast, with an account made when first needed."""
    try:
        return users.with_email(people.address(name))
    except users.UserMissing:
        roles, teams = CAST[name]
        return users.add(users.Details(name, people.address(name), roles, teams))


def example(file: str) -> dict[str, Any]:
    """Example answers of the running council; files among them are still names."""
    return json.loads((examples() / file).read_text())


def examples() -> Path:
    """The folder of example answers: the council's own, or for a pack of the tests the one beside its forms."""
    places = council_in_force().places
    return places.examples if places.examples.is_dir() else places.forms.parent / "examples"


def begun(answers: dict[str, Any], begin: Callable[[dict[str, Any]], str], by: Writer) -> Submission:
    """A draft that `begin` makes of the answers (it answers the draft's id), with its files attached and its warnings read."""
    files, rest = without_files(answers)
    draft = drafts.find(begin(rest))
    Teller(examples()).fill(draft, files, by)
    return draft


def sent(file: str = "request_for_support.short.json", form: str = "request_for_support", **also: Any) -> Submission:
    """A request that somebody without an account has sent; nothing has followed yet."""
    draft = begun(example(file) | also, lambda answers: drafts.start(current_version(form), by=Writer(), first=Start(answers)).id, Writer())
    submit.send(draft, draft.idempotency_key, by=Writer(), facts=drafts.facts_for(draft))
    return draft


def received(file: str = "request_for_support.short.json", form: str = "request_for_support", **also: Any) -> Episode:
    """The episode of a request, with the sender's way back."""
    submission = sent(file, form, **also)
    episode = after.sent(submission)
    resume.make(submission, email="referrer@example.org")
    return episode


def started(episode: Episode, paper_id: str, by: User, file: str = "", **also: Any) -> Paper:
    """A paper begun with these answers."""
    made: list[Paper] = []

    def begin(answers: dict[str, Any]) -> str:
        made.append(papers.start(paper_id, episode, by=by, answers=about_known(answers, episode, by)))
        return made[0].submission_id

    begun((example(file) if file else {}) | also, begin, Writer(by.id, by.name))
    return made[0]


def finished(episode: Episode, paper_id: str, by: User, file: str, **also: Any) -> Paper:
    """A paper filled in and finished."""
    paper = started(episode, paper_id, by, file, **also)
    finish(paper, by)
    return paper


def finish(paper: Paper, by: User) -> None:
    """Finish a paper as the page does."""
    draft = drafts.find(paper.submission_id)
    still_right.confirm(draft, list(draft.data.prefilled), by=Writer(by.id, by.name))
    submit.finalise(draft, by=Writer(by.id, by.name), facts=drafts.facts_for(draft, by.roles))
    after.finalised(draft, by)


def screened(file: str = "screening_outcome.json", **also: Any) -> Episode:
    """A request that was screened; the manager has not decided yet."""
    episode = received()
    transitions.by_hand(episode, "begin_screening", by=person("Sade Screener"))
    finished(episode, "screening", person("Sade Screener"), file, **({"team": UNITS} | also))
    return episode


def allocated() -> Episode:
    """A family with a team and a lead."""
    episode = screened()
    finished(episode, "screening_sign_off", person("Hugh Hub"), "sign_off.screening.json")
    allocation.allocate(episode, team=UNITS, lead=person("Lena Lead"), by=person("Sita Manager"))
    return episode


def reviewed() -> Episode:
    """A family whose closure review is written and waits for its quality check."""
    episode = allocated()
    finished(episode, "meeting", person("Tom Minutes"), "taf_meeting.closing.json")
    finished(episode, "closure_review", person("Sita Manager"), "closure_review.json")
    return episode

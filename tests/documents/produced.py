"""A family with a finished meeting and letter, made with the real verbs, and people who may or may not have documents of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from flask import Flask

from portal.accounts import users
from portal.db import db
from portal.submissions import drafts, submit
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import Submission
from tests.access.records import family, paper
from tests.accounts import people
from tests.documents.shipped import pack_of

TEAM = "family_support_units"


@dataclass(frozen=True)
class Made:
    """Ids of what was made."""

    letter: str
    draft: str
    elsewhere: str


def finished(form_id: str, example: str, by: str) -> Submission:
    """A finalised form with an example's answers."""
    answers = json.loads((pack_of("hackney").places.examples / f"{example}.json").read_text())
    draft = drafts.start(current_version(form_id), by=Writer(id=by, label="Ada Example"), first=Start(answers=answers))
    submit.finalise(draft, by=Writer(id=by, label="Ada Example"), facts=drafts.facts_for(draft))
    return draft


def make(app: Flask) -> Made:
    """Two families of two teams; a finished letter and a draft of the first, a finished letter of the second."""
    with app.app_context():
        from portal.episodes.models import Episode

        writer = users.add(users.Details("Wren Writer", "wren@example.org", ("administrator",), (TEAM,)))
        made = []
        for number, team in ((1, TEAM), (2, "young_hackney")):
            records = family(f"EH-{number}", team=team)
            letter = finished("closure_letter", "closure_letter", writer.id)
            paper(db.session.get_one(Episode, records.episode), "closure_letter", letter)
            made.append((records, letter))
        draft = drafts.start(current_version("closure_letter"), by=Writer(id=writer.id, label="Wren Writer"))
        paper(db.session.get_one(Episode, made[0][0].episode), "closure_letter", draft)
        db.session.commit()
        return Made(made[0][1].id, draft.id, made[1][1].id)


def sign_in(app: Flask, name: str, *roles: str, teams: tuple[str, ...] = (TEAM,)):
    """A signed-in browser of somebody with these roles."""
    people.add(app, name, roles=roles, teams=teams)
    client = app.test_client()
    people.enter_password(client, name)
    people.set_app_up(client)
    return client


def sent_request(app: Flask) -> tuple[str, object]:
    """A sent request and the browser that holds it."""
    from flask import session

    from portal.access import hold_draft

    client = app.test_client()
    with app.test_request_context():
        answers = json.loads((pack_of("hackney").places.examples / "request_for_support.short.json").read_text())
        draft = drafts.start(current_version("request_for_support"), by=Writer(), first=Start(answers=answers))
        submit.send(draft, draft.idempotency_key, by=Writer(), facts=drafts.facts_for(draft))
        db.session.commit()
        hold_draft(draft.id)
        held, submission_id = dict(session["drafts"]), draft.id
    with client.session_transaction() as cookie:
        cookie["drafts"] = held
    return submission_id, client

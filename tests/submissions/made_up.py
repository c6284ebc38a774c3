"""A small made-up form, published for the council under test, and drafts of it. Not a council's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import session
from flask.testing import FlaskClient

from portal import publishing
from portal.access import hold_draft
from portal.db import db
from portal.publishing.in_force import council_in_force
from portal.submissions import drafts
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import Submission
from tests.forms.holiday_club import HOLIDAY_CLUB

CLUB = HOLIDAY_CLUB.replace("label: First name,", "label: First name, record: person.first_name,").replace("label: Last name}", "label: Last name, record: person.last_name}")
REFERRER = Writer(tab="their tab")
COMPLETE = {
    "lives_here": "yes",
    "children": [{"_id": "c1", "first_name": "Asha", "last_name": "Patel", "collected": "yes", "swims": "no"}],
    "first_day": "2030-07-29",
}
NOTES = """
schema: 1
id: made_up_notes
title: Notes of a made-up meeting
audience: staff
send: {button: Finish, reference_prefix: NOTE}
sections: [{id: notes, title: Notes}, {id: files, title: Files}]
repeats: {actions: {title: Actions, item: action, item_label: "{what}", max: 3}}
pages:
  - id: said
    section: notes
    title: What was said
    questions:
      - {id: summary, kind: long_text, label: What was said, required: true}
      - {id: held_on, kind: date, label: When was it held}
      - {id: next_one, kind: yes_no, label: Is there a next meeting}
      - {id: next_on, kind: date, label: When is it, when: {question: next_one, is: "yes"}, required: true}
  - id: action
    section: notes
    title: Action
    repeat: actions
    questions: [{id: what, kind: text, label: What will be done, required: true}, {id: who, kind: text, label: By whom}]
  - id: papers
    section: files
    title: Papers
    questions: [{id: papers, kind: file, label: Papers, later: true}]
"""


def published(text: str, form_id: str) -> Any:
    """The version of this text as a form of the running council."""
    return publishing.publish("form", f"{council_in_force().id}/{form_id}", text)


def a_draft(answers: dict[str, Any] | None = None, *, by: Writer = REFERRER, key: str = "") -> Submission:
    """A draft of the holiday club's form."""
    return drafts.start(published(CLUB, "holiday_club"), by=by, first=Start(answers=answers, key=key))


def some_notes(answers: dict[str, Any] | None = None, *, by: Writer = REFERRER) -> Submission:
    """A draft of the made-up meeting's notes."""
    return drafts.start(published(NOTES, "made_up_notes"), by=by, first=Start(answers=answers))


def reading(values: dict[str, Any] | None = None, *, incomplete: dict[str, Any] | None = None, cleared: tuple[str, ...] = ()) -> Any:
    """What was read from a page."""
    return SimpleNamespace(values=values or {}, incomplete=incomplete or {}, cleared=list(cleared))


def held_by(client: FlaskClient, make: Any, *args: Any) -> str:
    """Make a draft and let this browser hold it; answers its id."""
    app = client.application
    with app.test_request_context():
        draft = make(*args)
        db.session.commit()
        hold_draft(draft.id)
        held = dict(session["drafts"])
        draft_id = draft.id
    with client.session_transaction() as cookie:
        cookie["drafts"] = {**cookie.get("drafts", {}), **held}
    return draft_id


def public_papers() -> Submission:
    """The made-up meeting's notes as a browser without an account may hold them."""
    draft = some_notes()
    draft.audience = "public"
    return draft

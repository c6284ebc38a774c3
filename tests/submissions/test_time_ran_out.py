"""Somebody comes back too late and sends a page: what they typed waits, locked, until they are back with link and code, also without a script."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from portal.db import db
from portal.files import store
from portal.submissions import drafts, resume
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from portal.timekeeping import now
from tests.submissions.filler import PageSeen, example
from tests.submissions.made_up import held_by

WORDS = "Typed after an hour away, about Jamie's mornings"
WAYS = {}


@pytest.fixture
def left(client):
    """A public draft whose page of words was opened and filled in, and sent two hours later; its way back; and the answer."""

    def make():
        draft = drafts.start(current_version("request_for_support"), by=Writer(), first=Start(example("hackney", "request_for_support.short")))
        WAYS[draft.id] = resume.make(draft, email="head@school.example.org")
        return draft

    draft = held_by(client, make)
    address = f"/fill/{draft}/situation"
    page = PageSeen(client.get(address).text, address)
    box = next(one.get("name") for one in page.tree.iter("textarea"))
    with time_machine.travel(now() + timedelta(hours=2)):
        answer = client.post(address, data=page.fields(page.form()) | {box: WORDS})
    return draft, box, answer


def back(client, draft, code=""):
    """Open the link with the code, two hours and a little later."""
    with time_machine.travel(now() + timedelta(hours=2, minutes=5)):
        return client.post(f"/resume/{WAYS[draft].token}", data={"code": code or WAYS[draft].code})


def kept(client, draft, box):
    with client.application.app_context():
        found = drafts.find(draft).data.answers.get(box)
        db.session.rollback()
        return found


def test_what_was_typed_too_late_is_kept_locked_and_said(client, left):
    draft, box, answer = left
    assert answer.status_code == 403 and "What you typed is kept" in answer.text
    assert kept(client, draft, box) != WORDS
    with client.application.app_context():
        held = b"".join(store().read(name) for name in store().hashes())
    assert b"Jamie" not in held


def test_with_link_and_code_it_is_offered_and_sent_with_one_press(client, left):
    draft, box, _ = left
    page = PageSeen(back(client, draft).text, "")
    assert page.heading == "Go on where you were"
    form = page.form("/situation")
    with time_machine.travel(now() + timedelta(hours=2, minutes=6)):
        sent = client.post(form.get("action"), data=page.fields(form))
    assert sent.status_code == 303 and kept(client, draft, box) == WORDS
    assert back(client, draft).status_code == 303, "it is offered once"


def test_neither_a_wrong_code_nor_another_browser_nor_another_draft_gets_it(app, client, left):
    draft, _, _ = left
    assert WORDS not in back(client, draft, "2222-2222").text
    stranger = app.test_client()
    assert back(stranger, draft).status_code == 303

    def other():
        made = drafts.start(current_version("request_for_support"), by=Writer())
        WAYS[made.id] = resume.make(made, email="other@example.org")
        return made

    assert back(client, held_by(app.test_client(), other)).status_code == 303


def test_after_twelve_hours_it_is_gone(client, left):
    draft, _, _ = left
    with time_machine.travel(now() + timedelta(hours=15)):
        assert client.post(f"/resume/{WAYS[draft].token}", data={"code": WAYS[draft].code}).status_code == 303

"""The page of the audit trail: what was done to a record and by whom, without names or answers, and that looking is written down."""

from __future__ import annotations

import ast

import pytest

from portal import audit
from portal.audit import trail
from portal.audit.models import AuditEvent
from portal.db import db
from tests.accounts import people
from tests.episodes import cast
from tests.episodes.test_work_list import kept, text_of
from tests.house.source import modules, tree


@pytest.fixture
def family(app):
    """A received request: the ids of its family and episode, and its reference."""

    def make():
        episode = cast.received()
        return episode.family_id, episode.id, episode.reference

    return kept(app, make)


@pytest.fixture
def officer(app, client):
    """The system administrator's browser, after the screener has opened the family's page."""
    people.add(app)
    people.sign_in(client)
    return client


def test_a_reference_leads_to_everything_about_its_family(app, client, family):
    cast.add(app, "Sade Screener")
    people.sign_in(client, "Sade Screener")
    client.get(f"/staff/families/{family[0]}")
    client.post("/sign-out")
    people.add(app)
    people.sign_in(client)
    answer = client.post("/audit", data={"words": family[2].lower()})
    assert answer.headers["Location"] == f"/audit?record={family[1]}"
    page = text_of(client.get(answer.headers["Location"]))
    for words in ("Somebody opened a family", "Sade Screener", "A request was received and a period of support began", "Nobody with an account", family[0]):
        assert words in page, words
    assert "Holt" not in page


def test_looking_is_an_event_itself(app, officer, family):
    officer.get(f"/audit?record={family[0]}")
    with app.app_context():
        [event] = db.session.query(AuditEvent).filter_by(event="audit.read")
        assert (event.subject_id, event.actor != "", len(event.detail["events"]) > 3) == (family[0], True, True)
    assert "Somebody looked at the audit trail" in text_of(officer.get(f"/audit?record={family[0]}"))


def test_without_a_record_or_account_nothing_is_shown_and_a_name_is_no_reference(app, officer, family):
    assert "Newest first" not in text_of(officer.get("/audit"))
    for words in ("Holt", "", "EH-2222-2222"):
        answer = officer.post("/audit", data={"words": words})
        assert (answer.status_code, "Enter a reference" in text_of(answer)) == (422, True), words
    assert "Nothing is written down" in text_of(officer.get(f"/audit?record={'a' * 20}"))
    assert "Newest first" not in text_of(officer.get("/audit?record=Holt&after=x"))


def test_what_one_account_did_is_shown_a_page_at_a_time(app, officer, monkeypatch):
    monkeypatch.setattr(trail, "PAGE_SIZE", 2)
    with app.app_context():
        ada = db.session.query(AuditEvent.actor).filter_by(event="user.signed_in").scalar()
    for _ in range(3):
        officer.post("/audit", data={"by": ada})
        officer.get(f"/audit?by={ada}")
    first = officer.get(f"/audit?by={ada}").get_data(as_text=True)
    assert first.count("<td") == 2 * 4 and "Older ones" in first
    seen = [event.id for event in every_page(app, ada)]
    assert seen == sorted(seen, reverse=True) and len(seen) == len(set(seen)) >= 5


def every_page(app, by):
    found, after = [], None
    with app.app_context():
        while True:
            page = trail.page(by=by, after=after)
            found += page.events
            if page.after is None:
                return found
            after = page.after


def test_reasons_that_people_typed_are_not_shown(app, officer, family):
    with app.app_context():
        audit.record("document.withdrawn", subject="family", subject_id=family[0], detail={"document": "letter", "reason": "Jamie Holt moved"})
        db.session.commit()
    page = text_of(officer.get(f"/audit?record={family[0]}"))
    assert "document: letter" in page and "Jamie Holt" not in page


def test_who_may_not_see_the_trail_is_refused(app, client):
    cast.add(app, "Hugh Hub")
    people.sign_in(client, "Hugh Hub")
    assert (client.get("/audit").status_code, client.post("/audit").status_code) == (403, 403)


def test_every_kind_of_record_that_events_are_about_has_its_words():
    calls = (node for name in modules() for node in ast.walk(tree(name)) if isinstance(node, ast.Call))
    named = {key.value.value for call in calls for key in call.keywords if key.arg == "subject" and isinstance(key.value, ast.Constant)}
    assert {one for one in named if one not in trail.SUBJECTS} == set()

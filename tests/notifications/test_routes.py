"""The outbox of a demonstration, and the page of work that failed."""

from __future__ import annotations

import dataclasses

import pytest

from portal import create_app, jobs
from portal.db import db
from portal.jobs import run
from portal.jobs.models import Job
from portal.notifications import compose
from portal.notifications.models import Notification
from tests.accounts import people
from tests.conftest import CheckedClient


@pytest.fixture
def demonstration(settings):
    """A demonstration and its administrator's browser."""
    app = create_app(dataclasses.replace(settings, demonstration=True))
    app.test_client_class = CheckedClient
    app.config["WTF_CSRF_ENABLED"] = False
    people.add(app)
    browser = app.test_client()
    people.enter_password(browser)
    yield app, browser
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_outbox_shows_what_would_have_been_sent(demonstration):
    app, browser = demonstration
    assert "Nothing was written yet" in browser.get("/outbox").get_data(as_text=True)
    with app.app_context():
        letter_id = compose.notify("receipt", "head@example.org", reference="RFS-1", link="/status/abc").id
        db.session.commit()
        run.run_due()
        assert db.session.get(Notification, letter_id).status == "kept"
    assert "head@example.org" in browser.get("/outbox").get_data(as_text=True)
    assert 'href="http://localhost/status/abc"' in browser.get(f"/outbox/{letter_id}").get_data(as_text=True)


def test_there_is_no_outbox_outside_the_demonstration(app, client):
    people.add(app)
    people.sign_in(client)
    assert client.get("/outbox").status_code == 404


def test_others_see_no_outbox(demonstration):
    app, _ = demonstration
    people.add(app, "Bo Example", roles=("lead_professional",))
    browser = app.test_client()
    people.enter_password(browser, "Bo Example")
    assert browser.get("/outbox").status_code == 403


def test_failed_work_is_seen_and_tried_again(app, client):
    people.add(app)
    people.sign_in(client)
    with app.app_context():
        jobs.enqueue("notifications.send", {"notification_id": "nothing"})
        db.session.flush()
        db.session.query(Job).update({"max_attempts": 1})
        db.session.commit()
        run.run_due()
        [job] = db.session.query(Job)
        assert job.status == "failed"
        number = job.id
    assert f"notifications.send, number {number}" in client.get("/failed-work").get_data(as_text=True)
    assert client.post(f"/failed-work/{number}/retry").headers["Location"] == "/failed-work"
    assert "Nothing has failed" in client.get("/failed-work").get_data(as_text=True)
    assert client.post(f"/failed-work/{number}/retry").status_code == 404

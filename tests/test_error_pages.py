"""Whatever goes wrong, a person gets a page in plain words, with what to do next, and nothing stays half-written."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text

from portal import error_pages
from portal.access import public
from portal.accounts.models import FailedTry
from portal.audit.models import AuditEvent
from portal.db import db
from portal.errors import Conflict, Forbidden, RuleBroken, Unavailable
from tests.accounts import people


@pytest.fixture
def breaking(app, client):
    """Give the app a page that raises; answers a function that fetches it."""
    app.config["TESTING"] = False

    def fetch(error: Exception, method: str = "post", **more):
        @public
        def break_now():
            db.session.add(FailedTry(scope="account", key="half-written"))
            db.session.flush()
            raise error

        app._got_first_request = False
        app.add_url_rule("/break", "break", break_now, methods=["GET", "POST"])
        return getattr(client, method)("/break", **more)

    return fetch


def kept(app) -> int:
    with app.app_context():
        return db.session.query(FailedTry).count()


@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (Conflict("Bo Example saved at 2pm"), 409, "Somebody else changed this first"),
        (Forbidden("None of your roles may do this"), 403, "You may not do this"),
        (RuleBroken("An episode that is closed cannot move"), 422, "This could not be done"),
        (Unavailable("busy"), 503, "Sorry, the service cannot take this just now"),
        (ZeroDivisionError("a secret value"), 500, "Sorry, something went wrong"),
        (OSError(28, "No space left on device"), 503, "Sorry, the service cannot take this just now"),
    ],
)
def test_an_error_becomes_a_page_and_nothing_is_half_written(app, breaking, error, status, heading):
    answer = breaking(error)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert f"<title>{heading} –" in page
    assert "Traceback" not in page
    assert "a secret value" not in page
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"
    assert kept(app) == 0


def test_what_a_rule_says_stands_on_the_page(breaking):
    assert "An episode that is closed cannot move." in breaking(RuleBroken("An episode that is closed cannot move")).get_data(as_text=True)


def test_an_unexpected_error_gives_a_reference_that_the_log_has_too(breaking, caplog):
    with caplog.at_level(logging.ERROR, "portal.error_pages"):
        page = breaking(ZeroDivisionError("Rosa Example")).get_data(as_text=True)
    reference = page.split("tell us this reference: <strong>")[1][:8]
    assert f"error {reference}: ZeroDivisionError at POST /break" in caplog.text
    assert "break_now" in caplog.text
    assert "Rosa Example" not in caplog.text


def test_a_page_whose_template_is_broken_is_answered_all_the_same(breaking, monkeypatch):
    monkeypatch.setattr(error_pages, "render_template", lambda *a, **k: 1 / 0)
    answer = breaking(ZeroDivisionError())
    assert answer.status_code == 500
    assert "<h1>Sorry, something went wrong</h1>" in answer.get_data(as_text=True)
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_locked_database_gives_a_page_with_a_reference(app, client, monkeypatch):
    people.add(app)
    monkeypatch.setattr("portal.db.BUSY_SECONDS", 0)
    with app.app_context():
        db.engine.dispose()
        with db.engine.connect() as other:
            other.execute(text("update user set name = 'locked'"))
            answer = client.post("/forgotten-password", data={"email": "ada.example@example.org"})
            other.rollback()
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "tell us this reference" in page
    assert client.post("/forgotten-password", data={"email": "ada.example@example.org"}).status_code == 303


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_full_disk_gives_a_page_with_a_reference_and_keeps_nothing(app, client):
    with app.app_context():
        pages = db.session.execute(text("pragma page_count")).scalar()
        db.session.rollback()
        db.engine.dispose()

        from sqlalchemy import event

        @event.listens_for(db.engine, "connect")
        def full(connection, _record):
            connection.execute(f"pragma max_page_count = {pages}")

        answers = [client.post("/forgotten-password", data={"email": f"{'x' * 200}{number}@example.org"}) for number in range(80)]
    assert answers[-1].status_code == 503
    assert "Sorry, the service cannot take this just now" in answers[-1].get_data(as_text=True)


@pytest.mark.parametrize(("method", "path", "status"), [("get", "/nothing-here", 404), ("put", "/sign-in", 405), ("get", "/users/not-an-id", 404)])
def test_strange_addresses_get_a_page(client, method, path, status):
    answer = getattr(client, method)(path)
    assert answer.status_code == status
    assert "Go to the first page" in answer.get_data(as_text=True)


def test_an_answer_that_allows_other_methods_names_them(client):
    assert set(client.put("/sign-in").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_something_too_large_is_told_with_the_limit(app, client):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = client.post("/sign-in", data={"email": "x" * 2000})
    assert answer.status_code == 413
    assert "20 MB for a file, 100 MB together" in answer.get_data(as_text=True)


def test_a_script_gets_plain_data(client):
    answer = client.get("/nothing-here", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["title"]) == (404, "Page not found")


def test_a_strange_address_is_audited_for_whoever_is_signed_in(app, client):
    client.get("/nothing-here")
    user_id = people.add(app)
    people.sign_in(client)
    client.get("/nothing-here")
    with app.app_context():
        noted = [(event.actor, event.detail["path"]) for event in db.session.query(AuditEvent).filter_by(event="access.refused")]
    assert noted == [(user_id, "/nothing-here")]


def test_a_script_at_a_strange_address_leaves_nothing_locked(app, client):
    """Who it was is looked up in a transaction that may write: it is let go before the refusal is noted, or the two would wait for each other."""
    people.add(app)
    people.sign_in(client)
    answer = client.post("/nowhere", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["status"]) == (404, 404)
    with app.app_context():
        assert [event.detail["path"] for event in db.session.query(AuditEvent).filter_by(event="access.refused")] == ["/nowhere"]


def test_something_unreadable_posted_without_signing_in_leads_to_the_sign_in(client):
    answer = client.post("/account/password", data={"a": "b"}, environ_overrides={"CONTENT_LENGTH": "99999999999"})
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in")


def test_a_host_that_is_none_gets_a_page_and_no_fault_is_logged(client, caplog):
    with caplog.at_level(logging.ERROR):
        answer = client.get("/", headers={"Host": "x" * 400})
    assert (answer.status_code, caplog.records) == (400, [])
    assert "There is a problem with what was sent" in answer.text

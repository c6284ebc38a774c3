"""A signature is looked at once for a cookie, and yet one that is wrong, too old or under another key opens nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import session

from portal import signatures

DAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture
def cookie(app):
    """The value of a session's cookie, signed on a fixed day."""
    with time_machine.travel(DAY, tick=False):
        return app.session_interface.get_signing_serializer(app).dumps({"drafts": {"a": 1}})


def held(app, cookie: str, at: datetime = DAY) -> dict:
    with time_machine.travel(at, tick=False), app.test_request_context(headers={"Cookie": f"portal={cookie}"}):
        return dict(session)


def test_the_same_cookie_opens_the_same_session_each_time_and_its_signature_is_looked_at_once(app, cookie):
    signatures._signed_content.cache_clear()
    assert [held(app, cookie) for _ in range(3)] == [{"drafts": {"a": 1}}] * 3
    assert signatures._signed_content.cache_info().misses == 1


def test_what_one_request_does_to_its_session_is_not_seen_by_the_next(app, cookie):
    with time_machine.travel(DAY, tick=False), app.test_request_context(headers={"Cookie": f"portal={cookie}"}):
        session["drafts"]["b"] = 2
    assert held(app, cookie) == {"drafts": {"a": 1}}


@pytest.mark.parametrize(("later", "is_open"), [(timedelta(hours=12), True), (timedelta(hours=12, seconds=1), False), (timedelta(seconds=-1), False)])
def test_a_cookie_that_was_opened_before_still_grows_old(app, cookie, later, is_open):
    assert held(app, cookie)
    assert bool(held(app, cookie, DAY + later)) is is_open


def test_a_changed_cookie_and_one_under_another_key_open_nothing(app, cookie):
    assert held(app, cookie)
    assert held(app, cookie[:-1] + ("A" if cookie[-1] != "A" else "B")) == {}
    assert held(app, f"x{cookie}") == held(app, "") == held(app, "nonsense") == {}
    app.secret_key = "c" * 48
    assert held(app, cookie) == {}


def test_every_page_of_a_browser_has_the_token_of_that_browser_and_it_is_signed_once(app):
    one, other = app.test_client(), app.test_client()
    signatures._signed_token.cache_clear()
    tokens = [[token_of(browser) for _ in range(3)] for browser in (one, other)]
    assert len(set(tokens[0])) <= 2 and not set(tokens[0]) & set(tokens[1])
    assert signatures._signed_token.cache_info().misses == 2


def test_the_token_of_another_browser_sends_nothing(app):
    app.config["WTF_CSRF_ENABLED"] = True
    one, other = app.test_client(), app.test_client()
    own, strange = token_of(one), token_of(other)
    assert one.post("/start/request-for-support", data={"csrf_token": strange}).status_code == 400
    assert one.post("/start/request-for-support", data={"csrf_token": own}).status_code == 303


def token_of(browser) -> str:
    """The token on a page with a form."""
    return browser.get("/").get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]

"""A signature is looked at once for a cookie, and yet one that is wrong, too old or under another key opens nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import session

from portal import create_app, signatures
from tests.conftest import settings_for

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


def test_a_token_that_was_taken_once_is_still_only_its_own_browsers(app):
    app.config["WTF_CSRF_ENABLED"] = True
    one, other = app.test_client(), app.test_client()
    own, strange = token_of(one), token_of(other)
    for _ in range(2):
        assert one.post("/leave", data={"csrf_token": strange}).status_code == 400
        assert other.post("/start/request-for-support", data={"csrf_token": strange}).status_code == 303
    for wrong in ("", "nonsense", f"{own}x", own[:-1], own.partition(".")[0]):
        assert one.post("/leave", data={"csrf_token": wrong}).status_code == 400
    assert app.test_client().post("/leave", data={"csrf_token": own}).status_code == 400
    assert one.post("/leave", data={"csrf_token": own}).status_code == 303
    token_of(one)
    assert one.post("/leave", data={"csrf_token": own}).status_code == 400, "the browser was cleared and has another token now"


def test_a_token_of_another_key_is_refused_though_it_was_taken_before(app):
    app.config["WTF_CSRF_ENABLED"] = True
    browser = app.test_client()
    own = token_of(browser)
    assert browser.post("/start/request-for-support", data={"csrf_token": own}).status_code == 303
    app.secret_key = "c" * 48
    assert browser.post("/start/request-for-support", data={"csrf_token": own}).status_code == 400


@pytest.mark.parametrize(("referrer", "status"), [("https://portal.example.org/x", 303), ("", 400), ("https://elsewhere.example.org/", 400), ("http://portal.example.org/", 400)])
def test_over_https_a_known_token_sends_nothing_from_elsewhere(tmp_path, referrer, status):
    app = create_app(settings_for(tmp_path, base_url="https://portal.example.org", testing=False))
    browser = app.test_client()
    where = {"base_url": "https://portal.example.org"}
    own = token_of(browser, **where)
    headers = {"Referer": referrer} if referrer else {}
    assert browser.post("/leave", data={"csrf_token": own}, headers=headers, **where).status_code == status
    assert is_known(own, app)


def test_answers_that_hang_on_the_cookie_say_so_once_and_set_it_only_when_it_changed(app):
    browser = app.test_client()
    first = browser.get("/", headers={"Accept-Encoding": "gzip"})
    again = browser.get("/", headers={"Accept-Encoding": "gzip"})
    assert "Set-Cookie" in first.headers and "Set-Cookie" not in again.headers
    assert {tuple(answer.headers.getlist("Vary")) for answer in (first, again)} == {("Accept-Encoding, Cookie",)}


def is_known(token: str, app) -> bool:
    """Whether this token's signature was looked at before."""
    before = signatures._token_read.cache_info().hits
    signatures._token_read(app.secret_key, token)
    return signatures._token_read.cache_info().hits > before


def token_of(browser, **where: str) -> str:
    """The token on a page with a form."""
    return browser.get("/", **where).get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]

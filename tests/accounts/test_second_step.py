"""Codes from an authenticator app: each works once, for about a minute, and its secret is never readable in the database."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine

from portal import create_app
from portal.accounts import users
from portal.accounts.models import User
from portal.db import db
from tests.accounts import people

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def key(app, client):
    """The key of Ada's app, set up at noon."""
    people.add(app)
    with time_machine.travel(NOON, tick=False):
        return people.sign_in(client)


def enter_code(client, code):
    return client.post("/sign-in/code", data={"code": code})


def at(minutes: float):
    return time_machine.travel(NOON + timedelta(minutes=minutes), tick=False)


def test_a_password_alone_opens_nothing(app, client, key):
    browser = app.test_client()
    with at(5):
        assert people.enter_password(browser).headers["Location"] == "/sign-in/code"
        assert browser.get("/account").headers["Location"].startswith("/sign-in")


def test_the_right_code_lets_in(app, client, key):
    browser = app.test_client()
    with at(5):
        people.enter_password(browser)
        code = pyotp.TOTP(key).now()
        assert enter_code(browser, f"{code[:3]} {code[3:]}").status_code == 303
        assert browser.get("/account").status_code == 200


def test_a_code_works_only_once(app, client, key):
    first, second = app.test_client(), app.test_client()
    with at(5):
        code = pyotp.TOTP(key).now()
        people.enter_password(first)
        assert enter_code(first, code).status_code == 303
        people.enter_password(second)
        answer = enter_code(second, code)
        assert answer.status_code == 422
        assert "was used before" in answer.get_data(as_text=True)


def test_the_code_that_set_the_app_up_cannot_be_used_again(app, client, key):
    browser = app.test_client()
    with at(0.2):
        people.enter_password(browser)
        assert enter_code(browser, pyotp.TOTP(key).at(NOON)).status_code == 422


def test_an_earlier_code_is_refused_after_a_later_one(app, client, key):
    first, second = app.test_client(), app.test_client()
    with at(5):
        people.enter_password(first)
        enter_code(first, pyotp.TOTP(key).now())
        people.enter_password(second)
        assert enter_code(second, pyotp.TOTP(key).at(NOON + timedelta(minutes=4.5))).status_code == 422


@pytest.mark.parametrize(("late_by", "status"), [(30, 303), (-30, 303), (90, 422), (-90, 422)])
def test_a_clock_may_be_wrong_by_half_a_minute(app, client, key, late_by, status):
    browser = app.test_client()
    with at(5):
        people.enter_password(browser)
        assert enter_code(browser, pyotp.TOTP(key).at(NOON + timedelta(minutes=5, seconds=late_by))).status_code == status


@pytest.mark.parametrize("code", ["", "abcdef", "12345", "1234567", "１２３４５６", "000000 or 1=1"])
def test_what_is_no_code_is_refused(app, client, key, code):
    browser = app.test_client()
    with at(5):
        people.enter_password(browser)
        assert enter_code(browser, code).status_code == 422


def test_the_code_must_come_within_10_minutes_of_the_password(app, client, key):
    browser = app.test_client()
    with at(5):
        people.enter_password(browser)
    with at(15):
        assert enter_code(browser, pyotp.TOTP(key).now()).headers["Location"] == "/sign-in"
        assert browser.get("/account").status_code == 303


def test_the_secret_is_encrypted_where_it_is_kept(app, client, key):
    with app.app_context():
        kept = db.session.query(User.totp_secret).scalar()
    assert kept.startswith("gAAAA")
    assert key not in kept


def test_a_secret_that_was_set_up_is_never_shown_again(app, client, key):
    browser = app.test_client()
    with at(5):
        people.enter_password(browser)
        assert browser.get("/sign-in/app").headers["Location"] == "/sign-in"
        assert browser.post("/sign-in/app", data={"code": pyotp.TOTP(key).now()}).status_code == 422


def test_the_picture_stands_in_the_page_without_inline_style(app, client):
    people.add(app)
    people.enter_password(client)
    page = client.get("/sign-in/app").get_data(as_text=True)
    assert "<svg" in page
    assert "style=" not in page


def test_who_lost_their_telephone_sets_the_app_up_again(app, client, key):
    with app.app_context():
        user = users.with_email(people.address("Ada Example"))
        users.reset_second_step(user)
        db.session.commit()
    with at(5):
        assert client.get("/account").status_code == 303
        assert people.enter_password(client).headers["Location"] == "/sign-in/app"
        assert people.key_shown(client) != key


def test_the_demonstration_asks_for_no_code(app):
    demonstration = create_app(dataclasses.replace(app.extensions["portal.settings"], demonstration=True))
    demonstration.config["WTF_CSRF_ENABLED"] = False
    people.add(demonstration)
    browser = demonstration.test_client()
    people.enter_password(browser)
    assert browser.get("/account").status_code == 200
    with demonstration.app_context():
        db.session.remove()
        db.engine.dispose()

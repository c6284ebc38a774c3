"""Sessions: when they start, when they end, and what their cookie looks like (R12)."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine

from portal import create_app
from portal.accounts import users
from portal.accounts.models import SignInSession, User
from portal.accounts.sealing import token_hash
from portal.db import db
from tests.accounts import people

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def token_of(client):
    with client.session_transaction() as session:
        return session.get("_user_id", "")


def is_in(client) -> bool:
    return client.get("/account").status_code == 200


@pytest.fixture
def ada(app, client):
    """Ada's id; she is signed in with `client` since noon."""
    user_id = people.add(app)
    with time_machine.travel(NOON, tick=False):
        people.sign_in(client)
    return user_id


def test_a_session_planted_before_signing_in_opens_nothing_afterwards(app, client):
    people.add(app)
    with client.session_transaction() as session:
        session["_user_id"] = "planted-by-a-stranger"
        session["csrf_token"] = "planted"
    people.sign_in(client)
    assert token_of(client) != "planted-by-a-stranger"
    with client.session_transaction() as session:
        assert session.get("csrf_token") != "planted"
    stranger = app.test_client()
    with stranger.session_transaction() as session:
        session["_user_id"] = "planted-by-a-stranger"
    assert not is_in(stranger)


def test_the_token_is_new_after_each_step(app, client):
    people.add(app)
    people.enter_password(client)
    first = token_of(client)
    assert not is_in(client)
    people.set_app_up(client)
    assert token_of(client) != first
    with app.app_context():
        assert db.session.get(SignInSession, token_hash(first)).ended_at is not None


def test_only_a_hash_of_the_token_is_kept(app, client, ada):
    with app.app_context():
        kept = db.session.query(SignInSession.token_hash).all()
    with time_machine.travel(NOON, tick=False):
        assert len(token_of(client)) > 40
        assert token_of(client) not in str(kept)


def test_29_minutes_without_use_are_no_matter(client, ada):
    with time_machine.travel(NOON + timedelta(minutes=29), tick=False):
        assert is_in(client)


def test_each_use_starts_the_half_hour_again(client, ada):
    for minutes in (20, 40, 60, 80):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            assert is_in(client)


def test_after_30_minutes_without_use_the_session_is_over(client, ada):
    with time_machine.travel(NOON + timedelta(minutes=30), tick=False):
        answer = client.get("/account")
        assert answer.headers["Location"] == "/sign-in?next=/account"
        assert "signed out because the page was not used" in client.get("/sign-in").get_data(as_text=True)


def test_after_12_hours_the_session_is_over_however_much_it_was_used(client, ada):
    for minutes in range(20, 12 * 60, 20):
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            assert client.get("/stay").status_code == 204
    with time_machine.travel(NOON + timedelta(hours=12), tick=False):
        assert not is_in(client)


def test_signing_out_ends_the_session_on_the_server(app, client, ada):
    token = token_of(client)
    with time_machine.travel(NOON, tick=False):
        client.post("/sign-out")
        thief = app.test_client()
        with thief.session_transaction() as session:
            session["_user_id"] = token
        assert not is_in(thief)


def test_signing_out_is_a_post(client, ada):
    assert client.get("/sign-out").status_code == 405


def test_signing_out_everywhere_ends_every_session(app, client, ada):
    other = app.test_client()
    with time_machine.travel(NOON + timedelta(minutes=2), tick=False):
        with other.session_transaction() as session:
            session["_user_id"] = _second_session(app, ada)
        assert is_in(other)
        assert client.post("/account/sign-out-everywhere").headers["Location"] == "/sign-in"
        assert (is_in(client), is_in(other)) == (False, False)


def test_a_disabled_person_is_out_at_the_next_request(app, client, ada):
    people.add(app, "Bo Example")
    with time_machine.travel(NOON, tick=False):
        people.change(app, ada, users.disable)
        assert not is_in(client)
        assert people.enter_password(app.test_client()).status_code == 422


def test_a_change_of_roles_ends_sessions_at_once(app, client, ada):
    people.add(app, "Bo Example")
    with time_machine.travel(NOON, tick=False):
        people.change(app, ada, lambda user: users.change(user, users.Details(user.name, user.email, ("administrator",))))
        assert not is_in(client)


def test_a_change_of_name_ends_no_session(app, client, ada):
    with time_machine.travel(NOON, tick=False):
        people.change(app, ada, lambda user: users.change(user, users.Details("Ada New", user.email, tuple(user.roles))))
        assert is_in(client)


def test_who_changes_their_own_roles_goes_on_under_a_new_token(app, client, ada):
    before = token_of(client)
    with time_machine.travel(NOON, tick=False):
        details = {"name": "Ada Example", "email": people.address("Ada Example"), "roles": ["system_administrator", "administrator"]}
        assert client.post(f"/users/{ada}", data=details).headers["Location"] == "/users"
        assert token_of(client) not in ("", before)
        assert is_in(client)


def test_on_https_cookies_are_host_only_secure_and_out_of_reach_of_scripts(app):
    secure = create_app(dataclasses.replace(app.extensions["portal.settings"], base_url="https://localhost"))
    secure.config["WTF_CSRF_ENABLED"] = False
    people.add(secure)
    browser = secure.test_client()
    answer = browser.post("/sign-in", data={"email": people.address("Ada Example"), "password": people.PASSWORD}, base_url="https://localhost")
    flags = answer.headers["Set-Cookie"]
    assert flags.startswith("__Host-portal=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in flags.split(";")}
    assert "Domain" not in flags
    with secure.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/%0d\nLocation: x", "http:evil.example", "///x", "sign-in"],
)
def test_after_signing_in_nobody_is_led_elsewhere(app, client, target):
    people.add(app)
    people.enter_password(client, next=target)
    key_page = client.get("/sign-in/app")
    assert key_page.status_code == 200
    with client.session_transaction() as session:
        assert session["next"] == ""


def test_after_signing_in_people_come_back_to_where_they_were(app, client):
    people.add(app)
    assert client.get("/users/add?x=1").headers["Location"] == "/sign-in?next=/users/add?x%3D1"
    people.enter_password(client, next="/users/add?x=1")
    key = people.key_shown(client)
    assert client.post("/sign-in/app", data={"code": pyotp.TOTP(key).now()}).headers["Location"] == "/users/add?x=1"


def test_what_was_sent_after_the_session_ended_leads_back_to_its_page(app, client, ada):
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        answer = client.post("/users/add", data={}, headers={"Referer": "http://localhost/users/add"})
        assert answer.headers["Location"] == "/sign-in?next=/users/add"


def test_a_script_is_told_that_nobody_is_signed_in(client):
    answer = client.get("/account", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["title"]) == (401, "Sign in to go on")


def test_without_the_pages_token_nothing_can_be_sent(app, client):
    app.config["WTF_CSRF_ENABLED"] = True
    people.add(app)
    answer = people.enter_password(client)
    assert answer.status_code == 400
    assert "open for too long" in answer.get_data(as_text=True)


def test_everything_missing_is_said_at_once(client):
    page = client.post("/sign-in", data={}).get_data(as_text=True)
    assert "Enter your e-mail address" in page
    assert "Enter your password" in page
    assert "<title>Error: Sign in" in page


def test_where_one_is_signed_in_can_be_seen(client, ada):
    with time_machine.travel(NOON, tick=False):
        page = client.get("/account").get_data(as_text=True)
    assert "4 May 2026 at 1:00pm" in page
    assert "Werkzeug" in page


def _second_session(app, user_id) -> str:
    from portal.accounts import sign_in, totp

    with app.app_context():
        user = db.session.get(User, user_id)
        token = sign_in.begin(user)
        assert totp.is_required()
        waiting = sign_in.owing_second_step(token)
        token = sign_in.finish(*waiting)
        db.session.commit()
        return token

"""What was being sent when a sign-in ran out is not lost, and nobody else gets to see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine

from portal.accounts import users
from portal.files import store
from tests.accounts import people

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
TYPED = {"name": "Bo & Example\n second line", "email": "bo.example@example.org", "roles": ["lead_professional", "administrator"], "csrf_token": "old"}


@pytest.fixture
def key(app, client):
    """Ada signed in at noon, and sent a form at one o'clock, after her session had run out."""
    people.add(app)
    people.add(app, "Eve Example")
    with time_machine.travel(NOON, tick=False):
        key = people.sign_in(client)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        assert client.post("/users/add", data=TYPED).headers["Location"].startswith("/sign-in")
    return key


def later(minutes: int = 0):
    return time_machine.travel(NOON + timedelta(hours=1, minutes=minutes), tick=False)


def come_back(client, key):
    people.enter_password(client)
    return client.post("/sign-in/code", data={"code": pyotp.TOTP(key).now()}).headers["Location"]


def test_after_signing_in_again_it_can_be_sent(app, client, key):
    with later(5):
        assert come_back(client, key) == "/sign-in/go-on"
        page = client.get("/sign-in/go-on").get_data(as_text=True)
    assert 'action="/users/add"' in page
    assert "Bo &amp; Example\n second line</textarea>" in page
    assert page.count('name="roles"') == 2
    assert "old" not in page.split("<main")[1].split("</main")[0].replace("hold", "")


def test_sent_again_it_does_what_it_should(app, client, key):
    with later(5):
        come_back(client, key)
        client.get("/sign-in/go-on")
        client.post("/users/add", data=TYPED)
    with app.app_context():
        assert users.with_email("bo.example@example.org").roles == {"lead_professional", "administrator"}


def test_somebody_else_who_signs_in_sees_nothing_of_it(app, client, key):
    with later(5):
        people.enter_password(client, "Eve Example")
        code = pyotp.TOTP(people.key_shown(client)).now()
        assert client.post("/sign-in/app", data={"code": code}).headers["Location"] == "/users"
        assert client.get("/sign-in/go-on").headers["Location"] == "/users"


def test_it_can_be_left_out_and_is_deleted_then(app, client, key):
    with later(5):
        come_back(client, key)
        client.post("/sign-in/leave-out")
        assert client.get("/sign-in/go-on").headers["Location"] == "/users"
    with app.app_context():
        assert not any(store().read(name).startswith(b"gAAAA") for name in store().hashes())


def test_it_is_encrypted_where_it_is_kept(app, client, key):
    with app.app_context():
        kept = [_content(app, name) for name in store().hashes()]
    assert not any(b"bo.example@example.org" in content for content in kept)
    assert any(content.startswith(b"gAAAA") for content in kept)


def test_it_is_offered_once(app, client, key):
    with later(5):
        come_back(client, key)
        client.get("/sign-in/go-on")
    with later(120):
        assert client.get("/users").status_code == 303
        assert come_back(client, key) == "/users"


def test_who_signed_out_on_purpose_leaves_nothing_behind(app, client, key):
    with later(5):
        come_back(client, key)
        client.post("/sign-out")
        before = _count(app)
        client.post("/users/add", data=TYPED)
        assert _count(app) == before


def _content(app, name: str) -> bytes:
    with app.app_context():
        return store().read(name)


def _count(app) -> int:
    with app.app_context():
        return len(list(store().hashes()))

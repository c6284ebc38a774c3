"""People for the tests of accounts: added with the real verbs, signed in through the real pages."""

from __future__ import annotations

import re
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts import reset, users
from portal.accounts.models import User
from portal.db import db

PASSWORD = "lamp window seventeen"


def add(app: Flask, name: str = "Ada Example", *, roles: tuple[str, ...] = ("system_administrator",), teams: tuple[str, ...] = ()) -> str:
    """Add somebody with a password; answers their id. Their address is made of the name."""
    with app.app_context():
        user = users.add(users.Details(name, address(name), roles, teams))
        reset.set_password(reset.make_token(user), PASSWORD)
        db.session.commit()
        return user.id


def address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.org"


def enter_password(client: FlaskClient, name: str = "Ada Example", password: str = PASSWORD, **more: Any) -> TestResponse:
    """The first step."""
    return client.post("/sign-in", data={"email": address(name), "password": password} | more)


def set_app_up(client: FlaskClient) -> str:
    """Set the authenticator app up; answers its key."""
    key = key_shown(client)
    answer = client.post("/sign-in/app", data={"code": pyotp.TOTP(key).now()})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return key


def key_shown(client: FlaskClient) -> str:
    """The key on the page that sets the app up."""
    page = client.get("/sign-in/app").get_data(as_text=True)
    return re.search(r'id="text-key">([^<]+)<', page)[1].replace(" ", "")


def sign_in(client: FlaskClient, name: str = "Ada Example") -> str:
    """Both steps, for somebody who has no app yet; answers the app's key."""
    assert enter_password(client, name).headers["Location"] == "/sign-in/app"
    return set_app_up(client)


def change(app: Flask, user_id: str, verb: Any) -> None:
    """Do something to an account, as another process would."""
    with app.app_context():
        verb(db.session.get(User, user_id))
        db.session.commit()

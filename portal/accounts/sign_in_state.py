"""Joins flask-login to the server-side sign-in sessions: who is behind this request. Verbs are in `sign_in`."""

from __future__ import annotations

from flask import Flask, g, has_request_context, request, session
from flask_login import LoginManager, current_user

from portal.accounts import sign_in
from portal.accounts.models import User

TOKEN = "_user_id"
KEPT = ("drafts", "interrupted", "interrupted_shown")
"""What a browser keeps across signing in: the public drafts it holds, and what it was sending when a sign-in ran out."""


def start(app: Flask) -> None:
    """Let `current_user` answer from the session kept in the database."""
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app)
    manager.user_loader(_user_of)


def person() -> User | None:
    """The person signed in, or None."""
    if not has_request_context():
        return None
    user = g._get_current_object().get("_login_user")
    if user is None:
        if not token():
            return None
        user = current_user._get_current_object()
    return user if user is not None and user.is_authenticated else None


def me() -> User:
    """The person signed in, in a view whose guard lets nobody else through."""
    user = person()
    assert user is not None
    return user


def token() -> str:
    """The token of this browser's session, also of one that has ended; '' when there was none."""
    return session._get_current_object().get(TOKEN, "")


def put_token(new_token: str) -> None:
    """Give this browser a fresh session with this token. Nothing a stranger may have planted before is kept."""
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    session[TOKEN] = new_token


def clear() -> None:
    """Forget everything this browser held: the sign-in and drafts alike."""
    session.clear()


def _user_of(session_token: str) -> User | None:
    return sign_in.user_behind(session_token, reading=request.method in ("GET", "HEAD"))

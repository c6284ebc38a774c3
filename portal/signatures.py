"""Signatures of cookies and of pages' tokens, each made and looked at once for a browser, not at every request that brings it again.
A cookie's content is read once too, and handed out as a copy.

Only signatures that were right are remembered, for as long as the key is the same; how old one may be is asked each time.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, timedelta
from functools import lru_cache
from hmac import compare_digest
from typing import Any

from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf, same_origin
from itsdangerous import BadData, BadSignature, URLSafeTimedSerializer

from portal import timekeeping

MOST_KEPT = 2_000


class KeptSigner(SecureCookieSessionInterface):
    """Flask's signed session, whose signer is made once."""

    def __init__(self) -> None:
        self._signer: tuple[Any, URLSafeTimedSerializer | None] = (None, None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer for the key the app has now."""
        if self._signer[0] != app.secret_key:
            self._signer = (app.secret_key, super().get_signing_serializer(app))
        return self._signer[1]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of this request's cookie; a fresh one where there is none, where its signature is wrong, and where it is too old."""
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None
        try:
            content, signed_at = _signed_content(signer, request.cookies.get(self.get_cookie_name(app), ""))
        except BadSignature:
            return self.session_class()
        if not timedelta() <= timekeeping.now() - signed_at <= app.permanent_session_lifetime:
            return self.session_class()
        return self.session_class(_own(_content_read(signer, content)))

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Write the cookie where the session changed, as Flask does; of one that was only read is told that the answer hangs on it."""
        accessed = session.accessed
        if not session or session.modified or session.permanent:
            super().save_session(app, session, response)
        elif accessed:
            vary_by(response, "Cookie")


class KeptProtect(CSRFProtect):
    """Flask-WTF's protection, which passes at once what it would pass in the end: requests that change nothing, and a token seen before."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """Raise CSRFError for a post that brings no token of this browser, or over https comes from elsewhere."""
        config = current_app.config
        if request.method not in config["WTF_CSRF_METHODS"]:
            return
        is_known = request.endpoint and config["WTF_CSRF_TIME_LIMIT"] is None and _is_own_token(request.form.get(config["WTF_CSRF_FIELD_NAME"], ""))
        if is_known and (not request.is_secure or _comes_from_here()):
            g.csrf_valid = True
            return
        super().protect(apply_exemptions)


def _comes_from_here() -> bool:
    return bool(request.referrer) and same_origin(request.referrer, f"https://{request.host}/")


def vary_by(response: Response, header: str) -> None:
    """Tell that the answer hangs on this header of the request, beside what is told already."""
    told = response.headers.get("Vary", "")
    if header.lower() not in [name.strip().lower() for name in told.split(",")]:
        response.headers["Vary"] = f"{told}, {header}" if told else header


def page_token() -> str:
    """The token that the forms of this browser's pages bring back."""
    raw = session.get("csrf_token")
    if raw is None:
        return generate_csrf()
    if "csrf_token" not in g:
        g.csrf_token = _signed_token(current_app.secret_key, raw)
    return g.csrf_token


@lru_cache(maxsize=MOST_KEPT)
def _signed_content(signer: URLSafeTimedSerializer, cookie: str) -> tuple[bytes, datetime]:
    """What was signed, and when. Raises BadSignature."""
    return signer.make_signer(signer.salt).unsign(cookie, return_timestamp=True)


def _is_own_token(sent: str) -> bool:
    """Whether a posted form brings a token signed by this portal for this browser. False says nothing: then it is to be looked at anew."""
    raw = session.get("csrf_token")
    try:
        return bool(sent) and isinstance(raw, str) and compare_digest(raw, _token_read(current_app.secret_key, sent))
    except (BadData, TypeError):
        return False


def _own(content: Any) -> Any:
    """A copy of what was read, for one request to change."""
    if type(content) is dict:
        return {name: _own(value) for name, value in content.items()}
    return [_own(value) for value in content] if type(content) is list else deepcopy(content) if type(content) is tuple else content


@lru_cache(maxsize=MOST_KEPT)
def _content_read(signer: URLSafeTimedSerializer, content: bytes) -> Any:
    return signer.load_payload(content)


@lru_cache(maxsize=MOST_KEPT)
def _token_read(secret: str, token: str) -> str:
    """What the token holds. Raises BadData for one that this secret has not signed."""
    return URLSafeTimedSerializer(secret, salt="wtf-csrf-token").loads(token)


@lru_cache(maxsize=MOST_KEPT)
def _signed_token(secret: str, raw: str) -> str:
    return URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw)

"""Signatures of cookies and of pages' tokens, each made and looked at once for a browser, not at every request that brings it again.

Only signatures that were right are remembered, for as long as the key is the same; how old one may be is asked each time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import Flask, Request, current_app, g, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer

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
        return self.session_class(signer.load_payload(content))


def page_token() -> str:
    """The token that the forms of this browser's pages bring back."""
    raw = session.get("csrf_token")
    if raw is not None and "csrf_token" not in g:
        g.csrf_token = _signed_token(current_app.secret_key, raw)
    return generate_csrf()


@lru_cache(maxsize=MOST_KEPT)
def _signed_content(signer: URLSafeTimedSerializer, cookie: str) -> tuple[bytes, datetime]:
    """What was signed, and when. Raises BadSignature."""
    return signer.make_signer(signer.salt).unsign(cookie, return_timestamp=True)


@lru_cache(maxsize=MOST_KEPT)
def _signed_token(secret: str, raw: str) -> str:
    return URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw)

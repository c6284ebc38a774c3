"""What every answer carries: security headers, the session cookie's flags, CSRF protection; and how files are handed out. Who may do what is `access`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wsgi import FileWrapper

from portal.settings import Settings
from portal.signatures import KeptProtect, KeptSigner, page_token

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

csrf = KeptProtect()

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
_ADDED = [(name.lower(), name, value) for name, value in (HEADERS | {"Cache-Control": "no-store"}).items()]
_ADDED_SECURE = [*_ADDED, ("strict-transport-security", "Strict-Transport-Security", "max-age=31536000; includeSubDomains")]
DOWNLOAD_POLICY = "default-src 'none'; base-uri 'none'; object-src 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def as_download(content: bytes, name: str, media_type: str) -> Response:
    """Bytes as a file to save: never shown, never run, in nobody's cache, its name readable by old and new browsers (RFC 6266)."""
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_. ") else "-" for letter in name)
    response = Response(content, content_type=f"{media_type}; charset=utf-8" if media_type == "text/plain" else media_type)
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response.headers["Cache-Control"] = "no-store"
    return response


def as_stream(content: IO[bytes], name: str, media_type: str) -> Response:
    """An open file to save, sent bit by bit and closed at the end: its size is no matter of memory."""
    response = as_download(b"", name, media_type)
    response.content_length = os.fstat(content.fileno()).st_size
    response.response, response.direct_passthrough = FileWrapper(content, 1 << 16), True
    response.call_on_close(content.close)
    return response


def protect(app: Flask, settings: Settings) -> None:
    """Set cookies, CSRF and headers up. Behind `trusted_proxies` proxies their forwarded headers are believed, no others."""
    secure = settings.is_https
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-portal" if secure else "portal",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=secure,
        MAX_CONTENT_LENGTH=100 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,
    )
    app.session_interface = KeptSigner()
    csrf.init_app(app)
    app.context_processor(lambda: {"csrf_token": page_token})
    app.jinja_env.globals["csrf_token"] = page_token
    app.wsgi_app = HeadersAdded(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.extensions["portal.https"] = secure


class HeadersAdded:
    """Around the application: what every answer carries, whoever made it, put in as the answer leaves."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The application's answer."""
        is_secure = environ["wsgi.url_scheme"] == "https"

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, _with_added(headers, is_secure=is_secure), *error)

        return self.app(environ, start)


def _with_added(headers: list[tuple[str, str]], *, is_secure: bool) -> list[tuple[str, str]]:
    held = {name.lower() for name, _ in headers}
    kept = [one for one in headers if one[0].lower() != "server"] if "server" in held else headers
    return kept + [(name, value) for lower, name, value in (_ADDED_SECURE if is_secure else _ADDED) if lower not in held]

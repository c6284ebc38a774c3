"""What every answer carries: security headers, the session cookie's flags, CSRF protection; and how files are handed out. Who may do what is `access`."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import IO
from urllib.parse import quote

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wsgi import FileWrapper

from portal.settings import Settings
from portal.signatures import KeptSigner, page_token

csrf = CSRFProtect()

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
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.after_request(_add_headers)
    app.extensions["portal.https"] = secure


def _add_headers(response: Response) -> Response:
    held = {name.lower() for name, _ in response.headers}
    missing = [(name, value) for lower, name, value in _ADDED if lower not in held]
    if request.is_secure and "strict-transport-security" not in held:
        missing.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    response.headers.extend(missing)
    if "server" in held:
        response.headers.remove("Server")
    return response

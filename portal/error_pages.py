"""The page for everything that went wrong: what happened in plain words and what to do next. Never a stack trace, never a half-written thing."""

from __future__ import annotations

import errno
import logging
import sqlite3
import traceback
from dataclasses import dataclass
from html import escape
from typing import Any

from flask import (
    Flask,
    Response,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadHost, HTTPException, InternalServerError
from werkzeug.wrappers import Response as BaseResponse

from portal import audit
from portal.access import DraftLeft, SignInNeeded
from portal.accounts import interrupted, sign_in_state
from portal.accounts.reset import LinkOver
from portal.accounts.return_to import local_path
from portal.accounts.throttle import TooManyTries
from portal.db import db, new_id
from portal.errors import PortalError

logger = logging.getLogger(__name__)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)


@dataclass(frozen=True)
class Words:
    """What a page says: its heading, what happened, and what to do next."""

    title: str
    text: str
    next: str


WORDS = {
    400: Words("There is a problem with what was sent", "The page sent something we could not read.", "Go back, reload the page and try again."),
    401: Words("Sign in to go on", "You are not signed in, or you were signed out after a while without use.", "Sign in and try again."),
    403: Words("You may not do this", "Your account does not have the role that this needs.", "If you think it should, ask the person who looks after accounts."),
    404: Words("Page not found", "There is nothing at this address, or you may not see it.", "Check the address, or start again from the first page."),
    405: Words("This cannot be done like that", "The address is right, but it cannot be used in this way.", "Go back and use the buttons on the page."),
    409: Words("Somebody else changed this first", "Nothing of theirs was overwritten.", "Go back, reload the page, and look at what is there now."),
    410: Words("This link has been used or has run out", "Links work once and for a short while.", "Ask for another one."),
    413: Words("That was too large", "Nothing was kept.", "Send each file on its own, and make large ones smaller: 20 MB for a file, 100 MB together."),
    422: Words("This could not be done", "A rule of the service stands against it. Nothing was changed.", "Go back and check what you entered."),
    429: Words("Too many tries", "There were too many tries in a short time.", "Wait a few minutes, then try again. What you sent before is safe."),
    500: Words("Sorry, something went wrong", "Nothing of what you just sent was kept. What was saved before is safe.", "Try again in a few minutes."),
    503: Words("Sorry, the service cannot take this just now", "Nothing of what you just sent was kept. What was saved before is safe.", "Go back and try again in a few minutes."),
}
PAGE_OPEN_TOO_LONG = Words(
    "This page was open for too long", "For safety, a page can be sent only by the browser that opened it, and only for a while.", "Go back, reload the page and send it again."
)
ROOMS_OWN = (403, 404, 409, 410, 422)
"""Answers about a person's own doing, shown in the staff layout to those who are signed in."""


def start(app: Flask) -> None:
    """Answer every error with a page, and log it here only: Flask's own log would hold the error's words."""
    app.log_exception = lambda exc_info: None  # type: ignore[method-assign]
    app.register_error_handler(SignInNeeded, _ask_to_sign_in)
    app.register_error_handler(CSRFError, lambda error: _page(400, PAGE_OPEN_TOO_LONG))
    app.register_error_handler(LinkOver, lambda error: _page(410, WORDS[410], extra="link"))
    app.register_error_handler(DraftLeft, _draft_left)
    app.register_error_handler(TooManyTries, _too_many)
    app.register_error_handler(PortalError, _portal_error)
    app.register_error_handler(StaleDataError, lambda error: _page(409, WORDS[409]))
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(NoConnection, _cannot_keep)
    app.register_error_handler(OSError, _file_error)
    app.register_error_handler(InternalServerError, _unexpected)
    app.register_error_handler(HTTPException, _http_error)


def _ask_to_sign_in(error: SignInNeeded) -> Any:
    if _wants_json():
        return _page(401, WORDS[401])
    came_from = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else request.referrer
    target = local_path(came_from, host=request.host)
    typed = _typed() if request.method == "POST" else []
    if typed:
        session["interrupted"] = interrupted.keep(sign_in_state.token(), request.path, typed)
        session.pop("interrupted_shown", None)
        _leave_database()
    return redirect(url_for("accounts.sign_in", next=target or None), 303)


def _typed() -> list[tuple[str, str]]:
    """What was posted; nothing where it cannot be read, since this is asked after an error already."""
    try:
        return list(request.form.items(multi=True))
    except HTTPException:
        return []


def _draft_left(error: DraftLeft) -> Response:
    """What was being sent is kept for whoever comes back with link and code in this browser. A script keeps it on its own page."""
    kept = ""
    typed = _typed() if request.method == "POST" and not _wants_json() else []
    if typed:
        session["interrupted"] = interrupted.keep_for_draft(error.submission_id, request.path, typed)
        kept = "What you typed is kept: open the link in this browser within 12 hours, enter your code, and you can send it."
    return _page(403, Words("You have been away for a while", error.message, kept))


def _too_many(error: TooManyTries) -> Response:
    response = _page(429, Words(WORDS[429].title, error.message + ".", ""))
    response.headers["Retry-After"] = str(int(error.wait.total_seconds()) + 1)
    return response


def _portal_error(error: PortalError) -> Response:
    status = error.status if error.status in WORDS else 500
    if status >= 500:
        return _with_reference(status, error)
    words = WORDS[status]
    if error.message and status != 404:
        words = Words(words.title, error.message.rstrip(".") + ".", words.next)
    return _page(status, words)


def _http_error(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if isinstance(error, BadHost):
        return make_response(last_resort(WORDS[400], ""), 400)  # no address of ours can be written for a host that is none
    if status == 404:
        _note_strange_address()
    response = _page(status if status in WORDS else 400 if status < 500 else 500, WORDS.get(status, WORDS[400 if status < 500 else 500]))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _note_strange_address() -> None:
    """An address that leads nowhere, asked for by somebody signed in, is noted like a record they may not see."""
    person = sign_in_state.person() if sign_in_state.token() else None
    if person is not None:
        audit.refused("access.refused", subject="address", actor=person.id, detail={"action": "", "path": request.path[:200], "why": "no such page"})


def _database_error(error: OperationalError) -> Response:
    return _with_reference(503, error)


def _cannot_keep(error: Exception) -> Response:
    return _with_reference(503, error)


def _file_error(error: OSError) -> Response:
    if error.errno not in FULL:
        raise error
    return _with_reference(503, error)


def _unexpected(error: InternalServerError) -> Response:
    cause = error.original_exception or error
    return _with_reference(503 if _is_storage(cause) else 500, cause)


def _is_storage(cause: BaseException) -> bool:
    if isinstance(cause, (OperationalError, NoConnection)) or (isinstance(cause, OSError) and cause.errno in FULL):
        return True
    return isinstance(cause, DBAPIError) and isinstance(cause.orig, sqlite3.OperationalError)


def _with_reference(status: int, cause: BaseException) -> Response:
    """A page with a reference that the log has too. The log gets kind and place of the error, not its words: they may name people."""
    reference = new_id()[:8].upper()
    places = "".join(traceback.format_tb(cause.__traceback__))
    logger.error("error %s: %s at %s %s\n%s", reference, type(cause).__name__, request.method, request.url_rule or "no route", places)
    response = _page(status, WORDS[status], reference=reference)
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response


def _page(status: int, words: Words, *, reference: str = "", extra: str = "") -> Response:
    if _wants_json():
        _leave_database()
        body = {"status": status, "title": words.title, "message": words.text, "reference": reference}
        return make_response(jsonify(body), status)
    try:
        staff = status in ROOMS_OWN and sign_in_state.person() is not None
        layout = "layout/staff.html" if staff else "layout/public.html"
        g.is_error = True  # what leads back to this page leads to the start instead: the address may be a record's
        html = render_template("errors/error.html", words=words, reference=reference, extra=extra, layout=layout, status=status)
    except Exception as error:  # noqa: BLE001 - whatever breaks here, the person gets a page
        logger.error("the error page itself failed: %s", type(error).__name__)
        html = last_resort(words, reference)
    finally:
        _leave_database()
    return make_response(html, status)


def _leave_database() -> None:
    """Nothing stays written or locked after an error, whatever the page itself has read."""
    try:
        db.session.rollback()
    except Exception as error:  # noqa: BLE001 - the page is more important than a broken connection
        logger.error("the database could not be left: %s", type(error).__name__)


def last_resort(words: Words, reference: str) -> str:
    """A page made without templates, database or settings."""
    told = f"<p>Tell us this reference if it goes on: <strong>{escape(reference)}</strong></p>" if reference else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(words.title)}</title></head>'
        f"<body><main><h1>{escape(words.title)}</h1><p>{escape(words.text)}</p><p>{escape(words.next)}</p>{told}"
        f'<p><a href="/">Go to the first page</a></p></main></body></html>\n'
    )


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(("text/html", "application/json"))
    return best == "application/json" and request.accept_mimetypes[best] > request.accept_mimetypes["text/html"]

"""The door of languages: which one a public page speaks, and choosing it. The choice stays in the browser's session; addresses never hold it.

Staff pages are in English. A page with questions on it chooses by a button that keeps what was typed first (`submissions.page_routes`).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from portal import language
from portal.access import public
from portal.accounts import sign_in_state
from portal.accounts.return_to import local_path
from portal.councils import languages
from portal.language import ENGLISH, Language
from portal.publishing.in_force import council_in_force

ROOMS = ("submissions", "pages", "languages", None)
"""Blueprints whose pages the public reads; None is an address that leads nowhere."""

UNSPOKEN = "pages.static_file"

doors = Blueprint("languages", __name__)


def start(app: Flask) -> None:
    """Speak the reader's language in each request, and English again after it."""
    app.before_request(_speak)
    app.teardown_request(lambda error: language.speak(ENGLISH))
    app.context_processor(lambda: {"language_choices": choices})
    app.jinja_env.globals["called_language"] = called
    app.register_blueprint(doors)


def _speak() -> None:
    if request.endpoint != UNSPOKEN:
        language.speak(_wanted())


def _wanted() -> Language:
    """The language chosen in this session; English without a choice, for staff, and on pages that are not the public's."""
    code = session.get("language", "") if request.blueprint in ROOMS else ""
    if not code or sign_in_state.person() is not None:
        return ENGLISH
    return languages.language_of(council_in_force(), code)


def choices() -> list[dict[str, Any]]:
    """The languages this page can be read in, each with where it is chosen; empty where there is only one."""
    if sign_in_state.person() is not None:
        return []
    spoken = language.current()
    back = url_for("submissions.start_page") if g.get("is_error") else request.path
    return [
        {"code": one.code, "name": one.name, "is_spoken": one is spoken, "href": url_for("languages.choose", code=one.code, back=back)}
        for one in languages.offered(council_in_force())
    ]


def called(code: str) -> str:
    """What English calls a language the council offers; the code itself for one that it offers no more."""
    found = languages.language_of(council_in_force(), code)
    return code if found.is_english and code != "en" else found.called


@doors.get("/language/<string(maxlength=20):code>")
@public
def choose(code: str) -> Response:
    """Keep the choice for this session and show the page again that it was made on."""
    if code != "en" and code not in council_in_force().service.languages:
        abort(404)
    session["language"] = code
    return redirect(local_path(request.args.get("back"), host=request.host) or url_for("submissions.start_page"), 303)

"""What the doors of filling in share: the blueprint, who writes, the guard of an open draft, addresses of steps. No view of its own."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, session, url_for
from flask.globals import request_ctx

from portal import access, audit, language
from portal.accounts import sign_in_state
from portal.episodes.papers import of_submission
from portal.forms.conditions import Facts
from portal.forms.journey import Journey, Step
from portal.forms.model import FormDefinition
from portal.publishing.in_force import council_in_force
from portal.submissions import drafts, news
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Writer
from portal.submissions.models import Submission

door = Blueprint("submissions", __name__)

ANY_ID = "a" * 20
"""Stands for the id of a draft."""

_MARK = re.compile(r"[a-z0-9]{1,20}")
_PLAIN_WORD = re.compile(r"[A-Za-z0-9_-]{1,40}")
_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9/_?=&#.-]{1,300}")

OWN_PAGES = frozenset(
    {"all", "autosave", "check", "delete", "history", "items", "leave", "save", "section", "send", "settle", "show", "tasks"}
)
"""Last words of this room's own addresses under a draft; a page of a form that has such an id is addressed as `page-<id>`."""


def name_in_address(name: str) -> str:
    """The name of a step as it stands in an address (snake_case; the converter writes hyphens)."""
    return f"page_{name}" if name in OWN_PAGES or name.startswith("page_") else name


def name_of_step(word: str) -> str:
    """The name of the step that this word of an address stands for."""
    return word.removeprefix("page_") if word.startswith("page_") else word


def step_url(draft: Submission, step: Step, **query: str) -> str:
    """The address of a step of this draft, put together as `url_for` would."""
    asked = {key: value for key, value in query.items() if value}
    items = step.items
    if not all(map(_PLAIN_WORD.fullmatch, (*items, *asked.values()))):
        names = dict(zip(("item", "inner"), items, strict=False)) | asked
        return url_for("submissions.page", submission_id=draft.id, name=name_in_address(step.name), **names)
    home = address_of(draft, "submissions.page", name=name_in_address(step.name))
    words = "&".join(f"{key}={value}" for key, value in asked.items())
    return "/".join((home, *items)) + (f"?{words}" if words else "")


def address_of(draft: Submission, endpoint: str, **names: str) -> str:
    """As `url_for`, for addresses that are alike for all drafts but for the draft's id: put together once."""
    here = request_ctx._get_current_object()
    kept = here.app.extensions["portal.addresses"]
    key = (endpoint, here.request.script_root, *names.values())
    if key not in kept:
        kept[key] = url_for(endpoint, submission_id=ANY_ID, **names)
    return kept[key].replace(ANY_ID, draft.id)


def sent(name: str) -> str:
    """What a posted page says under this name; '' for nothing."""
    found = request.form.getlist(name)  # `get` costs werkzeug an exception where there is none
    return found[0] if found else ""


def asked(name: str) -> str:
    """The same, or what the address asks for under it."""
    found = request.args.getlist(name)
    return found[0] if found else sent(name) if request.method == "POST" else ""


def writer() -> Writer:
    """Whoever is behind this request, with the mark of the open page."""
    person = sign_in_state.person()
    tab = tab_of_page()
    return Writer(person.id, person.name, tab) if person else Writer(None, "", tab)


def tab_of_page() -> str:
    """The mark of the open page that posted; '' when it sent none or something else."""
    tab = sent("tab") if request.method == "POST" else ""
    return tab if _MARK.fullmatch(tab) else ""


def press_of_page() -> str:
    """Names the press of a button by the mark and version of its page, both drawn anew with every page; '' where it sent none."""
    tab, version = tab_of_page(), request.form.get("version", "")
    return f"{tab} {version}" if tab and version else ""


def own_place(draft: Submission, address: str) -> str:
    """The address when it is one of this draft's own pages, else ''."""
    home = url_for("submissions.tasks", submission_id=draft.id)
    return address if _PLAIN_ADDRESS.fullmatch(address) and (address == home or address.startswith(f"{home}/")) else ""


def facts(submission: Submission) -> Facts:
    """What conditions may know, with the roles of whoever is behind this request."""
    person = sign_in_state.person()
    return drafts.facts_for(submission, person.roles if person and submission.audience == "staff" else ())


def journey_of(submission: Submission, definition: FormDefinition | None = None) -> Journey:
    """The way through this submission's form with its answers."""
    data = submission.data
    return Journey(definition or definition_of(submission), data.answers, facts(submission), incomplete=data.incomplete, acknowledged=data.acknowledged)


def expected_version(draft: Submission) -> int:
    """The version the posted page was read at; a page that does not say is taken to be one of the first, so that nothing is overwritten."""
    text = sent("version")
    return min(int(text), draft.version) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def fills(finder: Callable[[str], Submission | None] = drafts.find) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a view of a draft: only who may edit it; one that was sent meanwhile leads to where it is now."""

    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(submission: Submission, **values: Any) -> Any:
            if not submission.is_draft:
                return redirect(place_of(submission), 303)
            access.check("submission.edit", submission)
            elsewhere = _form_has_changed(submission)
            if elsewhere is not None:
                return elsewhere
            if request.method == "GET":
                note_reading(submission)
            answer = view(submission, **values)
            if request.method != "GET" and _is_page(answer):
                note_reading(submission)
            return answer

        return access.needs("submission.view", finder, by="submission_id")(guarded)

    return guard


PAGES_OPENED_BEFORE: list[Callable[[Submission], Any]] = []
"""Who keeps a page that was opened before its draft was taken over; that door stands on this one and adds itself."""

BESIDE_THE_NEWS = frozenset({"submissions.what_changed", "submissions.delete", "submissions.save_and_return"})


def _form_has_changed(draft: Submission) -> Any:
    """Where to go instead when the draft was taken over to another version of its form since this person last saw it; None for no such news."""
    if not draft.data.carried:
        return None
    if request.method != "GET":
        return next((answer for answer in (keeps(draft) for keeps in PAGES_OPENED_BEFORE) if answer is not None), None)
    if news.unseen(draft) and request.endpoint not in BESIDE_THE_NEWS:
        return redirect(url_for("submissions.what_changed", submission_id=draft.id), 303)
    return None


def _is_page(answer: Any) -> bool:
    """Whether a post is answered with a page, which shows what is in the record, and not by leading on."""
    return isinstance(answer, str) or (isinstance(answer, tuple) and isinstance(answer[0], str))


def note_language(draft: Submission) -> None:
    """Note with a public draft in which language its writer reads it; what staff do changes nothing."""
    if draft.audience == "public" and access.holds_draft(draft.id):
        spoken = language.current()
        code = "" if spoken.is_english else spoken.code
        if draft.language != code:
            draft.language = code


def chose_language(draft: Submission, then: str) -> bool:
    """Whether the button pressed was one of a language; the choice is kept for this session and with the draft."""
    code = then.removeprefix("language ")
    if code == then or (code != "en" and code not in council_in_force().service.languages):
        return False
    session["language"] = code
    draft.language = "" if code == "en" else code
    return True


def note_reading(submission: Submission) -> None:
    """A member of staff who opens a submission reads somebody's record; a referrer's own draft is no audited read."""
    person = sign_in_state.person()
    if person is not None and not access.holds_draft(submission.id):
        detail = {"form": submission.form_id, "path": request.path}
        audit.note_read("submission.read", subject="submission", subject_id=submission.id, actor=person.id, detail=detail)


def place_of(submission: Submission) -> str:
    """Where somebody finds a submission that can be filled in no more."""
    if submission.audience == "public" and access.holds_draft(submission.id):
        return url_for("submissions.sent", submission_id=submission.id)
    paper = of_submission(submission.id)
    return url_for("papers.read", paper_id=paper.id) if paper else url_for("submissions.start_page")


def layout_of(submission: Submission) -> str:
    """The layout its pages stand in: everybody's for somebody without an account, else the staff's."""
    return "layout/staff.html" if sign_in_state.person() and not access.holds_draft(submission.id) else "layout/public.html"


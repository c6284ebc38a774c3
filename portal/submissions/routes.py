"""The public start: the start page, each way in, beginning a draft, leaving a shared device. Joins the room's other doors."""

from __future__ import annotations

import hashlib

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from portal import access, language
from portal.access import public
from portal.councils.languages import service_in
from portal.councils.service_model import Way
from portal.db import new_id
from portal.errors import NotFound
from portal.publishing.in_force import council_in_force
from portal.signatures import page_token
from portal.submissions import (
    after_routes,
    beside_routes,
    changing_routes,
    drafts,
    floods,
    item_routes,
    later_routes,
    news_routes,
    page_routes,
    resume_routes,
    saving_routes,
    sending_routes,
    staff_routes,
)
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start
from portal.submissions.filling_routes import door, journey_of, step_url, writer
from portal.submissions.shell_routes import page_in_shell

MODULES = (after_routes, beside_routes, changing_routes, item_routes, later_routes, news_routes, page_routes, resume_routes, saving_routes, sending_routes, staff_routes)
BLUEPRINTS = (door,)


class WayMissing(NotFound):
    """The council's start page has no such way in."""


@door.get("/")
@public
def start_page() -> str:
    """Where everybody begins: three ways in, levels of need, numbers to call."""
    held = [draft for draft in session.get("drafts", {}) if access.holds_draft(draft)]
    keys = {f"key_{number}": new_id() for number, way in enumerate(_ways()) if way.form}
    hrefs = {f"held_{number}": url_for("submissions.tasks", submission_id=draft) for number, draft in enumerate(held)}
    return page_in_shell("submissions/start.html", {"held": len(held)}, {"token": page_token(), **keys, **hrefs}, draw=_draw_start)


def _draw_start(template: str, held: int, token: str, **texts: str) -> str:
    """The start page: everything on it is the council's in the language spoken, but for these texts."""
    start = service_in(council_in_force(), language.current().code).start
    keys = [texts.get(f"key_{number}", "") for number in range(len(start.ways))]
    return render_template(template, start=start, token=token, keys=keys, held=[texts[f"held_{number}"] for number in range(held)])


@door.get("/start/<slug:way_id>")
@public
def way(way_id: str) -> str:
    """What happens on this way in, and what to have at hand."""
    return render_template("submissions/way.html", way=_way(way_id), key=new_id())


@door.post("/start/<slug:form_id>")
@public
def start(form_id: str) -> Response:
    """Begin a draft. The start page's key makes a second press go on with the same draft; one more of very many empty ones has to wait."""
    chosen = next((one for one in council_in_force().service.start.ways if one.form == form_id and one.id == request.form.get("way", one.id)), None)
    if chosen is None:
        raise WayMissing(f"no way in leads to {form_id!r}")
    address = request.remote_addr or ""
    floods.check_may_start(address)
    first = Start(answers=chosen.answers, key=_key_here(request.form.get("key", "")))
    draft = drafts.start(current_version(form_id), by=writer(), first=first)
    if not access.holds_draft(draft.id):
        floods.note_start(address)
    access.hold_draft(draft.id)
    step = journey_of(draft).first_unanswered() if draft.is_draft else None
    return redirect(step_url(draft, step) if step else url_for("submissions.tasks", submission_id=draft.id), 303)


@door.post("/leave")
@public
def leave() -> Response:
    """Clear a shared device: this browser holds no draft any more."""
    access.let_go_of_all()
    for name in ("codes", "csrf_token"):
        session.pop(name, None)
    return redirect(url_for("submissions.left"), 303)


@door.get("/left")
@public
def left() -> str:
    """Says that the device is clear."""
    return render_template("submissions/left.html")


def _key_here(key: str) -> str:
    """The page's key as this browser's own: somebody who saw it elsewhere, or uses this browser next, starts another draft with it."""
    return hashlib.sha256(f"{session.get('csrf_token', '')} {key}".encode()).hexdigest()[:40] if key else ""


def _ways() -> tuple[Way, ...]:
    return service_in(council_in_force(), language.current().code).start.ways


def _way(way_id: str) -> Way:
    found = next((one for one in _ways() if one.id == way_id), None)
    if found is None:
        raise WayMissing(f"the start page has no way in called {way_id!r}")
    return found

"""The door for attaching a request to a family already known, and for undoing it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from portal import audit
from portal.access import check, needs, visible_episodes
from portal.accounts import sign_in_state
from portal.db import db
from portal.episodes import attaching, listing, rules
from portal.episodes.models import Episode, RequestAttachment
from portal.families.models import Family
from portal.publishing.in_force import council_in_force

doors = Blueprint("attaching", __name__)


@doors.get("/staff/episodes/<record_id:episode_id>/attach")
@needs("request.attach", partial(db.session.get, Episode))
def choose(episode: Episode) -> str:
    """Look for the family that the request belongs to."""
    return _page(episode, "", [])


@doors.post("/staff/episodes/<record_id:episode_id>/attach/search")
@needs("request.attach", partial(db.session.get, Episode))
def search(episode: Episode) -> str:
    """Families with this name or reference that the request could be attached to."""
    words = request.form.get("words", "").strip()
    return _page(episode, words, [] if words else [{"text": "Enter a name or a reference", "href": "#words"}])


@doors.post("/staff/episodes/<record_id:episode_id>/attach")
@needs("request.attach", partial(db.session.get, Episode))
def attach(episode: Episode) -> Any:
    """Attach it to the family chosen, or to that family's open period of support."""
    words, reason = request.form.get("words", ""), request.form.get("reason", "")
    kind, _, chosen_id = request.form.get("target", "").partition("-")
    target = db.session.get(Episode, chosen_id) if chosen_id else None
    if target is None:
        return _page(episode, words, [{"text": "Choose a family", "href": "#target"}]), 422
    check("request.attach", target)
    family = db.session.get_one(Family, target.family_id)
    try:
        attaching.attach(episode, family, into=target if kind == "episode" else None, by=sign_in_state.person(), reason=reason)
    except attaching.AttachingRefused as error:
        return _page(episode, words, [{"text": error.message, "href": "#target" if reason.strip() else "#reason"}]), 422
    flash("The request is attached. You can undo this on the family’s page", "success")
    return redirect(url_for("families.family_page", family_id=family.id), 303)


@doors.get("/staff/attachments/<record_id:attachment_id>/undo")
@needs("request.attach", partial(db.session.get, RequestAttachment))
def undo_page(made: RequestAttachment) -> str:
    """What undoing does, and its reason."""
    return render_template("episodes/undo_attaching.html", made=made, errors=[])


@doors.post("/staff/attachments/<record_id:attachment_id>/undo")
@needs("request.attach", partial(db.session.get, RequestAttachment))
def undo(made: RequestAttachment) -> Any:
    """Take the request out of this family again."""
    try:
        episode = attaching.undo(made, by=sign_in_state.person(), reason=request.form.get("reason", ""))
    except attaching.AttachingRefused as error:
        return render_template("episodes/undo_attaching.html", made=made, errors=[{"text": error.message, "href": "#reason"}]), 422
    flash("Undone: the request has its own family again", "success")
    return redirect(url_for("families.family_page", family_id=episode.family_id), 303)


def _page(episode: Episode, words: str, errors: list[dict[str, str]]) -> str:
    person = sign_in_state.person()
    rows = listing.matching(visible_episodes(person, "request.attach"), words, council=council_in_force().id) if words else []
    found = [row for row in rows if row.episode.family_id != episode.family_id]
    if words:
        audit.note_read("people.searched", actor=person.id, detail={"found": [row.episode.id for row in found]})
    return render_template(
        "episodes/attach.html",
        episode=episode,
        stage_title=rules.stage_title(episode.stage),
        rows=found,
        words=words,
        chosen=request.form.get("target", ""),
        reason=request.form.get("reason", ""),
        errors=errors,
    )

"""The door to the time machine: what past submissions and open drafts would have met in a form as its file stands. It publishes nothing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.access import needs
from portal.accounts import sign_in_state
from portal.forms.load import DefinitionFaults, load_definition
from portal.forms.versions.replay_report import HEADINGS
from portal.publishing.in_force import council_in_force, form_of_council
from portal.submissions import replays

doors = Blueprint("replays", __name__, url_prefix="/forms-and-rules")


@doors.get("/<slug:form_id>/replay")
@needs("definition.view", form_of_council)
def look(form_id: str) -> str:
    """What the newest replay of this form found, or how far it is."""
    return _page(form_id)


@doors.post("/<slug:form_id>/replay")
@needs("definition.view", form_of_council)
def start(form_id: str) -> Response | tuple[str, int]:
    """Let the worker lead what is stored through the form's file."""
    council = council_in_force()
    text = council.form_text(form_id)
    try:
        load_definition(text, source=f"{form_id}.yaml", shared_lists=council.shared_lists)
    except DefinitionFaults as wrong:
        return _page(form_id, [f"{fault.file}, line {fault.line}, column {fault.column}: {fault.message}" for fault in wrong.faults]), 422
    person = sign_in_state.person()
    replays.begin(form_id, text, by=person.id if person else "")
    flash("Past answers are being led through this form. Nothing is changed by it.")
    return redirect(url_for(".look", form_id=form_id), 303)


def _page(form_id: str, faults: list[str] | None = None) -> str:
    council = council_in_force()
    path = council.form_path(form_id)
    replay = replays.latest(form_id)
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in replay.report.get("counted", ()) if replay is not None else ():
        groups.setdefault(HEADINGS[one["what"]], []).append(one)
    title = form_id if faults else council.form(form_id).title
    waits = replay is not None and replays.is_under_way(replay)
    return render_template("publishing/replay.html", waits=waits, form_id=form_id, file=path.name, title=title, replay=replay, groups=groups, faults=faults or [], errors=[])

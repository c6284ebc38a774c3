"""The door of publishing the next version of a form: what is different, what becomes of open drafts, and how far that is. The rules are `submissions.new_version`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.access import needs
from portal.accounts import sign_in_state
from portal.forms.versions.change import EFFECTS
from portal.publishing import PublishedMeanwhile
from portal.publishing.in_force import council_in_force, form_of_council
from portal.publishing.ledger import MEANWHILE
from portal.publishing.models import CarryOver
from portal.scenarios import HELD_BACK, in_the_way
from portal.submissions import carrying, new_version
from portal.submissions.new_version import Proposal, Undecided

doors = Blueprint("versions", __name__, url_prefix="/forms-and-rules")

LOOK_AT_ONCE = 300
"""So many open drafts are looked at while the page waits; more are left to the worker."""

CLASSES = {"harmless": "Harmless", "needs_answer": "Needs an answer", "loses_answer": "Loses an answer"}
BECOMES = {
    "harmless": "Nothing is lost, and nothing more is asked",
    "needs_answer": "Something more must be answered, or put right",
    "loses_answer": "An answer was given that has no place any more. It can still be read by whoever wrote it",
}
NOT_CONFIRMED = "Tick that you have read what becomes of the open drafts"
FILE_CHANGED = "The file of this form was changed while you were reading. Nothing was published: look at what is different now"


@dataclass(frozen=True)
class Choice:
    """What is asked about the drafts of one class: how many there are, and what is chosen ('' for nothing yet)."""

    effect: str
    title: str
    becomes: str
    count: int
    chosen: str


@doors.get("/<slug:form_id>/new-version")
@needs("definition.publish", form_of_council)
def new_version_of(form_id: str) -> str:
    """What the pack's file would change, and what would become of each open draft."""
    return _page(_proposed(form_id), new_version.rule(), [])


@doors.post("/<slug:form_id>/new-version")
@needs("definition.publish", form_of_council)
def publish(form_id: str) -> Response | tuple[str, int]:
    """Publish it, as read and decided on the page."""
    found = _proposed(form_id)
    wanted = {effect: request.form.get(effect, "") for effect in EFFECTS}
    errors = _errors(found, wanted)
    if errors:
        return _page(found, wanted, errors), 409 if any(error["href"] == "#changes" for error in errors) else 422
    try:
        made = new_version.publish(found, wanted, by=sign_in_state.me().id)
    except PublishedMeanwhile as error:
        return _page(_proposed(form_id), wanted, [{"text": error.message, "href": "#changes"}]), 409
    if made.carry_over is None:
        return redirect(url_for("publishing.in_force"), 303)
    return redirect(url_for(".drafts", carry_over_id=made.carry_over.id), 303)


@doors.post("/<slug:form_id>/new-version/look")
@needs("definition.publish", form_of_council)
def look(form_id: str) -> Response:
    """Let the worker look at very many drafts, and show how far it is."""
    found = _proposed(form_id)
    if not found.faults and found.open_drafts and found.outlook is None:
        new_version.begin_looking(found, by=sign_in_state.me().id)
    return redirect(url_for(".new_version_of", form_id=form_id), 303)


@doors.get("/drafts/<record_id:carry_over_id>")
@needs("definition.publish", carrying.find)
def drafts(one: CarryOver) -> str:
    """How far the drafts of a new version have been gone through."""
    form = council_in_force().forms().get(one.name.rpartition("/")[2])
    return render_template("publishing/drafts.html", one=one, title=form.title if form else one.name, classes=CLASSES)


def _proposed(form_id: str) -> Proposal:
    """The pack's text as the next version, with its drafts looked at where that is soon done or was done."""
    found = new_version.proposal_of_pack(form_id)
    if found.is_new and not found.faults:
        assert found.definition is not None
        found = replace(found, faults=in_the_way(council_in_force(), found.definition))
    if found.faults or not found.open_drafts:
        return found
    if found.open_drafts <= LOOK_AT_ONCE:
        return new_version.looked_at(found)
    seen = carrying.latest(found.name, found.sha256)
    is_looked_at = seen is not None and seen.finished_at is not None and not seen.decision
    return replace(found, outlook={effect: seen.counts.get(effect, 0) for effect in EFFECTS}) if seen is not None and is_looked_at else found


def _errors(found: Proposal, wanted: dict[str, str]) -> list[dict[str, str]]:
    """Why it cannot be published as asked, each with the place to go to."""
    if request.form.get("sha256") != found.sha256:
        return [{"text": FILE_CHANGED, "href": "#changes"}]
    if request.form.get("current") != str(found.current):
        return [{"text": MEANWHILE.format(name=found.form_id, number=found.current), "href": "#changes"}]
    if found.faults:
        return [{"text": "It is not fit to be published: put the faults right first", "href": "#faults"}]
    errors = []
    try:
        new_version.decided(found.outlook if found.outlook is not None else dict.fromkeys(EFFECTS, found.open_drafts), wanted)
    except Undecided as error:
        errors = [{"text": f"Choose what becomes of the drafts under “{CLASSES[effect]}”", "href": f"#{effect}"} for effect in error.effects]
    if found.open_drafts and not request.form.get("read"):
        errors.append({"text": NOT_CONFIRMED, "href": "#read"})
    return errors


def _page(found: Proposal, chosen: dict[str, Any], errors: list[dict[str, str]]) -> str:
    form = found.definition or council_in_force().forms().get(found.form_id)
    counts = found.outlook or {}
    looking = carrying.latest(found.name, found.sha256)
    return render_template(
        "publishing/new_version.html",
        found=found,
        title=form.title if form else found.form_id,
        held_back=HELD_BACK,
        classes=CLASSES,
        changes=sorted(found.changes, key=lambda change: EFFECTS.index(change.effect), reverse=True),
        choices=[Choice(effect, CLASSES[effect], BECOMES[effect], counts[effect], chosen.get(effect, "")) for effect in reversed(EFFECTS) if counts.get(effect)],
        looking=looking if looking is not None and looking.finished_at is None else None,
        errors=errors,
    )

"""The door of keeping and erasing: what is past its term and when it goes, and holds, put on a family and lifted with a reason. Erases nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from portal import audit, timekeeping
from portal.access import needs
from portal.accounts import sign_in_state
from portal.families import holds
from portal.families.holds import HoldRefused
from portal.families.models import FamilyHold
from portal.retention.due import ANSWERS, FAMILY, Due, due, family_to_hold, reference_of
from portal.retention.run import GRACE
from portal.submissions.reference import read_reference

blueprint = Blueprint("retention", __name__, url_prefix="/keeping-and-erasing")
BLUEPRINTS = (blueprint,)

MOST = 500
"""So many that are due stand on the page; the command lists all."""

WHAT = {ANSWERS: "Answers to {number}", "submission": "A form with its documents", FAMILY: "The family's record"}
NO_FAMILY = "No family has support under this reference. Look for a mistake in it"


@dataclass(frozen=True)
class Line:
    """One thing past its term, in words; `erased_on` is when the daily work erases it, None for what a hold keeps."""

    reference: str
    what: str
    ended: datetime
    erased_on: datetime | None


@blueprint.get("")
@needs("retention.hold")
def overview() -> str:
    """What is past its term, and every hold that stands."""
    return _page()


@blueprint.post("")
@needs("retention.hold")
def place() -> Any:
    """Hold the records of the family with a reference. Posted, so that neither it nor the reason stands in an address."""
    words, reason = request.form.get("reference", "").strip(), request.form.get("reason", "")
    reference = read_reference(words)
    family_id = family_to_hold(reference or words.upper())
    errors = [] if family_id else [{"text": NO_FAMILY if words else "Enter the reference of the family's support", "href": "#reference"}]
    if not reason.strip():
        errors.append({"text": "Say why the family's records must be kept", "href": "#reason"})
    if errors or family_id is None:
        return _page(words=words, reason=reason, errors=errors), 422
    me = sign_in_state.me()
    holds.place(family_id, reason, by_id=me.id, by_label=me.name)
    flash(f"The records under {reference_of(family_id)} are held. Nothing of the family is erased until the hold is lifted")
    return redirect(url_for(".overview"), 303)


@blueprint.get("/holds/<record_id:hold_id>/lift")
@needs("retention.hold", holds.find)
def lift(hold: FamilyHold) -> str:
    """Ask why a hold is lifted."""
    return _lift_page(hold)


@blueprint.post("/holds/<record_id:hold_id>/lift")
@needs("retention.hold", holds.find_to_change)
def lift_now(hold: FamilyHold) -> Any:
    """Lift a hold; one that was lifted meanwhile is left as it is."""
    reason = request.form.get("reason", "")
    if hold.lifted_at is None:
        me = sign_in_state.me()
        try:
            holds.lift(hold, reason, by_id=me.id, by_label=me.name)
        except HoldRefused as refused:
            return _lift_page(hold, [{"text": refused.message, "href": "#reason"}]), 422
    flash("The hold is lifted. The terms of the records count again")
    return redirect(url_for(".overview"), 303)


def _page(*, words: str = "", reason: str = "", errors: Sequence[dict[str, str]] = ()) -> str:
    found = list(islice(due(timekeeping.now()), MOST + 1))
    standing = holds.standing()
    references = {hold.id: reference_of(hold.family_id) for hold in standing}
    listed = [one.id for one in found[:MOST]]
    audit.note_read("retention.read", subject="retention", actor=sign_in_state.me().id, detail={"due": listed, "holds": [hold.id for hold in standing]})
    return render_template(
        "retention/overview.html",
        lines=[_line(one) for one in found[:MOST]],
        has_more=len(found) > MOST,
        holds=standing,
        references=references,
        grace=GRACE.days,
        words=words,
        reason=reason,
        errors=list(errors),
    )


def _line(one: Due) -> Line:
    number = len(one.questions)
    what = WHAT[one.kind].format(number="one question" if number == 1 else f"{number} questions")
    return Line(one.reference, what, one.ended, None if one.is_held else max(one.ended + GRACE, timekeeping.now()))


def _lift_page(hold: FamilyHold, errors: Sequence[dict[str, str]] = ()) -> str:
    return render_template("retention/lift.html", hold=hold, reference=reference_of(hold.family_id), errors=list(errors))

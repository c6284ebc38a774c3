"""The end of filling in: sending a public form, finalising a staff form. Each happens once however often it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from portal import audit, timekeeping
from portal.db import db
from portal.errors import Conflict, RuleBroken
from portal.forms.answers import visible
from portal.forms.conditions import Facts
from portal.forms.journey import Journey
from portal.forms.model import FormDefinition
from portal.forms.validate import Problem, problems_of
from portal.submissions import attachments, still_right
from portal.submissions.changes import differences, state_of
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Writer, write_revision
from portal.submissions.models import Submission
from portal.submissions.people_named import people_named
from portal.submissions.reference import new_reference


class NotReady(RuleBroken):
    """Answers are missing or wrong; `problems` holds every one."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__(f"{len(found)} answers are missing or need putting right")
        self.problems = list(found)


class RouteStopped(RuleBroken):
    """These answers lead to a page that ends the route: it cannot be sent."""


class WrongKey(Conflict):
    """The page that asked to send does not belong to this draft."""


@dataclass(frozen=True)
class Sent:
    """The submission as it stands after the asking; `now` is false when it had been sent before, and nothing is done twice."""

    submission: Submission
    now: bool


def send(draft: Submission, key: str, *, by: Writer, facts: Facts) -> Sent:
    """Send a form. `key` is the draft's own, from the page that asks; a form already sent answers with its first reference.

    Raises WrongKey, RouteStopped, NotReady.
    """
    if key != draft.idempotency_key:
        raise WrongKey("This page is out of date. Go back to your answers and send from there")
    if not draft.is_draft:
        return Sent(draft, now=False)
    _freeze(draft, "sent", by, facts)
    return Sent(draft, now=True)


def finalise(draft: Submission, *, by: Writer, facts: Facts) -> Sent:
    """Finish a staff form. Asking again does nothing more. Raises RouteStopped, NotReady."""
    if not draft.is_draft:
        return Sent(draft, now=False)
    _freeze(draft, "final", by, facts)
    return Sent(draft, now=True)


def problems_before_sending(draft: Submission, facts: Facts) -> list[Problem]:
    """Everything that stands in the way of sending: wrong and missing answers, interruptions not read, a route that stops, and carried
    answers that nobody has confirmed."""
    data = draft.data
    return problems_on_way(draft, Journey(definition_of(draft), data.answers, facts, incomplete=data.incomplete, acknowledged=data.acknowledged))


def problems_on_way(draft: Submission, journey: Journey) -> list[Problem]:
    """The same where the way through the draft's form is known already."""
    found = problems_of(journey, draft.data.incomplete)
    if draft.data.prefilled:
        found += still_right.problems(journey, draft.data.prefilled)
    return found


def _freeze(draft: Submission, status: str, by: Writer, facts: Facts) -> None:
    definition = definition_of(draft)
    found = problems_before_sending(draft, facts)
    stopped = next((problem for problem in found if problem.code == "stopped"), None)
    if stopped is not None:
        raise RouteStopped(stopped.message)
    if found:
        raise NotReady(found)
    reference = _unused_reference(definition)
    dropped = _drop_hidden(draft, definition, facts, by)
    draft.status = status
    draft.sent_at = timekeeping.now()
    draft.expires_at = None
    draft.reference = reference
    write_revision(draft, by, "sent" if status == "sent" else "finalised", dropped)
    db.session.add_all(people_named(definition, draft.data.answers, draft.id))
    event = "submission.sent" if status == "sent" else "submission.finalised"
    detail = {"reference": draft.reference, "form": draft.form_id, "number": draft.form_number}
    audit.record(event, subject="submission", subject_id=draft.id, actor=by.id, detail=detail)
    db.session.flush()


def _drop_hidden(draft: Submission, definition: FormDefinition, facts: Facts, by: Writer) -> dict[str, list]:
    """Hidden answers, half-typed ones too, end here (rule 5 of the form format): dropped with an event that names them, kept in the history of the draft."""
    before = state_of(definition, draft.data.answers, draft.data.incomplete)
    seen = visible(definition, draft.data.answers, facts)
    hidden = dict.fromkeys((*seen.hidden, *draft.data.incomplete))
    draft.data.answers = seen.answers
    draft.data.incomplete = {}
    may_hold_files = definition.index.asks_for_files or draft.data.carried
    draft.data.carried = []
    if may_hold_files:
        attachments.forget_unused(draft, actor=by.id)
    if hidden:
        audit.record("submission.hidden_answers_dropped", subject="submission", subject_id=draft.id, actor=by.id, detail={"paths": list(hidden)})
    return differences(before, state_of(definition, seen.answers, {}))


_WITH_REFERENCE = select(Submission.__table__.c.id).where(Submission.reference == bindparam("reference"))


def _unused_reference(definition: FormDefinition) -> str:
    """A reference nobody has; the unique column stays the judge between two senders at once."""
    while True:
        reference = new_reference(definition.send.reference_prefix)
        if db.session.connection().scalar(_WITH_REFERENCE, {"reference": reference}) is None:
            return reference

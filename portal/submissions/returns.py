"""Returning a finished form for changes, in rounds: asked with reasons, edited on a copy, merged when valid, accepted or asked again.

The copy is `returned_copy`. Which moves, time limits and e-mails follow is for the council's files (`episodes.returning`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from portal import audit, timekeeping
from portal.db import db, new_id
from portal.errors import Conflict, RuleBroken
from portal.forms import question_kinds
from portal.forms.answers import clean_text, visible
from portal.forms.conditions import Facts
from portal.forms.paths import path_of
from portal.submissions import attachments, returned_copy
from portal.submissions.changes import differences, state_of
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Writer, write_revision
from portal.submissions.models import ReturnRound, Submission, SubmissionPerson
from portal.submissions.people_named import people_named
from portal.submissions.submit import NotReady, RouteStopped

MAX_REASON = 1000
MAX_MESSAGE = 4000
OPEN, ANSWERED, ACCEPTED, AGAIN, TAKEN_BACK, REPLACED, OVERTAKEN = "open", "answered", "accepted", "again", "taken_back", "replaced", "overtaken"


class NotReturnable(RuleBroken):
    """Only a form that was sent or finished and not withdrawn can be returned."""


class NothingAsked(RuleBroken):
    """A return asks about at least one question, each with a reason."""


class RoundMoved(Conflict):
    """Somebody else returned, answered or accepted it since this page was opened."""


class RoundOver(Conflict):
    """This round is not waiting for that any more: it was answered, taken back or asked anew."""


class NothingChanged(RuleBroken):
    """Nothing was changed and nothing said about why."""


@dataclass(frozen=True)
class Asked:
    """One question (or list of items) that is returned, by its path, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class Earlier:
    """An earlier version of the answers: its number from 1, until when it held, and the round that ended it."""

    number: int
    answers: Mapping[str, Any]
    until: datetime
    round: ReturnRound


def ask(submission: Submission, asked: Sequence[Asked], message: str, *, by: Writer, facts: Facts, after: str = "") -> ReturnRound:
    """Return a form: a round with a copy of its answers. `after` names the newest round its page showed ('' for none).

    A round still open is replaced: what its author changed so far is carried on where it is still asked for.
    Raises NotReturnable, RoundMoved, NothingAsked.
    """
    if submission.status not in ("sent", "final"):
        raise NotReturnable("It is being filled in or was withdrawn, so there is nothing to return")
    last = newest(submission.id)
    if (last.id if last else "") != after:
        raise RoundMoved(_moved(last))
    checked = _checked(submission, asked, facts)
    one = ReturnRound(
        id=new_id(), submission_id=submission.id, number=_next_number(submission.id), status=OPEN, message=_text(message, MAX_MESSAGE, "your message"),
        asked=[{"path": each.path, "reason": each.reason} for each in checked], asked_by_id=by.id, asked_by_label=by.label, asked_at=timekeeping.now(),
        base=submission.data.answers, base_version=submission.version, answers=submission.data.answers, incomplete={}, acknowledged={}, version=1, saves=[],
    )  # fmt: skip
    if last is not None and last.status == OPEN:
        returned_copy.carry_on(one, last, submission, facts)
        _close(last, REPLACED, by, "")
    elif last is not None and last.status == ANSWERED:
        _close(last, AGAIN, by, "")
    db.session.add(one)
    audit.record("submission.returned", subject="submission", subject_id=submission.id, actor=by.id, detail={"round": one.id, "paths": [each.path for each in checked]})
    db.session.flush()
    return one


def answer(one: ReturnRound, submission: Submission, note: str, *, by: Writer, facts: Facts) -> ReturnRound:
    """Hand the copy back: its changes become part of the record, as a new revision; the answers before stay readable.

    Raises RoundOver, NotReady with everything that is missing or wrong, RouteStopped, NothingChanged.
    """
    check_open(one)
    words = _text(note, MAX_MESSAGE, "your message")
    found = returned_copy.new_problems(one, submission, facts)
    stopped = next((problem for problem in found if problem.code == "stopped"), None)
    if stopped is not None:
        raise RouteStopped(stopped.message)
    if found:
        raise NotReady(found)
    definition = definition_of(submission)
    answers, hidden = returned_copy.merged(one, submission, facts)
    changes = differences(state_of(definition, submission.data.answers, {}), state_of(definition, answers, {}))
    if not changes and not words:
        raise NothingChanged("Change an answer, or say why nothing needs to change")
    one.base, one.base_version, one.changes = submission.data.answers, submission.version, changes
    if changes:
        submission.data.answers = answers
        submission.data.acknowledged = {**submission.data.acknowledged, **one.acknowledged}
        write_revision(submission, by, "changed", changes)
        one.merged_version = submission.version
        db.session.execute(delete(SubmissionPerson).where(SubmissionPerson.submission_id == submission.id))
        db.session.add_all(people_named(definition, answers, submission.id))
    if hidden:
        audit.record("submission.hidden_answers_dropped", subject="submission", subject_id=submission.id, actor=by.id, detail={"paths": hidden})
    one.status, one.answer_note, one.answered_at = ANSWERED, words, timekeeping.now()
    one.answered_by_id, one.answered_by_label = by.id, by.label
    detail = {"round": one.id, "paths": sorted(changes), "before": fingerprint(one.base)}
    audit.record("submission.return_answered", subject="submission", subject_id=submission.id, actor=by.id, detail=detail)
    db.session.flush()
    return one


def accept(one: ReturnRound, note: str, *, by: Writer) -> None:
    """Agree to what came back. Raises RoundOver when somebody else did, or returned it again."""
    if one.status != ANSWERED:
        raise RoundOver(_moved(one))
    _close(one, ACCEPTED, by, _text(note, MAX_MESSAGE, "your note"))
    audit.record("submission.return_accepted", subject="submission", subject_id=one.submission_id, actor=by.id, detail={"round": one.id})


def take_back(one: ReturnRound, submission: Submission, why: str, *, by: Writer) -> None:
    """Ask no more: the record stays as it was before this round. Raises RoundOver when it has come back meanwhile, NothingAsked without a reason."""
    check_open(one)
    reason = _text(why, MAX_MESSAGE, "your reason")
    if not reason:
        raise NothingAsked("Say why it need not be changed")
    _close(one, TAKEN_BACK, by, reason)
    attachments.forget_copied(submission, one.answers, kept=[each.base for each in rounds_of(submission.id)], actor=by.id)
    audit.record("submission.return_taken_back", subject="submission", subject_id=submission.id, actor=by.id, detail={"round": one.id})


def overtake(submission: Submission, *, by: Writer) -> None:
    """End an open round because the form was withdrawn."""
    one = current(submission.id)
    if one is not None:
        _close(one, OVERTAKEN, by, "")


def check_open(one: ReturnRound) -> None:
    """Raise RoundOver when nothing can be changed in this round any more."""
    if one.status != OPEN:
        raise RoundOver(_moved(one))


def find(round_id: str) -> ReturnRound | None:
    """The round with this id, or None."""
    return db.session.get(ReturnRound, round_id)


def current(submission_id: str) -> ReturnRound | None:
    """The round that is open, or None."""
    return db.session.scalars(select(ReturnRound).where(ReturnRound.submission_id == submission_id, ReturnRound.status == OPEN)).first()


def current_to_change(submission_id: str) -> ReturnRound | None:
    """The same, held until the transaction ends."""
    return db.session.scalars(select(ReturnRound).where(ReturnRound.submission_id == submission_id, ReturnRound.status == OPEN).with_for_update()).first()


def newest(submission_id: str) -> ReturnRound | None:
    """The last round, however it stands, or None."""
    return db.session.scalars(select(ReturnRound).where(ReturnRound.submission_id == submission_id).order_by(ReturnRound.number.desc()).limit(1)).first()


def rounds_of(submission_id: str) -> Sequence[ReturnRound]:
    """Every round, oldest first."""
    return db.session.scalars(select(ReturnRound).where(ReturnRound.submission_id == submission_id).order_by(ReturnRound.number)).all()


def waiting(submission_ids: Sequence[str]) -> dict[str, str]:
    """Of these submissions, those with a round that is open or answered: id to that status."""
    query = select(ReturnRound.submission_id, ReturnRound.status).where(ReturnRound.submission_id.in_(submission_ids), ReturnRound.status.in_((OPEN, ANSWERED)))
    return {row.submission_id: row.status for row in db.session.execute(query)}


def last_changed(submission_id: str) -> datetime | None:
    """When the newest round that changed the form came back, or None."""
    return db.session.scalar(select(func.max(ReturnRound.answered_at)).where(ReturnRound.submission_id == submission_id, ReturnRound.merged_version.is_not(None)))


def earlier(rounds: Sequence[ReturnRound]) -> list[Earlier]:
    """The versions before the present one, oldest first; `rounds` are those of one submission, oldest first."""
    ended = [one for one in rounds if one.merged_version is not None]
    return [Earlier(number, one.base, one.answered_at or one.asked_at, one) for number, one in enumerate(ended, start=1)]


def fingerprint(answers: Mapping[str, Any]) -> str:
    """A hash of answers, kept in the audit trail, so that an earlier version can be shown to be the one that was."""
    return hashlib.sha256(json.dumps(answers, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _checked(submission: Submission, asked: Sequence[Asked], facts: Facts) -> list[Asked]:
    definition = definition_of(submission)
    seen = visible(definition, submission.data.answers, facts)
    known = {path_of(scope, name) for name, scope in seen.questions if question_kinds.kind(definition.index.questions[name].kind).has_value}
    known |= {path_of(scope, name) for name, scope in seen.repeats if not definition.index.repeats[name].over}
    found = {each.path: Asked(each.path, _text(each.reason, MAX_REASON, "a reason")) for each in asked if each.path in known}
    if not found:
        raise NothingAsked("Tick at least one question")
    if any(not each.reason for each in found.values()):
        raise NothingAsked("Give a reason for each question you return")
    return list(found.values())


def _next_number(submission_id: str) -> int:
    return (db.session.scalar(select(func.max(ReturnRound.number)).where(ReturnRound.submission_id == submission_id)) or 0) + 1


def _close(one: ReturnRound, status: str, by: Writer, note: str) -> None:
    one.status, one.closed_by_id, one.closed_by_label, one.closed_at, one.closed_note = status, by.id, by.label, timekeeping.now(), note


def _moved(one: ReturnRound | None) -> str:
    """What somebody else did last, in words."""
    if one is None:
        return "It was not returned, or the return is gone"
    who, when = one.closed_by_label or one.asked_by_label, timekeeping.show_moment(one.closed_at or one.asked_at)
    match one.status:
        case "open":
            return f"{who} returned it on {when}. Look at what was asked before you go on"
        case "answered":
            return f"It came back with changes on {timekeeping.show_moment(one.answered_at or one.asked_at)}. Look at them before you go on"
        case "accepted":
            return f"{who} accepted the changes on {when}"
        case "taken_back":
            return f"{who} took the return back on {when}. The form stays as it was"
        case "overtaken":
            return "The form was withdrawn, so nothing can be changed any more"
    return f"{who} returned it again on {when}. Look at what is asked now before you go on"


def _text(words: str, limit: int, what: str) -> str:
    text = clean_text(words)[0].strip()
    if len(text) > limit:
        raise NothingAsked(f"Use {limit:,} characters or fewer for {what}; you have used {len(text):,}")
    return text

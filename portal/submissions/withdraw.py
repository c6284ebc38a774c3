"""After sending: taking a request back, telling what was wrong in it, adding answers and papers that follow later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from portal import audit
from portal.errors import RuleBroken
from portal.forms import answers as answer_paths
from portal.forms.answers import clean_text, visible
from portal.forms.conditions import Facts
from portal.forms.model import Question, Scope
from portal.forms.paths import path_of
from portal.submissions import later_typing, returned_copy, returns
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Reading, Writer, write_revision
from portal.submissions.models import Submission

MAX_NOTE = 4000


class NotSent(RuleBroken):
    """This is a draft or was withdrawn: nothing can be added to what was never sent."""


class NothingSaid(RuleBroken):
    """The words are missing, or there are too many."""


def withdraw(submission: Submission, reason: str, *, by: Writer) -> bool:
    """Take a sent request back. False when that was done before."""
    if submission.status == "withdrawn":
        return False
    _check_sent(submission)
    note = _checked(reason, "Say why you are withdrawing this request")
    submission.status = "withdrawn"
    returns.overtake(submission, by=by)
    later_typing.forget_all(submission.id)
    write_revision(submission, by, "withdrawn", {}, note=note)
    audit.record("submission.withdrawn", subject="submission", subject_id=submission.id, actor=by.id, detail={"reference": submission.reference})
    return True


def correct(submission: Submission, words: str, *, by: Writer) -> None:
    """Keep a correction beside the answers as sent, which stay as they are. Raises NothingSaid, NotSent."""
    _check_sent(submission)
    write_revision(submission, by, "corrected", {}, note=_checked(words, "Say what should be corrected"))
    audit.record("submission.corrected", subject="submission", subject_id=submission.id, actor=by.id)


def add_later(submission: Submission, reading: Reading, *, by: Writer, facts: Facts) -> tuple[str, ...]:
    """Add answers that the form lets follow later; answers the paths that were added. What was answered before stays.

    Files are added to those already there. Raises NotSent.
    """
    _check_sent(submission)
    open_paths = {path_of(scope, question.id) for question, scope in may_follow(submission, facts)}
    values = {path: value for path, value in reading.values.items() if path in open_paths}
    changes: dict[str, list[Any]] = {}
    for path, value in values.items():
        before = answer_paths.get(submission.data.answers, path)
        changes[path] = [before, [*(before or []), *value] if isinstance(value, list) and _are_files(value) else value]
    if not changes:
        return ()
    answers = answer_paths.merge(definition_of(submission), submission.data.answers, {path: after for path, (_, after) in changes.items()})
    submission.data.answers = answers
    write_revision(submission, by, "late_answers", changes)
    returned = returns.current(submission.id)
    if returned is not None:
        returned_copy.follow(returned, submission)
    audit.record("submission.late_answers", subject="submission", subject_id=submission.id, actor=by.id, detail={"paths": sorted(changes)})
    return tuple(changes)


def may_follow(submission: Submission, facts: Facts) -> Sequence[tuple[Question, Scope]]:
    """The questions that may still be answered after sending: shown, marked `later`, and unanswered, not known, or asking for files."""
    definition = definition_of(submission)
    seen = visible(definition, submission.data.answers, facts)
    found = []
    for question_id, scope in seen.questions:
        question = definition.index.questions[question_id]
        value = answer_paths.get(seen.answers, path_of(scope, question_id))
        if question.later and (question.kind == "file" or value is None or value == {"not_known": True}):
            found.append((question, scope))
    order = {question_id: number for number, question_id in enumerate(definition.index.questions)}
    return sorted(found, key=lambda pair: (order[pair[0].id], pair[1]))


def _are_files(values: Iterable[Any]) -> bool:
    return all(isinstance(value, dict) and "sha256" in value for value in values)


def _check_sent(submission: Submission) -> None:
    if submission.status not in ("sent", "final"):
        raise NotSent("This is not a request that was sent, or it was withdrawn")


def _checked(words: str, missing: str) -> str:
    text = clean_text(words)[0].strip()
    if not text:
        raise NothingSaid(missing)
    if len(text) > MAX_NOTE:
        raise NothingSaid(f"Use {MAX_NOTE:,} characters or fewer; you have used {len(text):,}")
    return text

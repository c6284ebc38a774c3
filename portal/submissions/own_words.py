"""Whether somebody wrote all of a form that their roles would not read: who writes an answer may read it again."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select

from portal.db import db
from portal.forms import held_back
from portal.forms.held_back import Reader
from portal.submissions.changes import Changes
from portal.submissions.definitions import by_hash, definition_of
from portal.submissions.models import ReturnRound, Revision, Submission

BY_THE_PORTAL = "carried_over"
"""What is done to a draft by the portal itself: it moves answers and gives none."""


def wrote_all_unread(user_id: str, submission: Submission, reader: Reader) -> bool:
    """Whether this person started the form and nobody else, nor the record it was filled in from, put in what this reader does not read.

    Questions that left the form since count as not read, as `held_back.is_held_at` holds them back.
    """
    if submission.author_id != user_id:
        return False
    index = definition_of(submission).index
    read = index.repeats.keys() | {question.id for question in index.questions.values() if question.kept_as in reader.reads}
    if any(_name(path) not in read for path in submission.data.prefilled) or _has_lost_unread(submission, reader):
        return False
    others = select(Revision.changes).where(Revision.submission_id == submission.id, or_(Revision.by_id.is_(None), Revision.by_id != user_id), Revision.action != BY_THE_PORTAL)
    written = [*db.session.scalars(others), *_written_in_copies(user_id, submission)]
    return all(_name(path) in read for changes in written for path in changes)


def _written_in_copies(user_id: str, submission: Submission) -> Iterator[Changes]:
    """What others put into the copies of a returned form; the merge of a copy names only who handed it back."""
    for saves in db.session.scalars(select(ReturnRound.saves).where(ReturnRound.submission_id == submission.id)):
        yield from (each["changes"] for each in saves if each.get("by_id") != user_id)


def _has_lost_unread(submission: Submission, reader: Reader) -> bool:
    """Whether a newer version of the form took an answer away that this reader does not read: it may have come from the record."""
    with held_back.reading(reader):
        return any(
            held_back.is_held_at(by_hash(one["from_sha256"], submission.form_id), lost["path"]) for one in submission.data.carried for lost in one["lost"]
        )


def _name(path: str) -> str:
    return path.rpartition(".")[2]

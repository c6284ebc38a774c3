"""Whether somebody wrote all of a form that their roles would not read: who writes an answer may read it again."""

from __future__ import annotations

from sqlalchemy import or_, select

from portal.db import db
from portal.forms.held_back import Reader
from portal.submissions.definitions import definition_of
from portal.submissions.models import Revision, Submission

BY_THE_PORTAL = "carried_over"
"""What is done to a draft by the portal itself: it moves answers and gives none."""


def wrote_all_unread(user_id: str, submission: Submission, reader: Reader) -> bool:
    """Whether this person started the form and nobody else, nor the record it was filled in from, put in what this reader does not read."""
    if submission.author_id != user_id:
        return False
    unread = {question.id for question in definition_of(submission).index.questions.values() if question.kept_as not in reader.reads}
    if not unread:
        return True
    if any(path.rpartition(".")[2] in unread for path in submission.data.prefilled):
        return False
    others = select(Revision.changes).where(Revision.submission_id == submission.id, or_(Revision.by_id.is_(None), Revision.by_id != user_id), Revision.action != BY_THE_PORTAL)
    return not any(path.rpartition(".")[2] in unread for changes in db.session.scalars(others) for path in changes)

"""What is past its term. A term begins when support for the family ended: while an episode is open, or a hold stands, nothing ends.

Three things end, shortest first: answers to questions with a term of their own, whole submissions by the term of their form, and the
family's record itself, which is kept as long as the form that is kept longest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.db import db
from portal.episodes.models import Episode, Paper
from portal.families.holds import held_among
from portal.families.models import Family
from portal.forms.model import FormDefinition
from portal.forms.retention_terms import end_of, is_longer
from portal.publishing.in_force import council_in_force
from portal.submissions.definitions import by_hash, definition_of
from portal.submissions.models import Submission

ANSWERS, SUBMISSION, FAMILY = "answers", "submission", "family"

_IS_OPEN = (Episode.closed_at.is_(None), Episode.attached_to_id.is_(None))


@dataclass(frozen=True)
class Due:
    """Something past its term: its kind and id, the reference people know it by, when the term ended, what of it (question ids),
    and whether a hold keeps it all the same."""

    kind: str
    id: str
    reference: str
    ended: datetime
    questions: tuple[str, ...] = ()
    is_held: bool = False


def due(moment: datetime) -> Iterator[Due]:
    """Everything whose term has ended at this moment, family by family, answers before submissions before the record; held ones are marked."""
    whole, shortest = family_term(), shortest_term()
    ended = [(family_id, closed) for family_id, closed in db.session.execute(_ended_families(moment)) if shortest and end_of(closed, shortest) <= moment]
    held = held_among([family_id for family_id, _ in ended])
    for family_id, closed in ended:
        if whole and end_of(closed, whole) <= moment:
            yield Due(FAMILY, family_id, reference_of(family_id), end_of(closed, whole), is_held=family_id in held)
            continue
        for submission in _submissions_of(family_id):
            yield from _due_of(submission, closed, moment, family_id in held)


def family_term() -> str:
    """How long the record of a family is kept: the longest term of the council's forms; '' where none has one."""
    terms = [form.defaults.retain["sent"] for form in council_in_force().forms().values() if "sent" in form.defaults.retain]
    return next((term for term in terms if not any(is_longer(other, term) for other in terms)), "")


def shortest_term() -> str:
    """The shortest term of anything that is kept, in whichever version of a form, or of a family's record; '' for none."""
    versions = db.session.execute(select(Submission.form_sha256, Submission.form_id).where(Submission.council == council_in_force().id).distinct())
    terms = [family_term()]
    for definition in [by_hash(sha256, form_id) for sha256, form_id in versions]:
        terms += [definition.defaults.retain.get("sent", ""), *terms_of(definition).values()]
    terms = [term for term in terms if term]
    return next((term for term in terms if not any(is_longer(term, other) for other in terms)), "")


def terms_of(definition: FormDefinition) -> dict[str, str]:
    """The questions that have a term of their own, with it."""
    return {name: question.retain for name, question in definition.index.questions.items() if question.retain}


def _due_of(submission: Submission, closed: datetime, moment: datetime, is_held: bool) -> Iterator[Due]:
    definition = definition_of(submission)
    reference = submission.reference or submission.id
    sent = definition.defaults.retain.get("sent", "")
    if sent and end_of(closed, sent) <= moment:
        yield Due(SUBMISSION, submission.id, reference, end_of(closed, sent), is_held=is_held)
        return
    ends = {name: end_of(closed, term) for name, term in terms_of(definition).items() if name not in submission.data.erased}
    ended = {name: end for name, end in ends.items() if end <= moment}
    if ended:
        yield Due(ANSWERS, submission.id, reference, min(ended.values()), tuple(sorted(ended)), is_held)


def _ended_families(moment: datetime):  # type: ignore[no-untyped-def]
    """Families whose every episode is closed, with the moment the last one was."""
    open_ones = select(Episode.family_id).where(*_IS_OPEN)
    query = select(Episode.family_id, func.max(Episode.closed_at)).join(Family, Family.id == Episode.family_id)
    query = query.where(Family.council == council_in_force().id, Episode.closed_at <= moment, Episode.family_id.not_in(open_ones))
    return query.group_by(Episode.family_id).order_by(func.max(Episode.closed_at), Episode.family_id)


def _submissions_of(family_id: str) -> Sequence[Submission]:
    query = select(Submission).join(Paper, Paper.submission_id == Submission.id).join(Episode, Episode.id == Paper.episode_id)
    return db.session.scalars(query.where(Episode.family_id == family_id).order_by(Submission.created_at, Submission.id)).all()


def goes_on(family_id: str) -> bool:
    """Whether the family has support now."""
    return db.session.scalar(select(Episode.id).where(Episode.family_id == family_id, *_IS_OPEN).limit(1)) is not None


def family_of_submission(submission_id: str) -> str | None:
    """The family on whose record this submission is, or None."""
    query = select(Episode.family_id).join(Paper, Paper.episode_id == Episode.id)
    return db.session.scalar(query.where(Paper.submission_id == submission_id))


def family_to_hold(reference: str) -> str | None:
    """The family that has or had support under this reference, or None. Its request goes to no other family before the transaction ends, so
    that a hold stands where the records are."""
    return db.session.scalar(select(Episode.family_id).where(Episode.reference == reference).with_for_update())


def reference_of(family_id: str) -> str:
    """The reference of a family's first period of support, by which people know its record."""
    query = select(Episode.reference).where(Episode.family_id == family_id).order_by(Episode.opened_at).limit(1)
    return db.session.scalar(query) or family_id

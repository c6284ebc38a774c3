"""Erasing what is past its term, wherever it stands: rows and all rows that hang on them, earlier versions, documents, bytes of files.

Tables are found by their foreign keys, so that a table added tomorrow is erased too. The audit trail keeps that something was
erased, and of which kind; it never held what.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, or_, select, update

from portal import audit, timekeeping
from portal.db import db
from portal.documents.models import BulkItem, BulkRun, Document, Sharing
from portal.episodes.models import Episode, Paper, RequestAttachment
from portal.families import holds
from portal.families.models import Family, FamilyMember, Person
from portal.files import store
from portal.forms.check_changes import declared_at
from portal.forms.model import FormDefinition
from portal.jobs.models import Job
from portal.notifications.models import Notification
from portal.publishing.models import PublishedVersion
from portal.retention.due import ANSWERS, FAMILY, Due, family_of_submission, goes_on
from portal.submissions import later_typing
from portal.submissions.definitions import definition_of
from portal.submissions.models import Attachment, ReturnRound, Revision, Submission, SubmissionPerson
from portal.submissions.people_named import people_named

LOOSE = {(Episode.__tablename__, "attached_to_id"), (BulkItem.__tablename__, "made_id"), (Episode.__tablename__, "lead_id"), (Paper.__tablename__, "about_id")}
"""Columns that only point at a row: where it is erased they are emptied, and their own row stays."""

_OF_DOCUMENTS = (Document.sha256, Document.pdf_sha256, Document.pages_sha256)
_OF_RUNS = (BulkRun.zip_sha256, BulkRun.pdf_sha256, BulkRun.parts_sha256)
KEPT_BYTES = (*_OF_DOCUMENTS, Document.template_sha256, *_OF_RUNS, PublishedVersion.sha256, Attachment.sha256)


def erase(one: Due, *, by: str = "") -> bool:
    """Erase what is due, in the caller's transaction; False for what a hold or new support keeps, even where it came after the list was made.

    The bytes of files go with `sweep_bytes`, after the commit.
    """
    if one.is_held or not _may_go(one):
        return False
    if one.kind == ANSWERS:
        _erase_answers(db.session.get_one(Submission, one.id), set(one.questions))
    elif one.kind == FAMILY:
        _erase_family(one.id)
    else:
        _erase_submissions([one.id])
    detail = {"kind": one.kind, "questions": list(one.questions)}
    audit.record("retention.erased", subject="family" if one.kind == FAMILY else "submission", subject_id=one.id, actor=by, detail=detail)
    db.session.flush()
    return True


def _may_go(one: Due) -> bool:
    """Whether no hold stands and no support goes on, asked anew; no hold is placed and nothing opened from here to the end of the transaction.

    What went to another family while this waited for its turn is looked at again another time.
    """
    family_id = one.id if one.kind == FAMILY else family_of_submission(one.id)
    db.session.execute(select(Episode.id).where(Episode.family_id == family_id).order_by(Episode.id).with_for_update())  # before the family, as everybody who moves one
    is_there = db.session.scalar(select(Family.id).where(Family.id == family_id).with_for_update())
    if one.kind != FAMILY and family_of_submission(one.id) != family_id:
        return False
    return is_there is not None and not holds.of_family(is_there) and not goes_on(is_there)


def sweep_bytes(candidates: Iterable[str]) -> int:
    """Remove the bytes of these hashes that no record names any more; how many were removed. Called when the erasing is committed."""
    gone = {sha256 for sha256 in candidates if sha256}
    for column in KEPT_BYTES:
        gone -= set(db.session.scalars(select(column).where(column.in_(gone)))) if gone else set()
    for sha256 in gone:
        store().remove(sha256)
    return len(gone)


def bytes_of(one: Due) -> set[str]:
    """The hashes of all files that hang on what is due: attachments, documents, and archives that hold one of these documents."""
    if one.kind == FAMILY:
        episodes = select(Episode.id).where(Episode.family_id == one.id)
        ids = list(db.session.scalars(select(Paper.submission_id).where(Paper.episode_id.in_(episodes))))
    else:
        ids = [one.id]
    found = set(db.session.scalars(select(Attachment.sha256).where(Attachment.submission_id.in_(ids))))
    for columns, where in (
        (_OF_DOCUMENTS, Document.submission_id.in_(ids)),
        (_OF_RUNS, BulkRun.id.in_(select(BulkItem.run_id).where(BulkItem.submission_id.in_(ids)))),
    ):
        found |= {each for row in db.session.execute(select(*columns).where(where)) for each in row}
    return found - {""}


def _erase_family(family_id: str) -> None:
    episodes = list(db.session.scalars(select(Episode.id).where(Episode.family_id == family_id)))
    _erase_submissions(list(db.session.scalars(select(Paper.submission_id).where(Paper.episode_id.in_(episodes)))))
    references = list(db.session.scalars(select(Episode.reference).where(Episode.id.in_(episodes))))
    db.session.execute(delete(Notification).where(Notification.reference.in_([one for one in references if one])))
    came_from = list(db.session.scalars(select(RequestAttachment.from_family_id).where(RequestAttachment.episode_id.in_(episodes)).distinct()))
    people = list(db.session.scalars(select(FamilyMember.person_id).where(FamilyMember.family_id == family_id)))
    elsewhere = set(db.session.scalars(select(FamilyMember.person_id).where(FamilyMember.person_id.in_(people), FamilyMember.family_id != family_id)))
    _erase_rows(_table("family"), [family_id])
    _erase_rows(Person.__table__, [one for one in people if one not in elsewhere])
    for left in came_from:
        if left != family_id and _is_empty(left):
            _erase_family(left)


def _is_empty(family_id: str) -> bool:
    """Whether a family has no support left since its requests were attached to others, none can come back, and no hold stands."""
    episodes = select(Episode.id).where(Episode.family_id == family_id)
    attached = select(RequestAttachment.id).where(or_(RequestAttachment.from_family_id == family_id, RequestAttachment.to_family_id == family_id))
    return not any(db.session.scalar(one.limit(1)) for one in (episodes, attached)) and not holds.of_family_to_change(family_id)


def _erase_submissions(ids: list[str]) -> None:
    references = [one for one in db.session.scalars(select(Submission.reference).where(Submission.id.in_(ids))) if one]
    db.session.execute(delete(Notification).where(Notification.reference.in_(references)))
    _forget_archives(ids)
    _forget_jobs(ids)
    _erase_rows(Submission.__table__, ids)


def _forget_archives(submission_ids: list[str]) -> None:
    """Archives that hold a document of these are given up whole: what is inside cannot be taken out."""
    runs = select(BulkItem.run_id).where(BulkItem.submission_id.in_(submission_ids))
    db.session.execute(update(BulkRun).where(BulkRun.id.in_(runs)).values(zip_sha256="", pdf_sha256="", parts_sha256=""))


def _forget_jobs(submission_ids: list[str]) -> None:
    """Work that was done, or given up, for these; its words may tell of them."""
    ended = select(Job).where(Job.status.in_(("done", "failed")))
    for job in db.session.scalars(ended):
        if job.payload.get("submission_id") in submission_ids:
            db.session.delete(job)


def _erase_rows(table: Table, ids: list[Any]) -> None:
    """Erase these rows and, first, every row of any table that hangs on them."""
    if not ids:
        return
    key = _key(table)
    for other in db.metadata.sorted_tables:
        for column in other.columns:
            if not any(each.column.table is table for each in column.foreign_keys):
                continue
            if (other.name, column.name) in LOOSE:
                db.session.execute(update(other).where(column.in_(ids)).values({column.name: None}))
            else:
                _erase_rows(other, list(db.session.scalars(select(_key(other)).where(column.in_(ids)))))
    db.session.execute(delete(table).where(key.in_(ids)))
    db.session.expire_all()


def _key(table: Table) -> ColumnElement[Any]:
    return next(iter(table.primary_key.columns))


def _table(name: str) -> Table:
    return db.metadata.tables[name]


def _erase_answers(submission: Submission, questions: set[str]) -> None:
    definition, data = definition_of(submission), submission.data
    names = _with_former_ids(definition, questions)
    gone = {each["id"] for each in _attached(data.answers, names)}
    data.answers = answers_without(data.answers, names)
    data.incomplete, data.prefilled = paths_without(data.incomplete, names), paths_without(data.prefilled, names)
    data.carried = [_news_without(one, names) for one in data.carried]
    day = timekeeping.today().isoformat()
    data.erased = data.erased | dict.fromkeys(sorted(questions), day)
    for revision in db.session.scalars(select(Revision).where(Revision.submission_id == submission.id)):
        revision.changes = paths_without(revision.changes, names)
    for one in db.session.scalars(select(ReturnRound).where(ReturnRound.submission_id == submission.id)):
        one.base, one.answers = answers_without(one.base, names), answers_without(one.answers, names)
        one.incomplete, one.changes = paths_without(one.incomplete, names), paths_without(one.changes, names)
        one.saves = [save | {"changes": paths_without(save.get("changes", {}), names)} for save in one.saves]
        one.asked = [each for each in one.asked if _name(each.get("path", "")) not in names]
    later_typing.forget_all(submission.id)
    gone |= {row.id for row in db.session.execute(select(Attachment.id, Attachment.path).where(Attachment.submission_id == submission.id)) if _name(row.path) in names}
    db.session.execute(delete(Attachment).where(Attachment.submission_id == submission.id, Attachment.id.in_(gone)))
    if not submission.is_draft:
        db.session.execute(delete(SubmissionPerson).where(SubmissionPerson.submission_id == submission.id))
        db.session.add_all(people_named(definition, data.answers, submission.id))
    _forget_documents(submission.id)


def _with_former_ids(definition: FormDefinition, questions: set[str]) -> set[str]:
    """The ids of these questions, and those they went by in earlier versions of the form: changes and returns keep the id of their day."""
    found = set(questions)
    for _, change in reversed(list(declared_at(definition))):
        if change.rename and change.rename.new in found:
            found.add(change.rename.old)
    return found


def _news_without(news: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """What was told of a newer version, without what it says of these questions."""
    return news | {key: [each for each in news.get(key, []) if _name(each["path"]) not in names] for key in ("lost", "needed")}


def _forget_documents(submission_id: str) -> None:
    """Documents that may print an erased answer go; that they were shared, and with whom, stays known."""
    made = select(Document.id).where(Document.submission_id == submission_id)
    db.session.execute(update(Sharing).where(Sharing.document_id.in_(made)).values(document_id=None))
    _forget_archives([submission_id])
    _erase_rows(Document.__table__, list(db.session.scalars(made)))


def answers_without(answers: Any, names: set[str]) -> Any:
    """Answers without those to these questions, in items of repeats too."""
    if isinstance(answers, dict):
        return {key: _items_without(value, names) for key, value in answers.items() if key not in names}
    return answers


def paths_without(by_path: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """What is kept by path, without these questions; items that stand in a value whole are gone through too."""
    return {path: _items_without(value, names) for path, value in by_path.items() if _name(path) not in names}


def _items_without(value: Any, names: set[str]) -> Any:
    if isinstance(value, list):
        return [answers_without(each, names) if isinstance(each, dict) and "_id" in each else _items_without(each, names) for each in value]
    return value


def _attached(answers: Any, names: set[str]) -> Iterable[dict[str, Any]]:
    """The attachments in the answers to these questions."""
    for key, value in answers.items() if isinstance(answers, dict) else ():
        for each in value if isinstance(value, list) else ():
            if isinstance(each, dict) and key in names and "id" in each:
                yield each
            elif isinstance(each, dict) and "_id" in each:
                yield from _attached(each, names)


def _name(path: str) -> str:
    return path.rpartition(".")[2]



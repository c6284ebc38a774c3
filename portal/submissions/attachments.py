"""Files that come with answers: kept by content hash, tied to a question, handed out as downloads. What may come in is `uploads`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from portal import audit
from portal.db import db, new_id
from portal.errors import RuleBroken
from portal.files import store
from portal.settings import current_settings
from portal.submissions.models import Attachment, Submission
from portal.submissions.uploads import inspect
from portal.submissions.uploads.names import shown_name
from portal.submissions.uploads.virus_scan import scan

MAX_PER_SUBMISSION = 60


class TooManyFiles(RuleBroken):
    """This submission holds as many files as it may."""


@dataclass(frozen=True)
class TakenIn:
    """A file that may come in, its bytes on the disk; no row names it yet."""

    name: str
    size: int
    media_type: str
    sha256: str


def take_in(name: str, data: bytes) -> TakenIn:
    """Judge a file and put its bytes on the disk, without the database. Bytes that no row comes to name are swept later. Raises uploads.FileRefused."""
    accepted = inspect(name, data)
    scan(data, shown_name(name), current_settings().clamd)
    return TakenIn(accepted.name, len(accepted.data), accepted.media_type, store().keep(accepted.data))


def add(draft: Submission, path: str, name: str, data: bytes, *, actor: str | None = None) -> dict[str, Any]:
    """Take a file in and add it. Raises uploads.FileRefused, TooManyFiles."""
    return add_taken_in(draft, path, take_in(name, data), actor=actor)


def add_taken_in(draft: Submission, path: str, file: TakenIn, *, actor: str | None = None) -> dict[str, Any]:
    """Keep a file for the question at `path`; answers the part of its answer that stands for the file. Raises TooManyFiles.

    The same file for the same question is the one that is there already: a page is sent again when its answer got lost on the way.
    """
    held = db.session.scalars(select(Attachment).where(Attachment.submission_id == draft.id)).all()
    there = next((row for row in held if (row.path, row.name, row.sha256) == (path, file.name, file.sha256)), None)
    if there is not None:
        return _part_of_answer(there)
    if len(held) >= MAX_PER_SUBMISSION:
        raise TooManyFiles(f"There can be at most {MAX_PER_SUBMISSION} files. Remove one before you add another")
    row = Attachment(id=new_id(), submission_id=draft.id, path=path, **asdict(file))
    db.session.add(row)
    audit.record("attachment.added", subject="attachment", subject_id=row.id, actor=actor, detail={"submission": draft.id, "sha256": row.sha256})
    return _part_of_answer(row)


def _part_of_answer(row: Attachment) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "size": row.size, "sha256": row.sha256}


def find(attachment_id: str) -> Attachment | None:
    """The file with this id, or None."""
    return db.session.get(Attachment, attachment_id)


def forget_unused(draft: Submission, *, actor: str | None = None) -> None:
    """Forget files that no answer names any more; their bytes are swept later. `actor` is the user who took them out."""
    used = {*_ids_in(draft.data.answers), *_ids_in(draft.data.incomplete), *_ids_in(draft.data.carried)}
    for row in db.session.scalars(select(Attachment).where(Attachment.submission_id == draft.id)):
        if row.id not in used:
            audit.record("attachment.removed", subject="attachment", subject_id=row.id, actor=actor, detail={"submission": draft.id})
            db.session.delete(row)


def forget_copied(submission: Submission, copy: Any, *, kept: Iterable[Any], actor: str | None = None) -> None:
    """Forget files that were added to a copy that is given up; those that the record or one of the `kept` versions names stay."""
    stay = set(_ids_in(submission.data.answers)).union(*(_ids_in(one) for one in kept))
    dropped = set(_ids_in(copy)) - stay
    for row in db.session.scalars(select(Attachment).where(Attachment.submission_id == submission.id, Attachment.id.in_(dropped))):
        audit.record("attachment.removed", subject="attachment", subject_id=row.id, actor=actor, detail={"submission": submission.id})
        db.session.delete(row)


def hashes_wanted() -> set[str]:
    """The content hashes that attachments name; other bytes may be swept as far as this room is concerned."""
    return set(db.session.scalars(select(Attachment.sha256).distinct()))


def _ids_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if {"id", "sha256"} <= value.keys():
            yield value["id"]
        for each in value.values():
            yield from _ids_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _ids_in(each)

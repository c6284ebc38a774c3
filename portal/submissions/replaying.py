"""Leading what is stored of a form through another version: reading submissions and drafts for the time machine. It writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, func, select

from portal import timekeeping
from portal.db import db
from portal.files import FileMissing
from portal.forms.conditions import Facts
from portal.forms.model import FormDefinition
from portal.forms.versions.replay import Past, Replay
from portal.forms.versions.replay_report import Report, report
from portal.publishing.in_force import council_in_force
from portal.submissions.definitions import by_hash
from portal.submissions.models import Submission, SubmissionData

REPLAYED = ("sent", "final", "draft")
AT_ONCE = 250
"""So many submissions are held in memory at a time, and reported as progress."""

Progress = Callable[[int, int], None]
"""Is told how many are done, and of how many."""


def replay_stored(new: FormDefinition, *, limit: int = 0, progress: Progress = lambda done, all_: None) -> Report:
    """Lead the newest submissions and drafts of this form through a version; all of them where `limit` is 0."""
    replay, unreadable = Replay(new), 0
    with _reading() as connection:
        number = _count(connection, new.id)
        wanted = min(limit, number) if limit else number
        for done, row in enumerate(_stored(connection, new.id, wanted), start=1):
            past = _past(row)
            if past is None:
                unreadable += 1
            else:
                replay.add(past)
            if done % AT_ONCE == 0 or done == wanted:
                progress(done, wanted)
    return report(replay, unreadable)


def how_many(form_id: str) -> int:
    """How many submissions and drafts of a form there are to lead through."""
    with _reading() as connection:
        return _count(connection, form_id)


def _reading() -> AbstractContextManager[Connection]:
    """A connection that only reads: however long it takes, nobody who saves has to wait."""
    return db.engine.execution_options(reads=True).connect()


def _count(connection: Connection, form_id: str) -> int:
    return connection.scalar(select(func.count()).select_from(Submission).where(*_of(form_id))) or 0


def _of(form_id: str) -> tuple[Any, ...]:
    return Submission.council == council_in_force().id, Submission.form_id == form_id, Submission.status.in_(REPLAYED)


def _stored(connection: Connection, form_id: str, limit: int) -> Iterator[Any]:
    columns = (Submission.reference, Submission.status, Submission.form_sha256, Submission.form_id, Submission.sent_at)
    query: Select[Any] = select(*columns, SubmissionData.answers, SubmissionData.record, SubmissionData.erased).join(SubmissionData)
    query = query.where(*_of(form_id)).order_by(Submission.updated_at.desc(), Submission.id).limit(limit)
    yield from connection.execute(query.execution_options(yield_per=AT_ONCE))


def _past(row: Any) -> Past | None:
    try:
        definition = by_hash(row.form_sha256, row.form_id)
    except FileMissing:
        return None
    day = timekeeping.london(row.sent_at).date() if row.sent_at else timekeeping.today()
    facts = replace(_facts(), today=day, record=row.record)
    return Past(row.reference or "", row.status == "draft", definition, row.answers, facts, frozenset(row.erased))


def _facts() -> Facts:
    """Nobody in particular fills the form in: conditions on roles are judged as for somebody who has all of them."""
    return Facts(timekeeping.today(), frozenset(role.id for role in council_in_force().roles))

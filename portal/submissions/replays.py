"""Replays that a worker does for a page: begun with the text to try, found again with how far they are and what came of them."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from portal import jobs, timekeeping
from portal.db import db
from portal.files import store
from portal.publishing.in_force import council_in_force
from portal.publishing.models import Replay
from portal.submissions import replaying
from portal.submissions.definitions import by_hash

MOST = 10_000
"""The newest so many are led through for a page; the command takes all."""

GIVEN_UP = timedelta(minutes=10)
"""After this time nobody waits for a replay any more, and another can be begun."""


def begin(form_id: str, text: str, *, by: str) -> Replay:
    """Let the worker lead what is stored of a form through this text. Where that is under way already, nothing is begun."""
    name, sha256 = _name(form_id), hashlib.sha256(text.encode()).hexdigest()
    waiting = latest(form_id)
    if waiting is not None and waiting.sha256 == sha256 and is_under_way(waiting):
        return waiting
    store().keep(text.encode())
    total = min(MOST, replaying.how_many(form_id))
    made = Replay(name=name, sha256=sha256, total=total, started_by=by, started_at=timekeeping.now())
    db.session.add(made)
    db.session.flush()
    jobs.enqueue("submissions.replay", {"replay": made.id}, unique_key=f"replay:{made.id}")
    return made


def is_under_way(one: Replay) -> bool:
    """Whether the worker is at it, or will be soon; one that has not ended long after has failed."""
    return one.finished_at is None and timekeeping.now() - one.started_at < GIVEN_UP


def latest(form_id: str) -> Replay | None:
    """The newest replay of this form, or None."""
    return db.session.scalars(select(Replay).where(Replay.name == _name(form_id)).order_by(Replay.started_at.desc()).limit(1)).first()


def _name(form_id: str) -> str:
    return f"{council_in_force().id}/{form_id}"


@jobs.task("submissions.replay")
def replay(payload: dict[str, Any], *, job_id: int) -> None:
    """Lead them through and keep the counts. Progress is written apart, so that a page sees it while this goes on."""
    with db.engine.execution_options(reads=True).connect() as connection:
        one = connection.execute(select(Replay.id, Replay.name, Replay.sha256, Replay.finished_at).where(Replay.id == payload["replay"])).first()
    if one is None or one.finished_at is not None:
        return
    definition = by_hash(one.sha256, one.name.rpartition("/")[2])
    found = replaying.replay_stored(definition, limit=MOST, progress=lambda done, _: _note(one.id, done))
    db.session.execute(update(Replay).where(Replay.id == one.id).values(report=found.data(), done=found.number + found.unreadable, finished_at=timekeeping.now()))


def _note(replay_id: str, done: int) -> None:
    with db.engine.execution_options(writes=True).begin() as connection:
        connection.execute(update(Replay).where(Replay.id == replay_id).values(done=done))

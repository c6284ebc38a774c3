"""kill -9 of the worker when it has done a part of its work while it makes letters for many families and then issues them: none is lost, none is made or logged twice."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.db import db
from portal.documents import bulk, bulk_issue, issuing
from portal.documents.models import BulkItem, BulkRun, Document, Sharing
from portal.jobs.registry import TASKS
from portal.jobs.run import run_due
from tests.documents.test_bulk import LETTER, begin, chosen_on, more_letters
from tests.safety.killed_workers import killed_once

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.slow]

LETTERS = 12
STEP = 2
KILLS = 6


def work(tell: Callable[[], object]) -> None:
    """What a worker does; of each job it tells before its end is kept."""

    def telling(verb):
        def does(payload, *, job_id: int) -> None:
            verb(payload, job_id=job_id)
            tell()

        return does

    TASKS.update({name: telling(verb) for name, verb in TASKS.items()})
    run_due(limit=1000)


def count(what, *where) -> int:
    return db.session.scalar(select(func.count()).select_from(what).where(*where))


def to_the_end(app, chance: random.Random) -> int:
    """Kill it a few times, then let it finish; answers how often it was killed."""
    with app.app_context():
        killed = sum(killed_once(work, 2, chance) for _ in range(KILLS))
        run_due(limit=1000)
    return killed


def test_a_killed_worker_makes_and_issues_each_letter_once(app, ada, made, monkeypatch):
    monkeypatch.setattr(bulk, "STEP", STEP)
    monkeypatch.setattr(bulk_issue, "STEP", STEP)
    more_letters(app, LETTERS - 1)
    chance = random.Random(20261122)
    address = begin(ada, *chosen_on(ada.get(f"/documents/many?document={LETTER}").text)).location
    run_id = address.rsplit("/", 1)[1]
    assert to_the_end(app, chance) > 0, "a worker was killed in its work"
    with app.app_context():
        run = db.session.get_one(BulkRun, run_id)
        assert [item.state for item in db.session.scalars(select(BulkItem))] == ["made"] * LETTERS
        assert count(Document) == LETTERS == count(AuditEvent, AuditEvent.event == "document.produced") and run.zip_sha256
        for document in db.session.scalars(select(Document)):
            document.state = issuing.APPROVED
        bulk_issue.begin(run, "post", db.session.get_one(User, run.made_by))
        db.session.commit()
    assert to_the_end(app, chance) > 0
    with app.app_context():
        run = db.session.get_one(BulkRun, run_id)
        assert bulk_issue.progress(run).left == 0 and not bulk_issue.is_going_on(run)
        assert count(Sharing) == LETTERS == count(AuditEvent, AuditEvent.event == "document.issued")

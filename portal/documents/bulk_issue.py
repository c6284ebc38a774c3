"""Issuing every document of a run in the background, each to the reader it names, bit by bit as they were made. What issuing one means is `issuing`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from portal import access, audit, jobs, timekeeping
from portal.accounts.models import User
from portal.db import db
from portal.documents import issuing
from portal.documents.models import BulkItem, BulkRun, Document
from portal.errors import PortalError, RuleBroken
from portal.publishing.in_force import council_in_force

STEP = 20


class NotYet(RuleBroken):
    """A run is issued once it is finished, in a way the council knows, and once at a time."""


@dataclass(frozen=True)
class Issued:
    """How far issuing is: of `total` documents that were not taken back, `issued` have gone out."""

    total: int
    issued: int

    @property
    def left(self) -> int:
        """How many have not."""
        return self.total - self.issued


def progress(run: BulkRun) -> Issued:
    """How many of the run's documents there are, and how many are issued."""
    query = select(Document.state, func.count()).join(BulkItem, BulkItem.made_id == Document.id).where(BulkItem.run_id == run.id, Document.withdrawn_at.is_(None))
    counts = dict(db.session.execute(query.group_by(Document.state)).all())
    return Issued(sum(counts.values()), counts.get(issuing.ISSUED, 0))


def is_going_on(run: BulkRun) -> bool:
    """Whether the worker has it in hand."""
    return run.issue_begun_at is not None and run.issue_ended_at is None


def begin(run: BulkRun, way: str, by: User) -> None:
    """Hand it to the worker; what was issued before stays as it is. Raises NotYet."""
    if way not in council_in_force().ways:
        raise NotYet("Choose how they reach their readers")
    if run.finished_at is None or is_going_on(run):
        raise NotYet("They are being issued now" if run.finished_at else "This run is not finished yet")
    run.issue_way, run.issue_upto = way, 0
    run.issue_begun_at, run.issue_ended_at = timekeeping.now(), None
    audit.record("documents.bulk_issued", subject="bulk_run", subject_id=run.id, actor=by.id, detail={"way": way})
    _go_on(run)


def stop(run: BulkRun, by: User) -> None:
    """Stop after the piece in hand; what was issued stays issued."""
    if is_going_on(run):
        run.issue_ended_at = timekeeping.now()
        audit.record("documents.bulk_issue_stopped", subject="bulk_run", subject_id=run.id, actor=by.id)


def _go_on(run: BulkRun) -> None:
    assert run.issue_begun_at is not None
    begun = run.issue_begun_at.isoformat()
    jobs.enqueue("documents.bulk_issue", {"run": run.id, "begun": begun}, unique_key=f"documents.bulk_issue {run.id} {begun} {run.issue_upto}")


@jobs.task("documents.bulk_issue")
def work(payload: dict[str, Any], *, job_id: int) -> None:
    """Issue the next few of a run; the job's effects and its end are one transaction, so a worker that ends loses and doubles nothing."""
    run = db.session.get_one(BulkRun, payload["run"])
    db.session.refresh(run, with_for_update=True)
    if not is_going_on(run) or run.issue_begun_at is None or run.issue_begun_at.isoformat() != payload["begun"]:
        return
    by = db.session.get_one(User, run.made_by)
    query = select(BulkItem, Document).join(Document, Document.id == BulkItem.made_id).where(BulkItem.run_id == run.id, BulkItem.id > run.issue_upto)
    waiting = db.session.execute(query.order_by(BulkItem.id).limit(STEP)).all()
    for item, document in waiting:
        _issue(run, item, document, by)
        run.issue_upto = item.id
    db.session.flush()
    if len(waiting) == STEP:
        _go_on(run)
    else:
        run.issue_ended_at = timekeeping.now()


def _issue(run: BulkRun, item: BulkItem, document: Document, by: User) -> None:
    """Issue one to the reader it names; what is refused is noted beside it."""
    if document.is_issued or not issuing.is_ready(document):
        return
    try:
        if not access.can(by, "document.produce", document):
            raise RuleBroken("You may no longer issue documents of this family")
        with db.session.begin_nested():
            issuing.issue(document, issuing.Given(issuing.recipient_of(document), run.issue_way), by)
        item.reason = ""
    except PortalError as error:
        item.reason = error.message

"""One document for many families: who could have it, making it in the background bit by bit, and one file of all. The edge commits.

Each piece of work is a job whose effects and end are one transaction: a worker that ends half-way loses nothing and doubles nothing.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, func, or_, select

from portal import access, audit, jobs, timekeeping
from portal.accounts.models import User
from portal.councils.document_model import DocumentRule
from portal.db import db
from portal.documents import offers, produce, variants
from portal.documents.models import BulkItem, BulkRun, Document
from portal.episodes.models import Episode, Paper
from portal.errors import PortalError, RuleBroken
from portal.families.models import Family
from portal.files import store
from portal.publishing.in_force import council_in_force
from portal.submissions.models import Submission

STEP = 20
MOST = 5000
WAITING, MADE, FAILED = "waiting", "made", "failed"


class NobodyChosen(RuleBroken):
    """A run needs at least one family, and not more than it can hold."""


class NotWholeAnyMore(RuleBroken):
    """The files of a run hold something that may not be handed out any more."""


@dataclass(frozen=True)
class Candidate:
    """A finished form the document could be made from. `reason` says what stands in the way; `has_one` that it was made before.

    `asked` is the variant its answers ask for, in words.
    """

    submission: Submission
    episode: Episode
    family: str
    reason: str
    has_one: bool
    asked: str = ""


@dataclass(frozen=True)
class Kind:
    """Which copy of a document, and in which form: `variants.ASKED` is each in the one that its own answers ask for."""

    copy: str = ""
    variant: str = variants.ASKED


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    total: int
    made: int
    failed: int

    @property
    def done(self) -> int:
        """How many were tried."""
        return self.made + self.failed


def candidates(rule: DocumentRule, copy: str, by: User) -> list[Candidate]:
    """Every finished form in this person's reach that the document belongs to, newest first; at most `MOST`."""
    mine = access.visible_submissions(by).subquery()
    query = (
        select(Submission, Episode, Family.name)
        .join(Paper, Paper.submission_id == Submission.id)
        .join(Episode, Episode.id == Paper.episode_id)
        .join(Family, Family.id == Episode.family_id)
        .where(Submission.id.in_(select(mine.c.id)), Paper.paper == rule.paper, Submission.status.in_(("sent", "final")))
        .order_by(Submission.sent_at.desc(), Submission.id)
        .limit(MOST)
    )
    rows = db.session.execute(query).all()
    there = _made_before(rule.id, copy, [submission.id for submission, _, _ in rows])
    found = []
    for submission, episode, family in rows:
        reason = offers.reason(rule.for_copy(copy), submission, by)
        asked = "" if reason else variants.asked(rule.for_copy(copy), submission)
        title = council_in_force().variants[asked].title if asked else ""
        found.append(Candidate(submission, episode, family, reason, submission.id in there, title))
    return found


def _made_before(document_id: str, copy: str, submissions: Sequence[str]) -> set[str]:
    query = select(Document.submission_id).where(Document.document_id == document_id, Document.copy == copy, Document.withdrawn_at.is_(None))
    return set(db.session.scalars(query.where(Document.submission_id.in_(submissions))))


def begin(rule: DocumentRule, kind: Kind, chosen: Sequence[str], by: User) -> BulkRun:
    """Note what is to be made and hand it to the worker. Raises NobodyChosen; submissions out of reach are as if not chosen."""
    mine = access.visible_submissions(by).subquery()
    reachable = set(db.session.scalars(select(mine.c.id).where(mine.c.id.in_(chosen[: MOST + 1]))))
    wanted = [one for one in dict.fromkeys(chosen) if one in reachable]
    if not wanted or len(wanted) > MOST:
        raise NobodyChosen(f"Choose at least one family, and at most {MOST:,}")
    title = rule.for_copy(kind.copy).title if kind.variant == variants.ASKED else variants.of_rule(rule.for_copy(kind.copy), kind.variant).title
    run = BulkRun(council=council_in_force().id, document_id=rule.id, copy=kind.copy, variant=kind.variant, title=title, made_by=by.id)
    db.session.add(run)
    db.session.flush()
    db.session.add_all(BulkItem(run_id=run.id, submission_id=one) for one in wanted)
    audit.record("documents.bulk_begun", subject="bulk_run", subject_id=run.id, actor=by.id, detail={"document": rule.id, "count": len(wanted)})
    _go_on(run.id, 0)
    return run


def find(run_id: str) -> BulkRun | None:
    """A run, or None. It is for whoever made it."""
    return db.session.get(BulkRun, run_id)


def runs_of(by: User) -> Sequence[BulkRun]:
    """The newest runs of this person."""
    return db.session.scalars(select(BulkRun).where(BulkRun.made_by == by.id).order_by(BulkRun.created_at.desc(), BulkRun.id).limit(20)).all()


def progress(run: BulkRun) -> Progress:
    """How many are made and failed."""
    counts = dict(db.session.execute(select(BulkItem.state, func.count()).where(BulkItem.run_id == run.id).group_by(BulkItem.state)).all())
    return Progress(sum(counts.values()), counts.get(MADE, 0), counts.get(FAILED, 0))


def names(run: BulkRun) -> Iterator[tuple[str, str, str, str]]:
    """Reference, file name in the ZIP ("" where none was made), hash and reason of every item, in the order chosen; read bit by bit."""
    query = select(Submission.reference, Document.file_name, Document.sha256, BulkItem.reason)
    query = query.select_from(BulkItem).join(Submission, Submission.id == BulkItem.submission_id).outerjoin(Document, Document.id == BulkItem.made_id)
    rows = db.session.execute(query.where(BulkItem.run_id == run.id).order_by(BulkItem.id).execution_options(yield_per=200))
    for number, (reference, file_name, sha256, reason) in enumerate(rows, 1):
        yield reference or "", f"{number:04d}-{file_name}" if file_name else "", sha256 or "", reason


def items(run: BulkRun) -> Sequence[tuple[BulkItem, Submission, Document | None]]:
    """Every item with its form and document, in the order chosen."""
    query = select(BulkItem, Submission, Document).join(Submission, Submission.id == BulkItem.submission_id).outerjoin(Document, Document.id == BulkItem.made_id)
    return db.session.execute(query.where(BulkItem.run_id == run.id).order_by(BulkItem.id)).all()


def families(run: BulkRun, by: User) -> dict[str, str]:
    """What the families of its forms are called, by submission; of those that this person still reaches."""
    mine = access.visible_submissions(by).subquery()
    query = select(BulkItem.submission_id, Family.name).join(Paper, Paper.submission_id == BulkItem.submission_id)
    query = query.join(Episode, Episode.id == Paper.episode_id).join(Family, Family.id == Episode.family_id)
    return dict(db.session.execute(query.where(BulkItem.run_id == run.id, BulkItem.submission_id.in_(select(mine.c.id)))).all())


def check_whole(run: BulkRun, by: User) -> None:
    """Before a file of the run is handed out: nothing in it was withdrawn, every family is still in reach, and each document of it may be
    downloaded by this person. Raises NotWholeAnyMore."""
    mine = access.visible_submissions(by).subquery()
    out_of_reach = BulkItem.submission_id.not_in(select(mine.c.id))
    query = select(func.count()).select_from(BulkItem).join(Document, Document.id == BulkItem.made_id)
    count = db.session.scalar(query.where(BulkItem.run_id == run.id, or_(Document.withdrawn_at.is_not(None), out_of_reach)))
    if count:
        were = "was" if count == 1 else "were"
        raise NotWholeAnyMore(f"{count} of these documents {were} withdrawn since, or belong to families you no longer reach. Download the others one by one")
    for document in _one_of_each(run, by):
        allowed = access.can(by, "document.download", document)
        if not allowed:
            raise NotWholeAnyMore(f"{allowed.reason}. Download the others one by one")


def _one_of_each(run: BulkRun, by: User) -> Sequence[Document]:
    """One document of the run of all that are alike in what access asks for: paper, team, whether it is led by this person, and kinds of answer."""
    alike = (Paper.paper, Episode.team, Episode.lead_id == by.id, cast(Document.sensitivities, String))
    query = select(func.min(Document.id)).join(BulkItem, BulkItem.made_id == Document.id).where(BulkItem.run_id == run.id)
    query = query.join(Paper, Paper.submission_id == Document.submission_id).join(Episode, Episode.id == Paper.episode_id).group_by(*alike)
    return db.session.scalars(select(Document).where(Document.id.in_(query))).all()


def cancel(run: BulkRun, by: User) -> None:
    """Stop after the piece that is being made; what was made stays."""
    if run.finished_at is None and run.cancelled_at is None:
        run.cancelled_at = timekeeping.now()
        audit.record("documents.bulk_cancelled", subject="bulk_run", subject_id=run.id, actor=by.id)


def resume(run: BulkRun) -> None:
    """Go on with a cancelled run where it stopped."""
    if run.finished_at is None and run.cancelled_at is not None:
        run.cancelled_at = None
        _go_on(run.id, progress(run).done, again=True)


def _go_on(run_id: str, done: int, *, again: bool = False) -> None:
    key = f"documents.bulk {run_id} {done}"
    jobs.enqueue("documents.bulk", {"run": run_id}, unique_key=None if again else key)


@jobs.task("documents.bulk")
def work(payload: dict[str, Any], *, job_id: int) -> None:
    """Make the next few of a run; the last piece puts all into one file."""
    run = db.session.get_one(BulkRun, payload["run"])
    by = db.session.get_one(User, run.made_by)
    db.session.refresh(run, with_for_update=True)
    if run.cancelled_at is not None or run.finished_at is not None:
        return
    query = select(BulkItem).where(BulkItem.run_id == run.id, BulkItem.state == WAITING).order_by(BulkItem.id).limit(STEP)
    waiting = db.session.scalars(query).all()
    for item in waiting:
        _make(run, item, by)
    db.session.flush()
    if len(waiting) == STEP:
        _go_on(run.id, progress(run).done)
        return
    run.zip_sha256 = _one_file(run)
    run.finished_at = timekeeping.now()


def _make(run: BulkRun, item: BulkItem, by: User) -> None:
    """Make one; what the rules refuse is noted, what the person may not see any more too."""
    submission = db.session.get_one(Submission, item.submission_id)
    try:
        if not access.can(by, "document.produce", submission):
            raise RuleBroken("You may no longer make documents of this family")
        with db.session.begin_nested():
            item.made_id = produce.produce(run.document_id, submission, by, copy=run.copy, variant=_variant(run, submission)).id
        item.state = MADE
    except PortalError as error:
        item.state, item.reason, item.made_id = FAILED, error.message, None


def _variant(run: BulkRun, submission: Submission) -> str:
    """The form in which this family gets it. Raises produce.DocumentUnknown where the council makes no such copy any more."""
    if run.variant != variants.ASKED:
        return run.variant
    return variants.asked(produce.rule_for(run.document_id, submission, run.copy), submission)


def _one_file(run: BulkRun) -> str:
    """All documents and the list in one ZIP, written to disk as it grows; its hash."""
    listed = io.StringIO()
    lines = csv.writer(listed)
    lines.writerow(["reference", "file", "made", "reason"])
    with tempfile.TemporaryFile() as made:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            for reference, name, sha256, reason in names(run):
                if name:
                    archive.writestr(name, store().read(sha256))
                lines.writerow([reference, name, "yes" if name else "no", reason])
            archive.writestr("list.csv", "\ufeff" + listed.getvalue())
        made.seek(0)
        return store().keep(made)

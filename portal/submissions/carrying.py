"""Taking open drafts over to a newer version of their form, as was decided when it was published: in batches, each whole or not at all.

A draft that is not taken over keeps its version and can be filled in and sent as before. What its writer is told stands with the draft
(`news`). Publishing, and what is decided, is `new_version`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from portal import audit, jobs, timekeeping
from portal.db import db
from portal.files import FileMissing
from portal.forms.conditions import Facts
from portal.forms.model import FormDefinition
from portal.forms.paths import path_of, split_path
from portal.forms.versions import HARMLESS, LOSES_ANSWER, NEEDS_ANSWER, Effect, Upgraded, upgrade
from portal.publishing.models import CarryOver, PublishedVersion
from portal.settings import current_settings
from portal.submissions.changes import differences, state_of
from portal.submissions.definitions import by_hash
from portal.submissions.models import Attachment, Revision, Submission, SubmissionData

BATCH = 500
AT_MOST_SECONDS = 1.0
"""A batch ends after so many drafts, or earlier after so long: whoever saves meanwhile waits for it."""

MOST_TOLD = 25

PORTAL = "The portal"
CARRY, KEEP, ASK = "carry", "keep", "ask"
_COLUMNS = (
    Submission.id, Submission.form_id, Submission.form_sha256, Submission.form_number, Submission.version, SubmissionData.answers, SubmissionData.incomplete,
    SubmissionData.prefilled, SubmissionData.acknowledged, SubmissionData.record, SubmissionData.carried,
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What a newer version does to one draft; `upgraded` is None where the text of its version is gone, so that it has to stay as it is."""

    effect: Effect
    upgraded: Upgraded | None


def outcome_of(draft: Row[Any], new: FormDefinition) -> Outcome:
    """What this version does to a draft (a row of `open_drafts`)."""
    settings = current_settings()
    facts = Facts(timekeeping.today(), record=draft.record, test_numbers=settings.allow_test_nhs_numbers or settings.demonstration)
    try:
        old = by_hash(draft.form_sha256, draft.form_id)
    except FileMissing:
        return Outcome(LOSES_ANSWER, None)
    upgraded = upgrade(draft.answers, draft.incomplete, old, new, facts)
    return Outcome(LOSES_ANSWER if upgraded.lost else NEEDS_ANSWER if upgraded.needed else HARMLESS, upgraded)


def open_drafts(name: str, sha256: str, *, after: str = "", limit: int = BATCH, to_take_to: int = 0) -> Sequence[Row[Any]]:
    """Drafts of the form `name` (council/form) that are not on this version, by id, from the one after `after` on.

    With the version's number as `to_take_to` they are held to be changed, and none goes back: left out are those whose text has a later
    number, be it their own or one under which it was published again.
    """
    query = select(*_COLUMNS).join(SubmissionData, SubmissionData.submission_id == Submission.id).where(*_open(name), Submission.form_sha256 != sha256)
    query = query.where(Submission.id > after).order_by(Submission.id).limit(limit)
    if not to_take_to:
        return db.session.execute(query).all()
    later = select(PublishedVersion.sha256).where(PublishedVersion.kind == "form", PublishedVersion.name == name, PublishedVersion.number > to_take_to)
    return db.session.execute(query.where(Submission.form_sha256.not_in(later)).with_for_update()).all()


def drafts_by_version(name: str, sha256: str = "") -> dict[int, int]:
    """How many drafts are open, by the number of the version they are on; those on the version with this content are left out."""
    query = select(Submission.form_number, func.count()).where(*_open(name), Submission.form_sha256 != sha256)
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Submission.form_number).order_by(Submission.form_number))}


def _open(name: str) -> tuple[Any, ...]:
    council, _, form_id = name.partition("/")
    return Submission.council == council, Submission.form_id == form_id, Submission.status == "draft"


def begin(name: str, sha256: str, number: int, decision: Mapping[str, str], *, by: str = "") -> CarryOver:
    """Note what was decided and let the worker begin. With an empty decision (and number 0) the drafts are only looked at."""
    total = sum(count for on, count in drafts_by_version(name, sha256).items() if not decision or on < number)
    one = CarryOver(name=name, sha256=sha256, number=number, decision=dict(decision), total=total, counts={}, started_by=by, started_at=timekeeping.now())
    if not total:
        one.finished_at = one.started_at
    db.session.add(one)
    db.session.flush()
    if total:
        _enqueue(one)
    return one


def find(carry_over_id: str) -> CarryOver | None:
    """The carrying-over with this id, or None."""
    return db.session.get(CarryOver, carry_over_id)


def latest(name: str, sha256: str) -> CarryOver | None:
    """The newest carrying-over or look for this form and content, or None."""
    query = select(CarryOver).where(CarryOver.name == name, CarryOver.sha256 == sha256)
    return db.session.scalars(query.order_by(CarryOver.started_at.desc()).limit(1)).first()


@jobs.task("submissions.carry_over")
def carry_over(payload: dict[str, Any], *, job_id: int) -> None:
    """Do one batch, and enqueue the next with it: a worker that is killed loses no batch that was done and does none twice."""
    one = go_on(payload["carry_over"])
    if one is not None and one.finished_at is None:
        _enqueue(one)


def _enqueue(one: CarryOver) -> None:
    jobs.enqueue("submissions.carry_over", {"carry_over": one.id}, unique_key=f"carry:{one.id}:{one.last_id}")


def go_on(carry_over_id: str) -> CarryOver | None:
    """Do the next batch in the caller's transaction; the row is held, so that two who do this at once do different batches. None when there is no such row."""
    one = db.session.scalars(select(CarryOver).where(CarryOver.id == carry_over_id).with_for_update()).first()
    if one is None or one.finished_at is not None:
        return one
    ends = time.monotonic() + AT_MOST_SECONDS
    rows = open_drafts(one.name, one.sha256, after=one.last_id, limit=BATCH, to_take_to=one.number if one.decision else 0)
    new = by_hash(one.sha256, one.name.rpartition("/")[2])
    batch = _Batch(one, new)
    done = 0
    for row in rows:
        batch.take(row)
        done += 1
        if time.monotonic() > ends:
            break
    batch.write()
    one.looked_at += done
    one.last_id = rows[done - 1].id if done else one.last_id
    one.counts = dict(Counter(one.counts) + batch.counts)
    if done == len(rows) < BATCH:
        one.finished_at = timekeeping.now()
        one.total = one.looked_at
        if one.decision:
            detail = {"name": one.name, "number": one.number, **one.counts}
            audit.record("definition.drafts_carried", subject="form", subject_id=one.sha256, actor=one.started_by, detail=detail)
    db.session.flush()
    return one


class _Batch:
    """The drafts of one batch, written together."""

    def __init__(self, one: CarryOver, new: FormDefinition):
        self.one = one
        self.new = new
        self.counts: Counter[str] = Counter()
        self.drafts: list[dict[str, Any]] = []
        self.data: list[dict[str, Any]] = []
        self.news: list[dict[str, Any]] = []
        self.revisions: list[dict[str, Any]] = []
        self.files: list[dict[str, Any]] = []

    def take(self, row: Row[Any]) -> None:
        """Look at one draft, and make ready what is to be written where it is taken over."""
        found = outcome_of(row, self.new)
        self.counts[found.effect] += 1
        if not self.one.decision:
            return
        became = found.upgraded
        if became is None or self.one.decision.get(found.effect) != CARRY:
            self.counts["kept"] += 1
            return
        self.counts["carried"] += 1
        moment = timekeeping.now()
        version = row.version + 1
        became = found.upgraded
        self.drafts.append({"of": row.id, "now": version, "sha256": self.one.sha256, "number": self.one.number})
        news = {"of": row.id, "news": [*row.carried, *_news(row, self.one, became, version, moment.isoformat())]}
        if became.answers == row.answers and became.incomplete == row.incomplete and not became.paths:
            self.news.append(news)
        else:
            self.data.append({**news, **_data_of(row, became)})
        changes = _changes(by_hash(row.form_sha256, row.form_id), self.new, row, became)
        note = f"Version {row.form_number} to {self.one.number}"
        self.revisions.append({"submission_id": row.id, "number": version, "at": moment, "by_id": self.one.started_by or None, "by_label": PORTAL, "action": "carried_over", "note": note, "changes": changes, "tab": ""})
        if became.lost:
            detail = {"from": row.form_number, "to": self.one.number, "lost": [each.path for each in became.lost]}
            audit.record("submission.carried_over", subject="submission", subject_id=row.id, actor=self.one.started_by, detail=detail)
        self.files += [{"of": row.id, "before": old, "after": new} for old, new in became.paths.items()]

    def write(self) -> None:
        """Write what was made ready."""
        if not self.drafts:
            return
        connection = db.session.connection()
        drafts, data = Submission.__table__, SubmissionData.__table__
        connection.execute(
            update(drafts).where(drafts.c.id == bindparam("of")).values(version=bindparam("now"), form_sha256=bindparam("sha256"), form_number=bindparam("number")), self.drafts
        )
        of = update(data).where(data.c.submission_id == bindparam("of"))
        told = {"carried": bindparam("news", type_=data.c.carried.type)}
        values = {name: bindparam(f"new_{name}", type_=data.c[name].type) for name in ("answers", "incomplete", "prefilled", "acknowledged")}
        for statement, rows in ((of.values(told), self.news), (of.values(told | values), self.data)):
            if rows:
                connection.execute(statement, rows)
        connection.execute(insert(Revision.__table__), self.revisions)
        if self.files:
            files = Attachment.__table__
            moved = update(files).where(files.c.submission_id == bindparam("of"), files.c.path == bindparam("before")).values(path=bindparam("after"))
            connection.execute(moved, self.files)
        db.session.expire_all()


def _data_of(row: Row[Any], became: Upgraded) -> dict[str, Any]:
    names = dict(_names(became))
    prefilled = {became.paths.get(path, path): source for path, source in row.prefilled.items() if path not in {lost.path for lost in became.lost}}
    acknowledged = {_step_key(key, names): moment for key, moment in row.acknowledged.items()}
    return {"new_answers": became.answers, "new_incomplete": became.incomplete, "new_prefilled": prefilled, "new_acknowledged": acknowledged}


def _names(became: Upgraded) -> Iterator[tuple[str, str]]:
    for old, new in became.paths.items():
        scopes = split_path(old)[0], split_path(new)[0]
        yield from ((before, after) for (before, _), (after, _) in zip(*scopes, strict=False))


def _step_key(key: str, names: Mapping[str, str]) -> str:
    """The key of a step; that of a list names its repeat."""
    page, slash, items = key.partition("/")
    name = page.removeprefix("list_")
    return f"list_{names[name]}{slash}{items}" if name != page and name in names else key


def _changes(old: FormDefinition, new: FormDefinition, row: Row[Any], became: Upgraded) -> dict[str, list[Any]]:
    """What is not the same by path; an answer that only stands under another path has not changed."""
    if became.answers == row.answers and became.incomplete == row.incomplete:
        return {}
    before = {became.paths.get(path, path): value for path, value in state_of(old, row.answers, row.incomplete).items()}
    names = dict(_names(became))
    before = {_renamed(path, names): value for path, value in before.items()}
    return differences(before, state_of(new, became.answers, became.incomplete))


def _renamed(path: str, names: Mapping[str, str]) -> str:
    scope, name = split_path(path)
    return path_of(tuple((names.get(repeat, repeat), item) for repeat, item in scope), names.get(name, name))


def _some(words: list[str], rest: str) -> list[str]:
    """The first of many things to tell, and how many more there are: nobody reads a hundred."""
    return words if len(words) <= MOST_TOLD else [*words[: MOST_TOLD - 1], rest.format(len(words) - MOST_TOLD + 1)]


def _news(row: Row[Any], one: CarryOver, became: Upgraded, version: int, moment: str) -> list[dict[str, Any]]:
    """What to tell whoever opens the draft next; nothing where nothing is different for them."""
    news = {
        "from": row.form_number,
        "from_sha256": row.form_sha256,
        "to": one.number,
        "at": moment,
        "version": version,
        "changed": _some([each.words for each in became.told if each.about == "changed"], "and {} smaller changes"),
        "new": _some([each.words for each in became.told if each.about == "new"], "and {} more"),
        "needed": [{"path": each.path, "label": each.label} for each in became.needed],
        "lost": [{"path": each.path, "label": each.label, "text": each.text, "value": each.value, "is_open": each.is_open} for each in became.lost],
        "seen_at": "",
    }
    if not any(news[key] for key in ("changed", "new", "needed", "lost")):
        news["seen_at"] = moment
    return [news]

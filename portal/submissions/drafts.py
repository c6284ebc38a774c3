"""A form while it is being filled in: starting, finding, saving pages, and the items of repeating groups. Sending is `submit`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Protocol

from sqlalchemy import Select, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from portal import audit, language, timekeeping
from portal.db import StaleWrite, db, new_id
from portal.errors import Conflict, RuleBroken
from portal.forms import answers as answer_paths
from portal.forms import held_back
from portal.forms.conditions import Facts, item_of
from portal.forms.model import FormDefinition, Scope
from portal.forms.paths import is_empty, item_id_of, new_item_id, path_of, split_path
from portal.publishing.in_force import council_in_force
from portal.publishing.models import PublishedVersion
from portal.rows import add_object, add_row, held, names_of, write_changes
from portal.settings import current_settings
from portal.submissions.changes import Changes, Clash, State, Written, clashes, differences, state_of, typed
from portal.submissions.definitions import by_hash, definition_of
from portal.submissions.items_gone import goes_with, kept_elsewhere, read_elsewhere
from portal.submissions.models import Attachment, Revision, Submission, SubmissionData


class Clashed(StaleWrite):
    """Somebody else answered the same questions since this page was read. Nothing was overwritten; `clashes` holds both texts."""

    def __init__(self, found: Sequence[Clash]) -> None:
        super().__init__("Somebody else has changed the same answers since you opened this page. Nothing of theirs or yours is lost")
        self.clashes = list(found)


class KeyTaken(Conflict):
    """The key of this page has started another form, or somebody else's."""


class NotADraft(RuleBroken):
    """It has been sent, finalised or withdrawn, so it can be filled in no more."""


class TooManyItems(RuleBroken):
    """A repeating group holds as many items as its form allows, or as few."""


class HoldsUnseen(RuleBroken):
    """What somebody wants to take out holds answers that are held back from them."""


class Reading(Protocol):
    """What was read from a page (`page_form.Reading`): valid values, text that is not valid yet, and paths left blank."""

    values: Mapping[str, Any]
    incomplete: Mapping[str, Any]
    cleared: Iterable[str]


@dataclass(frozen=True)
class Writer:
    """Who writes: a user's id, or None for somebody without an account; the name shown in the history; the open page's mark."""

    id: str | None = None
    label: str = ""
    tab: str = ""


@dataclass(frozen=True)
class Saved:
    """How a save ended. `version` is the one the open page now stands on, `changed` the paths that were written."""

    version: int
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Start:
    """What a draft begins with: answers, where they came from, facts of the record, and the key that makes starting twice one start."""

    answers: Mapping[str, Any] | None = None
    prefilled: Mapping[str, Any] | None = None
    record: Mapping[str, Any] | None = None
    key: str = ""


def start(version: PublishedVersion, *, by: Writer, first: Start = Start()) -> Submission:
    """A new draft of this form, with the council's features of today beside its facts. One already started with the same key is answered instead."""
    form_id = version.name.rpartition("/")[2]
    known = _started_with(first.key, form_id, by)
    if known is not None:
        return known
    definition = by_hash(version.sha256, form_id)
    answers, record = dict(first.answers or {}), council_in_force().service.facts | dict(first.record or {})
    answers = answer_paths.add_missing_items(definition, answers, Facts(timekeeping.today(), record=record))
    draft = Submission(
        id=new_id(),
        council=council_in_force().id,
        form_id=form_id,
        form_sha256=version.sha256,
        form_number=version.number,
        audience=definition.audience,
        status="draft",
        idempotency_key=first.key or new_id(),
        author_id=by.id,
        author_label=by.label,
        language="" if language.current().is_english else language.current().code,
        expires_at=expiry_of(definition),
    )
    data = SubmissionData(submission_id=draft.id, answers=answers, incomplete={}, prefilled=dict(first.prefilled or {}), acknowledged={}, record=record)
    try:
        with db.session.begin_nested() if first.key else nullcontext():
            add_object(draft)
    except IntegrityError:
        known = _started_with(first.key, form_id, by)
        if known is None:
            raise
        return known
    add_object(data)
    set_committed_value(draft, "data", data)
    began = differences({}, state_of(definition, answers, {}))
    _add_revision(draft, by, "started", began)
    audit.record("submission.started", subject="submission", subject_id=draft.id, actor=by.id, detail={"form": form_id})
    return draft


def _started_with(key: str, form_id: str, by: Writer) -> Submission | None:
    """What this key has started already, perhaps a moment ago in another tab. Raises KeyTaken when it was another form or somebody else's."""
    known = db.session.scalars(select(Submission).where(Submission.idempotency_key == key)).first() if key else None
    if known is not None and (known.form_id, known.author_id) != (form_id, by.id):
        raise KeyTaken("This page has been used to start something else. Reload it and start again")
    return known


_ROW, _ANSWERS = Submission.__table__, SubmissionData.__table__
_WITH_ANSWERS = select(_ROW, _ANSWERS).join(_ANSWERS, _ANSWERS.c.submission_id == _ROW.c.id).where(_ROW.c.id == bindparam("id"))
_WITH_ANSWERS_HELD = _WITH_ANSWERS.with_for_update()
"""Made once, since putting a statement together costs more than asking it."""


def find(submission_id: str) -> Submission | None:
    """The submission with its answers, in one statement; None when there is none."""
    return _found(_WITH_ANSWERS, submission_id)


def find_to_change(submission_id: str) -> Submission | None:
    """The same, held until the transaction ends, so that two writers come one after the other.

    Both rows are locked: PostgreSQL reads only locked rows afresh after waiting, and answers read before the wait would be stale.
    """
    return _found(_WITH_ANSWERS_HELD, submission_id)


def _found(asking: Select[Any], submission_id: str) -> Submission | None:
    row = db.session.connection().execute(asking, {"id": submission_id}).first()
    if row is None:
        return None
    its_own = names_of(Submission)
    found = held(Submission, dict(zip(its_own, row, strict=False)))
    set_committed_value(found, "data", held(SubmissionData, dict(zip(names_of(SubmissionData), row[len(its_own) :], strict=True))))
    return found


def answers_of(submission: Submission) -> dict[str, Any]:
    """The answers as they stand; of a sent submission only those that were shown, with what followed later."""
    return submission.data.answers


def facts_for(submission: Submission, roles: Iterable[str] = ()) -> Facts:
    """What conditions may know besides the answers, for somebody with these roles."""
    settings = current_settings()
    return Facts(timekeeping.today(), frozenset(roles), submission.data.record, settings.allow_test_nhs_numbers or settings.demonstration)


def expiry_of(definition: FormDefinition) -> datetime | None:
    """When a public draft that is touched now is deleted; None for staff forms, which belong to a record."""
    if definition.audience != "public":
        return None
    return timekeeping.now() + timedelta(days=council_in_force().service.drafts.expire_after_days)


def save(draft: Submission, reading: Reading, *, expected_version: int, by: Writer, passed: Sequence[str] = ()) -> Saved:
    """Keep what a page holds, valid or not; `expected_version` is the one the page was read at, `passed` the keys of its steps.

    Raises NotADraft; Clashed when somebody else wrote to the same questions since then (nothing is kept then).
    """
    check_draft(draft)
    definition = definition_of(draft)
    now = state_of(definition, draft.data.answers, draft.data.incomplete)
    wanted: State = {**dict.fromkeys(reading.cleared), **reading.values, **{path: typed(raw) for path, raw in reading.incomplete.items()}}
    found, own, alike, moved_on = _compare(draft, wanted, now, expected_version, by.tab)
    found += [Clash(path, value, None) for path, value in own.items() if value is not None and not has_place(definition, draft.data.answers, split_path(path)[0])]
    if found:
        raise Clashed(found)
    changed = {path: value for path, value in own.items() if now.get(path) != value and (value is not None or path in now)}
    newly_passed = [key for key in passed if key not in draft.data.acknowledged]
    if changed or newly_passed or alike:
        _put(draft, definition, changed)
        draft.data.acknowledged = {**draft.data.acknowledged, **dict.fromkeys(newly_passed, timekeeping.now().isoformat())}
        known = {path: [value, value] for path, value in alike.items()}  # this page has the other's answer from here on
        _write(draft, by, "saved", known | differences(now, state_of(definition, draft.data.answers, draft.data.incomplete)))
    return Saved(expected_version if moved_on else draft.version, tuple(changed))


def add_item(draft: Submission, repeat_path: str, *, by: Writer, press: str = "") -> str:
    """One more item in a repeating group; answers its id. `press` names the press of the button, by its page's mark and version: one that comes twice adds one item.

    Raises TooManyItems at the form's maximum.
    """
    check_draft(draft)
    definition = definition_of(draft)
    repeat = definition.index.repeats[split_path(repeat_path)[1]]
    before = answer_paths.get(draft.data.answers, repeat_path) or []
    item_id = _item_of_press(draft, repeat_path, press) if press else new_item_id()
    if item_of(before, item_id) is not None:
        return item_id
    if len(before) >= repeat.max:
        raise TooManyItems(f"There can be at most {repeat.max}. Remove one before you add another")
    draft.data.answers = answer_paths.add_item(draft.data.answers, repeat_path, item_id)
    order = [item["_id"] for item in before]
    _write(draft, by, "item_added", {repeat_path: [order or None, [*order, item_id]]})
    return item_id


def _item_of_press(draft: Submission, repeat_path: str, press: str) -> str:
    """The id that this press gives its item: always the same, until that item is filled in or removed. What was removed is still told under its id.

    Whoever presses on an old page when its item is filled in wants another one. A press ends with the version of its page; one of the present
    version comes for the first time, so that nothing is looked up for it.
    """
    there = {item["_id"]: is_empty(item) for item in answer_paths.get(draft.data.answers, repeat_path) or ()}
    used = set() if press.endswith(f" {draft.version}") else {one for one in there.keys() | _stood_in(draft, repeat_path) if not there.get(one)}
    ids = (item_id_of(f"{draft.id} {press} {repeat_path} {times}") for times in count())
    return next(item_id for item_id in ids if item_id not in used)


def _stood_in(draft: Submission, repeat_path: str) -> set[str]:
    """The ids of the items that stood in a list whenever one was taken out of it."""
    query = select(Revision.changes).where(Revision.submission_id == draft.id, Revision.action == "item_removed")
    return {item_id for changes in db.session.scalars(query) for item_id in changes.get(repeat_path, [()])[0] or ()}


def remove_item(draft: Submission, item_path: str, *, by: Writer) -> None:
    """Take an item out of its repeating group; its answers stay in the history. Raises NoSuchItem, HoldsUnseen."""
    check_draft(draft)
    definition = definition_of(draft)
    check_seen(definition, draft.data.answers, draft.data.incomplete, item_path)
    without = answer_paths.remove_item(draft.data.answers, item_path)
    draft.data.acknowledged = read_elsewhere(definition, draft.data.acknowledged, item_path)
    draft.data.prefilled = kept_elsewhere(definition, draft.data.prefilled, item_path)
    _change_items(draft, by, "item_removed", without, kept_elsewhere(definition, draft.data.incomplete, item_path))


def move_item(draft: Submission, item_path: str, places: int, *, by: Writer) -> None:
    """Move an item down its list by so many places (up when negative). Raises NoSuchItem."""
    check_draft(draft)
    _change_items(draft, by, "item_moved", answer_paths.move_item(draft.data.answers, item_path, places), draft.data.incomplete)


def acknowledge(draft: Submission, step_key: str, *, by: Writer) -> None:
    """Note that an interruption was read; once is enough."""
    check_draft(draft)
    if step_key in draft.data.acknowledged:
        return
    draft.data.acknowledged = {**draft.data.acknowledged, step_key: timekeeping.now().isoformat()}
    _write(draft, by, "acknowledged", {})
    audit.record("submission.interrupted", subject="submission", subject_id=draft.id, actor=by.id, detail={"page": step_key})


def delete(draft: Submission, *, by: Writer, why: str) -> None:
    """Delete a draft with everything in it. Its files are swept later. Raises NotADraft for anything sent."""
    check_draft(draft)
    audit.record("submission.deleted", subject="submission", subject_id=draft.id, actor=by.id, detail={"why": why})
    db.session.delete(draft)
    db.session.flush()


def history(submission: Submission) -> Sequence[Revision]:
    """Every change, newest first."""
    return db.session.scalars(select(Revision).where(Revision.submission_id == submission.id).order_by(Revision.number.desc())).all()


def last_revisions(submission: Submission, count: int) -> Sequence[Revision]:
    """The newest changes, newest first, at most so many."""
    return db.session.scalars(select(Revision).where(Revision.submission_id == submission.id).order_by(Revision.number.desc()).limit(count)).all()


def attachments_of(submission: Submission) -> Sequence[Attachment]:
    """Every file, in the order they came."""
    query = select(Attachment).where(Attachment.submission_id == submission.id).order_by(Attachment.added_at, Attachment.id)
    return db.session.scalars(query).all()


def check_draft(draft: Submission) -> None:
    """Raise NotADraft when it can be filled in no more."""
    if not draft.is_draft:
        raise NotADraft("This has been sent or finished, so it cannot be changed here")


def check_seen(definition: FormDefinition, answers: Mapping[str, Any], incomplete: Mapping[str, Any], item_path: str) -> None:
    """Raise HoldsUnseen when an item has answers, valid or not, that are held back from whoever reads: nobody takes out what they have not seen.

    What was said of it in the groups that run over its own counts too: it is shown no more once the item is gone.
    """
    if held_back.reader() is None:
        return
    at = [*(path for path, _ in answer_paths.paths(answers, definition)), *incomplete]
    if any(held_back.is_held_at(definition, path) for path in filter(goes_with(definition, item_path), at)):
        raise HoldsUnseen("This holds answers that are held back from you, so you cannot remove it. Ask the lead professional or a manager")


def write_revision(submission: Submission, by: Writer, action: str, changes: Changes, *, note: str = "") -> None:
    """Count one change of the submission and keep who made it. Raises StaleWrite when another writer was faster."""
    submission.updated_at = timekeeping.now()
    write_changes(submission)
    write_changes(submission.data)
    _add_revision(submission, by, action, changes, note=note)


def _write(draft: Submission, by: Writer, action: str, changes: Changes) -> None:
    draft.expires_at = expiry_of(definition_of(draft))
    write_revision(draft, by, action, changes)
    if by.id:
        audit.record("submission.saved", subject="submission", subject_id=draft.id, actor=by.id, detail={"action": action, "version": draft.version})


def _add_revision(submission: Submission, by: Writer, action: str, changes: Changes, *, note: str = "") -> None:
    """Keep who made the version that the submission has now."""
    told = {"submission_id": submission.id, "number": submission.version, "at": timekeeping.now(), "by_id": by.id, "by_label": by.label}
    add_row(Revision, told | {"action": action, "note": note, "changes": changes, "tab": by.tab})


def _compare(draft: Submission, wanted: State, now: State, expected_version: int, tab: str) -> tuple[list[Clash], State, State, bool]:
    if expected_version == draft.version:
        return [], wanted, {}, False
    query = select(Revision.tab, Revision.changes).where(Revision.submission_id == draft.id, Revision.number > expected_version)
    since = [Written(*row) for row in db.session.execute(query.order_by(Revision.number))]
    found, own, alike = clashes(wanted, now, since, tab)
    others = any(written.changes for written in since if not tab or written.tab != tab)
    return found, own, alike, others


def has_place(definition: FormDefinition, answers: Mapping[str, Any], scope: Scope) -> bool:
    """Whether every item of this scope is there; one that runs over another group comes into being while that group has its item."""
    repeats = definition.index.repeats
    for depth, (repeat_id, item_id) in enumerate(scope):
        repeat = repeats[repeat_id]
        outer = scope[:depth]
        while repeat.over:
            repeat = repeats[repeat.over]
            outer = scope[:depth] if repeat.inside else ()
        items = answer_paths.get(answers, path_of(outer, repeat.id)) or ()
        if not any(item.get("_id") == item_id for item in items):
            return False
    return True


def _put(draft: Submission, definition: FormDefinition, changed: State) -> None:
    unfinished = {path: value["typed"] for path, value in changed.items() if _is_typed(value)}
    values = {path: value for path, value in changed.items() if value is not None and path not in unfinished}
    cleared = [path for path in changed if path not in values]
    answers = answer_paths.merge(definition, draft.data.answers, values, cleared)
    draft.data.answers = answer_paths.add_missing_items(definition, answers, facts_for(draft))
    kept = {path: raw for path, raw in draft.data.incomplete.items() if path not in changed}
    draft.data.incomplete = kept | unfinished
    draft.data.prefilled = {path: source for path, source in draft.data.prefilled.items() if path not in changed}


def _is_typed(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"typed"}


def _change_items(draft: Submission, by: Writer, action: str, answers: dict[str, Any], incomplete: dict[str, Any]) -> None:
    definition = definition_of(draft)
    before = state_of(definition, draft.data.answers, draft.data.incomplete)
    draft.data.answers, draft.data.incomplete = answers, incomplete
    _write(draft, by, action, differences(before, state_of(definition, answers, incomplete)))

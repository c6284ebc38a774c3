"""Who changed what and when, told in sittings: changes of one person soon after one another are told as one, with what they came to, word by word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import select

from portal.db import db
from portal.forms import held_back, word_diff
from portal.forms.journey import Journey
from portal.forms.paths import split_path
from portal.forms.word_diff import Piece
from portal.submissions.changes import Changes
from portal.submissions.drafts import has_place
from portal.submissions.models import Revision, Submission
from portal.submissions.submission_words import DID, NOBODY, label_of, words_of

TOGETHER = timedelta(minutes=15)
PER_PAGE = 20
FILLING = ("saved", "item_added", "item_removed", "item_moved", "acknowledged")
"""What makes up one sitting; anything else (sending, correcting, returning) is told by itself."""

Became = Literal["answered", "changed", "taken out", "set aside", "not shown"]


class Head(NamedTuple):
    """A revision without what it changed."""

    number: int
    at: datetime
    by_id: str | None
    by_label: str
    action: str
    note: str


@dataclass(frozen=True)
class AnswerChanged:
    """One question over a sitting: what became of its answer, and the words. `pieces` are empty where they are not shown."""

    label: str
    became: Became
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class Sitting:
    """Changes by one person, from `first` to `last`; `numbers` are the versions they made."""

    by: str
    did: str
    first: datetime
    last: datetime
    note: str
    numbers: tuple[int, ...]
    changes: list[AnswerChanged] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """One page of the history, newest first; `page` of `pages`, counted from 1."""

    sittings: list[Sitting]
    page: int
    pages: int


def told(submission: Submission, journey: Journey, page: int = 1) -> Told:
    """A page of the history in words. Of answers set aside and of those held back from whoever reads, only that they changed is told."""
    groups = grouped(_heads(submission))
    pages = max(1, -(-len(groups) // PER_PAGE))
    page = min(max(1, page), pages)
    shown = groups[(page - 1) * PER_PAGE : page * PER_PAGE]
    if not shown:
        return Told([], page, pages)
    written = _changes(submission, shown[-1][-1].number, shown[0][0].number)
    return Told([_sitting(group, _net(written[head.number] for head in reversed(group)), journey) for group in shown], page, pages)


def grouped(heads: Sequence[Head]) -> list[list[Head]]:
    """Revisions (newest first) in sittings."""
    groups: list[list[Head]] = []
    for head in heads:
        later = groups[-1][-1] if groups else None
        if later and _is_filling(later) and _is_filling(head) and later[2:4] == head[2:4] and later.at - head.at <= TOGETHER:
            groups[-1].append(head)
        else:
            groups.append([head])
    return groups


def _is_filling(head: Head) -> bool:
    return head.action in FILLING and not head.note


def _heads(submission: Submission) -> list[Head]:
    query = select(Revision.number, Revision.at, Revision.by_id, Revision.by_label, Revision.action, Revision.note)
    return [Head(*row) for row in db.session.execute(query.where(Revision.submission_id == submission.id).order_by(Revision.number.desc()))]


def _changes(submission: Submission, first: int, last: int) -> dict[int, Changes]:
    query = select(Revision.number, Revision.changes).where(Revision.submission_id == submission.id, Revision.number.between(first, last))
    return dict(db.session.execute(query).all())


def _net(written: Iterable[Changes]) -> Changes:
    """What changes, oldest first, came to: each path with its first before and its last after; nothing where those are the same."""
    found: Changes = {}
    for changes in written:
        for path, (before, after) in changes.items():
            found[path] = [found[path][0] if path in found else before, after]
    return {path: both for path, both in found.items() if both[0] != both[1]}


def _sitting(group: Sequence[Head], net: Changes, journey: Journey) -> Sitting:
    newest, oldest = group[0], group[-1]
    action = "saved" if len(group) > 1 else newest.action
    places = {name: place for place, name in enumerate(journey.definition.index.questions)}
    paths = sorted(net, key=lambda path: (places.get(path.rpartition(".")[2], -1), path))
    changes = [_answer(journey, path, *net[path]) for path in paths]
    return Sitting(newest.by_label or NOBODY, DID.get(action, action), oldest.at, newest.at, newest.note, tuple(head.number for head in reversed(group)), changes)


def _answer(journey: Journey, path: str, before: Any, after: Any) -> AnswerChanged:
    label = label_of(journey, path)
    if held_back.is_held_at(journey.definition, path):
        return AnswerChanged(label, "not shown")
    if is_set_aside(journey, path):
        return AnswerChanged(label, "set aside")
    became: Became = "taken out" if after is None else "answered" if before is None else "changed"
    return AnswerChanged(label, became, word_diff.shortened(word_diff.pieces(words_of(journey, path, before), words_of(journey, path, after))))


def is_set_aside(journey: Journey, path: str) -> bool:
    """Whether the question at this path is hidden as the answers stand now (rule 5 of the form format). Not so for items that were removed."""
    scope, name = split_path(path)
    if name not in journey.definition.index.questions or journey.visible.shows_question(name, scope):
        return False
    return has_place(journey.definition, journey.visible.stored, scope)

"""Answers, questions and changes in words: for the history and for the page with both texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.forms import question_kinds
from portal.forms.item_labels import item_label
from portal.forms.journey import Journey
from portal.forms.paths import split_path
from portal.submissions.models import Revision

DID = {
    "started": "started it",
    "saved": "filled in answers",
    "item_added": "added an item",
    "item_removed": "removed an item",
    "item_moved": "changed the order",
    "acknowledged": "read a warning",
    "sent": "sent it",
    "finalised": "finished it",
    "withdrawn": "withdrew it",
    "corrected": "sent a correction",
    "late_answers": "sent further answers",
    "changed": "changed answers after it was returned",
    "confirmed": "said that answers carried over are still right",
}
NOBODY = "The person filling in the form"


@dataclass(frozen=True)
class ChangeInWords:
    """One question with its answer before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One change of a submission in words."""

    at: datetime
    by: str
    did: str
    note: str
    changes: list[ChangeInWords]


def label_of(journey: Journey, path: str) -> str:
    """The question at a path, with the item it is about; the path itself for one that left the form."""
    scope, name = split_path(path)
    question = journey.definition.index.questions.get(name)
    repeat = journey.definition.index.repeats.get(name)
    words = question.label if question else f"{repeat.title}: which and in what order" if repeat else path
    items = [item_label(journey.definition, journey.visible.answers, scope[:depth]) for depth in range(1, len(scope) + 1) if scope[depth - 1][0] in journey.definition.index.repeats]
    return f"{words} ({', '.join(items)})" if items else words


def words_of(journey: Journey, path: str, value: Any) -> str:
    """An answer in words, also one that was only typed; '' for none."""
    if value is None:
        return ""
    if isinstance(value, dict) and value.keys() == {"typed"}:
        return "\n".join(text for texts in value["typed"].values() for text in texts if isinstance(text, str))
    question = journey.definition.index.questions.get(split_path(path)[1])
    if question is None:
        return f"{len(value)} in all" if isinstance(value, list) else str(value)
    return question_kinds.text_of(question, value)


def entries(journey: Journey, revisions: Sequence[Revision]) -> Iterator[Entry]:
    """Every change in words, in the order given."""
    for revision in revisions:
        changes = [
            ChangeInWords(label_of(journey, path), words_of(journey, path, before), words_of(journey, path, after))
            for path, (before, after) in revision.changes.items()
        ]
        yield Entry(revision.at, revision.by_label or NOBODY, DID.get(revision.action, revision.action), revision.note, changes)

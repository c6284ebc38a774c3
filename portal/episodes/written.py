"""Who filled what in a paper and when, told from the revisions of its submission (newest first). Asks no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.submissions.models import Revision
from portal.submissions.submission_words import DID

PUBLIC = "The person who sent it"
TOGETHER = timedelta(minutes=15)


@dataclass(frozen=True)
class Spell:
    """Changes of one kind by one person, one soon after another, told as one."""

    by: str
    what: str
    first: datetime
    last: datetime
    answers: int
    note: str = ""


def writers(revisions: Sequence[Revision]) -> list[str]:
    """Everybody who wrote in it, in the order they first did."""
    return list(dict.fromkeys(_name(revision) for revision in reversed(revisions)))


def last_by_path(revisions: Sequence[Revision]) -> dict[str, tuple[str, datetime]]:
    """For each answered path, who last changed it and when."""
    found: dict[str, tuple[str, datetime]] = {}
    for revision in reversed(revisions):
        for path in revision.changes:
            found[path] = (_name(revision), revision.at)
    return found


def spells(revisions: Sequence[Revision]) -> list[Spell]:
    """What was done, newest first; saves that follow each other within a quarter of an hour are told as one."""
    told: list[Spell] = []
    for revision in reversed(revisions):
        one = Spell(_name(revision), _did(revision), revision.at, revision.at, len(revision.changes), revision.note)
        before = told[-1] if told else None
        if before and (before.by, before.what) == (one.by, one.what) and one.first - before.last <= TOGETHER and not one.note:
            told[-1] = Spell(one.by, one.what, before.first, one.last, before.answers + one.answers, before.note)
        else:
            told.append(one)
    return told[::-1]


def _name(revision: Revision) -> str:
    return revision.by_label or PUBLIC


def _did(revision: Revision) -> str:
    words = DID.get(revision.action, revision.action)
    return f"{words[:1].upper()}{words[1:]}"

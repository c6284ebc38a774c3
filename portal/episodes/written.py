"""Who filled what in a paper and when, from the revisions of its submission. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.submissions import drafts
from portal.submissions.models import Revision, Submission

ACTIONS = {
    "started": "Started",
    "saved": "Filled in answers",
    "item_added": "Added an item",
    "item_removed": "Removed an item",
    "item_moved": "Changed the order",
    "acknowledged": "Read a warning page",
    "file_added": "Added a file",
    "file_removed": "Removed a file",
    "sent": "Sent",
    "finalised": "Finished",
    "corrected": "Corrected",
    "withdrawn": "Withdrawn",
    "late_answers": "Sent further answers",
}
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


def writers(submission: Submission) -> list[str]:
    """Everybody who wrote in it, in the order they first did."""
    return list(dict.fromkeys(_name(revision) for revision in reversed(drafts.history(submission))))


def last_by_path(submission: Submission) -> dict[str, tuple[str, datetime]]:
    """For each answered path, who last changed it and when."""
    found: dict[str, tuple[str, datetime]] = {}
    for revision in reversed(drafts.history(submission)):
        for path in revision.changes:
            found[path] = (_name(revision), revision.at)
    return found


def history(submission: Submission) -> list[Spell]:
    """What was done, newest first; saves that follow each other within a quarter of an hour are told as one."""
    spells: list[Spell] = []
    for revision in reversed(drafts.history(submission)):
        one = Spell(_name(revision), ACTIONS.get(revision.action, revision.action), revision.at, revision.at, len(revision.changes), revision.note)
        before = spells[-1] if spells else None
        if before and (before.by, before.what) == (one.by, one.what) and one.first - before.last <= TOGETHER and not one.note:
            spells[-1] = Spell(one.by, one.what, before.first, one.last, before.answers + one.answers, before.note)
        else:
            spells.append(one)
    return spells[::-1]


def _name(revision: Revision) -> str:
    return revision.by_label or PUBLIC

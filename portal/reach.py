"""How far a person's roles reach: which episodes, which record hangs on which of them, and which answers of a record they read.

`access` decides with it who may do what. That a role reaches a record is not all: each kind of answer (`sensitivities` of the
council's roles.yaml) is read by the roles that name it. Whoever wrote a form reads what they wrote.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, false, or_, select, true

from portal.accounts.models import User
from portal.accounts.roles import roles_of
from portal.councils import sensitivity
from portal.db import db
from portal.episodes.models import Episode, Paper
from portal.families.models import Family, FamilyMember, Person
from portal.forms.held_back import Reader
from portal.publishing.in_force import council_in_force
from portal.rows import held
from portal.submissions import own_words
from portal.submissions.models import Submission


def reader_of(user: User, record: Any) -> Reader | None:
    """As whom this person reads the answers of this record; None where nothing is held back from them.

    The roles that lead to the record add up. Whoever started a form reads all of it, unless somebody else has put into it what
    those roles do not read.
    """
    found = reader_by_roles(user, record)
    submission_id = record.id if isinstance(record, Submission) else getattr(record, "submission_id", None)
    if found is None or not submission_id:
        return found
    submission = record if isinstance(record, Submission) else db.session.get(Submission, submission_id)
    return None if submission is not None and own_words.wrote_all_unread(user.id, submission, found) else found


def reader_by_roles(user: User, record: Any) -> Reader | None:
    """The same by their roles alone, whoever wrote it: for documents, which draw on more than one form."""
    council, roles = council_in_force(), roles_of(user)
    if sensitivity.reads_all(council, roles):
        return None
    return sensitivity.of_roles(council, leading(user, roles, record) if len(roles) > 1 else roles)


def unread_by_roles(user: User, record: Any, kinds: Collection[str] | None) -> str | None:
    """Why this person may not have a document about the record that holds these kinds of answer (None: it is not known which); None when they may."""
    reader = reader_by_roles(user, record)
    if reader is None or (kinds is not None and reader.reads.issuperset(kinds)):
        return None
    named = sensitivity.titles(council_in_force(), set(kinds or ()) - reader.reads)
    what = f" ({', '.join(named)})" if named else ""
    return f"This document holds answers that are held back from you{what}. Ask the lead professional or a manager"


def reader_of_lists(user: User, roles: Iterable[Any]) -> Reader | None:
    """As whom this person reads where no one record is asked for: only what every role reads that leads there."""
    return sensitivity.of_each(council_in_force(), roles)


def leading(user: User, roles: Iterable[Any], record: Any) -> list[Any]:
    """Those of these roles that lead to the record."""
    kind, episode = paper_and_episode(record)
    if episode is not None:
        return [role for role in roles if reaches(user, role, episode) and (not kind or "view" in role.rights_on(kind))]
    episodes = episodes_of(record)
    if episodes is None:
        return []
    return [role for role in roles if db.session.scalar(select(episodes.where(reach(user, role)).exists()))]


def paper_and_episode(record: Any) -> tuple[str, Episode | None]:
    """The kind of paper ('' when the record is none) and the episode that the record hangs on."""
    if isinstance(record, Episode):
        return "", record
    if isinstance(record, Paper):
        return record.paper, db.session.get(Episode, record.episode_id)
    submission_id = record.id if isinstance(record, Submission) else getattr(record, "submission_id", None)
    found = _with_episode(submission_id) if submission_id else None
    if found is not None:
        return found
    episode_id = getattr(record, "episode_id", None)
    return "", db.session.get(Episode, episode_id) if episode_id else None


_PAPER, _EPISODE = Paper.__table__, Episode.__table__
_WITH_EPISODE = select(_PAPER, _EPISODE).join(_EPISODE, _EPISODE.c.id == _PAPER.c.episode_id).where(_PAPER.c.submission_id == bindparam("submission"))
"""Made once: it is asked of every record that somebody opens."""


def _with_episode(submission_id: str) -> tuple[str, Episode] | None:
    """The kind of paper that a submission is, and its episode; None for one that is no paper."""
    if db.session.autoflush:
        db.session.flush()
    row = db.session.connection().execute(_WITH_EPISODE, {"submission": submission_id}).first()
    if row is None:
        return None
    values = row._mapping
    paper = held(Paper, {column.name: values[column] for column in _PAPER.columns})
    return paper.paper, held(Episode, {column.name: values[column] for column in _EPISODE.columns})


def paper_of(submission_id: str) -> Paper | None:
    """The paper that a submission is, or None."""
    return db.session.scalar(select(Paper).where(Paper.submission_id == submission_id))


def episodes_of(record: Any) -> Select[tuple[str]] | None:
    """The episodes of the family that the record is, belongs to, or (for a person) of every family they are in."""
    if isinstance(record, Person):
        families = select(FamilyMember.family_id).where(FamilyMember.person_id == record.id)
        return select(Episode.id).where(Episode.family_id.in_(families))
    family_id = record.id if isinstance(record, Family) else getattr(record, "family_id", None)
    return select(Episode.id).where(Episode.family_id == family_id) if family_id else None


def reaches(user: User, role: Any, episode: Episode) -> bool:
    """Whether this role of the person's reaches the episode."""
    if role.sees in ("all", "none"):
        return role.sees == "all"
    return episode.lead_id == user.id or (role.sees == "team" and episode.team in user.teams)


def reach(user: User, role: Any) -> ColumnElement[bool]:
    """The same as `reaches`, as a condition of a select on Episode."""
    if role.sees in ("all", "none"):
        return true() if role.sees == "all" else false()
    own = Episode.lead_id == user.id
    return or_(own, Episode.team.in_(user.teams)) if role.sees == "team" else own


def any_reach(user: User, roles: Iterable[Any]) -> ColumnElement[bool]:
    """The same for any of these roles."""
    return or_(false(), *(reach(user, role) for role in roles))

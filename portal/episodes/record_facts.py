"""What a family's record offers a new paper: facts by name, the people as lists, answers of earlier papers. Writes nothing.

Names a form may use in `prefill: {from: …}`: `record.<name>` as listed in RECORD_FACTS, `record.<list>` on a repeat with
`record.<list>.<fact>` on its questions, and `form.<paper>.<path>` for the newest sent answer of another paper of the episode.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from portal import timekeeping
from portal.accounts.models import User
from portal.db import db
from portal.episodes import rules
from portal.episodes.models import Episode, Paper
from portal.families import people
from portal.families.models import Family, FamilyMember, Person
from portal.submissions.models import Submission, SubmissionData

RECORD_FACTS = {
    "reference": "reference of the period of support",
    "family_name": "last names of the children",
    "children_names": "first and last names of the children, joined",
    "stage": "id of the stage", "stage_title": "name of the stage",
    "level": "level of need, as the last decision set it",
    "team": "id of the team", "team_name": "name of the team",
    "lead": "the lead as a person (name, e-mail)", "lead_name": "name of the lead", "lead_email": "e-mail of the lead",
    "author": "the person starting the paper", "author_name": "their name", "author_email": "their e-mail",
    "opened_on": "day the period of support began", "closed_on": "day it ended", "today": "today in London",
    "months_open": "whole months since it began",
    "number": "which of its kind this paper is in the period of support; 1 for the first",
    "signs": "id of the paper that a sign-off signs", "signs_author": "name of the person who began that paper",
}  # fmt: skip
OWN_FACTS = frozenset({"author", "author_name", "author_email", "today", "number"})
"""Facts about whoever starts the paper, about the day and about the paper itself."""
RECORD_LISTS = {"children": "child", "adults": "adult", "professionals": "professional", "others": "other"}
"""Lists of people by the role they have in the family; each item has the facts that a form gave, and keeps the person's id."""


@dataclass
class Record:
    """Facts by name, lists of items by name, and what each earlier paper said with the day it was sent."""

    facts: dict[str, Any]
    lists: dict[str, list[dict[str, Any]]]
    papers: dict[str, PaperAnswers] = field(default_factory=dict)


@dataclass(frozen=True)
class PaperAnswers:
    """The newest sent answers of one kind of paper."""

    title: str
    sent: str
    answers: Mapping[str, Any]


def of(episode: Episode, *, by: User | None, signs: Paper | None = None, number: int = 0) -> Record:
    """Everything this episode's record offers, as the person starting a paper needs it.

    `signs` is what a sign-off is for, `number` which of its kind the paper is (0 where none is started).
    """
    rows = people.members(episode.family_id)
    signed = db.session.get(Submission, signs.submission_id) if signs else None
    about = {"number": number or None, "signs": signs.paper if signs else "", "signs_author": signed.author_label if signed else ""}
    return Record(_facts(episode, rows, by) | about, _lists(rows), _papers(episode))


def _facts(episode: Episode, rows: Any, by: User | None) -> dict[str, Any]:
    family = db.session.get_one(Family, episode.family_id)
    lead = db.session.get(User, episode.lead_id) if episode.lead_id else None
    opened = timekeeping.london(episode.opened_at).date()
    facts = {
        "reference": episode.reference,
        "family_name": family.name,
        "children_names": _joined([person.full_name for member, person in rows if member.role == "child"]),
        "stage": episode.stage,
        "stage_title": rules.stage_title(episode.stage),
        "level": episode.level,
        "team": episode.team,
        "team_name": rules.team_title(episode.team),
        "opened_on": opened.isoformat(),
        "closed_on": timekeeping.london(episode.closed_at).date().isoformat() if episode.closed_at else "",
        "today": timekeeping.today().isoformat(),
        "months_open": _months(opened, timekeeping.today()),
    }
    for name, user in (("lead", lead), ("author", by)):
        facts |= {name: _as_person(user), f"{name}_name": user.name if user else "", f"{name}_email": user.email if user else ""}
    return facts


def _lists(rows: Any) -> dict[str, list[dict[str, Any]]]:
    return {name: [_item(member, person) for member, person in rows if member.role == role] for name, role in RECORD_LISTS.items()}


def _item(member: FamilyMember, person: Person) -> dict[str, Any]:
    item = {name: fact["value"] for name, fact in person.facts.items()}
    item |= {"_id": person.id, "first_name": person.first_name, "last_name": person.last_name, "known_as": person.known_as}
    item |= {"full_name": person.full_name, "must_not_be_told": "yes" if member.must_not_be_told else "no"}
    return item


def _papers(episode: Episode) -> dict[str, PaperAnswers]:
    query = (
        select(Paper.paper, Submission.sent_at, SubmissionData.answers)
        .join(Submission, Submission.id == Paper.submission_id)
        .join(SubmissionData, SubmissionData.submission_id == Submission.id)
        .where(Paper.episode_id == episode.id, Submission.status.in_(("sent", "final")))
        .order_by(Submission.sent_at, Paper.started_at)
    )
    return {
        paper: PaperAnswers(rules.paper_title(paper), timekeeping.show_date(sent_at), answers)
        for paper, sent_at, answers in db.session.execute(query)
    }


def _as_person(user: User | None) -> dict[str, str]:
    if user is None:
        return {}
    first, _, last = user.name.partition(" ")
    return {"first_name": first, "last_name": last, "role": "", "organisation": "", "phone": "", "email": user.email}


def _joined(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _months(first: Any, last: Any) -> int:
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)

"""Which e-mails follow a paper, by the council's notices. Asks for them by name; writing and sending them is `notifications`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal import jobs
from portal.accounts.models import User
from portal.councils.model import AnyPaper, Notice
from portal.db import db
from portal.episodes import rules
from portal.episodes.happenings import PaperHappening
from portal.episodes.models import Episode, Paper
from portal.publishing.in_force import council_in_force
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import answers_of
from portal.submissions.models import Submission

TELL_REFERRER = "outcome.tell_referrer"
"""The binding of a question that asks whether the referrer may be told; its “no” keeps every notice from them (HFS-4.5b)."""


def on_paper(episode: Episode, happened: PaperHappening) -> None:
    """Ask for the notices that this paper's event calls for."""
    facts = rules.facts_for(happened.by)
    for notice_id, notice in council_in_force().notices.items():
        if notice.on is None or notice.on.event != happened.event or notice.on.paper not in (happened.paper, AnyPaper):
            continue
        if not rules.holds(notice.when, happened.definition, happened.answers, facts):
            continue
        whom = _recipient(episode, notice, happened)
        if whom:
            payload = {"notice": notice_id, "reference": episode.reference} | whom
            jobs.enqueue("notifications.notice", payload, unique_key=f"notice:{notice_id}:{happened.submission_id}{happened.round_id}")


def _recipient(episode: Episode, notice: Notice, happened: PaperHappening) -> dict[str, Any]:
    staff_link = f"/staff/episodes/{episode.id}"
    if notice.to == "author":
        return _author(episode, happened.submission_id, staff_link)
    if notice.to == "reviewer":
        return {"user_id": happened.reviewer_id, "link": staff_link} if happened.reviewer_id else {}
    if notice.to == "lead":
        return {"user_id": episode.lead_id, "link": staff_link} if episode.lead_id else {}
    if notice.to == "team":
        return {"team_id": episode.team, "link": staff_link} if episode.team else {}
    if notice.to != "referrer" or must_not_tell_referrer(episode):
        return {}
    request = _newest(episode, rules.request_papers())
    return {"submission_id": request.id} if request else {}


def _author(episode: Episode, submission_id: str, staff_link: str) -> dict[str, Any]:
    """Whoever filled the paper in: a person with an account (or, where that is closed, the lead), else the sender by their way back."""
    submission = db.session.get_one(Submission, submission_id)
    if submission.audience == "public":
        return {} if must_not_tell_referrer(episode) else {"submission_id": submission.id}
    author = db.session.get(User, submission.author_id) if submission.author_id else None
    reached = author.id if author is not None and author.is_active else episode.lead_id
    return {"user_id": reached, "link": staff_link} if reached else {}


def must_not_tell_referrer(episode: Episode) -> bool:
    """Whether the newest finished paper that asks says that the referrer is not to be told."""
    query = (
        select(Submission)
        .join(Paper, Paper.submission_id == Submission.id)
        .where(Paper.episode_id == episode.id, Submission.status == "final")
        .order_by(Submission.sent_at.desc())
    )
    for submission in db.session.scalars(query):
        for question in definition_of(submission).index.questions_of_repeat[""]:
            if question.record == TELL_REFERRER:
                return answers_of(submission).get(question.id) == "no"
    return False


def _newest(episode: Episode, paper_ids: list[str]) -> Submission | None:
    query = select(Submission).join(Paper, Paper.submission_id == Submission.id)
    query = query.where(Paper.episode_id == episode.id, Paper.paper.in_(paper_ids), Submission.status != "draft")
    return db.session.scalars(query.order_by(Submission.sent_at.desc()).limit(1)).first()

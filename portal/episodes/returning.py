"""Returning a paper for changes as part of an episode: who may not, when it is too late, and what follows by the council's files.

The rounds themselves are `submissions.returns`. The edge commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.accounts.models import User
from portal.db import db
from portal.episodes import clocks, notices, papers, rules, transitions
from portal.episodes.happenings import RETURNED, RETURNED_ACCEPTED, RETURNED_ANSWERED, PaperHappening
from portal.episodes.models import Episode, Paper
from portal.errors import PortalError
from portal.families import consents, renewal
from portal.families.models import Family
from portal.forms.conditions import Facts
from portal.forms.paths import split_path
from portal.submissions import drafts, returns
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Writer
from portal.submissions.models import ReturnRound, Submission
from portal.submissions.returns import Asked, NotReturnable


class TooLate(NotReturnable):
    """Support has ended, or the request went to another family: the record is not worked on any more."""


def refusal(paper: Paper, episode: Episode, submission: Submission, by: User) -> PortalError | None:
    """Why this person cannot return this paper now, or None. Whether their role may is for `access`."""
    if submission.status not in papers.DONE:
        return NotReturnable("It is being filled in or was withdrawn, so there is nothing to return")
    if paper.about_id:
        return NotReturnable("A sign-off is not returned. Return the paper it signs")
    if episode.closed_at is not None:
        return TooLate("Support has ended, so nothing can be changed any more. Reopen it first")
    if any(rule.signs == paper.paper and rule.not_author for rule in rules.papers()):
        try:
            papers.check_not_author(paper, by)
        except papers.SignOffByAuthor:
            return papers.SignOffByAuthor(f"You wrote in “{rules.paper_title(paper.paper)}”. Someone else must look at it.")
    return None


def ask(paper: Paper, asked: Sequence[Asked], message: str, *, by: User, facts: Facts, after: str = "") -> ReturnRound:
    """Return a paper; the council's moves, time limits and e-mails for it follow. Raises what `refusal` answers and `returns.ask` raises."""
    submission = drafts.find_to_change(paper.submission_id)
    assert submission is not None
    episode = db.session.get_one(Episode, paper.episode_id)
    why_not = refusal(paper, episode, submission, by)
    if why_not is not None:
        raise why_not
    one = returns.ask(submission, asked, message, by=Writer(by.id, by.name), facts=facts, after=after)
    _follow(episode, paper, submission, one, _Event(RETURNED, by))
    return one


def answer(one: ReturnRound, submission: Submission, note: str, *, by: Writer, user: User | None, facts: Facts) -> None:
    """Hand a returned paper back; what it says anew of people and of agreement is recorded, and the council's moves, time limits and e-mails follow.

    Raises what `returns.answer` raises. A form that belongs to no episode is only handed back.
    """
    returns.answer(one, submission, note, by=by, facts=facts)
    paper = papers.of_submission(submission.id)
    if paper is None:
        return
    episode = db.session.get_one(Episode, paper.episode_id)
    family, definition = db.session.get_one(Family, episode.family_id), definition_of(submission)
    people = renewal.renew(definition, one.base, submission.data.answers, source=submission.id) if one.changes else {}
    consents.record(family, definition, submission.data.answers, source=submission.id, people=people or None, only=one.changes)
    _follow(episode, paper, submission, one, _Event(RETURNED_ANSWERED, user, frozenset(split_path(path)[1] for path in one.changes)))


def accept(paper: Paper, one: ReturnRound, note: str, *, by: User) -> None:
    """Agree to what came back. Raises RoundOver, TooLate, SignOffByAuthor."""
    submission = drafts.find_to_change(paper.submission_id)
    assert submission is not None
    episode = db.session.get_one(Episode, paper.episode_id)
    why_not = refusal(paper, episode, submission, by)
    if why_not is not None:
        raise why_not
    db.session.refresh(one, with_for_update=True)  # after the submission, as everybody who writes does
    returns.accept(one, note, by=Writer(by.id, by.name))
    _follow(episode, paper, submission, one, _Event(RETURNED_ACCEPTED, by))


@dataclass(frozen=True)
class _Event:
    """What was done with a return, by whom (None for somebody without an account), and which questions it changed."""

    name: str
    by: User | None
    changed: frozenset[str] = frozenset()


def _follow(episode: Episode, paper: Paper, submission: Submission, one: ReturnRound, event: _Event) -> None:
    happened = PaperHappening(
        paper.paper,
        event.name,
        submission.id,
        definition_of(submission),
        submission.data.answers,
        event.by,
        round_id=one.id,
        reviewer_id=one.asked_by_id,
        changed=event.changed,
    )
    transitions.on_paper(episode, happened)
    clocks.on_paper(episode, happened)
    notices.on_paper(episode, happened)

"""What follows when a paper is sent or finalised: the stage, the clocks, consents, notices. Called in the same transaction."""

from __future__ import annotations

from portal.accounts.models import User
from portal.db import db
from portal.episodes import clocks, intake, notices, papers, rules, transitions
from portal.episodes.happenings import FINALISED, SENT, PaperHappening, Signed
from portal.episodes.models import Episode, Paper
from portal.families import consents
from portal.families.models import Family
from portal.rows import write_changes
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import answers_of
from portal.submissions.models import Submission
from portal.timekeeping import now


def sent(submission: Submission, by: User | None = None) -> Episode | None:
    """A form was sent. A request is received first. Answers its episode, or None when it belongs to none. Safe to repeat."""
    received = intake.receive(submission)
    if received is None:
        return None
    episode, paper = received
    _follow(episode, paper, submission, SENT, by)
    return episode


def finalised(submission: Submission, by: User) -> Episode | None:
    """A paper was finalised. Answers its episode, or None when it belongs to none. Safe to repeat.

    Raises papers.SignOffByAuthor, papers.ReturnWaits; then nothing of the finalising may be kept.
    """
    paper = papers.of_submission(submission.id)
    if paper is None:
        return None
    if paper.about_id:
        papers.check_may_sign(papers.find(paper.about_id))
    if paper.about_id and rules.paper(paper.paper).not_author:
        papers.check_not_author(papers.find(paper.about_id), by)
    episode = db.session.get_one(Episode, paper.episode_id)
    _follow(episode, paper, submission, FINALISED, by)
    return episode


def _follow(episode: Episode, paper: Paper, submission: Submission, event: str, by: User | None) -> None:
    if paper.followed_at is not None:
        return
    paper.followed_at = now()
    write_changes(paper)
    happened = PaperHappening(paper.paper, event, submission.id, definition_of(submission), answers_of(submission), by, _signed(paper))
    if event == FINALISED:
        family = db.session.get_one(Family, episode.family_id)
        consents.record(family, happened.definition, happened.answers, source=submission.id)
    transitions.on_paper(episode, happened)
    clocks.on_paper(episode, happened)
    notices.on_paper(episode, happened)


def _signed(paper: Paper) -> Signed | None:
    if not paper.about_id:
        return None
    submission = db.session.get_one(Submission, papers.find(paper.about_id).submission_id)
    return Signed(definition_of(submission), answers_of(submission))

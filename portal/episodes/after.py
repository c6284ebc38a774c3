"""What follows when a paper is sent or finalised: the stage, the clocks, consents, notices. Called in the same transaction."""

from __future__ import annotations

from portal.accounts.models import User
from portal.db import db
from portal.episodes import clocks, intake, notices, papers, rules, transitions
from portal.episodes.happenings import FINALISED, SENT, PaperHappening
from portal.episodes.models import Episode, Paper
from portal.families import consents
from portal.families.models import Family
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import answers_of
from portal.submissions.models import Submission


def sent(submission: Submission, by: User | None = None) -> Episode | None:
    """A form was sent. A request is received first. Answers its episode, or None when it belongs to none. Safe to repeat."""
    is_new = papers.of_submission(submission.id) is None
    episode = intake.receive(submission)
    if episode is None or not is_new:
        return episode
    _follow(episode, _happening(submission, papers.of_submission(submission.id), SENT, by))
    return episode


def finalised(submission: Submission, by: User) -> Episode | None:
    """A paper was finalised. Answers its episode, or None when it belongs to none.

    Raises papers.SignOffByAuthor; then nothing of the finalising may be kept.
    """
    paper = papers.of_submission(submission.id)
    if paper is None:
        return None
    if paper.about_id and rules.paper(paper.paper).not_author:
        papers.check_not_author(papers.find(paper.about_id), by)
    episode = db.session.get_one(Episode, paper.episode_id)
    happened = _happening(submission, paper, FINALISED, by)
    family = db.session.get_one(Family, episode.family_id)
    consents.record(family, happened.definition, happened.answers, source=submission.id)
    _follow(episode, happened)
    return episode


def _happening(submission: Submission, paper: Paper, event: str, by: User | None) -> PaperHappening:
    return PaperHappening(paper.paper, event, submission.id, definition_of(submission), answers_of(submission), by)


def _follow(episode: Episode, happened: PaperHappening) -> None:
    transitions.on_paper(episode, happened)
    clocks.on_paper(episode, happened)
    notices.on_paper(episode, happened)

"""The door of an episode's papers: starting one and reading a sent one. Filling one in is the door of submissions."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import audit
from portal.access import can, check, needs
from portal.accounts import sign_in_state
from portal.db import db
from portal.episodes import last_time, papers, returning, rules, written
from portal.episodes.models import Episode, Paper
from portal.errors import NotFound
from portal.forms import held_back, summary
from portal.submissions import drafts, returns
from portal.submissions.definitions import definition_of
from portal.submissions.models import Submission

doors = Blueprint("papers", __name__)


class NothingBefore(NotFound):
    """A first paper stands beside nothing."""


@doors.post("/staff/episodes/<record_id:episode_id>/papers/<slug:paper_id>")
@needs("paper.start", partial(db.session.get, Episode))
def start(episode: Episode, paper_id: str) -> Response:
    """Start a paper with what the record knows, and go to fill it in."""
    check("paper.start", episode, paper=rules.paper(paper_id).id)
    made = papers.start(paper_id, episode, by=sign_in_state.person(), key=request.form.get("key", "")[:40])
    return redirect(url_for("submissions.all_questions", submission_id=made.submission_id), 303)


@doors.get("/staff/papers/<record_id:paper_id>")
@needs("paper.view", partial(db.session.get, Paper))
def read(paper: Paper) -> Any:
    """A paper's answers, with who gave each and when."""
    person = sign_in_state.person()
    submission = drafts.find(paper.submission_id)
    episode = db.session.get_one(Episode, paper.episode_id)
    definition = definition_of(submission)
    facts = drafts.facts_for(submission, person.roles)
    shown = summary.sections(definition, drafts.answers_of(submission), facts, submission.data.incomplete)
    audit.note_read("paper.read", subject="submission", subject_id=submission.id, actor=person.id, detail={"paper": paper.paper, "episode": episode.id})
    revisions = drafts.history(submission)
    rounds = returns.rounds_of(submission.id) if not submission.is_draft else ()
    about = papers.find(paper.about_id) if paper.about_id else None
    return render_template(
        "episodes/paper.html",
        paper=paper,
        submission=submission,
        episode=episode,
        title=rules.paper_title(paper.paper),
        about=about,
        about_title=rules.paper_title(about.paper) if about else "",
        sections=shown,
        erased={name: date.fromisoformat(day) for name, day in submission.data.erased.items()},
        writers=written.writers(revisions),
        by_path=written.last_by_path(revisions),
        history=written.spells(revisions),
        files=[file for file in drafts.attachments_of(submission) if not held_back.is_held_at(definition, file.path)],
        rounds=rounds,
        versions=returns.earlier(rounds),
        last=_last_seen(paper, submission),
        may_return=bool(can(person, "paper.return", paper)) and returning.refusal(paper, episode, submission, person) is None,
    )


def _last_seen(paper: Paper, submission: Submission) -> Paper | None:
    """The paper before this one, where this person may read it and its kind is compared."""
    if rules.paper_kind(paper.paper) not in last_time.KINDS:
        return None
    last = last_time.before(paper, submission)
    return last if last is not None and can(sign_in_state.me(), "paper.view", last) else None


@doors.get("/staff/papers/<record_id:paper_id>/last-time")
@needs("paper.view", partial(db.session.get, Paper))
def beside_last_time(paper: Paper) -> str:
    """What differs between this paper and the one before it, in plain words and side by side; every answer where that is asked for."""
    person = sign_in_state.me()
    submission = drafts.find(paper.submission_id)
    last = last_time.before(paper, submission)
    if last is None:
        raise NothingBefore("There is no earlier form to show this one beside")
    check("paper.view", last)
    earlier = drafts.find(last.submission_id)
    for one, read in ((paper, submission), (last, earlier)):
        audit.note_read("paper.read", subject="submission", subject_id=read.id, actor=person.id, detail={"paper": one.paper, "episode": one.episode_id})
    may_fill = submission.is_draft and can(person, "submission.edit", submission)
    every = request.args.get("show") == "every"
    return render_template(
        "episodes/last_time.html",
        paper=paper,
        every=every,
        left_out=() if every else ("same", "waiting") if submission.is_draft else ("same",),
        submission=submission,
        title=rules.paper_title(paper.paper),
        last=last,
        last_title=rules.paper_title(last.paper),
        last_sent_at=earlier.sent_at,
        compared=last_time.compare(last_time.side(submission, person.roles), last_time.side(earlier, person.roles), last.paper),
        back=url_for("submissions.all_questions", submission_id=submission.id) if may_fill else url_for("papers.read", paper_id=paper.id),
    )

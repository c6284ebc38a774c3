"""The reviewer's door of returns: choosing what is asked and why, seeing what changed word by word, accepting, taking back, earlier versions.

What the author sees is `submissions.changing_routes`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from portal import audit
from portal.access import can, needs
from portal.accounts import sign_in_state
from portal.db import db
from portal.episodes import papers, return_words, returning, rules
from portal.episodes.models import Episode, Paper
from portal.errors import NotFound
from portal.forms import summary
from portal.submissions import drafts, returns
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Writer
from portal.submissions.models import ReturnRound, Submission
from portal.submissions.returns import Asked, NothingAsked, RoundMoved, RoundOver

doors = Blueprint("returns", __name__)
MOST_ASKED = 200


class NoSuchVersion(NotFound):
    """There is no earlier version with this number."""


@doors.get("/staff/papers/<record_id:paper_id>/return")
@needs("paper.return", partial(db.session.get, Paper))
def choose(paper: Paper) -> str:
    """Every question with its answer, to tick what should be changed."""
    last = returns.newest(paper.submission_id)
    ticked = {one["path"]: one["reason"] for one in last.asked} if last and request.args.get("again") else {}
    return _choose_page(paper, ticked, last.id if last else "")


@doors.post("/staff/papers/<record_id:paper_id>/return")
@needs("paper.return", partial(db.session.get, Paper))
def ask(paper: Paper) -> Any:
    """Ask for a reason for each question that was ticked, then return the paper."""
    asked = _asked()
    after = request.form.get("after", "")
    step = request.form.get("step", "")
    if step == "choose":
        return _choose_page(paper, asked, after)
    if step != "send":
        if not asked:
            return _choose_page(paper, asked, after, [{"text": "Tick at least one question", "href": "#questions"}]), 422
        return _reasons_page(paper, asked, after)
    person = sign_in_state.me()
    submission = drafts.find(paper.submission_id)
    facts = drafts.facts_for(submission, person.roles)
    try:
        returning.ask(paper, [Asked(path, reason) for path, reason in asked.items()], request.form.get("message", ""), by=person, facts=facts, after=after)
    except NothingAsked as error:
        return _reasons_page(paper, asked, after, error.message), 422
    except RoundMoved as error:
        return _moved_page(paper, asked, error.message), 409
    flash(f"Returned for changes. {return_words.told(submission, paper)}")
    return redirect(url_for("papers.read", paper_id=paper.id), 303)


@doors.get("/staff/returns/<record_id:round_id>")
@needs("paper.view", returns.find)
def review(one: ReturnRound) -> str:
    """What was asked in a round, what came back, and the differences word by word."""
    return _review_page(one, [])


@doors.post("/staff/returns/<record_id:round_id>/accept")
@needs("paper.return", returns.find)
def accept(one: ReturnRound) -> Any:
    """Agree to what came back."""
    paper = _paper(one)
    try:
        returning.accept(paper, one, request.form.get("note", ""), by=sign_in_state.me())
    except (RoundOver, NothingAsked) as error:
        return _review_page(one, [{"text": error.message, "href": "#how-it-went"}]), error.status
    flash("The changes are accepted")
    return redirect(url_for("papers.read", paper_id=paper.id), 303)


@doors.post("/staff/returns/<record_id:round_id>/take-back")
@needs("paper.return", returns.find)
def take_back(one: ReturnRound) -> Any:
    """Ask no more."""
    person = sign_in_state.me()
    submission = drafts.find_to_change(one.submission_id)
    db.session.refresh(one, with_for_update=True)
    try:
        returns.take_back(one, submission, request.form.get("reason", ""), by=Writer(person.id, person.name))
    except (RoundOver, NothingAsked) as error:
        return _review_page(one, [{"text": error.message, "href": "#reason" if isinstance(error, NothingAsked) else "#how-it-went"}]), error.status
    flash("The return is taken back. Nothing was changed")
    return redirect(url_for("papers.read", paper_id=_paper(one).id), 303)


@doors.get("/staff/papers/<record_id:paper_id>/versions/<int:number>")
@needs("paper.view", partial(db.session.get, Paper))
def version(paper: Paper, number: int) -> str:
    """The answers as they were before a round changed them."""
    submission = drafts.find(paper.submission_id)
    kept = {each.number: each for each in returns.earlier(returns.rounds_of(submission.id))}
    if number not in kept:
        raise NoSuchVersion("This form has no earlier version with this number")
    _note_reading(paper, submission)
    definition = definition_of(submission)
    shown = summary.sections(definition, kept[number].answers, drafts.facts_for(submission, sign_in_state.me().roles))
    return render_template(
        "episodes/version.html", paper=paper, submission=submission, title=rules.paper_title(paper.paper), sections=shown, version=kept[number], last=len(kept) + 1
    )


def _asked() -> dict[str, str]:
    """What is ticked, with the reasons given so far; what was ticked on an earlier page stands in numbered fields."""
    asked = {path: request.form.get(f"reason {path}", "") for path in request.form.getlist("path")[:MOST_ASKED]}
    return {path: reason for path, reason in asked.items() if path}


def _choose_page(paper: Paper, ticked: dict[str, str], after: str, errors: list[dict[str, str]] | None = None) -> str:
    submission, sections = _shown(paper)
    why_not = _refusal(paper, submission)
    return render_template(
        "episodes/return_choose.html",
        paper=paper,
        submission=submission,
        title=rules.paper_title(paper.paper),
        sections=return_words.with_lists(sections, definition_of(submission)),
        ticked=ticked,
        after=after,
        message=request.form.get("message", ""),
        why_not=why_not,
        errors=errors or [],
    )


def _reasons_page(paper: Paper, asked: dict[str, str], after: str, wrong: str = "") -> str:
    submission, sections = _shown(paper)
    rows = return_words.rows_asked(submission, sections, asked)
    errors = []
    if wrong:
        first = next((number for number, row in enumerate(rows, start=1) if not row.reason.strip()), 1)
        errors = [{"text": wrong, "href": f"#reason-{first}"}]
    return render_template(
        "episodes/return_reasons.html",
        paper=paper,
        submission=submission,
        title=rules.paper_title(paper.paper),
        rows=rows,
        after=after,
        message=request.form.get("message", ""),
        told=return_words.told(submission, paper, ahead=True),
        limit=returns.MAX_REASON,
        errors=errors,
    )


def _moved_page(paper: Paper, asked: dict[str, str], words: str) -> str:
    """Somebody else was faster: what they did, and what this person wrote, so that it is not lost."""
    submission, sections = _shown(paper)
    rows = return_words.rows_asked(submission, sections, asked)
    last = returns.newest(submission.id)
    return render_template("episodes/return_moved.html", paper=paper, submission=submission, words=words, rows=rows, last=last, message=request.form.get("message", ""))


def _review_page(one: ReturnRound, errors: list[dict[str, str]]) -> str:
    paper = _paper(one)
    submission = drafts.find(one.submission_id)
    person = sign_in_state.me()
    _note_reading(paper, submission)
    newest = returns.newest(submission.id)
    is_newest = newest is not None and newest.id == one.id
    return render_template(
        "episodes/return_review.html",
        paper=paper,
        submission=submission,
        round=one,
        title=rules.paper_title(paper.paper),
        rows=return_words.rows_changed(one, submission, drafts.facts_for(submission, person.roles)),
        versions={each.round.id: each.number for each in returns.earlier(returns.rounds_of(submission.id))},
        may_decide=is_newest and bool(can(person, "paper.return", paper)) and _refusal(paper, submission) is None,
        may_change=one.status == returns.OPEN and bool(can(person, "submission.change", submission)),
        errors=errors,
    )


def _shown(paper: Paper) -> tuple[Submission, list[summary.SummarySection]]:
    submission = drafts.find(paper.submission_id)
    _note_reading(paper, submission)
    facts = drafts.facts_for(submission, sign_in_state.me().roles)
    return submission, summary.sections(definition_of(submission), submission.data.answers, facts)


def _refusal(paper: Paper, submission: Submission) -> Any:
    return returning.refusal(paper, db.session.get_one(Episode, paper.episode_id), submission, sign_in_state.me())


def _paper(one: ReturnRound) -> Paper:
    found = papers.of_submission(one.submission_id)
    if found is None:
        raise NotFound("This form belongs to no family's record")
    return found


def _note_reading(paper: Paper, submission: Submission) -> None:
    audit.note_read("paper.read", subject="submission", subject_id=submission.id, actor=sign_in_state.me().id, detail={"paper": paper.paper, "episode": paper.episode_id})

"""The doors after sending: adding what was missing, correcting, withdrawing; and handing out the files that came with answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, redirect, render_template, request, url_for

from portal import access, audit, jobs
from portal.access import needs
from portal.accounts import sign_in_state
from portal.db import db
from portal.episodes.models import Episode
from portal.episodes.papers import of_submission
from portal.errors import Forbidden
from portal.files import store
from portal.forms.item_labels import item_label
from portal.forms.journey import Block
from portal.forms.model import Scope
from portal.forms.page_form import build
from portal.security import as_download
from portal.submissions import arriving_routes, attachments, drafts, withdraw
from portal.submissions.filling_routes import door, facts, journey_of, writer
from portal.submissions.keeping_routes import keep_files
from portal.submissions.models import Attachment, Submission
from portal.submissions.page_reading import StepForm, error_list, read_all
from portal.submissions.withdraw import NothingSaid


class NotTheSender(Forbidden):
    """Only whoever sent a request can add to it, correct or withdraw it here."""


def _check_sender(submission: Submission) -> Response | None:
    """Refuse everybody but the sender. Answers where to go when there is nothing to add to (any more)."""
    if not access.holds_draft(submission.id):
        raise NotTheSender("Only the person who sent this request can change it here")
    return None if submission.status == "sent" else redirect(url_for("submissions.sent", submission_id=submission.id), 303)


@door.get("/sent/<record_id:submission_id>/later")
@needs("submission.view", drafts.find, by="submission_id")
def later(submission: Submission) -> Any:
    """The questions that may still be answered."""
    elsewhere = _check_sender(submission)
    return elsewhere or _later_page(submission, _later_forms(submission), [])


@door.post("/sent/<record_id:submission_id>/later")
@needs("submission.view", arriving_routes.find_to_change, by="submission_id")
def add_later(submission: Submission) -> Any:
    """Add what was missing. What was sent before stays."""
    elsewhere = _check_sender(submission)
    if elsewhere:
        return elsewhere
    forms = _later_forms(submission, formdata=request.form, files=request.files)
    read = read_all(forms, {}, to_go_on=False)
    fresh: dict[str, Any] = {path: value for path, value in read.values.items() if path not in read.uploads}
    read.values.clear()
    keep_files(submission, read, forms)
    read.values.update(fresh)
    added = withdraw.add_later(submission, read, by=writer(), facts=facts(submission))
    if added:
        _tell_team(submission)
    if read.problems:
        return _later_page(submission, forms, error_list(forms)), 422
    return redirect(url_for("submissions.sent", submission_id=submission.id), 303)


def _later_forms(submission: Submission, **posted: Any) -> list[StepForm]:
    """One form for each page and item that has a question which may follow; files sent before are not shown for removal.

    Nothing in it may follow later still: this is later.
    """
    journey = journey_of(submission)
    groups: dict[tuple[str, Scope], list] = {}
    for question, scope in withdraw.may_follow(submission, journey.facts):
        groups.setdefault((journey.definition.index.page_of[question.id].id, scope), []).append(question.model_copy(update={"later": False}))
    forms = []
    for (page_id, scope), questions in groups.items():
        page = journey.definition.index.pages[page_id].model_copy(update={"questions": tuple(questions)})
        label = item_label(journey.definition, journey.visible.answers, scope) if scope else ""
        block = Block(page, scope, f"{page.title}: {label}" if label else page.title, tuple(questions))
        forms.append(StepForm(None, build(journey.definition, [block], {}, {}, journey.facts, **posted)))
    return forms


def _later_page(submission: Submission, forms: list[StepForm], errors: list[dict[str, str]]) -> str:
    return render_template("submissions/later.html", submission=submission, forms=forms, errors=errors)


def _tell_team(submission: Submission) -> None:
    paper = of_submission(submission.id)
    episode = db.session.get(Episode, paper.episode_id) if paper else None
    if episode is None or not episode.team:
        return
    link = url_for("episodes.episode_page", episode_id=episode.id)
    payload = {"notice": "late_paper", "team_id": episode.team, "reference": submission.reference, "link": link}
    jobs.enqueue("notifications.notice", payload, unique_key=f"late:{submission.id}:{submission.version}")


@door.get("/sent/<record_id:submission_id>/correct")
@needs("submission.view", drafts.find, by="submission_id")
def correct(submission: Submission) -> Any:
    """Ask what is wrong in what was sent."""
    return _check_sender(submission) or _words_page(submission, "correct", "", [])


@door.post("/sent/<record_id:submission_id>/correct")
@needs("submission.view", drafts.find_to_change, by="submission_id")
def keep_correction(submission: Submission) -> Any:
    """Keep a correction beside the answers as sent."""
    return _keep_words(submission, "correct", withdraw.correct)


@door.get("/sent/<record_id:submission_id>/withdraw")
@needs("submission.view", drafts.find, by="submission_id")
def withdraw_request(submission: Submission) -> Any:
    """Ask why a request is withdrawn."""
    return _check_sender(submission) or _words_page(submission, "withdraw", "", [])


@door.post("/sent/<record_id:submission_id>/withdraw")
@needs("submission.view", drafts.find_to_change, by="submission_id")
def withdraw_now(submission: Submission) -> Any:
    """Withdraw a request. Asking again leads to the same page."""
    return _keep_words(submission, "withdraw", withdraw.withdraw)


def _keep_words(submission: Submission, what: str, verb: Callable[..., Any]) -> Any:
    """Do what the sender asked with their words, and tell the team; ask again where the words are missing."""
    elsewhere = _check_sender(submission)
    if elsewhere:
        return elsewhere
    words = request.form.get("words", "")
    try:
        verb(submission, words, by=writer())
    except NothingSaid as error:
        return _words_page(submission, what, words, [{"text": error.message, "href": "#words"}]), 422
    _tell_team(submission)
    return redirect(url_for("submissions.sent", submission_id=submission.id), 303)


WORDS = {
    "correct": {
        "heading": "Tell us what is wrong",
        "explanation": "What you sent stays as it is. Your correction is shown beside it to those who deal with the request.",
        "label": "What should be corrected?",
        "button": "Send correction",
    },
    "withdraw": {
        "heading": "Withdraw this request",
        "explanation": "We keep what you sent with a note that you withdrew it. If a child may be in danger, call us instead.",
        "label": "Why are you withdrawing it?",
        "button": "Withdraw request",
    },
}


def _words_page(submission: Submission, what: str, words: str, errors: list[dict[str, str]]) -> str:
    return render_template(
        "submissions/words.html", submission=submission, words=words, errors=errors, limit=withdraw.MAX_NOTE, is_warning=what == "withdraw", **WORDS[what]
    )


@door.get("/files/<record_id:attachment_id>")
@needs("submission.view", attachments.find, by="attachment_id")
def attachment(file: Attachment) -> Response:
    """Hand out a file as a download."""
    person = sign_in_state.person()
    audit.note_read("attachment.read", subject="attachment", subject_id=file.id, actor=person.id if person else None, detail={"submission": file.submission_id})
    return as_download(store().read(file.sha256), file.name, file.media_type)

"""The doors after sending: correcting and withdrawing, and handing out the files that came with answers. Adding what was missing is `later_routes`."""

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
from portal.forms import held_back
from portal.security import as_download
from portal.submissions import attachments, drafts, withdraw
from portal.submissions.definitions import definition_of
from portal.submissions.filling_routes import door, writer
from portal.submissions.models import Attachment, Submission
from portal.submissions.withdraw import NothingSaid


class NotTheSender(Forbidden):
    """Only whoever sent a request can add to it, correct or withdraw it here."""


class FileHeldBack(Forbidden):
    """A file is held back as the answer is that it came with."""


def check_sender(submission: Submission) -> Response | None:
    """Refuse everybody but the sender. Answers where to go when there is nothing to add to (any more)."""
    if not access.holds_draft(submission.id):
        raise NotTheSender("Only the person who sent this request can change it here")
    return None if submission.status == "sent" else redirect(url_for("submissions.sent", submission_id=submission.id), 303)


def tell_team(submission: Submission) -> None:
    """Tell the team that has the request of what was added."""
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
    return check_sender(submission) or _words_page(submission, "correct", "", [])


@door.post("/sent/<record_id:submission_id>/correct")
@needs("submission.view", drafts.find_to_change, by="submission_id")
def keep_correction(submission: Submission) -> Any:
    """Keep a correction beside the answers as sent."""
    return _keep_words(submission, "correct", withdraw.correct)


@door.get("/sent/<record_id:submission_id>/withdraw")
@needs("submission.view", drafts.find, by="submission_id")
def withdraw_request(submission: Submission) -> Any:
    """Ask why a request is withdrawn."""
    return check_sender(submission) or _words_page(submission, "withdraw", "", [])


@door.post("/sent/<record_id:submission_id>/withdraw")
@needs("submission.view", drafts.find_to_change, by="submission_id")
def withdraw_now(submission: Submission) -> Any:
    """Withdraw a request. Asking again leads to the same page."""
    return _keep_words(submission, "withdraw", withdraw.withdraw)


def _keep_words(submission: Submission, what: str, verb: Callable[..., Any]) -> Any:
    """Do what the sender asked with their words, and tell the team; ask again where the words are missing."""
    elsewhere = check_sender(submission)
    if elsewhere:
        return elsewhere
    words = request.form.get("words", "")
    try:
        verb(submission, words, by=writer())
    except NothingSaid as error:
        return _words_page(submission, what, words, [{"text": error.message, "href": "#words"}]), 422
    tell_team(submission)
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
    submission = drafts.find(file.submission_id)
    if submission is not None and held_back.is_held_at(definition_of(submission), file.path):
        raise FileHeldBack("This file is held back from you, as the answer it belongs to is. Ask the lead professional or a manager")
    person = sign_in_state.person()
    audit.note_read("attachment.read", subject="attachment", subject_id=file.id, actor=person.id if person else None, detail={"submission": file.submission_id})
    return as_download(store().read(file.sha256), file.name, file.media_type)

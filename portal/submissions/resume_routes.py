"""The doors of saving and coming back: asking for link and code, opening a link."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from portal import access
from portal.access import public
from portal.accounts import interrupted
from portal.db import db
from portal.errors import NotFound
from portal.notifications.compose import notify
from portal.submissions import drafts, resume, returns
from portal.submissions.after_routes import NotTheSender
from portal.submissions.filling_routes import door, fills, journey_of, note_language
from portal.submissions.models import Submission
from portal.submissions.resume import CodeWrong, LinkExpired, LinkLocked, Opening


class NothingToComeBackTo(NotFound):
    """Only public forms have a link to come back by; a staff form is found on its family's page."""


def link_for(token: str) -> str:
    """The path of a link that goes into an e-mail."""
    return url_for("submissions.resume_page", token=token)


def address_read(text: str) -> tuple[str, str]:
    """An e-mail address and what is wrong with it ('' for nothing). Nobody is asked whether it exists."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized, ""
    except EmailNotValidError:
        return text.strip()[:254], "Enter an e-mail address like name@example.org" if text.strip() else "Enter your e-mail address"


@door.get("/fill/<record_id:submission_id>/save")
@fills()
def save_and_return(draft: Submission) -> str:
    """Explain link and code before anything is made, and ask where to send the link."""
    _check_public(draft)
    key = resume.key_of(draft)
    email = key.email if key else own_address(draft)
    return render_template("submissions/save.html", draft=draft, expires_at=draft.expires_at, has_link=key is not None, email=email, errors=[])


@door.post("/fill/<record_id:submission_id>/save")
@fills(drafts.find_to_change)
def make_link(draft: Submission) -> str | tuple[str, int]:
    """E-mail the link and show the code, this once."""
    _check_public(draft)
    email, wrong = address_read(request.form.get("email", ""))
    if wrong:
        has_link = resume.key_of(draft) is not None
        errors = [{"text": wrong, "href": "#email"}]
        return render_template("submissions/save.html", draft=draft, expires_at=draft.expires_at, has_link=has_link, email=email, errors=errors), 422
    note_language(draft)
    opening = resume.make(draft, email=email)
    queue_link(draft, opening, email)
    onward = url_for("submissions.tasks", submission_id=draft.id)
    return code_page(opening, email, purpose="To come back you need the link and this code.", onward=(onward, "Go on filling in"))


def _check_public(draft: Submission) -> None:
    if draft.audience != "public":
        raise NothingToComeBackTo("This form has no link to come back by")


def queue_link(submission: Submission, opening: Opening, email: str) -> None:
    """Enqueue the e-mail with the link, in this transaction."""
    notify("resume_link", email, reference=resume.draft_name(submission), link=link_for(opening.token), expires=opening.expires_at, spoken=submission.language)


def code_page(opening: Opening, email: str, *, purpose: str, onward: tuple[str, str]) -> str:
    """The page that shows a code once."""
    return render_template(
        "submissions/saved.html", code=opening.code, email=email, expires_at=opening.expires_at, purpose=purpose, onward=onward[0], onward_text=onward[1]
    )


@door.get("/resume/<token>")
@public
def resume_page(token: str) -> str | tuple[str, int]:
    """Ask for the code that belongs to a link."""
    try:
        resume.key_behind(token)
    except (LinkExpired, LinkLocked) as error:
        return _link_over(error)
    return render_template("submissions/resume.html", errors=[])


@door.post("/resume/<token>")
@public
def check_resume(token: str) -> Response | str | tuple[str, int]:
    """Open the draft, what was returned for changes, or the status page with the right code. Wrong tries are counted although nothing else happens."""
    try:
        key = resume.key_behind(token)
        resume.check_code(key, request.form.get("code", ""))
    except CodeWrong as error:
        return render_template("submissions/resume.html", errors=[{"text": error.message, "href": "#code"}]), 422
    except (LinkExpired, LinkLocked) as error:
        return _link_over(error)
    access.hold_draft(key.submission_id)
    submission = db.session.get_one(Submission, key.submission_id)
    session.setdefault("language", submission.language)
    name = "submissions.tasks" if submission.is_draft else "submissions.changes" if returns.current(submission.id) else "submissions.sent"
    onward = url_for(name, submission_id=submission.id)
    typed = interrupted.find_for_draft(session.pop("interrupted", ""), submission.id) if submission.is_draft else None
    if typed is not None:
        return render_template("submissions/typed.html", form=typed, onward=onward)
    return redirect(onward, 303)


@door.post("/sent/<record_id:submission_id>/code")
@access.needs("submission.view", drafts.find_to_change, by="submission_id")
def new_code(submission: Submission) -> Response | str:
    """A fresh link and code for the status page, for whoever sent the request; the old ones stop working."""
    if not access.holds_draft(submission.id):
        raise NotTheSender("Only the person who sent this request can ask for another code here")
    if submission.is_draft:
        return redirect(url_for("submissions.tasks", submission_id=submission.id), 303)
    key = resume.key_of(submission)
    email = key.email if key and key.email else own_address(submission)
    if not email:
        return redirect(url_for("submissions.sent", submission_id=submission.id), 303)
    opening = resume.make(submission, email=email)
    queue_link(submission, opening, email)
    session.pop("codes", None)
    onward = url_for("submissions.sent", submission_id=submission.id)
    return code_page(opening, email, purpose="To come back to this request you need the link and this code.", onward=(onward, "Go back to the request"))


def own_address(submission: Submission) -> str:
    """The address the writer gave in the form itself, so that nothing is asked twice."""
    journey = journey_of(submission)
    for question in journey.definition.index.questions_of_repeat[""]:
        value = journey.visible.answers.get(question.id)
        if question.record == "submission.referrer_email" and isinstance(value, str):
            return value
    return ""


def _link_over(error: LinkExpired | LinkLocked) -> tuple[str, int]:
    heading = "This link is locked" if isinstance(error, LinkLocked) else "This link does not work"
    return render_template("submissions/link_over.html", heading=heading, words=error.message), 410

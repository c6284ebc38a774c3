"""The door of documents: produce, download as Word or PDF, withdraw; and the copy that a sender takes along."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from portal import access, audit
from portal.access import needs, public
from portal.accounts import sign_in_state
from portal.documents import (
    bulk_routes,
    issuing_routes,
    kept_copies,
    offers,
    pdf,
    preview,
    produce,
    warm_office,
)
from portal.documents.blank_form import blank_form
from portal.documents.models import Document
from portal.episodes.papers import of_submission
from portal.errors import Forbidden, NotFound
from portal.publishing.in_force import council_in_force
from portal.security import as_download
from portal.submissions import drafts
from portal.submissions.definitions import current_definition
from portal.submissions.models import Submission

blueprint = Blueprint("documents", __name__, url_prefix="/documents")
BLUEPRINTS = (blueprint, issuing_routes.doors, bulk_routes.doors)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class NotTheirs(Forbidden):
    """The sender's own copy is for whoever sent it; staff produce documents."""


@blueprint.get("/of/<record_id:submission_id>")
@needs("document.produce", drafts.find)
def offered(submission: Submission) -> Any:
    """The documents that can be produced from a finished form, why others cannot, and those that were."""
    access.check("submission.view", submission)
    offered_here = offers.of(submission, sign_in_state.me())
    made = produce.of_submission(submission.id)
    if preview.is_available() and any(not offer.reason for offer in offered_here):
        warm_office.open_ahead()
    audit.note_read("document.listed", subject="submission", subject_id=submission.id, actor=sign_in_state.me().id, detail={"documents": [one.id for one in made]})
    return render_template("documents/offered.html", submission=submission, has_all_answers=offers.has_all_answers(submission), paper=of_submission(submission.id), offers=offered_here, made=made, can_print=pdf.is_available(), errors=[])


@blueprint.post("/of/<record_id:submission_id>/<slug:document_id>")
@needs("document.produce", drafts.find)
def make(submission: Submission, document_id: str) -> Any:
    """Produce a document; then look at it where it is to be issued, else go to the list that offers it for download."""
    access.check("submission.view", submission)
    document = produce.produce(document_id, submission, sign_in_state.me(), copy=request.form.get("copy", ""), variant=request.form.get("variant", ""))
    flash(f"{document.title} has been produced")
    if not document.is_issued:
        warm_office.open_ahead()
        return redirect(url_for("issuing.look", document_id=document.id), 303)
    return redirect(url_for(".offered", submission_id=submission.id), 303)


@blueprint.get("/<record_id:document_id>.docx")
@needs("document.download", produce.find, reads_answers=False)
def download(document: Document) -> Any:
    """A produced document as Word."""
    content = _readable(document)
    _note(document, "docx")
    return as_download(content, document.file_name, WORD)


@blueprint.get("/blank/<slug:form_id>.docx")
@public
def blank(form_id: str) -> Any:
    """A form of the public as it is filled in with a pen. Nothing of it is about anybody."""
    definition = current_definition(form_id)
    if definition.audience != "public":
        raise NotFound(f"the form {form_id!r} is not for the public")
    return as_download(blank_form(council_in_force(), definition), f"{form_id.replace('_', '-')}-to-print.docx", WORD)


@blueprint.get("/answers/<record_id:submission_id>.docx")
@needs("document.produce", drafts.find)
def answers(submission: Submission) -> Any:
    """All answers of a finished form that has no template, as Word; rendered afresh and not kept."""
    access.check("submission.view", submission)
    if offers.has_template(submission):
        raise NotFound("This form has documents of its own")
    return _all_answers(submission)


@blueprint.get("/copy/<record_id:submission_id>.docx")
@needs("submission.view", drafts.find)
def copy(submission: Submission) -> Any:
    """What somebody sent without an account, as Word, for them to keep."""
    if not access.holds_draft(submission.id):
        raise NotTheirs("Only the person who sent this request can take a copy of it here")
    rule = next(iter(produce.rules_for(submission)), None)
    if rule is None and not offers.has_template(submission):
        return _all_answers(submission)
    if rule is None:
        raise NotFound("There is no document of this request")
    made = kept_copies.printed(rule, submission)
    detail = {"document": rule.id, "form": "docx", "sha256": hashlib.sha256(made.content).hexdigest()}
    audit.note_read("document.downloaded", subject="submission", subject_id=submission.id, detail=detail)
    return as_download(made.content, made.file_name, WORD)


@blueprint.get("/<record_id:document_id>.pdf")
@needs("document.download", produce.find, reads_answers=False)
def download_pdf(document: Document) -> Any:
    """A produced document as PDF, where LibreOffice is installed."""
    _readable(document)
    made = preview.kept_pdf(document)
    _note(document, "pdf")
    return as_download(made, document.file_name.removesuffix(".docx") + ".pdf", "application/pdf")


@blueprint.get("/<record_id:document_id>/withdraw")
@needs("document.withdraw", produce.find)
def ask_withdraw(document: Document) -> Any:
    """Ask why a document is withdrawn."""
    access.check("document.download", document)
    return render_template("documents/withdraw.html", document=document, reason="", errors=[])


@blueprint.post("/<record_id:document_id>/withdraw")
@needs("document.withdraw", produce.find)
def withdraw(document: Document) -> Any:
    """Withdraw a document issued in error."""
    access.check("document.download", document)
    reason = request.form.get("reason", "")
    if not reason.strip():
        errors = [{"text": "Enter why the document is withdrawn", "href": "#reason"}]
        return render_template("documents/withdraw.html", document=document, reason=reason, errors=errors), 422
    produce.withdraw(document, reason, sign_in_state.me())
    flash(f"{document.title} has been withdrawn")
    return redirect(url_for(".offered", submission_id=document.submission_id), 303)


def _all_answers(submission: Submission) -> Any:
    made = produce.all_answers_of(submission)
    actor = sign_in_state.person()
    detail = {"document": produce.ALL_ANSWERS, "form": "docx", "sha256": hashlib.sha256(made.content).hexdigest()}
    audit.note_read("document.downloaded", subject="submission", subject_id=submission.id, actor=actor.id if actor else None, detail=detail)
    return as_download(made.content, made.file_name, WORD)


def _readable(document: Document) -> bytes:
    if document.is_withdrawn:
        raise NotFound("This document has been withdrawn")
    return produce.content(document)


def _note(document: Document, form: str) -> None:
    detail = {"document": document.document_id, "form": form, "sha256": document.sha256}
    audit.note_read("document.downloaded", subject="document", subject_id=document.id, actor=sign_in_state.me().id, detail=detail)

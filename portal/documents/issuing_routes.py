"""The door of issuing: look at a document, clear its names, approve it, give it to its reader, say why somebody does not get it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import access, audit
from portal.access import needs
from portal.accounts import sign_in_state
from portal.db import db
from portal.documents import issuing, kept_code, material, merge_data, out_of_date, pdf, preview, produce
from portal.documents import trace as tracing
from portal.documents.held_kinds import held_kinds
from portal.documents.issuing import Given
from portal.documents.models import Document
from portal.errors import Forbidden, NotFound
from portal.publishing.in_force import council_in_force
from portal.reach import reader_by_roles, unread_by_roles
from portal.submissions.models import Submission

doors = Blueprint("issuing", __name__, url_prefix="/documents")


@doors.get("/<record_id:document_id>")
@needs("document.download", produce.find)
def look(document: Document) -> Any:
    """The document as pages, what it was made of, and the next step towards its reader."""
    return _page(document)


@doors.post("/<record_id:document_id>/check")
@needs("document.produce", produce.find)
def check(document: Document) -> Any:
    """Somebody has looked at each name."""
    access.check("document.download", document)
    cleared = set(request.form.getlist("cleared"))
    try:
        issuing.check(document, cleared, sign_in_state.me())
    except (issuing.NamesUnchecked, issuing.Leaks) as error:
        return _page(document, [{"text": error.message, "href": "#check"}], ticked=cleared), 422
    flash(f"{document.title} has been checked")
    return _back(document)


@doors.post("/<record_id:document_id>/approve")
@needs("document.approve", produce.find)
def approve(document: Document) -> Any:
    """A second person agrees."""
    access.check("document.download", document)
    issuing.approve(document, sign_in_state.me())
    flash(f"{document.title} has been approved")
    return _back(document)


@doors.post("/<record_id:document_id>/issue")
@needs("document.produce", produce.find)
def issue(document: Document) -> Any:
    """Give it to its reader, or the same once more to another one."""
    access.check("document.download", document)
    give = issuing.give_again if document.state == issuing.ISSUED else issuing.issue
    try:
        give(document, _given(), sign_in_state.me())
    except (issuing.RecipientMissing, issuing.MustNotBeTold, issuing.WaysUnknown, issuing.Leaks) as error:
        field = "way" if isinstance(error, issuing.WaysUnknown) else "recipient"
        return _page(document, [{"text": error.message, "href": f"#{field}"}], given=_given()), 422
    flash(f"{document.title}: it is in the log that {_given().recipient.strip()} got it")
    return _back(document)


@doors.post("/<record_id:document_id>/not-shared")
@needs("document.produce", produce.find)
def not_shared(document: Document) -> Any:
    """Log who does not get it, and why."""
    access.check("document.download", document)
    try:
        issuing.decide_not_to_share(document, _given(), sign_in_state.me())
    except issuing.RecipientMissing as error:
        return _page(document, [{"text": error.message, "href": "#not-to"}], withheld_from=_given()), 422
    flash("The decision not to share is in the log")
    return _back(document)


@doors.get("/<record_id:document_id>/page-<int:number>.png")
@needs("document.download", produce.find, reads_answers=False)
def page(document: Document, number: int) -> Response:
    """One page as a picture."""
    if document.is_withdrawn:
        raise NotFound("This document has been withdrawn")
    return Response(preview.page(document, number), mimetype="image/png", headers={"Cache-Control": "no-store"})


@doors.get("/<record_id:document_id>/words")
@needs("document.produce", produce.find)
def words(document: Document) -> Any:
    """Where each printed word comes from, and why a bound field is not in this copy."""
    access.check("document.download", document)
    rule = issuing.rule_of(document)
    if rule is None or document.is_withdrawn:
        raise NotFound("This document cannot be traced: the council no longer makes it, or it has been withdrawn")
    submission = db.session.get_one(Submission, document.submission_id)
    sources = material.sources(rule, submission, None)
    unread = unread_by_roles(sign_in_state.me(), document, held_kinds(rule, sources))
    if unread is not None:
        raise Forbidden(unread)
    found = tracing.trace(rule, sources, merge_data.gather(rule, sources), kept_code.compiled(material.template_bytes(rule)))
    _note(document)
    return render_template("documents/words.html", document=document, trace=found)


def _given() -> Given:
    form = request.form
    return Given(form.get("recipient", "")[:200], form.get("way", ""), form.get("reason", "")[:2000])


def _back(document: Document) -> Response:
    return redirect(url_for(".look", document_id=document.id), 303)


def _note(document: Document) -> None:
    audit.note_read("document.viewed", subject="document", subject_id=document.id, actor=sign_in_state.me().id, detail={"document": document.document_id})


def _page(document: Document, errors: list[dict[str, str]] | None = None, **typed: Any) -> str:
    me = sign_in_state.me()
    _note(document)
    changes_held_back = "" if document.is_withdrawn else _changes_held_back(document)
    changed = None if document.is_withdrawn or changes_held_back else out_of_date.passages(document)
    pages, why_no_pages = _pages(document)
    return render_template(
        "documents/look.html",
        document=document,
        submission=db.session.get_one(Submission, document.submission_id),
        found=issuing.examine(document) if not document.is_withdrawn else None,
        changed=changed or [],
        has_other_template=bool(changed) and _has_other_template(document),
        changes_held_back=changes_held_back,
        pages=pages,
        why_no_pages=why_no_pages,
        log=issuing.shared(document),
        ways=council_in_force().ways,
        needs_approval=issuing.needs_approval(document),
        approval_refused=issuing.approval_refused(document, me),
        is_ready=issuing.is_ready(document),
        given=typed.get("given") or Given("" if document.is_issued or changes_held_back else issuing.recipient_of(document), ""),
        withheld_from=typed.get("withheld_from") or Given("", ""),
        ticked=typed.get("ticked", set()),
        errors=errors or [],
    )


def _changes_held_back(document: Document) -> str:
    """Why this person may not read what the document would say today, by the record and the rules as they are now; or ''."""
    rule, me = issuing.rule_of(document), sign_in_state.me()
    if rule is None or reader_by_roles(me, document) is None:
        return ""
    sources = material.sources(rule, db.session.get_one(Submission, document.submission_id), None)
    return unread_by_roles(me, document, held_kinds(rule, sources)) or ""


def _has_other_template(document: Document) -> bool:
    """Whether another Word template has come into force since it was made."""
    rule = issuing.rule_of(document)
    return rule is not None and material.template_sha256(rule) != document.template_sha256


def _pages(document: Document) -> tuple[int, str]:
    """How many pages can be shown, or why none."""
    if document.is_withdrawn:
        return 0, "This document has been withdrawn."
    if not preview.is_available():
        return 0, "Pages cannot be drawn on this server: LibreOffice or poppler is not installed. Its words are below, and the Word document can be downloaded."
    try:
        return preview.page_count(document), ""
    except pdf.PdfUnavailable as error:
        return 0, f"{error.message}."

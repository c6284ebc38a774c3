"""The door of a proposed Word template: what its check found, what it would change, its specimen; put it in force or let it go."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import publishing
from portal.access import needs
from portal.accounts import sign_in_state
from portal.designer import changes, proposals, specimens, told, word_templates
from portal.designer.models import ProposedTemplate
from portal.documents import contract, pdf, preview
from portal.errors import NotFound
from portal.files import store
from portal.publishing import PublishedMeanwhile
from portal.security import as_download
from portal.word.check import errors

doors = Blueprint("proposed_templates", __name__, url_prefix="/word-templates/proposed")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NO_PAGES = "Pages cannot be drawn on this server: LibreOffice or poppler is not installed. The specimen can be downloaded as Word."
NOT_READ = "Tick that you have looked at what changes"
REFUSED = "refused"
NOTES = {proposals.UPLOAD: "", proposals.SUPPLIER: "The supplier’s new version", proposals.EARLIER: ""}


@doors.get("/<record_id:proposed_id>")
@needs("template.change", proposals.find)
def look(proposed: ProposedTemplate) -> str:
    """Everything that was found about it."""
    return _page(proposed)


@doors.post("/<record_id:proposed_id>/put-in-force")
@needs("template.change", proposals.find)
def put_in_force(proposed: ProposedTemplate) -> Response | tuple[str, int]:
    """From now on documents are made with it."""
    note = request.form.get("note", "")[:1000]
    if not request.form.get("read"):
        missing = [] if note.strip() else [{"text": proposals.NO_NOTE, "href": "#note"}]
        return _page(proposed, [*missing, {"text": NOT_READ, "href": "#read"}], note=note), 422
    try:
        version = proposals.put_in_force(proposed, after=_number(request.form.get("current", "")), note=note, by=sign_in_state.me().id)
    except proposals.NoteMissing as error:
        return _page(proposed, [{"text": error.message, "href": "#note"}], note=note), 422
    except proposals.NotSound as error:
        return _page(proposed, [{"text": error.message, "href": "#found"}], note=note), 422
    except (proposals.Outdated, PublishedMeanwhile) as error:
        return _page(proposed, [{"text": error.message, "href": "#decide"}], note=note), 409
    flash(f"Version {version.number} is in force. Documents are made with it from now on")
    return _back(proposed)


@doors.post("/<record_id:proposed_id>/check-again")
@needs("template.change", proposals.find)
def check_again(proposed: ProposedTemplate) -> Response:
    """The same file, held against the council's documents as they are now."""
    me, proposed_id, called, template = sign_in_state.me().id, proposed.id, proposed.file_name, word_templates.named(proposed.name)
    try:
        made = proposals.check_again(proposed, by=me)
    except proposals.TemplateHostile as refused:
        is_gone = proposals.forget_refused(proposed_id, template, refused, by=me)
        flash(f"{called} was {'refused and deleted' if is_gone else 'not checked'}: {refused.message}", REFUSED)
        return redirect(url_for("word_templates.one", template_name=template.slug), 303)
    return redirect(url_for(".look", proposed_id=made.id), 303)


@doors.post("/<record_id:proposed_id>/let-go")
@needs("template.change", proposals.find)
def let_go(proposed: ProposedTemplate) -> Response:
    """Delete one that is not wanted."""
    answer = _back(proposed)
    flash(f"{proposed.file_name} has been deleted")
    proposals.let_go(proposed, by=sign_in_state.me().id)
    return answer


@doors.get("/<record_id:proposed_id>.docx")
@needs("template.change", proposals.find)
def download(proposed: ProposedTemplate) -> Response:
    """The file as it was brought."""
    return _word(proposed, proposed.sha256, "")


@doors.get("/<record_id:proposed_id>/comments.docx")
@needs("template.change", proposals.find)
def comments(proposed: ProposedTemplate) -> Response:
    """The same file with every finding as a comment at its place."""
    return _word(proposed, proposed.comments_sha256, "checked-")


@doors.get("/<record_id:proposed_id>/specimen.docx")
@needs("template.change", proposals.find)
def specimen(proposed: ProposedTemplate) -> Response:
    """It, filled in for a made-up family."""
    return _word(proposed, proposed.specimen_sha256, "specimen-")


@doors.get("/<record_id:proposed_id>/page-<int:page_number>.png")
@needs("template.change", proposals.find)
def page(proposed: ProposedTemplate, page_number: int) -> Response:
    """A page of the specimen as a picture."""
    if not proposed.specimen_sha256:
        raise NotFound("There is no specimen of it")
    return as_picture(store().read(proposed.specimen_sha256), page_number)


def as_picture(specimen: bytes, number: int) -> Response:
    """A page of a specimen."""
    return Response(specimens.page(specimen, number), mimetype="image/png", headers={"Cache-Control": "no-store"})


def pages_of(specimen: bytes) -> tuple[int, str]:
    """How many pages of a specimen can be shown, or why none."""
    try:
        count = specimens.page_count(specimen)
        return count, "" if count or preview.is_available() else NO_PAGES
    except pdf.PdfUnavailable as error:
        return 0, f"{error.message}."


def _word(proposed: ProposedTemplate, sha256: str, before: str) -> Response:
    if not sha256:
        raise NotFound("There is no such file of this template")
    return as_download(store().read(sha256), f"{before}{word_templates.named(proposed.name).file}", WORD)


def _back(proposed: ProposedTemplate) -> Response:
    return redirect(url_for("word_templates.one", template_name=word_templates.named(proposed.name).slug), 303)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def _page(proposed: ProposedTemplate, wrong: list[dict[str, str]] | None = None, *, note: str | None = None) -> str:
    template = word_templates.named(proposed.name)
    found = proposals.findings_of(proposed)
    current = publishing.current("template", template.name)
    may_decide = not errors(found) and not proposed.number and not (current is not None and current.sha256 == proposed.sha256)
    shown: dict[str, Any] = {"changed": changes.of(proposed, template) if may_decide else None}
    shown["pages"], shown["why_no_pages"] = pages_of(store().read(proposed.specimen_sha256)) if proposed.specimen_sha256 else (0, "")
    return render_template(
        "designer/proposed.html",
        proposed=proposed,
        template=template,
        levels={level: told.groups(found, level) for level in ("error", "warning", "note")},
        counts={level: sum(finding.level == level for finding in found) for level in ("error", "warning", "note")},
        where=told.where,
        prints=told.prints,
        fields={one.name: one.prints for rule in template.rules for one in contract.fields_told(template.council, rule)},
        current=current,
        may_decide=may_decide,
        is_outdated=may_decide and proposals.is_outdated(proposed, template),
        open_documents=word_templates.open_documents(template) if may_decide else 0,
        note=NOTES[proposed.origin] if note is None else note,
        errors=wrong or [],
        **shown,
    )

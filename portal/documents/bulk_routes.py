"""The door of documents for many families: choose them, watch them being made, stop and go on, take all in one file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import audit
from portal.access import needs
from portal.accounts import sign_in_state
from portal.councils.document_model import DocumentRule
from portal.documents import bulk, bulk_issue, bulk_print, preview, variants
from portal.documents.models import BulkRun
from portal.errors import NotFound, RuleBroken
from portal.files import store
from portal.publishing.in_force import council_in_force
from portal.security import as_stream

doors = Blueprint("bulk", __name__, url_prefix="/documents/many")


_MEDIA_TYPES = {".zip": "application/zip", ".pdf": "application/pdf"}


class NotMadeSo(RuleBroken):
    """The document is not made in this form."""


@doors.get("")
@needs("document.produce")
def choose() -> Any:
    """Choose a document, then the families it is made for; and the runs so far."""
    wanted = request.args.get("document", "")
    if not wanted:
        return _first_page()
    try:
        return _choice(wanted, _variant(wanted, request.args.get("variant", variants.ASKED)))
    except NotMadeSo as error:
        return _first_page([{"text": error.message, "href": "#variant"}]), 422


@doors.post("")
@needs("document.produce")
def begin() -> Any:
    """Hand the chosen ones to the worker and go to watch."""
    wanted = request.form.get("document", "")
    if not wanted:
        return _first_page([{"text": "Choose a document", "href": "#document"}]), 422
    rule, copy = _kind(wanted)
    variant = _variant(wanted, request.form.get("variant", variants.ASKED))
    try:
        run = bulk.begin(rule, bulk.Kind(copy, variant), request.form.getlist("chosen"), sign_in_state.me())
    except bulk.NobodyChosen as error:
        return _choice(wanted, variant, [{"text": error.message, "href": "#chosen"}]), 422
    return redirect(url_for(".watch", run_id=run.id), 303)


@doors.get("/<record_id:run_id>")
@needs("document.produce", bulk.find)
def watch(run: BulkRun) -> Any:
    """How far it is, and once it is done what was made and what was not."""
    audit.note_read("documents.bulk_read", subject="bulk_run", subject_id=run.id, actor=sign_in_state.me().id)
    return _watched(run)


@doors.post("/<record_id:run_id>/stop")
@needs("document.produce", bulk.find)
def stop(run: BulkRun) -> Response:
    """Stop after the piece in hand."""
    bulk.cancel(run, sign_in_state.me())
    flash("It stops. What was made stays")
    return redirect(url_for(".watch", run_id=run.id), 303)


@doors.post("/<record_id:run_id>/go-on")
@needs("document.produce", bulk.find)
def go_on(run: BulkRun) -> Response:
    """Go on where it stopped."""
    bulk.resume(run)
    return redirect(url_for(".watch", run_id=run.id), 303)


@doors.get("/<record_id:run_id>.zip")
@needs("document.produce", bulk.find)
def everything(run: BulkRun) -> Response:
    """All documents of a run and the list, in one file."""
    return _file(run, run.zip_sha256, ".zip", "This run is not finished yet")


@doors.post("/<record_id:run_id>/print")
@needs("document.produce", bulk.find)
def print_all(run: BulkRun) -> Any:
    """Hand the print file to the worker."""
    try:
        bulk_print.ask_print(run, sign_in_state.me())
    except bulk_print.NotAllReady as error:
        return _watched(run, [{"text": error.message, "href": "#print"}]), 422
    return redirect(url_for(".watch", run_id=run.id), 303)


@doors.get("/<record_id:run_id>.pdf")
@needs("document.produce", bulk.find)
def printed(run: BulkRun) -> Response:
    """The print file."""
    return _file(run, run.pdf_sha256, ".pdf", "There is no print file of this run")


@doors.get("/<record_id:run_id>/parts.zip")
@needs("document.produce", bulk.find)
def parts(run: BulkRun) -> Response:
    """The pages of the print file again, as a PDF of each document."""
    return _file(run, run.parts_sha256, "-pdf.zip", "There are no PDFs of this run")


@doors.post("/<record_id:run_id>/issue")
@needs("document.produce", bulk.find)
def issue_all(run: BulkRun) -> Any:
    """Hand issuing of all that are ready, each to the reader it names, to the worker."""
    try:
        bulk_issue.begin(run, request.form.get("way", ""), sign_in_state.me())
    except bulk_issue.NotYet as error:
        return _watched(run, [{"text": error.message, "href": "#way"}]), 422
    return redirect(url_for(".watch", run_id=run.id), 303)


@doors.post("/<record_id:run_id>/issue/stop")
@needs("document.produce", bulk.find)
def stop_issuing(run: BulkRun) -> Response:
    """Stop issuing after the piece in hand."""
    bulk_issue.stop(run, sign_in_state.me())
    flash("It stops. What was issued stays issued")
    return redirect(url_for(".watch", run_id=run.id), 303)


def _file(run: BulkRun, sha256: str, ending: str, missing: str) -> Response:
    """A file of the run, while every document in it may still be handed out. Raises NotFound in these words where there is none."""
    if not sha256:
        raise NotFound(missing)
    bulk.check_whole(run, sign_in_state.me())
    audit.note_read("documents.bulk_downloaded", subject="bulk_run", subject_id=run.id, actor=sign_in_state.me().id, detail={"sha256": sha256})
    return as_stream(store().open(sha256), run.document_id.replace("_", "-") + ending, _MEDIA_TYPES[ending[-4:]])


def _watched(run: BulkRun, errors: list[dict[str, str]] | None = None) -> str:
    return render_template(
        "documents/many_run.html",
        run=run,
        progress=bulk.progress(run),
        items=bulk.items(run),
        families=bulk.families(run, sign_in_state.me()),
        unready=bulk_print.unready(run),
        can_print=preview.is_available(),
        print=bulk_print.state(run),
        issuing=bulk_issue.progress(run),
        is_issuing=bulk_issue.is_going_on(run),
        ways=council_in_force().ways,
        errors=errors or [],
    )


def _first_page(errors: list[dict[str, str]] | None = None) -> str:
    return render_template("documents/many.html", kinds=_kinds(), forms=council_in_force().variants, runs=bulk.runs_of(sign_in_state.me()), errors=errors or [])


def _kinds() -> list[tuple[str, str]]:
    """Every document and copy of the council as value and title."""
    return [
        (f"{rule.id}.{copy}".rstrip("."), rule.for_copy(copy).title)
        for rule in council_in_force().documents
        for copy in [one.id for one in rule.copies] or [""]
    ]


def _kind(value: str) -> tuple[DocumentRule, str]:
    if value not in dict(_kinds()):
        raise NotFound(f"there is no document {value!r}")
    document_id, _, copy = value.partition(".")
    return council_in_force().documents[document_id], copy


def _variant(wanted: str, variant: str) -> str:
    """The variant, where this document is made in it; none is needed where it is made in one form only."""
    rule, copy = _kind(wanted)
    made = [one.id for one in variants.offered(rule.for_copy(copy))]
    if variant in (variants.ASKED, variants.STANDARD, *made):
        return variant
    known = council_in_force().variants.get(variant)
    if known is None:
        raise NotFound(f"there is no variant {variant!r}")
    raise NotMadeSo(f"{rule.for_copy(copy).title} is not made in {known.title}")


def _choice(wanted: str, variant: str, errors: list[dict[str, str]] | None = None) -> str:
    rule, copy = _kind(wanted)
    found = bulk.candidates(rule, copy, sign_in_state.me())
    audit.note_read("worklist.read", actor=sign_in_state.me().id, detail={"ids": [one.episode.id for one in found]})
    chosen = set(request.form.getlist("chosen")) if request.method == "POST" else {one.submission.id for one in found if not one.reason and not one.has_one}
    return render_template("documents/many_choose.html", title=rule.for_copy(copy).title, wanted=wanted, variant=variant, form=council_in_force().variants.get(variant), found=found, chosen=chosen, errors=errors or [])

"""What is done with the documents of a run once they are ready: one print file of all. Making them is `bulk`, issuing them `bulk_issue`."""

from __future__ import annotations

import logging
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal import audit, jobs, timekeeping
from portal.accounts.models import User
from portal.db import db, new_id
from portal.documents import bulk, issuing
from portal.documents.models import BulkRun, Document
from portal.documents.print_file import PrintFile, print_file, title_of
from portal.errors import Conflict, PortalError, RuleBroken
from portal.files import store

logger = logging.getLogger(__name__)

BEING_PRINTED = "It is being printed now"
WAITS = "It waits to be printed"
TRIED_AGAIN = "Printing it failed. It is tried again {moment}, or now if you ask for it"
INTERRUPTED = "Printing it was interrupted. It is tried again in a minute"
FAILED = "The print file could not be made. Try again; if it fails again, tell whoever runs this service"


class NotAllReady(RuleBroken):
    """A print file is made of documents that may go out."""


class ChangedMeanwhile(Conflict):
    """A document was erased or withdrawn while the print file was made: it is made again without it."""


@dataclass(frozen=True)
class Printing:
    """How the print file stands, in words; whether to wait for it, and whether somebody may ask for it (again)."""

    words: str = ""
    is_going_on: bool = False
    can_ask: bool = False


def state(run: BulkRun) -> Printing:
    """How the print file of a finished run stands, as its job tells it."""
    if run.pdf_note != BEING_PRINTED:
        return Printing(run.pdf_note, can_ask=bool(run.pdf_note) or not run.pdf_sha256)
    job = jobs.newest(_key(run))
    if job is None or job.status in ("failed", "done"):
        return Printing(FAILED, can_ask=True)
    if job.status == "running" and job.lease_until is not None and job.lease_until < timekeeping.now():
        return Printing(INTERRUPTED, is_going_on=True)
    if job.status == "waiting" and job.attempts:
        return Printing(TRIED_AGAIN.format(moment=timekeeping.show_moment(job.run_at)), is_going_on=True, can_ask=True)
    return Printing(WAITS if job.status == "waiting" else BEING_PRINTED, is_going_on=True)


def _key(run: BulkRun) -> str:
    return f"documents.bulk_print {run.id} "


def documents_of(run: BulkRun) -> list[Document]:
    """The documents of a run that were not withdrawn since, in its order."""
    return [document for document, _, _ in _named(run)]


def unready(run: BulkRun) -> int:
    """How many still have to be checked or approved."""
    return sum(not (document.is_issued or issuing.is_ready(document)) for document in documents_of(run))


def ask_print(run: BulkRun, by: User) -> None:
    """Hand the print file to the worker; one that waits for its next try, or was given up, is tried now. Raises NotAllReady."""
    left = unready(run)
    if left or not documents_of(run):
        raise NotAllReady(f"{left} of these documents must be checked first" if left else "There is nothing to print")
    job = jobs.newest(_key(run))
    if run.pdf_note == BEING_PRINTED and job is not None and job.status != "done":
        if job.attempts and job.status != "running":
            jobs.retry(job, by=by.id)
        return
    run.pdf_sha256, run.parts_sha256, run.pdf_note = "", "", BEING_PRINTED
    audit.record("documents.bulk_printed", subject="bulk_run", subject_id=run.id, actor=by.id)
    jobs.enqueue("documents.bulk_print", {"run": run.id}, unique_key=_key(run) + new_id())


@jobs.task("documents.bulk_print")
def work_print(payload: dict[str, Any], *, job_id: int) -> None:
    """Print all of a run into one PDF, then take it apart again into a PDF of each; what stands in the way is told on its page.

    Raises ChangedMeanwhile, so that it is tried again; what was kept of the first try is named nowhere and swept away.
    """
    run = db.session.get_one(BulkRun, payload["run"])
    listed = [(document.id, name) for document, name, _ in _named(run)]
    hashes = [document.sha256 for document, _, _ in _named(run)]
    references = [reference for _, _, reference in _named(run)]
    db.session.rollback()
    made, note = "", ""
    each: list[str] = []
    try:
        contents = [store().read(sha256) for sha256 in hashes]
        printed = print_file(contents)
        made = store().keep(_with_bookmarks(printed, references))
        each = _take_apart(printed, contents)
    except PortalError as error:
        note = error.message
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        logger.error("the print file of run %s could not be made: %s", payload["run"], type(error).__name__)
        note = FAILED
    parts = _one_file([(name, sha256) for (_, name), sha256 in zip(listed, each, strict=False)])
    run = db.session.get_one(BulkRun, payload["run"], with_for_update=True, populate_existing=True)
    if [(document.id, name) for document, name, _ in _named(run)] != listed:
        raise ChangedMeanwhile("A document was erased or withdrawn while the print file was made")
    run.pdf_sha256, run.pdf_note, run.parts_sha256 = made, note, parts
    for (document_id, _), sha256 in zip(listed, each, strict=False):
        document = db.session.get_one(Document, document_id)
        document.pdf_sha256 = document.pdf_sha256 or sha256


def _named(run: BulkRun) -> list[tuple[Document, str, str]]:
    """The documents of a run that were not withdrawn since, in its order, with the names of their PDFs in a ZIP and the references of their forms."""
    found = ((number, submission, one) for number, (_, submission, one) in enumerate(bulk.items(run), 1) if one is not None and not one.is_withdrawn)
    return [(one, f"{number:04d}-{one.file_name.removesuffix('.docx')}.pdf", submission.reference or str(number)) for number, submission, one in found]


def _with_bookmarks(printed: PrintFile, references: Sequence[str]) -> bytes:
    """The print file with a bookmark for each document: its reference, which is on the run's page and on paper, and no name."""
    # Imported here because of the package under it, which only such printing needs.
    from portal.documents import pdf_parts

    try:
        return pdf_parts.with_bookmarks(printed.content, printed.pages, references)
    except pdf_parts.PartsUnavailable:
        return printed.content


def _take_apart(printed: PrintFile, contents: Sequence[bytes]) -> list[str]:
    """Each document's own pages, kept; their hashes. None where PDFs cannot be taken apart here: then each is printed when it is asked for."""
    # Imported here because of the package under it, which only such printing needs.
    from portal.documents import pdf_parts

    if not pdf_parts.IS_AVAILABLE:
        return []
    return [store().keep(part) for part in pdf_parts.parts(printed.content, printed.pages, [title_of(content) for content in contents])]


def _one_file(named: Sequence[tuple[str, str]]) -> str:
    """The hash of a ZIP of these kept files, written to disk as it grows; '' of none."""
    if not named:
        return ""
    with tempfile.TemporaryFile() as made:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            for name, sha256 in named:
                archive.write(store().path(sha256), name)
        made.seek(0)
        return store().keep(made)

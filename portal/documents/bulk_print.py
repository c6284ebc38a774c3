"""What is done with the documents of a run once they are ready: one print file of all. Making them is `bulk`, issuing them `bulk_issue`."""

from __future__ import annotations

from typing import Any

from portal import audit, jobs
from portal.accounts.models import User
from portal.db import db
from portal.documents import bulk, issuing, produce
from portal.documents.models import BulkRun, Document
from portal.documents.print_file import print_file
from portal.errors import PortalError, RuleBroken
from portal.files import store

BEING_PRINTED = "It is being printed now"


class NotAllReady(RuleBroken):
    """A print file is made of documents that may go out."""


def documents_of(run: BulkRun) -> list[Document]:
    """The documents of a run that were not withdrawn since, in its order."""
    return [document for _, _, document in bulk.items(run) if document is not None and not document.is_withdrawn]


def unready(run: BulkRun) -> int:
    """How many still have to be checked or approved."""
    return sum(not (document.is_issued or issuing.is_ready(document)) for document in documents_of(run))


def ask_print(run: BulkRun, by: User) -> None:
    """Hand the print file to the worker. Raises NotAllReady."""
    left = unready(run)
    if left or not documents_of(run):
        raise NotAllReady(f"{left} of these documents must be checked first" if left else "There is nothing to print")
    run.pdf_sha256, run.pdf_note = "", BEING_PRINTED
    audit.record("documents.bulk_printed", subject="bulk_run", subject_id=run.id, actor=by.id)
    jobs.enqueue("documents.bulk_print", {"run": run.id})


@jobs.task("documents.bulk_print")
def work_print(payload: dict[str, Any], *, job_id: int) -> None:
    """Print all of a run into one PDF; what stands in the way is told on its page."""
    run = db.session.get_one(BulkRun, payload["run"])
    contents = [produce.content(document) for document in documents_of(run)]
    db.session.rollback()
    try:
        made, note = store().keep(print_file(contents).content), ""
    except PortalError as error:
        made, note = "", error.message
    run = db.session.get_one(BulkRun, payload["run"])
    run.pdf_sha256, run.pdf_note = made, note


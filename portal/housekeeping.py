"""What the worker tidies for the whole house: kept bytes that no record names any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from portal import jobs, timekeeping
from portal.db import db
from portal.designer.models import ProposedTemplate
from portal.documents.models import BulkRun, Document
from portal.files import store
from portal.publishing.models import PublishedVersion
from portal.submissions.attachments import hashes_wanted

GRACE = timedelta(days=2)


@jobs.task("files.sweep", every=timedelta(days=1))
def sweep(payload: dict[str, Any], *, job_id: int) -> None:
    """Remove kept files that nothing names and that are older than the grace an unfinished upload may need."""
    wanted = hashes_wanted()
    documents = (Document.sha256, Document.pdf_sha256, Document.pages_sha256, Document.template_sha256)
    templates = (ProposedTemplate.sha256, ProposedTemplate.comments_sha256, ProposedTemplate.specimen_sha256, PublishedVersion.sha256)
    for column in (*documents, *templates, BulkRun.zip_sha256, BulkRun.pdf_sha256, BulkRun.parts_sha256):
        wanted |= {one for one in db.session.scalars(select(column)) if one}
    db.session.rollback()
    store().sweep(wanted, older_than=(timekeeping.now() - GRACE).timestamp())

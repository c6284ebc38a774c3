"""What a proof needs of the database: what a kept document draws on now, and the same copy printed once more. What is proved, and how, is `proof`."""

from __future__ import annotations

from typing import Any

from portal import timekeeping
from portal.accounts.models import User
from portal.councils.document_model import DocumentRule
from portal.db import db
from portal.documents import kept_code, material
from portal.documents.merge_data import Sources
from portal.documents.models import Document
from portal.files import FileMissing, store
from portal.submissions.models import Submission
from portal.word.looks import in_look
from portal.word.render import render


def sources_of(document: Document, rule: DocumentRule, submission: Submission) -> Sources:
    """What the document draws on now, as for whoever made it on the day it was made."""
    by = db.session.get(User, document.produced_by) if document.produced_by else None
    return material.sources(rule, submission, by, timekeeping.london(document.produced_at).date())


def template_of(document: Document, rule: DocumentRule) -> bytes:
    """The Word template it was made with, whichever is in force now; b"" where nobody kept it."""
    try:
        return store().read(document.template_sha256)
    except FileMissing:
        return material.template_bytes(rule) if material.template_sha256(rule) == document.template_sha256 else b""


def remade(rule: DocumentRule, template: bytes, data: dict[str, Any]) -> bytes:
    """The bytes of this copy as that template prints gathered data. Raises RenderingFailed, TemplateRefused."""
    return in_look(render(kept_code.compiled(template), data), rule.looks)

"""What people do with documents: produce one from a finished form, find it again, read it, withdraw it. The edge commits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal import audit, timekeeping
from portal.accounts.models import User
from portal.councils.model import DocumentRule
from portal.db import db
from portal.documents import kept_code, material
from portal.documents.check import whole
from portal.documents.merge_data import Sources, gather
from portal.documents.models import Document
from portal.documents.render import render
from portal.documents.template import ENGINE_VERSION, CompiledTemplate
from portal.episodes import clocks
from portal.errors import NotFound, RuleBroken
from portal.files import store
from portal.forms.conditions import evaluate
from portal.publishing.in_force import council_in_force
from portal.submissions.models import Submission


class DocumentUnknown(NotFound):
    """There is no such document, or none for this form."""


class NotFinished(RuleBroken):
    """A document prints only what was sent or finalised."""


class DocumentNotDue(RuleBroken):
    """The answers do not call for this document."""


class AlreadyWithdrawn(RuleBroken):
    """It was withdrawn before."""


class ReasonMissing(RuleBroken):
    """A document is withdrawn with a reason, so that whoever has a copy can be told."""


@dataclass(frozen=True)
class Printed:
    """A rendered document that is not kept: its bytes, its file name, and the hashes of what it was made of."""

    content: bytes
    file_name: str
    template_sha256: str
    data_sha256: str


def rules_for(submission: Submission) -> list[DocumentRule]:
    """The documents that can be produced from this submission with these answers, in the council's order; none while it is a draft."""
    if submission.is_draft or submission.status == "withdrawn":
        return []
    papers = [paper.id for paper in council_in_force().papers if paper.form == submission.form_id]
    rules = [rule for rule in council_in_force().documents if rule.paper in papers]
    return [rule for rule in rules if rule.when is None or _is_due(rule, submission)]


def _is_due(rule: DocumentRule, submission: Submission) -> bool:
    own = material.of_submission(submission)
    return rule.when is None or evaluate(rule.when, own.answers, (), own.facts, own.definition) is True


def printed(document_id: str, submission: Submission, by: User | None = None) -> Printed:
    """Render a document without keeping it, such as the sender's own copy. Raises DocumentUnknown, NotFinished, DocumentNotDue, RenderingFailed."""
    rule = council_in_force().documents.get(document_id)
    if rule is None or council_in_force().papers[rule.paper].form != submission.form_id:
        raise DocumentUnknown(f"there is no document {document_id!r} of this form")
    if submission.is_draft or submission.status == "withdrawn":
        raise NotFinished("A document can be produced once the form has been sent or finalised")
    if not _is_due(rule, submission):
        raise DocumentNotDue(f"With these answers there is no “{rule.title}”")
    return print_from(rule, material.sources(rule, submission, by), kept_code.compiled(material.template_bytes(rule)))


def print_from(rule: DocumentRule, sources: Sources, compiled: CompiledTemplate) -> Printed:
    """Render from gathered sources. Raises BindingBroken, RenderingFailed."""
    data = gather(rule, sources)
    content = render(compiled, data)
    whole(content)
    name = rule.file_name.format(reference=sources.known.get("submission.reference") or "draft").lower()
    return Printed(content, f"{name}.docx", compiled.sha256, hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest())


def produce(document_id: str, submission: Submission, by: User) -> Document:
    """Render a document and keep it for good; clocks of its episode that wait for it are told. Raises what `printed` raises."""
    made = printed(document_id, submission, by)
    episode = material.episode_of(submission)
    document = Document(
        council=submission.council,
        document_id=document_id,
        title=council_in_force().documents[document_id].title,
        file_name=made.file_name,
        episode_id=episode.id if episode else None,
        submission_id=submission.id,
        revision=submission.version,
        sha256=store().keep(made.content),
        template_sha256=made.template_sha256,
        data_sha256=made.data_sha256,
        engine_version=ENGINE_VERSION,
        produced_by=by.id,
        produced_by_label=by.name,
        produced_at=timekeeping.now(),
    )
    db.session.add(document)
    db.session.flush()
    detail = {"document": document_id, "submission": submission.id, "sha256": document.sha256}
    audit.record("document.produced", subject="document", subject_id=document.id, actor=by.id, detail=detail)
    if episode is not None:
        clocks.on_document(episode, document_id)
    return document


def withdraw(document: Document, reason: str, by: User) -> None:
    """Take a document back: it stays on record with the reason and can no longer be downloaded. Raises ReasonMissing, AlreadyWithdrawn."""
    if not reason.strip():
        raise ReasonMissing("Enter why the document is withdrawn")
    db.session.refresh(document, with_for_update=True)
    if document.is_withdrawn:
        raise AlreadyWithdrawn("This document has been withdrawn already")
    document.withdrawn_at = timekeeping.now()
    document.withdrawn_by = by.id
    document.withdrawn_reason = reason.strip()
    audit.record("document.withdrawn", subject="document", subject_id=document.id, actor=by.id, detail={"document": document.document_id, "reason": reason.strip()})


def find(document_id: str) -> Document | None:
    """A produced document by its record id, or None."""
    return db.session.get(Document, document_id)


def of_submission(submission_id: str) -> Sequence[Document]:
    """Documents produced from a submission, newest first."""
    return db.session.scalars(select(Document).where(Document.submission_id == submission_id).order_by(Document.produced_at.desc(), Document.id)).all()


def of_episode(episode_id: str) -> Sequence[Document]:
    """Documents produced on an episode, newest first."""
    return db.session.scalars(select(Document).where(Document.episode_id == episode_id).order_by(Document.produced_at.desc(), Document.id)).all()


def content(document: Document) -> bytes:
    """The bytes of a produced document, as they were. Raises files.FileMissing."""
    return store().read(document.sha256)

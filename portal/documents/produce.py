"""What people do with documents: produce one from a finished form, find it again, read it, withdraw it. The edge commits."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from portal import audit, timekeeping
from portal.accounts.models import User
from portal.councils.document_model import DocumentRule
from portal.db import db
from portal.documents import kept_code, material, variants
from portal.documents.all_answers import all_answers
from portal.documents.held_kinds import held_kinds
from portal.documents.merge_data import Sources, gather
from portal.documents.models import Document
from portal.episodes import clocks
from portal.errors import Forbidden, NotFound, RuleBroken
from portal.files import store
from portal.forms.conditions import evaluate
from portal.publishing.in_force import council_in_force
from portal.reach import unread_by_roles
from portal.rows import held
from portal.submissions.models import Revision, Submission
from portal.word import accessibility
from portal.word.check import whole
from portal.word.looks import LOOKS_VERSION, in_look
from portal.word.render import render
from portal.word.template import ENGINE_VERSION, CompiledTemplate

logger = logging.getLogger(__name__)

ALL_ANSWERS = "all_answers"
"""What the document of all answers is called where documents are named by their id."""


_LOOKED_THROUGH: set[tuple[str, tuple[str, ...]]] = set()
"""Templates (and looks) whose first document in this process was opened and read whole. `render` looks at the end and every value of each document."""


class DocumentUnknown(NotFound):
    """There is no such document, or none for this form."""


class NotFinished(RuleBroken):
    """A document prints only what was sent or finalised."""


class HeldBack(Forbidden):
    """The document holds kinds of answer that are held back from whoever wants to produce it."""


class DocumentNotDue(RuleBroken):
    """The answers do not call for this document."""


class AlreadyWithdrawn(RuleBroken):
    """It was withdrawn before."""


class ReasonMissing(RuleBroken):
    """A document is withdrawn with a reason, so that whoever has a copy can be told."""


@dataclass(frozen=True)
class Printed:
    """A rendered document that is not kept: its bytes, its file name, the hashes of what it was made of, and which kinds of answer it may hold."""

    content: bytes
    file_name: str
    template_sha256: str
    data_sha256: str
    sensitivities: tuple[str, ...] = ()


def rules_for(submission: Submission) -> list[DocumentRule]:
    """The documents that can be produced from this submission with these answers, in the council's order; none while it is a draft."""
    if submission.is_draft or submission.status == "withdrawn":
        return []
    papers = [paper.id for paper in council_in_force().papers if paper.form == submission.form_id]
    rules = [rule for rule in council_in_force().documents if rule.paper in papers]
    return [rule for rule in rules if rule.when is None or _is_due(rule, submission)]


def _is_due(rule: DocumentRule, submission: Submission) -> bool:
    if rule.when is None:
        return True
    own = material.of_submission(submission)
    return evaluate(rule.when, own.answers, (), own.facts, own.definition) is True


def printed(rule: DocumentRule, submission: Submission, by: User | None = None, *, on: date | None = None) -> Printed:
    """Render a document without keeping it, such as the sender's own copy. Raises NotFinished, DocumentNotDue, RenderingFailed."""
    if submission.is_draft or submission.status == "withdrawn":
        raise NotFinished("A document can be produced once the form has been sent or finalised")
    if not _is_due(rule, submission):
        raise DocumentNotDue(f"With these answers there is no “{rule.title}”")
    return print_from(rule, material.sources(rule, submission, by, on), kept_code.compiled(material.template_bytes(rule)))


def rule_for(document_id: str, submission: Submission, copy: str = "", variant: str = "") -> DocumentRule:
    """The council's rule for this copy and variant of a document of this form. Raises DocumentUnknown."""
    rule = council_in_force().documents.get(document_id)
    if rule is None or council_in_force().papers[rule.paper].form != submission.form_id:
        raise DocumentUnknown(f"there is no document {document_id!r} of this form")
    try:
        return variants.of_rule(rule.for_copy(copy), variant)
    except KeyError:
        raise DocumentUnknown(f"there is no copy {copy!r} {variant!r} of the document {document_id!r}") from None


def print_from(rule: DocumentRule, sources: Sources, compiled: CompiledTemplate) -> Printed:
    """Render from gathered sources. Raises BindingBroken, RenderingFailed."""
    data = gather(rule, sources)
    content = in_look(render(compiled, data), rule.looks)
    if (compiled.sha256, rule.looks) not in _LOOKED_THROUGH:
        whole(content)
        for code in sorted({finding.code for finding in accessibility.findings(content)}):
            logger.warning("not everybody can read what is made from %s: %s", rule.template, code)
        _LOOKED_THROUGH.add((compiled.sha256, rule.looks))
    name = rule.file_name.format(reference=sources.known.get("submission.reference") or "draft").lower()
    return Printed(content, f"{name}.docx", compiled.sha256, hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest(), tuple(held_kinds(rule, sources)))


def all_answers_of(submission: Submission) -> Printed:
    """The document of all answers of a form that has no template. Raises NotFinished, RenderingFailed."""
    if submission.is_draft or submission.status == "withdrawn":
        raise NotFinished("A document can be produced once the form has been sent or finalised")
    own = material.of_submission(submission)
    reference = submission.reference or ""
    about = {"Reference": reference, "Sent": timekeeping.show_moment(submission.sent_at) if submission.sent_at else "", "By": submission.author_label}
    made = all_answers(council_in_force(), own.definition, own.answers, own.facts, {label: text for label, text in about.items() if text})
    return Printed(made, f"{submission.form_id.replace('_', '-')}-{reference}.docx".lower(), "", hashlib.sha256(made).hexdigest())


def produce(document_id: str, submission: Submission, by: User, *, copy: str = "", variant: str = "") -> Document:
    """Render a document and keep it: as a draft where the council wants it issued, else for good. Raises what `rule_for` and `printed` raise, HeldBack.

    Clocks of its episode that wait for it are told when it is issued.
    """
    rule = rule_for(document_id, submission, copy, variant)
    made = printed(rule, submission, by)
    unread = unread_by_roles(by, submission, made.sensitivities)
    if unread is not None:
        raise HeldBack(unread)
    episode = material.episode_of(submission)
    at = timekeeping.now()
    document = Document(
        council=submission.council,
        document_id=document_id,
        title=rule.title,
        copy=copy,
        variant=variant,
        file_name=made.file_name,
        episode_id=episode.id if episode else None,
        submission_id=submission.id,
        revision=submission.version,
        sha256=store().keep(made.content),
        template_sha256=made.template_sha256,
        data_sha256=made.data_sha256,
        sensitivities=list(made.sensitivities),
        engine_version=f"{ENGINE_VERSION}, {LOOKS_VERSION}" if rule.looks else ENGINE_VERSION,
        produced_by=by.id,
        produced_by_label=by.name,
        produced_at=at,
        state="draft" if rule.issue else "issued",
        issued_at=None if rule.issue else at,
    )
    db.session.add(document)
    db.session.flush()
    detail = {"document": document_id, "submission": submission.id, "sha256": document.sha256}
    audit.record("document.produced", subject="document", subject_id=document.id, actor=by.id, detail=detail)
    if episode is not None and document.is_issued:
        clocks.on_document(episode, document_id)
    return document


def writers_of(document: Document) -> set[str]:
    """Everybody who wrote in the form it prints."""
    query = select(Revision.by_id).where(Revision.submission_id == document.submission_id, Revision.by_id.is_not(None))
    return {one for one in db.session.scalars(query) if one}


def content_now(document: Document) -> bytes:
    """The document as the record would make it now, on the day it was made and by whoever made it. Raises what `printed` raises."""
    submission = db.session.get_one(Submission, document.submission_id)
    by = db.session.get(User, document.produced_by) if document.produced_by else None
    rule = rule_for(document.document_id, submission, document.copy, document.variant)
    return printed(rule, submission, by, on=timekeeping.london(document.produced_at).date()).content


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


_COLUMNS = tuple(Document.__table__.columns.keys())
_BY_ID = select(Document.__table__).where(Document.__table__.c.id == bindparam("id"))
"""Made once, since putting a statement together costs more than asking it."""


def find(document_id: str) -> Document | None:
    """A produced document by its record id, or None."""
    row = db.session.connection().execute(_BY_ID, {"id": document_id}).first()
    return held(Document, dict(zip(_COLUMNS, row, strict=True))) if row is not None else None


def of_submission(submission_id: str) -> Sequence[Document]:
    """Documents produced from a submission, newest first."""
    return db.session.scalars(select(Document).where(Document.submission_id == submission_id).order_by(Document.produced_at.desc(), Document.id)).all()


def of_episode(episode_id: str) -> Sequence[Document]:
    """Documents produced on an episode, newest first."""
    return db.session.scalars(select(Document).where(Document.episode_id == episode_id).order_by(Document.produced_at.desc(), Document.id)).all()


def content(document: Document) -> bytes:
    """The bytes of a produced document, as they were. Raises files.FileMissing."""
    return store().read(document.sha256)

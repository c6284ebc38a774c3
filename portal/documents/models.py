"""The tables of documents that were produced and of what was shared. The bytes stand in `files` under their hash and never change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import JSONData, UTCDateTime, db, new_id
from portal.timekeeping import now


class Document(db.Model):
    """One produced Word document: what it is, what it was made of (template, answers, engine), by whom and when.

    `document_id` is the council's id of the document, `copy` that of the reader's copy, `variant` of its look (large print, easy read); `revision` the submission's version it prints.
    `pdf_sha256` and `pages_sha256` are its PDF and a ZIP of the pictures of its pages, once somebody has looked at them.
    `sensitivities` are the kinds of answer it may hold (None: not known), which whoever downloads it must read.
    `state` is draft, checked, approved or issued; `cleared` are the names a person looked at and let stand. A document
    issued in error is withdrawn with a reason, never deleted.
    """

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_episode_produced", "episode_id", "produced_at"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    council: Mapped[str] = mapped_column(String(60))
    document_id: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    episode_id: Mapped[str | None] = mapped_column(ForeignKey("episode.id"))
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), index=True)
    revision: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    template_sha256: Mapped[str] = mapped_column(String(64))
    data_sha256: Mapped[str] = mapped_column(String(64))
    engine_version: Mapped[str] = mapped_column(String(60))
    produced_by: Mapped[str | None] = mapped_column(String(20))
    produced_by_label: Mapped[str] = mapped_column(Text, default="")
    produced_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(20))
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12), default="issued")
    copy: Mapped[str] = mapped_column(String(60), default="")
    recipient: Mapped[str] = mapped_column(Text, default="")
    cleared: Mapped[list[str]] = mapped_column(JSONData, default=list)
    checked_by: Mapped[str | None] = mapped_column(String(20))
    checked_by_label: Mapped[str] = mapped_column(Text, default="")
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    approved_by: Mapped[str | None] = mapped_column(String(20))
    approved_by_label: Mapped[str] = mapped_column(Text, default="")
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    pdf_sha256: Mapped[str] = mapped_column(String(64), default="")
    variant: Mapped[str] = mapped_column(String(60), default="")
    pages_sha256: Mapped[str] = mapped_column(String(64), default="")
    sensitivities: Mapped[list[str] | None] = mapped_column(JSONData, default=None)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back."""
        return self.withdrawn_at is not None

    @property
    def is_issued(self) -> bool:
        """Whether it has left, or was put on file, and was not taken back."""
        return self.state == "issued" and not self.is_withdrawn


class Sharing(db.Model):
    """The information-sharing log: what was given to whom, when, by whom and how; or that it was decided not to share, and why. Never changed."""

    __tablename__ = "sharing"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    episode_id: Mapped[str | None] = mapped_column(ForeignKey("episode.id"), index=True)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"), index=True)
    was_shared: Mapped[bool] = mapped_column(default=True)
    what: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    shared_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    shared_by: Mapped[str | None] = mapped_column(String(20))
    shared_by_label: Mapped[str] = mapped_column(Text, default="")


class BulkRun(db.Model):
    """A document made for many families at once, by one person. Its files are kept under their hashes once it is done.

    `variant` is the look, ASKED being each in the one its form asks for. `parts_sha256` are the PDFs one by one. While it is issued,
    `issue_upto` is the last item that was looked at.
    """

    __tablename__ = "bulk_run"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    council: Mapped[str] = mapped_column(String(60))
    document_id: Mapped[str] = mapped_column(String(60))
    copy: Mapped[str] = mapped_column(String(60), default="")
    title: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(20), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    zip_sha256: Mapped[str] = mapped_column(String(64), default="")
    pdf_sha256: Mapped[str] = mapped_column(String(64), default="")
    pdf_note: Mapped[str] = mapped_column(Text, default="")
    variant: Mapped[str] = mapped_column(String(60), default="")
    parts_sha256: Mapped[str] = mapped_column(String(64), default="")
    issue_way: Mapped[str] = mapped_column(String(60), default="")
    issue_upto: Mapped[int] = mapped_column(default=0)
    issue_begun_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    issue_ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class BulkItem(db.Model):
    """One form of a run. `state` is waiting, made or failed; `made_id` is the document, `reason` why there is none."""

    __tablename__ = "bulk_item"
    __table_args__ = (UniqueConstraint("run_id", "submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("bulk_run.id"))
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"))
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    made_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

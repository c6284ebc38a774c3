"""The table of documents that were produced. Their bytes stand in `files` under their hash and never change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import UTCDateTime, db, new_id
from portal.timekeeping import now


class Document(db.Model):
    """One produced Word document: what it is, what it was made of (template, answers, engine), by whom and when.

    `document_id` is the council's id of the document; `revision` the submission's version it prints. A document issued in
    error is withdrawn with a reason, never deleted.
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

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back."""
        return self.withdrawn_at is not None

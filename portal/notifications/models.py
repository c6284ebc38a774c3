"""The table of e-mails."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import UTCDateTime, db, new_id
from portal.timekeeping import now


class Notification(db.Model):
    """One e-mail. `body` still has its {link}; the link itself is sealed, and forgotten once the e-mail was sent.

    `status` is waiting, sent, or kept (in the outbox of a demonstration). `message_id` is the same at every try to send it.
    """

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_created", "created_at"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    notice: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(String(40), default="")
    sealed_link: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

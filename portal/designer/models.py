"""The table of Word templates that somebody proposed. Those in force are versions of `publishing`; the bytes stand in `files`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import JSONData, UTCDateTime, db, new_id
from portal.timekeeping import now


class ProposedTemplate(db.Model):
    """A Word file that may become the next version of a template, and what its check found.

    `name` is that of the ledger; `origin` is upload, supplier or earlier. `checked` holds the findings and the words of the specimen, as
    `designer.look` answers them. `comments_sha256` is the copy with the findings as comments, `specimen_sha256` the specimen; '' where
    none could be made. `number` is the version it became, 0 until then: such a row goes after a while (`proposals.expire`).
    """

    __tablename__ = "proposed_template"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), index=True)
    origin: Mapped[str] = mapped_column(String(12))
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    checked: Mapped[dict[str, Any]] = mapped_column(JSONData)
    comments_sha256: Mapped[str] = mapped_column(String(64), default="")
    specimen_sha256: Mapped[str] = mapped_column(String(64), default="")
    proposed_by: Mapped[str] = mapped_column(String(20))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    number: Mapped[int] = mapped_column(Integer, default=0)

"""The table of published versions; the bytes stand in `files`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import UTCDateTime, db


class PublishedVersion(db.Model):
    """One immutable version. Numbers run from 1 for each kind and name; `name` starts with the council's id and a slash."""

    __tablename__ = "published_version"
    __table_args__ = (UniqueConstraint("kind", "name", "number"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    number: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by: Mapped[str] = mapped_column(String(20), default="")

"""The tables of published versions (the bytes stand in `files`), of carrying open drafts over to them, and of replays before they are published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import JSONData, UTCDateTime, db, new_id


class PublishedVersion(db.Model):
    """One immutable version. Numbers run from 1 for each kind and name; `name` starts with the council's id and a slash.

    `published_by` is '' for what a start or a command published from the council's files; `note` says why, where a person was asked.
    """

    __tablename__ = "published_version"
    __table_args__ = (UniqueConstraint("kind", "name", "number"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    number: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by: Mapped[str] = mapped_column(String(20), default="")
    note: Mapped[str] = mapped_column(Text, default="")


class CarryOver(db.Model):
    """What was decided about the drafts that were open when a version was published, and how far it has been done.

    `decision` is {effect: "carry" or "keep"}; `total` counts the drafts there were, `looked_at` those gone through, `last_id` is the last of
    them, `counts` tells by outcome how many. `finished_at` is set with the last draft.
    """

    __tablename__ = "carry_over"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    number: Mapped[int] = mapped_column(Integer)
    decision: Mapped[dict[str, str]] = mapped_column(JSONData)
    total: Mapped[int] = mapped_column(Integer)
    looked_at: Mapped[int] = mapped_column(Integer, default=0)
    last_id: Mapped[str] = mapped_column(String(20), default="")
    counts: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    started_by: Mapped[str] = mapped_column(String(20), default="")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Replay(db.Model):
    """What past submissions and open drafts would have met in a text that is not published yet (`sha256`): counts alone, in `report`.

    `total` counts those to lead through, `done` those that were; `finished_at` is set with the last.
    """

    __tablename__ = "replay"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    report: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    started_by: Mapped[str] = mapped_column(String(20), default="")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

"""Tables of episodes: stage changes, papers, clocks, requests attached by hand. The verbs stand in the modules beside this one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import JSONData, UTCDateTime, db, new_id
from portal.timekeeping import now


class Episode(db.Model):
    """One period of support for a family. `rules_number` says which version of the council's rules it opened under.

    `attached_to_id` names the episode that took over its request when somebody attached it by hand; it then counts no more.
    """

    __tablename__ = "episode"
    __table_args__ = (Index("ix_episode_stage_opened", "council", "stage", "opened_at", "id"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    council: Mapped[str] = mapped_column(String(60))
    family_id: Mapped[str] = mapped_column(ForeignKey("family.id"), index=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    stage: Mapped[str] = mapped_column(String(60))
    team: Mapped[str] = mapped_column(String(60), default="", index=True)
    lead_id: Mapped[str | None] = mapped_column(ForeignKey("user.id"), index=True)
    level: Mapped[str] = mapped_column(String(60), default="")
    rules_number: Mapped[int | None] = mapped_column()
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attached_to_id: Mapped[str | None] = mapped_column(ForeignKey("episode.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)

    clocks: Mapped[list[Clock]] = relationship(order_by="(Clock.due_at, Clock.id)", viewonly=True)

    __mapper_args__ = {"version_id_col": version}


class StageChange(db.Model):
    """One move of an episode: written only by `transitions`. `from_stage` is '' for the first."""

    __tablename__ = "stage_change"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    episode_id: Mapped[str] = mapped_column(ForeignKey("episode.id"), index=True)
    number: Mapped[int] = mapped_column()
    from_stage: Mapped[str] = mapped_column(String(60), default="")
    to_stage: Mapped[str] = mapped_column(String(60))
    transition: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    by_id: Mapped[str | None] = mapped_column(String(20))
    by_label: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    submission_id: Mapped[str | None] = mapped_column(String(20))


class Paper(db.Model):
    """A form used on an episode. `paper` is the council's id of that use; `about_id` names the paper a sign-off signs.

    `followed_at` is when what follows its sending or finishing was done, so that it is done once.
    """

    __tablename__ = "paper"
    __table_args__ = (UniqueConstraint("submission_id"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    episode_id: Mapped[str] = mapped_column(ForeignKey("episode.id"), index=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    paper: Mapped[str] = mapped_column(String(60))
    about_id: Mapped[str | None] = mapped_column(ForeignKey("paper.id"))
    started_by: Mapped[str | None] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    followed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Clock(db.Model):
    """A running, met or stopped clock. `rule` is the council's clock rule as it was when the clock started."""

    __tablename__ = "clock"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    episode_id: Mapped[str] = mapped_column(ForeignKey("episode.id"), index=True)
    rule_id: Mapped[str] = mapped_column(String(60))
    rule: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    met_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stopped_because: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class RequestAttachment(db.Model):
    """A request attached by hand to a family already known. `moved` lists what was moved, so that it can be undone exactly."""

    __tablename__ = "request_attachment"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    episode_id: Mapped[str] = mapped_column(ForeignKey("episode.id"), index=True)
    from_family_id: Mapped[str] = mapped_column(ForeignKey("family.id"))
    to_family_id: Mapped[str] = mapped_column(ForeignKey("family.id"), index=True)
    to_episode_id: Mapped[str | None] = mapped_column(ForeignKey("episode.id"))
    moved: Mapped[dict[str, list[str]]] = mapped_column(JSONData, default=dict)
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[str | None] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_id: Mapped[str | None] = mapped_column(String(20))
    undone_reason: Mapped[str] = mapped_column(Text, default="")

"""Tables of submissions: the narrow row that lists read, the answers apart from it, and what hangs on a submission."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import JSONData, UTCDateTime, db, new_id
from portal.timekeeping import now


class Submission(db.Model):
    """One filling of a form. A draft is a submission not yet sent; `status` is draft, sent, final or withdrawn.

    `form_sha256` is the version it was started with and keeps. `version` counts saves: a writer names the one it read.
    `idempotency_key` is made with the draft, so that starting or sending twice makes one submission.
    `language` is the one its writer read it in, '' for English.
    """

    __tablename__ = "submission"
    __table_args__ = (
        Index("ix_submission_listing", "council", "audience", "status", "sent_at"),
        Index("ix_submission_expiry", "status", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    council: Mapped[str] = mapped_column(String(60))
    form_id: Mapped[str] = mapped_column(String(60))
    form_sha256: Mapped[str] = mapped_column(String(64), index=True)
    form_number: Mapped[int] = mapped_column(Integer)
    audience: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(10), default="draft")
    reference: Mapped[str | None] = mapped_column(String(30), unique=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    idempotency_key: Mapped[str] = mapped_column(String(40), unique=True, default=new_id)
    author_id: Mapped[str | None] = mapped_column(String(20), index=True)
    author_label: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(15), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    data: Mapped[SubmissionData] = relationship(uselist=False, cascade="all, delete-orphan", passive_deletes=True)

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_draft(self) -> bool:
        """Whether it can still be filled in."""
        return self.status == "draft"


class SubmissionData(db.Model):
    """The answers, kept apart so that lists never read them.

    `incomplete` is {path: raw parts as typed} of answers that are not valid yet, `prefilled` {path: where it came from},
    `acknowledged` {step key: moment} of interruptions that were read, `record` the facts of the family's record that conditions ask for,
    `erased` {question id: day} of questions whose answers were erased when their time was over, `carried` what was told of each newer
    version that the draft went on in: {from, to, at, told, needed, lost, seen_at}.
    """

    __tablename__ = "submission_data"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    incomplete: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    prefilled: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    acknowledged: Mapped[dict[str, str]] = mapped_column(JSONData, default=dict)
    record: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    erased: Mapped[dict[str, str]] = mapped_column(JSONData, default=dict, server_default="{}")
    carried: Mapped[list[dict[str, Any]]] = mapped_column(JSONData, default=list, server_default="[]")


class Revision(db.Model):
    """One change: who, when, what. `number` is the version it made; `changes` is {path: [before, after]}.

    `tab` tells one open page from another of the same person, so that a page never conflicts with its own saves.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("submission_id", "number"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    by_id: Mapped[str | None] = mapped_column(String(20))
    by_label: Mapped[str] = mapped_column(Text, default="")
    action: Mapped[str] = mapped_column(String(30))
    note: Mapped[str] = mapped_column(Text, default="")
    changes: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    tab: Mapped[str] = mapped_column(String(20), default="")


class Attachment(db.Model):
    """A file that came with an answer. `path` is the question's; `name` is safe to show and to save under; `size` in bytes."""

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(Integer)
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class SubmissionPerson(db.Model):
    """One person named in a sent submission, in columns that can be searched. `folded` is the name without case or accents."""

    __tablename__ = "submission_person"
    __table_args__ = (Index("ix_submission_person_folded", "folded"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    item_path: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    first_name: Mapped[str] = mapped_column(Text, default="")
    last_name: Mapped[str] = mapped_column(Text, default="")
    folded: Mapped[str] = mapped_column(Text, default="")
    date_of_birth: Mapped[date | None] = mapped_column()
    postcode: Mapped[str] = mapped_column(String(10), default="")


class ResumeKey(db.Model):
    """The way back to a submission without an account: a link that was e-mailed and a code that never was.

    Only hashes are kept; five wrong tries set `locked_at`. How long it works follows from the submission (`resume.expiry_of`).
    """

    __tablename__ = "resume_key"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(128))
    email: Mapped[str] = mapped_column(String(254), default="")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class LaterTyping(db.Model):
    """What the sender of a request is typing that is to follow it, kept as typed until it is sent.

    `typed` is {path: raw parts}, `version` counts saves, and `saves` is {path: {version, tab}}: the last page that kept each.
    """

    __tablename__ = "later_typing"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True)
    typed: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    saves: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    version: Mapped[int] = mapped_column(Integer, default=1)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)


class ReturnRound(db.Model):
    """One time a finished form was returned for changes: what was asked and why, the copy that is edited, how it ended.

    `status` is open, answered, accepted, taken_back, replaced (by a round that asks something else) or overtaken (the form was withdrawn).
    `asked` lists {path, reason}. `answers`, `incomplete` and `acknowledged` are the copy; `version` counts its saves, which stand in `saves`
    as {version, tab, by_id, by, at, changes}. `base` holds the record's answers as they were at `base_version`, and after the merge as they were
    just before it: the earlier version that stays readable. `changes` is what the merge wrote, {path: [before, after]}.
    """

    __tablename__ = "return_round"
    __table_args__ = (UniqueConstraint("submission_id", "number"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(12), default="open", index=True)
    asked: Mapped[list[dict[str, str]]] = mapped_column(JSONData, default=list)
    message: Mapped[str] = mapped_column(Text, default="")
    asked_by_id: Mapped[str | None] = mapped_column(String(20))
    asked_by_label: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    base: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    base_version: Mapped[int] = mapped_column(Integer)
    answers: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    incomplete: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    acknowledged: Mapped[dict[str, str]] = mapped_column(JSONData, default=dict)
    version: Mapped[int] = mapped_column(Integer, default=1)
    saves: Mapped[list[dict[str, Any]]] = mapped_column(JSONData, default=list)
    answered_by_id: Mapped[str | None] = mapped_column(String(20))
    answered_by_label: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answer_note: Mapped[str] = mapped_column(Text, default="")
    changes: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    merged_version: Mapped[int | None] = mapped_column(Integer)
    closed_by_id: Mapped[str | None] = mapped_column(String(20))
    closed_by_label: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_note: Mapped[str] = mapped_column(Text, default="")

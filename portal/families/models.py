"""Tables of families, people, relationships and consent. What is done with them stands in the verb modules beside this one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import JSONData, UTCDateTime, db, new_id
from portal.timekeeping import now

TAKEN_OUT = 10_000
"""Positions from here on are of people whom the request names no more; they stay on the record."""


class Family(db.Model):
    """People who are supported together. `name` is made of the children's last names and is only a label for lists."""

    __tablename__ = "family"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    council: Mapped[str] = mapped_column(String(60), index=True)
    name: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class FamilyHold(db.Model):
    """A reason why nothing about a family may be erased (an inquiry, a claim), from when it is placed until it is lifted."""

    __tablename__ = "family_hold"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    family_id: Mapped[str] = mapped_column(ForeignKey("family.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    placed_by_id: Mapped[str] = mapped_column(String(20), default="")
    placed_by_label: Mapped[str] = mapped_column(Text, default="")
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_by_label: Mapped[str] = mapped_column(Text, default="")
    lifted_reason: Mapped[str] = mapped_column(Text, default="")


class Person(db.Model):
    """One person as a form described them. `facts` holds further facts: {name of fact: {"label", "value", "text"}}."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    council: Mapped[str] = mapped_column(String(60), index=True)
    first_name: Mapped[str] = mapped_column(Text, default="")
    last_name: Mapped[str] = mapped_column(Text, default="")
    known_as: Mapped[str] = mapped_column(Text, default="")
    folded: Mapped[str] = mapped_column(Text, default="", index=True)
    date_of_birth: Mapped[date | None] = mapped_column(Date)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONData, default=dict)
    source_submission_id: Mapped[str | None] = mapped_column(String(20), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @property
    def full_name(self) -> str:
        """First and last name; of a baby not born yet the last; or words that say nothing is known yet."""
        if not self.first_name and "expected_date" in self.facts:
            return " ".join(part for part in ("Baby", self.last_name, "(not born yet)") if part)
        return " ".join(part for part in (self.first_name, self.last_name) if part) or "Name not known"

    def fact(self, name: str) -> str:
        """The words of a further fact such as `school`, or '' when nothing is recorded."""
        return self.facts.get(name, {}).get("text", "")

    @property
    def has_confidential_address(self) -> bool:
        """Whether the address was given with the wish that it stays hidden from others."""
        value = self.facts.get("address", {}).get("value")
        return isinstance(value, dict) and bool(value.get("confidential"))


class FamilyMember(db.Model):
    """A person's place in a family. `role` is child, adult, professional or other."""

    __tablename__ = "family_person"
    __table_args__ = (UniqueConstraint("family_id", "person_id"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    family_id: Mapped[str] = mapped_column(ForeignKey("family.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(default=0)
    must_not_be_told: Mapped[bool] = mapped_column(Boolean, default=False)
    source_submission_id: Mapped[str | None] = mapped_column(String(20), index=True)

    @property
    def is_named_no_more(self) -> bool:
        """Whether the request that brought the person in names them no more since it was returned for changes; who they are is for staff to judge."""
        return self.position >= TAKEN_OUT


class PersonChange(db.Model):
    """What staff put right about a person: `changes` is {fact: [before, after]}, `reason` says how they know it."""

    __tablename__ = "person_change"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    by_id: Mapped[str] = mapped_column(String(20))
    by_label: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    changes: Mapped[dict[str, Any]] = mapped_column(JSONData)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_label: Mapped[str] = mapped_column(Text, default="")


class Relationship(db.Model):
    """What one person is to another: `kind` in the form's words, and what was said about responsibility and living together.

    `parental_responsibility` and `lives_with` keep the answer's words ('' when not asked), since "not known" is an answer.
    """

    __tablename__ = "relationship"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(Text, default="")
    parental_responsibility: Mapped[str] = mapped_column(String(20), default="")
    lives_with: Mapped[str] = mapped_column(String(20), default="")
    source_submission_id: Mapped[str | None] = mapped_column(String(20), index=True)


class Consent(db.Model):
    """One decision about support or about sharing: two purposes, two records (SUSD-8). Never changed, only followed by a newer one."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_family_purpose", "family_id", "purpose"),)

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    family_id: Mapped[str] = mapped_column(ForeignKey("family.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    decision: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(20), default="")
    given_on: Mapped[str] = mapped_column(String(20), default="")
    given_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    given_by: Mapped[str] = mapped_column(Text, default="")
    taken_by: Mapped[str] = mapped_column(Text, default="")
    limits: Mapped[str] = mapped_column(Text, default="")
    source_submission_id: Mapped[str | None] = mapped_column(String(20), index=True)
    source_path: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

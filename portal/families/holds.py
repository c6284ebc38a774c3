"""Holds: while one stands, nothing about a family is erased, however old (an inquiry, a claim, a request to see the record)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from portal import audit, timekeeping
from portal.db import db
from portal.errors import RuleBroken
from portal.families.models import Family, FamilyHold


class HoldRefused(RuleBroken):
    """A hold without a reason, or one that was lifted already."""


def place(family_id: str, reason: str, *, by_id: str = "", by_label: str = "") -> FamilyHold:
    """Hold everything about this family. A hold of the same person for the same reason that still stands is answered instead: a press that comes
    twice places one. Raises HoldRefused without a reason.
    """
    if not reason.strip():
        raise HoldRefused("Say why the family's records must be kept")
    same = (reason.strip(), by_id, by_label)
    for known in of_family_to_change(family_id):
        if (known.reason, known.placed_by_id, known.placed_by_label) == same:
            return known
    hold = FamilyHold(family_id=family_id, reason=reason.strip(), placed_at=timekeeping.now(), placed_by_id=by_id, placed_by_label=by_label)
    db.session.add(hold)
    db.session.flush()
    audit.record("family.held", subject="family", subject_id=family_id, actor=by_id, detail={"hold": hold.id})
    return hold


def lift(hold: FamilyHold, reason: str, *, by_id: str = "", by_label: str = "") -> None:
    """Let the terms of a family's records run again. Raises HoldRefused without a reason, or for a hold that was lifted."""
    if hold.lifted_at is not None:
        raise HoldRefused("This hold was lifted already")
    if not reason.strip():
        raise HoldRefused("Say why the hold is lifted")
    hold.lifted_at, hold.lifted_by_label, hold.lifted_reason = timekeeping.now(), by_label, reason.strip()
    audit.record("family.hold_lifted", subject="family", subject_id=hold.family_id, actor=by_id, detail={"hold": hold.id})
    db.session.flush()


def find(hold_id: str) -> FamilyHold | None:
    """The hold with this id, or None."""
    return db.session.get(FamilyHold, hold_id)


def find_to_change(hold_id: str) -> FamilyHold | None:
    """The same, held for writing."""
    return db.session.scalars(select(FamilyHold).where(FamilyHold.id == hold_id).with_for_update()).first()


def standing() -> list[FamilyHold]:
    """Every hold that stands, oldest first."""
    return list(db.session.scalars(select(FamilyHold).where(FamilyHold.lifted_at.is_(None)).order_by(FamilyHold.placed_at)))


def of_family(family_id: str) -> list[FamilyHold]:
    """The holds that stand on a family, oldest first."""
    query = select(FamilyHold).where(FamilyHold.family_id == family_id, FamilyHold.lifted_at.is_(None)).order_by(FamilyHold.placed_at)
    return list(db.session.scalars(query))


def of_family_to_change(family_id: str, *, to: str | None = None) -> list[FamilyHold]:
    """The same, for whoever takes something away from the family, or moves it `to` another: no hold is placed from here to the end of their transaction.

    A row that names the family waits for this lock in the database itself, so whoever places a hold does too. Both families are taken in the
    order of their ids, so that two who move something crosswise wait one for the other.
    """
    db.session.execute(select(Family.id).where(Family.id.in_([family_id, to or family_id])).order_by(Family.id).with_for_update())
    return of_family(family_id)


def held_among(family_ids: Collection[str]) -> set[str]:
    """Those of these families on which a hold stands."""
    query = select(FamilyHold.family_id).where(FamilyHold.family_id.in_(family_ids), FamilyHold.lifted_at.is_(None))
    return set(db.session.scalars(query))

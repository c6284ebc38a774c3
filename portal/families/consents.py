"""Records what people agreed to and answers what holds now. Support and sharing are separate purposes (SUSD-8)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from portal.db import db
from portal.families import bindings
from portal.families.models import Consent, Family, FamilyMember, Person
from portal.forms.model import FormDefinition
from portal.names import folded


def record(
    family: Family, definition: FormDefinition, answers: Mapping[str, Any], *, source: str, people: Mapping[str, str] | None = None, only: Collection[str] | None = None
) -> list[Consent]:
    """Record every consent these answers hold, or `only` those at these paths. `people` maps items to persons; without it an item's id
    may be a person's own id."""
    known = people if people is not None else {one: one for one in _member_ids(family.id)}
    made = []
    for given in bindings.consents(definition, answers):
        if only is not None and given.path not in only:
            continue
        person_id = known.get(given.item_id)
        person = db.session.get(Person, person_id) if person_id else None
        made.append(
            Consent(
                family_id=family.id,
                purpose=given.purpose,
                decision=given.value["decision"],
                method=given.value.get("method") or "",
                given_on=given.value.get("date") or "",
                given_by_id=person_id,
                given_by=given.value.get("given_by") or (person.full_name if person else "") or bindings.sender(definition, answers),
                taken_by=given.value.get("taken_by") or "",
                limits=given.value.get("limits") or "",
                source_submission_id=source,
                source_path=given.path,
            )
        )
    db.session.add_all(made)
    db.session.flush()
    return made


def of_family(family_id: str) -> Sequence[Consent]:
    """Every consent recorded for a family, newest first."""
    query = select(Consent).where(Consent.family_id == family_id)
    return db.session.scalars(query.order_by(Consent.recorded_at.desc(), Consent.source_path)).all()


def in_force(rows: Sequence[Consent]) -> list[Consent]:
    """Of these, newest first, the latest word of each giver for each purpose."""
    latest: dict[tuple[str, str], Consent] = {}
    for one in rows:
        latest.setdefault((one.purpose, folded(one.given_by)), one)
    return list(latest.values())


def _member_ids(family_id: str) -> Sequence[str]:
    return db.session.scalars(select(FamilyMember.person_id).where(FamilyMember.family_id == family_id)).all()

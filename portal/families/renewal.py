"""Takes into the record what a request says anew about its people after it was returned for changes. What staff put right since then stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from portal.db import db
from portal.families import bindings, people
from portal.families.bindings import Described, Link
from portal.families.models import TAKEN_OUT, Family, FamilyMember, Person, Relationship
from portal.forms.model import FormDefinition
from portal.names import folded


def renew(definition: FormDefinition, before: Mapping[str, Any], after: Mapping[str, Any], *, source: str) -> dict[str, str]:
    """Bring the people that submission `source` brought in up to its new answers. Answers {item id: person id}; {} for one that brought in nobody.

    A fact is taken over only where the record still says what the request said before; people named newly are added with what they are to the others.
    """
    old, new = bindings.people(definition, before), bindings.people(definition, after)
    rows = _brought_in(source)
    if not rows or len(rows) != len(old):
        return {}
    family = db.session.get_one(Family, rows[0][0].family_id)
    known = {one.item_id: row for one, row in zip(old, rows, strict=True)}
    said = {one.item_id: one for one in old}
    for position, one in enumerate(new):
        if one.item_id in known:
            known[one.item_id][0].position = position
            _take_over(*known[one.item_id], said[one.item_id], one)
        else:
            known[one.item_id] = _add(family, one, position, source)
    for item_id in said.keys() - {one.item_id for one in new}:
        known[item_id][0].position = TAKEN_OUT + known[item_id][0].position
    ids = {item_id: person.id for item_id, (_, person) in known.items()}
    for one in new:
        _relate(ids, one, said.get(one.item_id), source)
    db.session.flush()
    family.name = people.name_of(family)
    return ids


def _brought_in(source: str) -> Sequence[tuple[FamilyMember, Person]]:
    """The people a submission brought in, in the order it names them."""
    query = select(FamilyMember, Person).join(Person, Person.id == FamilyMember.person_id)
    query = query.where(FamilyMember.source_submission_id == source, Person.source_submission_id == source, FamilyMember.position < TAKEN_OUT)
    return [tuple(row) for row in db.session.execute(query.order_by(FamilyMember.position))]


def _take_over(member: FamilyMember, person: Person, was: Described, now: Described) -> None:
    facts = dict(person.facts)
    for name in sorted(was.facts.keys() | now.facts.keys()):
        old, new = was.facts.get(name), now.facts.get(name)
        if old == new or name == bindings.PROFESSIONAL:
            continue
        if name in people.NAMES:
            if getattr(person, name) == people.words_of(old):
                setattr(person, name, people.words_of(new))
            continue
        if facts.get(name) != (asdict(old) if old else None):
            continue
        facts = {key: fact for key, fact in facts.items() if key != name} | ({name: asdict(new)} if new else {})
        if name == "date_of_birth":
            person.date_of_birth = people.day_of(new)
        if name == "must_not_be_told":
            member.must_not_be_told = new is not None and new.value == "yes"
    person.facts = facts
    person.folded = folded(*(getattr(person, name) for name in people.NAMES), person.fact("other_names"))


def _add(family: Family, one: Described, position: int, source: str) -> tuple[FamilyMember, Person]:
    person = people.made_of(one, family.council, source)
    db.session.add(person)
    db.session.flush()
    told = one.facts.get("must_not_be_told")
    member = FamilyMember(
        family_id=family.id, person_id=person.id, role=one.role, position=position, must_not_be_told=told is not None and told.value == "yes", source_submission_id=source
    )
    db.session.add(member)
    return member, person


def _relate(ids: Mapping[str, str], one: Described, was: Described | None, source: str) -> None:
    before: dict[str, Link] = {link.other: link for link in was.links} if was else {}
    for link in one.links:
        if link.other not in ids or before.get(link.other) == link:
            continue
        query = select(Relationship).where(Relationship.person_id == ids[one.item_id], Relationship.other_id == ids[link.other], Relationship.source_submission_id == source)
        for held in db.session.scalars(query):
            db.session.delete(held)
        db.session.add(people.relationship_of(ids[one.item_id], ids[link.other], link, source))

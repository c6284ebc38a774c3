"""Makes a family and its people from a form's answers, and finds them again. Does not know submissions or episodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.sql import Select

from portal.db import db
from portal.families import bindings
from portal.families.models import Family, FamilyMember, Person, Relationship
from portal.forms.model import FormDefinition
from portal.names import folded
from portal.rows import add_object

NAMES = ("first_name", "last_name", "known_as")
LINK_FACTS = ("relationship", "parental_responsibility", "lives_with")


def make_family(definition: FormDefinition, answers: Mapping[str, Any], *, council: str, source: str) -> tuple[Family, dict[str, str]]:
    """A new family with everybody these answers describe. Also answers {item id: person id}. `source` is the submission's id."""
    family = Family(council=council)
    add_object(family)
    people_of_items = add_people(family, definition, answers, source=source)
    if people_of_items:
        family.name = name_of(family)
    return family, people_of_items


def add_people(family: Family, definition: FormDefinition, answers: Mapping[str, Any], *, source: str) -> dict[str, str]:
    """Add everybody these answers describe to the family, with their relationships. Answers {item id: person id}."""
    described = bindings.people(definition, answers)
    made: dict[str, str] = {}
    for position, one in enumerate(described):
        person = made_of(one, family.council, source)
        add_object(person)
        made[one.item_id] = person.id
        hidden_from = one.facts.get("must_not_be_told")
        db.session.add(
            FamilyMember(
                family_id=family.id,
                person_id=person.id,
                role=one.role,
                position=position,
                must_not_be_told=hidden_from is not None and hidden_from.value == "yes",
                source_submission_id=source,
            )
        )
    for one in described:
        for link in one.links:
            db.session.add(relationship_of(made[one.item_id], made[link.other], link, source))
    db.session.flush()
    return made


def members(family_id: str) -> Sequence[tuple[FamilyMember, Person]]:
    """Everybody of a family in the order they were given."""
    query = select(FamilyMember, Person).join(Person, Person.id == FamilyMember.person_id).where(FamilyMember.family_id == family_id)
    return [tuple(row) for row in db.session.execute(query.order_by(Person.created_at, FamilyMember.position))]


def relationships(person_ids: Sequence[str]) -> Sequence[Relationship]:
    """What these people are to each other."""
    query = select(Relationship).where(Relationship.person_id.in_(person_ids), Relationship.other_id.in_(person_ids))
    return db.session.scalars(query.order_by(Relationship.id)).all()


def families_named(words: str, *, council: str) -> Select[tuple[str]]:
    """A query of the ids of families with a member whose name holds every one of these words (nobody for no words)."""
    wanted = folded(words).split()
    matches = and_(*(Person.folded.contains(word, autoescape=True) for word in wanted)) if wanted else or_(False)
    return (
        select(FamilyMember.family_id)
        .join(Person, Person.id == FamilyMember.person_id)
        .where(Person.council == council, matches)
        .distinct()
    )


def twice(rows: Sequence[tuple[FamilyMember, Person]]) -> set[str]:
    """Ids of people who stand in this family more than once by name and date of birth, as after attaching a request."""
    seen: dict[tuple[str, date], str] = {}
    found: set[str] = set()
    for _, person in rows:
        if person.date_of_birth is None:
            continue
        first = seen.setdefault((person.folded, person.date_of_birth), person.id)
        if first != person.id:
            found |= {first, person.id}
    return found


def name_of(family: Family) -> str:
    """The last names of the children, or of everybody where there are none: a label for lists."""
    rows = members(family.id)
    rows = [row for row in rows if not row[0].is_named_no_more] or rows
    children = [person for member, person in rows if member.role == "child"] or [person for _, person in rows]
    names = dict.fromkeys(person.last_name for person in children if person.last_name)
    return " and ".join(names)


def made_of(one: bindings.Described, council: str, source: str) -> Person:
    """A person as these words describe them, not yet in the database."""
    words = {name: words_of(one.facts.get(name)) for name in NAMES}
    person = Person(council=council, source_submission_id=source, date_of_birth=day_of(one.facts.get("date_of_birth")), **words)
    person.folded = folded(*(words_of(one.facts.get(name)) for name in (*NAMES, "other_names")))
    person.facts = {name: asdict(fact) for name, fact in one.facts.items() if name not in (*NAMES, bindings.PROFESSIONAL)}
    return person


def words_of(fact: bindings.Fact | None) -> str:
    """A name as it was typed; '' when it was not given or is not known."""
    return fact.value if fact is not None and isinstance(fact.value, str) else ""


def relationship_of(person_id: str, other_id: str, link: bindings.Link, source: str) -> Relationship:
    """What one person is to another, as a link of their items says."""
    kind, responsibility, lives_with = (link.facts[name].text if name in link.facts else "" for name in LINK_FACTS)
    return Relationship(
        person_id=person_id, other_id=other_id, kind=kind, parental_responsibility=responsibility, lives_with=lives_with, source_submission_id=source
    )


def day_of(fact: bindings.Fact | None) -> date | None:
    """The day when it is known whole; partial and estimated dates stay words among the facts."""
    if fact is None or not isinstance(fact.value, str):
        return None
    try:
        return date.fromisoformat(fact.value)
    except ValueError:
        return None

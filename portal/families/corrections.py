"""Putting right what the record says about a person: who changed what and why is kept, and a change can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from portal import audit, timekeeping
from portal.accounts.models import User
from portal.councils import sensitivity
from portal.councils.library import Council
from portal.db import StaleWrite, db
from portal.errors import NotFound, RuleBroken
from portal.families import people
from portal.families.bindings import PERSON
from portal.families.models import Family, FamilyMember, Person, PersonChange
from portal.forms import question_kinds
from portal.forms.answers import visible
from portal.forms.conditions import Facts
from portal.forms.held_back import OPEN, is_held, own_work
from portal.forms.load import load_definition
from portal.forms.model import FormDefinition
from portal.names import folded
from portal.publishing.in_force import council_in_force

COLUMNS = people.NAMES
TOLD = "must_not_be_told"
REASON = "reason"


class NothingChanged(RuleBroken):
    """The page holds what the record says already."""


class CannotUndo(RuleBroken):
    """The change was taken back before, something in it was changed again since, or something in it is held back."""


def definition() -> FormDefinition:
    """The questions of the page that changes a person, each kept as the council's forms keep the fact."""
    return _of_council(council_in_force())


@lru_cache(maxsize=16)
def _of_council(council: Council) -> FormDefinition:
    form = _on_file()
    kept = {name: OPEN if name == REASON else sensitivity.fact_kept_as(council, f"{PERSON}{name}") for name in form.index.questions}
    pages = [
        page.model_copy(update={"questions": tuple(each.model_copy(update={"sensitivity": kept[each.id]}) for each in page.questions)})
        for page in form.pages
    ]
    for question in (each for page in pages for each in page.questions):
        question.keep_as(OPEN)
    return form.model_copy(update={"pages": tuple(pages)})


@cache
def _on_file() -> FormDefinition:
    path = Path(__file__).with_name("person_details.yaml")
    return load_definition(path.read_text("utf-8"), source=str(path))


def facts_of(member: FamilyMember) -> Facts:
    """What the page's conditions may know."""
    return Facts(timekeeping.today(), record={"person_role": member.role})


def find_member(member_id: str) -> FamilyMember | None:
    """A person's place in a family, or None."""
    return db.session.get(FamilyMember, member_id)


def details(member: FamilyMember, person: Person) -> dict[str, Any]:
    """What the record says now, as answers of the page."""
    now = {name: getattr(person, name) for name in COLUMNS}
    now["date_of_birth"] = person.date_of_birth.isoformat() if person.date_of_birth else None
    now |= {name: fact["value"] for name, fact in person.facts.items() if name in definition().index.questions and not question_kinds.is_not_known(fact["value"])}
    now[TOLD] = "yes" if member.must_not_be_told else "no"
    return {name: value for name, value in now.items() if value}


def label_of(name: str) -> str:
    """What a fact is called on the page."""
    return definition().index.questions[name].label.rstrip("?")


def words_of(name: str, value: Any) -> str:
    """A fact's value in words; what stands for none."""
    return question_kinds.text_of(definition().index.questions[name], value) if value else "nothing"


def version_of(person: Person) -> int:
    """How often this person was changed or a change was taken back; a page names the number it was read at."""
    both = func.count() + func.count(PersonChange.undone_at)
    return db.session.scalar(select(both).where(PersonChange.person_id == person.id)) or 0


def changes_of(person_ids: Sequence[str]) -> dict[str, list[PersonChange]]:
    """Every change of these people, newest first, by person."""
    found: dict[str, list[PersonChange]] = {}
    query = select(PersonChange).where(PersonChange.person_id.in_(person_ids)).order_by(PersonChange.at.desc(), PersonChange.id)
    for change in db.session.scalars(query):
        found.setdefault(change.person_id, []).append(change)
    return found


def change(member: FamilyMember, wanted: Mapping[str, Any], *, by: User, expected_version: int) -> PersonChange:
    """Put a person right by the page's valid answers; a question that was left blank takes its fact away.

    Raises StaleWrite when somebody changed the person since `expected_version`, NothingChanged.
    """
    person = db.session.get_one(Person, member.person_id, with_for_update=True)
    if version_of(person) != expected_version:
        raise StaleWrite("Somebody else changed this person while you had the page open. Look at the record again before you go on")
    now = details(member, person)
    shown = {name for name, _ in visible(definition(), wanted, facts_of(member)).questions if not is_held(definition().index.questions[name])} - {REASON}
    changed = {name: [now.get(name), wanted.get(name)] for name in sorted(shown) if wanted.get(name) != now.get(name)}
    if not changed:
        raise NothingChanged("The record says this already. Change something, or go back")
    _put(member, person, {name: after for name, (_, after) in changed.items()})
    made = PersonChange(person_id=person.id, by_id=by.id, by_label=by.name, reason=str(wanted.get(REASON) or ""), changes=changed)
    db.session.add(made)
    db.session.flush()
    audit.record("person.changed", subject="person", subject_id=person.id, actor=by.id, detail={"facts": sorted(changed), "change": made.id})
    return made


def find_change(member: FamilyMember, change_id: str) -> PersonChange:
    """A change of this person. Raises NotFound."""
    made = db.session.get(PersonChange, change_id)
    if made is None or made.person_id != member.person_id:
        raise NotFound("this person has no change with this id")
    return made


def can_undo(made: PersonChange) -> bool:
    """Whether it stands and holds nothing that is held back from whoever reads: nobody puts back what they do not see."""
    return made.undone_at is None and not _holds_unseen(made)


def _holds_unseen(made: PersonChange) -> bool:
    return any(is_held(definition().index.questions[name]) for name in made.changes)


def undo(member: FamilyMember, made: PersonChange, *, by: User) -> None:
    """Take a change back. Raises CannotUndo when it was taken back before, something in it was changed again or is held back."""
    person = db.session.get_one(Person, member.person_id, with_for_update=True)
    db.session.refresh(made)
    now = details(member, person)
    if made.undone_at is not None:
        raise CannotUndo("This change was taken back before")
    if _holds_unseen(made):
        raise CannotUndo("Something in it is held back from you. Ask the lead professional or a manager")
    if any(now.get(name) != after for name, (_, after) in made.changes.items()):
        raise CannotUndo("Something in it was changed again since. Change the details instead")
    _put(member, person, {name: before for name, (before, _) in made.changes.items()})
    made.undone_at, made.undone_by_label = timekeeping.now(), by.name
    db.session.flush()
    audit.record("person.change_undone", subject="person", subject_id=person.id, actor=by.id, detail={"change": made.id})


@own_work
def _put(member: FamilyMember, person: Person, values: Mapping[str, Any]) -> None:
    facts = dict(person.facts)
    for name, value in values.items():
        if name in COLUMNS:
            setattr(person, name, value or "")
        elif value is None:
            facts.pop(name, None)
        else:
            question = definition().index.questions[name]
            label = facts.get(name, {}).get("label", question.label)
            facts[name] = {"label": label, "value": value, "text": question_kinds.text_of(question, value)}
    if "date_of_birth" in values:
        person.date_of_birth = _day(values["date_of_birth"])
    if TOLD in values:
        member.must_not_be_told = values[TOLD] == "yes"
    person.facts = facts
    person.folded = folded(*(getattr(person, name) for name in COLUMNS), person.fact("other_names"))
    db.session.flush()
    family = db.session.get_one(Family, member.family_id)
    family.name = people.name_of(family)


def _day(text: str | None) -> date | None:
    """The day when it is known whole; a partial or estimated date stays among the facts only."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None

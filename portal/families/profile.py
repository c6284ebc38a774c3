"""How a family's people and consents read on a page: plain lines in words. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal import timekeeping
from portal.councils import sensitivity
from portal.families import consents, corrections, people
from portal.families.bindings import CONSENT, PERSON
from portal.families.models import Consent, Family, FamilyMember, Person, PersonChange, Relationship
from portal.forms import held_back
from portal.forms.record_bindings import PERSON_TITLES
from portal.publishing.in_force import council_in_force

GROUPS = (("child", "Children"), ("adult", "Parents, carers and other adults"), ("professional", "Professionals"), ("other", "Other people"))
FIRST_FACTS = ("address", "phone", "email", "school", "role", "organisation", "language", "expected_date", "estimated_age")
"""Facts shown at once; the others stand behind “More”."""

PURPOSES = {"support": "Support", "share": "Sharing information"}
DECISIONS = {"given": "Given", "refused": "Refused", "withdrawn": "Withdrawn", "not_sought": "Not asked"}
STOPPING = (DECISIONS["refused"], DECISIONS["withdrawn"])
METHODS = {"written": "in writing", "verbal": "by word of mouth", "electronic": "online"}
NOT_SHOWN = ("must_not_be_told", "date_of_birth", "relationship", "parental_responsibility", "lives_with")


@dataclass(frozen=True)
class ChangeLine:
    """One change of a person in words: each fact with what it was and is. `can_undo` is false for one that was taken back."""

    id: str
    told: list[tuple[str, str, str]]
    reason: str
    by: str
    at: datetime
    can_undo: bool
    undone: str


@dataclass(frozen=True)
class PersonLines:
    """One person: `first` and `more` are (label, words); `ties` say what they are to others; `changes` what staff put right."""

    member_id: str
    person: Person
    born: str
    first: list[tuple[str, str]]
    more: list[tuple[str, str]]
    ties: list[tuple[str, str]]
    must_not_be_told: bool
    is_twice: bool
    is_named_no_more: bool
    changes: list[ChangeLine]


@dataclass(frozen=True)
class ConsentLine:
    """One consent in words. What was decided is told to everybody who opens the record, since nobody may miss it."""

    purpose: str
    decision: str
    is_given: bool
    given_by: str
    how: str
    limits: str


@dataclass(frozen=True)
class Profile:
    """A family's people by group, and its consents: those that hold and those before them. `warnings` stand above everything else."""

    warnings: list[str]
    groups: list[tuple[str, list[PersonLines]]]
    consents: list[ConsentLine]
    earlier_consents: list[ConsentLine]


def of(family: Family) -> Profile:
    """Everybody of the family and what they agreed to."""
    rows = people.members(family.id)
    names = {person.id: person.full_name for _, person in rows}
    ties = people.relationships(list(names))
    twice = people.twice(rows)
    changes = corrections.changes_of(list(names))
    lines = {
        member.id: _person_lines(member, person, _ties_of(person, ties, names), person.id in twice, changes.get(person.id, [])) for member, person in rows
    }
    groups = [(title, [lines[member.id] for member, _ in rows if member.role == role]) for role, title in GROUPS]
    given = consents.of_family(family.id)
    now = consents.in_force(given)
    shown = [_consent_line(one) for one in now]
    return Profile(
        _warnings([one for _, found in groups for one in found], shown),
        [(title, found) for title, found in groups if found],
        shown,
        [_consent_line(one) for one in given if one not in now],
    )


def _warnings(everybody: list[PersonLines], agreed: list[ConsentLine]) -> list[str]:
    """What nobody who opens the record may miss."""
    found = [f"{one.person.full_name} must not be told. Do not contact them and send them nothing." for one in everybody if one.must_not_be_told]
    kept_back = [one.person.full_name for one in everybody if one.person.has_confidential_address]
    if kept_back:
        found.append(f"The address of {', '.join(kept_back)} is confidential.")
    found += [f"{one.purpose}: {one.decision.lower()}{f' by {one.given_by}' if one.given_by else ''}." for one in agreed if one.decision in STOPPING]
    return found


def _person_lines(
    member: FamilyMember, person: Person, ties: list[tuple[str, str]], is_twice: bool, changes: Sequence[PersonChange]
) -> PersonLines:
    facts = {
        name: (PERSON_TITLES.get(name, fact["label"].rstrip("?")), told_fact(name, fact["text"])) for name, fact in person.facts.items() if name not in NOT_SHOWN and fact["text"]
    }
    first = [facts[name] for name in FIRST_FACTS if name in facts]
    more = [pair for name, pair in facts.items() if name not in FIRST_FACTS]
    told = [_change_line(change) for change in changes]
    return PersonLines(member.id, person, _born(person), first, more, ties, member.must_not_be_told, is_twice, member.is_named_no_more, told)


def told_fact(name: str, text: str) -> str:
    """A fact of a person in words, held back from whoever does not read what the council's forms keep it as."""
    return text if not text or _is_told(f"{PERSON}{name}") else held_back.words()


def _is_told(binding: str) -> bool:
    """Whether whoever reads may have what a question with this binding to the record said."""
    reader = held_back.reader()
    return reader is None or sensitivity.fact_kept_as(council_in_force(), binding) in reader.reads


def _change_line(change: PersonChange) -> ChangeLine:
    undone = f"Taken back on {timekeeping.show_moment(change.undone_at)} by {change.undone_by_label}" if change.undone_at else ""
    told = [(corrections.label_of(name), corrections.words_of(name, before), corrections.words_of(name, after)) for name, (before, after) in change.changes.items()]
    return ChangeLine(change.id, told, change.reason, change.by_label, change.at, corrections.can_undo(change), undone)


def _born(person: Person) -> str:
    if person.date_of_birth is not None and _is_told(f"{PERSON}date_of_birth"):
        return f"Born {timekeeping.show_date(person.date_of_birth)}, aged {_age(person.date_of_birth, timekeeping.today())}"
    words = told_fact("date_of_birth", person.fact("date_of_birth") or str(person.date_of_birth or ""))
    return f"Born {words}" if words else ""


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _ties_of(person: Person, ties: Sequence[Relationship], names: dict[str, str]) -> list[tuple[str, str]]:
    order = list(names)
    found = []
    for tie in sorted((one for one in ties if one.person_id == person.id), key=lambda one: order.index(one.other_id)):
        words = [told_fact("relationship", tie.kind) or "Relationship not known"]
        if tie.parental_responsibility:
            words.append(f"parental responsibility: {told_fact('parental_responsibility', tie.parental_responsibility).lower()}")
        if tie.lives_with:
            words.append(f"lives with them: {told_fact('lives_with', tie.lives_with).lower()}")
        found.append((names[tie.other_id], ", ".join(words)))
    return found


def _consent_line(one: Consent) -> ConsentLine:
    day = _shown_day(one.given_on)
    is_told = _is_told(f"{CONSENT}{one.purpose}")
    how = " ".join(part for part in (METHODS.get(one.method, ""), f"on {day}" if day else "", f"to {one.taken_by}" if one.taken_by else "") if part)
    return ConsentLine(
        PURPOSES.get(one.purpose, one.purpose.replace("_", " ").capitalize()), DECISIONS.get(one.decision, one.decision), one.decision == "given", *((one.given_by, how, one.limits) if is_told else ("", held_back.words(), ""))
    )


def _shown_day(text: str) -> str:
    try:
        return timekeeping.show_date(date.fromisoformat(text))
    except ValueError:
        return text

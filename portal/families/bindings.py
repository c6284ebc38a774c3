"""Reads which facts about people a form's answers hold, from the bindings of its definition. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.forms.held_back import own_work
from portal.forms.model import FormDefinition, Question, Repeat
from portal.forms.question_kinds import text_of

PERSON = "person."
CONSENT = "consent."
SENDER = "submission.referrer_name"
FAMILY_ADDRESS = "submission.family_address"
PROFESSIONAL = "professional"
"""The fact of an answer of kind person: name, role, organisation and contact in one."""


@dataclass(frozen=True)
class Fact:
    """One bound answer: the question's label, the canonical value and the same in words."""

    label: str
    value: Any
    text: str


@dataclass
class Link:
    """What was said in one item about a person and another person of the same form."""

    other: str
    facts: dict[str, Fact]


@dataclass
class Described:
    """One person as a form describes them: role, the item's id, facts by name, links to others by their item ids."""

    role: str
    item_id: str
    facts: dict[str, Fact] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class ConsentGiven:
    """One answered consent question: its purpose, where it stands, and whose item it stands in ('' outside people's items)."""

    purpose: str
    path: str
    item_id: str
    value: Mapping[str, Any]


@own_work
def people(definition: FormDefinition, answers: Mapping[str, Any]) -> list[Described]:
    """Everybody described by the items of repeats that stand for people, in the form's order."""
    repeats = {repeat.id: repeat for repeat in definition.repeats}
    found: dict[str, Described] = {}
    for repeat in definition.repeats:
        if repeat.people and not repeat.inside and not repeat.over:
            for item in _items(answers, repeat):
                found[item["_id"]] = Described(repeat.people, item["_id"])
    for repeat in definition.repeats:
        if repeat.inside or not _stands_for_people(repeat, repeats):
            continue
        for item in _items(answers, repeat):
            if item["_id"] in found:
                found[item["_id"]].facts |= _facts(definition, repeat.id, item, PERSON)
    for repeat in definition.repeats:
        if _links_people(repeat, repeats):
            _add_links(definition, answers, repeat, found)
    for one in found.values():
        _spread_professional(one)
        _share_address(one, _family_address(definition, answers))
    return list(found.values())


def consents(definition: FormDefinition, answers: Mapping[str, Any]) -> Iterator[ConsentGiven]:
    """Every answered question bound to a consent, whoever it is about."""
    repeats = {repeat.id: repeat for repeat in definition.repeats}
    for question, repeat_id in _bound(definition, CONSENT):
        purpose = question.record.removeprefix(CONSENT)
        if not repeat_id:
            value = answers.get(question.id)
            if _is_consent(value):
                yield ConsentGiven(purpose, question.id, "", value)
            continue
        repeat = repeats[repeat_id]
        if repeat.inside:
            continue
        for item in _items(answers, repeat):
            value = item.get(question.id)
            if _is_consent(value):
                about = item["_id"] if _stands_for_people(repeat, repeats) else ""
                yield ConsentGiven(purpose, f"{repeat.id}.{item['_id']}.{question.id}", about, value)


def _spread_professional(one: Described) -> None:
    """Make the parts of one answer of kind person facts of their own; it stays as the words of who helps."""
    whole = one.facts.get(PROFESSIONAL)
    if whole is not None and isinstance(whole.value, Mapping):
        for name, value in whole.value.items():
            if isinstance(value, str) and value and name not in one.facts:
                one.facts[name] = Fact(name.replace("_", " ").capitalize(), value, value)


def _family_address(definition: FormDefinition, answers: Mapping[str, Any]) -> Fact | None:
    for question, repeat_id in _bound(definition, FAMILY_ADDRESS):
        value = answers.get(question.id)
        if not repeat_id and value:
            return Fact(question.label, value, text_of(question, value))
    return None


def _share_address(one: Described, shared: Fact | None) -> None:
    """Children live at the family's address unless one of their own was given; an adult does when living with a child."""
    lives_there = one.role == "child" or any(link.facts["lives_with"].value == "yes" for link in one.links if "lives_with" in link.facts)
    if shared is not None and lives_there:
        one.facts.setdefault("address", shared)


def sender(definition: FormDefinition, answers: Mapping[str, Any]) -> str:
    """The name of whoever sends this form, or '' where it gives none."""
    named = (answers.get(question.id) for question, repeat_id in _bound(definition, SENDER) if not repeat_id)
    return next((name for name in named if isinstance(name, str) and name), "")


def _is_consent(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value.get("decision"))


def _items(answers: Mapping[str, Any], repeat: Repeat) -> list[Mapping[str, Any]]:
    return list(answers.get(repeat.id) or [])


def _stands_for_people(repeat: Repeat, repeats: Mapping[str, Repeat]) -> bool:
    """Whether an item of this repeat is a person: its own, or the person of the repeat it runs over."""
    while not repeat.people and repeat.over:
        repeat = repeats[repeat.over]
    return bool(repeat.people)


def _links_people(repeat: Repeat, repeats: Mapping[str, Repeat]) -> bool:
    if not (repeat.inside and repeat.over):
        return False
    return _stands_for_people(repeats[repeat.inside], repeats) and _stands_for_people(repeats[repeat.over], repeats)


def _add_links(definition: FormDefinition, answers: Mapping[str, Any], repeat: Repeat, found: dict[str, Described]) -> None:
    for outer in answers.get(repeat.inside) or []:
        person = found.get(outer["_id"])
        if person is None:
            continue
        for item in outer.get(repeat.id) or []:
            if item["_id"] in found:
                person.links.append(Link(item["_id"], _facts(definition, repeat.id, item, PERSON)))


def _bound(definition: FormDefinition, prefix: str) -> Iterator[tuple[Question, str]]:
    for page in definition.pages:
        for question in page.questions:
            if question.record.startswith(prefix):
                yield question, page.repeat


def _facts(definition: FormDefinition, repeat_id: str, item: Mapping[str, Any], prefix: str) -> dict[str, Fact]:
    facts = {}
    for question, where in _bound(definition, prefix):
        value = item.get(question.id)
        if where == repeat_id and value not in (None, "", [], {}):
            facts[question.record.removeprefix(prefix)] = Fact(question.label, value, text_of(question, value))
    return facts

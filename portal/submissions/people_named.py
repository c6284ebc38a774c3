"""The people a sent submission names, as rows that can be searched. Reads the form's bindings; families are another room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from portal.forms.model import FormDefinition
from portal.names import folded
from portal.submissions.models import SubmissionPerson

_PERSON = "person."


def people_named(definition: FormDefinition, answers: Mapping[str, Any], submission_id: str) -> Iterator[SubmissionPerson]:
    """One row for each item of a group that stands for people."""
    for repeat in definition.repeats:
        if not repeat.people or repeat.inside or repeat.over:
            continue
        for item in answers.get(repeat.id) or ():
            facts = _facts(definition, repeat.id, item)
            first, last = _text(facts.get("first_name")), _text(facts.get("last_name"))
            if first or last:
                yield SubmissionPerson(
                    submission_id=submission_id,
                    item_path=f"{repeat.id}.{item['_id']}",
                    role=repeat.people,
                    first_name=first,
                    last_name=last,
                    folded=folded(first, last),
                    date_of_birth=_day(facts.get("date_of_birth")),
                    postcode=_postcode(facts),
                )


def _facts(definition: FormDefinition, repeat_id: str, item: Mapping[str, Any]) -> dict[str, Any]:
    questions = definition.index.questions_of_repeat.get(repeat_id, ())
    bound = ((question.record.removeprefix(_PERSON), item.get(question.id)) for question in questions if question.record.startswith(_PERSON))
    return {fact: value for fact, value in bound if value not in (None, "", [], {})}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _day(value: Any) -> date | None:
    """The day of birth when it is known whole; partial and estimated dates stay in the answers."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _postcode(facts: Mapping[str, Any]) -> str:
    address = facts.get("address")
    if isinstance(address, dict):
        return "" if address.get("confidential") else _text(address.get("postcode"))[:10]
    return _text(facts.get("postcode"))[:10]

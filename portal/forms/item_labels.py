"""What one item of a repeat is called on screen: "Amina Yusuf", or "Child 2" until a name has been given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from portal.forms import held_back, question_kinds
from portal.forms.answers import get
from portal.forms.conditions import is_answered
from portal.forms.model import FormDefinition, Repeat, Scope
from portal.forms.paths import path_of

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)(?:\.([a-z0-9_]+))?\}")
"""`{question}` of the same item, or `{repeat.question}` of the item that this one runs over or stands in."""


def item_label(definition: FormDefinition, answers: Mapping[str, Any], scope: Scope) -> str:
    """The label of the innermost item of `scope` from these (shown) answers."""
    repeat = definition.index.repeats[scope[-1][0]]
    words = PLACEHOLDER.sub(lambda found: _text(definition, answers, scope, found), repeat.item_label)
    words = " ".join(words.split())
    return words if any(letter.isalnum() for letter in words) else numbered(answers, repeat, scope)


def questions_named(repeat: Repeat) -> tuple[str, ...]:
    """The ids of the questions whose answers the labels of a repeat's items are made of."""
    return tuple(second or first for first, second in PLACEHOLDER.findall(repeat.item_label))


def numbered(answers: Mapping[str, Any], repeat: Repeat, scope: Scope) -> str:
    """The label of an item by its place: "Child 2"."""
    name = repeat.item[:1].upper() + repeat.item[1:]
    items = get(answers, path_of(scope[:-1], repeat.id)) or ()
    place = next((place for place, item in enumerate(items, start=1) if item["_id"] == scope[-1][1]), len(items) + 1)
    return f"{name} {place}"


def _text(definition: FormDefinition, answers: Mapping[str, Any], scope: Scope, found: re.Match[str]) -> str:
    first, second = found.groups()
    question_id = second or first
    question = definition.index.questions.get(question_id)
    if question is None or held_back.is_held(question):
        return ""
    value = get(answers, path_of(_scope_of(definition, scope, question_id), question_id))
    return question_kinds.text_of(question, value) if is_answered(value) and not question_kinds.is_not_known(value) else ""


def _scope_of(definition: FormDefinition, scope: Scope, question_id: str) -> Scope:
    index = definition.index
    items = dict(scope)
    for repeat_id, item_id in scope:
        for over in index.overs(repeat_id):
            items.setdefault(over, item_id)
    return tuple((repeat_id, items[repeat_id]) for repeat_id in index.chain_of_question(question_id) if repeat_id in items)

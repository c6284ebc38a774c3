"""Answers and questions in words: for the history and for the page with both texts."""

from __future__ import annotations

from typing import Any

from portal.forms import held_back, question_kinds
from portal.forms.item_labels import item_label
from portal.forms.journey import Journey
from portal.forms.paths import split_path

DID = {
    "started": "started it",
    "saved": "filled in answers",
    "item_added": "added an item",
    "item_removed": "removed an item",
    "item_moved": "changed the order",
    "acknowledged": "read a warning",
    "sent": "sent it",
    "finalised": "finished it",
    "withdrawn": "withdrew it",
    "corrected": "sent a correction",
    "late_answers": "sent further answers",
    "changed": "changed answers after it was returned",
    "carried_over": "took it over to a newer version of the form",
    "confirmed": "said that answers carried over are still right",
}
NOBODY = "The person filling in the form"


def label_of(journey: Journey, path: str) -> str:
    """The question at a path, with the item it is about; the path itself for one that left the form."""
    scope, name = split_path(path)
    question = journey.definition.index.questions.get(name)
    repeat = journey.definition.index.repeats.get(name)
    words = question.label if question else f"{repeat.title}: which and in what order" if repeat else path
    items = [item_label(journey.definition, journey.visible.answers, scope[:depth]) for depth in range(1, len(scope) + 1) if scope[depth - 1][0] in journey.definition.index.repeats]
    return f"{words} ({', '.join(items)})" if items else words


def words_of(journey: Journey, path: str, value: Any) -> str:
    """An answer in words, also one that was only typed; '' for none; where it is held back, the words that say so."""
    if value is None:
        return ""
    if held_back.is_held_at(journey.definition, path):
        return held_back.words()
    if isinstance(value, dict) and value.keys() == {"typed"}:
        return "\n".join(text for texts in value["typed"].values() for text in texts if isinstance(text, str))
    question = journey.definition.index.questions.get(split_path(path)[1])
    if question is None:
        return f"{len(value)} in all" if isinstance(value, list) else str(value)
    return question_kinds.text_of(question, value)

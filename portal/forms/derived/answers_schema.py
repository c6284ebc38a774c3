"""The JSON Schema of the answers to one form, made from the drawers of its questions, so that other systems can check what they send.

It tells shapes, options and limits. What is shown, demanded or ruled out by other answers is judged by the portal alone.
"""

from __future__ import annotations

from typing import Any

from portal.forms import question_kinds
from portal.forms.model import FormDefinition, Page, Question, Repeat

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ITEM_ID = {"type": "string", "pattern": "^[A-Za-z0-9]{1,40}$"}
NAMED_FILE = {
    "type": "object",
    "properties": {"path": {"type": "string", "minLength": 1, "description": "a file beside the file of answers"}},
    "required": ["path"],
    "additionalProperties": False,
}


def answers_schema(definition: FormDefinition) -> dict[str, Any]:
    """The schema of a whole set of answers, as `portal forms fill` takes them."""
    return {"$schema": DIALECT, "$id": f"{definition.id}.answers.schema.json", "title": definition.title, **_holder(definition, "", ())}


def _holder(definition: FormDefinition, repeat_id: str, demanded: tuple[str, ...]) -> dict[str, Any]:
    """An object with the answers of one item, or of the form outside repeats."""
    index = definition.index
    properties: dict[str, Any] = {"_id": ITEM_ID} if repeat_id else {}
    required = list(demanded)
    for question in index.questions_of_repeat[repeat_id]:
        if not question_kinds.kind(question.kind).has_value:
            continue
        properties[question.id] = _question(question)
        if _always_demanded(question, index.page_of[question.id]):
            required.append(question.id)
    for repeat in index.repeats_inside[repeat_id]:
        properties[repeat.id] = _items(definition, repeat)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _items(definition: FormDefinition, repeat: Repeat) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": repeat.title, "type": "array", "items": _holder(definition, repeat.id, ("_id",))}
    if repeat.over:
        schema["description"] = f"each item has the _id of one of {repeat.over}"
    else:
        schema["maxItems"] = repeat.max
    return schema


def _question(question: Question) -> dict[str, Any]:
    schema = question_kinds.json_schema(question)
    if question.kind == "file":
        schema = {"anyOf": [schema, {"type": "array", "items": NAMED_FILE}]}
    return {"title": question.label, **({"description": question.hint} if question.hint else {}), **schema}


def _always_demanded(question: Question, page: Page) -> bool:
    return question.required is True and not question.later and question.when is None and page.when is None

"""The JSON Schema of the definition format, made from the models that read it, so that editors complete keys and mark wrong ones.

It tells what may stand where. Whether the parts of a form fit together is for `portal forms check`.
"""

from __future__ import annotations

import inspect
import types
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from portal.forms import question_kinds
from portal.forms.condition_tree import COMPARISONS, COUNT_COMPARISONS, Condition
from portal.forms.model import (
    DeclaredChange,
    Defaults,
    FormDefinition,
    Option,
    Page,
    Prefill,
    Question,
    Repeat,
    Rule,
    Section,
    Send,
)

DIALECT = "http://json-schema.org/draft-07/schema#"
PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number"}
NOT_IN_FILES = {FormDefinition: ("sha256",), Repeat: ("id",), Question: ("settings",), Rule: ("comparison", "value")}
LIMITS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum"}

Schema = dict[str, Any]


def format_schema() -> Schema:
    """The schema of a definition file."""
    form = _object(FormDefinition)
    properties = form["properties"]
    properties["schema"] = {"const": 1}
    properties["repeats"] = _mapping(_ref("repeat"))
    properties["lists"] = _mapping(_list_of(_ref("option")))
    properties["council_lists"] = {**_mapping(_list_of(_ref("option"))), "description": "Written by the portal when a form is published."}
    properties["council_texts"] = {**_mapping({"type": "string"}), "description": "Written by the portal when a form is published."}
    return {
        "$schema": DIALECT,
        "$id": "form-format.schema.json",
        **form,
        "definitions": {
            "section": _object(Section),
            "repeat": _object(Repeat),
            "page": _object(Page),
            "question": _question(),
            "option": _object(Option),
            "rule": _rule(),
            "prefill": _object(Prefill),
            "send": _object(Send),
            "defaults": _object(Defaults),
            "change": _object(DeclaredChange) | {"minProperties": 1, "maxProperties": 1},
            "condition": _condition(),
            "compared": _compared(),
        },
    }


_REFERENCES: dict[type, str] = {
    Section: "section", Repeat: "repeat", Page: "page", Question: "question", Option: "option", Rule: "rule", Prefill: "prefill",
    Send: "send", Defaults: "defaults", DeclaredChange: "change", Condition: "condition",
}  # fmt: skip


def _object(model: type[BaseModel]) -> Schema:
    """The schema of one part: its keys and no others."""
    fields = {field.alias or name: field for name, field in model.model_fields.items() if name not in NOT_IN_FILES.get(model, ())}
    return {
        "description": " ".join((inspect.getdoc(model) or "").split()),
        "type": "object",
        "properties": {key: _field(field) for key, field in fields.items()},
        "required": [key for key, field in fields.items() if field.is_required()],
        "additionalProperties": False,
    }


def _field(field: FieldInfo) -> Schema:
    schema = _type(field.annotation)
    if "anyOf" in schema or "$ref" in schema:
        return schema
    for limit in field.metadata:
        schema |= {word: getattr(limit, name) for name, word in LIMITS.items() if getattr(limit, name, None) is not None}
    return schema


def _type(annotation: Any) -> Schema:
    """The schema of the values that a field takes. Conditions and what may be one are known by their type."""
    if annotation in PLAIN:
        return {"type": PLAIN[annotation]}
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return _ref(_REFERENCES[annotation]) if annotation in _REFERENCES else _object(annotation)
    if annotation is Condition:
        return _ref("condition")
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (tuple, list):
        return _list_of(_type(inner[0]))
    if origin is dict:
        return _mapping(_type(inner[1]))
    if origin in (Union, types.UnionType):
        ways = [_type(one) for one in inner if one is not type(None)]
        return ways[0] if len(ways) == 1 else {"anyOf": ways}
    return {}


def _question() -> Schema:
    """A question: the keys common to all kinds, and beside them those of its own kind."""
    common = _object(Question)
    own = []
    for name, kind in question_kinds.kinds().items():
        settings = _object(kind.settings)
        keys = {**dict.fromkeys(common["properties"], True), **settings["properties"]}
        then = {"properties": keys, "required": settings["required"], "additionalProperties": False}
        own.append({"if": {"properties": {"kind": {"const": name}}, "required": ["kind"]}, "then": then})
    properties = {**common["properties"], "kind": {"enum": list(question_kinds.kinds())}}
    return {"description": "One question, with the keys of its kind.", "type": "object", "properties": properties, "required": common["required"], "allOf": own}


def _rule() -> Schema:
    one_each = [
        {"type": "object", "properties": {each: _ref("compared"), "message": {"type": "string"}}, "required": [each], "additionalProperties": False}
        for each in COMPARISONS
    ]
    return {"description": _object(Rule)["description"], "oneOf": one_each}


def _condition() -> Schema:
    some = {"type": "array", "items": _ref("condition"), "minItems": 1}
    name, match = {"type": "string", "minLength": 1}, _ref("condition")
    counted = dict.fromkeys(COUNT_COMPARISONS, {"type": "integer", "minimum": 0})
    return {
        "description": "A condition: all, any or not over leaves.",
        "oneOf": [
            _exactly({"all": some}),
            _exactly({"any": some}),
            _exactly({"not": match}),
            _leaf({"question": name}, dict.fromkeys(COMPARISONS, _ref("compared"))),
            _exactly({"any_item": name, "match": match}),
            _exactly({"every_item": name, "match": match}),
            {**_leaf({"count": name}, {**counted, "match": match}), "maxProperties": 3},
            _exactly({"use": name}),
            _exactly({"role": name}),
            _leaf({"record": name}, dict.fromkeys(COMPARISONS, _ref("compared"))),
        ],
    }


def _compared() -> Schema:
    plain = [{"type": one} for one in ("string", "number", "boolean")]
    another = {"type": "object", "properties": {"question": {"type": "string"}, "plus": {"type": "string"}}, "required": ["question"], "additionalProperties": False}
    return {"description": "A plain value, a list of them, or another answer.", "anyOf": [*plain, _list_of({"anyOf": plain}), another]}


def _exactly(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _leaf(subject: Schema, comparisons: Schema) -> Schema:
    """A subject and one comparison beside it."""
    whole = {**subject, **comparisons}
    return {"type": "object", "properties": whole, "required": list(subject), "minProperties": 2, "maxProperties": 2, "additionalProperties": False}


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _mapping(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}

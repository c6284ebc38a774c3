"""A small checker of JSON Schema: the words that the portal's schemas use, and a loud failure for any other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
TOLD_ONLY = {"$schema", "$id", "title", "description", "definitions", "format"}


def faults(schema: Any, value: Any, root: Any = None, at: str = "$") -> list[str]:
    """What is wrong with a value, each with its place; empty when it is valid."""
    root = schema if root is None else root
    if schema is True:
        return []
    return [fault for word, told in schema.items() if word not in TOLD_ONLY for fault in CHECKS[word](told, value, _Around(schema, root, at))]


class _Around:
    def __init__(self, schema: dict[str, Any], root: Any, at: str):
        self.schema, self.root, self.at = schema, root, at

    def inside(self, schema: Any, value: Any, key: Any) -> list[str]:
        return faults(schema, value, self.root, f"{self.at}.{key}")

    def here(self, schema: Any, value: Any) -> list[str]:
        return faults(schema, value, self.root, self.at)


def _when(wrong: bool, around: _Around, words: str) -> list[str]:
    return [f"{around.at}: {words}"] if wrong else []


def _type(told: str, value: Any, around: _Around) -> list[str]:
    fits = isinstance(value, TYPES[told]) and (told == "boolean" or not isinstance(value, bool))
    return _when(not fits, around, f"is no {told}: {value!r}")


def _properties(told: dict[str, Any], value: Any, around: _Around) -> Iterator[str]:
    for key, schema in told.items():
        if isinstance(value, dict) and key in value:
            yield from around.inside(schema, value[key], key)


def _additional(told: Any, value: Any, around: _Around) -> Iterator[str]:
    for key, each in value.items() if isinstance(value, dict) else ():
        if key not in around.schema.get("properties", {}):
            yield from _when(told is False, around, f"has {key!r}") if told is False else around.inside(told, each, key)


def _items(told: Any, value: Any, around: _Around) -> Iterator[str]:
    for place, each in enumerate(value if isinstance(value, list) else ()):
        yield from around.inside(told, each, place)


def _ways(told: list[Any], value: Any, around: _Around) -> list[str]:
    found = [around.here(each, value) for each in told]
    return [] if [] in found else [f"{around.at}: fits no way: {min(found, key=len)}"]


def _one_of(told: list[Any], value: Any, around: _Around) -> list[str]:
    fitting = sum(1 for each in told if not around.here(each, value))
    return _ways(told, value, around) if fitting == 0 else _when(fitting > 1, around, "fits several ways")


def _if(told: Any, value: Any, around: _Around) -> list[str]:
    return around.here(around.schema["then"], value) if not around.here(told, value) else []


def _ref(told: str, value: Any, around: _Around) -> list[str]:
    schema = around.root
    for word in told.removeprefix("#/").split("/"):
        schema = schema[word]
    return around.here(schema, value)


CHECKS: dict[str, Any] = {
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "anyOf": _ways,
    "oneOf": _one_of,
    "allOf": lambda told, value, around: [fault for each in told for fault in around.here(each, value)],
    "not": lambda told, value, around: _when(not around.here(told, value), around, "is what it must not be"),
    "if": _if,
    "then": lambda told, value, around: [],
    "$ref": _ref,
    "enum": lambda told, value, around: _when(value not in told, around, f"is none of {told[:9]}: {value!r}"),
    "const": lambda told, value, around: _when(value != told or type(value) is not type(told), around, f"is not {told!r}"),
    "required": lambda told, value, around: [f"{around.at}: lacks {key!r}" for key in told if isinstance(value, dict) and key not in value],
    "pattern": lambda told, value, around: _when(isinstance(value, str) and not re.search(told, value), around, f"is not like {told}"),
    "minLength": lambda told, value, around: _when(isinstance(value, str) and len(value) < told, around, "is too short"),
    "maxLength": lambda told, value, around: _when(isinstance(value, str) and len(value) > told, around, "is too long"),
    "minimum": lambda told, value, around: _when(_is_number(value) and value < told, around, f"is below {told}"),
    "maximum": lambda told, value, around: _when(_is_number(value) and value > told, around, f"is above {told}"),
    "exclusiveMinimum": lambda told, value, around: _when(_is_number(value) and value <= told, around, f"is not above {told}"),
    "minItems": lambda told, value, around: _when(isinstance(value, list) and len(value) < told, around, "has too few"),
    "maxItems": lambda told, value, around: _when(isinstance(value, list) and len(value) > told, around, "has too many"),
    "uniqueItems": lambda told, value, around: _when(isinstance(value, list) and len({repr(each) for each in value}) < len(value), around, "has one twice"),
    "minProperties": lambda told, value, around: _when(isinstance(value, dict) and len(value) < told, around, "says too little"),
    "maxProperties": lambda told, value, around: _when(isinstance(value, dict) and len(value) > told, around, "says too much"),
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

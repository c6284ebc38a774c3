"""Reading the parts of a definition from data with known places: every fault is collected and placed, none raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError

from portal.forms.condition_tree import nearest
from portal.forms.yaml_text import Fault, Location, YamlText

Model = TypeVar("Model", bound=BaseModel)
Made = TypeVar("Made")


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that a part of this model may have in a file."""
    return tuple(field.alias or name for name, field in model.model_fields.items())


class PartReader:
    """Reads parts out of one YAML text; `faults` grows, and a part with faults reads as None."""

    def __init__(self, yaml: YamlText):
        self.yaml = yaml
        self.faults: list[Fault] = []

    def fault(self, at: Location, code: str, message: str, *, of_key: bool = False) -> None:
        """Note one fault at a place of the text."""
        self.faults.append(self.yaml.fault(at, code, message, of_key=of_key))

    def part(
        self,
        model: type[Model],
        data: Any,
        at: Location,
        *,
        made: Mapping[str, Any] | None = None,
        never: tuple[str, ...] = (),
        also: tuple[str, ...] = (),
    ) -> Model | None:
        """One part. `made` are values already read, `never` keys that no file may set, `also` known keys read elsewhere."""
        made = made or {}
        if not isinstance(data, dict):
            self.fault(at, "shape", f"is a mapping with {', '.join(keys_of(model)[:3])} …, not {found(data)}")
            return None
        own = tuple(key for key in keys_of(model) if key not in never)
        keys = (*own, *(key for key in also if key not in own))
        for key in data:
            if key in never or (key not in keys and key not in made):
                self.fault((*at, key), "unknown_key", f"unknown key {str(key)!r}{nearest(str(key), keys)}", of_key=True)
        values = {key: _tuple_where_asked(model, key, each) for key, each in data.items() if key in own}
        if any(key in made and made[key] is None for key in values):
            return None
        try:
            return model.model_validate({**values, **made}, strict=True)
        except ValidationError as wrong:
            for error in wrong.errors(include_url=False):
                self._translate(error, at, keys)
            return None

    def each(self, key: str, data: Mapping[str, Any], read: Callable[[Any, Location], Made | None], at: Location = ()) -> tuple[Made, ...]:
        """The parts of the list under a key; those with faults are left out."""
        if key not in data:
            return ()
        if not isinstance(data[key], list):
            self.fault((*at, key), "shape", f"`{key}` is a list, not {found(data[key])}")
            return ()
        return self.sequence(data[key], (*at, key), read)

    def sequence(self, data: list[Any], at: Location, read: Callable[[Any, Location], Made | None]) -> tuple[Made, ...]:
        """The parts of a list; those with faults are left out."""
        parts = (read(each, (*at, position)) for position, each in enumerate(data))
        return tuple(part for part in parts if part is not None)

    def named(self, key: str, data: Mapping[str, Any], read: Callable[[Any, Location], Made | None]) -> dict[str, Made]:
        """The parts of the mapping under a key, by name; those with faults are left out."""
        group = data.get(key, {})
        if not isinstance(group, dict):
            self.fault((key,), "shape", f"`{key}` is a mapping of names, not {found(group)}")
            return {}
        parts = {name: read(each, (key, name)) for name, each in group.items()}
        return {name: part for name, part in parts.items() if part is not None}

    def _translate(self, error: Any, at: Location, keys: tuple[str, ...]) -> None:
        place = (*at, *error["loc"])
        name = str(error["loc"][-1]) if error["loc"] else ""
        value = error.get("input")
        match error["type"]:
            case "condition":
                for fault in error["ctx"]["faults"]:
                    self.fault((*place, *fault.where), fault.code, fault.message, of_key=fault.code == "unknown_key")
            case "missing":
                self.fault(at, "missing_key", f"needs `{name}`")
            case "string_type":
                quoted = f'; write "{value}" in quotes' if isinstance(value, int | float) else ""
                self.fault(place, "wrong_type", f"`{name}` is text, not {found(value)}{quoted}")
            case "literal_error":
                allowed = error["ctx"]["expected"].replace("'", "").replace("``, ", "").replace(" or ", ", ")
                self.fault(place, "wrong_value", f"`{name}` is one of {allowed}, not {found(value)}{nearest(str(value), allowed.split(', '))}")
            case "bool_type":
                self.fault(place, "wrong_type", f"`{name}` is true or false, not {found(value)}")
            case "int_type" | "int_from_float" | "float_type":
                self.fault(place, "wrong_type", f"`{name}` is a number, not {found(value)}")
            case "extra_forbidden":
                self.fault(place, "unknown_key", f"unknown key {name!r}{nearest(name, keys)}", of_key=True)
            case "truth":
                self.fault(place, "wrong_type", f"`{name}` {error['msg']}")
            case "value_error":
                self.fault(place, "wrong_value", error["msg"].removeprefix("Value error, "))
            case _:
                self.fault(place, "wrong_value", f"`{name}`: {error['msg']}, found {found(value)}")


def found(value: Any) -> str:
    """A value of a file in words, short enough for a message."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value[:40]}"' if isinstance(value, str) else str(value)[:40]


def _tuple_where_asked(model: type[BaseModel], key: str, value: Any) -> Any:
    field = next((field for name, field in model.model_fields.items() if (field.alias or name) == key), None)
    if not isinstance(value, list) or field is None:
        return value
    origin = get_origin(field.annotation)
    return origin(value) if origin in (tuple, frozenset, set) else value

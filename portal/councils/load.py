"""Reading a council's files into the models of `model`: all faults at once, each with file, line and column.

Whether the files fit each other and the forms is `check`; finding them is `library`.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from portal.councils.document_model import Documents
from portal.councils.model import Calendar, Clocks, Id, ListItem, Notice, Roles, Teams, Wording, Workflow
from portal.councils.service_model import Service
from portal.errors import PortalError
from portal.forms.condition_tree import nearest
from portal.forms.kept_reading import read
from portal.forms.yaml_text import Fault, YamlFaults, YamlText

KINDS: dict[str, Any] = {
    "service": Service,
    "workflow": Workflow,
    "clocks": Clocks,
    "calendar": Calendar,
    "teams": Teams,
    "decisions": dict[Id, tuple[ListItem, ...]],
    "roles": Roles,
    "documents": Documents,
    "notices": dict[Id, Notice],
    "wording": Wording,
    "lists": dict[Id, tuple[ListItem, ...]],
}
"""The files a council has, without `.yaml`, and what each holds."""


class CouncilFaults(PortalError):
    """A council's files cannot be used; `faults` holds everything wrong, in order of place."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = sorted(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True)
class CouncilFiles:
    """What the files of one council say (`values`), where they say it (`texts`), and the hash of all their bytes."""

    values: dict[str, Any]
    texts: dict[str, YamlText]
    sha256: str


def load_files(folder: Path) -> CouncilFiles:
    """Read every file of the folder; raises `CouncilFaults` with all faults of all files."""
    faults: list[Fault] = []
    values: dict[str, Any] = {}
    texts: dict[str, YamlText] = {}
    digest = hashlib.sha256()
    for kind in KINDS:
        path = folder / f"{kind}.yaml"
        try:
            content = path.read_bytes()
        except OSError:
            faults.append(Fault(str(path), 1, 1, "missing_file", "is missing: a council has " + ", ".join(f"{name}.yaml" for name in KINDS)))
            continue
        digest.update(f"{kind}:{len(content)}\n".encode() + content)
        try:
            texts[kind], values[kind] = load_text(kind, content.decode("utf-8"), str(path))
        except CouncilFaults as error:
            faults.extend(error.faults)
        except UnicodeDecodeError as error:
            faults.append(Fault(str(path), 1, 1, "encoding", f"is not UTF-8: byte {error.start} cannot be read"))
    faults.extend(_strange_files(folder))
    if faults:
        raise CouncilFaults(faults)
    return CouncilFiles(values, texts, digest.hexdigest())


def load_text(kind: str, text: str, source: str) -> tuple[YamlText, Any]:
    """Read one file of a kind from its text; gives places and value, raises `CouncilFaults`."""
    try:
        document = read(text, source)
    except YamlFaults as error:
        raise CouncilFaults(error.faults) from error
    try:
        return document, TypeAdapter(KINDS[kind]).validate_python(document.data)
    except ValidationError as error:
        raise CouncilFaults(fault for one in _told(error) for fault in _faults_of(document, KINDS[kind], one)) from error


def _told(error: ValidationError) -> list[Any]:
    """The errors without "too short" for a list whose items are there but wrong themselves."""
    return [one for one in error.errors() if not (one["type"] == "too_short" and one["input"])]


def _strange_files(folder: Path) -> list[Fault]:
    known = [f"{kind}.yaml" for kind in KINDS]
    return [
        Fault(str(path), 1, 1, "unknown_file", f"is not a file a council has{nearest(path.name, known)}")
        for path in sorted(folder.glob("*.y*ml"))
        if path.name not in known
    ]


def _faults_of(document: YamlText, model: Any, error: Any) -> list[Fault]:
    location, kind, context = tuple(error["loc"]), error["type"], error.get("ctx", {})
    if kind == "condition":
        return [document.fault((*location, *one.where), one.code, one.message) for one in context["faults"]]
    if kind == "extra_forbidden":
        key, allowed = str(location[-1]), _keys_at(model, location[:-1])
        message = f"{key} is not a key that is known here{nearest(key, allowed)} (known are {', '.join(allowed)})"
        return [document.fault(location, "unknown_key", message, of_key=True)]
    if kind == "missing":
        return [document.fault(location[:-1], "missing_key", f"the key {location[-1]} is missing")]
    of_key = location[-1:] == ("[key]",)
    if of_key:
        location = location[:-1]
    name = next((str(part) for part in reversed(location) if isinstance(part, str)), "the file")
    return [document.fault(location, kind, f"{name} {_wrong(kind, error, context)}", of_key=of_key)]


def _wrong(kind: str, error: Any, context: dict[str, Any]) -> str:
    found = error["input"]
    match kind:
        case "string_type" if isinstance(found, int | float):
            return f'is {str(found).lower()}, which is not read as text: write "{str(found).lower()}"'
        case "string_type":
            return f"must be text; it is {_shown(found)}"
        case "string_pattern_mismatch":
            return f"is {_shown(found)}, which does not have the form {context['pattern']}"
        case "literal_error":
            return f"is {_shown(found)}; allowed are {context['expected']}"
        case "too_short" | "string_too_short":
            return "must not be empty"
        case "bool_type":
            return f"must be true or false (without quotes); it is {_shown(found)}"
        case "int_type":
            return f"must be a whole number; it is {_shown(found)}"
        case "tuple_type":
            return f"must be a list; it is {_shown(found)}"
        case "dict_type" | "model_type":
            return f"must be a group of keys; it is {_shown(found)}"
        case "value_error":
            return f"is wrong: {context['error']}"
    return f"is {_shown(found)}: {error['msg'].lower()}"


def _shown(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case str():
            return f'"{value[:60]}"'
        case dict():
            return "a group of keys"
        case list():
            return "a list"
    return str(value).lower()


def _keys_at(model: Any, location: tuple[str | int, ...]) -> list[str]:
    """The keys allowed at a place: the fields of the model that stands there."""
    for step in location:
        model = _plain(model)
        if isinstance(model, type) and issubclass(model, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
            model = fields.get(str(step), Any)
        elif get_origin(model) is tuple:
            model = get_args(model)[0]
        elif get_origin(model) is dict:
            model = get_args(model)[1]
    model = _plain(model)
    if isinstance(model, type) and issubclass(model, BaseModel):
        return [field.alias or name for name, field in model.model_fields.items()]
    return []


def _plain(model: Any) -> Any:
    """The type without `Annotated` and `| None`."""
    while True:
        if get_origin(model) is Annotated:
            model = get_args(model)[0]
        elif get_origin(model) in (Union, types.UnionType):
            model = next(one for one in get_args(model) if one is not type(None))
        else:
            return model

"""Answers in a JSON file for the command line: reading the file, and the files that its answers name by path."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from portal.errors import PortalError
from portal.forms.answers import Answers, paths, put
from portal.forms.model import FormDefinition
from portal.forms.paths import split_path

LARGEST_ANSWERS = 5_000_000


class AnswersUnreadable(PortalError):
    """The file holds no JSON; the message says where it breaks off."""


def read_answers(path: Path) -> Any:
    """The JSON in a file. Raises AnswersUnreadable with line and column."""
    try:
        content = path.read_bytes()
    except OSError as wrong:
        raise AnswersUnreadable(f"{path}: cannot be read: {wrong.strerror}") from wrong
    if len(content) > LARGEST_ANSWERS:
        raise AnswersUnreadable(f"{path}: is larger than {LARGEST_ANSWERS:,} bytes")
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
    except json.JSONDecodeError as wrong:
        raise AnswersUnreadable(f"{path}:{wrong.lineno}:{wrong.colno}: is not JSON: {wrong.msg}") from wrong
    except RecursionError as wrong:
        raise AnswersUnreadable(f"{path}: is nested too deep") from wrong
    except ValueError as wrong:
        raise AnswersUnreadable(f"{path}: is not JSON as it is read here: {wrong}") from wrong


def named_files(definition: FormDefinition, answers: Answers, beside: Path) -> dict[str, list[Path]]:
    """The files that answers name by path, by the path of the question; relative to the folder `beside`. Raises AnswersUnreadable."""
    found: dict[str, list[Path]] = {}
    for path, value in _file_answers(definition, answers):
        named = [beside / each["path"] for each in value if isinstance(each, dict) and isinstance(each.get("path"), str)]
        missing = next((each for each in named if not each.is_file()), None)
        if missing is not None:
            raise AnswersUnreadable(f"{path}: there is no file {missing}")
        if named:
            found[path] = named
    return found


def described(answers: Answers, files: Mapping[str, list[Path]]) -> Answers:
    """The answers with named files described the way stored ones are: name, size in bytes and hash."""
    for path, named in files.items():
        answers = put(answers, path, [_description(each) for each in named])
    return answers


def without(answers: Answers, files: Mapping[str, list[Path]]) -> Answers:
    """The answers without those that name files."""
    for path in files:
        answers = put(answers, path, None)
    return answers


def _file_answers(definition: FormDefinition, answers: Answers) -> Iterator[tuple[str, list[Any]]]:
    for path, value in list(paths(answers, definition)):
        question = definition.index.questions.get(split_path(path)[1])
        if question is not None and question.kind == "file" and isinstance(value, list):
            yield path, value


def _description(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {"id": "unsaved", "name": path.name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")

"""Where scenarios and the examples they begin with stand in a council's pack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.councils.check_scenarios import beside
from portal.councils.library import Council
from portal.errors import PortalError
from portal.forms.filling import read_answers
from portal.forms.load import text_of_file
from portal.forms.scenarios.answers import Examples


class NoSuchExample(PortalError):
    """The pack has no file of example answers with this name; the message says which there are."""


def scenarios_beside(council: Council, form_id: str) -> Path:
    """The file of a form's scenarios, which need not be there. Raises FormUnknown."""
    return beside(council.form_path(form_id))


def text_beside(council: Council, form_id: str) -> str:
    """The text of a form's scenarios; '' where the pack has none. Raises FormUnknown, DefinitionFaults."""
    path = scenarios_beside(council, form_id)
    return text_of_file(path) if path.is_file() else ""


def examples_of(council: Council) -> Examples:
    """The examples of a pack by file name: of its examples, its demonstration, or beside its forms."""

    def example(name: str) -> Any:
        path = next((folder / name for folder in _folders(council) if Path(name).name == name and (folder / name).is_file()), None)
        if path is None:
            there = sorted({each.name for folder in _folders(council) if folder.is_dir() for each in folder.glob("*.json")})
            raise NoSuchExample(f"there is no example {name!r}; there are: {', '.join(there) or 'none'}")
        return read_answers(path)

    return example


def _folders(council: Council) -> Iterator[Path]:
    yield council.places.examples
    yield council.places.forms.parent / "examples"
    yield council.places.forms

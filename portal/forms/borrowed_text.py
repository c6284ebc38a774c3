"""Words a form borrows from its council, such as `{service.privacy_notice_version}`. What the council says stands in its service.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from portal.forms.yaml_text import Location

BORROWED = re.compile(r"\{service\.([a-z][a-z_.]*)\}")
"""A text of the council's service, by its path: `{service.hub.telephone}`."""


def names_in(text: str) -> list[str]:
    """The paths of the texts that a form names, each once, in order."""
    return list(dict.fromkeys(BORROWED.findall(text)))


def filled(data: Any, texts: Mapping[str, str]) -> Any:
    """The data of a form with each borrowed text in its place; a name without a text stays as it is."""
    match data:
        case str():
            return BORROWED.sub(lambda found: texts.get(found[1], found[0]), data)
        case dict():
            return {key: filled(each, texts) for key, each in data.items()}
        case list():
            return [filled(each, texts) for each in data]
    return data


def still_borrowed(data: Any, at: Location = ()) -> Iterator[tuple[Location, str]]:
    """Places that name a text which was not given, with the name."""
    match data:
        case str():
            yield from ((at, name) for name in names_in(data))
        case dict():
            for key, each in data.items():
                yield from still_borrowed(each, (*at, key))
        case list():
            for position, each in enumerate(data):
                yield from still_borrowed(each, (*at, position))

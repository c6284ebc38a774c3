"""Where an answer stands, as text: `first_name`, `children.k3f9.first_name`, `adults.a1.links.k3f9.has_pr`."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from portal.forms.model import Scope

_ITEM_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_ITEM_LENGTH = 10


def path_of(scope: Scope, name: str) -> str:
    """The path of a question or repeat for the item that `scope` names."""
    return ".".join([*(word for pair in scope for word in pair), name])


def item_path(scope: Scope) -> str:
    """The path of the item itself, such as `children.k3f9`; '' outside repeats."""
    return ".".join(word for pair in scope for word in pair)


def split_path(path: str) -> tuple[Scope, str]:
    """The scope and the last name of a path. Raises ValueError for text that is no path of an answer."""
    words = path.split(".")
    if len(words) % 2 == 0 or not all(words):
        raise ValueError(f"{path!r} is no path of an answer: expected name, or repeat.item.name")
    return tuple(zip(words[:-1:2], words[1::2], strict=True)), words[-1]


def split_item_path(path: str) -> Scope:
    """The scope that the path of an item names. Raises ValueError for text that is none."""
    words = path.split(".")
    if len(words) % 2 or not all(words):
        raise ValueError(f"{path!r} is no path of an item: expected repeat.item")
    return tuple(zip(words[::2], words[1::2], strict=True))


def new_item_id() -> str:
    """A fresh id for an item of a repeat; unguessable enough never to meet another."""
    return "".join(secrets.choice(_ITEM_LETTERS) for _ in range(_ITEM_LENGTH))


def is_empty(item: Mapping[str, Any]) -> bool:
    """Whether nothing is answered in an item, nor in the items inside it."""
    return all(key == "_id" or (isinstance(value, list) and all(isinstance(one, dict) and is_empty(one) for one in value)) for key, value in item.items())


def item_id_of(press: str) -> str:
    """The id of the item that one press of "Add another" makes, always the same for the same press."""
    digest = hashlib.sha256(press.encode()).digest()
    return "".join(_ITEM_LETTERS[byte % len(_ITEM_LETTERS)] for byte in digest[:_ITEM_LENGTH])

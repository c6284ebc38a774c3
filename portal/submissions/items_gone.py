"""What goes with an item that is taken out of its group: what was said of it there, and in the groups that run over its own. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.forms.model import FormDefinition
from portal.forms.paths import path_of, split_item_path, split_path
from portal.forms.stretches import LIST_NAME


def goes_with(definition: FormDefinition, item_path: str) -> Callable[[str], bool]:
    """Whether the answer at a path goes with this item: it is shown no more once the item is gone."""
    repeat_id, item_id = split_item_path(item_path)[-1]
    its_own = {(each, item_id) for each in definition.index.repeats if repeat_id in definition.index.overs(each)}
    return lambda path: path.startswith(f"{item_path}.") or bool(its_own.intersection(split_path(path)[0]))


def kept_elsewhere(definition: FormDefinition, by_path: Mapping[str, Any], item_path: str) -> dict[str, Any]:
    """What is kept by path (what is half-typed, where answers came from) and stays when this item goes."""
    goes = goes_with(definition, item_path)
    return {path: kept for path, kept in by_path.items() if not goes(path)}


def read_elsewhere(definition: FormDefinition, acknowledged: Mapping[str, str], item_path: str) -> dict[str, str]:
    """The steps noted as read that are not of this item."""
    goes = goes_with(definition, item_path)
    return {key: moment for key, moment in acknowledged.items() if not goes(_place_of(definition, key))}


def _place_of(definition: FormDefinition, step_key: str) -> str:
    """The key of a step as the path of something in the item it is for."""
    name, *items = step_key.split("/")
    page = next((page for page in definition.pages if page.id == name), None)
    chain = definition.index.chain(page.repeat if page is not None else name.removeprefix(LIST_NAME))
    return path_of(tuple(zip(chain, items, strict=False)), name)

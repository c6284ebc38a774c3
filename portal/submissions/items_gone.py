"""What goes with an item that is taken out of its group: what was said of it there, and in the groups that run over its own. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.forms.model import FormDefinition
from portal.forms.paths import split_item_path, split_path


def goes_with(definition: FormDefinition, item_path: str) -> Callable[[str], bool]:
    """Whether the answer at a path goes with this item: it is shown no more once the item is gone."""
    repeat_id, item_id = split_item_path(item_path)[-1]
    its_own = {(each, item_id) for each in definition.index.repeats if repeat_id in definition.index.overs(each)}
    return lambda path: path.startswith(f"{item_path}.") or bool(its_own.intersection(split_path(path)[0]))


def typed_elsewhere(definition: FormDefinition, incomplete: Mapping[str, Any], item_path: str) -> dict[str, Any]:
    """What is half-typed and stays when this item goes."""
    goes = goes_with(definition, item_path)
    return {path: raw for path, raw in incomplete.items() if not goes(path)}

"""What changed between two states of a form's answers, and whether two people changed the same thing. Plain values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.forms import answers as answer_paths
from portal.forms.model import FormDefinition

State = dict[str, Any]
"""Every answer by path; an answer typed but not valid yet is `{"typed": raw parts}`; a repeat's path holds its items' ids."""

Changes = dict[str, list[Any]]
"""Path to [before, after]; None stands for no answer."""


@dataclass(frozen=True)
class Written:
    """One earlier change, as far as comparing needs it: which page of which person wrote it, and what."""

    tab: str
    changes: Changes


@dataclass(frozen=True)
class Clash:
    """The same question answered by two people: what this person wrote and what stands there now."""

    path: str
    mine: Any
    theirs: Any


def typed(raw: Any) -> dict[str, Any]:
    """An answer that is kept as typed because it is not valid yet."""
    return {"typed": raw}


def state_of(definition: FormDefinition, answers: Mapping[str, Any], incomplete: Mapping[str, Any]) -> State:
    """All answers and typed texts by path, with the order of items under the paths of repeats."""
    state = dict(answer_paths.paths(answers, definition))
    state |= {path: typed(raw) for path, raw in incomplete.items()}
    return state | dict(_orders(definition, answers, "", ""))


def _orders(definition: FormDefinition, holder: Mapping[str, Any], repeat_id: str, before: str) -> Iterable[tuple[str, list[str]]]:
    for repeat in definition.index.repeats_inside.get(repeat_id, ()):
        items = [item for item in holder.get(repeat.id) or () if isinstance(item, dict) and item.get("_id")]
        if not items:
            continue
        path = f"{before}{repeat.id}"
        if not repeat.over:
            yield path, [item["_id"] for item in items]
        for item in items:
            yield from _orders(definition, item, repeat.id, f"{path}.{item['_id']}.")


def differences(before: State, after: State) -> Changes:
    """What is not the same in both, in the order of the paths."""
    paths = sorted(before.keys() | after.keys())
    return {path: [before.get(path), after.get(path)] for path in paths if before.get(path) != after.get(path)}


def clashes(wanted: State, now: State, since: Sequence[Written], tab: str) -> tuple[list[Clash], State, State]:
    """Compare what a page wants to write with what was written since that page was read, question by question.

    `since` holds those changes, oldest first. Answers the clashes; what of `wanted` is this person's own change (a question
    that the page only repeats as it was shown is left as others have made it since); and what both have written alike.
    """
    shown = {}
    touched = set()
    for written in since:
        for path, (before, after) in written.changes.items():
            shown.setdefault(path, before)
            if tab and written.tab == tab:
                shown[path] = after
                touched.discard(path)
            else:
                touched.add(path)
    found: list[Clash] = []
    own: State = {}
    alike: State = {}
    for path, mine in wanted.items():
        if path not in touched or now.get(path) == shown[path]:
            own[path] = mine
        elif mine == shown[path]:
            continue
        elif mine == now.get(path):
            alike[path] = mine
        else:
            found.append(Clash(path, mine, now.get(path)))
    return found, own, alike

"""Answers whose question was moved into a group of items, or out of one, as the new version declares: carried where that is certain, left to a person elsewhere.

Certain is: into a group with one item, or into each where the version says so; out of a group whose items all gave the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.forms.answers import get
from portal.forms.conditions import is_answered
from portal.forms.model import Move, Scope
from portal.forms.paths import path_of
from portal.forms.versions.pair import Pair


@dataclass(frozen=True)
class Held:
    """One earlier answer, or what was typed for one (`is_raw`), that waits for its new place; `path` and `name` are the old ones."""

    path: str
    name: str
    value: Any
    is_raw: bool = False


@dataclass
class Settled:
    """Where the held answers of one question go: each to `targets`, or to nobody, with the places at which a person decides in `open_places`."""

    present: str
    held: list[Held]
    targets: list[Scope] = field(default_factory=list)
    open_places: list[Scope] = field(default_factory=list)


class Regrouping:
    """Holds the answers that a pair of versions moves, until all items are known."""

    def __init__(self, pair: Pair):
        self.pair = pair
        self.waiting: dict[tuple[str, Scope], list[Held]] = {}

    def hold(self, name: str, value: Any, was: Scope, *, is_raw: bool = False) -> bool:
        """Hold an answer whose question was moved from where it stood; False where no move is declared that leads from there."""
        declared = self.pair.declared
        present = declared.name(name)
        move, question = declared.moves.get(present), self.pair.new.index.questions.get(present)
        if move is None or question is None:
            return False
        now = tuple((declared.name(repeat), item) for repeat, item in was)
        outer = self._outer(move, now, self.pair.new.index.chain_of_question(present))
        if outer is None:
            return False
        if is_answered(value):
            self.waiting.setdefault((present, outer), []).append(Held(path_of(was, name), name, value, is_raw))
        return True

    def settled(self, answers: Mapping[str, Any]) -> Iterator[Settled]:
        """Where everything that was held goes, given the answers that stayed where they were."""
        for (present, outer), held in self.waiting.items():
            move = self.pair.declared.moves[present]
            if not move.into:
                is_certain = all((each.value, each.is_raw) == (held[0].value, held[0].is_raw) for each in held)
                yield Settled(present, held, [outer] if is_certain else [], [] if is_certain else [outer])
                continue
            items: list[Scope] = [(*outer, (move.into, item["_id"])) for item in get(answers, path_of(outer, move.into)) or () if isinstance(item, dict)]
            is_certain = bool(items) if move.each else len(items) == 1
            yield Settled(present, held, items if is_certain else [], [] if is_certain else items)

    def _outer(self, move: Move, before: Scope, now: tuple[str, ...]) -> Scope | None:
        """The items around both places; None where the move does not lead from the one to the other."""
        chain = tuple(repeat for repeat, _ in before)
        if move.into:
            return before if (*chain, move.into) == now else None
        return before[:-1] if chain[-1:] == (move.out_of,) and chain[:-1] == now else None

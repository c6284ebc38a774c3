"""A list of things with ids: kept in order, looked into by id. Nothing about councils stands here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, Protocol, TypeVar


class HasId(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str: ...


Thing = TypeVar("Thing", bound=HasId)


class Register(Generic[Thing]):
    """Things in the order of their file. Iterating gives the things; `register[id]`, `get` and `in` take an id."""

    def __init__(self, things: tuple[Thing, ...]):
        self._things = things
        self._by_id = {thing.id: thing for thing in things}

    def __iter__(self) -> Iterator[Thing]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)

    def __contains__(self, thing_id: object) -> bool:
        return thing_id in self._by_id

    def __getitem__(self, thing_id: str) -> Thing:
        return self._by_id[thing_id]

    def get(self, thing_id: str, default: Any = None) -> Thing | Any:
        """The thing of this id, or the default."""
        return self._by_id.get(thing_id, default)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in order."""
        return tuple(thing.id for thing in self._things)

    @property
    def first(self) -> Thing:
        """The first thing; raises IndexError when there is none."""
        return self._things[0]

"""A condition narrowed to one of its ways: each part of an `any` alone in its place, to ask whether it ever decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from portal.forms.condition_tree import AllOf, AnyItem, AnyOf, Condition, CountOf, EveryItem, Not, Where


def narrowed(condition: Condition) -> Iterator[tuple[Where, Condition, Condition]]:
    """For each part of an `any` (inside `not`: of an `all`), the way to it, the part, and the condition that has only it there.

    Parts of a `count` that asks for few items are left out: there, more ways make the whole less likely.
    """
    yield from _narrowed(condition, True)


def _narrowed(condition: Condition, positive: bool) -> Iterator[tuple[Where, Condition, Condition]]:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            key = "all" if isinstance(condition, AllOf) else "any"
            for position, part in enumerate(parts):
                at: Where = (key, position)
                if len(parts) > 1 and positive is isinstance(condition, AnyOf):
                    yield at, part, part
                for where, one, inner in _narrowed(part, positive):
                    yield (*at, *where), one, replace(condition, parts=_one_way(condition, position, inner, positive))
        case Not(part):
            yield from ((("not", *where), one, Not(inner)) for where, one, inner in _narrowed(part, not positive))
        case AnyItem(_, match) | EveryItem(_, match):
            yield from ((("match", *where), one, replace(condition, match=inner)) for where, one, inner in _narrowed(match, positive))
        case CountOf(_, match, comparison, number) if match is not None and positive and (comparison in ("gt", "gte") or (comparison == "is" and number)):
            yield from ((("match", *where), one, replace(condition, match=inner)) for where, one, inner in _narrowed(match, positive))


def _one_way(condition: AllOf | AnyOf, position: int, inner: Condition, positive: bool) -> tuple[Condition, ...]:
    """The parts with the narrowed one in its place; where one part is enough, that one alone."""
    if positive is isinstance(condition, AnyOf):
        return (inner,)
    return tuple(inner if each == position else part for each, part in enumerate(condition.parts))

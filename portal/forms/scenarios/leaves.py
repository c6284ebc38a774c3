"""The leaves of a form's conditions: each comparison that stands beside others, and whether answers make it true, and false.

A condition of a single comparison says nothing more by its leaf than by its branch, so only leaves inside `all`, `any`, `not`, `any_item`,
`every_item` and `count` are told. A leaf that is unknown (its question is not answered, or hidden) is neither seen true nor seen false.
Where a condition is judged is said by `branches`.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.forms import condition_tree as tree
from portal.forms.check_conditions import conditions_of
from portal.forms.condition_tree import walk
from portal.forms.conditions import Judge
from portal.forms.model import FormDefinition, Scope
from portal.forms.yaml_text import Location

LEAF = "leaf"
LEAVES = (tree.Compare, tree.HasRole, tree.RecordFact, tree.CountOf)

Key = tuple[str, ...]
Placed = tuple[Location, tree.Condition]


def leaves_of(definition: FormDefinition) -> Iterator[Placed]:
    """Every leaf that stands inside a larger condition, with its place in the file."""
    for placed in conditions_of(definition):
        for where, part in walk(placed.condition):
            if where and isinstance(part, LEAVES):
                yield (*placed.at, *where), part


def key_of(at: Location, outcome: bool) -> Key:
    """How one way of one leaf is called."""
    return (LEAF, ".".join(map(str, at)), "yes" if outcome else "no")


def words_of(definition: FormDefinition, leaf: tree.Condition) -> str:
    """A leaf as a reader of the form's file knows it."""
    match leaf:
        case tree.Compare(name, comparison, value):
            other = f"the answer to {value.question}" if isinstance(value, tree.AnotherAnswer) else _shown(value)
            question = definition.index.questions.get(name)
            return f"“{question.label if question else name}” {comparison} {other}"
        case tree.HasRole(role):
            return f"role {role}"
        case tree.RecordFact(fact, comparison, value):
            return f"record {fact} {comparison} {_shown(value)}"
        case tree.CountOf(repeat, _, comparison, number):
            return f"count of {repeat} {comparison} {number}"
    raise TypeError(f"{leaf!r} is no leaf")


def leaves_seen(judge: Judge, at: Location, condition: tree.Condition, scope: Scope, inside: tuple[str, ...] = ()) -> Iterator[Key]:
    """The ways in which the leaves of a condition turn out for the item that `scope` names, also of those it uses by name."""
    match condition:
        case tree.AllOf(parts) | tree.AnyOf(parts):
            word = "all" if isinstance(condition, tree.AllOf) else "any"
            for position, part in enumerate(parts):
                yield from _part_seen(judge, (*at, word, position), part, scope, inside)
        case tree.Not(part):
            yield from _part_seen(judge, (*at, "not"), part, scope, inside)
        case tree.Use(name) if name in judge.definition.conditions and name not in inside:
            yield from leaves_seen(judge, ("conditions", name), judge.definition.conditions[name], scope, (*inside, name))
        case tree.AnyItem(repeat, match) | tree.EveryItem(repeat, match):
            for item in judge.items(repeat, scope):
                yield from _part_seen(judge, (*at, "match"), match, item, inside)
        case tree.CountOf(repeat, match) if match is not None:
            for item in judge.items(repeat, scope):
                yield from _part_seen(judge, (*at, "match"), match, item, inside)


def _part_seen(judge: Judge, at: Location, part: tree.Condition, scope: Scope, inside: tuple[str, ...]) -> Iterator[Key]:
    outcome = judge.judge(part, scope) if isinstance(part, LEAVES) else None
    if outcome is not None:
        yield key_of(at, outcome)
    yield from leaves_seen(judge, at, part, scope, inside)


def _shown(value: object) -> str:
    return " or ".join(map(str, value)) if isinstance(value, list) else str(value)

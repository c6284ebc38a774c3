"""What a new version declares about ids and options that older answers carry: which are followed, and what they make of ids, values and conditions.

A version carries the changes of all versions before it, so those that the older one has already made are left out, and
one may go from the first version to the third at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from portal.forms import condition_tree as tree
from portal.forms.check_changes import declared_at, retired_options
from portal.forms.model import DeclaredChange, FormDefinition, Move


@dataclass(frozen=True)
class Declared:
    """`names` leads from each id of the older version to its present one, `options` from (present question id, older option) to the present option.

    `moves` leads from present question ids to how they were moved, with the repeats as they are called now. `retired` are the
    older options, asked for like those of `options`, whose present option was taken out of use since: no value becomes them.
    """

    names: dict[str, str]
    options: dict[tuple[str, str], str]
    moves: dict[str, Move] = field(default_factory=dict)
    retired: frozenset[tuple[str, str]] = frozenset()

    def name(self, old: str) -> str:
        """The present id; one the older version did not have is as it is."""
        return self.names.get(old, old)

    def value(self, question: str, value: Any) -> Any:
        """A value with its options as they are called now; `question` is the present id."""
        if isinstance(value, str):
            return self.options.get((question, value), value)
        if isinstance(value, list):
            return list(dict.fromkeys(self.value(question, each) for each in value)) if all(isinstance(each, str) for each in value) else value
        if isinstance(value, dict) and isinstance(value.get("code"), str):
            return {**value, "code": self.value(question, value["code"])}
        return value


def declared_between(old: FormDefinition, new: FormDefinition) -> Declared:
    """What `new` declares that `old` has not declared already. A rename of an id that `new` still has, or onto one that `old` had, is none."""
    made = [(at[1], change) for at, change in declared_at(old)]
    steps = [change for at, change in declared_at(new) if (at[1], change) not in made]
    names = {name: name for name in (*old.index.questions, *old.index.repeats)}
    for step in steps:
        if step.rename and step.rename.new not in names.values() and step.rename.old not in _ids(new):
            names = {first: step.rename.new if now == step.rename.old else now for first, now in names.items()}
    options, gone = _options(steps, new), retired_options(new)
    retired = frozenset(key for key, now in options.items() if (key[0], now) in gone)
    return Declared(names, {key: now for key, now in options.items() if key not in retired}, _moves(steps), retired)


def _moves(steps: list[DeclaredChange]) -> dict[str, Move]:
    """Every move under the present id of its question; of several the last, since an answer goes where the question is now."""
    found: dict[str, Move] = {}
    for step in steps:
        if step.rename:
            old, new = step.rename.old, step.rename.new
            found = {new if name == old else name: _renamed(move, old, new) for name, move in found.items()}
        if step.move:
            found[step.move.question] = step.move
    return found


def _renamed(move: Move, old: str, new: str) -> Move:
    return move.model_copy(update={"into": new if move.into == old else move.into, "out_of": new if move.out_of == old else move.out_of})


def _ids(definition: FormDefinition) -> set[str]:
    return {*definition.index.questions, *definition.index.repeats}


def _options(steps: list[DeclaredChange], new: FormDefinition) -> dict[tuple[str, str], str]:
    """Every map under the present id of its question, followed to its end."""
    found: dict[tuple[str, str], str] = {}
    for step in steps:
        if step.rename:
            found = {(step.rename.new if name == step.rename.old else name, option): now for (name, option), now in found.items()}
        if step.map_option:
            name, old, now = step.map_option.question, step.map_option.old, step.map_option.new
            found = {key: now if key[0] == name and each == old else each for key, each in found.items()} | {(name, old): now}
    return {(name, old): now for (name, old), now in found.items() if old not in _option_ids(new, name) and old != now}


def _option_ids(definition: FormDefinition, name: str) -> set[str]:
    question = definition.index.questions.get(name)
    return {option.id for option in getattr(question.settings, "options", ())} if question is not None else set()


def spelt_out(condition: tree.Condition | None, definition: FormDefinition, declared: Declared | None = None, used: tuple[str, ...] = ()) -> tree.Condition | None:
    """A condition with named ones written out and, with `declared`, ids and options as they are called now; two versions of it can be compared."""

    def inside(part: tree.Condition) -> tree.Condition:
        return spelt_out(part, definition, declared, used)  # type: ignore[return-value]

    def name(old: str) -> str:
        return declared.name(old) if declared else old

    match condition:
        case tree.AllOf(parts):
            return tree.AllOf(tuple(inside(part) for part in parts))
        case tree.AnyOf(parts):
            return tree.AnyOf(tuple(inside(part) for part in parts))
        case tree.Not(part):
            return tree.Not(inside(part))
        case tree.AnyItem(repeat, match) | tree.EveryItem(repeat, match):
            return type(condition)(name(repeat), inside(match))
        case tree.CountOf(repeat, match):
            return replace(condition, repeat=name(repeat), match=inside(match) if match is not None else None)
        case tree.Compare(question, comparison, value):
            return tree.Compare(name(question), comparison, _value(name(question), value, declared))
        case tree.Use(named) if named in definition.conditions and named not in used:
            return spelt_out(definition.conditions[named], definition, declared, (*used, named))
    return condition


def _value(question: str, value: Any, declared: Declared | None) -> Any:
    if declared is None:
        return value
    if isinstance(value, tree.AnotherAnswer):
        return replace(value, question=declared.name(value.question))
    return declared.value(question, value)

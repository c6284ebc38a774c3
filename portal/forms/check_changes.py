"""Whether the changes that a form declares (`changes`) lead from ids that are gone to ids that are there.

What stood in an earlier version is not known here: comparing two versions is `versions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portal.forms import question_kinds
from portal.forms.condition_tree import nearest
from portal.forms.model import DeclaredChange, FormDefinition, MapOption, Rename
from portal.forms.yaml_text import Fault, Location

FIRST_NUMBER = 2


def change_numbers(definition: FormDefinition) -> Iterator[Fault]:
    """Changes stand under the number of the version that brings them, which says their order."""
    for number in definition.changes:
        if not number.isascii() or not number.isdigit() or str(int(number)) != number or int(number) < FIRST_NUMBER:
            message = f'changes stand under the number of their version, "{FIRST_NUMBER}" or higher, in quotes, not {number!r}'
            yield definition.fault(("changes", number), "change_number", message, of_key=True)


def renames(definition: FormDefinition) -> Iterator[Fault]:
    """An id that was renamed is gone for good, was renamed once, and what it was renamed to is there or was itself taken away later."""
    known = [*definition.index.questions, *definition.index.repeats]
    steps = list(declared_at(definition))
    renamed = [change.rename.old for _, change in steps if change.rename]
    for at, change in steps:
        if change.rename is None:
            continue
        rename, place = change.rename, (*at, "rename")
        if rename.old in known:
            message = f"{rename.old!r} is still an id of this form: take the rename away, or give the question another id"
            yield definition.fault((*place, "from"), "change_id_in_use", message)
        if renamed.count(rename.old) > 1:
            yield definition.fault((*place, "from"), "change_twice", f"{rename.old!r} is renamed twice: keep one")
        if rename.new not in known and rename.new not in definition.retired and rename.new not in renamed:
            message = f"{rename.new!r} is no question or repeat of this form{nearest(rename.new, known)}; list it under `retired` if it was taken away later"
            yield definition.fault((*place, "to"), "change_unknown", message)


def option_maps(definition: FormDefinition) -> Iterator[Fault]:
    """An option that was mapped is gone, and the one that stands for it now is an option or was mapped on."""
    steps = list(declared_at(definition))
    for at, change in steps:
        if change.map_option is None:
            continue
        mapped, place = change.map_option, (*at, "map_option")
        name = _name_now(mapped.question, [each.rename for _, each in steps if each.rename])
        question = definition.index.questions.get(name)
        if question is None:
            if name not in definition.retired:
                message = f"{mapped.question!r} is no question of this form{nearest(mapped.question, list(definition.index.questions))}"
                yield definition.fault((*place, "question"), "change_unknown", message)
            continue
        options = [option.id for option in question_kinds.kind(question.kind).options(question)]
        if not options:
            yield definition.fault((*place, "question"), "change_without_options", f"{name!r} is of kind {question.kind} and has no options to map")
            continue
        yield from _of_options(definition, place, mapped, options, _mapped_on(steps, name))


def _of_options(definition: FormDefinition, place: Location, mapped: MapOption, options: list[str], mapped_on: set[str]) -> Iterator[Fault]:
    if mapped.old in options:
        message = f"{mapped.old!r} is still an option of {mapped.question!r}: take it out of the options, or take the map away"
        yield definition.fault((*place, "from"), "change_option_in_use", message)
    if mapped.new not in options and mapped.new not in mapped_on:
        message = f"{mapped.new!r} is no option of {mapped.question!r}{nearest(mapped.new, options)} (options: {', '.join(options[:30])})"
        yield definition.fault((*place, "to"), "change_option_unknown", message)


def declared_at(definition: FormDefinition) -> Iterator[tuple[Location, DeclaredChange]]:
    """Every declared change with its place, in the order in which they were made."""
    for number in sorted(definition.changes, key=_order):
        for position, change in enumerate(definition.changes[number]):
            yield ("changes", number, position), change


def _order(number: str) -> tuple[int, str]:
    return (int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0, number)


def _name_now(name: str, made: list[Rename]) -> str:
    for rename in made:
        name = rename.new if rename.old == name else name
    return name


def _mapped_on(steps: list[tuple[Location, DeclaredChange]], name: str) -> set[str]:
    made = [change.rename for _, change in steps if change.rename]
    return {change.map_option.old for _, change in steps if change.map_option and _name_now(change.map_option.question, made) == name}


CHANGE_RULES: tuple[Callable[[FormDefinition], Iterator[Fault]], ...] = (change_numbers, renames, option_maps)

"""Whether the changes that a form declares (`changes`) lead from ids that are gone to ids that are there.

What stood in an earlier version is not known here: comparing two versions is `versions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portal.forms import question_kinds
from portal.forms.condition_tree import nearest
from portal.forms.model import DeclaredChange, FormDefinition, MapOption, Move, Rename
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
    """An option that was mapped is gone, and the one that stands for it now is an option, was mapped on, or was itself taken away later."""
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
        later = _mapped_on(steps, name) | {option for each, option in retired_options(definition) if each == name}
        yield from _of_options(definition, place, mapped, options, later)


def moves(definition: FormDefinition) -> Iterator[Fault]:
    """A question that was moved into a group is asked in it, and one that was moved out is not, unless a later move says otherwise."""
    steps = list(declared_at(definition))
    renamed = [change.rename for _, change in steps if change.rename]
    last = {_name_now(change.move.question, renamed): at for at, change in steps if change.move}
    for at, change in steps:
        if change.move is None:
            continue
        name = _name_now(change.move.question, renamed)
        if name not in definition.index.questions:
            if name not in definition.retired:
                message = f"{change.move.question!r} is no question of this form{nearest(name, list(definition.index.questions))}"
                yield definition.fault((*at, "move", "question"), "change_unknown", message)
        elif last[name] == at:
            wrong = _wrong_move(definition, name, change.move, _name_now(change.move.into, renamed), _name_now(change.move.out_of, renamed))
            if wrong:
                yield definition.fault((*at, "move"), "change_move", wrong, of_key=True)


def _wrong_move(definition: FormDefinition, name: str, move: Move, into: str, out_of: str) -> str:
    """What is wrong with a move, '' for nothing; ids are those of now."""
    index = definition.index
    chain, repeats = index.chain_of_question(name), list(index.repeats)
    if bool(into) == bool(out_of):
        return "says either `into` a repeat or `out_of` one"
    if into and chain[-1:] != (into,):
        return f"{name!r} is not asked in {into!r}{nearest(into, repeats)}" + (f", but in {chain[-1]!r}" if chain else "")
    if into and index.repeats[into].over:
        return f"the items of {into!r} run over {index.repeats[into].over!r}, which has them: an answer cannot be moved into them"
    if out_of and out_of in chain:
        return f"{name!r} is still asked in {out_of!r}"
    if out_of and out_of not in repeats and out_of not in definition.retired:
        return f"{out_of!r} is no repeat of this form{nearest(out_of, repeats)}; list it under `retired` if it was taken away"
    if move.each and (out_of or index.questions[name].kind == "file"):
        return "`each` is for answers that are moved into a repeat; files can be moved to one item only"
    return ""


def _of_options(definition: FormDefinition, place: Location, mapped: MapOption, options: list[str], later: set[str]) -> Iterator[Fault]:
    if mapped.old in options:
        message = f"{mapped.old!r} is still an option of {mapped.question!r}: take it out of the options, or take the map away"
        yield definition.fault((*place, "from"), "change_option_in_use", message)
    if mapped.new not in options and mapped.new not in later:
        message = f"{mapped.new!r} is no option of {mapped.question!r}{nearest(mapped.new, options)} (options: {', '.join(options[:30])}); list {f'{mapped.question}.{mapped.new}'!r} under `retired` if it was taken away later"
        yield definition.fault((*place, "to"), "change_option_unknown", message)


def declared_at(definition: FormDefinition) -> Iterator[tuple[Location, DeclaredChange]]:
    """Every declared change with its place, in the order in which they were made."""
    for number in sorted(definition.changes, key=_order):
        for position, change in enumerate(definition.changes[number]):
            yield ("changes", number, position), change


def retired_options(definition: FormDefinition) -> set[tuple[str, str]]:
    """The options that were taken out of use (`retired: [question.option]`), by the id their question has now."""
    made = [change.rename for _, change in declared_at(definition) if change.rename]
    return {(_name_now(name, made), option) for name, dot, option in (each.partition(".") for each in definition.retired) if dot}


def _order(number: str) -> tuple[int, str]:
    return (int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0, number)


def _name_now(name: str, made: list[Rename]) -> str:
    for rename in made:
        name = rename.new if rename.old == name else name
    return name


def _mapped_on(steps: list[tuple[Location, DeclaredChange]], name: str) -> set[str]:
    made = [change.rename for _, change in steps if change.rename]
    return {change.map_option.old for _, change in steps if change.map_option and _name_now(change.map_option.question, made) == name}


CHANGE_RULES: tuple[Callable[[FormDefinition], Iterator[Fault]], ...] = (change_numbers, renames, option_maps, moves)

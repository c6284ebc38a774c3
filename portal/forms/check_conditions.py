"""Whether the conditions of a definition make sense: what they name exists and can be seen from there, and none needs itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from portal.forms import condition_tree as tree
from portal.forms import question_kinds
from portal.forms.condition_tree import Where, nearest, walk
from portal.forms.index import Node
from portal.forms.model import FormDefinition, Question
from portal.forms.yaml_text import Fault, Location

COMPARES_OPTIONS = ("is", "is_not", "in", "has")


@dataclass(frozen=True)
class Placed:
    """A condition of a definition: its place in the file, and the repeats whose items it is judged in.

    `anywhere` marks a named condition: what it can see depends on where it is used.
    """

    at: Location
    condition: tree.Condition
    chain: tuple[str, ...] = ()
    anywhere: bool = False


def conditions_of(definition: FormDefinition) -> Iterator[Placed]:
    """Every condition written in a definition."""
    for name, condition in definition.conditions.items():
        yield Placed(("conditions", name), condition, anywhere=True)
    for repeat in definition.repeats:
        if repeat.where is not None:
            chain = tuple(name for name in definition.index.chain(repeat.id) if name != repeat.id)
            yield Placed(("repeats", repeat.id, "where"), repeat.where, (*chain, *definition.index.overs(repeat.id)))
    for position, page in enumerate(definition.pages):
        chain = definition.index.chain(page.repeat)
        if page.when is not None:
            yield Placed(("pages", position, "when"), page.when, chain)
        for place, question in enumerate(page.questions):
            yield from _of_question(question, ("pages", position, "questions", place), chain)


def _of_question(question: Question, at: Location, chain: tuple[str, ...]) -> Iterator[Placed]:
    if question.when is not None:
        yield Placed((*at, "when"), question.when, chain)
    if isinstance(question.required, tree.Condition):
        yield Placed((*at, "required"), question.required, chain)
    for position, option in enumerate(getattr(question.settings, "options", ())):
        if option.when is not None:
            yield Placed((*at, "options", position, "when"), option.when, chain)


def names(definition: FormDefinition) -> Iterator[Fault]:
    """What a condition names exists: questions, repeats, named conditions, facts of the record."""
    index = definition.index
    for placed in conditions_of(definition):
        for where, part in walk(placed.condition):
            match part:
                case tree.Compare(question) if question not in index.questions:
                    yield _unknown(definition, placed, where, "question", question, list(index.questions))
                case tree.AnyItem(repeat) | tree.EveryItem(repeat) | tree.CountOf(repeat) if repeat not in index.repeats:
                    key = {tree.AnyItem: "any_item", tree.EveryItem: "every_item"}.get(type(part), "count")
                    yield _unknown(definition, placed, (*where, key), "repeat", repeat, list(index.repeats))
                case tree.Use(name) if name not in definition.conditions:
                    yield _unknown(definition, placed, (*where, "use"), "condition", name, list(definition.conditions))
                case tree.RecordFact(fact) if not fact.replace(".", "_").replace("_", "").isalnum():
                    yield definition.fault((*placed.at, *where, "record"), "bad_fact", f"{fact!r} is no name of a fact of the record")


def comparisons(definition: FormDefinition) -> Iterator[Fault]:
    """A comparison is one that the question's kind offers, with a value it takes."""
    index = definition.index
    for placed in conditions_of(definition):
        for where, part in walk(placed.condition):
            if not isinstance(part, tree.Compare) or part.question not in index.questions:
                continue
            question = index.questions[part.question]
            if isinstance(part.value, tree.AnotherAnswer):
                message = _fault_of_another(definition, question, part.comparison, part.value)
                if message:
                    yield definition.fault((*placed.at, *where, part.comparison), "wrong_comparison", f"{part.question}: {message}")
                continue
            message = question_kinds.comparison_fault(question, part.comparison, part.value)
            if message:
                offers = part.comparison in question_kinds.kind(question.kind).comparisons
                chooses = bool(question_kinds.kind(question.kind).options(question)) and part.comparison in COMPARES_OPTIONS
                code = "unknown_option" if offers and chooses else "wrong_comparison"
                yield definition.fault((*placed.at, *where, part.comparison), code, f"{part.question}: {message}")


def rules(definition: FormDefinition) -> Iterator[Fault]:
    """A rule of a question compares in a way its kind offers; another question it looks at exists and is of the same kind."""
    for position, page in enumerate(definition.pages):
        for place, question in enumerate(page.questions):
            for number, rule in enumerate(question.rules):
                at = ("pages", position, "questions", place, "rules", number)
                if isinstance(rule.value, tree.AnotherAnswer):
                    message = _fault_of_another(definition, question, rule.comparison, rule.value)
                else:
                    message = question_kinds.comparison_fault(question, rule.comparison, rule.value)
                if message:
                    yield definition.fault(at, "bad_rule", f"a rule of {question.id}: {message}")


def _fault_of_another(definition: FormDefinition, question: Question, comparison: str, other: tree.AnotherAnswer) -> str:
    """Why a question cannot be compared with another answer ('' when it can)."""
    against = definition.index.questions.get(other.question)
    if against is None:
        return f"is compared with {other.question!r}, which is no question{nearest(other.question, list(definition.index.questions))}"
    if against.kind != question.kind:
        return f"is of kind {question.kind} and compared with {other.question!r}, which is of kind {against.kind}"
    if comparison in ("answered", "in", "has", "within_days") or comparison not in question_kinds.kind(question.kind).comparisons:
        return f"is of kind {question.kind}, which does not compare with another answer by {comparison}"
    return "`plus` is for dates" if other.plus and question.kind != "date" else ""


def reach(definition: FormDefinition) -> Iterator[Fault]:
    """A condition looks only at questions outside repeats, or of the same item; at others through any_item, every_item or count."""
    for placed in conditions_of(definition):
        if not placed.anywhere:
            yield from _out_of_reach(definition, placed, placed.condition, placed.chain, ())


def _out_of_reach(
    definition: FormDefinition, placed: Placed, condition: tree.Condition, chain: tuple[str, ...], used: tuple[str, ...]
) -> Iterator[Fault]:
    index = definition.index
    for where, part, inner in _with_chains(definition, condition, chain):
        at = placed.at if used else (*placed.at, *where)
        if isinstance(part, tree.Compare):
            seen = {*inner, *(over for name in inner for over in index.overs(name))}
            for name in (part.question, part.value.question) if isinstance(part.value, tree.AnotherAnswer) else (part.question,):
                needed = index.chain_of_question(name)
                if not set(needed) <= seen:
                    through = f" (through the condition {used[-1]!r})" if used else ""
                    message = f"{name!r} is asked for each item of {needed[-1]!r}, which one is not said here{through}: use any_item, every_item or count"
                    yield definition.fault(at, "out_of_reach", message)
        elif isinstance(part, tree.Use) and part.name in definition.conditions and part.name not in used:
            yield from _out_of_reach(definition, placed, definition.conditions[part.name], inner, (*used, part.name))


def _with_chains(definition: FormDefinition, condition: tree.Condition, chain: tuple[str, ...]) -> Iterator[tuple[Where, tree.Condition, tuple[str, ...]]]:
    chains: dict[Where, tuple[str, ...]] = {}
    for where, part in walk(condition):
        around = next((chains[where[:length]] for length in range(len(where), -1, -1) if where[:length] in chains), chain)
        yield where, part, around
        if isinstance(part, tree.AnyItem | tree.EveryItem) or (isinstance(part, tree.CountOf) and part.match is not None):
            chains[(*where, "match")] = (*around, *definition.index.chain(part.repeat))


def cycles(definition: FormDefinition) -> Iterator[Fault]:
    """Nothing is shown by an answer that is only asked when it is shown itself."""
    cycle = definition.index.cycle
    if cycle:
        way = " → ".join(f"{kind} {name}" for kind, name in (*cycle, cycle[0]))
        yield definition.fault(_place_of(definition, cycle), "cycle", f"these decide about each other in a circle: {way}")
    for name in definition.conditions:
        if _uses_itself(definition, name):
            yield definition.fault(("conditions", name), "condition_cycle", f"the condition {name!r} uses itself", of_key=True)


def _uses_itself(definition: FormDefinition, name: str) -> bool:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        condition = definition.conditions.get(waiting.pop())
        for _, part in walk(condition) if condition is not None else ():
            if isinstance(part, tree.Use) and part.name == name:
                return True
            if isinstance(part, tree.Use) and part.name not in seen:
                seen.add(part.name)
                waiting.append(part.name)
    return False


def _place_of(definition: FormDefinition, cycle: tuple[Node, ...]) -> Location:
    parts = set(cycle)
    for position, page in enumerate(definition.pages):
        for place, question in enumerate(page.questions):
            if ("question", question.id) in parts and question.when is not None:
                return ("pages", position, "questions", place, "when")
        if ("page", page.id) in parts and page.when is not None:
            return ("pages", position, "when")
    repeat = next((name for kind, name in cycle if kind == "repeat"), "")
    return ("repeats", repeat)


def _unknown(definition: FormDefinition, placed: Placed, where: Where, what: str, found: str, known: list[str]) -> Fault:
    place = (*placed.at, *where, "question") if what == "question" else (*placed.at, *where)
    return definition.fault(place, f"unknown_{what}", f"names the {what} {found!r}, which there is not{nearest(found, known)}")


CONDITION_RULES: tuple[Callable[[FormDefinition], Iterator[Fault]], ...] = (names, comparisons, rules, reach, cycles)

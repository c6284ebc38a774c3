"""Whether everything in a definition is there for something, has words, and asks the record for facts that it has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from portal.forms.check_conditions import conditions_of
from portal.forms.condition_tree import Condition, RecordFact, Use, nearest, walk
from portal.forms.model import FormDefinition, Prefill
from portal.forms.record_bindings import LISTED_FACTS, RECORD_FACTS, RECORD_LISTS
from portal.forms.yaml_text import Fault, Location


def unused_lists(definition: FormDefinition) -> Iterator[Fault]:
    """A list of the form is the list of some question."""
    used = {getattr(question.settings, "list_name", "") for page in definition.pages for question in page.questions}
    lists = definition.as_written("lists")
    for name in lists if isinstance(lists, dict) else ():
        if name not in used:
            yield definition.fault(("lists", name), "unused_list", f"no question has the list {name!r}: use it or take it away", of_key=True)


def unused_conditions(definition: FormDefinition, elsewhere: Collection[str] = ()) -> Iterator[Fault]:
    """A condition with a name is used, be it by another that is used itself, or by the council's files (`elsewhere`)."""
    used: set[str] = set(elsewhere)
    waiting: list[Condition] = [definition.conditions[name] for name in elsewhere if name in definition.conditions]
    waiting += [placed.condition for placed in conditions_of(definition) if not placed.anywhere]
    while waiting:
        for _, part in walk(waiting.pop()):
            if isinstance(part, Use) and part.name not in used:
                used.add(part.name)
                waiting += [definition.conditions[part.name]] if part.name in definition.conditions else []
    for name in definition.conditions:
        if name not in used:
            message = f"nothing in this form uses the condition {name!r}: use it or take it away"
            yield definition.fault(("conditions", name), "unused_condition", message, of_key=True)


def unused_sections(definition: FormDefinition) -> Iterator[Fault]:
    """A section has a page. Where pages name sections there are not, that is told instead."""
    used = {page.section for page in definition.pages}
    if not used or used - {section.id for section in definition.sections}:
        return
    for place, section in enumerate(definition.sections):
        if section.id not in used:
            yield definition.fault(("sections", place), "unused_section", f"no page stands in the section {section.id!r}")


def missing_labels(definition: FormDefinition) -> Iterator[Fault]:
    """Whatever a person sees has words: titles, labels, options, the button."""
    for at, text in _words(definition):
        if not text.strip():
            yield definition.fault(at, "missing_label", f"`{at[-1]}` is empty: whoever fills the form would see nothing here")


def _words(definition: FormDefinition) -> Iterator[tuple[Location, str]]:
    yield ("title",), definition.title
    yield ("send", "button"), definition.send.button
    for place, section in enumerate(definition.sections):
        yield ("sections", place, "title"), section.title
    for repeat in definition.repeats:
        yield ("repeats", repeat.id, "title"), repeat.title
        yield ("repeats", repeat.id, "item"), repeat.item
    for place, page in enumerate(definition.pages):
        yield ("pages", place, "title"), page.title
        for number, question in enumerate(page.questions):
            at: Location = ("pages", place, "questions", number)
            yield (*at, "label"), question.label
            if not getattr(question.settings, "list_name", ""):
                options = enumerate(getattr(question.settings, "options", ()))
                yield from (((*at, "options", position, "label"), option.label) for position, option in options)
    lists = definition.as_written("lists")
    for name, options in lists.items() if isinstance(lists, dict) else ():
        yield from ((("lists", name, position, "label"), str(option["label"])) for position, option in enumerate(options))


def unknown_prefills(definition: FormDefinition) -> Iterator[Fault]:
    """A first answer comes from a fact that the record has; which papers there are is known to the council alone."""
    asked: list[tuple[Location, Prefill | None, bool]] = [(("repeats", repeat.id), repeat.prefill, True) for repeat in definition.repeats]
    for place, page in enumerate(definition.pages):
        asked += [(("pages", place, "questions", number), question.prefill, False) for number, question in enumerate(page.questions)]
    for at, prefill, of_items in asked:
        message = _unknown_fact(prefill.source, of_items) if prefill else ""
        if message:
            yield definition.fault((*at, "prefill", "from"), "unknown_prefill", message)


def _unknown_fact(source: str, of_items: bool) -> str:
    """What is wrong with a source in the record; '' for nothing, for other sources, and for what is not spelt as one."""
    start, _, path = source.partition(".")
    first, _, second = path.partition(".")
    if start != "record" or not first:
        return ""
    if second:
        if first not in RECORD_LISTS:
            return f"the record has no list {first!r}{nearest(first, sorted(RECORD_LISTS))} (lists: {', '.join(sorted(RECORD_LISTS))})"
        return "" if second in LISTED_FACTS else f"people of the record have no {second!r}{nearest(second, sorted(LISTED_FACTS))}"
    if of_items:
        return "" if first in RECORD_LISTS else f"items come from a list of the record, not {first!r}{nearest(first, sorted(RECORD_LISTS))}"
    return "" if first in RECORD_FACTS else f"the record has no fact {first!r}{nearest(first, sorted(RECORD_FACTS))} (facts: {', '.join(sorted(RECORD_FACTS))})"


def unknown_facts(definition: FormDefinition) -> Iterator[Fault]:
    """A condition asks for facts that the record has, or for a setting of the service."""
    for placed in conditions_of(definition):
        for where, part in walk(placed.condition):
            if isinstance(part, RecordFact) and part.fact.isidentifier() and part.fact not in RECORD_FACTS:
                message = f"the record has no fact {part.fact!r}{nearest(part.fact, sorted(RECORD_FACTS))} (facts: {', '.join(sorted(RECORD_FACTS))})"
                yield definition.fault((*placed.at, *where, "record"), "unknown_fact", message)


UNUSED_RULES: tuple[Callable[[FormDefinition], Iterator[Fault]], ...] = (
    unused_lists,
    unused_sections,
    missing_labels,
    unknown_prefills,
    unknown_facts,
)

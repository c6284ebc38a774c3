"""Names in a text that is no form yet: told together with the faults of its shape, so that one reading shows everything.

Nothing can be built of such a text, so this looks at its plain data; of a text that is a form, `check` and `check_conditions` say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portal.forms import condition_tree as tree
from portal.forms import question_kinds
from portal.forms.condition_tree import ConditionFaults, nearest, parse, walk
from portal.forms.model import Question
from portal.forms.yaml_text import Fault, Location, YamlText

COMPARES_OPTIONS = ("is", "is_not", "in", "has")

Sought = Iterator[tuple[Location, str, str]]
"""Where a name stands, what it is the name of, and the name."""


def faults(yaml: YamlText, sound: Mapping[str, Question]) -> list[Fault]:
    """Every name in the text that nothing carries, and comparisons that make no sense with the `sound` questions, by id."""
    data = yaml.data if isinstance(yaml.data, dict) else {}
    known = {
        "question": [each["id"] for _, each in _questions(data) if isinstance(each.get("id"), str)],
        "repeat": list(_mapping(data, "repeats")),
        "condition": list(_mapping(data, "conditions")),
        "section": [each["id"] for _, each in _parts(data, "sections") if isinstance(each.get("id"), str)],
    }
    found = [
        yaml.fault(at, f"unknown_{what}", f"names the {what} {name!r}, which there is not{nearest(name, known[what])}")
        for at, what, name in _sought(data)
        if name not in known[what]
    ]
    for at, part in _compared(data):
        question = sound.get(part.question)
        message = question_kinds.comparison_fault(question, part.comparison, part.value) if question and not isinstance(part.value, tree.AnotherAnswer) else ""
        if question and message:
            drawer = question_kinds.kind(question.kind)
            chooses = part.comparison in drawer.comparisons and part.comparison in COMPARES_OPTIONS and bool(drawer.options(question))
            found.append(yaml.fault((*at, part.comparison), "unknown_option" if chooses else "wrong_comparison", f"{part.question}: {message}"))
    return found


def _sought(data: Mapping[str, Any]) -> Sought:
    for at, page in _parts(data, "pages"):
        for what in ("section", "repeat"):
            if isinstance(page.get(what), str):
                yield (*at, what), what, page[what]
    for name, repeat in _mapping(data, "repeats").items():
        for key in ("inside", "over"):
            if isinstance(repeat, dict) and isinstance(repeat.get(key), str):
                yield ("repeats", name, key), "repeat", repeat[key]
    for at, raw in _conditions(data):
        for where, part in _walked(raw):
            match part:
                case tree.Compare(question, _, value):
                    yield (*at, *where, "question"), "question", question
                    if isinstance(value, tree.AnotherAnswer):
                        yield (*at, *where, part.comparison, "question"), "question", value.question
                case tree.AnyItem(repeat) | tree.EveryItem(repeat) | tree.CountOf(repeat):
                    key = {tree.AnyItem: "any_item", tree.EveryItem: "every_item"}.get(type(part), "count")
                    yield (*at, *where, key), "repeat", repeat
                case tree.Use(name):
                    yield (*at, *where, "use"), "condition", name


def _compared(data: Mapping[str, Any]) -> Iterator[tuple[Location, tree.Compare]]:
    for at, raw in _conditions(data):
        for where, part in _walked(raw):
            if isinstance(part, tree.Compare):
                yield (*at, *where), part


def _conditions(data: Mapping[str, Any]) -> Iterator[tuple[Location, Any]]:
    for name, raw in _mapping(data, "conditions").items():
        yield ("conditions", name), raw
    for name, repeat in _mapping(data, "repeats").items():
        yield from _under(("repeats", name), repeat, "where")
    for name in _mapping(data, "lists"):
        for at, option in _parts(_mapping(data, "lists"), name, ("lists",)):
            yield from _under(at, option, "when")
    for at, page in _parts(data, "pages"):
        yield from _under(at, page, "when")
    for at, question in _questions(data):
        yield from _under(at, question, "when", "required")
        for place, option in _parts(question, "options", at):
            yield from _under(place, option, "when")


def _questions(data: Mapping[str, Any]) -> Iterator[tuple[Location, dict[str, Any]]]:
    for at, page in _parts(data, "pages"):
        yield from _parts(page, "questions", at)


def _parts(data: Mapping[str, Any], key: str, at: Location = ()) -> Iterator[tuple[Location, dict[str, Any]]]:
    """The mappings in the list under a key, each with its place."""
    listed = data.get(key)
    for position, each in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(each, dict):
            yield (*at, key, position), each


def _mapping(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    group = data.get(key)
    return group if isinstance(group, dict) else {}


def _under(at: Location, data: Any, *keys: str) -> Iterator[tuple[Location, Any]]:
    for key in keys:
        if isinstance(data, dict) and isinstance(data.get(key), dict):
            yield (*at, key), data[key]


def _walked(raw: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The parts of a condition that can be read; nothing of one that cannot, which is a fault of its shape."""
    try:
        yield from walk(parse(raw))
    except ConditionFaults:
        return

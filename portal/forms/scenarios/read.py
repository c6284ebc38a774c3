"""From the text of a file of scenarios to its parts, and whether what they name is there: every fault at once, with line and column.

The vocabulary is closed, as that of definitions is. Papers, moves and documents are judged where the council is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from portal.errors import PortalError
from portal.forms.condition_tree import nearest
from portal.forms.model import FormDefinition
from portal.forms.part_reader import PartReader
from portal.forms.paths import split_item_path, split_path
from portal.forms.scenarios.model import (
    DocumentText,
    Expectation,
    ExpectedProblem,
    NextStep,
    Scenario,
    ScenarioFile,
    ScenarioParts,
)
from portal.forms.yaml_text import Fault, Location, YamlFaults, read

_ID = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")


class ScenarioFaults(PortalError):
    """A text is no file of scenarios for its form; `faults` holds everything found wrong, in order of place."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = sorted(faults)
        super().__init__("\n".join(f"{each.file}:{each.line}:{each.column}: {each.code} {each.message}" for each in self.faults))


def read_scenarios(text: str, source: str) -> ScenarioFile:
    """The scenarios in this text. Raises ScenarioFaults with every fault of form."""
    try:
        yaml = read(text, source)
    except YamlFaults as wrong:
        raise ScenarioFaults(wrong.faults) from wrong
    reader = _FileReader(yaml)
    parts = reader.file()
    if parts is None or reader.faults:
        raise ScenarioFaults(reader.faults)
    return ScenarioFile(parts, yaml)


def faults_of(file: ScenarioFile, definition: FormDefinition) -> list[Fault]:
    """What the scenarios name and the form has not: pages, questions, other scenarios."""
    found = [file.yaml.fault(("form",), "other_form", f"these are scenarios of {file.parts.form!r}, not of {definition.id!r}")] if file.parts.form != definition.id else []
    known: list[str] = []
    for scenario in file.parts.scenarios:
        found += _of_scenario(file, scenario, definition, known)
        known.append(scenario.id)
    return sorted(found)


class _FileReader(PartReader):
    """Reads the parts of one file, collecting every fault."""

    def file(self) -> ScenarioParts | None:
        data = self.yaml.data
        if not isinstance(data, dict):
            self.fault((), "shape", "is no file of scenarios: it is a mapping that starts with `schema: 1`")
            return None
        if data.get("schema", 1) != 1:
            self.fault(("schema",), "schema", f"has schema {data['schema']!r}; this portal reads schema 1")
        self.day(data.get("today"), ("today",))
        parts = self.part(ScenarioParts, data, (), made={"scenarios": self.each("scenarios", data, self.scenario)})
        if parts is not None and not parts.scenarios and not self.faults:
            self.fault(("scenarios",), "no_scenarios", "has no scenario: a file of scenarios holds one at least")
        return parts

    def scenario(self, data: Any, at: Location) -> Scenario | None:
        made: dict[str, Any] = {}
        if isinstance(data, dict):
            if "expect" in data:
                made["expect"] = self.expectation(data["expect"], (*at, "expect"))
            if "today" in data:
                self.day(data["today"], (*at, "today"))
        return self.part(Scenario, data, at, made=made)

    def expectation(self, data: Any, at: Location) -> Expectation | None:
        made: dict[str, Any] = {}
        if isinstance(data, dict):
            if "problems" in data:
                made["problems"] = self.each("problems", data, lambda each, place: self.part(ExpectedProblem, each, place), at)
            if "next" in data:
                made["next"] = self.part(NextStep, data["next"], (*at, "next"))
            if isinstance(data.get("documents"), dict):
                documents = {name: self.part(DocumentText, each, (*at, "documents", name)) for name, each in data["documents"].items()}
                made["documents"] = None if None in documents.values() else documents
        return self.part(Expectation, data, at, made=made)

    def day(self, value: Any, at: Location) -> None:
        """A day in quotes, as it stands in answers."""
        if not isinstance(value, str):
            return
        try:
            date.fromisoformat(value)
        except ValueError:
            self.fault(at, "wrong_value", f"{value!r} is no day; write one such as \"2026-05-04\"")


def _of_scenario(file: ScenarioFile, scenario: Scenario, definition: FormDefinition, known: list[str]) -> Iterator[Fault]:
    def fault(at: Location, code: str, message: str) -> Fault:
        return file.fault(scenario, at, code, message)

    if not _ID.match(scenario.id):
        yield fault(("id",), "bad_id", f"the id {scenario.id!r} must be snake_case: small letters, digits and _, a letter first, at most 60")
    if scenario.id in known:
        yield fault(("id",), "duplicate_id", f"the id {scenario.id!r} is that of another scenario")
    if not scenario.name.strip():
        yield fault(("name",), "missing_name", "has no name: say in plain words what this scenario protects")
    if scenario.source and scenario.answers:
        yield fault(("answers",), "two_sources", "has both `from` and `answers`: keep one of them, and change it under `set`")
    if scenario.source and not scenario.source.endswith(".json") and scenario.source not in known:
        yield fault(("from",), "unknown_scenario", f"{scenario.source!r} is no example (.json) and no scenario above this one{nearest(scenario.source, known)}")
    for at, message in _unknown_names(scenario, definition):
        yield fault(at, "unknown_name", message)


def _unknown_names(scenario: Scenario, definition: FormDefinition) -> Iterator[tuple[Location, str]]:
    """Pages, questions and items that a scenario names and the form has not, with their places."""
    expect, index = scenario.expect, definition.index
    for key, ids, wanted in (
        ("pages", expect.pages, ""),
        ("seen", expect.seen, ""),
        ("not_seen", expect.not_seen, ""),
        ("interrupts", expect.interrupts, "interrupt"),
        ("stop", (expect.stop,) if expect.stop else (), "stop"),
    ):
        known = [page.id for page in definition.pages if not wanted or page.type == wanted]
        for place, page in enumerate(ids):
            if page not in known:
                at = ("expect", key) if key == "stop" else ("expect", key, place)
                yield at, f"{page!r} is no {f'page of type {wanted}' if wanted else 'page'} of {definition.id}{nearest(page, known)}"
    named: list[tuple[Location, str, Callable[[str], bool]]] = []
    named += [(("expect", key, place), path, _is_answer) for key in ("asked", "not_asked") for place, path in enumerate(getattr(expect, key))]
    named += [(("expect", "problems", place, "at"), each.at, _is_answer) for place, each in enumerate(expect.problems)]
    named += [(("set", path), path, _is_answer) for path in scenario.changes]
    named += [(("leave_out", place), path, lambda path: _is_answer(path) or _is_item(path)) for place, path in enumerate(scenario.leave_out)]
    for at, path, fits in named:
        if not fits(path):
            yield at, f"{path!r} is no path: write question, or repeat.item.question"
            continue
        names = path.split(".")[::2]
        unknown = next((name for name in names if name not in index.questions and name not in index.repeats), None)
        if unknown:
            yield at, f"{unknown!r} is no question and no repeat of {definition.id}{nearest(unknown, [*index.questions, *index.repeats])}"
        elif len(names) > 1 and not _is_item(path) and tuple(names[:-1]) != _chain(definition, names[-1]):
            yield at, f"{names[-1]!r} does not stand in {'.'.join(names[:-1])}"


def _chain(definition: FormDefinition, name: str) -> tuple[str, ...]:
    """The repeats that the items of a question, or a repeat itself, stand in."""
    index = definition.index
    return index.chain_of_question(name) if name in index.questions else index.chain(name)[:-1]


def _is_answer(path: str) -> bool:
    return _reads(split_path, path)


def _is_item(path: str) -> bool:
    return _reads(split_item_path, path)


def _reads(split: Callable[[str], Any], path: str) -> bool:
    try:
        split(path)
    except ValueError:
        return False
    return True

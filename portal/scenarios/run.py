"""Runs the scenarios of a form: each one's differences, the branches of the form that none of them takes, and the comparisons never seen both ways.

The publishing page, the command line and the tests all come here.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.councils.check_scenarios import faults_of
from portal.councils.library import Council
from portal.councils.moves import Answered
from portal.errors import PortalError
from portal.forms.answers import visible
from portal.forms.answers_json import read_answers_json
from portal.forms.conditions import Facts
from portal.forms.model import FormDefinition
from portal.forms.scenarios.answers import Examples, answers_of
from portal.forms.scenarios.branches import Branch, Key, branches_of, leaf_branches_of
from portal.forms.scenarios.model import Scenario, ScenarioFile
from portal.forms.scenarios.play import differences, play
from portal.forms.scenarios.read import ScenarioFaults, read_scenarios
from portal.forms.yaml_text import Fault
from portal.scenarios.files import examples_of
from portal.scenarios.outcome import Consequences


@dataclass(frozen=True)
class ScenarioResult:
    """One scenario: the line it begins on, and in plain words all that came out otherwise than expected (nothing when it passed)."""

    id: str
    name: str
    line: int
    differences: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.differences


@dataclass(frozen=True)
class Uncovered:
    """A branch of the form, or one way of a comparison, that no scenario takes: where it stands in the form's file, and what never happens."""

    file: str
    line: int
    column: int
    words: str


@dataclass(frozen=True)
class Report:
    """What came of all scenarios of a form. `leaves` counts both ways of each comparison that stands beside others; `unseen` are those never met."""

    form_id: str
    title: str
    results: tuple[ScenarioResult, ...]
    branches: int
    uncovered: tuple[Uncovered, ...]
    leaves: int = 0
    unseen: tuple[Uncovered, ...] = ()

    @property
    def failed(self) -> tuple[ScenarioResult, ...]:
        """The scenarios that did not pass."""
        return tuple(each for each in self.results if not each.passed)

    @property
    def taken(self) -> int:
        """How many branches were taken."""
        return self.branches - len(self.uncovered)

    @property
    def percent(self) -> float:
        """The share of the branches that were taken, rounded down to a tenth, so that only all of them make 100; 0 without scenarios."""
        return self._share(self.taken, self.branches)

    @property
    def seen(self) -> int:
        """How many ways of comparisons were met."""
        return self.leaves - len(self.unseen)

    @property
    def leaf_percent(self) -> float:
        """Their share, rounded in the same way; 100 where no condition has two comparisons."""
        return self._share(self.seen, self.leaves)

    def _share(self, met: int, all_: int) -> float:
        if not self.results:
            return 0.0
        return 100.0 if met == all_ else met * 1000 // all_ / 10

    @property
    def is_sound(self) -> bool:
        """Whether there are scenarios, every one passed and every branch was taken."""
        return bool(self.results) and not self.failed and not self.uncovered


def try_text(council: Council, definition: FormDefinition, text: str, source: str) -> Report:
    """Run the scenarios in a text; with an empty one, every branch is uncovered. Raises ScenarioFaults with everything wrong with the text."""
    if not text.strip():
        return _report(definition, (), set())
    return run_scenarios(council, definition, read_scenarios(text, source))


def names_of(text: str) -> list[str]:
    """What the scenarios in a text protect, each in its own words; none for an empty one. Raises ScenarioFaults."""
    return [each.name for each in read_scenarios(text, "the scenarios").parts.scenarios] if text.strip() else []


def run_scenarios(council: Council, definition: FormDefinition, file: ScenarioFile) -> Report:
    """Run the scenarios of a form, which need not be the one in the council's pack. Raises ScenarioFaults with everything wrong with the file."""
    faults = faults_of(file, council, definition)
    if faults:
        raise ScenarioFaults(faults)
    running = _Running(council, definition, file)
    results: list[ScenarioResult] = []
    for scenario in file.parts.scenarios:
        try:
            results.append(running.result(scenario))
        except ScenarioFaults as wrong:
            faults += wrong.faults
    if faults:
        raise ScenarioFaults(faults)
    return _report(definition, tuple(results), running.taken)


class _Running:
    """Runs one scenario after the other and gathers the branches they take."""

    def __init__(self, council: Council, definition: FormDefinition, file: ScenarioFile):
        self.council = council
        self.definition = definition
        self.file = file
        self.examples: Examples = examples_of(council)
        self.taken: set[Key] = set()

    def result(self, scenario: Scenario) -> ScenarioResult:
        facts = Facts(self.file.day_of(scenario), frozenset(scenario.roles), self.council.service.facts | scenario.facts, test_numbers=True)
        played = play(self.definition, answers_of(self.file, scenario, self.definition, facts, self.examples), facts)
        self.taken |= played.taken
        papers = {name: self._paper(scenario, name, facts) for name in scenario.papers}
        told = [*differences(scenario.expect, played), *Consequences(self.council, played, papers).differences(scenario)]
        return ScenarioResult(scenario.id, scenario.name, self.file.line_of(scenario), tuple(told))

    def _paper(self, scenario: Scenario, name: str, facts: Facts) -> Answered:
        definition = self.council.forms()[self.council.papers[name].form]
        try:
            answers, _ = read_answers_json(definition, self.examples(scenario.papers[name]), facts)
        except PortalError as wrong:
            raise ScenarioFaults([self.file.fault(scenario, ("papers", name), "unknown_example", wrong.message)]) from wrong
        return Answered(definition, visible(definition, answers, facts).answers, facts)


def _report(definition: FormDefinition, results: tuple[ScenarioResult, ...], taken: set[Key]) -> Report:
    branches, leaves = branches_of(definition), leaf_branches_of(definition)
    return Report(definition.id, definition.title, results, len(branches), _missed(definition, branches, taken), len(leaves), _missed(definition, leaves, taken))


def _missed(definition: FormDefinition, branches: list[Branch], taken: set[Key]) -> tuple[Uncovered, ...]:
    places: list[Fault] = [
        definition.fault(branch.at, "uncovered", branch.words, of_key=branch.at[-1] in ("when", "required", "where")) for branch in branches if branch.key not in taken
    ]
    return tuple(Uncovered(each.file, each.line, each.column, each.message) for each in sorted(places))

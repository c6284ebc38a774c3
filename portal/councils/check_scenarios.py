"""What scenarios of a form name of its council: papers, moves, stages, teams, roles and documents. Every fault with its place; nothing is played here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from portal.councils.library import Council
from portal.forms.condition_tree import nearest
from portal.forms.load import DefinitionFaults, text_of_file
from portal.forms.model import FormDefinition
from portal.forms.scenarios.model import NextStep, Scenario, ScenarioFile
from portal.forms.scenarios.read import ScenarioFaults, read_scenarios
from portal.forms.scenarios.read import faults_of as faults_in_form
from portal.forms.yaml_text import Fault, Location

ENDING = ".tests.yaml"
NO_MOVE = "none"

Unknown = tuple[Location, str]


def beside(form: Path) -> Path:
    """The file of scenarios that belongs to the file of a form; it need not be there."""
    return form.with_name(f"{form.stem}{ENDING}")


def faults_beside(form: Path, council: Council, definition: FormDefinition) -> list[Fault]:
    """Everything wrong with the scenarios beside a form's file; nothing where there are none."""
    path = beside(form)
    if not path.is_file():
        return []
    try:
        return faults_of(read_scenarios(text_of_file(path), str(path)), council, definition)
    except (ScenarioFaults, DefinitionFaults) as wrong:
        return wrong.faults


def faults_of(file: ScenarioFile, council: Council, definition: FormDefinition) -> list[Fault]:
    """Everything that scenarios name and neither form nor council has."""
    found = faults_in_form(file, definition)
    for scenario in file.parts.scenarios:
        found += [file.fault(scenario, at, "unknown_name", message) for at, message in _unknown(scenario, council, definition)]
    return sorted(found)


def _unknown(scenario: Scenario, council: Council, definition: FormDefinition) -> Iterator[Unknown]:
    papers = [rule.id for rule in council.papers if rule.form == definition.id]
    expect = scenario.expect
    for name in scenario.papers:
        yield from _not_among(("papers", name), name, "paper of workflow.yaml", council.papers.ids)
    for role in scenario.roles:
        yield from _not_among(("roles",), role, "role of roles.yaml", council.roles.ids)
    if expect.next is not None:
        yield from _next(expect.next, council, papers)
    documents = [name for rule in council.documents if rule.paper in papers for name in (rule.id, *(f"{rule.id}.{copy.id}" for copy in rule.copies))]
    for key, names in (("documents", expect.documents), ("no_documents", expect.no_documents)):
        for place, name in enumerate(names):
            yield from _not_among(("expect", key, name if key == "documents" else place), name, f"document of {definition.id} in documents.yaml", documents)


def _next(step: NextStep, council: Council, papers: Sequence[str]) -> Iterator[Unknown]:
    at: Location = ("expect", "next")
    if step.paper:
        yield from _not_among((*at, "paper"), step.paper, "paper with this form", papers)
    elif len(papers) != 1:
        yield at, f"needs `paper`: this form is used for {', '.join(papers) or 'no paper'}"
    for key, name in (("at", step.at), ("stage", step.stage)):
        if name:
            yield from _not_among((*at, key), name, "stage of workflow.yaml", council.stages.ids)
    if step.move and step.move != NO_MOVE:
        yield from _not_among((*at, "move"), step.move, "move of workflow.yaml", council.transitions.ids)
    if step.team:
        yield from _not_among((*at, "team"), step.team, "team of teams.yaml", council.teams.ids)
    if step.level:
        yield from _not_among((*at, "level"), step.level, "level of service.yaml", [level.id for level in council.service.levels])
    paper = council.papers.get(step.paper or (papers[0] if len(papers) == 1 else ""))
    if paper is None:
        return
    if paper.kind == "request" and (step.at or step.move):
        yield at, "a request opens an episode: leave out `at` and `move`"
    if paper.kind != "request" and not step.at:
        yield at, "needs `at`: the stage at which this paper comes"


def _not_among(at: Location, name: str, what: str, known: Sequence[str]) -> Iterator[Unknown]:
    if name not in known:
        yield at, f"{name!r} is no {what}{nearest(name, list(known))}"

"""What stands between a checked form and its publication: Word templates that would no longer fit, scenarios that fail, and too little tried.

Every way of publishing comes here: the command, the page of staff, and a start that finds a changed file. The form's own faults are `forms.check`;
what becomes of drafts is `submissions.new_version`.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.councils.check_scenarios import ENDING
from portal.councils.library import Council
from portal.councils.service_model import Publishing
from portal.documents.form_templates import template_faults
from portal.documents.merge_data import BindingBroken, shape
from portal.documents.template_in_use import file_in_use
from portal.errors import PortalError
from portal.forms.load import DefinitionFaults
from portal.forms.model import FormDefinition
from portal.forms.scenarios.read import ScenarioFaults
from portal.forms.yaml_text import Fault
from portal.scenarios.files import scenarios_beside, text_beside
from portal.scenarios.run import Report, try_text
from portal.word.check import check, errors

UNPRINTABLE = "documents"
FAILED, UNTRIED, UNSEEN, NONE = "scenario_failed", "branch_untried", "comparison_unseen", "no_scenarios"
HELD_BACK = (FAILED, UNTRIED, UNSEEN, NONE)
"""Codes of what scenarios say, beside the codes of faults in the files themselves."""


def demanded(council: Council) -> Publishing:
    """What the council asks scenarios to prove."""
    return council.service.publishing


def in_the_way(council: Council, definition: FormDefinition, scenarios: str | None = None, source: str = "") -> list[Fault]:
    """Everything that keeps this form from being published; nothing when it may be.

    `scenarios` is the text of its scenarios, those of the pack without it; `source` names where that text stands.
    """
    found = template_faults(council, definition) or list(_unprintable(council, definition))
    try:
        if scenarios is None:
            known = definition.id in council.form_ids()
            scenarios, source = (text_beside(council, definition.id), str(scenarios_beside(council, definition.id))) if known else ("", "")
        source = source or f"{definition.id}{ENDING}"
        report = try_text(council, definition, scenarios, source)
    except (ScenarioFaults, DefinitionFaults) as wrong:
        return [*found, *wrong.faults]
    except PortalError as wrong:
        return [*found, Fault(source, 1, 1, FAILED, wrong.message)]
    return [*found, *_unproven(report, demanded(council), source)]


def _unprintable(council: Council, definition: FormDefinition) -> Iterator[Fault]:
    """What else breaks documents that draw on this form: a binding to what is gone, a template that cannot be used."""
    definitions = {paper.id: definition if paper.form == definition.id else council.form(paper.form) for paper in council.papers}
    papers = {paper.id for paper in council.papers if paper.form == definition.id}
    for rule in (rule for rule in council.documents if papers & rule.papers):
        try:
            fields = shape(rule, council, definitions)
        except BindingBroken as wrong:
            yield definition.fault(("id",), UNPRINTABLE, wrong.message)
            continue
        for name in rule.own_templates:
            path = str(council.template_path(name))
            yield from (Fault(path, 1, 1, UNPRINTABLE, str(finding)) for finding in errors(check(file_in_use(council, name), fields)))


def _unproven(report: Report, rule: Publishing, source: str) -> Iterator[Fault]:
    if not report.results:
        if rule.branches or rule.leaves:
            yield Fault(source, 1, 1, NONE, "no scenario says what this form is held to: write some beside it, or let the council's service.yaml ask for none")
        return
    for one in report.failed:
        yield from (Fault(source, one.line, 1, FAILED, f"“{one.name}”: {difference}") for difference in one.differences)
    if report.percent < rule.branches:
        yield from (Fault(each.file, each.line, each.column, UNTRIED, f"no scenario tries this: {each.words}") for each in report.uncovered)
    if report.leaf_percent < rule.leaves:
        yield from (Fault(each.file, each.line, each.column, UNSEEN, f"no scenario tries this: {each.words}") for each in report.unseen)

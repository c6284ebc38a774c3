"""The door to a form's scenarios: what the form is held to, and a button that tries them on the form as its file stands. Changes nothing."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.access import needs
from portal.forms.load import DefinitionFaults
from portal.forms.scenarios.read import ScenarioFaults
from portal.publishing.in_force import council_in_force, form_of_council
from portal.scenarios import Report, names_of, text_beside, try_text

doors = Blueprint("scenarios", __name__, url_prefix="/forms-and-rules")


@doors.get("/<slug:form_id>/scenarios")
@needs("definition.view", form_of_council)
def scenarios(form_id: str) -> str:
    """What the scenarios of a form protect."""
    return _page(form_id)


@doors.post("/<slug:form_id>/scenarios")
@needs("definition.view", form_of_council)
def try_scenarios(form_id: str) -> str:
    """The same, tried: what passed, what came out otherwise, and what no scenario covers."""
    return _page(form_id, is_tried=True)


def _page(form_id: str, *, is_tried: bool = False) -> str:
    council = council_in_force()
    report: Report | None = None
    names: list[str] = []
    faults: list[str] = []
    try:
        definition, text = council.form(form_id), text_beside(council, form_id)
        names = names_of(text)
        report = try_text(council, definition, text, f"{form_id}.tests.yaml") if is_tried else None
    except (ScenarioFaults, DefinitionFaults) as wrong:
        faults = [f"{each.file.rpartition('/')[2]}, line {each.line}, column {each.column}: {each.message}" for each in wrong.faults]
    title = council.forms()[form_id].title
    return render_template("publishing/scenarios.html", form_id=form_id, title=title, names=names, report=report, faults=faults)

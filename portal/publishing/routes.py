"""The door of what is in force: the forms, Word templates and rules of the council with their versions. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template

from portal.access import needs
from portal.publishing import ledger, replay_routes, scenario_routes, version_routes
from portal.publishing.in_force import council_in_force

blueprint = Blueprint("publishing", __name__, url_prefix="/forms-and-rules")
BLUEPRINTS = (blueprint, scenario_routes.doors, version_routes.doors, replay_routes.doors)
KINDS = {"form": "Forms", "template": "Word templates", "council": "Rules of the council"}


@dataclass(frozen=True)
class Version:
    """What is in force, in words. `mark` is the start of its content's SHA-256, to compare two installations by; `form_id` only a form has."""

    title: str
    file: str
    number: int
    since: datetime
    mark: str
    form_id: str = ""


@blueprint.get("")
@needs("definition.view")
def in_force() -> str:
    """Everything published that is in force now, by kind."""
    groups = {title: [_version(kind, one) for one in ledger.in_force(kind, council_in_force().id)] for kind, title in KINDS.items()}
    return render_template("publishing/in_force.html", groups=groups)


def _version(kind: str, one: ledger.PublishedVersion) -> Version:
    file = one.name.rpartition("/")[2]
    form = council_in_force().forms().get(file) if kind == "form" else None
    return Version(form.title if form else file, file, one.number, one.published_at, one.sha256[:12], form.id if form else "")

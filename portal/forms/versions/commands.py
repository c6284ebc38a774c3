"""`portal forms replay`: the time machine on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import click

from portal.command_line import council_option, in_app, stop
from portal.forms.load import DefinitionFaults, load_definition, text_of_file
from portal.forms.model import FormDefinition
from portal.forms.versions.replay_report import Report


@click.command("replay")
@council_option
@click.argument("form_id", metavar="FORM")
@click.option("--with", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE.yaml", help="The changed definition.")
@click.option("--limit", type=click.IntRange(min=0), default=0, help="Only so many, the newest first (default: all).")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="json is for machines.")
@click.option("--references", is_flag=True, help="Name some references for each count. For people who may see the records.")
@in_app
def replay(council: str, form_id: str, file: Path, limit: int, shape: str, references: bool) -> None:
    """Lead what was sent, and open drafts, through a changed definition before it is published: who would have been asked what.

    Exit status 1 when a question can never be asked, or was asked before and would be asked of nobody. Progress is told on standard error.

    \b
    Example:  portal forms replay closure_review --with closure_review.yaml --council hackney
    """
    from portal.submissions.replaying import replay_stored  # the database is needed by this command alone

    found = replay_stored(_changed(form_id, file), limit=limit, progress=_tell)
    if shape == "json":
        click.echo(json.dumps(found.data(references=references), indent=1, ensure_ascii=False))
    else:
        for line in found.lines(references=references):
            click.echo(line)
    _stop_at_alarms(found)


def _changed(form_id: str, file: Path) -> FormDefinition:
    from portal.publishing.in_force import council_in_force

    pack = council_in_force()
    try:
        definition = load_definition(pack.completed(text_of_file(file)), source=str(file), shared_lists=pack.shared_lists)
    except DefinitionFaults as wrong:
        stop("\n".join(f"{fault.file}:{fault.line}:{fault.column}: {fault.code} {fault.message}" for fault in wrong.faults))
    if definition.id != form_id:
        stop(f"{file} is a definition of {definition.id!r}, not of {form_id!r}")
    return definition


def _tell(done: int, all_: int) -> None:
    click.echo(f"{done:,} of {all_:,}", err=True)


def _stop_at_alarms(found: Report) -> None:
    if found.grave:
        stop(f"{len(found.grave)} {'question or condition' if len(found.grave) == 1 else 'questions or conditions'} would be dead or out of reach; see ALARM above.")


COMMANDS = (replay,)

"""`portal forms schema`, `format-schema`, `map` and `sample`: what is made from a definition, on standard output."""

from __future__ import annotations

import json
from typing import Any

import click

from portal.command_line import council_option, stop
from portal.councils import library
from portal.councils.load import CouncilFaults
from portal.errors import PortalError
from portal.forms.derived.answers_schema import answers_schema
from portal.forms.derived.format_schema import format_schema
from portal.forms.model import FormDefinition

path_option = click.option(
    "--path", "folder", metavar="FOLDER", envvar="PORTAL_COUNCIL_PATH", default="", help="A council's pack in one folder: council/ forms/ documents/ demo/."
)


@click.command("schema")
@council_option
@path_option
@click.argument("form_id", metavar="FORM")
def schema(council: str, folder: str, form_id: str) -> None:
    """Print the JSON Schema of the answers to a form, for systems that send them.

    \b
    Example:  portal forms schema closure_review --council hackney
    """
    _print(answers_schema(form_of(council, folder, form_id)))


@click.command("format-schema")
def schema_of_the_format() -> None:
    """Print the JSON Schema of form definitions, with which editors complete keys and mark wrong ones (also docs/reference/form-format.schema.json).

    \b
    Example:  portal forms format-schema
    """
    _print(format_schema())


def form_of(council: str, folder: str, form_id: str) -> FormDefinition:
    """A form of a council's pack; ends the command where there is none, or its file has faults."""
    try:
        return library.council(council, folder or None).form(form_id)
    except CouncilFaults as wrong:
        stop("\n".join(str(fault) for fault in wrong.faults))
    except PortalError as error:
        stop(error.message)


def _print(data: Any) -> None:
    click.echo(json.dumps(data, indent=1, ensure_ascii=False))


COMMANDS = (schema, schema_of_the_format)

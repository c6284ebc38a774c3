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
from portal.forms.derived.form_map import form_map
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
    _print(answers_schema(form_of(pack_of(council, folder), form_id)))


@click.command("format-schema")
def schema_of_the_format() -> None:
    """Print the JSON Schema of form definitions, with which editors complete keys and mark wrong ones (also docs/reference/form-format.schema.json).

    \b
    Example:  portal forms format-schema
    """
    _print(format_schema())


@click.command("map")
@council_option
@path_option
@click.argument("form_id", metavar="FORM")
def map_in_words(council: str, folder: str, form_id: str) -> None:
    """Print the map of a form in plain words (Markdown): pages in order, questions, when they are shown, what must be answered.

    \b
    Example:  portal forms map closure_review --council hackney
    """
    pack = pack_of(council, folder)
    roles = {role.id: role.title for role in pack.roles}
    click.echo(form_map(form_of(pack, form_id), roles), nl=False)


def pack_of(council: str, folder: str) -> library.Council:
    """A council's pack; ends the command where it cannot be read."""
    try:
        return library.council(council, folder or None)
    except CouncilFaults as wrong:
        stop("\n".join(str(fault) for fault in wrong.faults))
    except PortalError as error:
        stop(error.message)


def form_of(pack: library.Council, form_id: str) -> FormDefinition:
    """A form of a pack; ends the command where there is none, or its file has faults."""
    try:
        return pack.form(form_id)
    except PortalError as error:
        stop(error.message)


def _print(data: Any) -> None:
    click.echo(json.dumps(data, indent=1, ensure_ascii=False))


COMMANDS = (schema, schema_of_the_format, map_in_words)

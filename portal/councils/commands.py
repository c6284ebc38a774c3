"""`portal council`: check a council's pack and list the packs there are. Needs no database."""

from __future__ import annotations

from typing import Any

import click

from portal.command_line import council_option, stop
from portal.councils import library
from portal.councils.check import faults
from portal.councils.check_printed import undecided
from portal.councils.check_sensitivity import may_tell
from portal.councils.load import CouncilFaults
from portal.errors import PortalError

path_option = click.option(
    "--path", metavar="FOLDER", envvar="PORTAL_COUNCIL_PATH", default="", help="A pack in one folder: council/ forms/ documents/ demo/."
)


@click.group()
def council() -> None:
    """A council's pack: its workflow, roles, clocks, lists, forms and Word templates."""


@council.command("check")
@council_option
@path_option
def check(council: str, path: str) -> None:
    """Check that all files of a pack can be read and fit each other.

    Prints every fault with file, line and column; exit status 1 when there is one. A question that a document neither
    prints nor names under `not_printed` is told as well, and so is an answer that a copy leaves out and on which it hangs
    whether something else is asked that the copy prints. Neither is a fault.

    \b
    Example:  portal council check --council hackney
    """
    try:
        pack = library.council(council, path or None)
        found = faults(pack)
    except CouncilFaults as wrong:
        found = wrong.faults
    except PortalError as error:
        stop(error.message)
    if found:
        _stop_with(found)
    for told in (*undecided(pack), *may_tell(pack)):
        click.echo(str(told))
    click.echo(f"{pack.name}: {_counted(pack)}. Everything fits.")


@council.command("list")
def list_packs() -> None:
    """List the packs that come with the portal.

    \b
    Example:  portal council list
    """
    for name in library.names():
        click.echo(name)


def _stop_with(found: list[Any]) -> None:
    for fault in found:
        click.echo(str(fault), err=True)
    stop(f"{len(found)} {'fault' if len(found) == 1 else 'faults'}. Put each right and check again.")


def _counted(pack: library.Council) -> str:
    counts = {
        "stages": pack.stages, "papers": pack.papers, "moves": pack.transitions, "clocks": pack.clocks, "teams": pack.teams,
        "roles": pack.roles, "documents": pack.documents, "e-mails": pack.notices, "lists": pack.lists, "forms": pack.form_ids(),
    }  # fmt: skip
    return ", ".join(f"{len(things)} {name}" for name, things in counts.items())

"""`portal retention`: list what is past its term, erase it, and hold a family's records."""

from __future__ import annotations

import click

from portal import timekeeping
from portal.command_line import council_option, in_app, stop
from portal.db import db
from portal.families import holds
from portal.retention.due import ANSWERS, Due, due, family_to_hold
from portal.retention.run import GRACE, erase_with_files


@click.group()
def retention() -> None:
    """How long records are kept: what is past its term, erasing it, and holds."""


@retention.command("list")
@council_option
@in_app
def list_due(council: str) -> None:
    """List what is past its term and would be erased. Nothing is changed.

    Without a hold each is erased by the daily work 30 days after its term ended, or at once by portal retention apply.

    \b
    Example:  portal retention list --council hackney
    """
    found = list(due(timekeeping.now()))
    for one in found:
        click.echo(words_of(one))
    held = sum(one.is_held for one in found)
    click.echo(f"{len(found):,} past their term, {held:,} of them held. Nothing was changed.")


@retention.command("apply")
@council_option
@click.option("--yes", is_flag=True, help="Erase without asking.")
@in_app
def apply(council: str, yes: bool) -> None:
    """Erase at once what is past its term. This cannot be undone. The bytes of files go with the worker's next work.

    \b
    Example:  portal retention apply --yes --council hackney
    """
    found = [one for one in due(timekeeping.now()) if not one.is_held]
    for one in found:
        click.echo(words_of(one))
    db.session.rollback()  # nobody waits for the answer, and what is done meanwhile is seen
    if found and not yes:
        click.confirm(f"Erase {len(found):,} for good?", abort=True)
    gone = sum(erase_with_files(one) for one in found)
    click.echo(f"{gone:,} erased.")
    if gone < len(found):
        click.echo(f"{len(found) - gone:,} kept: a hold was placed or support began again meanwhile.")


@retention.command("hold")
@council_option
@click.argument("reference")
@click.option("--reason", required=True, help="Why the records must be kept, such as an inquiry. Name nobody.")
@in_app
def hold(council: str, reference: str, reason: str) -> None:
    """Keep everything about the family with this REFERENCE, however old, until the hold is lifted.

    \b
    Example:  portal retention hold RFS-7K3M-9PXC --reason "National inquiry" --council hackney
    """
    made = holds.place(_family_of(reference), reason, by_label="command line")
    click.echo(f"Held. Its records are kept until the hold {made.id} is lifted.")


@retention.command("lift")
@council_option
@click.argument("reference")
@click.option("--reason", required=True, help="Why the hold is lifted.")
@in_app
def lift(council: str, reference: str, reason: str) -> None:
    """Lift every hold on the family with this REFERENCE, so that the terms of its records count again.

    \b
    Example:  portal retention lift RFS-7K3M-9PXC --reason "The inquiry has ended" --council hackney
    """
    standing = holds.of_family(_family_of(reference))
    for one in standing:
        holds.lift(one, reason, by_label="command line")
    click.echo(f"{len(standing)} {'hold' if len(standing) == 1 else 'holds'} lifted.")


def words_of(one: Due) -> str:
    """One line of the list: reference, what, since when, and whether it is held."""
    what = f"answers to {', '.join(one.questions)}" if one.kind == ANSWERS else one.kind
    held = ", held" if one.is_held else f", erased by the daily work on {timekeeping.show_date(one.ended + GRACE)}"
    return f"{one.reference}  {what}, term ended {timekeeping.show_date(one.ended)}{held}"


def _family_of(reference: str) -> str:
    family_id = family_to_hold(reference.strip().upper())
    if family_id is None:
        stop(f"No family has support under the reference {reference!r}.")
    return family_id

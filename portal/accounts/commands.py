"""`portal users …`: accounts from the command line, for whoever runs the machine."""

from __future__ import annotations

import click

from portal.accounts import reset
from portal.accounts import users as accounts
from portal.accounts.models import User
from portal.accounts.roles import roles_on_file
from portal.command_line import council_option, in_app
from portal.settings import current_settings


@click.group()
def users() -> None:
    """People who sign in: add, list, disable, and make links to set a password."""


@users.command("add")
@council_option
@click.option("--name", required=True, help="The person's name.")
@click.option("--email", required=True, help="The address they sign in with.")
@click.option("--role", "roles", multiple=True, required=True, help="A role of the council's roles.yaml; may be repeated.")
@click.option("--team", "teams", multiple=True, help="A team of the council's teams.yaml; may be repeated.")
@in_app
def add(council: str, name: str, email: str, roles: tuple[str, ...], teams: tuple[str, ...]) -> None:
    """Add an account and print a link to set its password.

    \b
    Example:  portal users add --council NAME --name "Ada Example" --email ada@example.org --role administrator
    """
    user = accounts.add(accounts.Details(name, email, roles, teams))
    click.echo(f"Added {user.name} ({user.email}).")
    _print_link(user)


@users.command("list")
@council_option
@in_app
def list_all(council: str) -> None:
    """List accounts with their roles and teams, and the roles there are.

    \b
    Example:  portal users list --council NAME
    """
    for user in accounts.everyone():
        state = "disabled" if user.disabled_at else "in use"
        click.echo(f"{user.email}\t{user.name}\t{state}\troles: {', '.join(sorted(user.roles))}\tteams: {', '.join(user.teams) or 'none'}")
    click.echo(f"Roles of this council: {', '.join(roles_on_file())}", err=True)


@users.command("disable")
@council_option
@click.argument("email")
@in_app
def disable(council: str, email: str) -> None:
    """Let somebody sign in no more; their sessions end at once.

    \b
    Example:  portal users disable --council NAME ada@example.org
    """
    user = accounts.with_email(email)
    accounts.disable(user)
    click.echo(f"{user.name} can sign in no more.")


@users.command("enable")
@council_option
@click.argument("email")
@in_app
def enable(council: str, email: str) -> None:
    """Let somebody sign in again.

    \b
    Example:  portal users enable --council NAME ada@example.org
    """
    user = accounts.with_email(email)
    accounts.enable(user)
    click.echo(f"{user.name} can sign in again.")


@users.command("link")
@council_option
@click.argument("email")
@in_app
def link(council: str, email: str) -> None:
    """Print a link with which somebody sets a password.

    \b
    Example:  portal users link --council NAME ada@example.org
    """
    _print_link(accounts.with_email(email))


@users.command("reset-second-step")
@council_option
@click.argument("email")
@in_app
def reset_second_step(council: str, email: str) -> None:
    """Let somebody who lost their telephone set the authenticator app up again.

    \b
    Example:  portal users reset-second-step --council NAME ada@example.org
    """
    user = accounts.with_email(email)
    accounts.reset_second_step(user)
    click.echo(f"{user.name} sets up the authenticator app again at the next sign-in.")


def _print_link(user: User) -> None:
    hours = int(reset.INVITED_WITHIN.total_seconds() // 3600)
    token = reset.make_token(user, within=reset.INVITED_WITHIN)
    if current_settings().base_url:
        click.echo(f"Give them this link to set a password within {hours} hours:\n{reset.address_of(token)}")
        return
    click.echo(f"Give them the address of this service, followed by these words, to set a password within {hours} hours:\n{reset.address_of(token)}")
    click.echo(
        f"PORTAL_BASE_URL is not set, so the service does not know its own address. Set it, for example to https://early-help.example.org, "
        f"and  portal users link {user.email}  prints the whole link.",
        err=True,
    )

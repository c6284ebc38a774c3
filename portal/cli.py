"""The `portal` command: every room's own commands, and those that run the whole."""

from __future__ import annotations

import dataclasses
import importlib
import os
import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import FlaskGroup
from sqlalchemy.orm import configure_mappers

from portal import create_app, serving
from portal.command_line import council_option, in_words, kept
from portal.db import db
from portal.settings import Settings

ROOMS = {
    "council": "portal.councils.commands:council",
    "documents": "portal.documents.commands:documents",
    "forms": "portal.forms.commands:forms",
    "retention": "portal.retention.commands:retention",
    "users": "portal.accounts.commands:users",
}
"""Command groups of the rooms, loaded when one of theirs is used: checking a form must not wait for everything else."""


class PortalCommands(FlaskGroup):
    """Flask's command group with the rooms' own groups, each imported at its first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*click.Group.list_commands(self, ctx), *ROOMS})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in ROOMS:
            module, _, attribute = ROOMS[name].partition(":")
            return getattr(importlib.import_module(module), attribute)
        return click.Group.get_command(self, ctx, name)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what stands in its way becomes words on standard error and exit status 1."""
        with in_words():
            return super().invoke(ctx)


@click.group(
    cls=PortalCommands,
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    help="The Early Help portal. Every command has --help with an example.",
)
def main() -> None:
    """The whole command line."""


main.params.clear()  # Flask's own options name another app or a file of settings; neither is read here


@main.group()
def demo() -> None:
    """The demonstration: made-up families, users of every role, requests and meetings at every stage."""


@demo.command("load", with_appcontext=False)
@council_option
def load(council: str) -> None:
    """Load the demonstration into a folder of its own, as `make run` does, without serving it. Entered data is never written over.

    \b
    Example:  portal demo load --council hackney
    """
    _prepare(create_app(_demonstration_settings(Settings.from_environment(), "127.0.0.1", 8000)))


@main.group()
def database() -> None:
    """The tables."""


@database.command("upgrade", with_appcontext=False)
@council_option
def upgrade(council: str) -> None:
    """Bring the tables to the newest migration and publish the pack's changed files.

    \b
    Example:  portal database upgrade --council hackney
    """
    from portal import start_up

    app = create_app()
    start_up.migrate(app)
    click.echo(f"Tables are up to date; {start_up.publish_shipped(app)} new versions published.")


@main.command(with_appcontext=False)
@council_option
def worker(council: str) -> None:
    """Run background jobs (e-mails, expiry) until stopped.

    \b
    Example:  portal worker --council hackney
    """
    from portal.worker import work

    work(create_app())


@main.command(with_appcontext=False)
@council_option
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", envvar="PORT", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--server", type=click.Choice(["granian", "gunicorn"]), default="granian", show_default=True, help="Web server.")
@click.option("--demonstration", is_flag=True, help="Serve the demonstration with made-up people instead of the real service.")
def serve(council: str, host: str, port: int, workers: int, server: str, demonstration: bool) -> None:
    """Serve the portal: web server and worker under one parent. A real start refuses whatever is not safe.

    \b
    Example:  portal serve --council hackney --port 8000
    """
    serving.load_quickly()
    from portal import start_up

    settings = Settings.from_environment()
    if demonstration:
        settings = _demonstration_settings(settings, host, port)
    else:
        start_up.check_real_start(settings)
    serving.check_free(host, port)
    environment = _as_environment(settings)
    os.environ.update(environment)
    sys.path.insert(0, str(serving.ROOT))
    app = importlib.import_module("wsgi").app
    serving.in_passing(lambda: _prepare_or_stop(app))
    if demonstration:
        click.echo(f"Open {settings.base_url}\nStop with Ctrl-C.\n")
    if server == "granian":
        from portal.worker import work

        configure_mappers()
        sys.exit(serving.granian_with(lambda: work(app), host, port, workers))
    portal = [sys.executable, "-m", "portal", "worker", "--council", council]
    sys.exit(serving.run_together([serving.web_command(server, host, port, workers), portal], environment))


def _demonstration_settings(settings: Settings, host: str, port: int) -> Settings:
    from portal import start_up

    folder = Path(settings.data_dir) / "demonstration"
    if host not in ("127.0.0.1", "localhost", "::1"):
        raise start_up.StartRefused(f"The demonstration has known passwords: it is served on loopback only, not on {host}.")
    return dataclasses.replace(
        settings,
        demonstration=True,
        data_dir=str(folder),
        secret_key=settings.secret_key or start_up.kept_secret(folder),
        base_url=f"http://{host}:{port}",
        mail="outbox",
        mail_from="early.help@example.org",
        allow_test_nhs_numbers=True,
    )


def _prepare_or_stop(app: Flask) -> None:
    with in_words():
        _prepare(app)


def _prepare(app: Flask) -> None:
    from portal import start_up
    from portal.accounts.first_administrator import make_first_administrator
    from portal.demo import load_demonstration, sign_ins

    start_up.prepare(app)
    with kept(app):
        if app.extensions["portal.settings"].demonstration:
            click.echo(load_demonstration())
            click.echo(f"\n{sign_ins()}\n")
        else:
            start_up.check_no_demonstration_users()
            click.echo(make_first_administrator())
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _as_environment(settings: Settings) -> dict[str, str]:
    values = {f"PORTAL_{name.upper()}": value for name, value in dataclasses.asdict(settings).items()}
    return {name: ("yes" if value else "no") if isinstance(value, bool) else str(value) for name, value in values.items()} | {"PYTHONUNBUFFERED": "1"}


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()

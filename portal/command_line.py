"""What every command shares: the `--council` option, running inside the app with one commit, and ending with an error in words."""

from __future__ import annotations

import errno
import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError, SQLAlchemyError

from portal.db import db
from portal.errors import PortalError


def _take_council(_context: click.Context, _option: click.Parameter, name: str) -> str:
    if not name:
        raise click.UsageError("name the council: --council NAME, or set PORTAL_COUNCIL")
    os.environ["PORTAL_COUNCIL"] = name
    return name


council_option = click.option(
    "--council", metavar="NAME", envvar="PORTAL_COUNCIL", default="", callback=_take_council, is_eager=True, help="Council pack to use (default: PORTAL_COUNCIL)."
)
"""Adds `--council NAME`; the command receives `council`, and an app made after it runs that council."""


def stop(message: str) -> NoReturn:
    """End the command with this message on standard error and exit status 1."""
    click.echo(message, err=True)
    raise SystemExit(1)


def stop_for(error: Exception) -> NoReturn:
    """End the command with words about an error of the database or the disk; any other is raised again: it is a fault of the portal."""
    if isinstance(error, OSError) and error.errno != errno.EPIPE:
        stop(f"{error.filename or 'the machine'}: {error.strerror or error}")
    if isinstance(error, ArgumentError):
        stop("PORTAL_DATABASE_URL is no address of a database: write postgresql+psycopg://user:password@host/name, or leave it empty for SQLite")
    if isinstance(error, (OperationalError, ProgrammingError)):
        first = (str(error.orig).strip().splitlines() or [""])[0]
        if "no such table" in first or ("relation" in first and "does not exist" in first):
            stop("The tables are not there yet. Make them with:  portal database upgrade --council NAME")
        stop(f"The database cannot be used: {first}")
    raise error


@contextmanager
def in_words() -> Iterator[None]:
    """Whatever stands in the way of what is done within becomes words on standard error and exit status 1."""
    try:
        yield
    except PortalError as error:
        stop(error.message)
    except (SQLAlchemyError, OSError) as error:
        stop_for(error)


@contextmanager
def kept(app: Flask) -> Iterator[None]:
    """Work inside the app that is committed when it ends well, and leaves nothing when it does not."""
    with app.app_context():
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


def in_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the app; commit when it returns, keep nothing when it fails. Errors become words and exit status 1."""

    @click.pass_context
    @functools.wraps(command)
    def run(context: click.Context, /, *args: Any, **kwargs: Any) -> Any:
        try:
            with kept(context.ensure_object(ScriptInfo).load_app()):
                return command(*args, **kwargs)
        except PortalError as error:
            stop(error.message)

    return run

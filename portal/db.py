"""The database: sessions, column types and SQLite's behaviour. Tables stand in the rooms that own them."""

from __future__ import annotations

import base64
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, cast

from flask import Flask, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    JSON,
    DateTime,
    Engine,
    MetaData,
    TypeDecorator,
    event,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase

from portal.errors import Conflict
from portal.in_turn import InTurn

BUSY_SECONDS = 5


class Model(DeclarativeBase):
    """Parent of every table; names constraints so that migrations can find them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class OneDatabase(Session):
    """A session that need not look for the database a table is in: there is one."""

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **how: Any) -> Any:
        """The one there is, or what was asked for."""
        return bind if bind is not None else self._db.engine


db = SQLAlchemy(model_class=Model, disable_autonaming=True, session_options={"class_": OneDatabase})


class StaleWrite(Conflict):
    """The record changed since the writer read it; nothing was overwritten."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. A naive one is refused with ValueError (SQLite would lose the offset silently)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JSONData(TypeDecorator[Any]):
    """Plain JSON: JSONB on PostgreSQL, text on SQLite. Assign a new value to change it; it is not watched inside."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        # Imported here because it brings the whole dialect, which a portal on SQLite never needs.
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())


def new_id() -> str:
    """A fresh unguessable id for a record: 20 lower-case base32 characters (100 bits)."""
    return base64.b32encode(secrets.token_bytes(13)).decode().lower()[:20]


def can_keep() -> bool:
    """Whether what this process writes can still be brought to the disk. False once it could not be, here or in another process: nothing is acknowledged from then on."""
    opened = db.session.connection().connection.dbapi_connection
    return not isinstance(opened, InTurn) or opened.can_keep


def keep_again() -> None:
    """At the start of the whole portal: what an earlier one could not bring to the disk is written afresh, if there is any. Raises sqlite3.OperationalError."""
    if db.engine.dialect.name == "sqlite":
        with closing(db.engine.raw_connection()) as opened:
            cast(InTurn, opened.dbapi_connection).start_afresh()


def start(app: Flask) -> None:
    """Connect the app to its database."""
    db.init_app(app)


@event.listens_for(Engine, "do_connect")
def _connect_in_turn(dialect: Any, _record: Any, where: Any, how: dict[str, Any]) -> None:
    if dialect.name == "sqlite":
        how["factory"] = InTurn


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, InTurn):
        connection.prepare(BUSY_SECONDS)


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    opened = connection.connection.dbapi_connection
    if not isinstance(opened, InTurn):
        return
    options = connection.get_execution_options()
    reading = options.get("reads") or (has_request_context() and request.method in ("GET", "HEAD") and not options.get("writes"))
    begin = opened.begin_reading if reading else opened.begin_writing
    try:
        begin()
    except sqlite3.OperationalError as error:
        _begin_again(begin, error)


def _begin_again(begin: Callable[[], None], error: sqlite3.OperationalError) -> None:
    """Once more where the database was locked. Raises what else was wrong, and what is wrong now, as SQLAlchemy's."""
    try:
        if "locked" not in str(error):
            raise error
        begin()
    except sqlite3.OperationalError as last:
        raise OperationalError("BEGIN", None, last, hide_parameters=True) from last

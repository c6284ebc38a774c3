"""Writers of one process wait in a row, and whoever is done lets the next go on, however it ended."""

from __future__ import annotations

import gc
import sqlite3
import threading

import pytest
from sqlalchemy import text

from portal.db import db
from portal.in_turn import InTurn


def opened(folder, name: str = "portal.db", patience: float = 5) -> InTurn:
    connection = sqlite3.connect(folder / name, factory=InTurn, check_same_thread=False)
    connection.prepare(patience)
    return connection


def added(connection: InTurn) -> None:
    connection.execute("INSERT INTO line VALUES (1)")


@pytest.fixture
def two(tmp_path):
    """Two connections to one file, the second without any patience."""
    first, second = opened(tmp_path), opened(tmp_path, patience=0)
    first.execute("CREATE TABLE line (number INTEGER)")
    return first, second


def test_it_stays_durable(two):
    assert two[0].execute("PRAGMA synchronous").fetchone() == (2,)
    assert two[0].execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_second_writer_is_told_that_the_database_is_locked_when_it_waited_too_long(two):
    first, second = two
    first.begin_writing()
    with pytest.raises(sqlite3.OperationalError, match="database is locked"):
        second.begin_writing()
    assert not second.in_transaction


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_the_turn_ends_with_the_transaction_however_it_ends(two, end):
    first, second = two
    first.begin_writing()
    added(first)
    getattr(first, end)()
    second.begin_writing()
    assert second.execute("SELECT count(*) FROM line").fetchone() == (1 if end == "commit" else 0,)


def test_a_commit_that_fails_keeps_its_turn_until_it_is_rolled_back(two):
    first, second = two
    first.execute("CREATE TABLE part (line INTEGER REFERENCES whole (id) DEFERRABLE INITIALLY DEFERRED)")
    first.execute("CREATE TABLE whole (id INTEGER PRIMARY KEY)")
    first.begin_writing()
    first.execute("INSERT INTO part VALUES (9)")
    with pytest.raises(sqlite3.IntegrityError):
        first.commit()
    with pytest.raises(sqlite3.OperationalError):
        second.begin_writing()
    first.rollback()
    second.begin_writing()


def test_one_that_could_not_begin_lets_the_next_go_on(two, tmp_path):
    first, second = two
    other_process = sqlite3.connect(tmp_path / "portal.db", isolation_level=None)
    other_process.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError):
        second.begin_writing()
    other_process.rollback()
    first.begin_writing()


def test_readers_and_writers_of_another_file_wait_for_nobody(two, tmp_path):
    first, second = two
    first.begin_writing()
    added(first)
    second.begin_reading()
    assert second.execute("SELECT count(*) FROM line").fetchone() == (0,)
    opened(tmp_path, "other.db", patience=0).begin_writing()


def test_everybody_who_waits_has_their_turn(two, tmp_path):
    first, _ = two
    first.begin_writing()
    waiting = [threading.Thread(target=write_once, args=(opened(tmp_path, patience=60),)) for _ in range(12)]
    for one in waiting:
        one.start()
    first.commit()
    for one in waiting:
        one.join()
    assert first.execute("SELECT count(*) FROM line").fetchone() == (12,)


@pytest.mark.parametrize("ended", ["COMMIT", "ROLLBACK"])
def test_a_turn_whose_transaction_ended_by_a_statement_ends_with_the_connection(two, ended):
    first, second = two
    first.begin_writing()
    first.execute(ended)
    first.close()
    second.begin_writing()


def test_a_connection_that_is_forgotten_keeps_nobody_waiting(two, tmp_path):
    forgotten = opened(tmp_path, patience=0)
    forgotten.begin_writing()
    del forgotten
    gc.collect()
    two[0].begin_writing()


def write_once(connection: InTurn) -> None:
    connection.begin_writing()
    added(connection)
    connection.commit()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_connection_of_the_portal_takes_turns(app):
    with app.app_context(), db.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 2
        assert isinstance(connection.connection.dbapi_connection, InTurn)
        assert connection.connection.dbapi_connection._has_turn

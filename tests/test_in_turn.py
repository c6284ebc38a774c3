"""Writers of one process wait in a row, and whoever is done lets the next go on, however it ended."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import text

from portal import in_turn
from portal.db import db
from portal.in_turn import InTurn
from portal.shared_sync import SharedSync


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


@pytest.fixture
def syncs(monkeypatch):
    """What was synced, by name; the syncs are real."""
    found, before = [], os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda handle: (before(handle), found.append(os.readlink(f"/proc/self/fd/{handle}"))))
    return found


def test_a_log_is_synced_by_us_and_anything_else_by_sqlite(two):
    assert two[0].execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert two[0].execute("PRAGMA synchronous").fetchone() == (1,)
    in_memory = sqlite3.connect(":memory:", factory=InTurn)
    in_memory.prepare(0)
    assert in_memory.execute("PRAGMA synchronous").fetchone() == (2,)
    in_memory.begin_writing()
    in_memory.commit()


@pytest.mark.parametrize("begin", ["begin_writing", "begin_reading"])
def test_a_commit_of_what_was_written_returns_when_the_log_is_on_the_disk(two, syncs, tmp_path, begin):
    getattr(two[0], begin)()
    added(two[0])
    assert syncs == []
    two[0].commit()
    assert syncs == [f"{tmp_path}/portal.db-wal"]


def test_whoever_had_a_turn_waits_for_what_they_may_have_seen_and_readers_do_not(two, syncs):
    two[0].begin_writing()
    two[0].commit()
    assert len(syncs) == 1
    two[0].begin_reading()
    two[0].execute("SELECT count(*) FROM line").fetchone()
    two[0].commit()
    two[0].begin_writing()
    two[0].rollback()
    assert len(syncs) == 1


def test_the_next_writes_while_a_commit_is_on_its_way_to_the_disk(two, monkeypatch):
    first, second = two
    under_way, may_go_on, before = threading.Event(), threading.Event(), os.fdatasync

    def slow(handle: int) -> None:
        under_way.set()
        assert may_go_on.wait(10)
        before(handle)

    monkeypatch.setattr(os, "fdatasync", slow)
    first.begin_writing()
    added(first)
    committing = threading.Thread(target=first.commit)
    committing.start()
    assert under_way.wait(10)
    second.begin_writing()
    assert second.execute("SELECT count(*) FROM line").fetchone() == (1,)
    may_go_on.set()
    second.commit()
    committing.join(10)


def test_when_the_disk_fails_nothing_is_acknowledged_then_or_later_and_reading_goes_on(two, monkeypatch):
    def failing(_handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", failing)
        two[0].begin_writing()
        added(two[0])
        with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
            two[0].commit()
    for one in two:
        with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
            one.begin_writing()
        assert not one.in_transaction
        one.begin_reading()
        one.commit()


ELSEWHERE = """
import sqlite3, sys
from portal.in_turn import InTurn
connection = sqlite3.connect(sys.argv[1], factory=InTurn)
connection.prepare(0)
connection.begin_reading()
print(connection.execute("SELECT count(*) FROM line").fetchone()[0])
connection.commit()
if sys.argv[2:]:
    connection.start_afresh()
connection.begin_writing()
"""


def elsewhere(folder, *more: str) -> tuple[str, str]:
    """What another process reads, and what it is told when it begins to write."""
    asked = subprocess.run([sys.executable, "-c", ELSEWHERE, folder / "portal.db", *more], capture_output=True, text=True, check=False)
    return asked.stdout.strip(), asked.stderr.strip().rpartition("\n")[2]


def test_what_the_disk_failed_to_keep_is_added_to_by_no_process_until_the_whole_portal_is_started_again(two, monkeypatch, tmp_path):
    def failing(_handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    first, second = two
    with monkeypatch.context() as patch, pytest.raises(sqlite3.OperationalError):
        patch.setattr(os, "fdatasync", failing)
        write_once(first)
    for _ in range(2):
        number, told = elsewhere(tmp_path)
        assert number == "1" and "disk I/O error" in told and "portal.db-wal could not be brought to the disk" in told
    second.begin_reading()
    second.execute("SELECT count(*) FROM line").fetchone()
    assert "database is locked" in elsewhere(tmp_path, "afresh")[1], "somebody still uses the log"
    assert "disk I/O error" in elsewhere(tmp_path)[1]
    second.rollback()
    assert elsewhere(tmp_path, "afresh") == ("1", "")
    assert elsewhere(tmp_path) == ("1", "")
    assert (tmp_path / "portal.db-wal").stat().st_size == 0, "all of it was carried over"
    with pytest.raises(sqlite3.OperationalError, match="disk I/O error"):
        second.begin_writing()


def test_the_log_stays_in_its_place_while_a_connection_is_open(two, tmp_path):
    log = tmp_path / "portal.db-wal"
    before = log.stat().st_ino
    for _ in range(2):
        other = opened(tmp_path)
        write_once(other)
        other.close()
    assert log.stat().st_ino == before == os.fstat(two[0]._sync._file).st_ino


def test_who_opens_while_the_last_is_closing_syncs_the_log_that_is_written(two, syncs, tmp_path, monkeypatch):
    first, second = two
    second.close()
    leave, came = first._sync.leave, []

    def later() -> None:
        came.append(opened(tmp_path))  # SQLite has removed the log of the last, who has not left yet
        leave()

    monkeypatch.setattr(first._sync, "leave", later)
    first.close()
    write_once(came[0])
    assert syncs == [f"{tmp_path}/portal.db-wal"]


def test_who_opens_and_closes_at_once_with_others_syncs_the_log_that_is_written(tmp_path, syncs, monkeypatch):
    opened(tmp_path).execute("CREATE TABLE line (number INTEGER)")
    gc.collect()
    astray, leave = [], SharedSync.leave
    monkeypatch.setattr(SharedSync, "leave", lambda self: (time.sleep(0.001), leave(self)))

    def come_and_go() -> None:
        for _ in range(60):
            connection = opened(tmp_path)
            write_once(connection)
            if not os.path.samestat(os.fstat(connection._sync._file), os.stat(tmp_path / "portal.db-wal")):
                astray.append(connection)
            connection.close()

    threads = [threading.Thread(target=come_and_go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert astray == [] and not any("deleted" in name for name in syncs)


@pytest.mark.parametrize("step", ["open", "fsync"])
def test_a_log_that_cannot_be_opened_is_an_error_of_the_database(tmp_path, monkeypatch, step):
    def failing(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, step, failing)
    with pytest.raises(sqlite3.OperationalError, match="disk I/O error.*Input/output error"):
        opened(tmp_path)


def test_syncing_opens_the_log_only_so_that_no_lock_of_sqlite_is_lost(two, tmp_path, monkeypatch):
    by_us, before = [], os.open
    monkeypatch.setattr(os, "open", lambda name, *rest: (by_us.append(os.path.basename(name)), before(name, *rest))[1])
    for connection in two:
        connection.close()
    writing = opened(tmp_path)
    writing.begin_writing()
    writing._sync.reach_disk()
    os.close(os.open(tmp_path / "portal.db-wal", os.O_RDONLY))
    assert by_us == ["portal.db-wal", tmp_path.name, "portal.db-wal"]
    asking = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    other_process = subprocess.run([sys.executable, "-c", asking, tmp_path / "portal.db"], capture_output=True, text=True, check=False)
    assert "database is locked" in other_process.stderr


def test_a_process_split_off_waits_for_nobody_who_stayed_behind(two, tmp_path):
    for connection in two:
        connection.close()
    with in_turn._rows[str(tmp_path / "portal.db")], in_turn._making, in_turn._syncs[f"{tmp_path}/portal.db-wal"]._turns:
        child = os.fork()
        if child == 0:
            os._exit(0 if _writes_alone(tmp_path) else 1)
        assert os.waitpid(child, 0)[1] == 0
    assert opened(tmp_path).execute("SELECT count(*) FROM line").fetchone() == (1,)


def _writes_alone(folder) -> bool:
    with contextlib.suppress(sqlite3.OperationalError):
        write_once(opened(folder, patience=0))
        return True
    return False


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
        assert connection.scalar(text("PRAGMA synchronous")) == 1
        assert isinstance(connection.connection.dbapi_connection, InTurn)
        assert connection.connection.dbapi_connection._has_turn
        assert connection.connection.dbapi_connection._sync is not None


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_whoever_starts_a_form_while_the_disk_fails_is_not_told_that_it_is_kept(app, client, monkeypatch):
    def failing(_handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    app.config["TESTING"] = False
    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", failing)
        assert client.post("/start/request-for-support").status_code == 503
    assert client.post("/start/request-for-support").status_code == 503
    assert client.get("/").status_code == 200
    assert "database: what was written could not be brought to the disk" in client.get("/readyz").text

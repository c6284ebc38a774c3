"""SQLite connections whose writers come one after another: within a process they wait in a row, not each asking SQLite again and again.

SQLite has one writer at a time, and whoever finds it busy sleeps for up to a tenth of a second before asking again; the row wakes the next
at once. Between processes SQLite's own waiting stays. Which statements make a transaction is for `db`.

A commit ends its turn when SQLite has written it, and returns when it is on the disk: those of one process share the sync for that
(`shared_sync`), so that the next can write meanwhile. Decision 32 says why nothing is lost by it.
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import Any

from portal.shared_sync import SharedSync

PRAGMAS = ("foreign_keys = ON", "secure_delete = ON", "trusted_schema = OFF")

_rows: defaultdict[str, Lock] = defaultdict(Lock)
"""For each database file, the row of those who wait to write; whoever holds it writes."""

_syncs: dict[str, SharedSync] = {}
"""For each log of a database, by its full name, what brings it to the disk."""

_making = Lock()


class InTurn(sqlite3.Connection):
    """A connection that has its turn from the beginning of a writing transaction to its end, however it ends."""

    _has_turn = False
    _sync: SharedSync | None = None
    _changes_before = 0

    def __init__(self, database: str, *more: Any, **how: Any) -> None:
        super().__init__(database, *more, **how)
        self._row = _rows[database] if database not in ("", ":memory:") else Lock()
        self._patience = 0.0

    def prepare(self, patience: float) -> None:
        """Set it up. `patience` is how many seconds a writer waits for the others. Raises sqlite3.OperationalError."""
        self._patience = patience
        self.isolation_level = None
        for pragma in (f"busy_timeout = {patience * 1000:.0f}", *PRAGMAS):
            self.execute(f"PRAGMA {pragma}")
        has_log = self.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        self.execute(f"PRAGMA synchronous = {'NORMAL' if has_log else 'FULL'}")
        if has_log:
            self.execute("PRAGMA schema_version").fetchone()  # reading opens the log, which stays in its place while a connection is open
            self._sync = _joined(f"{self.execute('PRAGMA database_list').fetchone()[2]}-wal")

    @property
    def can_keep(self) -> bool:
        """Whether what is written can be brought to the disk; once it could not, nothing is acknowledged any more."""
        return self._sync is None or self._sync.can_keep

    def start_afresh(self) -> None:
        """Let what an earlier portal could not bring to the disk be carried over, which writes and syncs it afresh, and be added to again.

        For whoever starts the whole portal. Does nothing where no sync failed. Raises sqlite3.OperationalError.
        """
        if self._sync is None or self._sync.can_keep:
            return
        is_in_use, *_ = self.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_in_use:
            raise sqlite3.OperationalError("database is locked")
        _as_sqlite_says(self._sync.take_mark_away)

    def begin_reading(self) -> None:
        """Begin a transaction that only reads; it waits for nobody."""
        self._changes_before = self.total_changes
        self.execute("BEGIN")

    def begin_writing(self) -> None:
        """Begin a transaction that writes, when all who came before are done.

        Raises sqlite3.OperationalError when that takes too long, or when what is written cannot be brought to the disk any more.
        """
        if self._sync is not None:
            _as_sqlite_says(self._sync.check)
        if not self._row.acquire(timeout=self._patience):
            raise sqlite3.OperationalError("database is locked")
        self._has_turn = True
        try:
            self.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._end_turn()
            raise

    def commit(self) -> None:
        """Commit; the turn ends unless the transaction goes on. Returns when all that this transaction wrote or could see is on the disk.

        Whoever had a turn waits for that though they wrote nothing: what they saw may be another's, and what they answer tells of it.
        Raises sqlite3.OperationalError when it cannot be brought to the disk.
        """
        may_tell = self._has_turn or self.total_changes != self._changes_before
        self._ending(super().commit)
        if may_tell and self._sync is not None:
            _as_sqlite_says(self._sync.reach_disk)

    def rollback(self) -> None:
        """Roll back; the turn ends."""
        self._ending(super().rollback)

    def close(self) -> None:
        """Close, which rolls back what is open; the turn ends."""
        try:
            if self.in_transaction:
                self.rollback()
            super().close()
        finally:
            self._let_go()

    def __del__(self) -> None:
        self._let_go()  # whoever forgets to close keeps nobody waiting for ever

    def _let_go(self) -> None:
        self._end_turn()
        if self._sync is not None:
            sync, self._sync = self._sync, None
            sync.leave()

    def _ending(self, end: Callable[[], None]) -> None:
        try:
            end()
        finally:
            if not self.in_transaction:
                self._end_turn()

    def _end_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._row.release()


def _joined(log: str) -> SharedSync:
    with _making:
        found = _syncs.setdefault(log, SharedSync(log))
    _as_sqlite_says(found.join)
    return found


def _as_sqlite_says(step: Callable[[], None]) -> None:
    """Let a disk that failed be an error of the database, as it would be if SQLite had opened the file or synced it."""
    try:
        step()
    except OSError as error:
        raise sqlite3.OperationalError(f"disk I/O error: {error}") from error


def _begin_anew() -> None:
    """In a process that was split off: whoever held a lock stayed behind."""
    global _making
    _making = Lock()
    _rows.clear()
    for sync in _syncs.values():
        sync.make_anew()
    _syncs.clear()


os.register_at_fork(after_in_child=_begin_anew)

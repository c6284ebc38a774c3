"""SQLite connections whose writers come one after another: within a process they wait in a row, not each asking SQLite again and again.

SQLite has one writer at a time, and whoever finds it busy sleeps for up to a tenth of a second before asking again; the row wakes the next
at once. Between processes SQLite's own waiting stays. Which statements make a transaction is for `db`.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import Any

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON", "trusted_schema = OFF")

_rows: defaultdict[str, Lock] = defaultdict(Lock)
"""For each database file, the row of those who wait to write; whoever holds it writes."""


class InTurn(sqlite3.Connection):
    """A connection that has its turn from the beginning of a writing transaction to its end, however it ends."""

    _has_turn = False

    def __init__(self, database: str, *more: Any, **how: Any) -> None:
        super().__init__(database, *more, **how)
        self._row = _rows[database] if database not in ("", ":memory:") else Lock()
        self._patience = 0.0

    def prepare(self, patience: float) -> None:
        """Set it up. `patience` is how many seconds a writer waits for the others."""
        self._patience = patience
        self.isolation_level = None
        for pragma in (f"busy_timeout = {patience * 1000:.0f}", *PRAGMAS):
            self.execute(f"PRAGMA {pragma}")

    def begin_reading(self) -> None:
        """Begin a transaction that only reads; it waits for nobody."""
        self.execute("BEGIN")

    def begin_writing(self) -> None:
        """Begin a transaction that writes, when all who came before are done. Raises sqlite3.OperationalError when that takes too long."""
        if not self._row.acquire(timeout=self._patience):
            raise sqlite3.OperationalError("database is locked")
        self._has_turn = True
        try:
            self.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._end_turn()
            raise

    def commit(self) -> None:
        """Commit; the turn ends unless the transaction goes on."""
        self._ending(super().commit)

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
            self._end_turn()

    def __del__(self) -> None:
        self._end_turn()  # whoever forgets to close keeps nobody waiting for ever

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

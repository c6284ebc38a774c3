"""Bringing a file to the disk once for all of a process who wrote to it before the sync began. Knows files, not databases.

Whoever comes first syncs; who comes meanwhile waits for the next sync, since the one under way may have begun before they wrote.
A file that could not be synced is given up for good: Linux tells of a failed write once and then takes the pages for written, so that
a second try would succeed and mean nothing. A mark beside it tells that to other processes, which Linux would tell nothing if they came later.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from threading import Condition

logger = logging.getLogger(__name__)


class NotOnDisk(OSError):
    """What was written could not be brought to the disk, now or earlier: nobody may be told that it is kept."""


class SharedSync:
    """The syncs of one file. Opened before anything is written, and once, so that no failure in between goes untold."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._mark = f"{name}.not-kept"
        self._users = 0
        self._file = -1
        self.make_anew()

    def make_anew(self) -> None:
        """Forget who waits: after a fork they are in another process."""
        self._turns = Condition()  # which its holder may take again, as when a forgotten connection is tidied away just then
        self._begun = self._done = 0
        self._is_syncing = False
        self._has_failed = False

    def join(self) -> None:
        """Somebody will write to the file, which must stay in its place until they leave. Its name is on the disk from here on. Raises OSError.

        Whoever let go of the file may leave only after another has taken its place: the one of this name is what is synced.
        """
        with self._turns:
            if self._users == 0 or not self._is_in_place():
                self._open_anew()
            self._users += 1

    def leave(self) -> None:
        """They write no more."""
        with self._turns:
            self._users -= 1
            if self._users == 0:
                os.close(self._file)

    def _is_in_place(self) -> bool:
        return os.path.samestat(os.fstat(self._file), os.stat(self._name))

    def _open_anew(self) -> None:
        while self._is_syncing:
            self._turns.wait()
        opened = os.open(self._name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            _sync_folder_of(self._name)
        except BaseException:
            os.close(opened)
            raise
        if self._users > 0:
            os.close(self._file)
        self._file = opened

    @property
    def can_keep(self) -> bool:
        """Whether nobody has met a sync that failed, here or in another process."""
        return not self._has_failed and not os.path.exists(self._mark)

    def check(self) -> None:
        """Raise NotOnDisk when nothing can be kept any more."""
        if not self.can_keep:
            raise NotOnDisk(f"{self._name} could not be brought to the disk")

    def take_mark_away(self) -> None:
        """All that was written is on the disk by another way: who begins from here on may add to it. Who met the failure may not."""
        with suppress(FileNotFoundError):
            os.remove(self._mark)

    def reach_disk(self) -> None:
        """Return when all that the caller has written is on the disk. Raises NotOnDisk."""
        with self._turns:
            wanted = self._begun + 1
            while self._is_syncing and self._done < wanted:
                self._turns.wait()
            self.check()
            if self._done >= wanted:
                return
            self._is_syncing, self._begun = True, wanted
        self._sync(wanted)
        self.check()

    def _sync(self, number: int) -> None:
        kept = False
        try:
            os.fdatasync(self._file)
            kept = True
        except OSError as error:
            logger.critical("%s could not be synced (%s). Nothing more is saved until the portal is started again: look at the disk first", self._name, error.strerror)
            with suppress(OSError):
                os.close(os.open(self._mark, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        finally:
            with self._turns:
                self._has_failed = self._has_failed or not kept
                self._done, self._is_syncing = number, False
                self._turns.notify_all()


def _sync_folder_of(name: str) -> None:
    folder = os.open(os.path.dirname(name) or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

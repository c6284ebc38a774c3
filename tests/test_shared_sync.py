"""Nobody's write is acknowledged before a sync that began after it, however many wait; and nothing at all once the disk has failed."""

from __future__ import annotations

import errno
import os
import random
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.shared_sync import NotOnDisk, SharedSync


class Disk:
    """A disk that notes what is written, and holds after a sync what was written before it began. Each sync takes the next of `takes` seconds."""

    def __init__(self, takes: list[float] | None = None) -> None:
        self.written: list[object] = []
        self.held: frozenset[object] = frozenset()
        self.syncs = 0
        self.takes = takes or [0.0]
        self.fails = False
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def fdatasync(self, handle: int) -> None:
        """Hold what is written by now, after a while."""
        before, number = frozenset(self.written), self.syncs
        self.syncs += 1
        self.may_go_on.wait(10)
        time.sleep(self.takes[number % len(self.takes)])
        if self.fails:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        self.held |= before


@pytest.fixture
def disk(monkeypatch):
    made = Disk()
    monkeypatch.setattr(os, "fdatasync", made.fdatasync)
    return made


@pytest.fixture
def shared(tmp_path):
    return joined(tmp_path / "log")


def joined(path: Path) -> SharedSync:
    path.write_bytes(b"")
    made = SharedSync(str(path))
    made.join()
    return made


def started(count: int, act) -> list[threading.Thread]:
    threads = [threading.Thread(target=act, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    return threads


def waiting_for(happens) -> None:
    until = time.monotonic() + 10
    while not happens() and time.monotonic() < until:
        time.sleep(0.001)
    assert happens()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.lists(st.sampled_from([0.0, 0.0005, 0.002]), min_size=1, max_size=5), st.integers(0, 10**6))
def test_whoever_returns_finds_what_they_wrote_on_the_disk(tmp_path_factory, people, takes, seed):
    shared, disk, early = joined(tmp_path_factory.mktemp("disk") / "log"), Disk(takes), []

    def writes(number: int) -> None:
        chance = random.Random(seed + number)
        for step in range(6):
            disk.written.append((number, step))
            shared.reach_disk()
            if (number, step) not in disk.held:
                early.append((number, step))
            time.sleep(chance.choice([0, 0, 0.001]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fdatasync", disk.fdatasync)
        for thread in started(people, writes):
            thread.join(30)
    assert early == [] and len(disk.held) == 6 * people
    assert disk.syncs <= 6 * people


def test_all_who_come_while_a_sync_is_under_way_share_the_next(shared, disk):
    disk.may_go_on.clear()
    threads = started(1, lambda _: shared.reach_disk())
    waiting_for(lambda: disk.syncs == 1)
    threads += started(9, lambda _: shared.reach_disk())
    waiting_for(lambda: len(shared._turns._waiters) == 9)
    disk.may_go_on.set()
    for thread in threads:
        thread.join(10)
    assert disk.syncs == 2


def test_who_comes_while_a_sync_is_under_way_is_not_content_with_it(shared, disk):
    disk.may_go_on.clear()
    first = started(1, lambda _: shared.reach_disk())
    waiting_for(lambda: disk.syncs == 1)
    disk.written.append("late")
    second = started(1, lambda _: shared.reach_disk())
    waiting_for(lambda: len(shared._turns._waiters) == 1)
    disk.may_go_on.set()
    for thread in first + second:
        thread.join(10)
    assert disk.syncs == 2 and "late" in disk.held


def test_a_disk_that_failed_acknowledges_nothing_of_those_who_waited_nor_of_anybody_later(shared, disk, caplog):
    refused = []

    def write(number: int) -> None:
        try:
            shared.reach_disk()
        except NotOnDisk:
            refused.append(number)

    disk.fails = True
    disk.may_go_on.clear()
    threads = started(4, write)
    waiting_for(lambda: len(shared._turns._waiters) == 3)
    disk.may_go_on.set()
    for thread in threads:
        thread.join(10)
    disk.fails = False
    write(4)
    assert sorted(refused) == [0, 1, 2, 3, 4] and disk.syncs == 1, "a second try would succeed and mean nothing"
    (told,) = [record for record in caplog.records if record.name == "portal.shared_sync"]
    assert told.levelname == "CRITICAL" and "Nothing more is saved until the portal is started again" in told.message and os.strerror(errno.EIO) in told.message
    with pytest.raises(NotOnDisk, match="log could not be brought to the disk"):
        shared.check()


def test_the_file_is_opened_once_and_its_name_is_on_the_disk_before_anybody_writes(tmp_path, monkeypatch):
    synced, fsync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (synced.append(os.readlink(f"/proc/self/fd/{handle}")), fsync(handle)))
    shared = joined(tmp_path / "log")
    shared.join()
    assert synced == [str(tmp_path)]
    held = shared._file
    shared.leave()
    assert os.readlink(f"/proc/self/fd/{held}") == str(tmp_path / "log")
    shared.leave()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fdatasync(held)


def replaced(path: Path) -> None:
    """As SQLite does when the last connection closes and the next opens: the log goes, and another has its name."""
    other = path.with_name("other")
    other.write_bytes(b"")
    other.rename(path)


def test_who_comes_after_the_file_was_replaced_syncs_the_new_one_though_the_last_has_not_left(shared, tmp_path, monkeypatch):
    synced, before = [], os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda handle: (before(handle), synced.append(os.fstat(handle).st_ino)))
    former = shared._file
    replaced(tmp_path / "log")
    shared.join()
    shared.leave()
    shared.reach_disk()
    assert synced == [(tmp_path / "log").stat().st_ino]
    assert former == shared._file or not os.path.exists(f"/proc/self/fd/{former}"), "nothing stays open of the old one"
    shared.leave()


def test_a_file_is_not_closed_while_it_is_synced(shared, disk, tmp_path):
    disk.may_go_on.clear()
    threads = started(1, lambda _: shared.reach_disk())
    waiting_for(lambda: disk.syncs == 1)
    former = os.fstat(shared._file)
    replaced(tmp_path / "log")
    threads += started(2, lambda _: shared.join())
    waiting_for(lambda: len(shared._turns._waiters) == 2)
    assert os.path.samestat(os.fstat(shared._file), former)
    disk.may_go_on.set()
    for thread in threads:
        thread.join(10)
    assert os.path.samestat(os.fstat(shared._file), (tmp_path / "log").stat())


def test_a_file_whose_name_could_not_be_brought_to_the_disk_is_not_left_open(tmp_path, monkeypatch):
    def failing(_handle: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", failing)
    before = os.listdir("/proc/self/fd")
    with pytest.raises(OSError, match="Input/output error"):
        joined(tmp_path / "log")
    assert os.listdir("/proc/self/fd") == before

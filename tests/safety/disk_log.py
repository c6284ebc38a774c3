"""Writes down what a running portal asks of its disk: every write and sync of its own SQLite, the syncs that its commits share, every step of keeping a file.

SQLite is the one the portal runs on: the library this process has loaded, with the functions its files are opened, written
and synced by wrapped in place. Nothing is simulated here; what a power cut leaves of it is for `power_cut`.
"""

from __future__ import annotations

import _sqlite3
import contextlib
import ctypes
import itertools
import os
from collections.abc import Callable, Iterator
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_longlong, c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
"""The name is passed on as the address it came at: SQLite reads it again later."""
WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_longlong)
TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_longlong)
SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
MAIN_DATABASE, MAIN_JOURNAL, WRITE_AHEAD_LOG = 0x100, 0x800, 0x80000


class Methods(Structure):
    """SQLite's `sqlite3_io_methods`."""

    _fields_ = [
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", WRITE),
        ("truncate", TRUNCATE),
        ("sync", SYNC),
        *((f"rest{number}", c_void_p) for number in range(13)),
    ]


class OpenFile(Structure):
    """SQLite's `sqlite3_file`, as far as everybody may know it."""

    _fields_ = [("methods", POINTER(Methods))]


class FileLayer(Structure):
    """SQLite's `sqlite3_vfs`, as far as it is needed."""

    _fields_ = [
        ("version", c_int),
        ("size", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", OPEN),
    ]


@dataclass(frozen=True)
class Event:
    """One thing asked of the disk, or (`what` is "told") one that somebody was told. `name` is a path; `data` and `place` as the kind needs.

    A sync is two events, its beginning and its end, with the same `data`: what is written in between may not be on the disk.
    """

    what: str
    name: str = ""
    data: Any = None
    place: int = 0


def library() -> ctypes.CDLL:
    """The SQLite that this Python uses."""
    names = [line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "sqlite3" in line.rpartition("/")[2]]
    for name in dict.fromkeys([*(one for one in names if "libsqlite3" in one), _sqlite3.__file__]):
        found = ctypes.CDLL(name)
        if hasattr(found, "sqlite3_vfs_find"):
            return found
    raise RuntimeError("the SQLite of this Python cannot be reached: use a Python that loads libsqlite3, as Debian's does")


@contextlib.contextmanager
def written_down() -> Iterator[list[Event]]:
    """Write down everything that is asked of the disk inside. Connections must be opened inside, too."""
    events: list[Event] = []
    with _sqlite_written_down(events), _files_written_down(events):
        yield events


@contextlib.contextmanager
def _sqlite_written_down(events: list[Event]) -> Iterator[None]:
    sqlite = library()
    sqlite.sqlite3_vfs_find.restype = POINTER(FileLayer)
    layer = sqlite.sqlite3_vfs_find(None).contents
    open_before = OPEN.from_buffer_copy(layer.open)
    names: dict[int, str] = {}
    wrapped: dict[int, Methods] = {}

    def opened(layer_at: int, name: int | None, file_at: int, flags: int, out: int) -> int:
        answer = open_before(layer_at, name, file_at, flags, out)
        if answer == 0 and name and flags & (MAIN_DATABASE | MAIN_JOURNAL | WRITE_AHEAD_LOG):
            file = OpenFile.from_address(file_at)
            names[file_at] = ctypes.string_at(name).decode()
            methods = ctypes.addressof(file.methods.contents)
            file.methods = ctypes.pointer(wrapped.setdefault(methods, _wrapping(file.methods.contents, names, events)))
        return answer

    layer.open = kept = OPEN(opened)
    try:
        yield
    finally:
        layer.open = open_before
        _KEPT.extend([kept, open_before, *wrapped.values()])


_KEPT: list[Any] = []
"""What SQLite may still call after writing down has ended: functions must outlive the files they were given to."""


def _wrapping(before: Methods, names: dict[int, str], events: list[Event]) -> Methods:
    """The same methods, which write down what they did after doing it."""
    methods = Methods.from_buffer_copy(before)
    write, truncate, sync = (kind.from_buffer_copy(one) for kind, one in ((WRITE, before.write), (TRUNCATE, before.truncate), (SYNC, before.sync)))

    def wrote(file: int, data: int, length: int, place: int) -> int:
        answer = write(file, data, length, place)
        if answer == 0:
            events.append(Event("write", names[file], ctypes.string_at(data, length), place))
        return answer

    def truncated(file: int, size: int) -> int:
        answer = truncate(file, size)
        if answer == 0:
            events.append(Event("truncate", names[file], place=size))
        return answer

    def synced(file: int, flags: int) -> int:
        which = _begun(events, names[file])
        answer = sync(file, flags)
        if answer == 0:
            events.append(Event("sync", names[file], which))
        return answer

    methods.write, methods.truncate, methods.sync = WRITE(wrote), TRUNCATE(truncated), SYNC(synced)
    _KEPT.extend([write, truncate, sync, methods.write, methods.truncate, methods.sync])
    return methods


def _begun(events: list[Event], name: str) -> int:
    which = next(_NUMBERS)
    events.append(Event("sync begun", name, which))
    return which


_NUMBERS = itertools.count()


@contextlib.contextmanager
def _files_written_down(events: list[Event]) -> Iterator[None]:
    """A file is known by its inode; its content is read when it is synced and when it gets its name."""
    before = {name: getattr(os, name) for name in ("fsync", "fdatasync", "replace", "mkdir", "unlink")}

    def fdatasync(handle: int) -> None:
        name = os.readlink(f"/proc/self/fd/{handle}")
        which = _begun(events, name)
        before["fdatasync"](handle)
        events.append(Event("sync", name, which))

    def fsync(handle: int) -> None:
        before["fsync"](handle)
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        if path.is_dir():
            events.append(Event("folder synced", str(path)))
        else:
            events.append(Event("content synced", str(os.fstat(handle).st_ino), path.read_bytes()))

    def replace(source: str, target: str | Path) -> None:
        content, inode = Path(source).read_bytes(), str(os.stat(source).st_ino)
        before["replace"](source, target)
        events.append(Event("content", inode, content))
        events.append(Event("named", str(target), inode))

    def mkdir(path: str | Path, *rest: Any, **named: Any) -> None:
        before["mkdir"](path, *rest, **named)
        events.append(Event("folder made", str(path)))

    def unlink(path: str | Path, *rest: Any, **named: Any) -> None:
        before["unlink"](path, *rest, **named)
        events.append(Event("removed", str(path)))

    own: dict[str, Callable[..., Any]] = {"fsync": fsync, "fdatasync": fdatasync, "replace": replace, "mkdir": mkdir, "unlink": unlink}
    for name, function in own.items():
        setattr(os, name, function)
    try:
        yield
    finally:
        for name, function in before.items():
            setattr(os, name, function)

"""What a power cut leaves of what was asked of a disk: all that was synced; of the rest each sector, and each name in a folder, may or may not be there."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.safety.disk_log import Event

SECTOR = 512


@dataclass
class Disk:
    """A disk in the middle of its work. Databases by path; contents of kept files by inode; names of files and folders by path.

    `waiting` are the writes of a database that no sync has covered, `done` how many were covered; `begun` is how many were asked for when a
    sync began that has not ended.
    """

    databases: dict[str, bytearray]
    waiting: dict[str, list[Event]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    begun: dict[int, int] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    loose: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    unnamed: list[Event] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Do one thing that was asked."""
        if event.what in ("write", "truncate"):
            self.waiting.setdefault(event.name, []).append(event)
        elif event.what == "sync begun":
            self.begun[event.data] = self.done[event.name] + len(self.waiting.get(event.name, ()))
        elif event.what == "sync":
            self._cover(event.name, self.begun.pop(event.data) - self.done[event.name])
        elif event.what == "content synced":
            self.contents[event.name] = event.data
            self.loose.pop(event.name, None)
        elif event.what == "content" and self.contents.get(event.name) != event.data:
            self.loose[event.name] = event.data
        elif event.what in ("named", "folder made", "removed"):
            self.unnamed.append(event)
        elif event.what == "folder synced":
            inside = [one for one in self.unnamed if str(Path(one.name).parent) == event.name]
            self.unnamed = [one for one in self.unnamed if one not in inside]
            for one in inside:
                _name(self.names, one)

    def _cover(self, name: str, number: int) -> None:
        """The oldest of what waits is on the disk now, unless a later sync was faster."""
        covered = self.waiting.get(name, [])[: max(0, number)]
        for one in covered:
            _apply(self.databases.setdefault(name, bytearray()), one)
        self.done[name] += len(covered)
        self.waiting[name] = self.waiting.get(name, [])[len(covered) :]

    def left(self, chance: random.Random, data_dir: Path, place: Path) -> None:
        """Write what a cut at this moment would leave of `data_dir` to an empty folder."""
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for name in self.databases.keys() | self.waiting.keys():
            content = bytearray(self.databases.get(name, b""))
            for event in self.waiting.get(name, ()):
                for piece in _sectors(event):
                    if chance.random() < 0.5:
                        _apply(content, piece)
            (place / Path(name).relative_to(data_dir)).write_bytes(content)
        names = dict(self.names)
        for event in self.unnamed:
            if chance.random() < 0.5:
                _name(names, event)
        for path, inode in sorted(names.items()):
            target = place / Path(path).relative_to(data_dir)
            if not inode:
                if target.parent.is_dir():
                    target.mkdir(exist_ok=True)
            elif target.parent.is_dir():
                target.write_bytes(self._content(inode, chance))

    def _content(self, inode: str, chance: random.Random) -> bytes:
        if inode not in self.loose:
            return self.contents.get(inode, b"")
        content = bytearray(len(self.loose[inode]))
        for piece in _sectors(Event("write", inode, self.loose[inode], 0)):
            if chance.random() < 0.5:
                _apply(content, piece)
        return bytes(content)


def cuts(base: dict[str, bytes], folders: Iterable[Path], events: list[Event], count: int, seed: int) -> Iterator[tuple[Disk, list[str], random.Random]]:
    """The disk at so many moments, spread evenly at random over the whole work and in order, each with what somebody had been told by then."""
    chance = random.Random(seed)
    moments = sorted(chance.randrange(len(events) + 1) for _ in range(count))
    disk = Disk({name: bytearray(content) for name, content in base.items()}, names={str(folder): "" for folder in folders})
    told: list[str] = []
    done = 0
    for moment in moments:
        for event in events[done:moment]:
            if event.what == "told":
                told.append(event.data)
            else:
                disk.take(event)
        done = moment
        yield disk, told, chance


def _apply(content: bytearray, event: Event) -> None:
    if event.what == "truncate":
        del content[event.place :]
        return
    if len(content) < event.place:
        content.extend(bytes(event.place - len(content)))
    content[event.place : event.place + len(event.data)] = event.data


def _sectors(event: Event) -> Iterator[Event]:
    """A write in pieces that lie in one sector each; anything else as it is."""
    if event.what != "write":
        yield event
        return
    start, end = event.place, event.place + len(event.data)
    while start < end:
        stop = min(end, (start // SECTOR + 1) * SECTOR)
        yield Event("write", event.name, event.data[start - event.place : stop - event.place], start)
        start = stop


def _name(names: dict[str, str], event: Event) -> None:
    if event.what == "removed":
        names.pop(event.name, None)
    else:
        names[event.name] = event.data or ""

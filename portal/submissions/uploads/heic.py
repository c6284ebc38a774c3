"""HEIC photographs: location and camera details are blanked in place, or the file is refused. Pixels are not read."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from portal.submissions.uploads.refusal import FileRefused

_TOP = {b"ftyp", b"meta", b"mdat", b"free"}
_SECRET_ITEMS = {b"Exif", b"mime", b"uri "}
_TRACES = (b"Exif\0\0", b"http://ns.adobe.com", b"<x:xmpmeta", b"GPSLatitude")
MAX_PIXELS = 100_000_000


@dataclass(frozen=True)
class Box:
    """A box of the file: its name and where its body starts and ends."""

    name: bytes
    start: int
    end: int


def clean_heic(data: bytes, shown: str) -> bytes:
    """The same photograph with every Exif and XMP item overwritten by zeros. Raises FileRefused when that cannot be done for sure."""
    cleaned = bytearray(data)
    try:
        top = list(_boxes(data, 0, len(data)))
        if not top or top[0].name != b"ftyp" or any(box.name not in _TOP for box in top):
            raise ValueError("more than one still picture")
        (meta,) = (box for box in top if box.name == b"meta")
        inside = {box.name: box for box in _boxes(data, meta.start + 4, meta.end)}
        secret = set(_secret_items(data, inside[b"iinf"]))
        idat = inside[b"idat"].start if b"idat" in inside else 0
        for start, length in _extents(data, inside[b"iloc"], secret, idat):
            if start + length > len(data) or length == 0:
                raise ValueError("an item lies outside the file")
            cleaned[start : start + length] = bytes(length)
        for box in top:
            if box.name == b"free":
                cleaned[box.start : box.end] = bytes(box.end - box.start)
        _check_size(data, inside.get(b"iprp"))
    except (ValueError, KeyError, IndexError, struct.error):
        raise _cannot(shown) from None
    outside = bytes(cleaned[: meta.start]), bytes(cleaned[meta.end :])
    if any(trace in part for trace in _TRACES for part in outside):
        raise _cannot(shown)
    return bytes(cleaned)


def _boxes(data: bytes, at: int, end: int) -> Iterator[Box]:
    while at < end:
        size, name = struct.unpack_from(">I4s", data, at)
        header = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            header = 16
        elif size == 0:
            size = end - at
        if size < header or at + size > end:
            raise ValueError("a box is cut short")
        yield Box(name, at + header, at + size)
        at += size


def _secret_items(data: bytes, iinf: Box) -> Iterator[int]:
    version = data[iinf.start]
    at = iinf.start + 4 + (2 if version == 0 else 4)
    for entry in _boxes(data, at, iinf.end):
        kind = data[entry.start]
        if entry.name != b"infe" or kind not in (2, 3):
            raise ValueError("an item of a kind that is not known")
        width = 2 if kind == 2 else 4
        item_id = int.from_bytes(data[entry.start + 4 : entry.start + 4 + width], "big")
        if data[entry.start + 6 + width : entry.start + 10 + width] in _SECRET_ITEMS:
            yield item_id


def _extents(data: bytes, iloc: Box, wanted: set[int], idat: int) -> Iterator[tuple[int, int]]:
    read = _Numbers(data, iloc.start, iloc.end)
    version = read.number(1)
    read.number(3)
    sizes, more = read.number(1), read.number(1)
    offset_size, length_size, base_size, index_size = sizes >> 4, sizes & 15, more >> 4, (more & 15) if version else 0
    found = set()
    for _ in range(read.number(2 if version < 2 else 4)):
        item_id = read.number(2 if version < 2 else 4)
        method = read.number(2) & 15 if version else 0
        read.number(2)
        base = read.number(base_size)
        for _ in range(read.number(2)):
            read.number(index_size)
            start, length = read.number(offset_size), read.number(length_size)
            if item_id not in wanted:
                continue
            if method not in (0, 1) or (method == 1 and not idat):
                raise ValueError("an item that is put together from others")
            found.add(item_id)
            yield base + start + (idat if method == 1 else 0), length
    if found != wanted:
        raise ValueError("an item whose place is not told")


class _Numbers:
    """Reads whole numbers one after another, never beyond `end`."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self._data, self._at, self._end = data, at, end

    def number(self, width: int) -> int:
        """The next number of this many bytes."""
        if self._at + width > self._end:
            raise ValueError("the list of items is cut short")
        self._at += width
        return int.from_bytes(self._data[self._at - width : self._at], "big")


def _check_size(data: bytes, iprp: Box | None) -> None:
    if iprp is None:
        raise ValueError("no properties")
    for container in _boxes(data, iprp.start, iprp.end):
        if container.name != b"ipco":
            continue
        for box in _boxes(data, container.start, container.end):
            if box.name == b"ispe":
                width, height = struct.unpack_from(">II", data, box.start + 4)
                if width * height > MAX_PIXELS:
                    raise ValueError("too many dots")


def _cannot(shown: str) -> FileRefused:
    return FileRefused(
        "heic",
        f"“{shown}” holds location details that cannot be taken out. Save the photo as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible), then add it again",
    )

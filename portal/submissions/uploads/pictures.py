"""JPEG and PNG photographs: rewritten part by part, without what tells where and by whom they were taken. Pixels are untouched."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from portal.submissions.uploads.refusal import FileRefused

MAX_PIXELS = 100_000_000
_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_JPEG_KEPT = {0xDB, 0xC4, 0xDD, 0xDA, *(set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC})}
_ORIENTATION = 0x0112
_PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs", b"sBIT", b"bKGD"}


def clean_jpeg(data: bytes, shown: str) -> bytes:
    """The same picture with comments, EXIF, GPS and anything after its end left out; how it is turned stays. Raises FileRefused."""
    width, height, orientation = _measure(data, "JPEG", shown)
    _check_pixels(width, height, shown)
    kept = [b"\xff\xd8", _orientation_segment(orientation)]
    at = 2
    try:
        while True:
            marker, at = _marker(data, at)
            if marker == 0xD9:
                return b"".join([*kept, b"\xff\xd9"])
            if marker in _STANDALONE:
                continue
            (length,) = struct.unpack_from(">H", data, at)
            segment = data[at : at + length]
            if length < 2 or len(segment) != length:
                raise ValueError("a part is cut short")
            if marker in _JPEG_KEPT or _is_harmless_app(marker, segment):
                kept += [bytes((0xFF, marker)), segment]
            at += length
            if marker == 0xDA:
                end = _end_of_scan(data, at)
                kept.append(data[at:end])
                at = end
    except (ValueError, IndexError, struct.error):
        raise _damaged(shown) from None


def _marker(data: bytes, at: int) -> tuple[int, int]:
    if data[at] != 0xFF:
        raise ValueError("no marker where one belongs")
    while data[at] == 0xFF:
        at += 1
    return data[at], at + 1


def _is_harmless_app(marker: int, segment: bytes) -> bool:
    if marker == 0xE0:
        return segment[2:7] == b"JFIF\0" and len(segment) == 16
    if marker == 0xE2:
        return segment[2:14] == b"ICC_PROFILE\0"
    return marker == 0xEE and segment[2:7] == b"Adobe" and len(segment) == 14


def _end_of_scan(data: bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise ValueError("the picture has no end")
        following = data[at + 1]
        if following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        elif following == 0xFF:
            at += 1
        else:
            return at


def _orientation_segment(orientation: int) -> bytes:
    if orientation not in range(2, 9):
        return b""
    from PIL import Image  # only for pictures: it weighs some megabytes

    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    body = exif.tobytes()
    body = body if body.startswith(b"Exif\0\0") else b"Exif\0\0" + body
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def clean_png(data: bytes, shown: str) -> bytes:
    """The same picture with only the parts that draw it; texts, dates, EXIF and anything after its end left out. Raises FileRefused."""
    width, height, _ = _measure(data, "PNG", shown)
    _check_pixels(width, height, shown)
    kept = [data[:8]]
    at = 8
    try:
        while True:
            (length,) = struct.unpack_from(">I", data, at)
            name = data[at + 4 : at + 8]
            end = at + 12 + length
            if end > len(data) or struct.unpack_from(">I", data, end - 4)[0] != zlib.crc32(data[at + 4 : end - 4]):
                raise ValueError("a part is damaged")
            if name in _PNG_KEPT:
                kept.append(data[at:end])
            elif name[:1].isupper():
                raise ValueError("an unknown part that matters")
            if name == b"IEND":
                return b"".join(kept)
            at = end
    except (ValueError, struct.error):
        raise _damaged(shown) from None


def _measure(data: bytes, kind: str, shown: str) -> tuple[int, int, int]:
    from PIL import Image

    try:
        with Image.open(BytesIO(data), formats=[kind]) as picture:
            turned = picture.getexif().get(_ORIENTATION, 1) if kind == "JPEG" else 1
            return (*picture.size, turned if isinstance(turned, int) else 1)
    except Image.DecompressionBombError:
        raise _too_many(shown) from None
    except Exception:  # noqa: BLE001 - Pillow raises many kinds of error on damaged pictures, and all mean the same here
        raise _damaged(shown) from None


def _check_pixels(width: int, height: int, shown: str) -> None:
    if width * height > MAX_PIXELS:
        raise _too_many(shown)


def _too_many(shown: str) -> FileRefused:
    return FileRefused("too_many_pixels", f"“{shown}” has more than {MAX_PIXELS // 1_000_000} million dots. Make the picture smaller, then add it again")


def _damaged(shown: str) -> FileRefused:
    return FileRefused("damaged", f"“{shown}” is damaged and cannot be read as a picture. Take or save it again, then add it again")

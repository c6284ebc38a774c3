"""PDF files: refused when they run something, carry other files, need a password or are two kinds of file at once. Never rewritten."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO

from portal.submissions.uploads.refusal import FileRefused

MAX_UNPACKED = 30 * 1024 * 1024
_START = re.compile(rb"%PDF-[12]\.\d")
_STREAM = re.compile(rb"(<<(?:(?!endobj).){0,4000}?>>)\s{0,4}stream\r?\n", re.DOTALL)
_HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData|SubmitForm|GoToE)(?![A-Za-z0-9_.-])")
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9_.-])")


def check_pdf(data: bytes, shown: str) -> None:
    """Raises FileRefused, saying what to do, for a PDF that is not a plain document."""
    tail = data.rfind(b"%%EOF")
    if not _START.match(data) or tail < 0 or len(data) - tail > 1100:
        raise FileRefused("damaged", f"“{shown}” is not a whole PDF. Save it again from the program it came from, then add it again")
    if zipfile.is_zipfile(BytesIO(data)):
        raise FileRefused("polyglot", f"“{shown}” is two kinds of file in one. Print it to a new PDF, then add that")
    outside, packed = _parts(data, shown)
    for text in (outside, *packed):
        plain = _HEX_IN_NAME.sub(lambda found: bytes((int(found[1], 16),)), text)
        if _LOCKED.search(plain):
            raise FileRefused("password", f"“{shown}” is protected with a password. Save a copy without one, then add that")
        if _ACTIVE.search(plain):
            raise FileRefused("active", f"“{shown}” contains a script, a form or other files inside it. Print it to a new PDF, then add that")


def _parts(data: bytes, shown: str) -> tuple[bytes, list[bytes]]:
    """What stands outside streams, and the unpacked streams that hold objects."""
    outside: list[bytes] = []
    packed: list[bytes] = []
    at = total = 0
    for found in _STREAM.finditer(data):
        if found.start() < at:
            continue
        end = data.find(b"endstream", found.end())
        end = len(data) if end < 0 else end
        outside.append(data[at : found.end()])
        if b"ObjStm" in _HEX_IN_NAME.sub(lambda hit: bytes((int(hit[1], 16),)), found[1]):
            body = _unpack(data[found.end() : end], MAX_UNPACKED - total)
            total += len(body)
            if total >= MAX_UNPACKED:
                raise FileRefused("bomb", f"“{shown}” unpacks to more than {MAX_UNPACKED // (1024 * 1024)} MB. Print it to a new PDF, then add that")
            packed.append(body)
        at = end
    outside.append(data[at:])
    return b" ".join(outside), packed


def _unpack(body: bytes, limit: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, max(limit, 1))
    except zlib.error:
        return body

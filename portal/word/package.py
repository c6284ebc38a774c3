"""The .docx file as a ZIP: opened with suspicion, written with the same bytes every time. Knows nothing of tags."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portal.word.findings import Finding, Place, TemplateRefused

try:
    from isal import __version__ as _isal_version
    from isal.isal_zlib import compress as _compress
    from isal.isal_zlib import crc32

    DEFLATE = f"isal {_isal_version} level 1"
except ImportError:
    from zlib import compress as _compress
    from zlib import crc32

    DEFLATE = f"zlib {zlib.ZLIB_RUNTIME_VERSION} level 1"
"""What packs the parts that change. Another one gives other bytes of the same content, so it is part of the engine's version."""

MAX_MEMBERS = 500
MAX_FILE = 20_000_000
MAX_UNPACKED = 60_000_000
MAX_RATIO = 200
SMALL = 1_000
"""Bytes of a part below which packing takes longer than it saves room."""

CONTENT_TYPES = "[Content_Types].xml"
_BAD_NAME = re.compile(r"(^|/)\.\.(/|$)|^/|\\|:|[\x00-\x1f]|//")
_OLD_WORD = b"\xd0\xcf\x11\xe0"
_FIRST_OF_JANUARY_1980 = (0, 0x21)
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")


@dataclass(frozen=True)
class Member:
    """One file of the package: its bytes, and its bytes as they were compressed."""

    name: str
    content: bytes
    packed: bytes
    method: int
    crc: int


@dataclass
class Package:
    """A Word file taken apart. Member order is the order of the file."""

    members: dict[str, Member] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def content(self, name: str) -> bytes:
        """The bytes of a member. Raises KeyError."""
        return self.members[name].content


def _refuse(code: str, message: str, where: str = "file") -> TemplateRefused:
    return TemplateRefused([Finding(code, message, Place(where))])


def open_package(file: bytes) -> Package:
    """Take a .docx apart. Raises TemplateRefused for anything that is not one, or that unpacks to more than a document needs."""
    if file.startswith(_OLD_WORD):
        raise _refuse("not_docx", "this is an old .doc file or one locked with a password: open it in Word and save it as .docx without a password")
    if len(file) > MAX_FILE:
        raise _refuse("too_large", f"the file has {len(file):,} bytes; at most {MAX_FILE:,} are allowed")
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            _check_members(infos)
            members = {info.filename: _take(archive, info, file) for info in infos}
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError, ValueError) as error:
        raise _refuse("not_docx", "this is not a whole .docx file: open it and save it again in Word") from error
    if CONTENT_TYPES not in members or "word/document.xml" not in members:
        raise _refuse("not_docx", "this is a ZIP file but not a Word document: it has no word/document.xml")
    return Package(members)


def _check_members(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise _refuse("zip_bomb", f"the file holds {len(infos)} members; a Word document has at most {MAX_MEMBERS}")
    if sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise _refuse("zip_bomb", f"the file unpacks to more than {MAX_UNPACKED:,} bytes")
    seen: set[str] = set()
    for info in infos:
        name = info.filename
        if _BAD_NAME.search(name) or name != info.orig_filename:
            raise _refuse("bad_name", "a member's name leads out of the document", name)
        if name.lower() in seen:
            raise _refuse("duplicate_member", "the file holds two members of this name: open it and save it again in Word", name)
        seen.add(name.lower())
        if info.flag_bits & 1:
            raise _refuse("encrypted", "this member is locked with a password", name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refuse("not_docx", "this member is compressed in a way Word does not use", name)
        if info.file_size > 1_000_000 and info.file_size > MAX_RATIO * max(1, info.compress_size):
            raise _refuse("zip_bomb", f"this member unpacks to {info.file_size:,} bytes from {info.compress_size:,}", name)


def _take(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: bytes) -> Member:
    with archive.open(info) as reader:
        content = reader.read(info.file_size + 1)
    if len(content) != info.file_size:
        raise zipfile.BadZipFile(f"{info.filename} is not as long as it says")
    start = info.header_offset + 30 + sum(struct.unpack_from("<2H", file, info.header_offset + 26))
    return Member(info.filename, content, file[start : start + info.compress_size], info.compress_type, info.CRC)


def deflated(content: bytes) -> bytes:
    """The bytes of a part as a ZIP file holds them."""
    return _compress(content, 1, -15)


@dataclass(frozen=True)
class Frame:
    """The members that never change, already laid out, so that a document costs only its changed members."""

    body: bytes
    directory: bytes
    count: int


def frame(package: Package, changing: Iterable[str]) -> Frame:
    """Lay out everything but the `changing` members; content types come first."""
    leave = set(changing)
    kept = [member for member in package.members.values() if member.name not in leave]
    kept.sort(key=lambda member: member.name != CONTENT_TYPES)
    body, directory = bytearray(), bytearray()
    for member in kept:
        local, entry = _laid_out(member.name, len(body), member.packed, (member.method, member.crc, len(member.content)))
        body += b"".join(local)
        directory += b"".join(entry)
    return Frame(bytes(body), bytes(directory), len(kept))


def assemble(kept: Frame, changed: Mapping[str, bytes]) -> bytes:
    """The finished .docx. Equal input gives equal bytes: dates are fixed, nothing is taken from the machine but `DEFLATE`."""
    body, directory, offset = [kept.body], [kept.directory], len(kept.body)
    for name, content in changed.items():
        method, packed = (zipfile.ZIP_DEFLATED, deflated(content)) if len(content) >= SMALL else (zipfile.ZIP_STORED, content)
        local, entry = _laid_out(name, offset, packed, (method, crc32(content), len(content)))
        body += local
        directory += entry
        offset += sum(map(len, local))
    count = kept.count + len(changed)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, sum(map(len, directory)), offset, 0)
    return b"".join((*body, *directory, end))


def _laid_out(name: str, offset: int, packed: bytes, facts: tuple[int, int, int]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """A member as it stands in the body of a ZIP file, and its entry in the directory. `facts` are method, checksum and size."""
    method, crc, size = facts
    label = name.encode()
    flags = 0 if label.isascii() else 0x800
    local = _LOCAL.pack(b"PK\x03\x04", 20, flags, method, *_FIRST_OF_JANUARY_1980, crc, len(packed), size, len(label), 0)
    entry = _CENTRAL.pack(b"PK\x01\x02", 20, 20, flags, method, *_FIRST_OF_JANUARY_1980, crc, len(packed), size, len(label), 0, 0, 0, 0, 0, offset)
    return (local, label, packed), (entry, label)

"""Says whether a file may be kept and what of it: its type is judged by its content, never by its name. Stores nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import puremagic

from portal.submissions.uploads.heic import clean_heic
from portal.submissions.uploads.names import safe_name, shown_name, split_name
from portal.submissions.uploads.office import check_docx, check_odt
from portal.submissions.uploads.pictures import clean_jpeg, clean_png
from portal.submissions.uploads.plain_text import clean_text_file
from portal.submissions.uploads.portable import check_pdf
from portal.submissions.uploads.refusal import ALLOWED, MAX_FILE, MEGABYTE, FileRefused

_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")


@dataclass(frozen=True)
class Accepted:
    """A file that may be kept: a safe name, its media type and the bytes to keep, which may differ from those sent."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class FileKind:
    """A kind of file that may come in: the endings it goes by (the first is given to it) and what makes it harmless."""

    endings: tuple[str, ...]
    media_type: str
    clean: Callable[[bytes, str], bytes]


def _unchanged(check: Callable[[bytes, str], None]) -> Callable[[bytes, str], bytes]:
    def clean(data: bytes, shown: str) -> bytes:
        check(data, shown)
        return data

    return clean


_PDF = FileKind(("pdf",), "application/pdf", _unchanged(check_pdf))
_DOCX = FileKind(("docx",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _unchanged(check_docx))
_ODT = FileKind(("odt",), "application/vnd.oasis.opendocument.text", _unchanged(check_odt))
_JPEG = FileKind(("jpg", "jpeg", "jpe", "jfif"), "image/jpeg", clean_jpeg)
_PNG = FileKind(("png",), "image/png", clean_png)
_HEIC = FileKind(("heic", "heif"), "image/heic", clean_heic)
_TEXT = FileKind(("txt",), "text/plain", clean_text_file)
_PICTURES = (_JPEG, _PNG, _HEIC)
_ENDINGS = {ending for kind in (_PDF, _DOCX, _ODT, *_PICTURES, _TEXT) for ending in kind.endings}


def inspect(name: str, data: bytes) -> Accepted:
    """The file as it may be kept. Raises FileRefused naming the file, what is wrong with it, the limit and what to do."""
    shown, ending = shown_name(name), split_name(name)[1]
    if not data:
        raise FileRefused("empty", f"“{shown}” is empty. Check the file, then add it again")
    if len(data) > MAX_FILE:
        raise FileRefused("too_large", f"“{shown}” is larger than {MAX_FILE // MEGABYTE} MB. Make it smaller or split it, then add it again")
    kind = _kind_of(data, ending)
    if kind is None or ending not in _ENDINGS:
        raise FileRefused("not_allowed", f"“{shown}” {_what_it_is(data)}cannot be added. It must be {ALLOWED}")
    if ending not in kind.endings and not _is_picture_misnamed(kind, ending):
        raise FileRefused("wrong_ending", f"“{shown}” is not what its name says: it holds {kind.endings[0].upper()}. Give it the ending .{kind.endings[0]}, then add it again")
    cleaned = kind.clean(data, shown)
    return Accepted(safe_name(name, kind.endings[0]), kind.media_type, cleaned)


def _kind_of(data: bytes, ending: str) -> FileKind | None:
    if data.startswith(b"%PDF-"):
        return _PDF
    if data.startswith(b"\xff\xd8\xff"):
        return _JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _PNG
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return _HEIC
    if data.startswith(b"PK\x03\x04"):
        return {"docx": _DOCX, "odt": _ODT}.get(ending)
    return _TEXT if ending == "txt" else None


def _is_picture_misnamed(kind: FileKind, ending: str) -> bool:
    return kind in _PICTURES and any(ending in picture.endings for picture in _PICTURES)


def _what_it_is(data: bytes) -> str:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "(an older Office file, or one with a password) "
    try:
        found = puremagic.magic_string(data[:4096])
    except puremagic.PureError:
        return ""
    words = found[0].name.strip() if found and found[0].name else ""
    return f"({words}) " if words and len(words) < 60 else ""

"""The zip around a DOCX or ODT: its directory is judged before anything is unpacked. What the members mean is `office`."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element

from lxml import etree

from portal.submissions.uploads.refusal import FileRefused

MAX_ENTRIES = 3000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 150
MAX_XML = 25 * 1024 * 1024
_RATIO_FROM = 1024 * 1024
_END_OF_DIRECTORY = b"PK\x05\x06"


class Package:
    """An opened zip whose directory holds no bomb, no path that leaves it, no link, no secret and nothing before or after it."""

    def __init__(self, data: bytes, shown: str) -> None:
        self.shown = shown
        self._left = MAX_UNPACKED // 2
        if not data.startswith(b"PK\x03\x04") or data.rfind(_END_OF_DIRECTORY) != len(data) - 22:
            raise self.refused("damaged", "is not a whole document")
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
            raise self.refused("damaged", "is damaged") from None
        self.names = [entry.filename for entry in entries]
        self._check_sizes(entries, len(data))
        self._check_entries(entries)

    def refused(self, code: str, why: str) -> FileRefused:
        """The error for this file: `why` completes a sentence that starts with its name."""
        return FileRefused(code, f"“{self.shown}” {why}. Save it as a PDF, then add that")

    def _check_sizes(self, entries: list[zipfile.ZipInfo], size: int) -> None:
        packed, unpacked = sum(entry.compress_size for entry in entries), sum(entry.file_size for entry in entries)
        swollen = any(entry.file_size > _RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1) for entry in entries)
        if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or packed > size or swollen:
            raise self.refused("bomb", "unpacks to far more than a document should")

    def _check_entries(self, entries: list[zipfile.ZipInfo]) -> None:
        if len({name.lower() for name in self.names}) != len(self.names):
            raise self.refused("damaged", "holds two parts of the same name")
        covered = 0
        for entry in sorted(entries, key=lambda one: one.header_offset):
            parts = entry.filename.split("/")
            if ".." in parts or entry.filename.startswith("/") or "\\" in entry.filename or ":" in parts[0] or "\0" in entry.orig_filename:
                raise self.refused("path", "holds a part whose name leads outside it")
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise self.refused("path", "holds a link to another file")
            if entry.flag_bits & 0x1:
                raise self.refused("password", "is protected with a password")
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise self.refused("damaged", "is packed in an unusual way")
            if entry.header_offset < covered:
                raise self.refused("bomb", "holds parts that overlap")
            covered = entry.header_offset + 30 + entry.compress_size

    def bytes_of(self, name: str, limit: int = 1 << 20) -> bytes:
        """The unpacked bytes of a member, at most `limit`. Raises FileRefused when it is larger or damaged."""
        try:
            with self._zip.open(name) as member:
                body = member.read(limit + 1)
        except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OSError, KeyError) as error:
            raise self.refused("damaged", "is damaged") from error
        except Exception as error:  # noqa: BLE001 - zlib.error is not a subclass of anything narrower
            raise self.refused("damaged", "is damaged") from error
        self._left -= len(body)
        if len(body) > limit or self._left < 0:
            raise self.refused("bomb", "holds a part that is far too large")
        return body

    def elements(self, name: str) -> Iterator[Element]:
        """Every element of an XML member in order, one at a time. Entities and document types are refused, the network is not used."""
        body = self.bytes_of(name, MAX_XML)
        if not body.strip():
            return
        try:
            reader = etree.iterparse(BytesIO(body), events=("start", "end"), resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
            first = True
            for event, element in reader:
                if first:
                    if element.getroottree().docinfo.doctype:
                        raise self.refused("entities", "holds a document type, which documents do not need")
                    first = False
                if event == "end":
                    yield element
                    element.clear(keep_tail=False)
        except etree.XMLSyntaxError as error:
            raise self.refused("damaged", "is damaged") from error

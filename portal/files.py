"""Kept files: bytes by content hash, outside the database, behind one small interface. Knows nothing of what they mean."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from flask import current_app

from portal.errors import NotFound

_HASH = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


class FileMissing(NotFound):
    """No bytes are kept under this hash."""


class FileStore:
    """Files of one folder, each named by the SHA-256 of its bytes. A kept file is on the disk before `keep` returns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, content: bytes | IO[bytes]) -> str:
        """Keep these bytes and answer their SHA-256 in hex. Keeping the same bytes twice keeps them once."""
        if not self.folder.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True)
            _sync_folder(self.folder.parent)
        digest = hashlib.sha256()
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as part:
                for chunk in _chunks(content):
                    digest.update(chunk)
                    part.write(chunk)
                part.flush()
                os.fsync(part.fileno())
            target = self.path(digest.hexdigest())
            target.parent.mkdir(exist_ok=True)
            os.replace(name, target)
            _sync_folder(target.parent)
            _sync_folder(self.folder)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return digest.hexdigest()

    def path(self, sha256: str) -> Path:
        """Where these bytes stand or would stand. Raises FileMissing for anything that is not a hash."""
        if not _HASH.fullmatch(sha256):
            raise FileMissing(f"{sha256!r} is not the hash of a kept file")
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether bytes are kept under this hash."""
        return self.path(sha256).is_file()

    def open(self, sha256: str) -> IO[bytes]:
        """A reader of the bytes. Raises FileMissing."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError:
            raise FileMissing(f"the file {sha256[:12]}… is not kept here") from None

    def read(self, sha256: str) -> bytes:
        """All the bytes. Raises FileMissing."""
        with self.open(sha256) as reader:
            return reader.read()

    def remove(self, sha256: str) -> None:
        """Forget these bytes; not an error when they are gone already."""
        self.path(sha256).unlink(missing_ok=True)

    def hashes(self) -> Iterator[str]:
        """Every hash kept, in no order."""
        for path in self.folder.glob("??/*"):
            if _HASH.fullmatch(path.name):
                yield path.name

    def free(self) -> int:
        """Bytes that are free on the disk of the data folder."""
        return shutil.disk_usage(self.folder if self.folder.exists() else self.folder.parent).free

    def sweep(self, wanted: set[str], *, older_than: float) -> int:
        """Remove files that nothing wants and that were last written before `older_than` (seconds since 1970). Answers how many."""
        count = 0
        for path in [*self.folder.glob("??/*"), *self.folder.glob(".part-*")]:
            if path.name not in wanted and path.stat().st_mtime < older_than:
                path.unlink(missing_ok=True)
                count += 1
        return count


def _chunks(content: bytes | IO[bytes]) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    while chunk := content.read(_CHUNK):
        yield chunk


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def store() -> FileStore:
    """The running app's files."""
    return current_app.extensions["portal.files"]

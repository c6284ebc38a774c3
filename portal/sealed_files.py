"""Files the portal writes for itself to save work later. Each is sealed with its secret key: what somebody else wrote, or what was damaged, is not there."""

from __future__ import annotations

import contextlib
import hmac
import os
import tempfile
from pathlib import Path

_SEAL = 32


def keep(path: Path, content: bytes, key: str) -> None:
    """Keep these bytes under this path, all at once: whoever reads finds the old file or the new one. A full disk keeps nothing, quietly."""
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        with os.fdopen(handle, "wb") as part:
            part.write(_seal(path, content, key) + content)
        os.replace(name, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)  # keeping it only saves time


def kept(path: Path, key: str) -> bytes | None:
    """The bytes kept under this path; None where there are none, or where the seal is not this portal's for this very path's name."""
    try:
        file = path.read_bytes()
    except OSError:
        return None
    content = file[_SEAL:]
    return content if hmac.compare_digest(file[:_SEAL], _seal(path, content, key)) else None


def _seal(path: Path, content: bytes, key: str) -> bytes:
    return hmac.digest(key.encode(), f"{path.parent.name}/{path.name}\n".encode() + content, "sha256")

"""Reading YAML texts once: the data of each is kept on disk, so that a new process need not read the text again. Judges nothing.

Kept is plain data as JSON, sealed, under the hash of the text and of what reads it; nothing in a kept file is ever run. Places are not kept:
they are wanted for faults only, and then the text is read again.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from portal import sealed_files
from portal.forms import yaml_text
from portal.forms.yaml_text import YamlText

MOST = 400
"""So many texts are kept; then those kept longest make room."""

_CODING = ("utf-8", "surrogatepass")
"""A quoted text may name a lone surrogate: what is made of it is for others to judge."""


@dataclass(frozen=True)
class _Shelf:
    folder: Path
    key: str

    def path(self, text: str) -> Path:
        return self.folder / f"{hashlib.sha256(text.encode(*_CODING)).hexdigest()}-{_reader()[:16]}"


_shelves: list[_Shelf] = []


def keep_in(folder: Path, key: str) -> None:
    """From now on keep what is read in this folder, sealed with this key. Without it every text is read anew."""
    _shelves[:] = [_Shelf(folder, key)]


def read(text: str, source: str = "the text") -> YamlText:
    """The same as `yaml_text.read`, from what was kept where it can be. Raises YamlFaults; a text with faults is never kept."""
    for shelf in _shelves[:1]:
        path = shelf.path(text)
        content = sealed_files.kept(path, shelf.key)
        if content is not None:
            return YamlText(source, json.loads(content.decode(*_CODING)), again=partial(yaml_text.read, text, source))
        found = yaml_text.read(text, source)
        _make_room(shelf.folder)
        sealed_files.keep(path, _as_json(found.data), shelf.key)
        return found
    return yaml_text.read(text, source)


def _as_json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(*_CODING)


def _make_room(folder: Path) -> None:
    """Leave room for one more, as far as no other process is quicker."""
    try:
        there = sorted((file.stat().st_mtime, file) for file in folder.iterdir())
        for _, file in there[: len(there) - MOST + 1] if len(there) >= MOST else ():
            file.unlink(missing_ok=True)
    except OSError:
        return  # the folder comes with the first text; another process may have removed a file just now


@cache
def _reader() -> str:
    """What decides how a text is read: this module, `yaml_text` and the parser under it, found without loading it."""
    digest = hashlib.sha256()
    parser = importlib.util.find_spec("ruamel.yaml")
    for file in (__file__, yaml_text.__file__, parser.origin if parser else None):
        digest.update(Path(file).read_bytes() if file else b"")
    return digest.hexdigest()

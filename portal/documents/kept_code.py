"""Compiled templates, kept on disk so that a new process need not compile: signed, and dropped when engine or Python change.

Only what the quick way needs is kept. The careful way, taken for a document that fails, is compiled from the template again.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import marshal
import os
import tempfile
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from portal.settings import Settings, current_settings
from portal.word import template as templates
from portal.word.package import Frame
from portal.word.quick import load
from portal.word.tag_tree import CarefulPart
from portal.word.template import CompiledPart, CompiledTemplate, compile_template

_MODULES = ("language", "outside", "package", "quick", "quick_runtime", "relations", "repairs", "structure", "tag_tree", "tags", "template", "values", "wordxml")
_SEAL = 32
_ready: dict[tuple[str, bytes], CompiledTemplate] = {}


def compiled(file: bytes) -> CompiledTemplate:
    """The compiled template of these bytes: from memory, from the data folder, or compiled now and kept. Raises TemplateRefused."""
    return compiled_for(current_settings(), file)


def compiled_for(settings: Settings, file: bytes) -> CompiledTemplate:
    """The same, outside a request."""
    path = _path(settings, file)
    ready = _ready.get((str(path), file))
    if ready is None:
        ready = _read(path, file, settings) or _compile(path, file, settings)
        if len(_ready) >= 64:
            _ready.clear()
        _ready[(str(path), file)] = ready
    return ready


def _path(settings: Settings, file: bytes) -> Path:
    return settings.data_path / "compiled" / f"{hashlib.sha256(file).hexdigest()}-{_engine()[:16]}"


@cache
def _engine() -> str:
    """What decides whether and how a template is compiled: these modules, the engine's version and the Python that runs them."""
    digest = hashlib.sha256(f"{templates.ENGINE_VERSION} {importlib.util.MAGIC_NUMBER!r}".encode())
    for name in _MODULES:
        digest.update((Path(templates.__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()


def _compile(path: Path, file: bytes, settings: Settings) -> CompiledTemplate:
    found = compile_template(file)
    content = dumped(found)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        with os.fdopen(handle, "wb") as part:
            part.write(_seal(content, settings) + content)
        os.replace(name, path)
        for old in set(path.parent.glob(f"{path.name.partition('-')[0]}-*")) - {path}:
            old.unlink(missing_ok=True)
    except OSError:
        pass  # keeping it only saves time
    return found


def _read(path: Path, file: bytes, settings: Settings) -> CompiledTemplate | None:
    """What is kept, or None where nothing is, or where the seal is not this portal's: code from elsewhere is never run."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    if not hmac.compare_digest(content[:_SEAL], _seal(content[_SEAL:], settings)):
        return None
    return loaded(content[_SEAL:], file)


def _seal(content: bytes, settings: Settings) -> bytes:
    return hmac.digest(settings.secret_key.encode(), b"compiled template" + content, "sha256")


def dumped(compiled: CompiledTemplate) -> bytes:
    """A compiled template as bytes for this very engine and Python."""
    frame = compiled.frame
    parts = [_part_dumped(part) for part in compiled.parts]
    about = compiled.sha256, compiled.highest_id, compiled.reasons
    return marshal.dumps((about, dict(compiled.fixed), (frame.body, frame.directory, frame.count), parts))


def _part_dumped(part: CompiledPart) -> tuple[object, ...]:
    quick = part.quick and (part.quick.code, part.quick.longest, part.quick.is_plain)
    return part.name, part.end, part.has_marks, part.has_stamps, part.has_cell_loops, quick


def loaded(content: bytes, file: bytes) -> CompiledTemplate:
    """The inverse of `dumped`, for the template it was made of. Only for bytes this portal has sealed."""
    (sha256, highest_id, reasons), fixed, frame, parts = marshal.loads(content)
    made = []
    for number, (name, end, marks, stamps, cell_loops, quick) in enumerate(parts):
        ready = quick and load(quick[0], quick[1], is_plain=quick[2])
        made.append(CompiledPart(name, end, marks, stamps, cell_loops, ready, _again(file, number)))
    return CompiledTemplate(sha256, tuple(made), fixed, Frame(*frame), file, highest_id, reasons)


def _again(file: bytes, number: int) -> Callable[[], CarefulPart]:
    return partial(_carefully, file, number)


def _carefully(file: bytes, number: int) -> CarefulPart:
    return compile_template(file).parts[number].carefully()

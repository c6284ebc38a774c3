"""Work on a template that came from outside, such as checking it, in a process of its own: limited time and memory, no files, no network.

`serve` is that process: it says it is ready, reads one request, answers it, ends.
"""

from __future__ import annotations

import base64
import importlib
import io
import json
import math
import os
import resource
import selectors
import signal
import subprocess
import sys
import zipfile
from typing import Any

from portal.word.fields import IMAGE, TEXT, Shape
from portal.word.findings import Finding, Place
from portal.word.relations import OFFICE
from portal.word.wordxml import WORD

SECONDS = 2
START_SECONDS = 60
MEMORY = 600_000_000
OUT_OF_MEMORY = 3
_SERVE = "import sys; from portal.word.apart import serve; serve(sys.argv[1], int(sys.argv[2]))"


def too_costly(seconds: float) -> Finding:
    """What is said of a template that passes the limits."""
    return Finding("too_costly", f"checking it took more than {seconds} seconds or too much memory: it asks for more than a document needs", Place("file"))


TOO_COSTLY = too_costly(SECONDS)


def check_apart(file: bytes, shape: Shape | None = None) -> list[Finding]:
    """`check.check` under limits. A template that passes them is refused with a finding that says so."""
    answer = apart("portal.word.apart:checked", file, {"shape": shape}, seconds=SECONDS, patience=SECONDS)
    return [TOO_COSTLY] if answer is None else [Finding.from_data(data) for data in answer]


def checked(request: dict[str, Any]) -> list[dict[str, Any]]:
    """The work of `check_apart` in its own process."""
    from portal.word.check import check

    return [finding.as_data() for finding in check(base64.b64decode(request["file"]), request["shape"])]


def apart(work: str, file: bytes, more: dict[str, Any], *, seconds: float, patience: float) -> Any:
    """What the function `work` ("module:name") answers to a request of this file and `more`, which must have the file's `shape`; JSON both ways.

    None where it takes more than `seconds` of the processor, more than `patience` altogether, or too much memory.
    """
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", _SERVE, work, str(math.ceil(seconds))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        _wait_until_ready(child)
        request = json.dumps({"file": base64.b64encode(file).decode()} | more).encode()
        answer, _ = child.communicate(request, timeout=patience)
    except (subprocess.TimeoutExpired, BrokenPipeError):
        return None
    finally:
        _end(child)
    if child.returncode == 1:
        raise RuntimeError("the checking process broke off: this is a fault of the portal, not of the template")
    return json.loads(answer) if child.returncode == 0 else None


def _wait_until_ready(child: subprocess.Popen[bytes]) -> None:
    assert child.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        if not selector.select(START_SECONDS) or os.read(child.stdout.fileno(), 6) != b"ready\n":
            raise RuntimeError("the checking process did not start: is the portal installed in this Python?")


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + _seconds_used(), seconds + _seconds_used()))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _seconds_used() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime) + 1


def serve(work: str, seconds: int) -> None:
    """The child's side: one request from standard input, its answer as JSON on standard output."""
    module, _, name = work.partition(":")
    do = getattr(importlib.import_module(module), name)
    for tags in _WARMING:
        do({"file": _small(tags), "shape": {}})
    do({"file": _small("{{r one }}{{ two }}"), "shape": {"one": TEXT, "two": IMAGE}})
    _limit(seconds)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        answer = do(json.loads(sys.stdin.buffer.read()))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    sys.stdout.write(json.dumps(answer))


_WARMING = ("{% for one in [1] %}{{ 'one' ~ one|round }}{% endfor %}", "{{ one. }}", "{{ nothing }}{{ 1 / 0 }}", "{% vm %}")
"""Tags that use, misread and fail: checking them loads every module, so that none has to be opened once files are out of reach."""


def _small(tags: str) -> str:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        archive.writestr("[Content_Types].xml", f'<Types><Default Extension="rels" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{main}"/></Types>')
        archive.writestr("_rels/.rels", f'<Relationships><Relationship Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>')
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{tags}</w:t></w:r></w:p></w:body></w:document>')
    return base64.b64encode(made.getvalue()).decode()

"""Checking a template that came from outside, in a process of its own: two seconds, limited memory, no files, no network.

`serve` is that process: it says it is ready, reads one request, answers it, ends.
"""

from __future__ import annotations

import base64
import io
import json
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
from portal.word.wordxml import WORD

SECONDS = 2
START_SECONDS = 60
MEMORY = 600_000_000
OUT_OF_MEMORY = 3
TOO_COSTLY = Finding("too_costly", f"checking it took more than {SECONDS} seconds or too much memory: it asks for more than a document needs", Place("file"))


def check_apart(file: bytes, shape: Shape | None = None) -> list[Finding]:
    """`check.check` under limits. A template that passes them is refused with a finding that says so."""
    child = subprocess.Popen(
        [sys.executable, "-I", "-c", "from portal.word.apart import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        _wait_until_ready(child)
        request = json.dumps({"file": base64.b64encode(file).decode(), "shape": shape}).encode()
        answer, _ = child.communicate(request, timeout=SECONDS)
    except (subprocess.TimeoutExpired, BrokenPipeError):
        return [TOO_COSTLY]
    finally:
        _end(child)
    if child.returncode == 1:
        raise RuntimeError("the checking process broke off: this is a fault of the portal, not of the template")
    return [Finding.from_data(data) for data in json.loads(answer)] if child.returncode == 0 else [TOO_COSTLY]


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


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS + _seconds_used(), SECONDS + _seconds_used()))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _seconds_used() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime) + 1


def serve() -> None:
    """The child's side: one request from standard input, its findings as JSON on standard output."""
    from portal.word.check import check

    for tags in _WARMING:
        check(_small(tags), {})
    check(_small("{{r one }}{{ two }}"), {"one": TEXT, "two": IMAGE})
    _limit()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        request: dict[str, Any] = json.loads(sys.stdin.buffer.read())
        found = check(base64.b64decode(request["file"]), request["shape"])
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    sys.stdout.write(json.dumps([finding.as_data() for finding in found]))


_WARMING = ("{% for one in [1] %}{{ 'one' ~ one|round }}{% endfor %}", "{{ one. }}", "{{ nothing }}{{ 1 / 0 }}", "{% vm %}")
"""Tags that use, misread and fail: checking them loads every module, so that none has to be opened once files are out of reach."""


def _small(tags: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        archive.writestr("[Content_Types].xml", f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>')
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{tags}</w:t></w:r></w:p></w:body></w:document>')
    return made.getvalue()

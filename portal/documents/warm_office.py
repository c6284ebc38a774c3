"""A LibreOffice that is kept open, so that the next document prints in a tenth of a second instead of one. It ends when nobody needs it, and with its process.

One for each process, with a profile of its own. A shell stands watch beside it: when the process that opened it ends in whatever way, the shell
ends the LibreOffice. What does not come out of it in time, or at all, is printed by `pdf.to_pdf` with a new one.
"""

from __future__ import annotations

import atexit
import io
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import zipfile
from contextlib import suppress
from pathlib import Path

from portal.documents import pdf

IDLE_SECONDS = 300
MOST = 200
"""Documents printed by one LibreOffice before it is opened anew: it grows with each."""

START_SECONDS = 8
_WATCH = 'folder=$1; shift; ( "$@"; kill -KILL 0 ) & read -r _; trap "" TERM; kill -TERM 0; sleep 1; rm -rf -- "$folder"; kill -KILL 0'
"""Ends all when LibreOffice ends, and when nobody holds the other end of what it reads from."""

_TYPES, _RELATIONS = "http://schemas.openxmlformats.org/package/2006/content-types", "http://schemas.openxmlformats.org/package/2006/relationships"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="a" Type="{_DOCUMENT}" Target="word/document.xml"/></Relationships>',
    "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>-</w:t></w:r></w:p></w:body></w:document>',
}

_TURN = threading.Lock()


class _Office:
    """A running LibreOffice that takes documents from others of the same profile."""

    def __init__(self, soffice: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="portal-office-"))
        pdf.forbid(self.folder)
        self.printed = 0
        self.used_at = time.monotonic()
        self.soffice = soffice
        name = self.folder.name.rpartition("-")[2]
        listening = [*self._command(), f"--accept=pipe,name={name};urp;", "private:factory/swriter"]
        self.child = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "sh", str(self.folder), *listening], env=pdf.environment(self.folder), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        self.door = Path(f"/tmp/OSL_PIPE_{os.getuid()}_{name}")

    def _command(self) -> list[str]:
        return [self.soffice, f"-env:UserInstallation=file://{self.folder}/profile", "--headless", "--norestore", "--nolockcheck", "--nologo"]

    def is_ready(self) -> bool:
        """Whether it takes documents; waits for a new one for `START_SECONDS`."""
        until = time.monotonic() + START_SECONDS
        while self.child.poll() is None and time.monotonic() < until:
            if self.door.exists():
                return True
            time.sleep(0.02)
        return False

    def to_pdf(self, document: bytes, seconds: float) -> bytes | None:
        """The PDF, or None when it did not come in time or not at all."""
        self.printed += 1
        work = Path(tempfile.mkdtemp(prefix="work-", dir=self.folder))
        try:
            source = work / "document.docx"
            source.write_bytes(document)
            command = [*self._command(), "--convert-to", pdf.TAGGED, "--outdir", str(work / "out"), str(source)]
            quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            ended = subprocess.run(command, env=pdf.environment(self.folder), timeout=seconds, check=False, **quiet)
            made = (work / "out" / "document.pdf").read_bytes()
            return made if ended.returncode == 0 and pdf.is_whole(made) else None
        except (subprocess.TimeoutExpired, OSError):
            return None
        finally:
            self.used_at = time.monotonic()
            shutil.rmtree(work, ignore_errors=True)

    def end(self) -> None:
        """End it at once, with all that belongs to it."""
        with suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()
        self.door.unlink(missing_ok=True)
        pdf.door_of_profile(self.folder).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


_open: dict[int, _Office] = {}
"""The one of this process, by its id: a process that was forked does not use that of its parent."""


def to_pdf(document: bytes) -> bytes:
    """The document as a tagged PDF. Raises pdf.PdfUnavailable."""
    soffice = pdf.program()
    if soffice is None or not _TURN.acquire(timeout=pdf.SECONDS):
        return pdf.to_pdf(document)
    try:
        office = _opened(soffice)
        made = office.to_pdf(document, pdf.SECONDS) if office.is_ready() else None
        if made is None or office.printed >= MOST:
            _close(office)
    finally:
        _TURN.release()
    return made if made is not None else pdf.to_pdf(document)


def open_ahead() -> None:
    """Open it in the background where somebody is about to look at pages, and let it print an empty page: its first one takes it much longer than the next."""
    soffice = pdf.program()
    if soffice is not None and os.getpid() not in _open and not _TURN.locked():
        threading.Thread(target=_open_and_print_nothing, args=(soffice,), name="warm-office-ahead", daemon=True).start()


def _open_and_print_nothing(soffice: str) -> None:
    if not _TURN.acquire(blocking=False):
        return
    try:
        office = _opened(soffice)
        if not office.printed and office.is_ready():
            office.to_pdf(_nothing(), START_SECONDS)
    finally:
        _TURN.release()


def _nothing() -> bytes:
    """An empty Word document."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, content)
    return made.getvalue()


def _opened(soffice: str) -> _Office:
    office = _open.get(os.getpid())
    if office is not None and office.child.poll() is None:
        return office
    if office is not None:
        _close(office)
    office = _open[os.getpid()] = _Office(soffice)
    threading.Thread(target=_close_when_idle, args=(office,), name="warm-office", daemon=True).start()
    return office


def _close_when_idle(office: _Office) -> None:
    while _open.get(os.getpid()) is office:
        time.sleep(min(IDLE_SECONDS, 10))
        if time.monotonic() - office.used_at > IDLE_SECONDS and _TURN.acquire(timeout=1):
            try:
                _close(office)
            finally:
                _TURN.release()


def _close(office: _Office) -> None:
    if _open.get(os.getpid()) is office:
        del _open[os.getpid()]
    office.end()


@atexit.register
def close() -> None:
    """End the LibreOffice of this process, if one is open."""
    office = _open.get(os.getpid())
    if office is not None:
        _close(office)

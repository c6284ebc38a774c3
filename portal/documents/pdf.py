"""Printing a Word document to PDF with LibreOffice: one at a time in each process, with a profile of its own and a time limit. Word never depends on it."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from portal.errors import RuleBroken

SECONDS = 30
_TURN = threading.Lock()
TAGGED = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"},"ExportBookmarks":{"type":"boolean","value":"true"},"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}'

_NEVER = (
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Writer/Content/Update", "Link", "0"),
)
"""What LibreOffice never does, whatever a document says: ask another computer, run a macro, bring links up to date."""

_ITEM = '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'


class PdfUnavailable(RuleBroken):
    """No PDF can be made here and now; the message says why. The Word document can always be had."""


def program() -> str | None:
    """The path of LibreOffice, or None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def is_available() -> bool:
    """Whether this machine can print to PDF."""
    return program() is not None


def to_pdf(document: bytes, *, seconds: float = 0) -> bytes:
    """The document as a tagged PDF within `seconds` (`SECONDS`). Raises PdfUnavailable when LibreOffice is absent, fails, takes longer, or is busy for so long."""
    soffice = program()
    if soffice is None:
        raise PdfUnavailable("PDF is not available: LibreOffice is not installed on this server. Download the Word document instead")
    limit = seconds or SECONDS
    if not _TURN.acquire(timeout=limit):
        raise PdfUnavailable("Other documents are being printed just now. Try again in a minute, or download the Word document instead")
    try:
        return _printed(soffice, document, limit)
    finally:
        _TURN.release()


def environment(folder: Path) -> dict[str, str]:
    """What LibreOffice knows of this machine: where programs are, and a home of its own, where it also keeps what it writes meanwhile."""
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}


def forbid(folder: Path) -> None:
    """Tell the LibreOffice whose profile will be in this folder what it never does."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    items = "".join(_ITEM.format(*one) for one in _NEVER)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    (profile / "registrymodifications.xcu").write_text(f'{head}<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>')


def is_whole(made: bytes) -> bool:
    """Whether a PDF was written to its end."""
    return b"%%EOF" in made[-1024:]


def door_of_profile(folder: Path) -> Path:
    """Where LibreOffice listens for others of the profile in this folder, whatever TMPDIR says; one that is killed leaves it behind."""
    told = hashlib.md5(f"file://{folder}/profile".encode("utf-16-le"), usedforsecurity=False).digest()
    return Path(f"/tmp/OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{''.join(f'{byte:x}' for byte in told)}")


def _printed(soffice: str, document: bytes, limit: float) -> bytes:
    """Printed, with a second try where LibreOffice ended without a PDF: it does so now and then."""
    made = _once(soffice, document, limit) or _once(soffice, document, limit)
    if made is None:
        raise PdfUnavailable("LibreOffice could not print this document. Download the Word document instead")
    return made


def _once(soffice: str, document: bytes, limit: float) -> bytes | None:
    with tempfile.TemporaryDirectory(prefix="portal-pdf-") as folder:
        source = Path(folder, "document.docx")
        source.write_bytes(document)
        forbid(Path(folder))
        status = _convert(soffice, Path(folder), source, limit)
        file = Path(folder, "out", "document.pdf")
        made = file.read_bytes() if status == 0 and file.is_file() else b""
        return made if is_whole(made) else None


def _convert(soffice: str, folder: Path, source: Path, limit: float) -> int:
    command = [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nolockcheck", "--nodefault"]
    command += ["--convert-to", TAGGED, "--outdir", str(folder / "out"), str(source)]
    child = subprocess.Popen(
        command, env=environment(folder), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return child.wait(timeout=limit)
    except subprocess.TimeoutExpired:
        raise PdfUnavailable(f"Printing took longer than {limit:g} seconds and was stopped. Download the Word document instead") from None
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            door_of_profile(folder).unlink(missing_ok=True)

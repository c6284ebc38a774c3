"""Printing a Word document to PDF with LibreOffice: one at a time in each process, with a profile of its own and a time limit. Word never depends on it."""

from __future__ import annotations

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
    """What LibreOffice knows of this machine: where programs are, and a home of its own."""
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"}


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
        _convert(soffice, Path(folder), source, limit)
        made = Path(folder, "out", "document.pdf")
        return made.read_bytes() if made.is_file() else None


def _convert(soffice: str, folder: Path, source: Path, limit: float) -> None:
    command = [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nolockcheck", "--nodefault"]
    command += ["--convert-to", TAGGED, "--outdir", str(folder / "out"), str(source)]
    child = subprocess.Popen(
        command, env=environment(folder), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        child.wait(timeout=limit)
    except subprocess.TimeoutExpired:
        raise PdfUnavailable(f"Printing took longer than {limit:g} seconds and was stopped. Download the Word document instead") from None
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()

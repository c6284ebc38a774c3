"""The true pages of a document, as pictures: printed by LibreOffice, drawn by poppler. The PDF is kept, so that it is made once."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from portal.documents import pdf, produce
from portal.documents.models import Document
from portal.errors import NotFound
from portal.files import FileMissing, store

DOTS_PER_INCH = 96
SECONDS = 20
_PAGES = re.compile(rb"^Pages:\s+(\d+)", re.MULTILINE)


class PageMissing(NotFound):
    """The document has no such page, or pages cannot be drawn here."""


def is_available() -> bool:
    """Whether this machine can draw pages."""
    return pdf.is_available() and shutil.which("pdftoppm") is not None and shutil.which("pdfinfo") is not None


def kept_pdf(document: Document) -> bytes:
    """The PDF of a document, printed at the first call and kept. Raises pdf.PdfUnavailable."""
    if document.pdf_sha256:
        try:
            return store().read(document.pdf_sha256)
        except FileMissing:
            pass
    made = pdf.to_pdf(produce.content(document))
    document.pdf_sha256 = store().keep(made)
    return made


def page_count(document: Document) -> int:
    """How many pages it has. Raises pdf.PdfUnavailable."""
    found = _PAGES.search(_run(kept_pdf(document), "pdfinfo", "document.pdf"))
    return int(found[1]) if found else 0


def page(document: Document, number: int) -> bytes:
    """One page as PNG, from 1. Raises PageMissing, pdf.PdfUnavailable."""
    if not is_available():
        raise PageMissing("Pages cannot be drawn on this server")
    drawn = _run(kept_pdf(document), "pdftoppm", "-png", "-r", str(DOTS_PER_INCH), "-f", str(number), "-l", str(number), "document.pdf")
    if not drawn:
        raise PageMissing(f"There is no page {number}")
    return drawn


def _run(content: bytes, program: str, *arguments: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="portal-pages-") as folder:
        Path(folder, "document.pdf").write_bytes(content)
        try:
            done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise pdf.PdfUnavailable(f"Drawing the page took longer than {SECONDS} seconds and was stopped. Download the Word document instead") from None
        return done.stdout

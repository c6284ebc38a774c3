"""The true pages of a document, as pictures: printed by LibreOffice, drawn by poppler. PDF and pictures are kept, so that each is made once."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import IO

from portal.documents import pdf, produce, warm_office
from portal.documents.models import Document
from portal.errors import NotFound
from portal.files import FileMissing, store

DOTS_PER_INCH = 96
SECONDS = 20
AT_ONCE = 6
"""Pages that are drawn while somebody waits for the first; a longer document is drawn when its first picture is asked for."""

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
    made = warm_office.to_pdf(produce.content(document))
    document.pdf_sha256 = store().keep(made)
    return made


def page_count(document: Document) -> int:
    """How many pages it has; a short document is drawn right away. Raises pdf.PdfUnavailable."""
    kept = _kept_pages(document)
    if kept is not None:
        with kept, zipfile.ZipFile(kept) as pages:
            return len(pages.namelist())
    found = _PAGES.search(_run(kept_pdf(document), "pdfinfo", "document.pdf"))
    count = int(found[1]) if found else 0
    if 0 < count <= AT_ONCE:
        _draw(document)
    return count


def page(document: Document, number: int) -> bytes:
    """One page as PNG, from 1. Raises PageMissing, pdf.PdfUnavailable."""
    if not is_available():
        raise PageMissing("Pages cannot be drawn on this server")
    kept = _kept_pages(document)
    if kept is None:
        _draw(document)
        kept = store().open(document.pages_sha256)
    with kept, zipfile.ZipFile(kept) as pages:
        names = sorted(pages.namelist())
        if not 0 < number <= len(names):
            raise PageMissing(f"There is no page {number}")
        return pages.read(names[number - 1])


def _kept_pages(document: Document) -> IO[bytes] | None:
    try:
        return store().open(document.pages_sha256) if document.pages_sha256 else None
    except FileMissing:
        return None


def _draw(document: Document) -> None:
    """All its pages as pictures, kept in one ZIP. Raises PageMissing, pdf.PdfUnavailable."""
    content = kept_pdf(document)
    with tempfile.TemporaryDirectory(prefix="portal-pages-") as folder:
        _run(content, "pdftoppm", "-png", "-r", str(DOTS_PER_INCH), "document.pdf", f"{folder}/page")
        drawn = sorted(Path(folder).glob("page-*.png"))
        if not drawn:
            raise PageMissing("The pages of this document cannot be drawn")
        with tempfile.TemporaryFile() as made:
            with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as pages:
                for at, picture in enumerate(drawn, 1):
                    pages.write(picture, f"{at:04d}.png")
            made.seek(0)
            document.pages_sha256 = store().keep(made)


def _run(content: bytes, program: str, *arguments: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="portal-pages-") as folder:
        Path(folder, "document.pdf").write_bytes(content)
        try:
            done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise pdf.PdfUnavailable(f"Drawing the pages took longer than {SECONDS} seconds and was stopped. Download the Word document instead") from None
        return done.stdout

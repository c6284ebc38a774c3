"""The true pages of a document, as pictures: printed by LibreOffice, drawn by poppler, packed by Pillow. PDF and pictures are kept, so that each is made once.

Making them takes seconds, so it stands in no transaction: what the caller's has read is let go before, and what was kept is written down after, beside it.
"""

from __future__ import annotations

import io
import itertools
import re
import shutil
import subprocess
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute

from portal.db import db
from portal.documents import pdf, warm_office
from portal.documents.models import Document
from portal.errors import NotFound
from portal.files import FileMissing, store

DOTS_PER_INCH = 96
SECONDS = 20
AT_ONCE = 6
"""Pages that are drawn while somebody waits for the first, and in one go; a longer document is drawn when its first picture is asked for."""

PACKED = 3
"""How hard pictures are packed, of 9: more takes three to seven times as long for a page of words and makes it no smaller."""

_TURNS = tuple(threading.Lock() for _ in range(16))
"""Whoever makes something of a document holds one of these, the same for the same document: others wait for what is made instead of making it too."""

_PAGES = re.compile(rb"^Pages:\s+(\d+)", re.MULTILINE)


class PageMissing(NotFound):
    """The document has no such page, or pages cannot be drawn here."""


def is_available() -> bool:
    """Whether this machine can draw pages."""
    return pdf.is_available() and shutil.which("pdftoppm") is not None and shutil.which("pdfinfo") is not None


def kept_pdf(document: Document) -> bytes:
    """The PDF of a document, printed at the first call and kept; then what the session has changed is undone. Raises PageMissing, pdf.PdfUnavailable."""
    with _opened(document.pdf_sha256) or _printed(document.id, document.sha256) as kept:
        return kept.read()


def page_count(document: Document) -> int:
    """How many pages it has; a short document is drawn right away, which ends the session as in `kept_pdf`. Raises PageMissing, pdf.PdfUnavailable."""
    document_id, sha256 = document.id, document.sha256
    kept = _opened(document.pages_sha256)
    if kept is not None:
        with kept, zipfile.ZipFile(kept) as pages:
            return len(pages.namelist())
    found = _PAGES.search(_run(kept_pdf(document), "pdfinfo", "document.pdf"))
    count = int(found[1]) if found else 0
    if 0 < count <= AT_ONCE:
        _drawn(document_id, sha256).close()
    return count


def page(document: Document, number: int) -> bytes:
    """One page as PNG, from 1; where it must be drawn, the session ends as in `kept_pdf`. Raises PageMissing, pdf.PdfUnavailable."""
    if not is_available():
        raise PageMissing("Pages cannot be drawn on this server")
    kept = _opened(document.pages_sha256) or _drawn(document.id, document.sha256)
    with kept, zipfile.ZipFile(kept) as pages:
        names = sorted(pages.namelist())
        if not 0 < number <= len(names):
            raise PageMissing(f"There is no page {number}")
        return pages.read(names[number - 1])


def _opened(sha256: str) -> IO[bytes] | None:
    try:
        return store().open(sha256) if sha256 else None
    except FileMissing:
        return None


def _printed(document_id: str, sha256: str) -> IO[bytes]:
    """The PDF of the Word file with this hash. Raises PageMissing, pdf.PdfUnavailable."""
    return _made_once(document_id, Document.pdf_sha256, lambda: store().keep(warm_office.to_pdf(store().read(sha256))))


def _drawn(document_id: str, sha256: str) -> IO[bytes]:
    """All its pages as pictures, in one ZIP. Raises PageMissing, pdf.PdfUnavailable."""
    with _printed(document_id, sha256) as printed:
        content = printed.read()
    return _made_once(document_id, Document.pages_sha256, lambda: _draw(content))


def _made_once(document_id: str, column: InstrumentedAttribute[str], make: Callable[[], str]) -> IO[bytes]:
    """What this column of a document names, made and kept where it names nothing that is here. Raises PageMissing for a document that is erased meanwhile."""
    db.session.rollback()
    with _alone(document_id):
        with db.engine.execution_options(reads=True).connect() as connection:
            before = connection.scalar(select(column).where(Document.id == document_id))
        kept = _opened(before or "")
        if kept is None:
            kept = store().open(_name(document_id, column, before, make()))
        return kept


@contextmanager
def _alone(document_id: str) -> Iterator[None]:
    """One at a time in this process for each document; whoever has waited for `SECONDS` goes on all the same."""
    turn = _TURNS[hash(document_id) % len(_TURNS)]
    has_turn = turn.acquire(timeout=SECONDS)
    try:
        yield
    finally:
        if has_turn:
            turn.release()


def _name(document_id: str, column: InstrumentedAttribute[str], before: str | None, made: str) -> str:
    """Write down what was made, unless another process was first; the hash that stands. What nobody names is not kept. Raises PageMissing."""
    of_document = Document.id == document_id
    with db.engine.execution_options(writes=True).begin() as connection:
        if connection.execute(update(Document).where(of_document, column == before).values({column: made})).rowcount:
            return made
        stands = connection.scalar(select(column).where(of_document))
        if connection.scalar(select(Document.id).where(column == made).limit(1)) is None:
            store().remove(made)
    if stands is None:
        raise PageMissing("This document has been erased")
    return stands


def _draw(content: bytes) -> str:
    """The pages of this PDF as pictures, kept in one ZIP; its hash. Raises PageMissing, pdf.PdfUnavailable."""
    with tempfile.TemporaryFile() as made:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as pages:
            for at, picture in enumerate(_pictures(content), 1):
                pages.writestr(f"{at:04d}.png", picture)
        if not pages.namelist():
            raise PageMissing("The pages of this document cannot be drawn")
        made.seek(0)
        return store().keep(made)


def _pictures(content: bytes) -> Iterator[bytes]:
    """Each page as PNG, drawn a few at a time: their bare dots are large. Poppler would pack them itself, in ten times the time it draws them in."""
    for first in itertools.count(1, AT_ONCE):
        with tempfile.TemporaryDirectory(prefix="portal-pages-") as folder:
            _run(content, "pdftoppm", "-r", str(DOTS_PER_INCH), "-f", str(first), "-l", str(first + AT_ONCE - 1), "document.pdf", f"{folder}/page")
            drawn = sorted(Path(folder).glob("page-*.ppm"))
            yield from map(_packed, drawn)
        if len(drawn) < AT_ONCE:
            return


def _packed(dots: Path) -> bytes:
    from PIL import Image  # only for pictures: it weighs some megabytes

    out = io.BytesIO()
    with Image.open(dots) as picture:
        picture.save(out, "PNG", compress_level=PACKED)
    return out.getvalue()


def _run(content: bytes, program: str, *arguments: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="portal-pages-") as folder:
        Path(folder, "document.pdf").write_bytes(content)
        try:
            done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise pdf.PdfUnavailable(f"Drawing the pages took longer than {SECONDS} seconds and was stopped. Download the Word document instead") from None
        return done.stdout

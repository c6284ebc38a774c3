"""Specimens: what a template prints for a made-up family, as Word and as pictures of its pages. Nothing in them is about anybody."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from portal import jobs, publishing, timekeeping
from portal.db import db
from portal.designer.word_templates import WordTemplate
from portal.documents import contract, kept_code, pdf, preview
from portal.settings import current_settings
from portal.word.fields import example
from portal.word.render import render

MOST_PAGES = 30
MOST_KEPT = 60
"""Specimens whose pages are kept; the one looked at longest ago goes first."""

KEPT_FOR = timedelta(days=1)
"""How long pages are kept that nobody looks at."""

AGAIN_AFTER = timedelta(minutes=15)
"""When a specimen is tried again that could not be printed; until then its empty folder says so."""

NOT_DRAWN = "The pages could not be drawn. Download the specimen as Word instead"


def made_up(template: WordTemplate) -> dict[str, Any] | None:
    """What a made-up family answered, None where the pack has no example."""
    data: dict[str, Any] = {}
    for rule in template.rules:
        found = contract.examples(template.council, rule)
        if not found:
            return None
        data |= found[0]
    return data


def in_force(template: WordTemplate) -> bytes | None:
    """The specimen of the template in force; None while none is. Raises RenderingFailed where that does not fit its document any more."""
    version = publishing.current("template", template.name)
    if version is None:
        return None
    return render(kept_code.compiled(publishing.content(version.sha256)), made_up(template) or example(template.shape()))


def page_count(specimen: bytes) -> int:
    """How many of its pages can be shown, 0 where none can be drawn here. What the session has changed is undone where they must be. Raises PdfUnavailable."""
    return len(_pages(specimen))


def page(specimen: bytes, number: int) -> bytes:
    """One page as PNG, from 1; the session as in `page_count`. Raises PageMissing, PdfUnavailable."""
    pages = _pages(specimen)
    if not 0 < number <= len(pages):
        raise preview.PageMissing(f"There is no page {number}")
    return pages[number - 1].read_bytes()


def _pages(specimen: bytes) -> list[Path]:
    folder = _kept() / hashlib.sha256(specimen).hexdigest()
    pages = sorted(folder.glob("page-*.png"))
    if pages:
        folder.touch()
    elif preview.is_available():
        _print(specimen, folder)
        pages = sorted(folder.glob("page-*.png"))
        for old in sorted(folder.parent.iterdir(), key=lambda one: one.stat().st_mtime)[:-MOST_KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    return pages


def _kept() -> Path:
    return current_settings().data_path / "cache" / "specimens"


def _print(specimen: bytes, folder: Path) -> None:
    """Print it once, with a LibreOffice of its own, so that nobody who waits for a document waits for it; that it failed is kept for a while."""
    if folder.is_dir():
        if folder.stat().st_mtime > (timekeeping.now() - AGAIN_AFTER).timestamp():
            raise pdf.PdfUnavailable(NOT_DRAWN)
        shutil.rmtree(folder, ignore_errors=True)
    db.session.rollback()
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        _draw(pdf.to_pdf(specimen), folder)
    except pdf.PdfUnavailable:
        folder.mkdir(exist_ok=True)
        raise


def _draw(printed: bytes, to: Path) -> None:
    """Draw the pages of a PDF into a new folder, whole or not at all; another process may have been faster."""
    making = Path(tempfile.mkdtemp(dir=to.parent, prefix=".part-"))
    try:
        Path(making, "specimen.pdf").write_bytes(printed)
        command = ["pdftoppm", "-png", "-r", str(preview.DOTS_PER_INCH), "-l", str(MOST_PAGES), "specimen.pdf", "page"]
        subprocess.run(command, cwd=making, capture_output=True, timeout=preview.SECONDS, check=True, stdin=subprocess.DEVNULL)
        Path(making, "specimen.pdf").unlink()
        making.rename(to)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise pdf.PdfUnavailable(NOT_DRAWN) from None
    except OSError:
        if not to.is_dir():
            raise
    finally:
        shutil.rmtree(making, ignore_errors=True)


@jobs.task("templates.sweep_specimens", every=timedelta(hours=6))
def sweep(payload: dict[str, Any], *, job_id: int) -> None:
    """Remove pages that nobody has looked at for a day, such as those of a template that was let go."""
    oldest = (timekeeping.now() - KEPT_FOR).timestamp()
    for folder in _kept().glob("*"):
        if folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)

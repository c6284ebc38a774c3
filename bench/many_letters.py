"""`python -m bench.many_letters`: letters beside docx-mailmerge2, their download, pages on the screen, thousands in one ZIP, hundreds in one print file.

Read the ratios: times are those of this machine at this moment. LibreOffice and poppler are needed for pages and print files.
"""

from __future__ import annotations

import gc
import hashlib
import io
import logging
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from bench.letters import LETTER, letter, made_by_docxtpl, paired, told
from bench.run import settings
from portal import create_app, start_up
from portal.accounts import sign_in, users
from portal.command_line import kept
from portal.db import db, new_id
from portal.demo import load_demonstration
from portal.documents import bulk, pdf, pdf_parts, preview, warm_office
from portal.documents.models import BulkItem, BulkRun, Document
from portal.documents.print_file import PrintFile, print_file, title_of
from portal.episodes.models import Paper
from portal.files import store
from portal.submissions.models import Submission
from portal.word.render import render
from portal.word.template import compile_template

LETTERS = 5000
FELT = 400
ALONE = 5
"""Letters that are printed one by one between two print files: their time a letter is what counts."""

SECONDS_TO_CHOOSE = 3
"""Between the page that offers documents and the one that shows the document, somebody reads and presses."""

WHO = "lorna.pym@example.org"
_FIELD = re.compile(r"\uE000([0-9a-z_]+)\uE001")
_WORDS = re.compile(r'<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t xml:space="preserve">([^<]*\uE000[^<]*)</w:t></w:r>')


# --- beside docx-mailmerge2 -------------------------------------------------------------------------------------------


def merge_fields(template: bytes, data: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """The same letter for docx-mailmerge2: loops and conditions unrolled by hand, a MERGEFIELD in the place of each value; and the values."""
    values: dict[str, str] = {}

    def named(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {key: named(inner, f"{name}_{key}") for key, inner in value.items()}
        if isinstance(value, list):
            return [named(inner, f"{name}_{at}") for at, inner in enumerate(value)]
        if not value or name == "ending":
            return value
        values[name] = value
        return f"\uE000{name}\uE001"

    made = render(compile_template(template), {key: named(value, key) for key, value in data.items()})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name.startswith("word/") and name.endswith(".xml"):
                content = _WORDS.sub(_as_field, content.decode()).encode()
            elif name.startswith("docProps/"):
                content = _FIELD.sub("", content.decode()).encode()
            after.writestr(name, content)
    return out.getvalue(), values


def _as_field(run: re.Match[str]) -> str:
    look, words = run[1] or "", run[2]
    pieces = re.split(r"(\uE000[0-9a-z_]+\uE001)", words)
    return "".join(_piece(look, piece) for piece in pieces if piece)


def _piece(look: str, piece: str) -> str:
    name = _FIELD.fullmatch(piece)
    if name is None:
        return f'<w:r>{look}<w:t xml:space="preserve">{piece}</w:t></w:r>'
    return f'<w:fldSimple w:instr=" MERGEFIELD {name[1]} "><w:r>{look}<w:t>{escape(name[1])}</w:t></w:r></w:fldSimple>'


def mail_merge(template: bytes, values: dict[str, str]) -> bytes:
    """One letter as docx-mailmerge2's manual says."""
    from mailmerge import MailMerge

    made = io.BytesIO()
    with MailMerge(io.BytesIO(template)) as document:
        document.merge(**values)
        document.write(made)
    return made.getvalue()


def beside_mail_merge(template: bytes, data: dict[str, Any]) -> None:
    """The letter, in turn with docx-mailmerge2 where that is installed; both print the same words."""
    try:
        import mailmerge  # noqa: F401
    except ImportError:
        print("docx-mailmerge2 is not installed: pip install docx-mailmerge2")
        return
    fields, values = merge_fields(template, data)
    compiled = compile_template(template)
    assert _letters_of(mail_merge(fields, values)) == _letters_of(render(compiled, data)), "both print the same words"
    told("letter, beside docx-mailmerge2", paired(partial(render, compiled, data), partial(mail_merge, fields, values), (100, 10)))


def _letters_of(document: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        texts = re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", archive.read("word/document.xml").decode())
    return "".join("".join(map(unescape, texts)).split())


# --- a portal with made-up families -----------------------------------------------------------------------------------


@contextmanager
def demonstration() -> Iterator[tuple[Flask, FlaskClient]]:
    """A portal with the demonstration's families, and the browser of an administrator who is signed in."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(folder))
        app.config["WTF_CSRF_ENABLED"] = False
        start_up.migrate(app)
        start_up.publish_shipped(app)
        with kept(app):
            load_demonstration()
        client = app.test_client()
        with kept(app):
            signer = SecureCookieSessionInterface().get_signing_serializer(app)
            cookie = signer.dumps({"_user_id": sign_in.begin(users.with_email(WHO))})
        client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
        yield app, client


def a_letter(app: Flask) -> str:
    """The record id of a letter that was issued to a parent."""
    with app.app_context():
        return str(db.session.scalars(select(Document.id).where(Document.document_id == LETTER, Document.copy == "")).first())


def download(app: Flask, client: FlaskClient, template: bytes, data: dict[str, Any]) -> None:
    """A letter that was issued: who asks, whether they may, the bytes, the durable audit; beside a Flask page that makes such a letter with docxtpl."""
    address = f"/documents/{a_letter(app)}.docx"
    assert client.get(address).status_code == 200, client.get(address).text[:300]
    told("download of a letter, whole request", paired(lambda: client.get(address), made_by_docxtpl(template, data), (40, 4)))


def pages(app: Flask) -> None:
    """A letter's true pages: with LibreOffice not open yet, with it opened ahead by the page before, with it open, and looked at again."""
    with app.app_context():
        document = db.session.get_one(Document, a_letter(app))
        found: dict[str, list[float]] = {}
        for what in (*["cold"] * 3, *["ahead"] * 3, *["warm"] * 5):
            if what != "warm":
                warm_office.close()
            if what == "ahead":
                warm_office.open_ahead()
                time.sleep(SECONDS_TO_CHOOSE)
            document.pdf_sha256 = document.pages_sha256 = ""
            db.session.commit()
            found.setdefault(what, []).append(_look(document))
            found.setdefault("again", []).append(_look(document))
        db.session.rollback()
    warm_office.close()
    told_as = "; ".join(f"{what} {min(times):.2f} to {max(times):.2f} s" for what, times in found.items())
    print(f"true pages of a letter: {told_as}")


def _look(document: Document) -> float:
    begun = time.perf_counter()
    preview.page_count(document)
    preview.page(document, 1)
    return time.perf_counter() - begun


# --- many at once -----------------------------------------------------------------------------------------------------


def many_in_one_file(app: Flask, client: FlaskClient, template: bytes, data: dict[str, Any]) -> None:
    """A run of thousands: its ZIP is made from the kept letters, then downloaded; the peak of memory of a process that does only that."""
    run_id = _run_of_many(app, template, data)
    gc.collect()
    before, begun = _from_here(), time.perf_counter()
    with kept(app):
        run = db.session.get_one(BulkRun, run_id)
        run.zip_sha256 = bulk._one_file(run)
        size = store().path(run.zip_sha256).stat().st_size
    made, to_make = time.perf_counter() - begun, _peak() - before
    before = _from_here()
    answer = client.get(f"/documents/many/{run_id}.zip", buffered=False)
    sent = sum(map(len, answer.response))
    answer.close()
    assert sent == size
    print(f"{LETTERS:,} letters in one ZIP of {size / 1e6:.0f} MB: {made:.1f} s; at the peak {to_make:.1f} MB more memory to make it and {_peak() - before:.1f} MB to send it, {_peak():.0f} MB in all")


def _run_of_many(app: Flask, template: bytes, data: dict[str, Any]) -> str:
    """A run whose letters are kept already, without the syncing of each file to the disk that real ones have."""
    compiled = compile_template(template)
    with kept(app):
        like = db.session.get_one(Document, a_letter(app))
        by = users.with_email(WHO)
        run = BulkRun(council=like.council, document_id=LETTER, title=like.title, made_by=by.id, finished_at=like.issued_at)
        db.session.add(run)
        db.session.flush()
        submission = db.session.get_one(Submission, like.submission_id)
        paper = db.session.scalars(select(Paper).where(Paper.submission_id == submission.id)).one()
        same, of_paper, of_document = (
            {column.name: getattr(one, column.name) for column in one.__table__.columns if column.name != "id"} for one in (submission, paper, like)
        )
        for first in range(0, LETTERS, 500):
            submissions, papers, documents, items = [], [], [], []
            for number in range(first, first + 500):
                content = render(compiled, data | {"reference": f"EH-{number}"})
                sha256 = _keep(content)
                submissions.append(same | {"id": new_id(), "reference": f"B-{number}", "idempotency_key": new_id()})
                papers.append(of_paper | {"id": new_id(), "submission_id": submissions[-1]["id"]})
                documents.append(of_document | {"id": new_id(), "submission_id": submissions[-1]["id"], "sha256": sha256})
                items.append({"run_id": run.id, "submission_id": submissions[-1]["id"], "state": "made", "made_id": documents[-1]["id"], "reason": ""})
            for table, rows in ((Submission, submissions), (Paper, papers), (Document, documents), (BulkItem, items)):
                db.session.execute(insert(table.__table__), rows)
        return run.id


def _keep(content: bytes) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    path = store().path(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return sha256


def _from_here() -> float:
    """Count the peak of memory anew; what this process uses now, in MB."""
    Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> float:
    """The most memory this process has used since then, in MB."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def printing(template: bytes, data: dict[str, Any]) -> None:
    """A hundred letters in one print file, in turn with LibreOffice started for each; then taken apart; then four hundred, from their data to both."""
    compiled = compile_template(template)
    letters = [render(compiled, data | {"reference": f"EH-{number}"}) for number in range(100)]
    alone, joined, apart = Cost(), Cost(), Cost()
    for _ in range(2):
        for one in letters[:ALONE]:
            alone.of(partial(pdf.to_pdf, one))
        made = joined.of(partial(print_file, letters), len(letters))
        apart.of(partial(_take_apart, made, letters), len(letters))
    print(f"a letter printed by one LibreOffice of its own: {alone}; in a print file of 100: {joined}; taking it apart: {apart}")
    both = (joined.wall + apart.wall, joined.cpu + apart.cpu)
    print(f"100 letters: {alone.wall / joined.wall:.1f}x faster than one by one by the clock, {alone.cpu / joined.cpu:.1f}x by CPU; {alone.wall / both[0]:.1f}x and {alone.cpu / both[1]:.1f}x with a PDF of each")
    filled, printed, parted = Cost(), Cost(), Cost()
    many = filled.of(lambda: [render(compiled, data | {"reference": f"EH-{number}"}) for number in range(FELT)])
    made = printed.of(partial(print_file, many))
    parted.of(partial(_take_apart, made, many))
    print(f"{FELT} letters: Word {filled}; their merged PDF of {sum(made.pages)} pages {printed}; a PDF of each {parted}")


@dataclass
class Cost:
    """Seconds of the clock and of the processor, of one piece of work, LibreOffice included; the mean of those that were measured."""

    pieces: int = 0
    seconds: float = 0
    used: float = 0

    def of(self, work: Callable[[], Any], pieces: int = 1) -> Any:
        """Do it, which makes so many pieces."""
        begun, used = time.perf_counter(), _used()
        made = work()
        self.seconds += time.perf_counter() - begun
        self.used += _used() - used
        self.pieces += pieces
        return made

    @property
    def wall(self) -> float:
        """By the clock, for a piece."""
        return self.seconds / self.pieces

    @property
    def cpu(self) -> float:
        """By the processor, for a piece."""
        return self.used / self.pieces

    def __str__(self) -> str:
        return f"{self.wall:.3g} s ({self.cpu:.3g} s of CPU)"


def _used() -> float:
    return sum(os.times()[:4])


def _take_apart(made: PrintFile, letters: Sequence[bytes]) -> int:
    return sum(1 for _ in pdf_parts.parts(made.content, made.pages, [title_of(one) for one in letters]))


def main() -> None:
    """The whole table. The ZIP is measured in a process of its own, whose memory nothing else has grown."""
    logging.disable(logging.WARNING)
    template, data = letter()
    if sys.argv[1:] == ["zip"]:
        with demonstration() as (app, client):
            many_in_one_file(app, client, template, data)
        return
    print(f"\n{'letters':<42} {'ours ms':>8} {'theirs':>8} {'x faster':>9}")
    beside_mail_merge(template, data)
    with demonstration() as (app, client):
        download(app, client, template, data)
        if preview.is_available():
            pages(app)
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", "bench.many_letters", "zip"], check=True, cwd=Path(__file__).parents[1])
    if preview.is_available():
        printing(template, data)
    else:
        print("pages and print files: LibreOffice or poppler is not installed")


if __name__ == "__main__":
    main()

"""The pages somebody sees before a document goes out: true ones, drawn once, by a LibreOffice that stays open; and what happens when it does not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from portal.db import db
from portal.documents import pdf, preview, produce, warm_office
from portal.documents.models import Document
from portal.files import store
from tests.documents.shipped import everything
from tests.documents.test_bulk import LETTER
from tests.documents.test_variants import make
from tests.processes import in_session, is_running, soon

pytestmark = pytest.mark.libreoffice
ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""What LibreOffice prints is no matter of the database."""

open_ahead = warm_office.open_ahead
"""The real one, which tests otherwise do without."""

(PARENT,) = [one for one in everything() if one.rule.id == LETTER]


@pytest.fixture(autouse=True)
def closed():
    """No LibreOffice stays behind."""
    yield
    warm_office.close()


def groups() -> list[int]:
    """The processes of the open LibreOffice."""
    office = warm_office._open.get(os.getpid())
    if office is None:
        return []
    return in_session(office.child.pid)


def gone(process: int) -> bool:
    return soon(lambda: not is_running(process))


@ONE
def test_the_second_look_comes_from_the_kept_pages(app, ada, made, monkeypatch):
    address = make(ada, made.letter)
    page = ada.get(address).text
    assert page.count("page-") >= 3
    first = ada.get(f"{address}/page-1.png")
    assert first.data.startswith(b"\x89PNG") and ada.get(f"{address}/page-99.png").status_code == 404

    def never(*given, **also):
        raise AssertionError("it was printed or drawn before")

    monkeypatch.setattr(preview, "_run", never)
    monkeypatch.setattr(warm_office, "to_pdf", never)
    assert ada.get(address).text.count("page-") == page.count("page-")
    assert ada.get(f"{address}/page-1.png").data == first.data


@ONE
def test_pages_that_were_lost_are_drawn_again(app, ada, made):
    address = make(ada, made.letter)
    ada.get(address)
    with app.app_context():
        store().remove(db.session.query(Document).one().pages_sha256)
    assert ada.get(f"{address}/page-2.png").data.startswith(b"\x89PNG")


@ONE
def test_an_open_libreoffice_prints_the_next_document_too_and_the_same(app):
    first = warm_office.to_pdf(PARENT.made)
    office = warm_office._open[os.getpid()]
    second = warm_office.to_pdf(PARENT.made)
    assert warm_office._open[os.getpid()] is office and office.printed == 2
    assert first.startswith(b"%PDF") and second.startswith(b"%PDF") and abs(len(first) - len(second)) < 200
    assert b"/Marked" in first and list(office.folder.glob("work-*")) == [], "no document stays in its folder"


@ONE
def test_one_that_was_killed_is_opened_anew(app):
    warm_office.to_pdf(PARENT.made)
    for process in groups():
        os.kill(process, signal.SIGKILL)
    assert warm_office.to_pdf(PARENT.made).startswith(b"%PDF")
    assert warm_office.to_pdf(PARENT.made).startswith(b"%PDF") and groups()


@ONE
def test_one_that_hangs_is_ended_and_the_document_is_printed_by_another(app, monkeypatch):
    warm_office.to_pdf(PARENT.made)
    old = groups()
    for process in old:
        os.kill(process, signal.SIGSTOP)
    monkeypatch.setattr(warm_office._Office, "to_pdf", impatient(warm_office._Office.to_pdf))
    assert warm_office.to_pdf(PARENT.made).startswith(b"%PDF")
    assert all(gone(process) for process in old)


def impatient(real):
    return lambda office, document, seconds: real(office, document, 1)


@ONE
def test_it_is_opened_anew_after_many_documents_and_closed_when_nobody_needs_it(app, monkeypatch):
    monkeypatch.setattr(warm_office, "MOST", 1)
    warm_office.to_pdf(PARENT.made)
    assert groups() == []
    monkeypatch.setattr(warm_office, "MOST", 200)
    monkeypatch.setattr(warm_office, "IDLE_SECONDS", 0.5)
    opened, really = [], warm_office._opened
    monkeypatch.setattr(warm_office, "_opened", lambda soffice: opened.append(really(soffice)) or opened[-1])
    warm_office.to_pdf(PARENT.made)
    (office,) = opened
    assert gone(office.child.pid) and soon(lambda: not office.folder.exists())


@ONE
def test_it_is_opened_ahead_by_the_pages_that_lead_to_a_document(app, ada, made, monkeypatch):
    opened = []
    monkeypatch.setattr(warm_office, "open_ahead", lambda: opened.append("ahead"))
    ada.get(f"/documents/of/{made.letter}")
    assert opened == ["ahead"]
    monkeypatch.setattr(warm_office, "to_pdf", lambda document: pytest.fail("nothing is printed yet"))
    assert ada.post(f"/documents/of/{made.letter}/closure-letter-parent").status_code == 303
    assert opened == ["ahead", "ahead"]
    ada.get(f"/documents/of/{made.draft}")
    assert len(opened) == 2, "a draft has no documents"


@ONE
def test_one_that_was_opened_ahead_has_printed_before_and_is_used(app):
    open_ahead()
    assert soon(lambda: (office := warm_office._open.get(os.getpid())) is not None and office.printed == 1)
    office = warm_office._open[os.getpid()]
    assert warm_office.to_pdf(PARENT.made).startswith(b"%PDF")
    assert warm_office._open[os.getpid()] is office and office.printed == 2
    open_ahead()
    assert warm_office._open[os.getpid()] is office


def test_it_ends_with_its_process_however_that_ends():
    script = "import os, sys\nfrom portal.documents import warm_office\nwarm_office.to_pdf(open(sys.argv[1], 'rb').read())\noffice = warm_office._open[os.getpid()]\nprint(office.child.pid, office.folder, flush=True)\nos.kill(os.getpid(), 9)"
    path = PARENT.pack.template_path(PARENT.rule.template)
    told = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    group, folder = told.stdout.split()
    assert gone(int(group)) and not os.path.exists(folder), "nothing of it is left"


@ONE
def test_without_it_the_pages_say_why_and_word_still_works(app, ada, made, monkeypatch):
    monkeypatch.setattr(pdf, "program", lambda: None)
    address = make(ada, made.letter)
    assert "LibreOffice or poppler is not installed" in ada.get(address).text
    assert ada.get(f"{address}.docx").status_code == 200
    assert "LibreOffice is not installed on this server" in ada.get(f"{address}.pdf").text


@ONE
def test_printing_is_tried_a_second_time_when_libreoffice_ends_without_a_pdf(app, monkeypatch):
    real, tries = pdf._convert, []

    def ends(*given):
        tries.append(given)
        return real(*given) if len(tries) > 1 else 0

    monkeypatch.setattr(pdf, "_convert", ends)
    assert pdf.to_pdf(PARENT.made).startswith(b"%PDF") and len(tries) == 2
    monkeypatch.setattr(pdf, "_convert", lambda *given: 0)
    with pytest.raises(pdf.PdfUnavailable, match="could not print this document"):
        pdf.to_pdf(PARENT.made)


@ONE
def test_printing_that_takes_too_long_is_stopped(app):
    with pytest.raises(pdf.PdfUnavailable, match="took longer than 0.05 seconds and was stopped"):
        pdf.to_pdf(PARENT.made, seconds=0.05)


@ONE
def test_a_document_is_printed_as_it_is_kept(app, ada, made):
    address = make(ada, made.letter)
    ada.get(address)
    with app.app_context():
        document = db.session.query(Document).one()
        assert store().read(document.pdf_sha256).startswith(b"%PDF") and produce.content(document)

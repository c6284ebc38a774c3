"""A PDF is kept only when it was written to its end, and printing leaves nothing behind."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from portal.documents import pdf, warm_office
from tests.word.test_relations import fetching
from tests.word.word_files import docx, p

WHOLE = "%PDF-1.7 a page %%EOF"


def program(folder: Path, written: str, status: int) -> str:
    """In the place of LibreOffice: listens as asked, writes this, ends so."""
    path = folder / "soffice"
    path.write_text(
        "#!/bin/sh\nwhile [ $# -gt 1 ]; do case $1 in\n"
        '--accept=*) name=${1#*name=}; : > "/tmp/OSL_PIPE_$(id -u)_${name%%;*}"; exec sleep 60 ;;\n'
        f"--outdir) mkdir -p \"$2\"; printf '%s' '{written}' > \"$2/document.pdf\" ;;\nesac; shift; done\nexit {status}\n"
    )
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(("written", "status", "is_kept"), [(WHOLE, 0, True), ("%PDF-1.7 a pa", 0, False), ("", 0, False), (WHOLE, 1, False), ("%%EOF" + " " * 2000, 0, False)])
def test_a_pdf_is_kept_only_when_it_was_written_to_its_end(tmp_path, monkeypatch, written, status, is_kept):
    warm_office.close()
    monkeypatch.setattr(pdf, "program", lambda: program(tmp_path, written, status))
    for printed in (pdf.to_pdf, warm_office.to_pdf):
        if is_kept:
            assert printed(b"a document") == written.encode()
        else:
            with pytest.raises(pdf.PdfUnavailable, match="could not print"):
                printed(b"a document")
    warm_office.close()


@pytest.mark.libreoffice
def test_an_open_libreoffice_prints_and_leaves_nothing_behind():
    warm_office.close()
    office = warm_office._Office(pdf.program())
    try:
        assert office.is_ready()
        assert pdf.is_whole(office.to_pdf(docx(p("Hello")), pdf.SECONDS) or b"")
        doors = (office.door, pdf.door_of_profile(office.folder))
        assert all(door.exists() for door in doors)
        assert pdf.environment(office.folder)["TMPDIR"] == str(office.folder)
    finally:
        office.end()
    assert not any(path.exists() for path in (office.folder, *doors))


@pytest.mark.libreoffice
def test_a_libreoffice_asks_no_other_computer_whatever_the_document_says():
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        document = fetching(f"http://127.0.0.1:{server.server_port}/picture.png")
        office = warm_office._Office(pdf.program())
        try:
            assert office.is_ready() and pdf.is_whole(office.to_pdf(document, pdf.SECONDS) or b"")
            assert pdf.is_whole(pdf.to_pdf(document))
        finally:
            office.end()
            server.shutdown()
    assert asked == []

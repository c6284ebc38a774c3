"""Documents are looked at while others write, look at them too, or erase them: making pages takes seconds, and nobody's answer depends on who was first."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from docx import Document as WordFile
from sqlalchemy import delete, update

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.db import db
from portal.documents import preview, warm_office
from portal.documents.models import Document
from portal.files import store
from tests.documents.test_variants import make

pytestmark = pytest.mark.libreoffice


@pytest.fixture(scope="module")
def two_pages() -> bytes:
    """A PDF as LibreOffice makes it."""
    word, saved = WordFile(), io.BytesIO()
    word.add_paragraph("One")
    word.add_page_break()
    word.add_paragraph("Two")
    word.save(saved)
    made = warm_office.to_pdf(saved.getvalue())
    warm_office.close()
    return made


@pytest.fixture
def meanwhile(app, two_pages, monkeypatch):
    """Lets these statements be committed by somebody else whenever a document is printed or drawn; answers how often each was done."""
    done: list[str] = []

    def let(*statements) -> list[str]:
        draw = preview._draw
        monkeypatch.setattr(warm_office, "to_pdf", lambda word: (commit(app, statements), done.append("printed"), two_pages)[2])
        monkeypatch.setattr(preview, "_draw", lambda content: (commit(app, statements), done.append("drawn"), draw(content))[2])
        return done

    return let


def commit(app, statements) -> None:
    """As another process would."""
    with app.app_context(), db.engine.execution_options(writes=True).begin() as connection:
        for statement in statements:
            connection.execute(statement)


def kept(app) -> set[str]:
    with app.app_context():
        return set(store().hashes())


@pytest.mark.parametrize("rest", ["", ".pdf", "/page-2.png"])
def test_a_commit_of_somebody_else_does_not_fail_the_first_look(app, ada, made, meanwhile, rest):
    address = make(ada, made.letter)
    done = meanwhile(update(User).where(User.email == "wren@example.org").values(name="Wren Example"))
    assert ada.get(f"{address}{rest}").status_code == 200
    assert done == ["printed", "drawn"][: 1 if rest == ".pdf" else 2]
    assert ada.get(f"{address}{rest}").status_code == 200 and len(done) <= 2, "what was made is kept"


def test_somebody_who_was_faster_in_another_process_is_not_overruled(app, ada, made, meanwhile):
    address = make(ada, made.letter)
    with app.app_context():
        first = store().keep(b"%PDF of somebody else")
    before = kept(app)
    meanwhile(update(Document).values(pdf_sha256=first))
    assert ada.get(f"{address}.pdf").data == b"%PDF of somebody else"
    assert kept(app) == before, "what nobody names is not kept"


@pytest.mark.parametrize("rest", ["", ".pdf", "/page-1.png"])
def test_nothing_of_a_document_that_is_erased_meanwhile_is_kept(app, ada, made, meanwhile, rest):
    address = make(ada, made.letter)
    before = kept(app)
    meanwhile(delete(Document))
    assert ada.get(f"{address}{rest}").status_code == 404
    assert kept(app) == before


def test_many_who_look_at_once_all_get_their_page_and_it_is_made_once(app, ada, made, meanwhile):
    address = make(ada, made.letter)
    done = meanwhile(update(User).where(User.email == "wren@example.org").values(name="Wren Example"))
    together = threading.Barrier(4)

    def look(number: int) -> int:
        browser = app.test_client()
        browser._cookies |= ada._cookies
        together.wait(60)
        return browser.get(f"{address}/page-{number}.png").status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(look, [1, 2, 1, 2])) == [200] * 4
    assert done == ["printed", "drawn"]


def test_what_a_refused_press_of_a_button_holds_is_let_go_before_printing(app, ada, made, meanwhile):
    address = make(ada, made.letter)
    done = meanwhile(update(Document).values(recipient="Somebody else"))
    assert ada.post(f"{address}/check", data={}).status_code == 422
    assert done == ["printed", "drawn"]
    with app.app_context():
        assert [row.event for row in db.session.query(AuditEvent).filter_by(event="document.viewed")] == ["document.viewed"]

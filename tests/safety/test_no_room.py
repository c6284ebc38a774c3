"""A database that is locked or full, a disk without room: a page with a reference, nothing half-written, and what was acknowledged stays."""

from __future__ import annotations

import contextlib
import errno
import io
import re

import pytest
from sqlalchemy import event, func, select, text

from portal.db import db
from portal.files import store
from portal.submissions import drafts
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import Attachment, Submission
from tests import cast
from tests.submissions.filler import PageSeen, example
from tests.submissions.made_up import held_by, some_notes

FORM = "request_for_support"
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def as_for_real(app, monkeypatch):
    """Errors become pages, and nobody waits long for a lock."""
    app.config["TESTING"] = False
    monkeypatch.setattr("portal.db.BUSY_SECONDS", 0)


def filled(client) -> str:
    """The address of a whole request of this browser that is not sent yet."""
    return f"/fill/{held_by(client, lambda: drafts.start(current_version(FORM), by=Writer(), first=Start(example('hackney', f'{FORM}.short'))))}"


def send(client, home: str):
    page = PageSeen(client.get(f"{home}/check").text, f"{home}/check")
    form = page.form("/send")
    return client.post(form.get("action"), data=page.fields(form))


def reference_of(client, answer) -> str:
    return re.search(r"[A-Z]{2,}-[2-9A-Z]{4}-[2-9A-Z]{4}", client.get(answer.location).text)[0]


@contextlib.contextmanager
def full(app):
    """A database that can grow no more."""
    with app.app_context():
        pages = db.session.execute(text("pragma page_count")).scalar()
        db.session.rollback()
        db.engine.dispose()

        def limit(connection, _record) -> None:
            connection.execute(f"pragma max_page_count = {pages}")

        event.listen(db.engine, "connect", limit)
        yield
        event.remove(db.engine, "connect", limit)
        db.engine.dispose()


@contextlib.contextmanager
def locked(app):
    """A database that somebody else is writing to, for ever."""
    with app.app_context():
        db.engine.dispose()
        with db.engine.connect() as other:
            other.execute(text("update job set owner = 'somebody else'"))
            yield
            other.rollback()


TROUBLES = pytest.mark.parametrize("trouble", [full, locked], ids=["full", "locked"])


def everything(app) -> dict[str, int]:
    """How many rows every table has."""
    with app.app_context():
        found = {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in db.metadata.sorted_tables}
        db.session.rollback()
        return found


def until_refused(act, tries: int = 60):
    """The answer of the first try that is refused: a full database has room in its last pages."""
    for number in range(tries):
        answer = act(number)
        if answer.status_code == 503:
            return answer
    raise AssertionError(f"none of {tries} was refused")


@TROUBLES
def test_a_page_with_a_reference_says_that_nothing_was_kept_and_when_to_try_again(app, client, trouble, caplog):
    filled(client)
    with trouble(app):
        answer = until_refused(lambda number: client.post("/forgotten-password", data={"email": f"{'x' * 200}{number}@example.org"}))
    page = answer.get_data(as_text=True)
    assert answer.headers["Retry-After"] == "60"
    assert "Sorry, the service cannot take this just now" in page and "Nothing of what you just sent was kept" in page
    reference = re.search(r"tell us this reference: <strong>(\w{8})<", page)[1]
    assert f"error {reference}: OperationalError" in caplog.text


@TROUBLES
def test_what_was_acknowledged_stays_and_the_next_sending_is_whole_or_not_at_all(app, client, trouble):
    first = send(client, filled(client))
    reference = reference_of(client, first)
    waiting = [filled(client) for _ in range(12)]
    pages = [PageSeen(client.get(f"{home}/check").text, f"{home}/check") for home in waiting]
    forms = [page.form("/send") for page in pages]
    before = everything(app)
    with trouble(app):
        answers = [client.post(form.get("action"), data=page.fields(form)) for page, form in zip(pages, forms, strict=True)]
        assert reference_of(client, first) == reference, "reading goes on"
    refused = [home for home, answer in zip(waiting, answers, strict=True) if answer.status_code == 503]
    assert refused
    taken = len(waiting) - len(refused)
    after = everything(app)
    assert (after["episode"], after["submission"]) == (before["episode"] + taken, before["submission"])
    with app.app_context():
        for home in refused:
            draft = drafts.find(home.split("/")[2])
            assert (draft.status, draft.reference, draft.version) == ("draft", None, 1)
    if not taken:
        assert after == before
    assert send(client, refused[0]).status_code == 303


@TROUBLES
def test_a_save_that_could_not_be_kept_is_kept_when_it_is_sent_again(app, client, trouble):
    home = filled(client)
    page = PageSeen(client.get(f"{home}/danger").text, f"{home}/danger")
    fields = page.fields(page.form())
    kept = ["no"]

    def save(number: int):
        wanted = "yes" if kept[-1] == "no" else "no"
        answer = client.post(page.url, data=fields | {"danger": wanted})
        if answer.status_code != 503:
            kept.append(wanted)
        return answer

    with trouble(app):
        until_refused(save, 400)
    with app.app_context():
        draft = drafts.find(home.split("/")[2])
        assert (draft.data.answers["danger"], draft.version) == (kept[-1], len(kept))
    assert save(0).status_code in (200, 303)
    with app.app_context():
        assert drafts.find(home.split("/")[2]).data.answers["danger"] == kept[-1]


@TROUBLES
def test_staff_see_no_record_whose_reading_cannot_be_noted(app, client, trouble):
    cast.arrive(app, cast.HUB_MANAGER)
    client.set_cookie(*cast.session_cookie(app, cast.HUB_MANAGER))
    assert client.get("/staff/").status_code == 200
    with trouble(app):
        answer = until_refused(lambda number: client.get("/staff/"), 400)
    assert "Work list" not in answer.text


@pytest.mark.parametrize("broken", ["os.fsync", "os.replace"])
def test_a_disk_without_room_for_a_file_keeps_neither_file_nor_answer(app, client, monkeypatch, broken):
    home = f"/fill/{held_by(client, public_notes)}"
    page = PageSeen(client.get(f"{home}/papers").text, f"{home}/papers")
    fields = page.fields(page.form()) | {"papers": (io.BytesIO(b"A made-up paper"), "paper.txt")}

    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(f"portal.files.{broken}", no_room)
        answer = client.post(page.url, data=fields, content_type="multipart/form-data")
    assert answer.status_code == 503
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0
        assert list(store().folder.glob(".part-*")) == []
        assert "papers" not in db.session.scalars(select(Submission)).one().data.answers


def public_notes() -> Submission:
    """A form with a question for files that a browser without an account may hold."""
    draft = some_notes()
    draft.audience = "public"
    return draft

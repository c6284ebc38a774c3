"""How many SQL statements a page costs: two at most to show a public page, four at most to keep one. Those of the transaction itself do not count."""

from __future__ import annotations

from collections import defaultdict

import pytest
from sqlalchemy import event

from portal.db import db
from tests.submissions.filler import PageSeen
from tests.submissions.test_public_journey import FORM, filler, send

OF_THE_TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@pytest.fixture
def asked(app):
    """What was asked of the database, by request: method, address and statements."""
    requests: list[tuple[str, str, list[str]]] = []

    def note(*told):
        if requests and not told[2].lstrip().startswith(OF_THE_TRANSACTION):
            requests[-1][2].append(told[2])

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    wsgi = app.wsgi_app

    def counted(environ, start_response):
        requests.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], []))
        return wsgi(environ, start_response)

    app.wsgi_app = counted
    return requests


@pytest.mark.parametrize("name", ["request_for_support.short", "request_for_support"])
def test_no_page_of_a_request_asks_more_than_two_things_and_no_save_more_than_four(app, client, asked, name):
    person = filler(app, client, name)
    person.fill(person.start(FORM))
    pages, saves = defaultdict(list), defaultdict(list)
    for method, path, statements in asked:
        if path.startswith("/fill/"):
            (pages if method == "GET" else saves)[path.split("/", 3)[-1]].append(statements)
    with_papers = {page.id.replace("_", "-") for page in person.definition.pages if any(question.kind == "file" for question in page.questions)}
    dear_pages = {path for path, one in pages.items() for found in one if len(found) > 2}
    dear_saves = {path for path, one in saves.items() for found in one if len(found) > 4}
    assert (dear_pages, dear_saves - with_papers) == (set(), set()), "a page of papers also keeps its files and looks for those given up"
    assert len(pages) > 15 and len(saves) > 15


def test_the_first_save_of_a_draft_asks_four_things_and_the_page_after_it_one(client, asked):
    home = client.post("/start/request-for-support", data={}).location
    page = PageSeen(client.get(home).text, home)
    onward = client.post(home, data=page.fields(page.form()) | {"danger": "no"}).location
    assert len(asked[-1][2]) == 4
    client.get(onward)
    assert len(asked[-1][2]) == 1


def test_a_draft_that_was_filled_in_ends_being_counted_as_empty_when_the_next_is_started(client, asked):
    for number in range(2):
        home = client.post("/start/request-for-support", data={}).location
        deleted = [statement for statement in asked[-1][2] if statement.startswith("DELETE FROM failed_try")]
        assert len(deleted) == number
        page = PageSeen(client.get(home).text, home)
        client.post(home, data=page.fields(page.form()) | {"danger": "no"})


def test_beginning_a_draft_asks_seven_things(client, asked):
    client.post("/start/request-for-support", data={})
    assert len(asked[-1][2]) <= 7


def test_a_page_that_needs_no_record_asks_the_database_nothing(client, asked):
    client.get("/")
    assert asked[-1][2] == []


def test_sending_reads_eleven_things_at_most(app, client, asked):
    """What it writes grows with the people named; what it reads does not."""
    person = filler(app, client, "request_for_support.short")
    send(client, person.fill(person.start(FORM)))
    (sent,) = [statements for _, path, statements in asked if path.endswith("/send")]
    read = [statement for statement in sent if statement.startswith("SELECT")]
    assert len(read) <= 11, "\n".join(read)

"""Every page of documents, from draft to reader and for many families at once: axe finds nothing, nothing is wider than a telephone."""

from __future__ import annotations

import pytest

from portal.db import db
from portal.documents import bulk, issuing, preview, produce
from portal.documents.models import BulkRun, Document
from portal.episodes.models import Episode
from portal.families.people import members
from portal.jobs.run import run_due
from portal.submissions import drafts
from tests.browser.test_every_page_of_staff import made, monday, seat
from tests.documents.produced import make
from tests.documents.test_bulk import LETTER, more_letters
from tests.episodes import cast

__all__ = ["monday"]
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]
WHO = "Ada Letters"


@pytest.fixture
def letter(served) -> str:
    """A finished closure letter's id."""
    return make(served.app).letter


def produced(letter: str) -> str:
    """Produce the letter to a parent; answers the address of its page."""
    return f"/documents/{produce.produce(LETTER, drafts.find(letter), cast.person(WHO)).id}"


def on(address: str) -> Document:
    return produce.find(address.rsplit("/", 1)[1])


def check_all(document: Document) -> None:
    """Look at every name and let a second person approve."""
    issuing.check(document, {one.name for one in issuing.examine(document).names}, cast.person(WHO))
    issuing.approve(document, cast.person("Sita Manager"))


def test_a_letter_on_its_way_to_its_reader(served, open_page, letter):
    at = seat(served, open_page, WHO)
    page, looker = at.looker.page, at.looker
    at.visit(f"/documents/of/{letter}", "nothing produced")
    address = made(served, lambda: produced(letter))
    at.visit(address, "to be checked")
    assert page.get_by_role("img", name="Page 1 of").count() == 1
    at.visit(f"{address}/words", "where each word comes from")
    page.goto(address)
    looker.press_and_see_errors("These may stand: mark as checked", "no name ticked")
    made(served, lambda: check_all(on(address)))
    at.visit(address, "approved")
    page.locator("#recipient").fill("")
    looker.press_and_see_errors("Issue and log", "no reader and no way")
    page.get_by_text("Log that somebody does not get it").click()
    looker.press_and_see_errors("Log the decision", "nobody who does not get it")
    page.locator("#recipient").fill("Ifeoma Okafor")
    page.get_by_label("By post").check()
    looker.press("Issue and log")
    looker.look("being issued")
    made(served, lambda: run_due())
    at.visit(address, "issued")
    at.visit(f"/documents/of/{letter}", "one produced")
    at.visit(f"{address}/withdraw", "withdraw")
    looker.press_and_see_errors("Withdraw the document", "withdraw")
    page.get_by_label("Why is it withdrawn?").fill("It names the wrong school.")
    looker.press("Withdraw the document")
    looker.look("withdrawn, listed")
    at.visit(address, "withdrawn")
    looker.judge()


def test_a_letter_that_waits_that_holds_too_much_and_that_is_out_of_date(served, open_page, letter, monkeypatch):
    monkeypatch.setattr(preview, "is_available", lambda: False)
    address = made(served, lambda: produced(letter))
    made(served, lambda: issuing.check(on(address), {one.name for one in issuing.examine(on(address)).names}, cast.person(WHO)))
    ada, sita = seat(served, open_page, WHO), seat(served, open_page, "Sita Manager")
    ada.visit(address, "checked, waits for approval")
    sita.visit(address, "to approve")
    made(served, lambda: spoil(letter, on(address)))
    ada.visit(address, "holds what its reader must not see, and is out of date")
    assert ada.looker.page.get_by_role("heading", name="This copy cannot be issued").count() == 1
    assert ada.looker.page.get_by_role("heading", name="The record has changed since this was produced").count() == 1
    ada.looker.judge()
    sita.looker.judge()


def spoil(letter: str, document: Document) -> None:
    """Afterwards somebody in the family hides that they stay with the worker the letter names, and the greeting is put right."""
    _, person = members(db.session.get_one(Episode, document.episode_id).family_id)[0]
    person.facts = person.facts | {"address": {"value": {"lines": ["Yusuf Demir", "4 Hidden Row"], "town": "London", "postcode": "E5 9ZZ", "confidential": True}}}
    data = drafts.find(letter).data
    data.answers = data.answers | {"greeting": "Dear Ms Okafor-Reid"}


def test_documents_for_many_families(served, open_page, letter, monkeypatch):
    monkeypatch.setattr(preview, "is_available", lambda: True)
    monkeypatch.setattr(bulk, "STEP", 1)
    more_letters(served.app, 2)
    at = seat(served, open_page, WHO)
    page, looker = at.looker.page, at.looker
    at.visit("/documents/many", "no run yet")
    at.visit("/documents/many?document=minutes", "no family")
    at.visit(f"/documents/many?document={LETTER}", "families")
    page.evaluate("document.querySelectorAll('main [name=chosen]').forEach(one => { one.checked = false })")
    looker.press_and_see_errors("Make the documents", "no family chosen")
    page.evaluate("document.querySelectorAll('main [name=chosen]').forEach(one => { one.checked = true })")
    looker.press("Make the documents")
    looker.look("waiting")
    address = page.url
    made(served, lambda: run_due(limit=1))
    at.visit(address, "under way")
    looker.press("Stop")
    looker.look("stopped")
    looker.press("Go on")
    made(served, lambda: fail_the_last(address))
    made(served, lambda: run_due())
    at.visit(address, "done, with one not made")
    made(served, lambda: [check_all(one) for one in db.session.query(Document).all()])
    at.visit(address, "ready to issue")
    looker.press_and_see_errors("Issue each to the reader it names, and log it", "no way chosen")
    page.get_by_label("By post").check()
    looker.press("Issue each to the reader it names, and log it")
    looker.look("issued")
    at.visit("/documents/many", "runs")
    at.visit(f"/documents/many?document={LETTER}", "made before")
    looker.judge()


def fail_the_last(address: str) -> None:
    """The answers of the last one chosen no longer let it be made."""
    run = db.session.get_one(BulkRun, address.rsplit("/", 1)[1])
    last = bulk.items(run)[-1][1]
    last.data.answers = {name: value for name, value in last.data.answers.items() if name != "manager_name"} | {"recipient_kind": "child"}

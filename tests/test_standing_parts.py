"""Parts of pages that are drawn once and kept are the same for everybody: nothing of who reads, of the page or of the browser is in them."""

from __future__ import annotations

import pytest

from portal.pages import MOST_STANDING, StandingParts
from tests.accounts import people

WHO = "Hana Hubmanager"


@pytest.fixture
def checked(app, monkeypatch):
    """Draw every standing part anew and compare it with the one kept; answers how often that was done."""
    compared = []
    draw = StandingParts.__call__

    def both(self, *named, caller):
        kept = draw(self, *named, caller=caller)
        assert kept == caller(), named
        compared.append(named)
        return kept

    monkeypatch.setattr(StandingParts, "__call__", both)
    return compared


def test_standing_parts_are_the_same_on_every_page_for_everybody(app, checked):
    people.add(app, WHO, roles=("hub_manager",))
    stranger, staff, reader = app.test_client(), app.test_client(), app.test_client()
    people.sign_in(staff, WHO)
    reader.set_cookie("display", "large-high")
    for browser in (stranger, staff, reader):
        draft = browser.post("/start/request-for-support", data={}).headers["Location"].split("/fill/")[1].split("/")[0]
        for page in ("/", "/display", "/page/privacy", "/nowhere", f"/fill/{draft}", f"/fill/{draft}/danger", f"/fill/{draft}/check", "/work-list", "/account"):
            browser.get(page)
    assert {named[0] for named in checked} >= {"head", "top", "foot", "public head", "urgent", "saving"}
    assert len(checked) > 100


def test_the_foot_of_a_staff_page_is_not_that_of_a_public_page(app):
    people.add(app, WHO, roles=("hub_manager",))
    stranger, staff = app.test_client(), app.test_client()
    people.sign_in(staff, WHO)
    assert "Staff sign in" in stranger.get("/").text
    assert "Staff sign in" not in staff.get("/account").text
    assert "Staff sign in" in stranger.get("/page/privacy").text


def test_a_reader_of_another_language_has_parts_of_their_own(app, client):
    english = client.get("/").text
    client.get("/language/tr?back=/")
    turkish = client.get("/").text
    assert "Skip to main content" in english and "Skip to main content" not in turkish
    assert "Skip to main content" in app.test_client().get("/").text


def test_what_is_kept_does_not_grow_without_end(app):
    parts = StandingParts()
    with app.test_request_context():
        for number in range(3 * MOST_STANDING):
            assert parts("part", str(number), caller=lambda number=number: f"<p>{number}</p>") == f"<p>{number}</p>"
    assert len(parts._kept) <= MOST_STANDING

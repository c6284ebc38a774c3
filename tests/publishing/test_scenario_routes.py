"""The page of what a form is held to: its scenarios in words, and a button that tries them before anything is published."""

from __future__ import annotations

import re
from html import unescape

import pytest

from portal.councils.library import council
from portal.publishing import scenario_routes
from tests.accounts import people
from tests.episodes import cast

PAGE = "/forms-and-rules/sign-off/scenarios"


@pytest.fixture
def administrator(app, client):
    people.add(app)
    people.sign_in(client)
    return client


def text_of(answer) -> str:
    """The words of a page as a person reads them."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))))


def tried(client) -> str:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(PAGE).get_data(as_text=True))
    return text_of(client.post(PAGE, data={"csrf_token": token[1]} if token else {}))


def test_the_scenarios_of_a_form_are_told_in_words(administrator):
    assert "Scenarios : Sign-off" in text_of(administrator.get("/forms-and-rules"))
    page = text_of(administrator.get(PAGE))
    assert "Nobody can return a paper without saying what needs doing" in page
    assert "passed" not in page


def test_a_button_tries_them(administrator):
    page = tried(administrator)
    assert "12 of 12 scenarios passed, 26 of 26 branches are covered" in page
    assert "The form does what it is held to, and nothing in it is untried." in page


def as_it_says(monkeypatch, old: str, new: str) -> None:
    """The scenarios of the sign-off, saying something else in one place."""
    text = (council("hackney").places.forms / "sign_off.tests.yaml").read_text()
    assert old in text
    monkeypatch.setattr(scenario_routes, "text_beside", lambda pack, form_id: text.replace(old, new))


def test_what_came_out_otherwise_is_told(administrator, monkeypatch):
    as_it_says(monkeypatch, "move: agree_closing", "move: none")
    page = tried(administrator)
    assert "11 of 12 scenarios passed" in page
    assert "The form does something else than it is held to." in page
    assert "the next step is the move “Quality check agrees” (agree_closing), and none was expected" in page


def test_what_no_scenario_covers_is_told(administrator, monkeypatch):
    text = (council("hackney").places.forms / "sign_off.tests.yaml").read_text().partition("  - id: direction_in_time")[0]
    monkeypatch.setattr(scenario_routes, "text_beside", lambda pack, form_id: text)
    page = tried(administrator)
    assert "1 of 1 scenarios passed, 12 of 26 branches are covered" in page
    assert "What the scenarios say is so, but some of the form is untried." in page
    assert "“The closure review” is never shown" in page


def test_scenarios_that_cannot_be_read_are_told_with_their_places(administrator, monkeypatch):
    as_it_says(monkeypatch, "expect:\n      seen: [direction]", "expcet:\n      seen: [direction]")
    for page in (text_of(administrator.get(PAGE)), tried(administrator)):
        assert "The scenarios cannot be tried" in page
        assert "unknown key 'expcet', did you mean \"expect\"?" in page


def test_a_form_without_scenarios_says_so_and_has_everything_untried(administrator, monkeypatch):
    monkeypatch.setattr(scenario_routes, "text_beside", lambda pack, form_id: "")
    assert "This form has no scenarios." in text_of(administrator.get(PAGE))
    assert "0 of 0 scenarios passed, 0 of 26 branches are covered" in tried(administrator)


def test_a_form_that_there_is_not_is_not_found(administrator):
    assert administrator.get("/forms-and-rules/no-such-form/scenarios").status_code == 404


def test_who_may_not_see_definitions_is_refused(app, client):
    cast.add(app, "Hugh Hub")
    people.sign_in(client, "Hugh Hub")
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE).status_code == 403


def test_the_page_of_the_next_version_has_the_button_too(administrator):
    page = administrator.get("/forms-and-rules/sign-off/new-version").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    assert f'action="{PAGE}"' in page
    assert "scenarios passed" in text_of(administrator.post(PAGE, data={"csrf_token": token}))

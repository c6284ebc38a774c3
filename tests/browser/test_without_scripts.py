"""The request without JavaScript: everything a page needs is in its HTML."""

from __future__ import annotations

import pytest

from portal.councils.library import council
from tests.browser.going import go
from tests.browser.hands import Hands
from tests.browser.referrer import holding, steps_of
from tests.browser.staff import opened, words_of
from tests.submissions.filler import example

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]

REQUEST = council("hackney").forms()["request_for_support"]
SHORT = "request_for_support.short"
A_SISTER = {"_id": "mia", "child_first_name": "Mia", "child_last_name": "Holt", "date_of_birth": "2021-02-03"}


def test_a_request_is_sent_without_scripts_and_a_child_added_by_mistake_is_taken_out(served, open_page):
    page = open_page(scripts=False)
    page.goto("/")
    go(page.get_by_role("button", name="Start a request"))
    page.wait_for_url("**/fill/**")
    answers = example("hackney", SHORT)
    teacher = Hands(page, REQUEST, answers | {"children": [*answers["children"], A_SISTER]}, scripts=False)
    teacher.go_through("list-children")
    teacher.press("Add another child")
    teacher.answer()
    go(page.get_by_role("button", name="Save and continue"))
    assert page.title().startswith("Error: About the child"), "her ethnic group was not asked"
    page.goto("/".join(page.url.split("/")[:5]) + "/list-children")
    assert "Mia Holt" in page.inner_text("main")
    go(page.get_by_role("link", name="Remove Mia Holt"))
    assert "Mia Holt" in page.inner_text("main")
    go(page.locator("main form button").first)
    assert "Mia Holt" not in page.inner_text("main dl")
    teacher.go_through()
    teacher.press(REQUEST.send.button)
    assert "Request sent" in page.inner_text("h1")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download what you sent as a Word document").click()
    words = words_of(opened(waiting.value.path()))
    assert "Jamie Holt" in words
    assert "Mia" not in words


def test_a_question_that_an_answer_calls_for_is_shown_by_the_page_that_comes_back(served, open_page):
    page = open_page(scripts=False)
    draft = holding(served, page, SHORT)
    contact = next(step.address for step in steps_of(served, draft) if step.name == "adult_contact")
    page.goto(contact)
    orders = page.get_by_role("group", name="Does a court order limit their contact with a child?")
    orders.get_by_label("Yes").check()
    go(page.get_by_role("button", name="Save and continue"))
    assert page.url.endswith(contact)
    assert not page.title().startswith("Error")
    assert page.get_by_label("Which order, and what does it say?").is_visible()
    assert orders.get_by_label("Yes").is_checked()

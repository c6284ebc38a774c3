"""Saving and coming back, and what two presses, two tabs or the back button do: one request, nothing lost."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from portal.db import db
from portal.jobs.run import run_due
from portal.notifications import compose
from portal.submissions.models import Submission
from tests.browser.going import go
from tests.browser.referrer import holding, steps_of

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]

SHORT = "request_for_support.short"


def saved(served, page):
    """Save a draft for later; answers its id, the code shown and the link mailed."""
    draft = holding(served, page, SHORT)
    page.goto(f"/fill/{draft}")
    go(page.get_by_role("link", name="Save and come back later"))
    page.get_by_label("Your e-mail address").fill("head@school.example.org")
    go(page.get_by_role("button", name="Send me the link and show the code"))
    code = page.locator("#code").inner_text()
    with served.app.app_context():
        run_due()
        mailed = next(one for one in compose.newest() if one.notice == "resume_link")
        words = f"{mailed.subject}\n{compose.body_of(mailed)}"
    assert code not in words and "Holt" not in words
    return draft, code, re.search(r"http://localhost(/resume/\S+)", words)[1]


def test_link_and_code_bring_the_draft_back_on_another_computer(served, open_page):
    page = open_page()
    draft, code, link = saved(served, page)
    go(page.get_by_role("button", name="Leave and clear this device"))
    assert page.goto(f"/fill/{draft}").status == 404
    other = open_page()
    other.goto(link)
    other.get_by_label("The code that was shown").fill(f" {code.lower().replace('-', ' ')} ")
    go(other.get_by_role("button", name="Continue"))
    other.wait_for_url(f"**/fill/{draft}")
    other.goto(next(step.address for step in steps_of(served, draft) if step.name == "situation"))
    assert "late on most days" in other.get_by_label("What are you worried about?").input_value()


def test_five_wrong_codes_lock_the_link_for_the_right_one_too(served, open_page):
    page = open_page()
    draft, code, link = saved(served, page)
    guesser = open_page()
    for left in (4, 3, 2, 1):
        guesser.goto(link)
        guesser.get_by_label("The code that was shown").fill("2222-2222")
        go(guesser.get_by_role("button", name="Continue"))
        guesser.get_by_text(f"you have {left} {'try' if left == 1 else 'tries'} left").first.wait_for()
    guesser.get_by_label("The code that was shown").fill("2222-2222")
    go(guesser.get_by_role("button", name="Continue"))
    assert guesser.inner_text("h1") == "This link is locked"
    owner = open_page()
    owner.goto(link)
    assert owner.inner_text("h1") == "This link is locked"
    page.goto(f"/fill/{draft}")
    assert page.inner_text("h1") == "Request for support", "whoever holds the draft in this browser can still go on"


def sent_requests(served):
    with served.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Submission).where(Submission.status == "sent"))


def test_a_double_click_sends_one_request(served, open_page):
    page = open_page()
    draft = holding(served, page, SHORT)
    page.goto(f"/fill/{draft}/check")
    page.get_by_role("button", name="Send request").dblclick()
    page.wait_for_url(f"**/sent/{draft}")
    assert sent_requests(served) == 1


def test_without_scripts_too_two_presses_send_one_request(served, open_page):
    page = open_page(scripts=False)
    draft = holding(served, page, SHORT)
    page.goto(f"/fill/{draft}/check")
    page.get_by_role("button", name="Send request").dblclick()
    page.wait_for_url(f"**/sent/{draft}")
    assert sent_requests(served) == 1


def test_going_back_after_sending_finds_the_request_sent(served, open_page):
    page = open_page()
    draft = holding(served, page, SHORT)
    page.goto(f"/fill/{draft}/check")
    go(page.get_by_role("button", name="Send request"))
    reference = page.locator(".portal-reference").first.inner_text()
    page.go_back()
    if page.get_by_role("button", name="Send request").count():
        go(page.get_by_role("button", name="Send request"))
    page.wait_for_url(f"**/sent/{draft}")
    assert page.locator(".portal-reference").first.inner_text() == reference
    assert sent_requests(served) == 1


def test_two_tabs_keep_what_each_of_them_changed(served, open_page):
    page = open_page()
    draft = holding(served, page, SHORT)
    situation = next(step.address for step in steps_of(served, draft) if step.name == "situation")
    other = page.context.new_page()
    for one, label, words in ((page, "What is working well, and who helps?", "His gran."), (other, "What needs to happen?", "Breakfast club.")):
        one.goto(situation)
        one.get_by_label(label).fill(words)
    for one in (page, other):
        go(one.get_by_role("button", name="Save and continue", exact=True))
    page.goto(situation)
    assert page.get_by_label("What is working well, and who helps?").input_value() == "His gran."
    assert page.get_by_label("What needs to happen?").input_value() == "Breakfast club."

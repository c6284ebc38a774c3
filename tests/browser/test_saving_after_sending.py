"""Typing on the two pages that come after sending, in a real browser: what follows later, and what a reviewer asked for. Kept like anything typed before."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from portal.db import db
from portal.submissions import drafts, later_typing, resume, returns
from tests import cast
from tests.browser.conftest import axe_faults
from tests.browser.going import go, until
from tests.browser.looking import Looker
from tests.browser.referrer import holding_sent
from tests.browser.test_saving import DEAD_LINE, copies, dropped_lines_are_no_fault, told  # noqa: F401 - a fixture
from tests.episodes import cast as verbs
from tests.episodes.returned import paper_of, returned

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]
PHONE = "01632 960321"


def following(served, page: Page) -> SimpleNamespace:
    """The page where more can be sent, its box for a telephone number, and what is kept of it."""
    sent = holding_sent(served, page, "request_for_support", {"papers_now": "later"})
    page.goto(f"/sent/{sent}/later")

    def kept() -> str:
        with served.app.app_context():
            return json.dumps(later_typing.of(sent).typed)

    box = page.locator('input[name$="phone"]').first
    return SimpleNamespace(box=box, kept=kept, save="Send", address=page.url, after="**/sent/*")


def asked_for(served, page: Page) -> SimpleNamespace:
    """The page of what a reviewer asked for, in the sender's browser, and what is kept in the copy."""
    cast.arrive(served.app, cast.SCREENER)
    with served.app.app_context():
        paper = paper_of(verbs.received(), "request")
        opening = resume.make(drafts.find(paper.submission_id), email="referrer@example.org")
        returned(paper, verbs.person(cast.SCREENER.name), your_phone="Nobody knows this number", children__jamie__disability="The school says so")
        submission = paper.submission_id
        db.session.commit()
    page.goto(f"/resume/{opening.token}")
    page.get_by_label("Code").fill(opening.code)
    go(page.get_by_role("button").first)
    page.get_by_role("heading", name="Change what was asked").wait_for()

    def kept() -> str:
        with served.app.app_context():
            one = returns.newest(submission)
            return json.dumps([one.answers["your_phone"], one.incomplete, one.answer_note])

    return SimpleNamespace(box=page.locator("input[name='your_phone']"), kept=kept, save="Save and stay here", address=page.url, after=page.url)


PAGES = pytest.mark.parametrize("opened", [following, asked_for])


@PAGES
def test_typing_is_kept_by_itself_and_stands_there_when_the_page_is_opened_again(served, open_page, opened):
    page = open_page()
    one = opened(served, page)
    one.box.fill(PHONE)
    expect(told(page, "saved")).to_have_text(re.compile(r"^Saved at \d{1,2}:\d\d(am|pm)$"))
    assert PHONE in one.kept()
    assert copies(page) == []
    looker = Looker(page, f"saving-{opened.__name__}")
    looker.look("saved")
    looker.judge()
    assert axe_faults(page) == []
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("about:blank")
    page.goto(one.address)
    expect(one.box).to_have_value(PHONE)
    assert asked == []


@PAGES
def test_while_the_line_is_down_it_is_kept_locked_in_this_tab_and_sent_when_it_returns(served, open_page, opened):
    page = open_page()
    one = opened(served, page)
    page.context.set_offline(True)
    one.box.fill(PHONE)
    until(page, "sessionStorage.length === 1")
    assert "960321" not in " ".join(copies(page)) and PHONE not in one.kept()
    expect(told(page, "offline")).to_be_visible()
    page.context.set_offline(False)
    expect(told(page, "saved")).to_be_visible()
    assert PHONE in one.kept() and copies(page) == []


@PAGES
def test_leaving_with_unsaved_typing_is_warned_of_and_the_copy_is_put_back(served, open_page, opened):
    page = open_page()
    one = opened(served, page)
    page.evaluate(DEAD_LINE)
    one.box.click()
    one.box.press_sequentially("1")
    one.box.fill(PHONE)
    until(page, "sessionStorage.length === 1")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("about:blank")
    assert asked == ["beforeunload"]
    assert PHONE not in one.kept()
    page.goto(one.address)
    expect(one.box).to_have_value(PHONE)
    expect(told(page, "saved")).to_be_visible()
    assert PHONE in one.kept()


@PAGES
def test_pressing_at_once_after_typing_keeps_it_and_asks_nothing(served, open_page, opened):
    page = open_page()
    one = opened(served, page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    one.box.fill(PHONE)
    go(page.get_by_role("button", name=one.save, exact=True))
    page.wait_for_url(one.after)
    assert asked == []


def test_an_answer_that_calls_for_more_says_so_and_a_message_is_kept_too(served, open_page):
    page = open_page()
    one = asked_for(served, page)
    page.locator("input[name='children.jamie.disability'][value='yes']").check()
    expect(told(page, "next")).to_be_visible()
    expect(told(page, "next")).to_contain_text("press “Save and stay here”")
    page.get_by_label("A message to us (optional)").fill("We have a new number")
    expect(told(page, "saved")).to_be_visible()
    assert "We have a new number" in one.kept()
    page.evaluate(DEAD_LINE)
    page.get_by_label("A message to us (optional)").fill("We have a new number since May")
    until(page, "sessionStorage.length === 1")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    page.goto(one.address)
    expect(page.get_by_label("A message to us (optional)")).to_have_value("We have a new number since May")

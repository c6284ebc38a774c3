"""Typing in a real browser: kept by itself, kept while the line is down, never left behind unseen, never lost when a sign-in runs out."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from portal.db import db
from portal.submissions import drafts
from tests.browser.conftest import axe_faults
from tests.browser.referrer import holding, steps_of

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]
SHORT = "request_for_support.short"
WORRY = "What are you worried about?"
NEEDED = "What needs to happen?"


def situation(served, draft: str) -> str:
    """The address of the page that asks for words."""
    return next(step.address for step in steps_of(served, draft) if step.name == "situation")


def opened(served, page: Page) -> str:
    """A draft of this browser, its page of words open; answers its id."""
    draft = holding(served, page, SHORT)
    page.goto(situation(served, draft))
    return draft


def kept(served, draft: str) -> str:
    """Everything that is kept of a draft, in one text."""
    with served.app.app_context():
        data = drafts.find(draft).data
        db.session.rollback()
        return json.dumps([data.answers, data.incomplete])


def told(page: Page, state: str):
    """The sentence that the page shows for this state."""
    return page.locator(f'[data-saving] [data-state="{state}"]')


class WithoutDroppedLines(list):
    """Complaints of pages, without what a browser itself writes when a line drops: that is what these tests do."""

    def append(self, words: str) -> None:
        """Keep a complaint."""
        if "net::ERR_" not in words:
            super().append(words)


@pytest.fixture(autouse=True)
def dropped_lines_are_no_fault(served):
    served.complaints = WithoutDroppedLines()


def until(page: Page, script: str) -> None:
    """Wait until this is true on the page (its policy forbids playwright's own way of waiting)."""
    for _ in range(200):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {script}")


def copies(page: Page) -> list[str]:
    """What this tab holds outside the page."""
    return page.evaluate("Object.entries(sessionStorage).flat()")


def test_typing_on_a_public_page_is_kept_by_itself_and_told_once(served, open_page):
    page = open_page()
    draft = opened(served, page)
    status = page.locator('[data-saving] [role="status"]')
    assert status.inner_text() == ""
    page.get_by_label(NEEDED).fill("A breakfast club near home")
    expect(told(page, "saved")).to_have_text(re.compile(r"^Saved at \d{1,2}:\d\d(am|pm)$"))
    assert "A breakfast club near home" in kept(served, draft)
    said = status.inner_text()
    assert said.startswith("Saved at")
    page.evaluate("window.changes = 0; new MutationObserver(all => { window.changes += all.length }).observe(document.querySelector('[data-saving] [role=status]'), {childList: true, characterData: true, subtree: true})")
    page.get_by_label(NEEDED).press_sequentially(" and a place for his sister")
    until(page, "document.querySelector('form').elements.version.value === '3'")
    assert "a place for his sister" in kept(served, draft)
    assert page.evaluate("window.changes") == 0, "saving again and again is not read aloud"
    assert copies(page) == []


def test_going_on_after_typing_is_one_press_with_no_question_asked(served, open_page):
    page = open_page()
    draft = opened(served, page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_label(NEEDED).fill("Typed and sent at once")
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue", exact=True).click()
    assert "Typed and sent at once" in kept(served, draft)
    page.goto(situation(served, draft))
    page.get_by_label(NEEDED).fill("Typed before a link was followed")
    page.get_by_role("link", name="See all sections").click()
    page.wait_for_url(f"**/fill/{draft}")
    assert "Typed before a link was followed" in kept(served, draft)
    assert asked == []


def test_while_the_line_is_down_typing_is_kept_locked_in_this_tab_and_sent_when_it_returns(served, open_page):
    page = open_page()
    draft = opened(served, page)
    page.context.set_offline(True)
    expect(told(page, "offline")).to_be_visible()
    page.get_by_label(NEEDED).fill("Typed without a line, about Jamie")
    until(page, "sessionStorage.length === 1")
    assert "Jamie" not in " ".join(copies(page)) and page.evaluate("localStorage.length") == 0
    assert "You are offline" in page.locator('[data-saving] [role="status"]').inner_text()
    assert axe_faults(page) == []
    url = page.url
    page.get_by_role("button", name="Save and continue", exact=True).click()
    page.wait_for_timeout(500)
    assert page.url == url and page.get_by_label(NEEDED).input_value() == "Typed without a line, about Jamie"
    assert "Typed without a line" not in kept(served, draft)
    page.context.set_offline(False)
    expect(told(page, "saved")).to_be_visible()
    assert "Typed without a line, about Jamie" in kept(served, draft)
    assert copies(page) == []


def test_a_page_that_was_closed_off_line_puts_the_copy_back_when_it_is_opened_again(served, open_page):
    page = open_page()
    draft = opened(served, page)
    page.context.set_offline(True)
    page.get_by_label(NEEDED).press_sequentially("Only in this tab")
    until(page, "sessionStorage.length === 1")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    page.context.set_offline(False)
    assert "Only in this tab" not in kept(served, draft)
    page.goto(situation(served, draft))
    expect(page.get_by_label(NEEDED)).to_have_value("Only in this tab")
    expect(told(page, "saved")).to_be_visible()
    assert "Only in this tab" in kept(served, draft) and copies(page) == []


def test_a_copy_opens_for_nobody_else(served, open_page):
    page = open_page()
    opened(served, page)
    page.context.set_offline(True)
    page.get_by_label(NEEDED).press_sequentially("Only in this tab")
    until(page, "sessionStorage.length === 1")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    page.context.set_offline(False)
    page.route("**/situation", lambda route: route.fulfill(response=(got := route.fetch()), body=re.sub(r'data-key="[^"]+"', f'data-key="{"A" * 43}="', got.text())))
    page.go_back()
    until(page, "sessionStorage.length === 0")
    assert page.get_by_label(NEEDED).input_value() != "Only in this tab"


def test_a_copy_that_is_put_back_overwrites_nobody(served, open_page):
    page = open_page()
    draft = opened(served, page)
    page.context.set_offline(True)
    page.get_by_label(NEEDED).fill("Mine, typed without a line")
    until(page, "sessionStorage.length === 1")
    other = page.context.browser.new_context(base_url=served.address)
    other.add_cookies(page.context.cookies())
    theirs = other.new_page()
    theirs.goto(situation(served, draft))
    theirs.get_by_label(NEEDED).fill("Theirs, saved meanwhile")
    theirs.locator('[data-state="saved"]').wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.context.set_offline(False)
    page.reload()
    expect(told(page, "clash")).to_be_visible()
    assert "Theirs, saved meanwhile" in kept(served, draft)
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue", exact=True).click()
    text = page.locator("main").inner_text()
    assert "Mine, typed without a line" in text and "Theirs, saved meanwhile" in text
    other.close()


def test_leaving_with_unsaved_typing_is_warned_of_and_leaving_after_a_save_is_not(served, open_page):
    page = open_page()
    opened(served, page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label(NEEDED).press_sequentially("Saved")
    expect(told(page, "saved")).to_be_visible()
    page.reload()
    assert asked == []
    page.context.set_offline(True)
    page.get_by_label(NEEDED).press_sequentially(" and not saved")
    page.goto("about:blank")
    assert asked == ["beforeunload"]


def test_whoever_leaves_the_device_leaves_no_copy(served, open_page):
    page = open_page()
    draft = opened(served, page)
    page.evaluate("sessionStorage.setItem('typed /fill/x', '1,2,3')")
    page.goto(f"/fill/{draft}/save")
    page.goto("/")
    page.get_by_role("button", name=re.compile("clear")).first.click()
    page.wait_for_url("**/left")
    assert copies(page) == []

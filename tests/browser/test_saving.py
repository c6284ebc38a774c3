"""Typing in a real browser: kept by itself, kept while the line is down, never left behind unseen, never lost when a sign-in runs out."""

from __future__ import annotations

import json
import re

import pytest
import time_machine
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page, expect
from sqlalchemy import func, select, update

from portal import timekeeping
from portal.accounts.models import SignInSession
from portal.db import db
from portal.submissions import drafts
from portal.submissions.drafts import Writer
from portal.submissions.models import Submission
from portal.submissions.page_reading import PageRead
from tests import cast as everybody
from tests.browser.going import go, until
from tests.browser.looking import Looker
from tests.browser.referrer import holding, steps_of
from tests.episodes import cast

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


def seen(page: Page, name: str) -> str:
    """What the eye reads in the element with this id."""
    return page.locator(f"#{name}").evaluate("one => { const copy = one.cloneNode(true); copy.querySelectorAll('.govuk-visually-hidden').forEach(each => each.remove()); return copy.textContent }")


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
    page.get_by_label(NEEDED).fill("A breakfast club near home and a place for his sister")
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
    go(page.get_by_role("button", name="Save and continue", exact=True))
    assert "Typed and sent at once" in kept(served, draft)
    page.goto(situation(served, draft))
    page.get_by_label(NEEDED).fill("Typed before a link was followed")
    go(page.get_by_role("link", name="See all sections"))
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
    looker = Looker(page, "saving")
    looker.look("off line")
    looker.judge()
    url = page.url
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Save and continue", exact=True).click()
    expect(page.get_by_label(NEEDED)).to_have_value("Typed without a line, about Jamie")
    assert page.url == url
    assert "Typed without a line" not in kept(served, draft)
    page.context.set_offline(False)
    expect(told(page, "saved")).to_be_visible()
    assert "Typed without a line, about Jamie" in kept(served, draft)
    assert copies(page) == []


DEAD_LINE = "() => { window.fetch = () => Promise.reject(new TypeError('no line')) }"
"""A line that is dead for what the page sends while it is being closed, too: pretending to be off line is not enough for that."""


def typed_on_a_dead_line(page: Page, words: str) -> None:
    """Type words that only this tab can keep, and wait until it does."""
    page.evaluate(DEAD_LINE)
    page.get_by_label(NEEDED).click()
    page.get_by_label(NEEDED).fill(words)
    until(page, "sessionStorage.length === 1")


def test_a_page_that_was_closed_off_line_puts_the_copy_back_when_it_is_opened_again(served, open_page):
    page = open_page()
    draft = opened(served, page)
    typed_on_a_dead_line(page, "Only in this tab")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    assert "Only in this tab" not in kept(served, draft)
    page.goto(situation(served, draft))
    expect(page.get_by_label(NEEDED)).to_have_value("Only in this tab")
    expect(told(page, "saved")).to_be_visible()
    assert "Only in this tab" in kept(served, draft) and copies(page) == []


def test_a_copy_opens_for_nobody_else(served, open_page):
    page = open_page()
    draft = opened(served, page)
    typed_on_a_dead_line(page, "Only in this tab")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("about:blank")
    page.route("**/situation", lambda route: route.fulfill(response=(got := route.fetch()), body=re.sub(r'data-key="[^"]+"', f'data-key="{"A" * 43}="', got.text())))
    page.goto(situation(served, draft))
    until(page, "sessionStorage.length === 0")
    assert page.get_by_label(NEEDED).input_value() != "Only in this tab"


def test_a_copy_that_is_put_back_overwrites_nobody(served, open_page):
    page = open_page()
    draft = opened(served, page)
    typed_on_a_dead_line(page, "Mine, typed without a line")
    other = page.context.browser.new_context(base_url=served.address)
    other.add_cookies(page.context.cookies())
    theirs = other.new_page()
    theirs.goto(situation(served, draft))
    theirs.get_by_label(NEEDED).fill("Theirs, saved meanwhile")
    theirs.locator('[data-state="saved"]').wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(told(page, "clash")).to_be_visible()
    assert "Theirs, saved meanwhile" in kept(served, draft)
    go(page.get_by_role("button", name="Save and continue", exact=True))
    assert [seen(page, name) for name in ("theirs-1", "mine-1")] == ["Theirs, saved meanwhile", "Mine, typed without a line"]
    asked = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.get_by_label("Use what I entered").check()
    go(page.get_by_role("button", name="Save and continue"))
    assert asked == [] and "Mine, typed without a line" in kept(served, draft)
    other.close()


def test_leaving_both_texts_without_choosing_is_warned_of(served, open_page):
    page = open_page()
    draft = holding(served, page, SHORT)
    other = page.context.new_page()
    for one in (page, other):
        one.goto(situation(served, draft))
    for one in (other, page):
        one.get_by_label(NEEDED).click()
        one.get_by_label(NEEDED).fill(f"Words of {'one' if one is page else 'the other'} tab")
        go(one.get_by_role("button", name="Save and continue", exact=True))
    assert page.inner_text("h1") == "The same answers were changed somewhere else"
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("h1").click()
    page.goto("about:blank")
    assert asked == ["beforeunload"]


def test_leaving_with_unsaved_typing_is_warned_of_and_leaving_after_a_save_is_not(served, open_page):
    page = open_page()
    opened(served, page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label(NEEDED).click()
    page.get_by_label(NEEDED).fill("Saved")
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
    go(page.get_by_role("button", name=re.compile("clear")).first)
    page.wait_for_url("**/left")
    assert copies(page) == []


# --- staff ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def minutes(served, open_page):
    """The address of a meeting's draft, and a browser in which the minute-taker is signed in."""
    with time_machine.travel(cast.MONDAY, tick=True):
        with served.app.app_context():
            episode = cast.allocated()
            draft = cast.started(episode, "meeting", cast.person("Tom Minutes"), "taf_meeting.first.json").submission_id
            db.session.commit()
        page = open_page()
        page.context.add_cookies([signed_in(served)])
        yield f"/fill/{draft}", page


def signed_in(served) -> dict[str, str]:
    """The cookie of a new sign-in of the minute-taker."""
    name, value = everybody.session_cookie(served.app, everybody.Member("Tom Minutes", ()))
    return {"name": name, "value": value, "url": served.address}


PLACE = "Name of the place or room"


def test_the_long_page_keeps_typing_while_the_line_is_down(served, minutes):
    home, page = minutes
    page.goto(f"{home}/all")
    expect(told(page, "before")).to_contain_text("Last saved")
    page.context.set_offline(True)
    page.get_by_label(PLACE).fill("Typed without a line")
    until(page, "sessionStorage.length === 1")
    looker = Looker(page, "saving")
    looker.look("long page off line")
    looker.judge()
    page.context.set_offline(False)
    expect(told(page, "saved")).to_be_visible()
    assert "Typed without a line" in kept(served, home.split("/")[2]) and copies(page) == []


def test_a_sign_in_that_runs_out_while_somebody_types_loses_nothing(served, minutes):
    home, page = minutes
    page.goto(f"{home}/all")
    with served.app.app_context():
        db.session.execute(update(SignInSession).values(ended_at=timekeeping.now()))
        db.session.commit()
    page.get_by_label(PLACE).fill("Typed when the sign-in was over")
    expect(told(page, "out")).to_be_visible()
    looker = Looker(page, "saving")
    looker.look("signed out")
    looker.judge()
    go(page.get_by_role("button", name="Sign in and go on"))
    page.get_by_label("E-mail address").wait_for()
    assert "Typed when" not in kept(served, home.split("/")[2])
    fresh = signed_in(served)
    page.context.add_cookies([with_what_was_on_its_way(served, page, fresh)])
    page.goto("/sign-in/go-on")
    looker = Looker(page, "saving")
    looker.look("go on with what was typed")
    looker.judge()
    go(page.get_by_role("button", name="Send what I typed"))
    page.wait_for_url(f"**{home}/all")
    assert page.get_by_label(PLACE).input_value() == "Typed when the sign-in was over"
    assert "Typed when the sign-in was over" in kept(served, home.split("/")[2])


def with_what_was_on_its_way(served, page: Page, fresh: dict[str, str]) -> dict[str, str]:
    """A new sign-in in the browser that holds what was on its way, as signing in keeps it."""
    signer = SecureCookieSessionInterface().get_signing_serializer(served.app)
    before = next(one for one in page.context.cookies() if one["name"] == fresh["name"])
    held = signer.loads(before["value"])
    return fresh | {"value": signer.dumps(signer.loads(fresh["value"]) | {"interrupted": held["interrupted"]})}


def finished(served) -> int:
    with served.app.app_context():
        count = db.session.scalar(select(func.count()).select_from(Submission).where(Submission.status == "final", Submission.form_id == "taf_meeting"))
        db.session.rollback()
        return count


def test_a_double_click_the_back_button_and_a_second_tab_finish_a_meeting_once(served, minutes):
    home, page = minutes
    other = page.context.new_page()
    for one in (page, other):
        one.goto(f"{home}/check")
    button = page.locator("main").get_by_role("button", name=re.compile("^(Finish|Finalise)")).first
    words = button.inner_text()
    button.dblclick()
    page.wait_for_url("**/staff/papers/**")
    assert finished(served) == 1
    go(other.locator("main").get_by_role("button", name=words).first)
    other.wait_for_url("**/staff/papers/**")
    page.go_back()
    again = page.locator("main").get_by_role("button", name=words)
    if again.count():
        go(again.first)
    page.wait_for_url("**/staff/papers/**")
    assert finished(served) == 1


def test_the_history_of_a_meeting_is_read_word_by_word_on_any_screen(served, minutes):
    home, page = minutes
    with served.app.app_context():
        draft = drafts.find_to_change(home.split("/")[2])
        words = {name: value for name, value in draft.data.answers.items() if isinstance(value, str) and " " in value}
        name = max(words, key=lambda one: len(words[one]))
        changed = words[name].replace(" the ", " their own ") + " This was added."
        drafts.save(draft, PageRead(values={name: changed, "place_detail": "The library corner"}), expected_version=draft.version, by=Writer("somebody", "Sita Manager", "hers"))
        db.session.commit()
    looker = Looker(page, "saving")
    looker.visit(f"{home}/history", "history")
    looker.judge()
    first = page.locator(".portal-timeline li").first
    assert "Sita Manager" in first.inner_text() and first.locator("ins", has_text="This was added").count() == 1


def test_two_tabs_of_a_referrer_send_one_request(served, open_page):
    page = open_page()
    draft = holding(served, page, SHORT)
    other = page.context.new_page()
    for one in (page, other):
        one.goto(f"/fill/{draft}/check")
    shown = []
    for one in (page, other):
        go(one.get_by_role("button", name="Send request"))
        one.wait_for_url(f"**/sent/{draft}")
        shown.append(one.locator(".portal-reference").first.inner_text())
    assert shown[0] == shown[1]
    with served.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Submission).where(Submission.status == "sent")) == 1
        db.session.rollback()

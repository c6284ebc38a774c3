"""Every public page around the questions, and the main pages in the high-visibility view: axe finds nothing, nothing is wider than a telephone."""

from __future__ import annotations

import pytest
from flask.sessions import SecureCookieSessionInterface

from portal.db import db
from portal.submissions import drafts, resume
from portal.submissions.drafts import Writer
from portal.submissions.page_reading import PageRead
from tests.browser.going import go
from tests.browser.looking import Looker
from tests.browser.referrer import holding, holding_sent, steps_of

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]

SHORT = "request_for_support.short"


def test_every_public_page_before_the_questions_and_beside_them(served, open_page):
    page = open_page()
    looker = Looker(page, "public")
    looker.visit("/")
    for address in [*ways(page), "/page/privacy", "/page/cookies", "/page/accessibility", "/display", "/left", "/resume/no-such-link", "/nothing-here"]:
        looker.visit(address)
    looker.judge()


def ways(page):
    """The addresses that the start page explains its ways in at."""
    return page.locator("main a[href^='/start/']").evaluate_all("all => all.map(one => one.getAttribute('href'))")


def test_the_pages_of_a_request_as_a_whole(served, open_page):
    page = open_page()
    looker = Looker(page, "whole")
    empty = holding(served, page)
    looker.visit(f"/fill/{empty}", "task list empty")
    looker.visit(f"/fill/{empty}/check", "check empty")
    draft = holding(served, page, SHORT)
    looker.visit(f"/fill/{draft}", "task list filled")
    looker.visit(f"/fill/{draft}/check", "check filled")
    take_back(served, draft, "worries")
    looker.press_and_see_errors("Send request", "check")
    looker.visit(f"/fill/{draft}/section/children", "a section filled")
    looker.empty_and_errors("Save and continue", "a section")
    looker.visit(f"/fill/{draft}/items/remove?item=children.jamie", "remove a child")
    looker.visit(f"/fill/{draft}/delete", "delete")
    looker.visit(f"/fill/{draft}/save", "save")
    page.get_by_label("Your e-mail address").fill("nobody")
    looker.press_and_see_errors("Send me the link and show the code", "save")
    page.get_by_label("Your e-mail address").fill("head@school.example.org")
    looker.press("Send me the link and show the code")
    looker.look("code shown")
    with served.app.app_context():
        opening = resume.make(drafts.find(draft), email="head@school.example.org")
        db.session.commit()
    looker.visit(f"/resume/{opening.token}", "resume")
    looker.press_and_see_errors("Continue", "resume")
    looker.judge()


def take_back(served, draft_id, path):
    """Clear one answer, as the same person would in another tab."""
    with served.app.app_context():
        draft = drafts.find(draft_id)
        drafts.save(draft, PageRead(cleared=[path]), expected_version=draft.version, by=Writer())
        db.session.commit()


def test_two_people_with_different_answers_are_asked_which_to_keep(served, open_page):
    page = open_page()
    looker = Looker(page, "clash")
    draft = holding(served, page, SHORT)
    situation = next(step.address for step in steps_of(served, draft) if step.name == "situation")
    other = page.context.new_page()
    for one in (page, other):
        one.goto(situation)
    for one, words in ((other, "He was late on Monday."), (page, "He was late on Monday and on Friday.")):
        one.get_by_label("What are you worried about?").fill(words)
        go(one.get_by_role("button", name="Save and continue", exact=True))
    assert page.locator("h1").inner_text() == "The same answers were changed somewhere else"
    looker.look("clash")
    page.once("dialog", lambda dialog: dialog.accept())
    looker.press_and_see_errors("Save and continue", "clash without a choice")
    page.get_by_label("Make one text of both").check()
    looker.look("clash with one text of both")
    looker.judge()


def test_going_on_with_what_was_typed_before_being_away(served, open_page):
    page = open_page()
    looker = Looker(page, "away")
    draft = holding(served, page, SHORT)
    page.goto(next(step.address for step in steps_of(served, draft) if step.name == "situation"))
    page.get_by_label("What needs to happen?").fill("A breakfast club near home")
    with served.app.app_context():
        opening = resume.make(drafts.find(draft), email="head@school.example.org")
        db.session.commit()
    page.context.add_cookies([left_long_ago(served, page)])
    page.once("dialog", lambda dialog: dialog.accept())
    go(page.get_by_role("button", name="Save and continue", exact=True))
    looker.look("away for a while")
    looker.visit(f"/resume/{opening.token}", "resume")
    page.get_by_label("Code").fill(opening.code)
    looker.press("Continue")
    assert page.locator("h1").inner_text() == "Go on where you were"
    looker.look("what was typed")
    looker.judge()


def left_long_ago(served, page):
    """The session of this browser as if its draft had been left a day ago."""
    signer = SecureCookieSessionInterface().get_signing_serializer(served.app)
    cookie = next(one for one in page.context.cookies() if one["name"] == served.app.config["SESSION_COOKIE_NAME"])
    held = signer.loads(cookie["value"])
    return cookie | {"value": signer.dumps(held | {"drafts": {name: at - 86_400 for name, at in held["drafts"].items()}})}


def test_every_page_after_sending(served, open_page):
    page = open_page()
    looker = Looker(page, "sent")
    sent = holding_sent(served, page, "request_for_support", {"papers_now": "later"})
    looker.visit(f"/sent/{sent}", "sent")
    looker.visit(f"/sent/{sent}/later", "later empty")
    for what, button in (("correct", "Send correction"), ("withdraw", "Withdraw request")):
        looker.visit(f"/sent/{sent}/{what}", what)
        looker.press_and_see_errors(button, what)
    page.locator("#words").fill("It went to you twice.")
    looker.press("Withdraw request")
    looker.look("withdrawn")
    looker.judge()


def test_the_main_pages_in_the_high_visibility_view_with_large_text(served, open_page):
    page = open_page()
    page.goto("/display")
    page.get_by_label("Large").check()
    page.get_by_label("High visibility").check()
    go(page.get_by_role("button", name="Save"))
    page.locator("html.portal-contrast.portal-text-large").wait_for()
    looker = Looker(page, "contrast")
    looker.visit("/")
    draft = holding(served, page, SHORT)
    looker.visit(f"/fill/{draft}", "task list")
    looker.visit(f"/fill/{draft}/check", "check")
    child = next(step.address for step in steps_of(served, draft) if step.name == "child")
    looker.visit(child, "child filled")
    looker.empty_and_errors("Save and continue", "child")
    looker.visit(f"/sent/{holding_sent(served, page, SHORT)}", "sent")
    looker.judge()

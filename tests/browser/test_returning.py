"""A request returned for changes at real browsers: the screener's with scripts, the sender's on a telephone without them."""

from __future__ import annotations

import pytest

from portal.db import db
from portal.submissions import drafts, resume
from tests import cast
from tests.browser.conftest import axe_faults, picture
from tests.browser.going import go
from tests.browser.staff import signed_in
from tests.episodes import cast as verbs
from tests.episodes.returned import paper_of

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]
WHY = "We rang on Monday and nobody knows this number. Please give one that reaches you in the morning."


@pytest.fixture
def request_in(served):
    """The addresses of a request that came in: its paper, its link, and the code."""
    cast.arrive(served.app, cast.SCREENER)
    with served.app.app_context():
        paper = paper_of(verbs.received(), "request")
        opening = resume.make(drafts.find(paper.submission_id), email="referrer@example.org")
        db.session.commit()
        return f"/staff/papers/{paper.id}", f"/resume/{opening.token}", opening.code


def looked_at(page, name):
    page.wait_for_load_state()
    picture(page, name)
    assert axe_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def looked_at_without_scripts(open_page, page, name):
    """The same page in a window of the same person that has scripts, which measuring needs."""
    picture(page, name)
    looked_at(signed_in_again(open_page, page, width=320), f"{name}-with-scripts")


def test_a_request_goes_back_to_its_sender_and_comes_again(open_page, request_in):
    paper, link, code = request_in
    screener = signed_in(open_page, cast.SCREENER, width=1280)
    screener.goto(paper)
    go(screener.get_by_role("link", name="Return for changes"))
    screener.get_by_role("heading", name="What should be changed?").wait_for()
    looked_at(screener, "return-1-choose")
    screener.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for path in ("your_phone", "children", "children.jamie.disability"):
        screener.locator(f"input[name='path'][value='{path}']").check()
    looked_at(screener, "return-2-chosen")
    go(screener.get_by_role("button", name="Go on to the reasons"))
    boxes = screener.locator("textarea[name^='reason ']")
    screener.get_by_role("button", name="Return for changes").wait_for()
    for number, words in enumerate([WHY, "Is there a sister?", "The school nurse speaks of one."][: boxes.count()]):
        boxes.nth(number).fill(words)
    looked_at(screener, "return-3-reasons")
    go(screener.get_by_role("button", name="Return for changes"))
    screener.get_by_text("it has not come back").wait_for()
    looked_at(screener, "return-4-paper-open")

    sender = open_page(width=320, scripts=False)
    sender.goto(link)
    sender.get_by_label("Code").fill(code)
    go(sender.get_by_role("button").first)
    sender.get_by_role("heading", name="Change what was asked").wait_for()
    looked_at_without_scripts(open_page, sender, "return-5-sender")
    sender.locator("input[name='your_phone']").fill("01632 960999")
    sender.locator("input[name='children.jamie.disability'][value='yes']").check()
    go(sender.get_by_role("button", name="Save and stay here"))
    sender.get_by_text("Your changes call for this answer too").first.wait_for()
    sender.locator("[name='children.jamie.disability_kind']").fill("Cerebral palsy")
    looked_at_without_scripts(open_page, sender, "return-6-sender-more")
    go(sender.get_by_role("button", name="Save and send back"))
    sender.get_by_text("Your changes are with us").wait_for()
    looked_at_without_scripts(open_page, sender, "return-7-sender-done")

    screener.reload()
    go(screener.get_by_role("link", name="See what changed", exact=False))
    screener.get_by_role("button", name="Accept the changes").wait_for()
    assert screener.locator("ins").filter(has_text="960999").count()
    looked_at(screener, "return-8-review")
    phone = signed_in_again(open_page, screener, width=320)
    looked_at(phone, "return-8-review-320")
    go(screener.get_by_role("button", name="Accept the changes"))
    screener.get_by_text("Changes accepted").first.wait_for()
    looked_at(screener, "return-9-accepted")
    go(screener.get_by_role("link", name="version 1", exact=True))
    screener.get_by_text("It cannot be changed").wait_for()
    looked_at(screener, "return-10-earlier-version")


def signed_in_again(open_page, page, **window):
    """The same person's same page in a window of another size."""
    other = open_page(**window)
    other.context.add_cookies(page.context.cookies())
    other.goto(page.url)
    return other

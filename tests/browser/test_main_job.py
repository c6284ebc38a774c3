"""The main job in a real browser, start to finish, on both databases: a head teacher asks, the hub screens, a meeting is minuted, support ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal.councils.library import council
from portal.jobs.run import run_due
from portal.notifications import compose
from tests import cast
from tests.browser import stories
from tests.browser.conftest import axe_faults, picture
from tests.browser.going import go
from tests.browser.hands import Hands, Keys
from tests.browser.staff import (
    check_names,
    finish,
    issue,
    open_family,
    opened,
    produced,
    signed_in,
    start,
    words_of,
)
from tests.forms.test_shipped_forms import MOST_PROMPTS
from tests.submissions.filler import example

pytestmark = pytest.mark.browser

FORMS = council("hackney").forms()
THE_SENDER = "d.ashworth-lane@marshfieldroad.example.org"
PERSONAL = ("Jamie", "Carly", "Holt", "Tansy", "Marshfield", "Ashworth", "07700")


def hands(page, form_id, answers):
    return Hands(page, FORMS[form_id], answers)


def by_whom(open_page, member, title="", **window):
    page = signed_in(open_page, member, **window)
    open_family(page, cast.CHILD)
    if title:
        start(page, title)
    return page


def test_the_main_job_from_the_head_teachers_request_to_the_closure_letter(served, open_page, record_property):
    cast.arrive(served.app)

    # The head teacher sends a request, without a mouse, and keeps a copy.
    page = open_page()
    page.goto("/")
    go(page.get_by_role("button", name="Start a request"))
    page.wait_for_url("**/fill/**")
    teacher = Keys(page, FORMS["request_for_support"], example("hackney", "request_for_support.short"))
    teacher.go_through()
    teacher.press(FORMS["request_for_support"].send.button)
    record_property("counted", f"one child, one adult, by keyboard alone: {teacher.pages} pages, {teacher.prompts} prompts, {teacher.keystrokes} keystrokes")
    assert teacher.prompts < MOST_PROMPTS
    reference = page.locator(".portal-reference").first.inner_text()
    assert re.fullmatch(r"RFS-[0-9A-Z]{4}-[0-9A-Z]{4}", reference)
    picture(page, "request-sent")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download what you sent as a Word document").click()
    copy = words_of(opened(Path(waiting.value.path())))
    assert all(words in copy for words in (cast.CHILD, cast.PARENT, cast.HEAD_TEACHER, reference))
    the_receipt_names_nobody(served.app, reference)

    # The hub screens it, and a manager who did not screen it decides.
    page = by_whom(open_page, cast.SCREENER, "screening outcome")
    screener = hands(page, "screening_outcome", stories.told("screening_outcome", team=cast.UNITS))
    screener.fill_whole()
    finish(screener)
    page = by_whom(open_page, cast.HUB_MANAGER, "manager's direction")
    manager = hands(page, "sign_off", stories.told("sign_off.screening"))
    manager.fill_whole()
    finish(manager)
    assert "Allocated" in page.goto("/staff/").text()

    # The team names a lead; the meeting is minuted on one long page while people talk.
    desk = by_whom(open_page, cast.SUPPORT_MANAGER)
    go(desk.get_by_role("link", name="Choose the team and lead"))
    desk.get_by_label("Lead").select_option(label=f"{cast.LEAD_PROFESSIONAL.name} (0)")
    go(desk.get_by_role("button", name="Save"))
    desk.get_by_text("the team and the lead are saved").wait_for()
    page = by_whom(open_page, cast.TAF_COORDINATOR, "team around the family meeting")
    page.get_by_label("Name of the place or room").fill("The library corner")
    page.locator('[data-state="saved"]').get_by_text(re.compile(r"^Saved at")).wait_for()
    page.reload()
    assert page.get_by_label("Name of the place or room").input_value() == "The library corner"
    minutes = hands(page, "taf_meeting", stories.told("taf_meeting.closing"))
    minutes.fill_whole()
    assert axe_faults(page) == []
    picture(page, "meeting-filled")
    finish(minutes)
    record = words_of(produced(page, "Record of the team around the family meeting: copy for professionals"))
    assert all(words in record for words in (cast.CHILD, cast.PARENT, "The library corner"))
    check_names(page)
    issue(page, "Everybody who was invited", "By secure e-mail")

    # Support ends: the manager's review, somebody else's quality check, the administrator's letter.
    open_family(desk, cast.CHILD)
    start(desk, "closure review")
    review = hands(desk, "closure_review", stories.told("closure_review"))
    review.fill_whole()
    finish(review)
    assert cast.CHILD in words_of(produced(desk, "Closure review"))
    page = by_whom(open_page, cast.QUALITY_PARTNER, "quality check of the closure review")
    check = hands(page, "sign_off", stories.told("sign_off", decision="agree", signature={"name": cast.QUALITY_PARTNER.name, "role": "Quality partner", "date": "2026-06-12"}))
    check.fill_whole()
    finish(check)
    page = by_whom(open_page, cast.ADMINISTRATOR, "closure letter")
    known = page.get_by_label("Reference for the subject line").input_value()
    letter = hands(page, "closure_letter", stories.told("closure_letter", reference=known))
    letter.fill_whole()
    finish(letter)
    posted = words_of(produced(page, "Closure letter to a parent or carer"))
    assert known == reference
    assert cast.PARENT in posted and reference in posted
    assert axe_faults(page) == []
    check_names(page)
    desk.goto(page.url)
    assert desk.locator("img.portal-pages__page").count() >= 1
    go(desk.get_by_role("button", name="Approve"))
    page.reload()
    issue(page, cast.PARENT)


def the_receipt_names_nobody(app, reference):
    with app.app_context():
        run_due()
        receipt = next(one for one in compose.newest() if one.notice == "receipt")
        words = f"{receipt.subject}\n{compose.body_of(receipt)}"
        assert (receipt.recipient, receipt.status) == (THE_SENDER, "kept")
        assert reference in words and "http://localhost/resume/" in words
        assert [name for name in PERSONAL if name in words] == []

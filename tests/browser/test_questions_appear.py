"""On the long page, questions that answers call for appear in their place after the automatic save, and nothing typed is lost."""

from __future__ import annotations

import pytest
import time_machine

from portal.councils.library import council
from portal.db import db
from tests import cast as everybody
from tests.browser.conftest import axe_faults
from tests.episodes import cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]

SHOWN = "all => all.map(one => one.value)"


@pytest.fixture
def minutes(served, open_page):
    """The long page of a second meeting, open in the minute-taker's browser."""
    with time_machine.travel(cast.MONDAY, tick=True):
        with served.app.app_context():
            episode = cast.allocated()
            cast.finished(episode, "meeting", cast.person("Tom Minutes"), "taf_meeting.json")
            draft = cast.started(episode, "meeting", cast.person("Tom Minutes")).submission_id
            db.session.commit()
        page = open_page()
        cookie, value = everybody.session_cookie(served.app, everybody.Member("Tom Minutes", ()))
        page.context.add_cookies([{"name": cookie, "value": value, "url": served.address}])
        page.goto(f"/fill/{draft}/all")
        yield page


def questions(page):
    return page.locator('form[data-autosave] input[name="_shown"]').evaluate_all(SHOWN)


def choose(page, name, value):
    page.locator(f'input[name="{name}"][value="{value}"]').check()


def test_a_question_a_whole_section_and_a_question_of_an_item_appear_where_the_page_would_show_them(minutes):
    choose(minutes, "pre_meeting", "yes")
    minutes.locator("#pre_meeting_told").wait_for()
    choose(minutes, "pre_meeting_told", "no")
    minutes.locator("#pre_meeting_why").fill("The telephone was off")
    choose(minutes, "outcome", "continue")
    minutes.locator("#next_date-day").wait_for()
    assert minutes.get_by_role("navigation", name="Sections of this form").get_by_role("link", name="Next meeting").count() == 1
    one = minutes.locator('select[name$=".gets_copy"]').first
    one.select_option("none")
    minutes.locator(f'select[name="{one.get_attribute("name").replace("gets_copy", "no_copy_reason")}"]').wait_for()
    minutes.locator('[data-state="more"]').get_by_text("More questions have appeared").wait_for()
    assert axe_faults(minutes) == []
    appeared = questions(minutes)
    minutes.reload()
    assert questions(minutes) == appeared
    assert minutes.locator("#pre_meeting_why").input_value() == "The telephone was off"


def test_a_meeting_later_than_twelve_weeks_asks_for_the_managers_agreement_at_once(minutes):
    assert council("hackney").form("taf_meeting").conditions["too_far"]
    choose(minutes, "outcome", "continue")
    minutes.locator("#next_date-day").fill("08/09/2026")
    minutes.locator("#departure_manager").wait_for()
    assert minutes.locator("#departure_reason").count() == 1

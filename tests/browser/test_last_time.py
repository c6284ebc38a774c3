"""A second meeting at a real browser: what was carried over is confirmed part by part, stands beside last time, and why a question is asked."""

from __future__ import annotations

import pytest

from portal.accounts import users
from portal.db import db
from portal.episodes import papers
from portal.submissions import drafts
from portal.submissions.drafts import Writer
from tests import cast
from tests.browser.conftest import axe_faults, picture
from tests.browser.going import go
from tests.browser.staff import signed_in
from tests.browser.test_returning import looked_at, signed_in_again
from tests.episodes import cast as verbs
from tests.episodes.returned import Typed

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]


@pytest.fixture
def second_meeting(served):
    """The addresses of a second meeting's draft and of its view beside the first."""
    cast.arrive(served.app, cast.SUPPORT_MANAGER, cast.TAF_COORDINATOR)
    with served.app.app_context():
        episode = verbs.allocated()
        minutes, manager = (users.with_email(one.email) for one in (cast.TAF_COORDINATOR, cast.SUPPORT_MANAGER))
        verbs.finished(episode, "meeting", minutes, "taf_meeting.json")
        paper = papers.start("meeting", episode, by=manager)
        draft = drafts.find(paper.submission_id)
        now = {"family_score": 8, "goals.g1.goal": "Amara goes to school in the morning by herself", "goal_scores.g1.goal_now_worker": 9, "goal_scores.g2.goal_now_worker": 1}
        now |= {"previous_actions.n1.previous_status": "done", "previous_actions.n2.previous_status": "not_done"}
        drafts.save(draft, Typed(now), expected_version=draft.version, by=Writer(manager.id, manager.name))
        db.session.commit()
        return f"/fill/{draft.id}", f"/staff/papers/{paper.id}/last-time"


def test_carried_answers_are_confirmed_and_shown_beside_last_time(open_page, second_meeting):
    draft, beside = second_meeting
    manager = signed_in(open_page, cast.SUPPORT_MANAGER, width=1280)
    manager.goto(f"{draft}/goals")
    manager.get_by_role("button", name="They are still right").wait_for()
    looked_at(manager, "carried-1-goals")
    go(manager.get_by_role("button", name="They are still right"))
    manager.get_by_text("said on").first.wait_for()
    assert manager.get_by_role("button", name="They are still right").count() == 0
    looked_at(manager, "carried-2-confirmed")
    manager.goto(f"{draft}/goal-scores")
    manager.get_by_role("button", name="Still right", exact=False).first.wait_for()
    looked_at(manager, "carried-3-judgements")

    manager.goto(f"{draft}/section/scores")
    why = manager.locator("a[data-why]").first
    why.click()
    manager.locator("[data-why-told]").wait_for()
    assert why.get_attribute("aria-expanded") == "true"
    assert "/section/scores" in manager.url
    looked_at(manager, "carried-4-why")

    manager.goto(beside)
    looked_at(manager, "beside-1-wide")
    columns = manager.locator(".portal-beside__texts").first.evaluate("one => getComputedStyle(one).gridTemplateColumns.split(' ').length")
    assert columns == 2
    phone = signed_in_again(open_page, manager, width=320)
    looked_at(phone, "beside-2-phone")
    assert phone.locator(".portal-beside__texts").first.evaluate("one => getComputedStyle(one).gridTemplateColumns.split(' ').length") == 1
    manager.emulate_media(media="print")
    picture(manager, "beside-3-print")
    assert not manager.get_by_role("link", name="Back").is_visible()


def test_why_a_question_is_asked_is_a_page_without_scripts(open_page, second_meeting):
    draft, _ = second_meeting
    manager = signed_in(open_page, cast.SUPPORT_MANAGER, width=1280)
    manager.goto(f"{draft}/section/scores")
    address = manager.locator("a[data-why]").first.get_attribute("href")
    plain = open_page(scripts=False)
    plain.context.add_cookies(manager.context.cookies())
    plain.goto(address)
    assert plain.get_by_role("heading", level=1).inner_text() == "Why is this asked?"
    manager.goto(address)
    assert axe_faults(manager) == []

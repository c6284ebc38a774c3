"""Every page of returning a form, of a second paper beside the first, and of who wrote what: axe finds nothing, nothing is wider than a telephone."""

from __future__ import annotations

import dataclasses

import pytest

from portal.db import db
from portal.episodes import papers, returning
from portal.notifications import compose
from portal.submissions import drafts
from portal.submissions.drafts import Writer
from portal.submissions.models import ReturnRound
from tests.browser.going import go
from tests.browser.looking import Looker
from tests.browser.referrer import hold
from tests.browser.test_every_page_in_turkish import TurkishLooker
from tests.browser.test_every_page_of_staff import made, monday, seat
from tests.episodes import cast
from tests.episodes.returned import Typed, edit, hand_back, paper_of, returned

__all__ = ["monday"]
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]
WHY = "We rang on Monday and nobody knows this number."


def asked() -> tuple[str, str, str]:
    """A request that came in was returned to its sender: the ids of its paper, its form and the round."""
    paper = paper_of(cast.received(), "request")
    one = returned(paper, cast.person("Sade Screener"), "Please do this before Friday.", your_phone=WHY, children="Is there a sister?", children__jamie__disability="The school nurse speaks of one.")
    return paper.id, paper.submission_id, one.id


def the_round(round_id: str) -> ReturnRound:
    return db.session.get_one(ReturnRound, round_id)


def test_the_pages_of_whoever_returns_a_form(served, open_page):
    paper_id = made(served, lambda: paper_of(cast.received(), "request").id)
    at = seat(served, open_page, "Sade Screener")
    page, looker = at.looker.page, at.looker
    at.visit(f"/staff/papers/{paper_id}/return", "choose")
    looker.press_and_see_errors("Go on to the reasons", "choose")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for path in ("your_phone", "children", "children.jamie.disability"):
        page.locator(f"input[name='path'][value='{path}']").check()
    looker.look("chosen")
    looker.press("Go on to the reasons")
    looker.look("reasons")
    looker.press_and_see_errors("Return for changes", "reasons")
    for box in page.locator("textarea[name^='reason ']").all():
        box.fill("Please say more")
    made(served, lambda: returned(papers.find(paper_id), cast.person("Hugh Hub"), your_phone=WHY))
    looker.press("Return for changes")
    looker.look("somebody else was faster")
    at.visit(f"/staff/papers/{paper_id}", "paper returned")
    round_id = made(served, lambda: db.session.query(ReturnRound).one().id)
    at.visit(f"/staff/returns/{round_id}", "what was asked")
    looker.press_and_see_errors("Take the return back", "what was asked")
    made(served, lambda: (edit(the_round(round_id), your_phone="01632 960999"), hand_back(the_round(round_id), "That is my new number."))[1])
    at.visit(f"/staff/returns/{round_id}", "what changed")
    at.visit(f"/staff/papers/{paper_id}", "paper that came back")
    made(served, lambda: returning.accept(papers.find(paper_id), the_round(round_id), "", by=cast.person("Sade Screener")) and None)
    at.visit(f"/staff/returns/{round_id}", "accepted")
    at.visit(f"/staff/papers/{paper_id}/versions/1", "an earlier version")
    looker.judge()


def test_the_pages_of_whoever_changes_a_returned_form(served, open_page):
    page = open_page()
    _, submission_id, round_id = made(served, asked)
    hold(served, page, lambda: drafts.find(submission_id))
    looker = Looker(page, "sender")
    looker.visit(f"/sent/{submission_id}/changes", "changes asked")
    looker.press_and_see_errors("Save and send back", "nothing changed")
    page.locator("input[name='your_phone']").fill("1")
    page.locator("input[name='children.jamie.disability'][value='yes']").check()
    looker.press_and_see_errors("Save and send back", "wrong and missing")
    made(served, lambda: edit(the_round(round_id), version=None, your_phone="01632 960111") and None)
    page.locator("input[name='your_phone']").fill("01632 960999")
    looker.press("Save and stay here")
    looker.look("somebody else changed the same")
    looker.judge()
    turkish = TurkishLooker(page, "sender-turkish")
    turkish.visit(f"/language/tr?back=/sent/{submission_id}/changes", "changes asked")
    made(served, lambda: (edit(the_round(round_id), children__jamie__disability="no"), hand_back(the_round(round_id)))[1])
    turkish.visit(f"/sent/{submission_id}/changes", "nothing asked any more")
    turkish.visit(f"/sent/{submission_id}", "status")
    turkish.judge()


def second_meeting() -> tuple[str, str, str]:
    """A second meeting is being minuted: the ids of its form and paper, and of the first paper."""
    episode = cast.allocated()
    first = cast.finished(episode, "meeting", cast.person("Tom Minutes"), "taf_meeting.json")
    manager = cast.person("Sita Manager")
    paper = papers.start("meeting", episode, by=manager)
    draft = drafts.find(paper.submission_id)
    now = Typed({"family_score": 8, "goals.g1.goal": "Amara goes to school in the morning by herself", "goal_scores.g1.goal_now_worker": 9})
    drafts.save(draft, now, expected_version=draft.version, by=Writer(manager.id, manager.name))
    kept = drafts.find(first.submission_id).data
    kept.erased = dict.fromkeys(list(kept.answers)[:3], "2026-06-01")
    kept.answers = {name: value for name, value in kept.answers.items() if name not in kept.erased}
    return draft.id, paper.id, first.id


def test_a_second_meeting_beside_the_first(served, open_page):
    draft, paper_id, first = made(served, second_meeting)
    at = seat(served, open_page, "Sita Manager")
    page, looker = at.looker.page, at.looker
    for name in ("goals", "goal-scores", "section/scores"):
        at.visit(f"/fill/{draft}/{name}", f"carried over, {name}")
    page.locator("a[data-why]").first.click()
    page.locator("[data-why-told]").wait_for()
    looker.look("why it is asked, on its page")
    at.visit(page.locator("a[data-why]").first.get_attribute("href"), "why it is asked")
    at.visit(f"/staff/papers/{paper_id}/last-time?show=every", "beside last time, every answer")
    at.visit(f"/staff/papers/{paper_id}/last-time", "beside last time")
    at.visit(f"/fill/{draft}/history", "who wrote what")
    at.visit(f"/staff/papers/{first}", "answers erased")
    assert page.get_by_text("Erased on").count()
    page.goto("/display")
    page.get_by_label("High visibility").check()
    go(page.get_by_role("button", name="Save"))
    page.locator("html.portal-contrast").wait_for()
    looker.prefix = "sita-contrast"
    at.visit(f"/fill/{draft}/goal-scores", "carried over, to see well")
    at.visit(f"/staff/papers/{paper_id}/last-time", "beside last time, to see well")
    looker.judge()


def test_the_outbox_of_the_demonstration(served, open_page):
    served.app.extensions["portal.settings"] = dataclasses.replace(served.app.extensions["portal.settings"], demonstration=True)
    at = seat(served, open_page, "Sy System")
    at.visit("/outbox", "outbox empty")
    written = made(served, lambda: compose.notify("receipt", "head@example.org", reference="EH-1", link="/").id)
    at.visit("/outbox", "outbox")
    at.visit(f"/outbox/{written}", "one e-mail")
    at.looker.judge()

"""Every page of the staff side, empty, filled and with errors: axe finds nothing, nothing is wider than a telephone. Accounts have their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import time_machine

from portal.councils.library import council
from portal.db import db
from portal.documents.produce import produce, rules_for
from portal.episodes import attaching, transitions
from portal.episodes.models import Episode, RequestAttachment
from portal.families.models import Family, FamilyMember
from portal.submissions import drafts
from tests import cast as everybody
from tests.browser.going import go, press_key
from tests.browser.looking import Looker
from tests.episodes import cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]

FORMS = council("hackney").forms()


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """The day the example answers are written for."""
    with time_machine.travel(cast.MONDAY, tick=True):
        yield


@dataclass(frozen=True)
class Seat:
    """Somebody who has signed in, at a browser."""

    looker: Looker
    name: str

    def visit(self, address: str, name: str = "") -> None:
        """Open an address and look."""
        self.looker.visit(address, f"{self.name}: {name or address}")


def seat(served, open_page, name) -> Seat:
    """Let one of the cast sign in."""
    with served.app.app_context():
        cast.person(name)
        db.session.commit()
    page = open_page()
    cookie, value = everybody.session_cookie(served.app, everybody.Member(name, ()))
    page.context.add_cookies([{"name": cookie, "value": value, "url": served.address}])
    return Seat(Looker(page, name.split()[0].lower()), name)


def made(served, story):
    """Let something happen on the server; answers what it answers."""
    with served.app.app_context():
        found = story()
        db.session.commit()
        return found


def ids_of(episode: Episode) -> tuple[str, str]:
    return episode.family_id, episode.id


def test_the_work_list_a_family_and_what_can_be_done_there(served, open_page):
    family_id, episode_id = made(served, lambda: ids_of(cast.allocated()))
    at = seat(served, open_page, "Hugh Hub")
    at.visit("/staff/", "work list filled")
    at.visit("/staff/?stage=closed", "work list empty")
    at.visit(f"/staff/families/{family_id}", "family")
    page, looker = at.looker.page, at.looker
    go(page.get_by_role("link", name="Children's social care has accepted"))
    looker.look("move")
    looker.press_and_see_errors(page.locator("main form button").last.inner_text(), "move")
    at.visit(f"/staff/episodes/{episode_id}/allocate", "team and lead")
    page.get_by_label("Team").select_option("")
    looker.press_and_see_errors("Save", "team and lead")
    for words in ("", "Nobody At All", "Holt"):
        page.goto("/staff/")
        page.get_by_label("Find a family").fill(words)
        looker.press("Find")
        looker.look(f"search for {words or 'nothing'}")
    at.visit("/nothing-here")
    looker.judge()


def test_attaching_a_request_and_undoing_it(served, open_page):
    family_id, _ = made(served, lambda: ids_of(cast.allocated()))
    _, second = made(served, lambda: ids_of(cast.received()))
    at = seat(served, open_page, "Hugh Hub")
    page, looker = at.looker.page, at.looker
    at.visit(f"/staff/episodes/{second}/attach", "attach")
    page.locator("#words").fill("Holt")
    page.locator("#words").focus()
    press_key(page, "Enter")
    looker.look("attach, families found")

    def attached() -> str:
        episode, family = db.session.get_one(Episode, second), db.session.get_one(Family, family_id)
        attaching.attach(episode, family, into=None, by=cast.person("Hugh Hub"), reason="The same family")
        return db.session.query(RequestAttachment).one().id

    at.visit(f"/staff/attachments/{made(served, attached)}/undo", "undo")
    looker.press_and_see_errors("Undo attaching", "undo")
    looker.judge()


def test_papers_read_documents_produced_and_history(served, open_page):
    def story() -> tuple[str, str, str]:
        episode = cast.allocated()
        paper = cast.finished(episode, "meeting", cast.person("Tom Minutes"), "taf_meeting.json")
        submission = drafts.find(paper.submission_id)
        document = produce(rules_for(submission)[0].id, submission, cast.person("Tom Minutes"))
        return paper.id, submission.id, document.id

    paper_id, submission_id, document_id = made(served, story)
    at = seat(served, open_page, "Sita Manager")
    at.visit(f"/staff/papers/{paper_id}", "a finished paper")
    at.visit(f"/fill/{submission_id}/history", "who filled what")
    at.visit(f"/documents/of/{submission_id}", "documents")
    at.visit(f"/documents/{document_id}/withdraw", "withdraw a document")
    at.looker.press_and_see_errors("Withdraw the document", "withdraw a document")
    at.looker.judge()


def test_a_persons_details_and_the_trail_of_a_record(served, open_page):
    def story() -> tuple[str, str]:
        episode = cast.allocated()
        return db.session.query(FamilyMember).filter_by(family_id=episode.family_id).first().id, episode.id

    member_id, episode_id = made(served, story)
    at = seat(served, open_page, "Hugh Hub")
    at.visit(f"/staff/family-members/{member_id}", "details of a person")
    at.looker.page.locator("main form input[type='text']").first.fill("")
    at.looker.press_and_see_errors(at.looker.page.locator("main form button").first.inner_text(), "details of a person")
    at.looker.judge()
    trail = seat(served, open_page, "Sy System")
    trail.visit(f"/audit?record={episode_id}", "trail of a family")
    assert trail.looker.page.get_by_text("Sita Manager").count()
    trail.looker.page.goto("/audit")
    trail.looker.press_and_see_errors(trail.looker.page.locator("main form button").first.inner_text(), "trail")
    trail.looker.judge()


def started_screening() -> str:
    episode = cast.received()
    transitions.by_hand(episode, "begin_screening", by=cast.person("Sade Screener"))
    return cast.started(episode, "screening", cast.person("Sade Screener"), "screening_outcome.json").submission_id


def started_sign_off() -> str:
    return cast.started(cast.screened(), "screening_sign_off", cast.person("Hugh Hub"), "sign_off.json").submission_id


def started_meeting() -> str:
    return cast.started(cast.allocated(), "meeting", cast.person("Tom Minutes"), "taf_meeting.json").submission_id


def started_review() -> str:
    episode = cast.allocated()
    transitions.by_hand(episode, "begin_support", by=cast.person("Sita Manager"))
    return cast.started(episode, "closure_review", cast.person("Sita Manager"), "closure_review.json").submission_id


def started_letter() -> str:
    return cast.started(cast.reviewed(), "closure_letter", cast.person("Ada Letters"), "closure_letter.json").submission_id


@pytest.mark.parametrize(
    ("who", "story", "a_date"),
    [
        ("Sade Screener", started_screening, "reconfirmed_on"),
        ("Hugh Hub", started_sign_off, "signature"),
        ("Tom Minutes", started_meeting, "meeting_date"),
        ("Sita Manager", started_review, "children"),
        ("Ada Letters", started_letter, "letter_date"),
    ],
)
def test_the_long_page_of_every_staff_form(served, open_page, who, story, a_date):
    draft = made(served, story)
    at = seat(served, open_page, who)
    page, looker = at.looker.page, at.looker
    at.visit(f"/fill/{draft}/all", "long page filled")
    at.visit(f"/fill/{draft}", "sections filled")
    at.visit(f"/fill/{draft}/check", "check filled")
    page.goto(f"/fill/{draft}/all")
    day = page.locator(f"main [name^='{a_date}'][name$='-day']").first
    day.fill("99")
    looker.press_and_see_errors("Save", "long page")
    page.goto(f"/fill/{draft}/all")
    looker.empty_and_errors("Save", "long page")
    at.visit(f"/fill/{draft}/check", "check with much missing")
    looker.judge()


def test_the_staff_side_in_the_high_visibility_view(served, open_page):
    family_id, _ = made(served, lambda: ids_of(cast.allocated()))
    draft = made(served, started_meeting)
    at = seat(served, open_page, "Tom Minutes")
    at.looker.page.goto("/display")
    at.looker.page.get_by_label("High visibility").check()
    go(at.looker.page.get_by_role("button", name="Save"))
    at.visit("/staff/", "work list")
    at.visit(f"/staff/families/{family_id}", "family")
    at.visit(f"/fill/{draft}/all", "long page")
    at.looker.judge()

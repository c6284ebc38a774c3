"""Every page of forms and rules, and what a new version tells whoever fills the form in: axe finds nothing, nothing is wider than a telephone."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.councils.library import Council
from portal.councils.service_model import Publishing
from portal.designer.word_templates import WordTemplate
from portal.jobs.run import run_due
from portal.publishing import scenario_routes, version_routes
from portal.scenarios import gate
from portal.submissions import drafts, submit
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from tests.browser.looking import Looker
from tests.browser.referrer import hold
from tests.browser.test_every_page_of_staff import made, monday, seat
from tests.designer.word_files_of import ADDRESS as LETTER
from tests.designer.word_files_of import changed, warmer
from tests.publishing.test_replay_routes import FORM as SIGN_OFF
from tests.publishing.test_replay_routes import changed_pack, first_optional
from tests.submissions.club_versions import ASHA, FAR, FORM, THIRD, a_draft
from tests.submissions.filler import example

__all__ = ["monday"]
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]
ADDRESS = "/forms-and-rules/holiday-club/new-version"


@pytest.fixture
def club(monkeypatch):
    """The council has the club's form too; `club.text` is its file."""
    text, path, ids = Council.form_text, Council.form_path, Council.form_ids

    class Club:
        text = THIRD

    monkeypatch.setattr(Council, "form_text", lambda self, form_id: Club.text if form_id == FORM else text(self, form_id))
    monkeypatch.setattr(Council, "form_path", lambda self, form_id: Path(f"{FORM}.yaml") if form_id == FORM else path(self, form_id))
    monkeypatch.setattr(Council, "form_ids", lambda self: [*ids(self), FORM])
    monkeypatch.setattr("portal.councils.check.forms", lambda pack: iter(()))
    monkeypatch.setattr(gate, "demanded", lambda pack: Publishing(branches=0))
    return Club


def test_a_new_version_and_what_it_tells_whoever_goes_on(served, open_page, club, monkeypatch):
    referrer = open_page()
    ravi = hold(served, referrer, lambda: a_draft(FAR))
    made(served, lambda: a_draft(ASHA).id)
    at = seat(served, open_page, "Sy System")
    page, looker = at.looker.page, at.looker
    at.visit("/forms-and-rules", "in force")
    at.visit("/forms-and-rules/sign-off/new-version", "nothing to publish")
    club.text = THIRD.replace("section: days", "section: dais")
    at.visit(ADDRESS, "faults")
    club.text = THIRD
    with monkeypatch.context() as many:
        many.setattr(version_routes, "LOOK_AT_ONCE", 1)
        at.visit(ADDRESS, "many drafts")
        looker.press("Work out what becomes of each draft")
        looker.look("being looked at")
    made(served, run_due)
    at.visit(ADDRESS, "what is different")
    looker.press_and_see_errors("Publish version 2", "nothing decided")
    for one in page.get_by_label("Carry over").all():
        one.check()
    page.get_by_label("I have read what becomes of the open drafts").check()
    looker.press("Publish version 2")
    looker.look("drafts going on")
    made(served, run_due)
    at.visit(page.url, "drafts gone on")
    looker.judge()
    told = Looker(referrer, "changed")
    told.visit(f"/fill/{ravi}", "what has changed")
    assert referrer.url.endswith("/what-changed")
    told.press("Continue")
    told.look("tasks of a form that has changed")
    told.visit(f"/fill/{ravi}/what-changed", "what has changed, again")
    told.judge()


def test_scenarios_as_they_come_out(served, open_page, monkeypatch):
    at = seat(served, open_page, "Sy System")
    address = "/forms-and-rules/sign-off/scenarios"
    at.visit(address, "scenarios")
    at.looker.press("Try the scenarios")
    at.looker.look("all passed")
    really = scenario_routes.text_beside

    def says(change) -> None:
        monkeypatch.setattr(scenario_routes, "text_beside", lambda pack, form_id: change(really(pack, form_id)))

    says(lambda text: text.replace("move: agree_closing", "move: none"))
    at.looker.press("Try them again")
    at.looker.look("one came out otherwise")
    says(lambda text: text.partition("  - id: direction_in_time")[0])
    at.looker.press("Try them again")
    at.looker.look("much untried")
    says(lambda text: text.replace("expect:", "expcet:"))
    at.visit(address, "cannot be read")
    says(lambda text: "")
    at.visit(address, "none")
    at.looker.judge()


def test_past_answers_led_through_a_form(served, open_page, monkeypatch, tmp_path):
    def story() -> None:
        for number in range(2):
            draft = drafts.start(current_version(SIGN_OFF), by=Writer(label="Ada Example"), first=Start(answers=example("hackney", SIGN_OFF)))
            if number:
                submit.finalise(draft, by=Writer(label="Ada Example"), facts=drafts.facts_for(draft))

    made(served, story)
    at = seat(served, open_page, "Sy System")
    address = "/forms-and-rules/sign-off/replay"
    at.visit(address, "not begun")
    at.looker.press("Lead past answers through")
    at.looker.look("under way")
    made(served, run_due)
    at.visit(address, "nothing different")
    with monkeypatch.context() as other:
        changed_pack(other, tmp_path / "asked", (f"id: {first_optional()},", f'id: {first_optional()}, when: {{record: service.upn, is: "yes"}},'))
        at.looker.press("Lead them through again")
        made(served, run_due)
        at.visit(address, "a question out of reach")
        assert at.looker.page.locator(".govuk-warning-text").count()
    with monkeypatch.context() as other:
        changed_pack(other, tmp_path / "faults", ("schema: 1", "schema: 1\nshcema: 2"))
        at.looker.press("Lead them through again")
        at.looker.look("a file with faults")
    at.looker.judge()


def test_word_templates_that_are_brought_checked_and_put_in_force(served, open_page, monkeypatch):
    at = seat(served, open_page, "Sy System")
    looker, page = at.looker, at.looker.page

    def bring(file: bytes, name: str) -> None:
        page.goto(LETTER)
        page.set_input_files("#file", {"name": "letter to parents.docx", "mimeType": "application/octet-stream", "buffer": file})
        looker.press("Check it")
        looker.look(name)

    at.visit("/word-templates", "templates")
    at.visit(f"{LETTER}/merge-fields", "merge fields")
    at.visit(LETTER, "one template")
    looker.press_and_see_errors("Check it", "nothing chosen")
    bring(changed(more={"word/vbaProject.bin": b"x"}), "a hostile file")
    bring(changed(("{{ letter_date }}", "{{ leter_date }}"), ("{%p if why_together %}", "{%p if why_together %} and more")), "refused")
    bring(changed(("{{ letter_date }}", "Today"), ("The end of our support", "Saying goodbye to you")), "with warnings")
    looker.press_and_see_errors("Put this template in force", "not read")
    page.get_by_label("What is new, and why?").fill("Warmer words, asked for by families")
    page.get_by_label("I have looked at what changes").check()
    looker.press("Put this template in force")
    monkeypatch.setattr(WordTemplate, "shipped", lambda self: warmer("Our time with you is over"))
    at.visit(LETTER, "in force, and the supplier has a new one")
    looker.press("Compare it with the one in force")
    looker.look("the supplier's")
    page.goto(LETTER)
    looker.press("Go back to this one version 1")
    looker.look("an earlier one")
    at.visit(f"{LETTER}/specimen", "specimen")
    at.visit("/word-templates", "templates, one changed")
    looker.judge()

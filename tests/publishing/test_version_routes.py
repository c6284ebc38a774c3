"""The page that publishes a new version: what it shows, what it asks, and whom it lets."""

from __future__ import annotations

import hashlib
import re

import pytest

from portal import publishing
from portal.councils.library import Council, council
from portal.councils.service_model import Publishing
from portal.db import db
from portal.jobs import run
from portal.publishing import version_routes
from portal.scenarios import gate
from portal.submissions import drafts
from tests.accounts import people
from tests.episodes import cast
from tests.episodes.test_work_list import text_of
from tests.submissions.club_versions import ASHA, FAR, FIRST, FORM, HARMLESS, HELD_TO, NAME, THIRD, a_draft

ADDRESS = "/forms-and-rules/holiday-club/new-version"


@pytest.fixture
def club(app, client, monkeypatch, tmp_path):
    """Somebody who may publish, at a council with the club's form: its first version in force, two drafts open. `club.text` is its file."""
    text, path, ids = Council.form_text, Council.form_path, Council.form_ids

    class Club:
        text = THIRD
        demanded = Publishing(branches=0)

    monkeypatch.setattr(Council, "form_text", lambda self, form_id: Club.text if form_id == FORM else text(self, form_id))
    monkeypatch.setattr(Council, "form_path", lambda self, form_id: tmp_path / f"{FORM}.yaml" if form_id == FORM else path(self, form_id))
    monkeypatch.setattr(Council, "form_ids", lambda self: [*ids(self), FORM])
    monkeypatch.setattr("portal.councils.check.forms", lambda pack: iter(()))
    monkeypatch.setattr(gate, "demanded", lambda pack: Club.demanded)
    Club.scenarios = tmp_path / f"{FORM}.tests.yaml"
    with app.app_context():
        Club.drafts = [a_draft(ASHA).id, a_draft(FAR).id]
        db.session.commit()
    people.add(app)
    people.sign_in(client)
    return Club


def sent(page: str, **chosen: str) -> dict[str, str]:
    """What the page would post, with these choices."""
    hidden = dict(re.findall(r'<input type="hidden" name="(sha256|current)" value="([^"]*)"', page))
    return {**hidden, "read": "yes", **chosen}


def posted_anyway(text: str) -> dict[str, str]:
    """What somebody would post who made the form of the page by hand."""
    return {"sha256": hashlib.sha256(text.encode()).hexdigest(), "current": "1", "read": "yes", "harmless": "carry"}


def versions_of(app, ids: list[str]) -> list[int]:
    with app.app_context():
        return [drafts.find(one).form_number for one in ids]


def test_it_shows_each_change_with_its_class_and_how_many_drafts_there_are(client, club):
    answer = client.get(ADDRESS)
    page = text_of(answer)
    for words in (
        "Version 1 is in force. The file of the council would become version 2.",
        "“Which town do you live in?” is no longer asked Loses an answer",
        "“Does anybody need armbands?” is asked, and must be answered Needs an answer",
        "2 drafts are open: 2 on version 1.",
        "Loses an answer: 1 draft",
        "Needs an answer: 1 draft",
    ):
        assert words in page, words


def test_it_publishes_nothing_until_somebody_has_decided_and_confirmed(app, client, club):
    page = client.get(ADDRESS).text
    answer = client.post(ADDRESS, data=sent(page, needs_answer="carry", read=""))
    assert answer.status_code == 422
    told = text_of(answer)
    assert "Choose what becomes of the drafts under “Loses an answer”" in told
    assert "Tick that you have read what becomes of the open drafts" in told
    with app.app_context():
        assert publishing.current("form", NAME).number == 1


def test_it_publishes_and_shows_how_far_the_drafts_are(app, client, club):
    answer = client.post(ADDRESS, data=sent(client.get(ADDRESS).text, needs_answer="carry", loses_answer="keep"))
    assert answer.status_code == 303
    assert "0 of 2 drafts gone through" in text_of(client.get(answer.location))
    with app.app_context():
        run.run_due()
        db.session.remove()
    page = text_of(client.get(answer.location))
    assert "2 of 2 drafts gone through, finished" in page
    assert "Carried over 1" in page and "Kept on their version 1" in page
    assert versions_of(app, club.drafts) == [2, 1]
    assert "1 draft is open: 1 on version 1." in text_of(client.get(ADDRESS)), "it can be carried over later"


def test_faults_are_listed_and_there_is_no_button(client, club):
    club.text = THIRD.replace("section: days", "section: dais").replace("use: somebody_swims", "use: somebody_dives")
    answer = client.get(ADDRESS)
    page = text_of(answer)
    assert "It is not fit to be published" in page
    assert "(unknown_section)" in page and "(unknown_condition)" in page
    assert "Publish version" not in page
    assert client.post(ADDRESS, data={"sha256": "", "current": "1"}).status_code == 409


def test_a_scenario_that_fails_holds_it_back_and_is_told(app, client, club):
    club.text = HARMLESS
    club.scenarios.write_text(HELD_TO.replace("not_seen: [too_far]", "seen: [too_far]"))
    answer = client.get(ADDRESS)
    page = text_of(answer)
    assert "It is not fit to be published" in page and "Scenarios that failed" in page
    assert "“Whoever lives here goes on”: the page “This club is too far away” (too_far) was not seen (holiday_club.tests.yaml, line 5)" in page
    assert "Publish version" not in page
    refused = client.post(ADDRESS, data=posted_anyway(HARMLESS))
    assert (refused.status_code, "put the faults right first" in text_of(refused)) == (422, True)
    with app.app_context():
        assert publishing.current("form", NAME).number == 1
    club.scenarios.write_text(HELD_TO)
    assert "Publish version 2" in text_of(client.get(ADDRESS))


def test_too_little_tried_holds_it_back_under_the_council_s_rule(client, club):
    club.text, club.demanded = HARMLESS, Publishing(branches=100, leaves=100)
    assert "No scenarios no scenario says what this form is held to" in text_of(client.get(ADDRESS))
    club.scenarios.write_text(HELD_TO)
    page = text_of(client.get(ADDRESS))
    assert "What no scenario tries" in page
    assert "no scenario tries this: “This club is too far away” never ends the form" in page
    club.demanded = Publishing(branches=5)
    assert "Publish version 2" in text_of(client.get(ADDRESS))


def test_a_question_that_a_document_prints_cannot_go(app, client, monkeypatch):
    """The Word templates and what they bind are tried with the new version, not with the one in force."""
    people.add(app)
    people.sign_in(client)
    text = Council.form_text
    changed = text(council("hackney"), "screening_outcome").replace("id: signpost_contact,", "id: signpost_way,")
    monkeypatch.setattr(Council, "form_text", lambda self, form_id: changed if form_id == "screening_outcome" else text(self, form_id))
    page = text_of(client.get("/forms-and-rules/screening-outcome/new-version"))
    assert "It is not fit to be published" in page
    assert "signpost_contact" in page


def test_whoever_is_second_is_told(app, client, club):
    club.text = HARMLESS
    page = client.get(ADDRESS).text
    with app.app_context():
        publishing.publish("form", NAME, FIRST + "# another\n")
        db.session.commit()
    answer = client.post(ADDRESS, data=sent(page, harmless="carry"))
    assert answer.status_code == 409
    assert "Somebody else has published version 2 of holiday_club meanwhile" in text_of(answer)
    with app.app_context():
        assert publishing.current("form", NAME).number == 2


def test_a_file_changed_since_it_was_read_is_not_published(client, club):
    page = client.get(ADDRESS).text
    club.text = HARMLESS
    answer = client.post(ADDRESS, data=sent(page, needs_answer="carry", loses_answer="carry"))
    assert (answer.status_code, "The file of this form was changed while you were reading" in text_of(answer)) == (409, True)


def test_very_many_drafts_are_looked_at_in_the_background(app, client, club, monkeypatch):
    monkeypatch.setattr(version_routes, "LOOK_AT_ONCE", 1)
    assert "Work out what becomes of each draft" in text_of(client.get(ADDRESS))
    assert client.post(f"{ADDRESS}/look").location.endswith(ADDRESS)
    assert "0 of 2 drafts looked at." in text_of(client.get(ADDRESS))
    with app.app_context():
        run.run_due()
        db.session.remove()
    assert "Loses an answer: 1 draft" in text_of(client.get(ADDRESS))
    assert versions_of(app, club.drafts) == [1, 1]


def test_only_who_may_publish_comes_here(app, client):
    cast.add(app, "Hugh Hub")
    people.sign_in(client, "Hugh Hub")
    assert client.get("/forms-and-rules/sign-off/new-version").status_code == 403
    assert client.post("/forms-and-rules/sign-off/new-version").status_code == 403


def test_a_form_that_is_in_force_needs_nothing(client, app):
    people.add(app)
    people.sign_in(client)
    assert "There is nothing to publish" in text_of(client.get("/forms-and-rules/sign-off/new-version"))
    assert client.get("/forms-and-rules/no-such-form/new-version").status_code == 404

"""What the script sends while somebody types on a public page: only what was changed, kept with few statements, answered in a way it can tell people."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event

from portal.db import db
from portal.submissions import drafts
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from portal.timekeeping import now
from tests.submissions.filler import PageSeen, example
from tests.submissions.made_up import held_by, public_papers, reading

JSON = {"Accept": "application/json"}
ASKED = "change_wanted"


@pytest.fixture
def home(client):
    """The address of a public draft of this browser."""
    return f"/fill/{held_by(client, lambda: drafts.start(current_version('request_for_support'), by=Writer(), first=Start(example('hackney', 'request_for_support.short'))))}"


def typed(client, home, words, *, asked=ASKED, version="1", tab="onepage", on="page"):
    return client.post(f"{home}/autosave?on={on}", data={"version": version, "tab": tab, "_shown": asked, asked: words}, headers=JSON)


def kept(client, home):
    with client.application.app_context():
        found = drafts.find(home.split("/")[2])
        answers, incomplete = dict(found.data.answers), dict(found.data.incomplete)
        db.session.rollback()
        return answers, incomplete


def test_a_page_says_where_its_typing_goes_and_gives_the_key_of_this_draft(app, client, home):
    form = PageSeen(client.get(f"{home}/situation").text, "").form()
    assert form.get("data-autosave") == f"{home}/autosave?on=page" and len(form.get("data-key")) == 44
    other = app.test_client()
    second = f"/fill/{held_by(other, lambda: drafts.start(current_version('request_for_support'), by=Writer(), first=Start(example('hackney', 'request_for_support.short'))))}"
    assert PageSeen(other.get(f"{second}/situation").text, "").form().get("data-key") != form.get("data-key")
    assert PageSeen(client.get(f"{home}/situation").text, "").form().get("data-key") == form.get("data-key")


def test_only_what_was_changed_is_sent_and_the_rest_stays(client, home):
    before, _ = kept(client, home)
    told = typed(client, home, "A breakfast club").get_json()
    after, _ = kept(client, home)
    assert after == before | {ASKED: "A breakfast club"}
    assert (told["version"], told["at"], told["more"]) == (2, 2, False) and told["saved_at"]


def test_a_message_that_names_no_question_clears_none(client, home):
    before = kept(client, home)
    told = client.post(f"{home}/autosave?on=page", data={"version": "1", "tab": "onepage"}, headers=JSON)
    assert told.status_code == 200 and told.get_json()["version"] == 1
    assert kept(client, home) == before


def test_what_is_not_valid_is_kept_as_it_was_typed_and_marks_no_page_as_done(client, home):
    words = "late " * 2000
    assert typed(client, home, words).status_code == 200
    _, incomplete = kept(client, home)
    assert incomplete[ASKED] == {"": [words]}
    with client.application.app_context():
        assert drafts.find(home.split("/")[2]).data.acknowledged == {}
        db.session.rollback()


def test_an_answer_that_calls_for_more_on_its_page_says_so_and_one_that_does_so_elsewhere_does_not(client):
    notes = f"/fill/{held_by(client, public_papers)}"
    assert typed(client, notes, "yes", asked="next_one").get_json()["more"] is True
    assert typed(client, notes, "no", asked="next_one", version="2").get_json()["more"] is False
    assert typed(client, notes, "Words", asked="summary", version="3").get_json()["more"] is False


def test_a_question_stands_on_its_own_save_and_the_page_on_what_it_has_seen(client, home):
    with client.application.app_context():
        draft = drafts.find_to_change(home.split("/")[2])
        drafts.save(draft, reading({"danger": "no"} if draft.data.answers.get("danger") != "no" else {"danger": "yes"}), expected_version=1, by=Writer(tab="elsewhere"))
        db.session.commit()
    told = typed(client, home, "Words").get_json()
    assert (told["version"], told["at"]) == (1, 3), "the page does not show the other's answer; its own question is as it stands"
    assert typed(client, home, "More words", version="3").get_json()["at"] == 4


def test_keeping_a_question_takes_four_statements(app, client, home):
    typed(client, home, "The first words")
    counted = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *told: counted.append(told[2]))
    typed(client, home, "Further words", version="2")
    assert len([statement for statement in counted if not statement.startswith(("BEGIN", "PRAGMA"))]) == 4


def test_after_an_hour_away_and_after_sending_the_script_is_told(client, home):
    with time_machine.travel(now() + timedelta(hours=2)):
        answer = typed(client, home, "Too late")
    assert answer.status_code == 403 and "Use the link in your e-mail and your code" in answer.get_json()["message"]
    check = PageSeen(client.get(f"{home}/check").text, "")
    form = check.form("/send")
    assert client.post(form.get("action"), data=check.fields(form)).status_code == 303
    assert typed(client, home, "After sending").status_code == 303, "the script sees that it was led elsewhere"


def test_somebody_else_is_told_that_there_is_nothing(app, home):
    assert typed(app.test_client(), home, "Not mine").status_code == 404

"""The page of the time machine: begun by a button, done by the worker, told in counts without names, to those who may see definitions."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
import time_machine

from portal.councils.library import council
from portal.db import db
from portal.jobs.run import run_due
from portal.publishing import replay_routes
from portal.publishing.models import Replay
from portal.submissions import drafts, replays, submit
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from portal.timekeeping import now
from tests.accounts import people
from tests.documents.shipped import pack_of
from tests.episodes import cast
from tests.submissions.filler import example

PAGE = "/forms-and-rules/sign-off/replay"
FORM = "sign_off"


@pytest.fixture
def administrator(app, client):
    """Somebody who may see definitions, in a portal that holds two finished sign-offs and a draft."""
    user_id = people.add(app)
    people.sign_in(client)
    with app.app_context():
        for number in range(3):
            draft = drafts.start(current_version(FORM), by=Writer(id=user_id, label="Ada Example"), first=Start(answers=example("hackney", FORM)))
            if number < 2:
                submit.finalise(draft, by=Writer(id=user_id, label="Ada Example"), facts=drafts.facts_for(draft))
        db.session.commit()
    return client


def work(app) -> None:
    with app.app_context():
        run_due()


def changed_pack(monkeypatch, folder, *changes: tuple[str, str]):
    """The council in force with another file of this form."""
    shutil.copytree(pack_of("hackney").places.forms, folder / "forms")
    file = folder / "forms" / f"{FORM}.yaml"
    text = file.read_text()
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    file.write_text(text)
    pack = council("hackney")
    places = pack.places.__class__(**{**pack.places.__dict__, "forms": folder / "forms"})
    other = pack.__class__(**{**{name: pack.__dict__[name] for name in pack.__dataclass_fields__}, "places": places})
    monkeypatch.setattr(replay_routes, "council_in_force", lambda: other)
    return other


def first_optional() -> str:
    """A line of the form that asks a question of everybody."""
    definition = pack_of("hackney").form(FORM)
    return next(question.id for question in definition.index.questions.values() if question.when is None and definition.index.page_of[question.id].when is None and question.kind not in ("guidance",))


def test_nothing_is_told_before_the_button_is_pressed(administrator):
    page = administrator.get(PAGE).text
    assert "Lead past answers through" in page
    assert "would be different" not in page


def test_the_worker_leads_them_through_and_the_page_tells_counts(app, administrator):
    answer = administrator.post(PAGE)
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = administrator.get(PAGE).text
    assert "0 of 3 have been led through" in page
    assert "Lead them through again" not in page, "one at a time"
    work(app)
    page = administrator.get(PAGE).text
    assert "For 3 of 3 nothing would be different" in page
    assert "2 sent or finalised, 1 open draft." in page


def test_pressing_twice_begins_once(app, administrator):
    administrator.post(PAGE)
    administrator.post(PAGE)
    with app.app_context():
        assert db.session.query(Replay).count() == 1
        db.session.rollback()


def test_one_that_did_not_end_can_be_begun_again(app, administrator):
    with time_machine.travel(now() - timedelta(minutes=11)), app.app_context():
        replays.begin(FORM, pack_of("hackney").form_text(FORM), by="")
        db.session.commit()
    page = administrator.get(PAGE).text
    assert "did not end" in page and "Lead them through again" in page
    administrator.post(PAGE)
    work(app)
    assert "nothing would be different" in administrator.get(PAGE).text


def test_a_question_out_of_reach_is_a_warning_and_nobody_is_named(app, administrator, monkeypatch, tmp_path):
    name = first_optional()
    changed_pack(monkeypatch, tmp_path, (f"id: {name}", f'when: {{record: service.upn, is: "yes"}}\n        id: {name}') if f"- id: {name}" in pack_of("hackney").form_path(FORM).read_text() else (f"id: {name},", f'id: {name}, when: {{record: service.upn, is: "yes"}},'))
    administrator.post(PAGE)
    work(app)
    page = administrator.get(PAGE).text
    assert "govuk-warning-text" in page
    assert f"[{name}] was asked of 3 and would now be asked of nobody" in page
    assert "Would not have been asked though they were" in page
    with app.app_context():
        kept = str(db.session.query(Replay).one().report)
        db.session.rollback()
    assert "references" not in kept and "Ada" not in kept


def test_a_file_with_faults_is_told_and_nothing_begins(app, administrator, monkeypatch, tmp_path):
    changed_pack(monkeypatch, tmp_path, ("schema: 1", "schema: 1\nshcema: 2"))
    answer = administrator.post(PAGE)
    assert answer.status_code == 422
    assert "The file has faults" in answer.text and "line 5, column 1" in answer.text
    with app.app_context():
        assert replays.latest(FORM) is None
        db.session.rollback()


def test_who_may_not_see_definitions_is_refused(app, client):
    cast.add(app, "Hugh Hub")
    people.sign_in(client, "Hugh Hub")
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE).status_code == 403


def test_a_form_that_is_not_there_is_not_found(administrator):
    assert administrator.get("/forms-and-rules/nowhere/replay").status_code == 404


def test_the_list_leads_there(administrator):
    assert f'href="{PAGE}"' in administrator.get("/forms-and-rules").text

"""Documents for many families: who can be chosen, made in the background without loss or double, stopped and gone on with, in one file."""

from __future__ import annotations

import csv
import io
import re
import zipfile

import pytest
from sqlalchemy import update

from portal import jobs
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.db import db
from portal.documents import bulk, bulk_issue, issuing, produce
from portal.documents.models import BulkItem, BulkRun, Document, Sharing
from portal.episodes.models import Episode
from portal.files import FileStore
from portal.jobs.models import Job
from portal.jobs.run import run_due
from portal.submissions.models import Submission
from tests.access.records import family, paper
from tests.documents.produced import TEAM, finished, sign_in

pytestmark = pytest.mark.usefixtures("app")
LETTER = "closure_letter_parent"


def more_letters(app, count: int) -> None:
    """Further families of the team, each with a finished letter."""
    with app.app_context():
        writer = db.session.query(User).filter_by(email="wren@example.org").one()
        for number in range(count):
            records = family(f"EH-M{number}", team=TEAM)
            paper(db.session.get_one(Episode, records.episode), "closure_letter", finished("closure_letter", "closure_letter", writer.id))
        db.session.commit()


def chosen_on(page: str) -> list[str]:
    return re.findall(r'name="chosen" value="([a-z0-9]{20})"', page)


def begin(client, *chosen: str, document: str = LETTER, variant: str = ""):
    return client.post("/documents/many", data={"document": document, "variant": variant, "chosen": list(chosen)})


def work(app, limit: int = 1000) -> int:
    with app.app_context():
        return run_due(limit=limit)


def made_of(app, address: str) -> list[tuple[str, str]]:
    """State and reason of each item."""
    with app.app_context():
        return [(item.state, item.reason) for item, _, _ in bulk.items(db.session.get_one(BulkRun, address.rsplit("/", 1)[1]))]


def listed(client, address: str) -> tuple[list[list[str]], list[str]]:
    """The rows of the list and the names in the ZIP."""
    answer = client.get(f"{address}.zip")
    assert answer.mimetype == "application/zip", answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return list(csv.reader(io.StringIO(archive.read("list.csv").decode("utf-8-sig")))), archive.namelist()


def test_letters_for_many_are_made_and_come_in_one_file(app, ada, made):
    more_letters(app, 3)
    page = ada.get(f"/documents/many?document={LETTER}").text
    chosen = chosen_on(page)
    assert len(chosen) == 4 and page.count(" checked>") == 4
    assert page.count(">Example family</a>") == 4, "whoever chooses sees whom they choose"
    with app.app_context():
        looked = db.session.query(AuditEvent).filter_by(event="worklist.read").order_by(AuditEvent.at.desc()).first()
        assert len(looked.detail["ids"]) == 4
    run = begin(ada, *chosen).location
    assert "0 of 4 done" in ada.get(run).text
    assert ada.get(f"{run}.zip").status_code == 404
    work(app)
    page = ada.get(run).text
    assert "4 of 4 done" in page and "Download all and the list" in page
    assert page.count("Example family<br>") == 4, "and whom each was made for"
    rows, names = listed(ada, run)
    assert [row[2] for row in rows] == ["made", "yes", "yes", "yes", "yes"] and len(names) == 5
    assert ada.get(f"/documents/many?document={LETTER}").text.count("It was made before") == 4
    assert run in ada.get("/documents/many").text


def test_families_out_of_reach_are_not_offered_and_cannot_be_slipped_in(app, ada, made):
    assert made.elsewhere not in ada.get(f"/documents/many?document={LETTER}").text
    answer = begin(ada, made.elsewhere)
    assert answer.status_code == 422 and "Choose at least one family" in answer.text
    run = begin(ada, made.elsewhere, made.letter).location
    work(app)
    assert made_of(app, run) == [("made", "")]


def test_a_family_that_went_out_of_reach_is_not_named_any_more(app, ada, made):
    run = begin(ada, made.letter).location
    assert "Example family<br>" in ada.get(run).text
    with app.app_context():
        db.session.execute(update(Episode).values(team="elsewhere", lead_id=None))
        db.session.commit()
    assert "Example family" not in ada.get(run).text


def test_nobody_chosen_is_told(ada):
    answer = begin(ada)
    assert answer.status_code == 422 and "Choose at least one family" in answer.text


def test_what_the_rules_refuse_is_told_and_the_rest_is_made(app, ada, made):
    more_letters(app, 1)
    with app.app_context():
        spoilt = db.session.get_one(Submission, made.letter)
        spoilt.data.answers = {name: value for name, value in spoilt.data.answers.items() if name != "manager_name"} | {"recipient_kind": "child"}
        db.session.commit()
    page = ada.get(f"/documents/many?document={LETTER}").text
    assert made.letter not in chosen_on(page) and "It is made when" in page
    run = begin(ada, made.letter, *chosen_on(page)).location
    work(app)
    states = made_of(app, run)
    assert sorted(state for state, _ in states) == ["failed", "made"]
    rows, names = listed(ada, run)
    assert [row for row in rows if row[2] == "no"][0][3] != "" and len(names) == 2
    assert "1 could not be made" in ada.get(run).text


def test_a_worker_that_ends_half_way_loses_and_doubles_nothing(app, ada, made, monkeypatch):
    more_letters(app, 3)
    monkeypatch.setattr(bulk, "STEP", 2)
    run = begin(ada, *chosen_on(ada.get(f"/documents/many?document={LETTER}").text)).location
    work(app, limit=1)
    really, calls = produce.produce, []

    def ends(*given, **also):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return really(*given, **also)

    monkeypatch.setattr(produce, "produce", ends)
    with app.app_context():
        with pytest.raises(KeyboardInterrupt):
            run_due(limit=1)
        db.session.rollback()
        assert sorted(item.state for item in db.session.query(BulkItem)) == ["made", "made", "waiting", "waiting"]
        db.session.query(Job).filter_by(status="running").update({"status": "waiting"})
        db.session.commit()
    monkeypatch.setattr(produce, "produce", really)
    work(app)
    assert made_of(app, run) == [("made", "")] * 4
    with app.app_context():
        assert db.session.query(Document).count() == 4


def test_a_run_is_stopped_and_gone_on_with(app, ada, made, monkeypatch):
    more_letters(app, 3)
    monkeypatch.setattr(bulk, "STEP", 2)
    run = begin(ada, *chosen_on(ada.get(f"/documents/many?document={LETTER}").text)).location
    work(app, limit=1)
    assert ada.post(f"{run}/stop").status_code == 303
    work(app)
    page = ada.get(run).text
    assert "2 of 4 done" in page and "Stopped" in page
    assert ada.post(f"{run}/go-on").status_code == 303
    work(app)
    assert made_of(app, run) == [("made", "")] * 4
    assert ada.post(f"{run}/stop").status_code == 303
    assert "Done" in ada.get(run).text, "a finished run stays finished"


def test_somebody_who_lost_their_role_meanwhile_makes_nothing(app, ada, made):
    run = begin(ada, made.letter).location
    with app.app_context():
        person = db.session.query(User).filter_by(name="Ada Example").one()
        person.teams = ["young_hackney"]
        db.session.commit()
    work(app)
    assert made_of(app, run) == [("failed", "You may no longer make documents of this family")]


def test_a_run_is_its_makers_alone(app, ada, made):
    run = begin(ada, made.letter).location
    other = sign_in(app, "Oz Example", "administrator")
    for way in ("", ".zip"):
        assert other.get(run + way).status_code == 404
    for way in ("/stop", "/go-on"):
        assert other.post(run + way).status_code == 404
    assert run not in other.get("/documents/many").text


def test_an_unknown_document_is_not_there(ada):
    assert ada.get("/documents/many?document=nothing").status_code == 404
    assert begin(ada, document="nothing").status_code == 404


def test_the_task_is_known_to_the_worker():
    assert "documents.bulk" in jobs.registry.TASKS


def test_a_file_that_holds_a_withdrawn_document_is_not_handed_out(app, ada, made):
    more_letters(app, 1)
    run = begin(ada, *chosen_on(ada.get(f"/documents/many?document={LETTER}").text)).location
    work(app)
    assert ada.get(f"{run}.zip").status_code == 200
    address = re.search(r'href="(/documents/[a-z0-9]{20})"', ada.get(run).text)[1]
    assert ada.post(f"{address}/withdraw", data={"reason": "A wrong name"}).status_code == 303
    answer = ada.get(f"{run}.zip")
    assert answer.status_code == 422 and "1 of these documents was withdrawn since" in answer.text


def test_a_file_of_families_no_longer_in_reach_is_not_handed_out(app, ada, made):
    run = begin(ada, made.letter).location
    work(app)
    with app.app_context():
        db.session.query(User).filter_by(name="Ada Example").one().teams = ["young_hackney"]
        db.session.commit()
    answer = ada.get(f"{run}.zip")
    assert answer.status_code == 422 and "you no longer reach" in answer.text


@pytest.mark.parametrize("kinds", [["personal", "harm"], None])
def test_a_file_that_holds_a_document_of_kinds_one_does_not_read_is_not_handed_out(app, ada, made, kinds):
    more_letters(app, 2)
    run = begin(ada, *chosen_on(ada.get(f"/documents/many?document={LETTER}").text)).location
    work(app)
    with app.app_context():
        one = db.session.get_one(BulkRun, run.rsplit("/", 1)[1])
        one.pdf_sha256 = one.parts_sha256 = one.zip_sha256
        bulk.items(one)[1][2].sensitivities = kinds
        db.session.commit()
    for file in (".zip", ".pdf", "/parts.zip"):
        answer = ada.get(f"{run}{file}")
        assert answer.status_code == 422 and "answers that are held back from you" in answer.text, file
    with app.app_context():
        bulk.items(db.session.get_one(BulkRun, run.rsplit("/", 1)[1]))[1][2].sensitivities = ["personal"]
        db.session.commit()
    assert [ada.get(f"{run}{file}").status_code for file in (".zip", ".pdf", "/parts.zip")] == [200, 200, 200]


def approved(app) -> None:
    """Let every document stand as checked and approved."""
    with app.app_context():
        for document in db.session.query(Document):
            document.state = "approved"
        db.session.commit()


def issued(app) -> int:
    with app.app_context():
        return db.session.query(Document).filter_by(state="issued").count()


def test_a_run_is_issued_bit_by_bit_stopped_and_gone_on_with(app, ada, made, monkeypatch):
    more_letters(app, 3)
    run = begin(ada, *chosen_on(ada.get(f"/documents/many?document={LETTER}").text)).location
    assert ada.post(f"{run}/issue", data={"way": "post"}).status_code == 422, "it is not finished"
    work(app)
    approved(app)
    monkeypatch.setattr(bulk_issue, "STEP", 2)
    assert ada.post(f"{run}/issue", data={"way": "post"}).status_code == 303
    again = ada.post(f"{run}/issue", data={"way": "post"})
    assert again.status_code == 422 and "They are being issued now" in again.text and issued(app) == 0, "the request issues nothing"
    work(app, limit=1)
    page = ada.get(run).text
    assert "2 of 4 issued and logged" in page and "Stop issuing" in page
    assert ada.post(f"{run}/issue/stop").status_code == 303
    work(app)
    assert issued(app) == 2 and "Issue all 2" in ada.get(run).text
    assert ada.post(f"{run}/issue", data={"way": "by_hand"}).status_code == 303
    work(app)
    assert issued(app) == 4 and "All 4 are issued and logged" in ada.get(run).text
    with app.app_context():
        assert sorted(one.way for one in db.session.query(Sharing)) == ["By post", "By post", "Given by hand", "Given by hand"]


def test_what_cannot_be_issued_is_told_and_the_rest_goes_out(app, ada, made, monkeypatch):
    more_letters(app, 1)
    run = begin(ada, *chosen_on(ada.get(f"/documents/many?document={LETTER}").text)).location
    work(app)
    approved(app)
    real = issuing.issue

    def refuses(document, given, by):
        if document.submission_id == made.letter:
            raise issuing.MustNotBeTold("Somebody must not be told")
        return real(document, given, by)

    monkeypatch.setattr(issuing, "issue", refuses)
    ada.post(f"{run}/issue", data={"way": "post"})
    work(app)
    page = ada.get(run).text
    assert issued(app) == 1 and "Somebody must not be told" in page and "1 of 2 issued and logged" in page


def test_files_of_a_run_are_sent_from_the_disk_and_never_read_whole(app, ada, made, monkeypatch):
    run = begin(ada, made.letter).location
    work(app)
    monkeypatch.setattr(FileStore, "read", lambda store, sha256: (_ for _ in ()).throw(AssertionError("read whole")))
    answer = ada.get(f"{run}.zip")
    assert answer.status_code == 200 and int(answer.headers["Content-Length"]) == len(answer.data) > 10_000
    assert answer.headers["Content-Disposition"].startswith("attachment") and answer.headers["Cache-Control"] == "no-store"

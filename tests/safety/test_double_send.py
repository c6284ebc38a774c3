"""However often a request is sent, and from however many tabs: one submission, one reference, one set of e-mails (R3)."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from portal.db import db
from portal.episodes.models import Episode
from portal.families.models import Family
from portal.jobs import run
from portal.jobs.models import Job
from portal.notifications.models import Notification
from portal.submissions import drafts
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import Attachment, Revision, Submission, SubmissionData
from portal.timekeeping import now
from tests.conftest import migrated, settings_for
from tests.safety import referrer
from tests.safety.at_once import at_once, tabs
from tests.safety.test_kills import pack_that_asks_for_files
from tests.submissions.filler import PageSeen, example
from tests.submissions.made_up import held_by

FORM = "request_for_support"


@pytest.fixture(scope="module")
def answers():
    """A whole request that can be sent."""
    return example("hackney", f"{FORM}.short")


def ready(client, answers) -> PageSeen:
    """A filled request of this browser, on the page that sends it."""
    url = f"/fill/{held_by(client, lambda: drafts.start(current_version(FORM), by=Writer(), first=Start(answers=answers)))}/check"
    return PageSeen(client.get(url).text, url)


def send(client, checked: PageSeen):
    form = checked.form("/send")
    return client.post(form.get("action"), data=checked.fields(form))


def reference_on(client, address: str) -> str:
    return re.search(r"[A-Z]{2,}-[2-9A-Z]{4}-[2-9A-Z]{4}", client.get(address).text)[0]


def counts(app) -> dict[str, int]:
    """How many of everything that a sending makes, and how many e-mails after the worker has done its work."""
    with app.app_context():
        jobs = [job for job in db.session.scalars(select(Job)) if job.name.startswith("notifications.")]
        run.run_due()
        found = {
            model.__name__: db.session.scalar(select(func.count()).select_from(model))
            for model in (Submission, Episode, Family)
        }
        found["sendings"] = db.session.scalar(
            select(func.count()).select_from(Revision).where(Revision.action == "sent")
        )
        found["receipts"] = db.session.scalar(
            select(func.count()).select_from(Notification).where(Notification.notice == "receipt")
        )
        found["receipt jobs"] = sum(job.name == "notifications.send" for job in jobs)
        db.session.rollback()
        return found


ONCE = {"Submission": 1, "Episode": 1, "Family": 1, "sendings": 1, "receipts": 1, "receipt jobs": 1}


@pytest.mark.parametrize("presses", [2, 10])
def test_parallel_posts_of_one_request_make_one_of_everything(app, client, answers, presses):
    checked = ready(client, answers)
    found = at_once(tabs(app, client, presses), lambda tab, number: send(tab, checked))
    assert {answer.status_code for answer in found} == {303}
    assert len({answer.location for answer in found}) == 1
    assert counts(app) == ONCE


def test_two_tabs_that_both_stood_on_the_last_page_show_the_same_reference(app, client, answers):
    checked = ready(client, answers)
    first, second = tabs(app, client, 2)
    pages = [PageSeen(tab.get(checked.url).text, checked.url) for tab in (first, second)]
    seen = [
        reference_on(tab, send(tab, page).location) for tab, page in zip((first, second), pages, strict=True)
    ]
    assert len(set(seen)) == 1
    assert counts(app) == ONCE


@pytest.mark.parametrize(("hours", "status"), [(2, 403), (24, 404)])
def test_a_replay_much_later_sends_nothing_and_after_link_and_code_shows_the_same_reference(
    app, client, answers, hours, status
):
    checked = ready(client, answers)
    reference = reference_on(client, send(client, checked).location)
    with time_machine.travel(now() + timedelta(hours=hours)):
        assert send(client, checked).status_code == status, (
            "the browser was left too long: link and code are asked for"
        )
        with client.session_transaction() as cookie:
            cookie["drafts"] = {checked.url.split("/")[2]: int(now().timestamp())}
        assert reference_on(client, send(client, checked).location) == reference
    assert counts(app) == ONCE


def test_an_answer_that_never_arrived_is_asked_for_again_with_the_same_outcome(app, client, answers):
    checked = ready(client, answers)
    lost = send(client, checked)
    lost.close()
    assert reference_on(client, send(client, checked).location)
    assert counts(app) == ONCE


def test_parallel_presses_of_start_make_one_draft(app, client):
    data = {"way": "professional", "key": "k" * 20}
    found = at_once(
        tabs(app, client, 8), lambda tab, number: tab.post("/start/request-for-support", data=data)
    )
    assert {answer.status_code for answer in found} == {303}
    assert len({answer.location for answer in found}) == 1
    assert counts(app)["Submission"] == 1


def test_the_key_of_a_start_page_opens_nothing_in_another_browser(app, client):
    """Somebody noted the key of a page on a shared computer before the next person pressed start."""
    app.config["WTF_CSRF_ENABLED"] = True
    page = PageSeen(client.get("/start/professional").text, "/start/professional")
    form = page.form("/start/")
    fields = page.fields(form)
    mine = client.post(form.get("action"), data=fields).location
    stranger = app.test_client()
    their_fields = PageSeen(stranger.get("/start/professional").text, "").fields(
        PageSeen(stranger.get("/start/professional").text, "").form("/start/")
    )
    theirs = stranger.post(form.get("action"), data=their_fields | {"key": fields["key"]}).location
    assert theirs.split("/")[2] != mine.split("/")[2]
    assert client.post(form.get("action"), data=fields).location == mine


def test_after_leaving_a_shared_device_its_old_start_page_begins_a_new_draft(app, client):
    app.config["WTF_CSRF_ENABLED"] = True
    page = PageSeen(client.get("/start/professional").text, "/start/professional")
    form = page.form("/start/")
    fields = page.fields(form)
    mine = client.post(form.get("action"), data=fields).location
    client.post("/leave", data={"csrf_token": fields["csrf_token"]})
    again = client.post(form.get("action"), data=fields)
    assert again.status_code == 400, "the old page belongs to nobody any more"
    assert client.get(mine).status_code == 404


def sessions(app, answers, count: int) -> None:
    """So many people, each pressing send 2 to 10 times at once."""
    for number in range(count):
        client = app.test_client()
        checked = ready(client, answers)
        found = at_once(tabs(app, client, 2 + number % 9), lambda tab, _, page=checked: send(tab, page))
        assert len({(answer.status_code, answer.location) for answer in found}) == 1
    assert counts(app) == dict.fromkeys(ONCE, count)


@pytest.mark.slow
def test_25_people_pressing_send_2_to_10_times_at_once(app, answers):
    sessions(app, answers, 25)


@pytest.mark.long
def test_1000_people_pressing_send_2_to_10_times_at_once(app, answers):
    sessions(app, answers, 1000)


def test_a_page_with_a_file_that_is_sent_again_keeps_the_file_once(tmp_path):
    app = migrated(settings_for(tmp_path / "data", council="marlowe_vale", council_path=str(pack_that_asks_for_files(tmp_path / "pack"))))
    client = app.test_client()
    app.config["WTF_CSRF_ENABLED"] = False
    key = referrer._inputs(client.get("/start/anyone").text)["key"][0]
    draft = client.post("/start/asking-for-help", data={"way": "anyone", "key": key}).location.split("/")[2]
    page = client.get(f"/fill/{draft}/all").text
    item = re.search(r'name="children\.([^."]+)\.child_name"', page)[1]
    typed = referrer._inputs(page) | referrer._answers("Child Example", item)
    for _ in range(3):
        data = {name: values if len(values) > 1 else values[0] for name, values in typed.items()} | {"papers": (io.BytesIO(b"A made-up paper"), "paper.txt")}
        assert client.post(f"/fill/{draft}/all", data=data, content_type="multipart/form-data").status_code == 303
    with app.app_context():
        (row,) = db.session.query(Attachment).filter_by(submission_id=draft)
        assert [one["id"] for one in db.session.get_one(SubmissionData, draft).answers["papers"]] == [row.id]
        db.session.rollback()
        db.engine.dispose()

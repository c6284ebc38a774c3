"""Names that were typed stand in answers and records, and nowhere else: not in logs, addresses, titles, e-mails, jobs or audit events (R22)."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from pathlib import Path
from urllib.parse import unquote

import pytest
import time_machine
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.episodes.models import Episode
from portal.jobs import run
from portal.jobs.models import Job
from portal.notifications.compose import body_of
from portal.notifications.models import Notification
from portal.submissions.definitions import current_definition
from tests import cast
from tests.episodes.cast import MONDAY
from tests.safety.referrer import Referrer, Told
from tests.safety.test_kills import ready_to_serve
from tests.submissions.filler import Filler, PageSeen, example

FORM = "request_for_support"
CANARY = "Quillfeather"
"""A name nobody has. It is put into every text of the example."""


def with_canaries(definition, value):
    """The same answers with the canary in every name and free text."""
    if isinstance(value, list):
        return [with_canaries(definition, each) for each in value]
    if not isinstance(value, dict):
        return value
    texts = {question.id for question in definition.index.questions.values() if question.kind in ("text", "long_text")}
    return {key: f"{each} {CANARY}" if key in texts and isinstance(each, str) else with_canaries(definition, each) for key, each in value.items()}


class Watched:
    """A client that remembers every address it asked for, was sent to, and every title it was shown."""

    def __init__(self, client):
        self.client, self.seen = client, []

    def __getattr__(self, name):
        act = getattr(self.client, name)
        return self._watching(act) if name in ("get", "post", "open") else act

    def _watching(self, act):
        def watched(*args, **more):
            answer = act(*args, **more)
            self.seen += [answer.request.url, answer.location or "", answer.headers.get("Content-Disposition", "")]
            if answer.mimetype == "text/html" and answer.status_code == 200:
                self.seen.append(next(PageSeen(answer.text, "").tree.iter("title")).text)
            return answer

        return watched


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY, tick=True):
        yield


def test_a_request_and_its_reading_leave_names_in_records_only(app, client, monday, caplog):
    caplog.set_level(logging.DEBUG)
    watched = Watched(client)
    with app.app_context():
        definition = current_definition(FORM)
        person = Filler(watched, definition, with_canaries(definition, example("hackney", f"{FORM}.short")))
    checked = person.fill(person.start(FORM))
    assert CANARY in checked.html, "the canary stands in the answers"
    form = checked.form("/send")
    watched.post(form.get("action"), data=checked.fields(form))
    staff = read_by_staff(app)
    with app.app_context():
        run.run_due()
        told = [letter.subject + letter.recipient + body_of(letter) for letter in db.session.scalars(select(Notification))]
        work = [json.dumps(job.payload) + job.error + (job.unique_key or "") for job in db.session.scalars(select(Job))]
        events = [json.dumps(one.detail) + one.subject_id for one in db.session.scalars(select(AuditEvent))]
    assert told and work and len(events) > 10
    places = {"log": [caplog.text], "addresses and titles": [unquote(one) for one in watched.seen + staff], "e-mails": told, "jobs": work, "audit events": events}
    found = {place: [text[:300] for text in texts if CANARY.lower() in text.lower()] for place, texts in places.items()}
    assert found == dict.fromkeys(places, [])


def read_by_staff(app) -> list[str]:
    """A manager opens everything of the family; answers the addresses and titles of it."""
    cast.arrive(app, cast.HUB_MANAGER)
    watched = Watched(app.test_client())
    watched.set_cookie(*cast.session_cookie(app, cast.HUB_MANAGER))
    with app.app_context():
        episode = db.session.scalars(select(Episode)).one()
        family, episode_id = episode.family_id, episode.id
    pages = ["/staff/", f"/staff/families/{family}", f"/staff/episodes/{episode_id}/allocate", f"/staff/episodes/{episode_id}/attach"]
    for page in pages:
        assert watched.get(page).status_code == 200
    assert CANARY in watched.post("/staff/search", data={"words": CANARY}).text
    for link in PageSeen(watched.get(f"/staff/families/{family}").text, "").tree.iter("a"):
        if link.get("href", "").startswith(("/staff/", "/documents/", "/files/")):
            watched.get(link.get("href").partition("#")[0])
    assert len(watched.seen) > 15
    return [text for text in watched.seen if text]


def test_an_error_with_a_name_in_it_leaves_the_name_out_of_log_and_page(app, client, caplog, monkeypatch):
    app.config["TESTING"] = False

    def breaks(*_a, **_k):
        db.session.execute(select(Job).where(Job.name == CANARY, Job.id == "no number")).all()
        raise ValueError(CANARY)

    monkeypatch.setattr("portal.submissions.routes.current_version", breaks)
    caplog.set_level(logging.DEBUG)
    answer = client.post("/start/request-for-support", data={"key": CANARY})
    assert answer.status_code in (500, 503)
    assert CANARY not in caplog.text + answer.text


def command_lines() -> str:
    """What anybody on the machine sees of its processes."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    assert any("portal" in line for line in found)
    return "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("server", ["gunicorn", "granian"])
def test_served_processes_say_nothing_of_what_was_sent(tmp_path, server):
    """What gunicorn, granian and the worker write while people send requests, and what stands in their command lines."""
    portal = ready_to_serve(tmp_path)
    told, ready, stop = Told(), threading.Event(), threading.Event()
    try:
        portal.start(server)
        ready.set()
        person = Referrer(portal.port, told, ready, stop)
        person.start()
        while person.is_alive() and not told.sent and not told.surprises:
            person.join(0.05)
        commands = command_lines()
    finally:
        stop.set()
        portal.kill()
    assert told.sent and not told.surprises, told.surprises
    written = (tmp_path / "log.txt").read_text()
    one = told.sent[0]
    for secret in (one.child, "Petra", "petra@example.org", one.draft, portal.settings.secret_key):
        assert secret not in written + commands

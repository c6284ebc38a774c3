"""Requests that nobody means well, to every route: 20,000 in a normal run, by staff with every right, by somebody filling a form, and by nobody.

None may make the server fail, and the portal must not grow with them. They go straight to WSGI, as a socket would hand them over.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import create_app
from portal.accounts.models import User
from portal.command_line import kept
from portal.db import db
from portal.demo import load_demonstration
from portal.documents import pdf
from portal.documents.models import Document
from portal.episodes.models import Episode, Paper
from portal.families.models import Family, Person
from portal.jobs.models import Job
from portal.submissions import drafts
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import Attachment, Submission
from tests.accounts import people
from tests.conftest import COMPILED, migrated, settings_for
from tests.documents.shipped import pack_of
from tests.safety.hostile_requests import Hostile, answer_to, names_asked_for
from tests.submissions.made_up import held_by

NORMAL, PARTS = 20_000, 10
LONG = 1_000_000
TEAM = "family_support_units"
ROLES = ("hub_manager", "coordinator", "administrator", "screener", "system_administrator", "lead_professional", "service_manager")
MOST_GROWTH = 20_000_000
WARM = 400
NOT_READY = 503, "/readyz"
"""The address that tells whether the portal is ready says that it is not: nobody does the work here."""


TABLES = {
    "submission_id": Submission, "episode_id": Episode, "family_id": Family, "person_id": Person, "paper_id": Paper, "document_id": Document,
    "user_id": User, "attachment_id": Attachment, "job_id": Job,
}  # fmt: skip
"""What the ids in addresses are those of."""


class Senders:
    """Cookies of staff and of somebody with a draft; made anew when a hostile request has signed them out or deleted the draft."""

    def __init__(self, app: Flask, random: Random):
        self.app, self.random, self.made = app, random, 0
        self.ids: dict[str, list[str]] = {}
        self.renew()

    def renew(self) -> None:
        """New cookies, and the ids of all records that there are now."""
        self.made += 1
        name = f"Sam Sender {self.made}"
        people.add(self.app, name, roles=ROLES, teams=(TEAM,))
        staff, referrer = FlaskClient(self.app, self.app.response_class), FlaskClient(self.app, self.app.response_class)
        people.enter_password(staff, name)
        people.set_app_up(staff)
        answers = json.loads((pack_of("hackney").places.examples / "request_for_support.short.json").read_text())
        draft = held_by(referrer, lambda: drafts.start(current_version("request_for_support"), by=Writer(), first=Start(answers=answers)))
        self.staff, self.referrer = (f"portal={client.get_cookie('portal').value}" for client in (staff, referrer))
        with self.app.app_context():
            self.ids.clear()
            self.ids.update({name: [row for (row,) in db.session.query(table.id)][-40:] for name, table in TABLES.items()})
            self.ids["submission_id"] += [draft] * 20

    def cookie(self) -> str:
        """Whose request this is; '' for nobody's."""
        return self.random.choice((self.staff, self.staff, self.staff, self.referrer, self.referrer, ""))


def resident() -> int:
    """The memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def attacked(app: Flask, seed: int, number: int) -> Counter[int]:
    """Send so many requests; answers how many had which status. Fails at the first that made the server fail."""
    random = Random(seed)
    senders = Senders(app, random)
    hostile = Hostile(app, random, senders.ids)
    counted: Counter[int] = Counter()
    grown_from = 0
    for one, environ in enumerate(hostile.environs(number)):
        if one == WARM:
            gc.collect()
            grown_from = resident()
        cookie = senders.cookie()
        if cookie:
            environ.setdefault("HTTP_COOKIE", cookie)
        asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']!r}?{environ['QUERY_STRING']!r} ({environ.get('CONTENT_TYPE')!r})"
        status, content, location = answer_to(app, environ)
        counted[status] += 1
        if cookie == senders.staff and location.startswith("/sign-in?"):
            senders.renew()
        assert status < 500 or (status, environ["PATH_INFO"]) == NOT_READY, f"request {one} of {seed}: {status} to {asked}\n{content[:600]!r}"
        assert b"Traceback" not in content
    gc.collect()
    assert resident() - grown_from < MOST_GROWTH, f"the portal grew by {resident() - grown_from:,} bytes over {number - WARM:,} requests"
    return counted


@pytest.fixture(scope="session")
def told(tmp_path_factory) -> Path:
    """A data folder with the demonstration: families at every stage, papers, documents, drafts. Made once in each process."""
    folder = tmp_path_factory.mktemp("told")
    app = migrated(settings_for(folder, demonstration=True))
    with kept(app):
        load_demonstration()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return folder


@pytest.fixture
def busy(told, tmp_path, monkeypatch) -> Iterator[Flask]:
    """A portal with all that, of its own; without LibreOffice, which would take seconds for each page it prints."""
    monkeypatch.setattr(pdf, "program", lambda: None)
    shutil.copytree(told, tmp_path / "data")
    app = create_app(settings_for(tmp_path / "data"))
    app.jinja_env.bytecode_cache = COMPILED
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_requests_hold_what_the_views_look_for():
    assert {"words", "email", "reason", "version"} <= set(names_asked_for())


@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_makes_the_server_fail(busy, part, record_property):
    counted = attacked(busy, part, NORMAL // PARTS)
    assert sum(counted.values()) == NORMAL // PARTS
    assert counted[200] > 100 and counted[303] > 10, counted
    assert {400, 404, 405} <= set(counted)
    record_property("counted", f"malformed requests, part {part}: {sum(counted.values()):,}, none of them a fault of the server")


@pytest.mark.long
@pytest.mark.parametrize("part", range(100))
def test_no_request_of_a_million_makes_the_server_fail(busy, part):
    attacked(busy, 1000 + part, LONG // 100)

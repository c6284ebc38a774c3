"""Every page that shows a family's record and every change of one leaves its event, or is not shown and not made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
import time_machine
from sqlalchemy import select

from portal.audit import log
from portal.db import db
from portal.documents import pdf
from portal.episodes.models import Episode
from portal.families.models import FamilyMember, Person
from tests.episodes.cast import MONDAY
from tests.house import access_matrix, access_world
from tests.house.access_world import MISSING, OWN

pytestmark = pytest.mark.slow

READERS = ("support_manager", "hub_manager", "service_manager")
"""Between them they get in everywhere that shows or changes a family's record."""

CHANGES = {
    "POST /documents/<record_id:document_id>/withdraw": ({"reason": "Sent to the wrong address"}, "document.withdrawn"),
    "POST /documents/of/<record_id:submission_id>/<slug:document_id>": ({}, "document.produced"),
    "POST /fill/<record_id:submission_id>/<slug:name>": ({}, "submission.saved"),
    "POST /fill/<record_id:submission_id>/section/<slug:section_id>": ({}, "submission.saved"),
    "POST /fill/<record_id:submission_id>/items/add": (None, "submission.saved"),
    "POST /fill/<record_id:submission_id>/items/move": (None, "submission.saved"),
    "POST /fill/<record_id:submission_id>/items/remove": (None, "submission.saved"),
    "POST /fill/<record_id:submission_id>/delete": ({}, "submission.deleted"),
    "POST /staff/attachments/<record_id:attachment_id>/undo": ({"reason": "Another family after all"}, "request.detached"),
    "POST /staff/episodes/<record_id:episode_id>/allocate": ({"team": "hub", "lead": ""}, "episode.allocated"),
    "POST /staff/episodes/<record_id:episode_id>/attach": ({"reason": "The same mother"}, "request.attached"),
    "POST /staff/episodes/<record_id:episode_id>/attach/search": ({"words": "Holt"}, "people.searched"),
    "POST /staff/episodes/<record_id:episode_id>/moves/<slug:transition_id>": ({"reason": "The family asked for it"}, "episode.moved"),
    "POST /staff/episodes/<record_id:episode_id>/papers/<slug:paper_id>": ({"key": "k" * 20}, "paper.started"),
    "POST /staff/family-members/<record_id:member_id>/changes/<record_id:change_id>/undo": ({}, "person.change_undone"),
    "POST /staff/papers/<record_id:paper_id>/return": ({"path": "meeting_type", "reason meeting_type": "Was it not a review?", "step": "send"}, "submission.returned"),
    "POST /staff/returns/<record_id:round_id>/accept": ({}, "submission.return_accepted"),
    "POST /staff/search": ({"words": "Holt"}, "people.searched"),
}
"""What is posted to make a change, and the event that must be there then. None: what the matrix sends."""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """People and families, the own one led by the support manager."""
    with time_machine.travel(MONDAY, tick=True):
        world = access_world.make(tmp_path_factory.mktemp("audit"))
        access_world.let_lead(world, "support_manager")
        yield world
        with world.app.app_context():
            db.session.remove()
            db.engine.dispose()


@contextmanager
def noticed() -> Iterator[list[tuple[str, str, str]]]:
    """The events that are written meanwhile: name, subject's id, actor. Nothing else is kept."""
    events: list[tuple[str, str, str]] = []
    make = log._row

    def row(name, subject, subject_id, actor, detail):
        events.append((name, f"{subject_id} {detail}", actor or ""))
        return make(name, subject, subject_id, actor, detail)

    with mock.patch.object(log, "_row", row), mock.patch.object(db.session, "commit", db.session.rollback), mock.patch.object(pdf, "to_pdf", lambda *_a, **_k: b"%PDF"):
        yield events


def rows_of_families(world):
    with world.app.app_context():
        found = [row for part, row in access_matrix.rows(world) if part == "addresses" and (MISSING in row.places and len(row.places) > 2 or row.name in CHANGES)]
        db.session.rollback()
    return found


def ask(world, one, who: str, data=None):
    sent = one.sent if data is None else data
    more = {"query_string": sent} if one.method == "GET" else {"data": sent}
    return world.app.test_client(use_cookies=False).open(one.path, method=one.method, headers={"Cookie": world.cookies[who]}, **more)


def names_of(world) -> list[str]:
    """The names of everybody in the own family."""
    with world.app.app_context():
        family = db.session.get_one(Episode, world.ids[OWN]["episode_id"]).family_id
        people = db.session.scalars(select(Person).join(FamilyMember, FamilyMember.person_id == Person.id).where(FamilyMember.family_id == family)).all()
        return [person.full_name for person in people if person.full_name]


def test_every_page_that_shows_something_of_a_family_is_noted_with_reader_and_record(world):
    names = names_of(world)
    assert names
    silent, seen = [], 0
    for row in rows_of_families(world):
        for who in READERS:
            with noticed() as events:
                answer = ask(world, row.tries[OWN], who)
            if answer.status_code in (403, 404) or answer.mimetype == "application/json":
                continue
            mine = [event for event in events if event[2] == world.roles[who]]
            ids = [value for value in world.ids[OWN].values() if any(value in event[1] for event in mine)]
            seen += bool(mine and ids)
            if answer.mimetype != "text/html":
                continue
            shown = [name for name in names if name in answer.get_data(as_text=True)]
            if shown and not (mine and ids):
                silent.append(f"{row.name} as {who} ({answer.status_code}) shows {shown[0]} without an event")
            if row.tries[OWN].method == "GET" and answer.status_code == 200 and not mine and "form" not in answer.get_data(as_text=True):
                silent.append(f"{row.name} as {who} reads without an event")
    assert silent == []
    assert seen > 40


def test_every_change_that_staff_can_make_is_tried_here(world):
    posts = {row.name for row in rows_of_families(world) if row.name.startswith("POST ")}
    issuing = ("/check", "/approve", "/issue", "/not-shared")  # each needs a document in its own state: tests/documents/test_issuing.py
    of_holds = {name for name in posts if name.startswith("POST /keeping-and-erasing/")}  # nobody's record is held here: tests/retention/test_pages.py
    tried_elsewhere = of_holds | {name for name in posts if name.startswith("POST /documents/") and name.endswith((*issuing, "/stop", "/go-on", "/print"))} | {name for name in posts if "/sent/" in name or name.endswith(("/all", "/autosave", "/settle", "/send", "/what-changed", "/save", "/take-back", ":item>", ":inner>", "/notes", "<record_id:member_id>"))}
    assert posts - tried_elsewhere == set(CHANGES)


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_leaves_its_event_with_who_made_it(world, name):
    data, event = CHANGES[name]
    row = next(one for one in rows_of_families(world) if one.name == name)
    with world.app.app_context():
        version = db.session.get_one(Episode, world.ids[OWN]["episode_id"]).version
        other = world.ids["team"]["episode_id"]
        db.session.rollback()
    if data is not None:
        data = data | {"version": version, "target": f"family-{other}", "after": world.ids[OWN]["round_id"]}
    for who in READERS:
        with noticed() as events:
            answer = ask(world, row.tries[OWN], who, data)
        if answer.status_code not in (403, 404):
            break
    assert answer.status_code in (200, 303), answer.text[-1500:]
    assert (event, world.roles[who]) in [(one, actor) for one, _, actor in events]


def test_a_refusal_is_noted_with_the_record_it_was_about(world):
    for who in ("lead_professional", "taf_coordinator", "social_worker"):
        with noticed() as events:
            assert ask(world, access_matrix.Try("GET", f"/staff/families/{world.ids['other']['family_id']}"), who).status_code == 404
        assert [(name, world.ids["other"]["family_id"] in about, actor) for name, about, actor in events] == [("access.refused", True, world.roles[who])]

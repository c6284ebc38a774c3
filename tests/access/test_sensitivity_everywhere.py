"""No answer is anywhere for a role that does not read its kind: every address that leads to a record, as everybody (R11).

Every question of every shipped form is answered with a mark of its own (`marked_world`). Addresses come from the app's own map, so that a new
one is tried as soon as it is there.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pytest
import time_machine
from sqlalchemy import select

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.councils.library import council
from portal.db import db
from portal.documents import pdf
from portal.episodes import returning
from portal.episodes.models import Paper
from portal.forms import held_back
from portal.jobs import run
from portal.notifications.models import Notification
from portal.submissions import drafts
from portal.submissions.filling_routes import journey_of, step_url
from portal.submissions.models import ReturnRound
from portal.submissions.returns import Asked
from portal.word.reading import everything
from tests.access import marked_world
from tests.episodes.cast import MONDAY

pytestmark = pytest.mark.slow

HACKNEY = council("hackney")
MARK = re.compile(r"zq\d+zq", re.IGNORECASE)
WORDS = {"transition_id": "carry_on", "document_id": "", "item": "made-up", "inner": "made-up", "name": "danger", "way_id": "professional", "form_id": "taf_meeting"}
OF_NO_FAMILY = {"user_id", "job_id", "notification_id", "run_id", "request_attachment_id", "attachment_id", "digest", "token", "hold_id", "carry_over_id", "proposed_id", "template_name"}
"""Parts of addresses that name no answers: accounts, failed work, letters written, runs, an undone attaching, a hold on erasing, drafts taken over (how many), Word templates (filled in for made-up families). Files have a test of their own."""

HOLDING = ("coordinator", "taf_coordinator", "administrator")
"""The roles of which the council's files hold anything back."""

READING_ALL = "hub_manager"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with time_machine.travel(MONDAY, tick=True):
        made = marked_world.make(tmp_path_factory.mktemp("marked"))
        with made.app.test_request_context():
            made.paths = list(dict.fromkeys([*addresses(made), *steps(made)]))
        yield made
        with made.app.app_context():
            db.engine.dispose()


@pytest.fixture(autouse=True)
def a_little_later():
    with time_machine.travel(MONDAY + timedelta(minutes=10), tick=True):
        yield


def addresses(world) -> Iterator[str]:
    """Every address to read that leads to one of the records."""
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in rule.methods or world.app.view_functions[rule.endpoint].access_rule == "public" or rule.arguments & OF_NO_FAMILY:
            continue
        for record in world.records:
            for values in filled_in(rule, record):
                yield rule.build(values)[1]


def filled_in(rule, record) -> Iterator[dict[str, object]]:
    """The values of an address for one record; none where the record has no such thing."""
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        if kind == "RecordId" and name == "document_id":
            for document in record.get("documents", "").split():
                yield {**values, name: document, **({"number": 1} if "number" in rule.arguments else {})}
            return
        if kind == "RecordId":
            if name not in record:
                return
            values[name] = record[name]
        elif kind == "IntegerConverter":
            values[name] = 1
        elif name == "section_id":
            yield from ({**values, name: section.id} for section in form_of(record).sections)
            return
        else:
            values[name] = "taf_minutes" if name == "document_id" else WORDS.get(name, "made-up")
    yield values


def form_of(record):
    return HACKNEY.forms()[record["form_id"]]


def steps(world) -> Iterator[str]:
    """The address of every step of every draft."""
    for record in world.records:
        if record.get("state") == "draft":
            draft = drafts.find(record["submission_id"])
            yield from [step_url(draft, step) for step in journey_of(draft).steps()]


def marks_in(answer) -> set[str]:
    """Every mark in what was answered, also inside a Word document."""
    content = answer.data
    text = "\n".join(words for _, words in everything(content)) if content[:2] == b"PK" else content.decode("utf-8", "replace")
    return {mark.lower() for mark in MARK.findall(text)}


def seen_by(world, role_id: str, paths) -> dict[str, set[str]]:
    """The marks this role finds, with the first address of each."""
    with world.app.app_context():
        marked_world.let_lead(world, role_id)
    client = world.app.test_client(use_cookies=False)
    found: dict[str, set[str]] = {}
    with mock.patch.object(pdf, "to_pdf", lambda *_a, **_k: b""):
        for path in paths:
            answer = client.get(path, headers={"Cookie": world.cookies[role_id]})
            assert answer.status_code < 500, (role_id, path)
            for mark in marks_in(answer):
                found.setdefault(mark, set()).add(path)
    return found


def named(world, found) -> list[str]:
    return sorted(f"{world.marks[mark][0]}.{world.marks[mark][1].id} ({world.marks[mark][1].kept_as}) at {min(paths)}" for mark, paths in found.items())


def test_every_kind_of_answer_but_the_ordinary_is_among_the_marks(world):
    asked = {(form_id, question.id) for form_id, form in HACKNEY.forms().items() for question in form.index.questions.values() if question.kept_as != "personal" and question.kind in ("text", "long_text")}
    assert asked - {(form_id, question.id) for form_id, question in world.marks.values()} == set()
    assert {question.kept_as for _, question in world.marks.values()} == set(HACKNEY.sensitivities.ids)


def test_every_address_of_a_record_is_tried(world):
    tried = {rule.rule for rule in world.app.url_map.iter_rules() if any(list(filled_in(rule, record)) for record in world.records)}
    guarded = {rule.rule for rule in world.app.url_map.iter_rules() if "GET" in rule.methods and rule.arguments and world.app.view_functions[rule.endpoint].access_rule != "public"}
    left = {rule.rule for rule in world.app.url_map.iter_rules() if rule.arguments & OF_NO_FAMILY}
    assert guarded - tried - left == set()


@pytest.mark.parametrize("role_id", HOLDING)
def test_nothing_above_a_role_is_anywhere(world, role_id, caplog):
    above = world.above(role_id)
    assert above
    with caplog.at_level(logging.DEBUG):
        found = seen_by(world, role_id, world.paths)
    assert named(world, {mark: paths for mark, paths in found.items() if mark in above}) == []
    assert len(found) > 100, "what the role reads is there, so that the search means something"
    assert MARK.findall(caplog.text) == []


def test_roles_that_see_no_record_find_nothing_and_the_others_that_hold_nothing_back_read_all(world):
    roles = {role.id: role for role in HACKNEY.roles if role.id not in HOLDING}
    assert {role_id for role_id, role in roles.items() if role.sees != "none" and "*" not in role.reads} == set()
    for role_id in (one for one, role in roles.items() if role.sees == "none"):
        assert seen_by(world, role_id, world.paths[::7]) == {}


def test_who_reads_everything_finds_every_mark(world):
    papers = [path for path in world.paths if path.startswith("/staff/papers/") or path.endswith("/all")]
    found = seen_by(world, READING_ALL, papers)
    assert named(world, dict.fromkeys(set(world.marks) - found.keys(), {"nowhere"})) == []


def test_with_the_choke_point_taken_out_answers_leak(world, monkeypatch):
    monkeypatch.setattr(held_back, "is_held", lambda question: False)
    monkeypatch.setattr(held_back, "is_held_at", lambda definition, path: False)
    papers = [path for path in world.paths if path.startswith("/staff/papers/")]
    assert world.above("administrator") & seen_by(world, "administrator", papers).keys()


def test_no_e_mail_and_no_audit_event_holds_an_answer(world):
    with world.app.app_context():
        made = next(record for record in world.records if record.get("form_id") == "taf_meeting" and "round_id" in record)
        paper, submission = db.session.get(Paper, made["paper_id"]), drafts.find(made["submission_id"])
        asked = [Asked(one["path"], "Please look again") for one in db.session.get(ReturnRound, made["round_id"]).asked[:1]]
        reviewer = db.session.get(User, world.users["support_manager"])
        returning.ask(paper, asked, "", by=reviewer, facts=drafts.facts_for(submission, reviewer.roles), after=made["round_id"])
        db.session.commit()
        run.run_due()
        letters = [f"{one.subject} {one.body}" for one in db.session.scalars(select(Notification))]
        events = [json.dumps([one.event, one.detail]) for one in db.session.scalars(select(AuditEvent))]
    assert letters and events
    assert MARK.findall("\n".join([*letters, *events])) == []


def test_a_search_finds_nobody_by_an_answer_that_is_no_name(world):
    client = world.app.test_client(use_cookies=False)
    worries = [mark for mark, (_, question) in world.marks.items() if not question.record.startswith("person.")][::40]
    for mark in worries:
        answer = client.post("/staff/search", data={"words": mark}, headers={"Cookie": world.cookies["hub_manager"]})
        assert marks_in(answer) <= {mark}, "only the words that were looked for"

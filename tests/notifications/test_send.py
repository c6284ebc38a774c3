"""Sending: to a real mail server of the test's own, at least once, always under the same Message-ID."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from portal import jobs
from portal.db import db
from portal.jobs import run
from portal.jobs.models import Job
from portal.notifications import compose, send
from portal.notifications.models import Notification
from tests.accounts import people
from tests.ports import free_port


class Letterbox:
    """A mail server that keeps what it gets; `answers` are what it says first."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.answers: list[str] = []

    async def handle_DATA(self, server, session, envelope):
        if self.answers:
            return self.answers.pop(0)
        self.kept.append(envelope.content.decode())
        return "250 taken"


@pytest.fixture
def letterbox(app) -> Iterator[Letterbox]:
    """The portal under test sends to this server."""
    box = Letterbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=60)
    server.start()
    app.extensions["portal.settings"] = dataclasses.replace(app.extensions["portal.settings"], mail=f"smtp://127.0.0.1:{port}")
    yield box
    server.stop()


def write(app, **more) -> str:
    with app.app_context():
        letter = compose.notify("receipt", "head@example.org", reference="RFS-1", link="/status/abc", **more)
        db.session.commit()
        return letter.id


def work(app, again: bool = False) -> None:
    with app.app_context():
        if again:
            db.session.query(Job).filter(Job.status == "waiting").update({"run_at": Job.created_at})
            db.session.commit()
        run.run_due()


def letter(app, letter_id) -> Notification:
    with app.app_context():
        return db.session.get(Notification, letter_id)


def test_an_e_mail_is_sent_once_and_its_link_forgotten(app, letterbox):
    letter_id = write(app)
    work(app)
    work(app)
    [sent] = letterbox.kept
    assert "http://localhost/status/abc" in sent
    kept = letter(app, letter_id)
    assert (kept.status, kept.sealed_link) == ("sent", "")
    assert kept.sent_at is not None


def test_a_mail_server_that_is_busy_is_tried_again_with_the_same_message_id(app, letterbox):
    letterbox.answers = ["451 later", "451 later"]
    letter_id = write(app)
    for _ in range(3):
        work(app, again=True)
    [sent] = letterbox.kept
    assert letter(app, letter_id).message_id in sent


def test_what_a_mail_server_answers_names_nobody_in_the_list_of_jobs(app, letterbox):
    letterbox.answers = ["550 no such person head@example.org"]
    write(app)
    work(app)
    with app.app_context():
        [error] = db.session.query(Job.error).filter(Job.name == "notifications.send").one()
    assert error == "MailNotTaken: The mail server answered 550"


def test_a_mail_server_that_is_down_loses_nothing(app):
    app.extensions["portal.settings"] = dataclasses.replace(app.extensions["portal.settings"], mail="smtp://127.0.0.1:9")
    letter_id = write(app)
    work(app)
    assert letter(app, letter_id).status == "waiting"
    with app.app_context():
        [job] = db.session.query(Job).filter(Job.name == "notifications.send")
        assert (job.status, job.error) == ("waiting", "MailNotTaken: The mail server could not be used: ConnectionRefusedError")


def test_a_worker_killed_after_handing_over_sends_a_second_copy_under_the_same_message_id(app, letterbox, monkeypatch):
    letter_id = write(app)
    really = send.hand_over

    def hand_over_and_die(message, settings):
        really(message, settings)
        raise RuntimeError("killed")

    monkeypatch.setattr(send, "hand_over", hand_over_and_die)
    work(app)
    monkeypatch.setattr(send, "hand_over", really)
    work(app, again=True)
    assert len(letterbox.kept) == 2
    assert all(letter(app, letter_id).message_id in sent for sent in letterbox.kept)


def test_nothing_is_sent_when_the_change_it_follows_was_rolled_back(app, letterbox):
    with app.app_context():
        compose.notify("receipt", "head@example.org", reference="RFS-1", link="/x")
        db.session.rollback()
    work(app)
    assert letterbox.kept == []


def test_a_notice_asked_for_by_name_reaches_the_person(app, letterbox):
    user_id = people.add(app)
    with app.app_context():
        jobs.enqueue("notifications.notice", {"notice": "request_arrived", "user_id": user_id, "reference": "RFS-1", "link": "/staff/"})
        jobs.enqueue("notifications.notice", {"notice": "request_arrived", "submission_id": "nobody", "reference": "RFS-1", "link": "/staff/"})
        db.session.commit()
    work(app)
    [sent] = letterbox.kept
    assert "To: ada.example@example.org" in sent

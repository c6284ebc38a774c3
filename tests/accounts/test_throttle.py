"""Guessing is slowed down, and nobody is locked out (R13)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal.accounts import passwords, throttle
from portal.accounts.models import FailedTry, User
from portal.db import db
from tests.accounts import people

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def looked_at(monkeypatch):
    """The passwords that were really looked at; looking costs nothing here."""
    seen = []
    monkeypatch.setattr(passwords, "verify", lambda kept, given: (seen.append(given), bool(kept) and given == people.PASSWORD)[1])
    return seen


def guess(client, name="Ada Example", password="wrong", ip="192.0.2.1"):
    return client.post("/sign-in", data={"email": people.address(name), "password": password}, environ_base={"REMOTE_ADDR": ip})


def test_a_list_of_guesses_gets_at_most_10_looks_an_hour_for_one_account(app, client, looked_at):
    people.add(app)
    with time_machine.travel(NOON, tick=False) as clock:
        for second in range(0, 3600, 15):
            clock.move_to(NOON + timedelta(seconds=second))
            guess(client, password=f"guess {second}", ip=f"192.0.2.{second % 250}")
    assert len(looked_at) == 10


def test_many_accounts_from_one_address_get_at_most_100_looks_an_hour(app, client, looked_at):
    with time_machine.travel(NOON, tick=False):
        answers = [guess(client, name=f"Person {number}") for number in range(130)]
    assert len(looked_at) == 100
    assert {answer.status_code for answer in answers[100:]} == {429}


def test_the_answer_says_how_long_to_wait(app, client, looked_at):
    with time_machine.travel(NOON, tick=False):
        answers = [guess(client) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 422, 429]
    assert answers[-1].headers["Retry-After"] == "31"
    assert "Wait 1 minute, then try again" in answers[-1].get_data(as_text=True)


def test_a_refused_try_makes_the_wait_no_longer(app, client, looked_at):
    people.add(app)
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(20):
            guess(client)
        clock.move_to(NOON + timedelta(seconds=31))
        assert guess(client, password=people.PASSWORD).status_code == 303


def test_an_account_nobody_has_is_slowed_down_just_the_same(app, client, looked_at):
    people.add(app)
    with time_machine.travel(NOON, tick=False):
        there = [guess(client).status_code for _ in range(8)]
        nobody = [guess(client, name="No Body", ip="192.0.2.9").status_code for _ in range(8)]
    assert there == nobody


def test_a_browser_that_signed_in_before_waits_for_no_strangers_guesses(app, client, looked_at):
    people.add(app)
    people.sign_in(client)
    client.post("/sign-out")
    stranger = app.test_client()
    for _ in range(30):
        guess(stranger, ip="198.51.100.7")
    assert guess(stranger, password=people.PASSWORD, ip="203.0.113.5").status_code == 429
    assert guess(client, password=people.PASSWORD).status_code == 303


def test_a_school_behind_one_address_is_not_locked_out_by_those_who_get_it_right(app, looked_at):
    people.add(app)
    with time_machine.travel(NOON, tick=False):
        statuses = {guess(app.test_client(), password=people.PASSWORD).status_code for _ in range(120)}
    assert statuses == {303}


def test_the_mark_of_one_account_is_worth_nothing_for_another(app, in_app):
    mark = throttle.mark_for("ada.example@example.org")
    assert throttle._device_of(mark, "bo.example@example.org") == ""
    assert throttle._device_of(mark + "x", "ada.example@example.org") == ""
    assert throttle._device_of(mark, "ADA.example@example.org ") != ""


def test_40_guesses_at_once_slip_not_through(app):
    people.add(app)
    taken, refused = [], []

    def one() -> None:
        with app.app_context():
            try:
                taken.append(throttle.begin("ada.example@example.org", address="192.0.2.1"))
            except throttle.TooManyTries:
                refused.append(1)

    threads = [threading.Thread(target=one) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) + len(refused) == 40
    assert len(taken) <= throttle.LIMITS["account"]


def test_codes_are_counted_with_passwords(app, client):
    people.add(app)
    people.sign_in(client)
    other = app.test_client()
    people.enter_password(other)
    statuses = [other.post("/sign-in/code", data={"code": "000000"}).status_code for _ in range(6)]
    assert statuses == [422, 422, 422, 422, 422, 429]


def test_neither_address_nor_e_mail_is_kept_in_the_count(app, client, looked_at):
    guess(client, ip="192.0.2.77")
    with app.app_context():
        kept = str([(row.scope, row.key) for row in db.session.query(FailedTry)])
    assert "192.0.2.77" not in kept
    assert "ada.example" not in kept


def test_guessing_ones_own_present_password_is_slowed_down_too(app, client):
    people.add(app)
    people.sign_in(client)
    for _ in range(5):
        client.post("/account/password", data={"present": "wrong", "password": "lamp window eighteen"})
    answer = client.post("/account/password", data={"present": people.PASSWORD, "password": "lamp window eighteen"})
    assert answer.status_code == 422
    assert "several wrong tries" in answer.get_data(as_text=True)
    with app.app_context():
        assert passwords.verify(db.session.query(User.password_hash).scalar(), people.PASSWORD)

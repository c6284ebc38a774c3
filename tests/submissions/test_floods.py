"""Whoever starts form after form and fills none in has to wait; those who fill theirs in never do."""

from datetime import datetime, timedelta

import pytest
import time_machine

from portal.db import db
from portal.submissions import floods

FORM = "/start/request-for-support"
NOON = datetime.fromisoformat("2026-06-01T12:00:00+01:00")


@pytest.fixture(autouse=True)
def three_at_most(monkeypatch):
    monkeypatch.setattr(floods, "MOST_EMPTY", 3)


def start(app, address="192.0.2.1"):
    """Press start in a browser of its own at this address; the browser and the answer."""
    browser = app.test_client()
    return browser, browser.post(FORM, environ_base={"REMOTE_ADDR": address})


def statuses(app, number, **where):
    return [start(app, **where)[1].status_code for _ in range(number)]


def test_very_many_empty_forms_from_one_address_have_to_wait_and_are_told_how_long(app):
    with time_machine.travel(NOON, tick=False) as clock:
        assert statuses(app, 3) == [303] * 3
        clock.shift(timedelta(minutes=20))
        _, refused = start(app)
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "2401"
        assert "You can start one in 40 minutes. If it cannot wait, call us." in refused.text
        clock.shift(timedelta(minutes=41))
        assert statuses(app, 1) == [303]


def test_another_address_does_not_wait(app):
    assert statuses(app, 4) == [303, 303, 303, 429]
    assert statuses(app, 1, address="192.0.2.2") == [303]


def test_a_school_that_fills_its_forms_in_is_never_stopped(app):
    for _ in range(8):
        browser, begun = start(app)
        assert begun.status_code == 303
        kept = browser.post(begun.location, data={"danger": "no", "version": "1"}, environ_base={"REMOTE_ADDR": "192.0.2.1"})
        assert kept.status_code == 303
        assert browser.get(kept.location, environ_base={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200


def test_a_refused_start_of_one_address_takes_nothing_from_another(app):
    school = [start(app) for _ in range(3)]
    assert statuses(app, 3, address="192.0.2.9") == [303] * 3
    for browser, begun in school:
        browser.post(begun.location, data={"danger": "no", "version": "1"}, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert statuses(app, 1, address="192.0.2.9") == [429]
    assert statuses(app, 3) == [303] * 3


def test_a_form_whose_first_page_comes_back_empty_still_counts(app):
    for _ in range(3):
        browser, begun = start(app)
        browser.post(begun.location, data={"version": "1"}, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert statuses(app, 1) == [429]


def test_filling_in_at_one_address_is_no_help_to_another(app):
    browser, begun = start(app)
    browser.post(begun.location, data={"danger": "no", "version": "1"}, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert statuses(app, 4, address="192.0.2.2") == [303, 303, 303, 429]
    assert statuses(app, 4) == [303, 303, 303, 429]


def test_pressing_start_again_in_one_browser_counts_once(app):
    browser = app.test_client()
    pressed = [browser.post(FORM, data={"key": "a-key-of-the-page"}, environ_base={"REMOTE_ADDR": "192.0.2.1"}) for _ in range(5)]
    assert {one.location for one in pressed} == {pressed[0].location}
    assert statuses(app, 2) == [303, 303]


def test_the_address_is_not_readable_in_the_count(app):
    start(app)
    with app.app_context():
        from portal.accounts.models import FailedTry

        (row,) = db.session.query(FailedTry)
        assert "192.0.2.1" not in row.key and row.scope == "start"


@pytest.mark.parametrize("savepoint", ["commit", "rollback"])
@pytest.mark.parametrize(("end", "noted"), [("commit", 0), ("rollback", 1)])
def test_a_savepoint_in_a_start_does_not_say_what_becomes_of_the_starts_that_it_forgets(in_app, savepoint, end, noted):
    floods.note_filling("192.0.2.1")
    floods.check_may_start("192.0.2.1")
    getattr(db.session.begin_nested(), savepoint)()
    getattr(db.session, end)()
    assert len(floods._filled()) == noted

"""Links to set a password: once, for an hour, and silent about who has an account."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal.accounts import reset, users
from portal.accounts.models import PasswordReset
from portal.db import db
from portal.jobs import run
from portal.jobs.models import Job
from portal.notifications import compose
from portal.notifications.models import Notification
from tests.accounts import people

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
NEW = "kettle under seven hats"


def links_sent(app) -> list[str]:
    """The links in the e-mails written so far, after the worker has run."""
    with app.app_context():
        run.run_due()
        letters = [compose.body_of(one) for one in db.session.query(Notification).filter_by(notice="password_reset")]
        return re.findall(r"http://localhost(/new-password/\S+)", "\n".join(letters))


def ask(client, name="Ada Example"):
    return client.post("/forgotten-password", data={"email": people.address(name)})


def use(client, link, password=NEW):
    client.get(link)
    return client.post("/new-password", data={"password": password})


def test_a_link_sets_a_new_password(app, client):
    people.add(app)
    ask(client)
    [link] = links_sent(app)
    assert use(client, link).headers["Location"] == "/sign-in"
    assert people.enter_password(client, password=NEW).status_code == 303
    assert people.enter_password(client).status_code == 422


def test_a_link_works_once(app, client):
    people.add(app)
    ask(client)
    [link] = links_sent(app)
    use(client, link)
    client.get(link)
    page = client.get("/new-password")
    assert page.status_code == 410
    assert "Get another link" in page.get_data(as_text=True)


def test_opening_a_link_does_not_use_it_up(app, client):
    people.add(app)
    ask(client)
    [link] = links_sent(app)
    for _ in range(3):
        client.get(link)
    assert use(client, link).status_code == 303


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (60, 410)])
def test_a_link_works_for_an_hour(app, client, minutes, status):
    people.add(app)
    with time_machine.travel(NOON, tick=False) as clock:
        ask(client)
        [link] = links_sent(app)
        clock.move_to(NOON + timedelta(minutes=minutes))
        client.get(link)
        assert client.get("/new-password").status_code == status


def test_a_password_that_is_too_easy_does_not_use_the_link_up(app, client):
    people.add(app)
    ask(client)
    [link] = links_sent(app)
    answer = use(client, link, "password1234")
    assert answer.status_code == 422
    assert "Error: Set a password" in answer.get_data(as_text=True)
    assert use(client, link).status_code == 303


def test_the_answer_is_the_same_whether_anybody_has_the_address(app, client):
    people.add(app)
    known, unknown = ask(client), ask(client, "No Body")
    assert (known.status_code, known.headers["Location"], known.get_data()) == (unknown.status_code, unknown.headers["Location"], unknown.get_data())
    assert len(links_sent(app)) == 1


def test_the_address_asked_for_is_not_readable_in_the_list_of_jobs(app, client):
    ask(client, "No Body")
    with app.app_context():
        assert "no.body" not in str([job.payload for job in db.session.query(Job)])


def test_only_a_hash_of_the_link_is_kept(app, client):
    people.add(app)
    ask(client)
    [link] = links_sent(app)
    token = link.rsplit("/", 1)[1]
    with app.app_context():
        assert token not in str(db.session.query(PasswordReset.token_hash).all())
        assert token not in str(db.session.query(Notification.body, Notification.sealed_link).all())


def test_the_link_leaves_the_address_bar_at_once(app, client):
    answer = client.get("/new-password/some-token")
    assert answer.headers["Location"] == "/new-password"


def test_a_new_password_ends_every_session_and_every_other_link(app, client):
    people.add(app)
    people.sign_in(client)
    visitor = app.test_client()
    ask(visitor)
    ask(visitor)
    first, second = links_sent(app)
    use(visitor, first)
    assert client.get("/account").status_code == 303
    visitor.get(second)
    assert visitor.get("/new-password").status_code == 410


def test_changing_ones_own_password_ends_the_other_sessions_only(app, client):
    people.add(app)
    key = people.sign_in(client)
    other = app.test_client()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2), tick=False):
        import pyotp

        people.enter_password(other)
        other.post("/sign-in/code", data={"code": pyotp.TOTP(key).now()})
        assert other.get("/account").status_code == 200
        assert client.post("/account/password", data={"present": people.PASSWORD, "password": NEW}).headers["Location"] == "/account"
        assert (client.get("/account").status_code, other.get("/account").status_code) == (200, 303)


def test_a_disabled_person_gets_no_link(app, client):
    user_id = people.add(app)
    people.add(app, "Bo Example")
    people.change(app, user_id, users.disable)
    ask(client)
    assert links_sent(app) == []


def test_no_more_than_three_links_are_sent_in_an_hour(app, client):
    people.add(app)
    with app.app_context():
        db.session.query(PasswordReset).delete()
        db.session.commit()
    for _ in range(5):
        ask(client)
    assert len(links_sent(app)) == reset.MOST_LINKS_PER_HOUR


def test_the_owner_is_told_that_the_password_was_changed(app, client):
    people.add(app)
    ask(client)
    [link] = links_sent(app)
    use(client, link)
    with app.app_context():
        run.run_due()
        assert db.session.query(Notification).filter_by(notice="password_changed").count() == 1

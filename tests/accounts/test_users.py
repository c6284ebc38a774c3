"""Accounts: who may add and change them, and what is refused."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import event

from portal.accounts import users
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.db import db
from portal.jobs import run
from portal.notifications.models import Notification
from tests.accounts import people


@pytest.fixture
def ada(app, client):
    """The system administrator's id; she is signed in."""
    user_id = people.add(app)
    people.sign_in(client)
    return user_id


def bo(**more):
    return {"name": "Bo Example", "email": "bo.example@example.org", "roles": ["lead_professional"], "teams": []} | more


def test_a_new_account_gets_a_link_by_e_mail(app, client, ada):
    assert client.post("/users/add", data=bo()).headers["Location"] == "/users"
    page = client.get("/users").get_data(as_text=True)
    assert "Bo Example has an account now" in page
    assert "No password yet" in page
    with app.app_context():
        run.run_due()
        assert [(one.recipient, one.notice) for one in db.session.query(Notification)] == [("bo.example@example.org", "invitation")]


def test_everything_wrong_is_said_at_once_and_nothing_typed_is_lost(client, ada):
    answer = client.post("/users/add", data=bo(name=" ", email="bo.example", roles=[]))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for words in ("Enter the person&#39;s name", "Enter an e-mail address, like name@example.org", "Choose at least one role"):
        assert page.count(words) == 2, words
    assert 'value="bo.example"' in page


def test_an_address_is_taken_once_whatever_its_capitals(client, ada):
    answer = client.post("/users/add", data=bo(email="ADA.Example@example.org"))
    assert "Ada Example already has an account with this e-mail address" in answer.get_data(as_text=True)


def test_a_role_the_council_does_not_have_is_refused_with_those_it_has(app, in_app):
    with pytest.raises(users.UserRefused, match=r"roles cannot be wizard: the council has .*lead_professional"):
        users.add(users.Details("Bo Example", "bo@example.org", ("wizard",)))


def test_sending_a_form_twice_adds_one_account(app, client, ada):
    client.post("/users/add", data=bo())
    assert client.post("/users/add", data=bo()).status_code == 422
    with app.app_context():
        assert db.session.query(User).count() == 2


def test_an_account_can_be_changed_disabled_and_enabled(app, client, ada):
    user_id = people.add(app, "Bo Example", roles=("lead_professional",))
    client.post(f"/users/{user_id}", data=bo(name="Bo Longer", roles=["administrator"]))
    client.post(f"/users/{user_id}/disable")
    page = client.get("/users").get_data(as_text=True)
    assert "Bo Longer" in page
    assert "Disabled" in page
    client.post(f"/users/{user_id}/enable")
    with app.app_context():
        user = users.find(user_id)
        assert (user.name, user.roles, user.is_active) == ("Bo Longer", {"administrator"}, True)
        events = [event.event for event in db.session.query(AuditEvent).filter_by(subject_id=user_id, actor=ada)]
    assert events == ["user.changed", "user.disabled", "user.enabled"]


def test_what_disabling_does_is_said_before_it_is_done(app, client, ada):
    someone = people.add(app, "Tina Example", roles=("screener",))
    before = client.get(f"/users/{someone}").text
    assert "Tina Example is signed out everywhere at once and cannot sign in any more" in before
    client.post(f"/users/{someone}/disable")
    after = client.get(f"/users/{someone}").text
    assert "Tina Example can then sign in as before" in after and "is signed out everywhere at once" not in after


def test_nobody_disables_themselves(client, ada):
    answer = client.post(f"/users/{ada}/disable")
    assert answer.status_code == 422
    assert "cannot disable your own account" in answer.get_data(as_text=True)


def test_somebody_must_be_left_who_can_change_accounts(app, client, ada):
    answer = client.post(f"/users/{ada}", data={"name": "Ada Example", "email": "ada.example@example.org", "roles": ["administrator"]})
    assert answer.status_code == 422
    assert "Somebody must be left who can change accounts" in answer.get_data(as_text=True)
    with app.app_context():
        assert users.find(ada).roles == {"system_administrator"}


def test_whoever_looks_after_accounts_helps_with_signing_in(app, client, ada):
    user_id = people.add(app, "Bo Example", roles=("lead_professional",))
    other = app.test_client()
    people.sign_in(other, "Bo Example")
    assert client.post(f"/users/{user_id}/end-sessions").status_code == 303
    assert other.get("/account").status_code == 303
    assert client.post(f"/users/{user_id}/reset-second-step").status_code == 303
    assert people.enter_password(other, "Bo Example").headers["Location"] == "/sign-in/app"
    assert client.post(f"/users/{user_id}/send-link").status_code == 303


def test_other_roles_see_no_accounts(app):
    people.add(app, "Bo Example", roles=("lead_professional",))
    browser = app.test_client()
    people.sign_in(browser, "Bo Example")
    assert browser.get("/users").status_code == 403
    assert browser.post("/users/add", data=bo()).status_code == 403


def test_the_list_of_accounts_asks_the_database_a_fixed_number_of_times(app):
    def statements(names):
        with app.app_context():
            for name in names:
                users.add(users.Details(name, f"{name}@example.org", ("lead_professional",)))
            db.session.commit()
            asked = []
            event.listens_for(db.engine, "before_cursor_execute")(lambda _c, _u, statement, *_: asked.append(statement) if "SELECT" in statement else None)
            found = [user.roles for user in users.everyone()]
            assert frozenset({"lead_professional"}) in found
            return len(asked)

    assert statements("a") == statements("bcdef") == 2


def test_two_administrators_who_demote_each_other_at_once_leave_one(app):
    ids = [people.add(app), people.add(app, "Bo Example")]
    first_has_checked, outcomes = threading.Event(), {}

    def demote(user_id, wait_for, then):
        with app.app_context():
            wait_for.wait(60)
            user = users.find(user_id)
            try:
                users.change(user, users.Details(user.name, user.email, ("lead_professional",)))
                then.set()
                time.sleep(0.2)
                db.session.commit()
                outcomes[user_id] = "demoted"
            except users.NobodyLeft:
                db.session.rollback()
                outcomes[user_id] = "refused"

    begun = threading.Event()
    begun.set()
    threads = [threading.Thread(target=demote, args=(ids[0], begun, first_has_checked)), threading.Thread(target=demote, args=(ids[1], first_has_checked, begun))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == {ids[0]: "demoted", ids[1]: "refused"}
    with app.app_context():
        assert [user.id for user in users.administrators()] == [ids[1]]

"""`portal users …` and the first administrator of a real start."""

from __future__ import annotations

import dataclasses
import re

import pytest
from flask.cli import ScriptInfo

from portal.accounts import users as accounts
from portal.accounts.commands import users
from portal.accounts.first_administrator import make_first_administrator
from portal.accounts.models import User
from portal.db import db
from tests.accounts import people


@pytest.fixture
def run(app, monkeypatch):
    """Run `portal users …` in the app under test."""
    from click.testing import CliRunner

    monkeypatch.setenv("PORTAL_COUNCIL", "hackney")
    return lambda *words: CliRunner().invoke(users, list(words), obj=ScriptInfo(create_app=lambda: app))


def test_add_prints_a_link_that_sets_the_password(app, client, run):
    answer = run("add", "--name", "Bo Example", "--email", "bo.example@example.org", "--role", "lead_professional")
    assert answer.exit_code == 0, answer.output
    assert "Added Bo Example (bo.example@example.org)." in answer.output
    link = re.search(r"http://localhost(/new-password/\S+)", answer.output)[1]
    client.get(link)
    assert client.post("/new-password", data={"password": people.PASSWORD}).status_code == 303
    assert people.enter_password(client, "Bo Example").status_code == 303


def test_a_service_that_does_not_know_its_address_says_which_setting_is_missing(app, run):
    people.add(app, "Bo Example", roles=("lead_professional",))
    app.extensions["portal.settings"] = dataclasses.replace(app.extensions["portal.settings"], base_url="")
    answer = run("link", "bo.example@example.org")
    assert answer.exit_code == 0
    assert re.search(r"the address of this service, followed by these words, .*:\n/new-password/\S+", answer.stdout)
    assert "PORTAL_BASE_URL is not set" in answer.stderr and "portal users link bo.example@example.org" in answer.stderr


def test_add_names_the_roles_there_are_and_adds_nobody(app, run):
    answer = run("add", "--name", "Bo", "--email", "bo@example.org", "--role", "wizard")
    assert answer.exit_code == 1
    assert "roles cannot be wizard: the council has screener, " in answer.stderr
    with app.app_context():
        assert db.session.query(User).count() == 0


def test_disable_list_enable(app, run):
    people.add(app)
    people.add(app, "Bo Example", roles=("lead_professional",))
    assert run("disable", "bo.example@example.org").output == "Bo Example can sign in no more.\n"
    assert "bo.example@example.org\tBo Example\tdisabled\troles: lead_professional\tteams: none" in run("list").output
    assert run("enable", "bo.example@example.org").exit_code == 0
    assert run("reset-second-step", "bo.example@example.org").exit_code == 0
    assert "/new-password/" in run("link", "bo.example@example.org").output


def test_an_unknown_address_is_named(run):
    answer = run("disable", "nobody@example.org")
    assert (answer.exit_code, answer.stderr) == (1, "Nobody has an account with the e-mail address nobody@example.org\n")


@pytest.mark.parametrize("command", ["add", "list", "disable", "enable", "link", "reset-second-step"])
def test_every_command_shows_an_example(run, command):
    assert f"Example:  portal users {command}" in run(command, "--help").output


def test_a_real_start_makes_the_first_administrator_once_a_password_is_set(app, client):
    with app.app_context():
        told = make_first_administrator()
        db.session.commit()
    assert "First administrator: early.help@example.org" in told
    client.get(re.search(r"http://localhost(/new-password/\S+)", told)[1])
    client.post("/new-password", data={"password": people.PASSWORD})
    with app.app_context():
        assert make_first_administrator() == ""
        assert [user.email for user in accounts.administrators()] == ["early.help@example.org"]


def test_a_start_before_the_password_was_set_gives_another_link(app):
    with app.app_context():
        first, second = make_first_administrator(), make_first_administrator()
        assert first != second
        assert db.session.query(User).count() == 1

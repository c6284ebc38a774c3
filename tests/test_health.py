"""What whoever watches the service is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from alembic.script import ScriptDirectory

from portal import jobs, timekeeping
from portal.application import migrations_folder
from portal.db import db
from portal.files import FileStore
from tests.accounts import people


def test_a_portal_with_its_tables_and_no_late_work_is_ready(client):
    assert (client.get("/healthz").status_code, client.get("/readyz").get_data(as_text=True)) == (200, "ready\n")


def test_work_that_nobody_does_is_told(client, in_app):
    jobs.enqueue("files.sweep", {}, run_at=timekeeping.now() - timedelta(minutes=11))
    db.session.commit()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "worker: work has been due" in answer.get_data(as_text=True)


def test_tables_behind_the_code_are_told(client, in_app):
    db.session.execute(db.text("update alembic_version set version_num = 'older'"))
    db.session.commit()
    newest = ScriptDirectory(migrations_folder()).get_current_head()
    assert f"tables: at migration older, the newest is {newest}" in client.get("/readyz").get_data(as_text=True)


@pytest.mark.parametrize(("free", "told"), [(1_999_000_000, True), (2_000_000_000, False)])
def test_a_disk_that_fills_up_is_told_to_whoever_looks_after_the_portal(app, client, monkeypatch, free, told):
    monkeypatch.setattr(FileStore, "free", lambda store: free)
    people.add(app)
    people.sign_in(client)
    page = client.get("/users").get_data(as_text=True)
    assert ("The disk is nearly full: 1,999 MB are free" in page) is told


def test_nobody_else_is_told_of_a_full_disk(app, client, monkeypatch):
    monkeypatch.setattr(FileStore, "free", lambda store: 0)
    people.add(app, "Bo Example", roles=("lead_professional",))
    people.sign_in(client, "Bo Example")
    assert "disk" not in client.get("/staff/").get_data(as_text=True)
    assert "disk" not in client.get("/").get_data(as_text=True)

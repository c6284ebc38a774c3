"""What whoever watches the service is told."""

from __future__ import annotations

from datetime import timedelta

from portal import jobs, timekeeping
from portal.db import db


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
    assert "tables: at migration older, the newest is 0001" in client.get("/readyz").get_data(as_text=True)

"""Kept bytes that no record names go after two days; everything a record names stays."""

from __future__ import annotations

import os
from datetime import timedelta

from portal import jobs, publishing, timekeeping
from portal.db import db
from portal.files import store
from portal.jobs.run import run_due


def made_long_ago(sha256: str) -> None:
    old = (timekeeping.now() - timedelta(days=3)).timestamp()
    os.utime(store().path(sha256), (old, old))


def test_a_forgotten_upload_is_swept_and_a_published_form_is_not(in_app):
    forgotten = store().keep(b"an upload nobody finished")
    fresh = store().keep(b"an upload of a moment ago")
    published = publishing.publish("form", "made-up/form", "id: made_up").sha256
    made_long_ago(forgotten)
    made_long_ago(published)
    jobs.enqueue("files.sweep", {})
    db.session.commit()
    assert run_due() >= 1
    assert (store().has(forgotten), store().has(fresh), store().has(published)) == (False, True, True)

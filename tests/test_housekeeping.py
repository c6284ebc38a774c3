"""Kept bytes that no record names go after two days; everything a record names stays."""

from __future__ import annotations

import os
from datetime import timedelta

from portal import jobs, publishing, timekeeping
from portal.db import db
from portal.designer.models import ProposedTemplate
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


def test_the_files_of_a_proposed_word_template_stay_as_long_as_it_does(in_app):
    files = [store().keep(f"a file of a template {number}".encode()) for number in range(3)]
    for one in files:
        made_long_ago(one)
    row = ProposedTemplate(name="made-up/letter.docx", origin="upload", file_name="letter.docx", checked={}, proposed_by="", sha256=files[0], comments_sha256=files[1], specimen_sha256=files[2])
    db.session.add(row)
    jobs.enqueue("files.sweep", {})
    db.session.commit()
    run_due()
    assert [store().has(one) for one in files] == [True] * 3
    db.session.delete(row)
    jobs.enqueue("files.sweep", {})
    db.session.commit()
    run_due()
    assert [store().has(one) for one in files] == [False] * 3

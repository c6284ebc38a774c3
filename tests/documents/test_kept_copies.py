"""A sender's second copy is the first one, kept under lock; whatever it is made of changes, it is made anew."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect as sa_inspect
from sqlalchemy import update

from portal import publishing, timekeeping
from portal.db import db
from portal.documents import kept_copies, material, produce
from portal.publishing.in_force import council_in_force
from portal.submissions.models import Submission, SubmissionData
from tests.documents.produced import sent_request


@pytest.fixture
def sent(app):
    """The id of a request, and how to download the copy of whoever sent it."""
    submission_id, client = sent_request(app)
    return submission_id, lambda: client.get(f"/documents/copy/{submission_id}.docx").data


@pytest.fixture
def made(monkeypatch):
    """How often a copy was made."""
    found: list[str] = []
    make = produce.printed

    def printed(rule, submission):
        found.append(submission.id)
        return make(rule, submission)

    monkeypatch.setattr(produce, "printed", printed)
    return found


def folder(app) -> Path:
    return Path(app.extensions["portal.settings"].data_dir, "cache", "copies")


def test_the_second_copy_is_not_made_again(sent, made):
    submission_id, download = sent
    assert download() == download() != b""
    assert made == [submission_id]


def test_it_is_made_anew_when_anything_of_its_form_has_changed(app, sent, made):
    submission_id, download = sent
    download()
    with app.app_context(), db.session.no_autoflush:
        rule, own = council_in_force().documents["request_record"], db.session.get_one(Submission, submission_id)
        before = {"": kept_copies._made_of(rule, own)}
        for one in (own, own.data):
            for column in sa_inspect(type(one)).column_attrs:
                was = getattr(one, column.key)
                setattr(one, column.key, f"other than {was}")
                before[column.key] = kept_copies._made_of(rule, own)
                setattr(one, column.key, was)
        db.session.rollback()
        assert {"reference", "author_label", "sent_at", "version", "answers", "record", "erased"} <= before.keys()
        assert len(set(before.values())) == len(before), "each column counts"
        changed = dict(own.data.answers, your_name="Rosa Lindqvist-Other")
        db.session.execute(update(SubmissionData).where(SubmissionData.submission_id == submission_id).values(answers=changed))
        db.session.commit()
        afresh = produce.printed(rule, db.session.get_one(Submission, submission_id)).content
        made.clear()
    assert download() == afresh
    assert made == [submission_id]


def test_it_is_made_anew_when_the_template_has_changed(app, sent, made):
    _, download = sent
    download()
    with app.app_context():
        rule = council_in_force().documents["request_record"]
        publishing.publish("template", f"{council_in_force().id}/{rule.template}", _repacked(material.template_bytes(rule)))
        db.session.commit()
    download()
    assert len(made) == 2


def _repacked(template: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
    return out.getvalue()


def test_it_is_made_anew_by_other_code(sent, made, monkeypatch):
    _, download = sent
    download()
    for number, (name, other) in enumerate({"_code": lambda: "another", "ENGINE_VERSION": "9", "LOOKS_VERSION": "9"}.items(), 2):
        monkeypatch.setattr(kept_copies, name, other)
        download()
        assert len(made) == number


def test_it_is_made_anew_on_another_day(sent, made, monkeypatch):
    _, download = sent
    download()
    tomorrow = timekeeping.today() + timedelta(days=1)
    monkeypatch.setattr(timekeeping, "today", lambda: tomorrow)
    download()
    assert len(made) == 2


def test_only_a_document_of_the_form_alone_is_kept(in_app):
    documents = council_in_force().documents
    assert material.draws_on_form_alone(documents["request_record"])
    assert not material.draws_on_form_alone(documents["closure_review_record"]), "it names the children, as the record does"


def test_what_is_kept_is_locked_with_what_it_was_made_of(app, sent):
    submission_id, download = sent
    document = download()
    (file,) = folder(app).iterdir()
    assert b"word/document.xml" in document
    assert b"word/document.xml" not in file.read_bytes()
    with app.test_request_context():
        settings = app.extensions["portal.settings"]
        assert kept_copies._kept(file, b"k" * 32, settings) is None, "whoever has the file and the secret key, but not the answers, opens nothing"
        rule = council_in_force().documents["request_record"]
        own = db.session.get_one(Submission, submission_id)
        before = kept_copies._made_of(rule, own)
        own.data.answers = {}
        assert kept_copies._made_of(rule, own) != before


def test_a_damaged_file_is_made_anew(app, sent):
    _, download = sent
    document = download()
    (file,) = folder(app).iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    assert download() == document


def test_a_kept_copy_is_gone_after_a_day(app, sent):
    _, download = sent
    download()
    (file,) = folder(app).iterdir()
    with app.app_context():
        kept_copies.sweep({}, job_id=1)
        assert file.exists()
        old = (timekeeping.now() - timedelta(days=1, minutes=1)).timestamp()
        os.utime(file, (old, old))
        kept_copies.sweep({}, job_id=1)
    assert not file.exists()

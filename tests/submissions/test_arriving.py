"""Files of a post are judged while nobody waits: not for the database, and not for strangers."""

from __future__ import annotations

import io
import sqlite3

import pytest
from sqlalchemy import select

from portal.db import db
from portal.submissions import attachments, drafts
from portal.submissions.drafts import Writer
from portal.submissions.models import Attachment
from tests.submissions.filler import PageSeen
from tests.submissions.made_up import NOTES, held_by, published

MINUTES = b"Words of a made-up meeting"


def a_form_with_papers():
    return drafts.start(published(NOTES.replace("audience: staff", "audience: public"), "made_up_notes"), by=Writer())


@pytest.fixture
def looked_at(monkeypatch) -> list[str]:
    """The names of files that were looked at."""
    names: list[str] = []
    inspect = attachments.inspect
    monkeypatch.setattr(attachments, "inspect", lambda name, data: names.append(name) or inspect(name, data))
    return names


def posted(client, draft_id: str, *files: tuple[bytes, str]):
    page = PageSeen(client.get(f"/fill/{draft_id}/papers").text, f"/fill/{draft_id}/papers")
    fields = page.fields(page.form())
    return client.post(page.url, data=fields | {"papers": [(io.BytesIO(content), name) for content, name in files]}, content_type="multipart/form-data")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_others_can_write_while_a_file_is_looked_at(app, client, settings, monkeypatch):
    wrote = []
    inspect = attachments.inspect

    def slow(name, data):
        other = sqlite3.connect(settings.data_path / "portal.db", timeout=0)
        other.execute("BEGIN IMMEDIATE")
        other.rollback()
        other.close()
        wrote.append(name)
        return inspect(name, data)

    monkeypatch.setattr(attachments, "inspect", slow)
    draft_id = held_by(client, a_form_with_papers)
    assert posted(client, draft_id, (MINUTES, "minutes.txt"), (MINUTES + b" again", "more.txt")).status_code == 303
    assert wrote == ["minutes.txt", "more.txt"], "each file is looked at once"
    with app.app_context():
        assert [one["name"] for one in drafts.find(draft_id).data.answers["papers"]] == ["minutes.txt", "more.txt"]


def test_a_file_that_may_not_come_in_is_told_and_the_good_one_is_kept(app, client, looked_at):
    draft_id = held_by(client, a_form_with_papers)
    response = posted(client, draft_id, (b"MZ\x90\x00", "game.exe"), (MINUTES, "minutes.txt"))
    assert response.status_code == 422 and "game.exe" in response.text
    assert looked_at == ["game.exe", "minutes.txt"]
    with app.app_context():
        assert db.session.scalars(select(Attachment.name)).all() == ["minutes.txt"]


def test_nobody_looks_at_the_files_of_a_stranger(app, client, looked_at):
    draft_id = held_by(client, a_form_with_papers)
    stranger = app.test_client()
    sent = {"papers": [(io.BytesIO(MINUTES), "minutes.txt")], "_shown": "papers"}
    assert stranger.post(f"/fill/{draft_id}/papers", data=sent, content_type="multipart/form-data").status_code in (303, 404)
    assert looked_at == []

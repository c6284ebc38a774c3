"""The time machine over what is stored: sent requests and open drafts, counts without names, progress, and the exit of the command."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import update

from portal.db import db
from portal.forms.commands import forms
from portal.forms.load import load_definition
from portal.submissions import drafts, replaying, submit
from portal.submissions.models import Submission
from tests.submissions.made_up import CLUB, COMPLETE, REFERRER, a_draft

STRICTER = CLUB.replace("{question: lives_here, is: \"no\"}", "{question: lives_here, is: \"yes\"}")
CLOSED = CLUB.replace("{question: lives_here, is: \"no\"}", "{all: [{question: lives_here, is: \"no\"}, {question: lives_here, is: \"yes\"}]}")


@pytest.fixture
def stored(in_app):
    """Two sent requests and one open draft; answers the references."""
    references = []
    for _ in range(2):
        draft = a_draft(COMPLETE)
        references.append(submit.send(draft, draft.idempotency_key, by=REFERRER, facts=drafts.facts_for(draft)).submission.reference)
    a_draft({"lives_here": "no", "which_town": "Leafham"})
    db.session.commit()
    return references


def changed(text: str = STRICTER):
    assert text != CLUB
    return load_definition(text)


def test_what_is_stored_is_led_through_a_changed_form(stored):
    found = replaying.replay_stored(changed())
    assert (found.sent, found.drafts, found.unreadable) == (2, 1, 0)
    counted = {(one.what, one.id): (one.number, one.drafts) for one in found.counted}
    assert counted["newly_asked", "which_town"] == (2, 0)
    assert counted["no_longer_asked", "which_town"] == (1, 1)
    assert counted["would_be_missing", "which_town"] == (2, 0)


def test_each_is_judged_as_on_the_day_it_was_sent_and_a_draft_as_of_today(in_app):
    """A question about days to come is asked of whoever sent before that day, however late the replay is."""
    with time_machine.travel(datetime(2030, 7, 1, tzinfo=UTC), tick=False):
        draft = a_draft(COMPLETE)
        submit.send(draft, draft.idempotency_key, by=REFERRER, facts=drafts.facts_for(draft))
        a_draft(COMPLETE)
        db.session.commit()
    asked = CLUB.replace("label: Last day,", "label: Last day, when: {question: first_day, after: today},")
    with time_machine.travel(datetime(2031, 1, 1, tzinfo=UTC), tick=False):
        found = replaying.replay_stored(changed(asked))
    assert [(one.what, one.id, one.number, one.drafts) for one in found.counted] == [("no_longer_asked", "last_day", 1, 1)]


def test_a_limit_takes_the_newest_and_progress_is_told(stored):
    told = []
    found = replaying.replay_stored(changed(), limit=2, progress=lambda done, all_: told.append((done, all_)))
    assert (found.number, told) == (2, [(2, 2)])


def test_nothing_is_written(stored):
    before = [(row.id, row.version, row.updated_at) for row in db.session.query(Submission)]
    replaying.replay_stored(changed())
    assert not db.session.new and not db.session.dirty
    assert [(row.id, row.version, row.updated_at) for row in db.session.query(Submission)] == before


def test_what_was_withdrawn_is_left_out(stored):
    db.session.execute(update(Submission).where(Submission.reference == stored[0]).values(status="withdrawn"))
    db.session.commit()
    assert replaying.replay_stored(changed()).sent == 1


def test_a_version_whose_text_is_gone_is_counted_apart(stored):
    db.session.execute(update(Submission).where(Submission.reference == stored[0]).values(form_sha256="0" * 64))
    db.session.commit()
    found = replaying.replay_stored(changed())
    assert (found.sent, found.unreadable) == (1, 1)
    assert "1 could not be: the text of their version is gone." in list(found.lines())


def test_nobody_who_saves_has_to_wait_for_it(stored):
    """Between two batches somebody else writes; a replay that held the database would be in the way."""
    wrote = []

    def save_meanwhile(done, all_):
        with db.engine.begin() as connection:
            connection.execute(update(Submission).where(Submission.status == "draft").values(author_label="Somebody else"))
        wrote.append(done)

    replaying.replay_stored(changed(), progress=save_meanwhile)
    assert wrote == [3]


# --- the command -------------------------------------------------------------------------------------------------------------


def run(app, file: Path, *arguments: str):
    made = ["replay", "holiday_club", "--with", str(file), "--council", "hackney", *arguments]
    return CliRunner().invoke(forms, made, obj=ScriptInfo(create_app=lambda: app))


def written(folder: Path, text: str) -> Path:
    file = folder / "holiday_club.yaml"
    file.write_text(text)
    return file


def test_the_command_tells_counts_and_progress(app, stored, tmp_path):
    ended = run(app, written(tmp_path, STRICTER))
    assert "3 of 3" in ended.stderr
    assert "2 sent and 1 open draft were led through holiday_club; for 0 nothing would be different." in ended.stdout
    assert "Would have been asked though they were not:" in ended.stdout


def test_neither_names_nor_references_are_told_unless_references_are_asked_for(app, stored, tmp_path):
    file = written(tmp_path, STRICTER)
    for arguments in ((), ("--format", "json")):
        ended = run(app, file, *arguments)
        assert not any(word in ended.stdout for word in ("Asha", "Patel", "Leafham", *stored))
    named = run(app, file, "--format", "json", "--references")
    assert not any(word in named.stdout for word in ("Asha", "Patel", "Leafham"))
    assert set(stored) == {reference for one in json.loads(named.stdout)["counted"] for reference in one["references"]}


def test_a_dead_question_ends_the_command_with_an_alarm(app, stored, tmp_path):
    ended = run(app, written(tmp_path, CLOSED))
    assert ended.exit_code == 1
    assert "ALARM: line" in ended.stdout and "'which_town'" in ended.stdout
    assert "ALARM: “" in ended.stdout and "was asked of 1 and would now be asked of nobody" in ended.stdout
    assert "would be dead or out of reach" in ended.stderr


def test_a_definition_of_another_form_or_with_faults_is_refused(app, stored, tmp_path):
    other = run(app, written(tmp_path, CLUB.replace("id: holiday_club", "id: other_club", 1)))
    assert (other.exit_code, "is a definition of 'other_club', not of 'holiday_club'" in other.stderr) == (1, True)
    broken = run(app, written(tmp_path, "schema: 1\nid: [\n"))
    assert broken.exit_code == 1
    assert f"{tmp_path / 'holiday_club.yaml'}:" in broken.stderr



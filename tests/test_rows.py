"""Rows written by plain statements are what the session would have written, and a writer who comes too late is told."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, func, select, update

from portal.audit.models import AuditEvent
from portal.db import StaleWrite, db
from portal.episodes.models import Episode
from portal.rows import add_object, add_row, first_held, write_changes
from portal.submissions import drafts
from portal.submissions.models import Attachment, Submission, SubmissionData
from tests.submissions.made_up import some_notes


@pytest.fixture
def draft(app):
    with app.app_context():
        yield some_notes()


def row_of(draft_id: str):
    return db.session.execute(select(Submission.language, Submission.version).where(Submission.id == draft_id)).one()


def test_what_changed_is_written_and_its_version_counted_once(draft):
    before = draft.version
    draft.language, draft.sent_at = "tr", datetime(2026, 5, 4, 12, tzinfo=UTC)
    write_changes(draft)
    assert draft.version == before + 1
    db.session.commit()
    assert tuple(row_of(draft.id)) == ("tr", before + 1), "and the session writes it no second time"
    assert db.session.get(Submission, draft.id).sent_at == datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_what_changes_afterwards_is_the_sessions_to_write(draft):
    draft.language = "tr"
    write_changes(draft)
    draft.language = "pl"
    db.session.commit()
    assert row_of(draft.id)[0] == "pl"


def test_answers_are_kept_as_they_are(draft):
    draft.data.answers = {"notes": "Fish & “chips” \u0131", "children": [{"_id": "a", "age": 3}]}
    write_changes(draft.data)
    db.session.commit()
    assert db.session.get(SubmissionData, draft.id).answers == {"notes": "Fish & “chips” \u0131", "children": [{"_id": "a", "age": 3}]}


def test_somebody_who_was_faster_is_not_overwritten(draft):
    db.session.execute(update(Submission.__table__).where(Submission.id == draft.id).values(version=draft.version + 1, language="pl"))
    before = draft.version
    draft.language = "tr"
    with pytest.raises(StaleWrite, match="Nothing was overwritten"):
        write_changes(draft)
    assert draft.version == before
    with db.session.no_autoflush:
        assert row_of(draft.id)[0] == "pl"


def test_an_object_without_a_version_and_without_changes_is_left_alone(draft):
    write_changes(draft.data)
    assert not db.session.dirty


def test_what_was_set_to_what_it_was_is_not_looked_at_again(draft):
    draft.data.answers = dict(draft.data.answers)
    assert draft.data in db.session.dirty
    write_changes(draft.data)
    assert not db.session.dirty


def test_the_first_row_that_is_asked_for_becomes_the_object_the_session_holds(draft):
    asking = select(Submission.__table__).where(Submission.id == bindparam("id"))
    assert first_held(Submission, asking, {"id": draft.id}) is draft
    db.session.commit()
    draft_id = draft.id
    db.session.expunge_all()
    found = first_held(Submission, asking, {"id": draft_id})
    assert found is db.session.get(Submission, draft_id) and found.data.submission_id == draft_id, "what hangs on it is read when it is asked for"
    assert first_held(Submission, asking, {"id": "nobody's"}) is None


def test_a_row_that_is_added_has_the_defaults_of_its_model_and_goes_with_the_transaction(draft):
    values = {"at": datetime(2026, 5, 4, 12, tzinfo=UTC), "event": "submission.saved", "subject_id": draft.id}
    add_row(AuditEvent, values)
    found = db.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == draft.id, AuditEvent.event == "submission.saved")).one()
    assert (found.actor, found.detail, found.at) == ("", {}, values["at"])
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.event == "submission.saved")) == 0


def test_the_column_of_a_version_is_the_models_own():
    assert Submission.__mapper__.version_id_col.name == Episode.__mapper__.version_id_col.name == "version"


def test_an_object_made_of_a_row_is_the_one_the_session_would_read(draft):
    draft.data.answers = {"notes": "Kept"}
    db.session.commit()
    draft_id = draft.id
    db.session.expunge_all()
    found = drafts.find(draft_id)
    read = {column.key: getattr(found, column.key) for column in Submission.__mapper__.column_attrs}, found.data.answers
    assert drafts.find(draft_id) is found and db.session.get(Submission, draft_id) is found
    assert not db.session.dirty
    db.session.expunge_all()
    again = db.session.get(Submission, draft_id)
    assert read == ({name: getattr(again, name) for name in read[0]}, again.data.answers) and read[1] == {"notes": "Kept"}


def test_a_change_that_is_not_written_yet_is_not_lost_when_the_row_is_read_again(draft):
    db.session.commit()
    draft.language = "tr"
    assert drafts.find(draft.id) is draft
    assert draft.language == "tr"
    db.session.commit()
    assert row_of(draft.id)[0] == "tr"


def test_what_another_transaction_wrote_is_seen_after_this_one_has_ended(draft):
    draft_id = draft.id
    db.session.commit()
    with db.engine.execution_options(writes=True).begin() as other:
        other.execute(update(Submission.__table__).where(Submission.id == draft_id).values(language="pl"))
    assert drafts.find_to_change(draft_id) is draft
    assert draft.language == "pl" and draft.data.answers == {}


def test_an_object_added_at_once_has_what_its_model_gives_and_is_written_no_second_time(draft):
    attachment = Attachment(submission_id=draft.id, path="paper", name="a.pdf", size=1, media_type="application/pdf", sha256="0" * 64)
    add_object(attachment)
    assert len(attachment.id) == 20 and attachment.added_at.tzinfo
    assert not db.session.new and not db.session.dirty
    db.session.commit()
    assert db.session.scalars(select(Attachment)).one() is attachment


def test_a_process_whose_first_request_reads_a_draft_makes_its_models_ready():
    """Two processes serve: one begins the draft, and the other may know nothing yet when it is asked for its first page."""
    code = (
        "import portal.application as a, importlib\n"
        "[importlib.import_module(f'portal.{room}.models') for room in a.TABLES]\n"
        "from unittest import mock\n"
        "from portal import rows\n"
        "from portal.submissions.models import Submission\n"
        "rows.db = mock.MagicMock()\n"
        "rows.db.session().identity_map.get.return_value = None\n"
        "print(rows.held(Submission, {'id': 'a', 'status': 'draft'}).status)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stdout == "draft\n"

"""Many writers of one record: whatever they do, the outcome equals one of them after the other, and no text vanishes unseen."""

import random
import threading

from sqlalchemy import select

from portal.db import StaleWrite, db
from portal.submissions import drafts
from portal.submissions.changes import state_of
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Writer
from portal.submissions.models import Revision
from tests.submissions.made_up import reading, some_notes

WRITERS, SAVES = 8, 12


def test_eight_writers_at_once_end_in_a_state_equal_to_a_serial_history(app):
    with app.app_context():
        notes_id = some_notes().id
        db.session.commit()
    refused, kept, errors = [], [], []

    def write(number):
        chance, seen = random.Random(number), 1
        for save in range(SAVES):
            with app.app_context():
                try:
                    notes = drafts.find_to_change(notes_id)
                    path = chance.choice(("summary", "held_on"))
                    value = f"writer {number} save {save}" if path == "summary" else f"2030-{number + 1:02}-{save + 1:02}"
                    saved = drafts.save(notes, reading({path: value}), expected_version=seen, by=Writer(None, str(number), f"tab {number}"))
                    kept.append((path, value))
                    seen = saved.version
                    db.session.commit()
                except StaleWrite as stale:
                    refused.append(stale)
                    seen = notes.version
                    db.session.rollback()
                except Exception as error:  # noqa: BLE001 - what went wrong in a thread is asserted below
                    errors.append(error)
                    db.session.rollback()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(kept) + len(refused) == WRITERS * SAVES and refused
    with app.app_context():
        notes = drafts.find(notes_id)
        state, last = {}, {}
        for revision in db.session.scalars(select(Revision).where(Revision.submission_id == notes_id).order_by(Revision.number)):
            for path, (before, after) in revision.changes.items():
                assert state.get(path) == before, "each change was made on what stood there, never over something unseen"
                state[path], last[path] = after, after
        assert {path: value for path, value in state.items() if value is not None} == state_of(definition_of(notes), notes.data.answers, notes.data.incomplete)
        assert sorted(kept) == sorted((path, after) for revision in drafts.history(notes) for path, (_, after) in revision.changes.items())

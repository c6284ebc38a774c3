"""Sending: once, whole, in one transaction, with hidden answers dropped."""

import threading

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.forms.conditions import Facts
from portal.submissions import drafts, submit
from portal.submissions.models import Revision, Submission, SubmissionPerson
from portal.submissions.reference import read_reference
from portal.submissions.submit import NotReady, RouteStopped, WrongKey
from portal.timekeeping import today
from tests.submissions.made_up import COMPLETE, REFERRER, a_draft, reading, some_notes


def send(draft):
    return submit.send(draft, draft.idempotency_key, by=REFERRER, facts=drafts.facts_for(draft))


def test_a_sent_form_has_a_reference_and_its_people_can_be_found(in_app):
    sent = send(a_draft(COMPLETE)).submission
    assert sent.status == "sent" and read_reference(sent.reference) == sent.reference and sent.reference.startswith("CLUB-")
    person = db.session.scalars(select(SubmissionPerson)).one()
    assert (person.role, person.folded) == ("child", "asha patel")


def test_sending_again_answers_the_same_reference_and_does_nothing_twice(in_app):
    draft = a_draft(COMPLETE)
    first = send(draft)
    again = send(draft)
    assert (first.now, again.now) == (True, False)
    assert first.submission.reference == again.submission.reference
    assert db.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.event == "submission.sent")) == 1


def test_a_page_of_another_draft_cannot_send_this_one(in_app):
    with pytest.raises(WrongKey):
        submit.send(a_draft(COMPLETE), "another key", by=REFERRER, facts=Facts(today()))


def test_everything_that_is_missing_is_told_at_once(in_app):
    with pytest.raises(NotReady) as refused:
        send(a_draft({"lives_here": "no"}))
    found = {problem.path.rpartition(".")[2] or problem.code for problem in refused.value.problems}
    assert {"which_town", "first_name", "collected", "first_day", "acknowledge"} <= found


def test_a_route_that_stops_cannot_be_sent(in_app):
    with pytest.raises(RouteStopped, match="This club is too far away"):
        send(a_draft(COMPLETE | {"lives_here": "no", "which_town": "Farland"}))


def test_hidden_answers_are_dropped_with_an_event_and_stay_in_the_history(in_app):
    draft = a_draft(COMPLETE | {"which_town": "Anytown"})
    sent = send(draft).submission
    assert "which_town" not in sent.data.answers
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "submission.hidden_answers_dropped")).one()
    assert event.detail == {"paths": ["which_town"]}
    last = db.session.scalars(select(Revision).order_by(Revision.number.desc())).first()
    assert (last.action, last.changes["which_town"]) == ("sent", ["Anytown", None])


def test_what_was_half_typed_where_it_is_asked_no_more_is_dropped_too(in_app):
    draft = a_draft(COMPLETE)
    draft.data.incomplete = {"which_town": {"": ["Any"]}}
    sent = send(draft).submission
    assert sent.data.incomplete == {}
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "submission.hidden_answers_dropped")).one()
    assert event.detail == {"paths": ["which_town"]}
    assert drafts.history(sent)[0].changes["which_town"] == [{"typed": {"": ["Any"]}}, None]


def test_required_gates_finishing_a_staff_form_but_never_saving_it(in_app):
    notes = some_notes()
    drafts.save(notes, reading({"held_on": "2030-01-07"}), expected_version=1, by=REFERRER)
    with pytest.raises(NotReady):
        submit.finalise(notes, by=REFERRER, facts=drafts.facts_for(notes))
    drafts.save(notes, reading({"summary": "All was said"}), expected_version=notes.version, by=REFERRER)
    assert submit.finalise(notes, by=REFERRER, facts=drafts.facts_for(notes)).submission.status == "final"


def test_ten_senders_at_once_make_one_submission(app):
    with app.app_context():
        draft = a_draft(COMPLETE)
        draft_id, key = draft.id, draft.idempotency_key
        db.session.commit()
    start, references, errors = threading.Barrier(10), [], []

    def one_sender():
        try:
            with app.app_context():
                start.wait()
                found = drafts.find_to_change(draft_id)
                sent = submit.send(found, key, by=REFERRER, facts=drafts.facts_for(found))
                references.append((sent.submission.reference, sent.now))
                db.session.commit()
        except Exception as error:  # noqa: BLE001 - what went wrong in a thread is asserted below
            errors.append(error)

    threads = [threading.Thread(target=one_sender) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len({reference for reference, _ in references}) == 1
    assert sum(now for _, now in references) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Submission)) == 1
        assert db.session.scalar(select(func.count()).select_from(Revision).where(Revision.action == "sent")) == 1

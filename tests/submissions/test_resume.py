"""The way back: a link and a code, five tries, nothing readable in the database."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal import timekeeping
from portal.db import db
from portal.jobs.models import Job
from portal.notifications import compose, notices
from portal.submissions import drafts, expiry, resume
from portal.submissions.models import Submission
from portal.submissions.resume import CodeWrong, LinkExpired, LinkLocked
from tests.submissions.made_up import COMPLETE, a_draft


def test_link_and_code_together_open_a_draft(in_app):
    draft = a_draft()
    opening = resume.make(draft, email="ash@example.org")
    key = resume.key_behind(opening.token)
    resume.check_code(key, opening.code.lower().replace("-", " "))
    assert (key.submission_id, key.tries) == (draft.id, 0)


def test_neither_link_nor_code_can_be_read_in_the_database(in_app):
    opening = resume.make(a_draft(), email="ash@example.org")
    key = resume.key_behind(opening.token)
    kept = " ".join(str(value) for value in vars(key).values())
    assert opening.token not in kept and opening.code not in kept and opening.code.replace("-", "") not in kept
    assert resume.token_of(key) == opening.token


def test_five_wrong_codes_lock_the_link_even_for_the_right_one(in_app):
    opening = resume.make(a_draft(), email="ash@example.org")
    key = resume.key_behind(opening.token)
    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrong) as wrong:
            resume.check_code(key, "2222-2222")
        assert wrong.value.left == left
    with pytest.raises(LinkLocked):
        resume.check_code(key, "2222-2222")
    with pytest.raises(LinkLocked):
        resume.key_behind(opening.token)


def test_a_newer_link_ends_the_older_one(in_app):
    draft = a_draft()
    first = resume.make(draft, email="ash@example.org")
    second = resume.make(draft, email="ash@example.org")
    with pytest.raises(LinkExpired):
        resume.key_behind(first.token)
    assert resume.key_behind(second.token).submission_id == draft.id


def test_a_draft_runs_out_after_its_last_change_and_is_deleted(in_app):
    with time_machine.travel("2030-01-01 09:00Z", tick=False):
        opening = resume.make(a_draft(COMPLETE), email="ash@example.org")
        db.session.flush()
    with time_machine.travel("2030-01-28 09:00Z", tick=False):
        assert resume.key_behind(opening.token)
        expiry.delete_expired({}, job_id=0)
        assert db.session.query(Submission).count() == 1
    with time_machine.travel("2030-01-29 09:01Z", tick=False):
        with pytest.raises(LinkExpired):
            resume.key_behind(opening.token)
        expiry.delete_expired({}, job_id=0)
        assert db.session.query(Submission).count() == 0


def test_the_writer_is_reminded_once_before(in_app):
    with time_machine.travel("2030-01-01 09:00Z", tick=False):
        resume.make(a_draft(), email="ash@example.org")
        a_draft()
    with time_machine.travel("2030-01-21 09:00Z", tick=False):
        assert expiry.drafts_to_remind_of() == []
    with time_machine.travel("2030-01-23 09:00Z", tick=False):
        assert [key.email for _, key in expiry.drafts_to_remind_of()] == ["ash@example.org"]
        expiry.remind({}, job_id=0)
        assert expiry.drafts_to_remind_of() == []


def test_no_job_keeps_the_link_of_a_reminder_but_the_e_mail_has_it(in_app):
    with time_machine.travel("2030-01-01 09:00Z", tick=False):
        opening = resume.make(a_draft(), email="ash@example.org")
    with time_machine.travel("2030-01-23 09:00Z", tick=False):
        expiry.remind({}, job_id=0)
        payload = db.session.scalar(select(Job.payload).where(Job.name == "notifications.notice"))
        assert opening.token not in str(payload)
        notices.write(payload, job_id=0)
        assert opening.token in compose.body_of(compose.newest()[0])


def test_a_change_keeps_a_draft_longer(in_app):
    with time_machine.travel("2030-01-01 09:00Z", tick=False):
        draft = a_draft()
    with time_machine.travel("2030-01-20 09:00Z", tick=False):
        drafts.acknowledge(draft, "read_this", by=drafts.Writer())
        assert draft.expires_at == timekeeping.now() + timedelta(days=28)

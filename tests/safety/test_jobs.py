"""Later work: kept with the change it follows, done once in the database however often a worker dies, given up in the open."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal import jobs, timekeeping
from portal.accounts.models import FailedTry
from portal.audit.models import AuditEvent
from portal.db import db
from portal.errors import Unavailable
from portal.jobs import queue, registry, run
from portal.jobs.models import Job
from portal.jobs.tidy import forget_done
from tests.accounts import people

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def task(monkeypatch) -> Callable[..., None]:
    """Declare a task for this test only. Its effect, when it has none of its own, is one row."""

    def declare(
        verb: Callable[..., None] | None = None, *, name: str = "test.task", every: timedelta | None = None
    ) -> None:
        monkeypatch.setitem(registry.TASKS, name, verb or leave_a_row)
        if every is not None:
            monkeypatch.setitem(registry.PERIODIC, name, every)

    monkeypatch.setattr(registry, "PERIODIC", {})
    monkeypatch.setattr(run, "PERIODIC", registry.PERIODIC)
    return declare


def leave_a_row(payload: dict[str, Any], *, job_id: int) -> None:
    db.session.add(FailedTry(scope="account", key=f"job {payload.get('number', job_id)}"))


def rows() -> list[str]:
    """The effects that were kept."""
    found = list(db.session.scalars(select(FailedTry.key).order_by(FailedTry.id)))
    db.session.rollback()
    return found


def the_job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


def enqueued(number: int = 1, **more: Any) -> None:
    for count in range(number):
        jobs.enqueue("test.task", {"number": count}, **more)
    db.session.commit()


def test_work_of_a_change_that_was_rolled_back_is_never_done(in_app, task):
    task()
    jobs.enqueue("test.task", {})
    db.session.rollback()
    assert run.run_due() == 0
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_work_is_done_with_its_end_in_one_transaction(in_app, task):
    task()
    enqueued()
    assert run.run_due() == 1
    assert rows() == ["job 0"]
    assert (the_job().status, the_job().attempts, the_job().lease_until) == ("done", 1, None)
    assert run.run_due() == 0


def test_work_for_later_waits_for_its_time(in_app, task, noon):
    task()
    enqueued(run_at=NOON + timedelta(minutes=5))
    assert run.run_due() == 0
    noon.shift(300)
    assert run.run_due() == 1


def test_one_key_is_one_job(in_app, task):
    task()
    enqueued(3, unique_key="welcome:1")
    enqueued(1, unique_key="welcome:1")
    assert run.run_due() == 1
    enqueued(1, unique_key="welcome:1")
    assert run.run_due() == 0


def test_many_who_enqueue_the_same_key_at_once_make_one_job_and_none_of_them_fails(app, task):
    task()
    together = threading.Barrier(6)

    def enqueue() -> None:
        together.wait()
        jobs.enqueue("test.task", {}, unique_key="welcome:1")
        db.session.commit()

    assert in_threads(app, enqueue, 6) == []
    with app.app_context():
        assert the_job().unique_key == "welcome:1"


def test_workers_side_by_side_take_each_job_once(app, task):
    task()
    with app.app_context():
        enqueued(24)
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        run.run_due()

    assert in_threads(app, work, 4) == []
    with app.app_context():
        assert sorted(rows()) == sorted(f"job {number}" for number in range(24))
        assert {tuple(row) for row in db.session.execute(select(Job.status, Job.attempts))} == {("done", 1)}


def in_threads(app: Any, verb: Callable[[], None], count: int) -> list[BaseException]:
    """Run the verb in so many threads at once; answers what they raised."""
    raised: list[BaseException] = []

    def one() -> None:
        try:
            with app.app_context():
                verb()
        except BaseException as error:  # noqa: BLE001 - what went wrong in a thread is asserted by the caller
            raised.append(error)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def test_a_job_whose_worker_died_is_taken_over_when_its_lease_ends(in_app, task, noon):
    task()
    enqueued()
    assert queue.claim("a worker that dies").attempts == 1
    db.session.rollback()
    assert run.run_due() == 0
    noon.shift(queue.LEASE + timedelta(seconds=1))
    assert run.run_due() == 1
    assert rows() == ["job 0"]
    assert (the_job().status, the_job().attempts) == ("done", 2)


def test_a_lease_that_is_extended_is_not_taken_over(in_app, task, noon):
    task()
    enqueued()
    job_id = queue.claim("a slow worker").id
    noon.shift(queue.LEASE - timedelta(seconds=1))
    assert queue.extend(job_id, "a slow worker")
    noon.shift(queue.LEASE - timedelta(seconds=1))
    assert run.run_due() == 0
    assert not queue.extend(job_id, "another worker")


def test_a_worker_that_lost_its_job_keeps_nothing_of_its_run(app, task, noon):
    first = threading.Event()

    def slow_at_first(payload: dict[str, Any], *, job_id: int) -> None:
        if not first.is_set():
            first.set()
            noon.shift(queue.LEASE + timedelta(seconds=1))
            assert in_threads(app, lambda: run.run_due(), 1) == []
        leave_a_row(payload, job_id=job_id)

    task(slow_at_first)
    with app.app_context():
        enqueued()
        run.run_due()
        assert rows() == ["job 0"]
        assert (the_job().status, the_job().attempts) == ("done", 2)


def test_a_task_that_fails_leaves_nothing_and_is_tried_again_later_and_later(in_app, task, noon):
    def fails(payload: dict[str, Any], *, job_id: int) -> None:
        leave_a_row(payload, job_id=job_id)
        db.session.flush()
        raise Unavailable("The mail server is away")

    task(fails)
    enqueued()
    pauses = []
    for _ in range(4):
        assert run.run_due() == 1
        pauses.append(int((the_job().run_at - timekeeping.now()).total_seconds()))
        noon.move_to(the_job().run_at)
    assert pauses == [2, 4, 8, 16]
    assert rows() == []
    assert (the_job().status, the_job().error) == ("waiting", "Unavailable: The mail server is away")


def test_pauses_grow_to_an_hour_and_no_further(in_app, task, noon):
    task(lambda payload, *, job_id: 1 / 0)
    enqueued()
    the_job().attempts = 18
    db.session.commit()
    run.run_due()
    assert the_job().run_at == NOON + timedelta(hours=1)


def test_a_job_is_given_up_after_its_last_try_and_that_is_on_record(in_app, task, noon):
    task(lambda payload, *, job_id: 1 / 0)
    enqueued()
    the_job().attempts = the_job().max_attempts - 1
    db.session.commit()
    run.run_due()
    assert the_job().status == "failed"
    noon.shift(timedelta(days=1))
    assert run.run_due() == 0
    assert [
        event.detail
        for event in db.session.scalars(select(AuditEvent).where(AuditEvent.event == "job.failed"))
    ] == [{"name": "test.task"}]


def test_a_job_that_takes_every_worker_with_it_is_given_up_too(in_app, task, noon):
    task()
    enqueued()
    for _ in range(the_job().max_attempts):
        assert queue.claim("a worker that dies") is not None
        db.session.rollback()
        noon.shift(queue.LEASE + timedelta(seconds=1))
    assert queue.claim("the next worker") is None
    queue.give_up_lost()
    assert (the_job().status, the_job().error) == ("failed", queue.WORKER_LOST)


def test_a_failed_job_is_seen_and_tried_again_by_whoever_may(app, client, task):
    task()
    people.add(app)
    people.sign_in(client)
    with app.app_context():
        enqueued()
        job = the_job()
        job_id, job.status, job.error = job.id, "failed", "MailNotTaken: The mail server answered 451"
        db.session.commit()
    page = client.get("/failed-work").get_data(as_text=True)
    assert "test.task" in page and "The mail server answered 451" in page
    assert client.post(f"/failed-work/{job_id}/retry").status_code == 303
    with app.app_context():
        run.run_due(limit=50)
        assert "job 0" in rows()
    assert client.post(f"/failed-work/{job_id}/retry").status_code == 404
    assert client.post("/failed-work/99999999999999999999/retry").status_code == 404


def test_what_is_kept_of_a_failure_names_no_person(in_app, task, caplog):
    def fails(payload: dict[str, Any], *, job_id: int) -> None:
        db.session.execute(select(FailedTry).where(FailedTry.scope == "Zebedee Quillfeather")).scalars().all()
        raise ValueError("Zebedee Quillfeather has no address")

    task(fails)
    enqueued()
    with caplog.at_level(logging.DEBUG, "portal"):
        run.run_due()
    assert the_job().error.startswith("ValueError in fails, line ")
    assert "Zebedee" not in caplog.text


def test_a_periodic_task_is_enqueued_once_for_each_period(in_app, task, noon):
    task(name="test.hourly", every=timedelta(hours=1))
    for _ in range(3):
        run.enqueue_periodic()
    assert run.run_due() == 1
    noon.shift(timedelta(minutes=59))
    run.enqueue_periodic()
    assert run.run_due() == 0
    noon.shift(timedelta(minutes=1))
    run.enqueue_periodic()
    assert run.run_due() == 1


def test_the_worker_outlives_a_database_that_cannot_be_used(in_app, task, monkeypatch, caplog):
    task()
    enqueued()
    claim, pauses = queue.claim, []
    broken = iter(
        [
            OperationalError("", {}, Exception("database is locked")),
            OperationalError("", {}, Exception("disk is full")),
        ]
    )

    def claims(owner: str) -> Job | None:
        error = next(broken, None)
        if error is not None:
            raise error
        return claim(owner)

    monkeypatch.setattr(queue, "claim", claims)
    run.run_until_idle(stop=lambda: len(pauses) == 3, pause=pauses.append, idle=9)
    assert pauses == [run.PAUSE_WITHOUT_DATABASE, run.PAUSE_WITHOUT_DATABASE, 1.0]
    assert rows() == ["job 0"]


def test_whoever_does_jobs_ends_when_nothing_was_due_for_a_while(in_app, task, noon):
    task()
    enqueued()
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            enqueued()

    run.run_until_idle(stop=lambda: False, pause=pause, idle=3)
    assert len(pauses) == 2 + 3, "what comes meanwhile is done, and the waiting begins anew"
    assert len(rows()) == 2


def test_work_is_looked_for_as_it_is_taken(in_app, task, noon):
    task()
    assert not run.is_due()
    jobs.enqueue("test.task", {}, run_at=NOON + timedelta(seconds=1))
    db.session.commit()
    assert not run.is_due()
    noon.shift(timedelta(seconds=1))
    assert run.is_due(), "due at this very moment"
    assert queue.claim("a worker that is lost") is not None
    db.session.rollback()
    assert not run.is_due()
    noon.shift(queue.LEASE)
    assert not run.is_due()
    noon.shift(timedelta(microseconds=1))
    assert run.is_due(), "its lease ran out"
    assert run.run_due() == 1
    assert not run.is_due()


def test_work_that_was_done_a_month_ago_is_forgotten_and_failed_work_is_not(in_app, noon):
    enqueued(2)
    done, failed = db.session.scalars(select(Job).order_by(Job.id))
    done.status, done.finished_at, failed.status = "done", NOON, "failed"
    db.session.commit()
    noon.shift(timedelta(days=29))
    forget_done({}, job_id=0)
    assert db.session.scalar(select(func.count()).select_from(Job)) == 2
    noon.shift(timedelta(days=2))
    forget_done({}, job_id=0)
    db.session.commit()
    assert the_job().status == "failed"

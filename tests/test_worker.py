"""The worker of jobs as a process: what is due is done beside it, in a process that ends; whatever becomes of that, the worker goes on."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from portal import jobs, worker
from portal.db import db
from portal.jobs import registry, run
from portal.jobs.models import Job
from portal.serving import Forked
from tests.processes import children, soon


@pytest.fixture
def done(app, monkeypatch, tmp_path) -> Callable[[], list[str]]:
    """What each try of a job has written: the process it ran in."""
    notes = tmp_path / "notes"
    notes.touch()

    def note(payload: dict[str, str], *, job_id: int) -> None:
        with notes.open("a") as file:
            file.write(f"{os.getpid()}\n")
        if payload.get("ends") and len(notes.read_text().split()) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        if payload.get("waits"):
            soon((tmp_path / "go on").exists)

    monkeypatch.setitem(registry.TASKS, "test.note", note)
    monkeypatch.setattr(run, "PERIODIC", {})
    monkeypatch.setattr(run, "PAUSE_WITHOUT_DATABASE", 0.1)
    monkeypatch.setattr(worker, "IDLE", 1)
    return lambda: notes.read_text().split()


@pytest.fixture
def at_work(app) -> Iterator[Callable[[], Forked]]:
    """A worker in a process of its own, with nothing open that is open here."""
    started: list[Forked] = []

    def start() -> Forked:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        started.append(Forked(lambda: worker.work(app)))
        return started[-1]

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)


def enqueue(app, **payload: str) -> None:
    with app.app_context():
        jobs.enqueue("test.note", payload)
        db.session.commit()
        db.session.remove()


def test_jobs_are_done_in_a_process_that_ends_when_nothing_is_due(app, done, at_work):
    process = at_work()
    assert soon(lambda: children(process.pid) == [])
    for number in (1, 2):
        enqueue(app)
        assert soon(lambda expected=number: len(done()) == expected)
        assert soon(lambda: children(process.pid) == [])
    assert str(process.pid) not in done() and len(set(done())) == 2


def test_a_job_that_takes_its_process_with_it_leaves_the_worker_there(app, done, at_work, monkeypatch):
    monkeypatch.setattr("portal.jobs.queue.LEASE", -jobs.queue.LEASE)  # over at once
    enqueue(app, ends="yes")
    process = at_work()
    assert soon(lambda: len(done()) == 2), "it is tried again"
    assert process.poll() is None


def test_what_a_period_asks_for_is_begun_again_when_the_process_that_does_jobs_was_lost(app, done, at_work, monkeypatch, tmp_path):
    until_idle = run.run_until_idle

    def lost_at_first(**how) -> None:
        with (tmp_path / "notes").open("a") as file:
            file.write("begun ")
        if len(done()) == 1:
            os._exit(3)
        until_idle(**how)

    monkeypatch.setattr(run, "run_until_idle", lost_at_first)
    process = at_work()
    assert soon(lambda: len(done()) == 2)
    assert soon(lambda: children(process.pid) == []) and len(done()) == 2, "once is enough when it ends well"


def test_a_worker_that_is_told_to_stop_finishes_the_job_in_hand(app, done, at_work, tmp_path):
    enqueue(app, waits="yes")
    enqueue(app)
    process = at_work()
    assert soon(lambda: len(done()) == 1)
    process.terminate()
    (tmp_path / "go on").touch()
    assert process.wait(60) == 0
    with app.app_context():
        assert sorted(db.session.scalars(db.select(Job.status))) in (["done", "waiting"], ["done", "done"])
        assert children(process.pid) == []

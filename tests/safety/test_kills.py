"""kill -9 of everything at random moments while people send requests with files: what they were told is there, once and whole (R1)."""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import func, select, text

from portal import create_app, housekeeping, timekeeping
from portal.audit.models import AuditEvent
from portal.db import db
from portal.episodes.models import Clock, Episode, Paper, StageChange
from portal.families.models import Family
from portal.files import store
from portal.jobs import run
from portal.jobs.models import Job
from portal.notifications.models import Notification
from portal.submissions.models import Attachment, Revision, Submission, SubmissionData, SubmissionPerson
from tests.conftest import migrated, settings_for
from tests.ports import free_port
from tests.safety.killable import Killable
from tests.safety.referrer import Referrer, Told

PACK = Path(__file__).parents[1] / "packs" / "marlowe_vale"
FILES = "      - {id: papers, kind: file, label: Anything to show us?}\n"
CLIENTS = 8
SERVERS = ("gunicorn", "granian")


def pack_that_asks_for_files(folder: Path) -> Path:
    """A copy of the made-up council whose public form asks for files, too, and whose team has an address to be told at."""
    shutil.copytree(PACK, folder)
    form, teams = folder / "forms" / "asking_for_help.yaml", folder / "council" / "teams.yaml"
    words = form.read_text().rstrip()
    assert words.endswith("}"), "the form's last line is its last question"
    form.write_text(f"{words}\n{FILES}")
    teams.write_text(teams.read_text().replace("title: River team,", "title: River team, email: river@marlowe-vale.example,"))
    return folder


def ready_to_serve(folder: Path) -> Killable:
    """A portal of that council with its tables made, not started yet."""
    address = f"http://127.0.0.1:{free_port()}"
    settings = settings_for(folder / "data", council="marlowe_vale", council_path=str(pack_that_asks_for_files(folder / "pack")), base_url=address, testing=False)
    app = migrated(settings)
    with app.app_context():
        db.engine.dispose()
    return Killable(settings, folder / "log.txt")


def killed(folder: Path, kills: int) -> SimpleNamespace:
    """Serve, let people send, kill, start again, `kills` times; answers what people were told and the settings."""
    chance = random.Random(20260615)
    portal = ready_to_serve(folder)
    told, ready, stop = Told(), threading.Event(), threading.Event()
    people = [Referrer(portal.port, told, ready, stop) for _ in range(CLIENTS)]
    starts = []
    try:
        for number in range(kills + 1):
            starts.append(portal.start(SERVERS[number % len(SERVERS)]))
            ready.set()
            if number == 0:
                for person in people:
                    person.start()
            if number < kills:
                time.sleep(chance.uniform(0.1, 2.4))
                wait_until_somebody_got_through(told, number + 1)
                ready.clear()
                portal.kill()
        stop.set()
        for person in people:
            person.join(30)
    finally:
        stop.set()
        portal.kill()
    return SimpleNamespace(settings=portal.settings, told=told, starts=starts, log=(folder / "log.txt").read_text())


def wait_until_somebody_got_through(told: Told, wanted: int) -> None:
    """On a slow machine nobody may have finished yet: then the kill waits a little, so that there is something to lose."""
    patience = time.monotonic() + 10
    while len(told.sent) < wanted and time.monotonic() < patience:
        time.sleep(0.05)


@pytest.fixture(scope="module")
def after_25(tmp_path_factory):
    """What 25 kills left behind, looked at from inside an app, with the work that was left done."""
    yield from inside(killed(tmp_path_factory.mktemp("kills"), 25))


def inside(story: SimpleNamespace):
    told = story.told
    story.numbers = f"{len(told.sent)} acknowledged, {len(told.saved)} saved, {told.dropped} answers lost; started in {max(story.starts):.1f} s at most"
    print(f"\n{len(story.starts) - 1} kills: {story.numbers}")
    app = create_app(story.settings)
    with app.app_context():
        with time_machine.travel(timekeeping.now() + timedelta(minutes=10)):
            run.run_due()
        yield story
        db.session.rollback()
        db.engine.dispose()


def number_of(model, *where) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def faults_of(told: Told) -> list[str]:
    """Everything that is not as its sender was told."""
    found = []
    for one in told.sent:
        rows = db.session.scalars(select(Submission).where(Submission.reference == one.reference)).all()
        if [row.id for row in rows] != [one.draft]:
            found.append(f"{one.reference} of {one.draft} is there as {[row.id for row in rows]}")
    for one in told.saved:
        data = db.session.get(SubmissionData, one.draft)
        names = [child.get("child_name") for child in data.answers["children"]] if data else []
        if names != [one.child]:
            found.append(f"{one.draft} was saved with {one.child} and holds {names}")
        papers = data.answers.get("papers", []) if data else []
        files = db.session.scalars(select(Attachment.sha256).where(Attachment.submission_id == one.draft)).all()
        if [paper["sha256"] for paper in papers] != [one.sha256] or list(files) != [one.sha256] or not store().has(one.sha256):
            found.append(f"{one.draft} lost its file")
    return found


@pytest.mark.slow
def test_people_were_at_work_and_lines_did_drop(after_25):
    told = after_25.told
    assert told.surprises == [], after_25.log[-3000:]
    assert len(told.sent) >= 20 and told.dropped >= 25, after_25.numbers


@pytest.mark.slow
def test_everything_people_were_told_is_there_once_and_whole(after_25):
    assert faults_of(after_25.told) == []
    references = [one.reference for one in after_25.told.sent]
    assert len(set(references)) == len(references)


@pytest.mark.slow
def test_nothing_is_half_written(after_25):
    """A sent request has all that sending makes, a draft has none of it, and every history is without a gap."""
    for submission in db.session.scalars(select(Submission)):
        numbers = db.session.scalars(select(Revision.number).where(Revision.submission_id == submission.id).order_by(Revision.number)).all()
        assert list(numbers) == list(range(1, submission.version + 1))
        assert db.session.get(SubmissionData, submission.id) is not None
        sent = submission.status == "sent"
        assert (submission.reference is not None, submission.sent_at is not None, submission.expires_at is None) == (sent, sent, sent)
        assert number_of(SubmissionPerson, SubmissionPerson.submission_id == submission.id) == sent
        assert number_of(AuditEvent, AuditEvent.event == "submission.sent", AuditEvent.subject_id == submission.id) == sent
        assert number_of(Paper, Paper.submission_id == submission.id) == sent
        if sent:
            episode = db.session.scalars(select(Episode).where(Episode.reference == submission.reference)).one()
            assert number_of(StageChange, StageChange.episode_id == episode.id) == 1
            assert number_of(Clock, Clock.episode_id == episode.id) >= 1
    sent = number_of(Submission, Submission.status == "sent")
    assert number_of(Episode) == number_of(Family) == sent >= len(after_25.told.sent)
    for attachment in db.session.scalars(select(Attachment)):
        assert store().has(attachment.sha256)


@pytest.mark.slow
def test_the_database_is_sound(after_25):
    assert db.session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
    assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []


@pytest.mark.slow
def test_later_work_was_neither_lost_nor_done_twice(after_25):
    sent = db.session.scalars(select(Submission.reference).where(Submission.status == "sent")).all()
    for notice in ("receipt", "request_arrived"):
        letters = Counter(db.session.scalars(select(Notification.reference).where(Notification.notice == notice)))
        assert letters == Counter(sent), notice
    assert set(db.session.scalars(select(Notification.status).distinct())) == {"kept"}
    assert set(db.session.scalars(select(Job.status).distinct())) == {"done"}


@pytest.mark.slow
def test_after_sweeping_every_file_belongs_to_something(after_25):
    with time_machine.travel(timekeeping.now() + 2 * housekeeping.GRACE):
        housekeeping.sweep({}, job_id=0)
    wanted = {sha256 for table in db.metadata.sorted_tables for column in table.columns if column.name == "sha256" for sha256 in db.session.scalars(select(column))}
    left = {path.name for path in store().folder.rglob("*") if path.is_file()}
    assert left == wanted


@pytest.mark.long
def test_after_500_kills_nothing_is_lost(tmp_path):
    for story in inside(killed(tmp_path, 500)):
        assert story.told.surprises == []
        assert faults_of(story.told) == []
        test_nothing_is_half_written(story)
        test_later_work_was_neither_lost_nor_done_twice(story)
        test_after_sweeping_every_file_belongs_to_something(story)

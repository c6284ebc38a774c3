"""The power goes at any moment while people save and send at once: what they were told is there, whole, and the database is sound (R2).

The portal's own SQLite, the syncs that its commits share and its own file store are written down while they work (`disk_log`), then cut
off at a thousand moments (`power_cut`). Turned down durability must be caught, however little of it, or the whole simulation shows nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import event, text

from portal import create_app
from portal.db import db
from portal.files import FileStore
from portal.in_turn import InTurn
from tests.conftest import CheckedClient, migrated, settings_for
from tests.safety.at_once import at_once
from tests.safety.disk_log import Event, written_down
from tests.safety.power_cut import Disk, cuts
from tests.safety.test_kills import pack_that_asks_for_files
from tests.submissions.filler import PageSeen

PEOPLE = 14
AT_ONCE = 4
CUTS = 1000
FEWER = 250
CHECKPOINT_EVERY = 150
"""Pages of the log after which SQLite carries them over; fewer than it would by itself, so that many cuts fall into doing so."""

NAMING = ("named", "folder made", "removed")

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Told:
    """What somebody was told: that a draft is saved with this child and file, or, with a reference, that it was sent."""

    draft: str
    child: str
    sha256: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Story:
    """What was asked of the disk, from which state on."""

    data_dir: Path
    base: dict[str, bytes]
    folders: list[Path]
    events: list[Event]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A data folder of the made-up council, migrated and published, to be copied."""
    folder = tmp_path_factory.mktemp("power")
    pack = pack_that_asks_for_files(folder / "pack")
    app = migrated(settings_for(folder / "data", council="marlowe_vale", council_path=str(pack)))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return folder


def happened(prepared: Path, folder: Path, *, synchronous: str = "") -> Story:
    """Let people save and send, and write down what is asked of the disk. `synchronous` turns SQLite's durability down."""
    data_dir = folder / "data"
    shutil.copytree(prepared / "data", data_dir)
    app = create_app(settings_for(data_dir, council="marlowe_vale", council_path=str(prepared / "pack")))
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = CheckedClient
    base = {str(path): path.read_bytes() for path in data_dir.iterdir() if path.suffix in (".db", ".sqlite", ".sqlite3")}
    assert len(base) == 1, sorted(data_dir.iterdir())
    folders = [data_dir, data_dir / "files", *(path for path in (data_dir / "files").iterdir() if path.is_dir())]
    with app.app_context():
        event.listen(db.engine, "connect", lambda connection, _: _turn(connection, synchronous))
    with written_down() as events:
        at_once([app.test_client() for _ in range(AT_ONCE)], lambda _, first: [_asks_for_help(app.test_client(), number, events) for number in range(first, PEOPLE, AT_ONCE)])
        with app.app_context():
            assert db.session.execute(text("pragma journal_mode")).scalar() == "wal"
            db.session.remove()
            db.engine.dispose()
    return Story(data_dir, base, folders, [one for one in events if one.what not in NAMING or one.name.startswith(str(data_dir / "files"))])


def _turn(connection: sqlite3.Connection, synchronous: str) -> None:
    connection.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_EVERY}")
    if synchronous:
        connection.execute(f"pragma synchronous = {synchronous}")


def _asks_for_help(client, number: int, events: list[Event]) -> None:
    """Start, save with a file, let it be saved by itself, send: each noted once its answer is here."""
    child, paper = f"Child number {number}", f"A made-up paper about child {number}. ".encode() * 120
    started = client.post("/start/asking-for-help", data={"way": "anyone", "key": f"key{number}"})
    assert started.status_code == 303, started.text
    draft = started.location.split("/")[2]
    page = PageSeen(client.get(f"/fill/{draft}/all").text, f"/fill/{draft}/all")
    item = re.search(r'name="children\.([^."]+)\.child_name"', page.html)[1]
    fields = page.fields(page.form()) | _answers(child, item)
    assert client.post(page.url, data=fields | {"papers": (io.BytesIO(paper), "paper.txt")}, content_type="multipart/form-data").status_code == 303
    sha256 = hashlib.sha256(paper).hexdigest()
    events.append(Event("told", data=Told(draft, child, sha256)))
    name, child = f"children.{item}.child_name", f"{child} of that name"
    kept = client.post(f"/fill/{draft}/autosave?on=all", data={"version": "2", "tab": fields["tab"][0], "_shown": name, name: child})
    assert kept.status_code == 200
    events.append(Event("told", data=Told(draft, child, sha256)))
    check = PageSeen(client.get(f"/fill/{draft}/check").text, f"/fill/{draft}/check")
    sent = client.post(f"/fill/{draft}/send", data=check.fields(check.form("/send")))
    assert sent.status_code == 303
    reference = re.search(r"ASK-[2-9A-Z]{4}-[2-9A-Z]{4}", client.get(sent.location).text)[0]
    events.append(Event("told", data=Told(draft, child, sha256, reference)))


def _answers(child: str, item: str) -> dict[str, str]:
    born = f"children.{item}.child_born"
    return {
        "can_wait": "yes", "your_name": "Petra Example", "your_email": "petra@example.org", "who_asks": "own_family", f"children.{item}.child_name": child,
        f"{born}-day": "4", f"{born}-month": "5", f"{born}-year": "2019", "worry_about": "school", "in_words": "A made-up family asks for help.",
    }  # fmt: skip


def losses(story: Story, count: int, seed: int = 20261122) -> dict[str, int]:
    """How many of so many cuts lost something that somebody was told, left something half-written, or left the database broken."""
    found = {"lost": 0, "half": 0, "corrupt": 0}
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as place:
        for disk, told, chance in cuts(story.base, story.folders, story.events, count, seed):
            for fault in _faults(story, disk, told, chance, Path(place) / "left"):
                found[fault] += 1
    return found


def _faults(story: Story, disk: Disk, told: list[Told], chance: random.Random, place: Path) -> set[str]:
    disk.left(chance, story.data_dir, place)
    (database,) = (place / Path(name).name for name in story.base)
    connection = sqlite3.connect(database)
    try:
        if connection.execute("pragma integrity_check").fetchall() != [("ok",)] or connection.execute("pragma foreign_key_check").fetchall():
            return {"corrupt"}
        return ({"lost"} if _is_lost(connection, told, place) else set()) | ({"half"} if _is_half(connection, place) else set())
    except sqlite3.DatabaseError:
        return {"corrupt"}
    finally:
        connection.close()


def _is_lost(connection: sqlite3.Connection, told: list[Told], place: Path) -> bool:
    rows = connection.execute("select s.id, s.reference, d.answers from submission s join submission_data d on d.submission_id = s.id")
    kept = {draft: (reference, json.loads(answers)) for draft, reference, answers in rows}
    newest = {one.draft: one for one in told}
    for one in newest.values():
        reference, answers = kept.get(one.draft, (None, {"children": []}))
        names = [child.get("child_name") for child in answers["children"]]
        papers = [paper["sha256"] for paper in answers.get("papers", [])]
        if papers != [one.sha256] or not _is_whole(place, one.sha256) or (one.reference and reference != one.reference):
            return True
        if names != [one.child] and not (names and names[0].startswith(one.child)):
            return True
    return False


def _is_half(connection: sqlite3.Connection, place: Path) -> bool:
    """A sent request has everything that sending makes, a draft has none of it; histories have no gap; every file named is there."""
    for draft, status, reference, version in connection.execute("select id, status, reference, version from submission"):
        numbers = [number for (number,) in connection.execute("select number from revision where submission_id = ? order by number", [draft])]
        made = [connection.execute(f"select count(*) from {table} where submission_id = ?", [draft]).fetchone()[0] for table in ("paper", "submission_person", "stage_change")]
        events = connection.execute("select count(*) from audit_event where event = 'submission.sent' and subject_id = ?", [draft]).fetchone()[0]
        is_sent = status == "sent"
        if numbers != list(range(1, version + 1)) or [*made, events] != [is_sent] * 4 or (reference is not None) != is_sent:
            return True
    return not all(_is_whole(place, sha256) for (sha256,) in connection.execute("select sha256 from attachment"))


def _is_whole(place: Path, sha256: str) -> bool:
    path = place / "files" / sha256[:2] / sha256
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def test_a_thousand_power_cuts_lose_nothing_that_anybody_was_told(prepared, tmp_path, record_property):
    story = happened(prepared, tmp_path)
    kinds = [event.what for event in story.events]
    record_property("counted", f"{CUTS} power cuts over {len(kinds)} steps of the disk ({kinds.count('sync')} syncs of the database), {kinds.count('told')} things people were told")
    assert kinds.count("told") == 3 * PEOPLE and kinds.count("sync") >= 4 * PEOPLE / AT_ONCE and kinds.count("content synced") >= PEOPLE
    written = {Path(one.name).name for one in story.events if one.what == "write"}
    assert len(written) == 2, f"both the log and the database were written, so cuts fall into carrying over: {written}"
    assert losses(story, CUTS) == {"lost": 0, "half": 0, "corrupt": 0}


def test_a_database_that_never_syncs_is_caught(prepared, tmp_path):
    assert losses(happened(prepared, tmp_path, synchronous="off"), FEWER)["corrupt"] > 0


def never(self: InTurn) -> None:
    """Commit and sync nothing."""
    self._ending(lambda: sqlite3.Connection.commit(self))


def before_committing(self: InTurn) -> None:
    """Sync what was there before."""
    self._sync.reach_disk()
    never(self)


def but_for_one() -> Callable[[InTurn], None]:
    """Sync as ever, but not in the thread that comes first."""
    honest, came = InTurn.commit, []

    def commit(self: InTurn) -> None:
        came.append(threading.get_ident())
        (never if came[0] == threading.get_ident() else honest)(self)

    return commit


@pytest.mark.parametrize("careless", [lambda: never, lambda: before_committing, but_for_one], ids=["never", "before committing", "but for one"])
def test_telling_before_it_is_on_the_disk_is_caught(prepared, tmp_path, monkeypatch, careless):
    monkeypatch.setattr(InTurn, "commit", careless())
    assert losses(happened(prepared, tmp_path), FEWER)["lost"] > 0


@pytest.mark.parametrize("step", ["os.fsync", "_sync_folder"])
def test_keeping_a_file_without_syncing_it_or_its_folder_is_caught(prepared, tmp_path, monkeypatch, step):
    class Careless:
        """The same module, but that syncing does nothing."""

        def __getattr__(self, name):
            return (lambda handle: None) if name == "fsync" else getattr(__import__("os"), name)

    if step == "os.fsync":
        monkeypatch.setattr("portal.files.os", Careless())
    else:
        monkeypatch.setattr("portal.files._sync_folder", lambda folder: None)
    assert losses(happened(prepared, tmp_path), FEWER)["lost"] > 0


def test_the_first_file_of_all_is_still_there_with_the_folder_it_made(tmp_path):
    with written_down() as events:
        sha256 = FileStore(tmp_path / "files").keep(b"The first paper of all")
        events.append(Event("told", data=sha256))
    for disk, told, chance in cuts({}, [tmp_path], events, 100, seed=1):
        disk.left(chance, tmp_path, tmp_path / "left")
        assert not told or _is_whole(tmp_path / "left", sha256)

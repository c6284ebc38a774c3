"""Starting: what was prepared is not prepared again, and the processes of the portal are split off one that has everything loaded."""

from __future__ import annotations

import gc
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from portal import create_app, publishing, serving, start_up
from portal.councils import library
from portal.db import db
from portal.serving import Forked, Watched
from tests.conftest import settings_for
from tests.ports import free_port
from tests.processes import children, is_running, running, soon

PACK = Path(__file__).parent / "packs" / "marlowe_vale"


@pytest.fixture
def vale(tmp_path):
    """A portal of a council whose files may be changed, and how often it was prepared."""
    shutil.copytree(PACK, tmp_path / "marlowe_vale")
    app = create_app(settings_for(tmp_path / "data", council="marlowe_vale", council_path=str(tmp_path / "marlowe_vale")))
    yield app
    library.forget()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def prepared(monkeypatch):
    """What preparing did, in order."""
    done: list[str] = []
    for name in ("migrate", "publish_shipped"):
        real = getattr(start_up, name)
        monkeypatch.setattr(start_up, name, lambda app, real=real, name=name: (done.append(name), real(app))[1])
    return done


def test_a_second_start_prepares_nothing(vale, prepared):
    start_up.prepare(vale)
    assert prepared == ["migrate", "publish_shipped"]
    start_up.prepare(vale)
    assert prepared == ["migrate", "publish_shipped"]


def test_a_changed_file_of_the_pack_is_published_at_the_next_start(vale, prepared, tmp_path):
    start_up.prepare(vale)
    form = tmp_path / "marlowe_vale" / "forms" / "home_visit.yaml"
    form.write_text(form.read_text() + "\n# one more line\n")
    library.forget()
    vale.extensions.pop("portal.council", None)
    start_up.prepare(vale)
    assert prepared == ["migrate", "publish_shipped"] * 2
    with vale.app_context():
        assert publishing.current("form", "marlowe_vale/home_visit").number == 2


def test_another_database_or_one_that_was_changed_elsewhere_is_prepared(vale, prepared):
    start_up.prepare(vale)
    with vale.app_context():
        publishing.publish("template", "marlowe_vale/other.docx", b"another")
        db.session.commit()
    start_up.prepare(vale)
    assert len(prepared) == 4
    with vale.app_context():
        db.session.execute(db.text("DROP TABLE alembic_version"))
        db.session.commit()
        db.drop_all()
    start_up.prepare(vale)
    assert len(prepared) == 6


def test_a_start_of_the_portal_saves_again_after_the_disk_failed_and_a_process_of_its_own_does_not(vale, tmp_path):
    start_up.prepare(vale)
    mark = tmp_path / "data" / "portal.db-wal.not-kept"
    mark.touch()
    another = create_app(vale.extensions["portal.settings"])
    with another.app_context():
        with pytest.raises(OperationalError, match="could not be brought to the disk"):
            db.session.execute(db.text("select 1"))
        db.session.remove()
        db.engine.dispose()
    assert mark.exists()
    start_up.prepare(vale)
    assert not mark.exists()
    with vale.app_context():
        db.session.execute(db.text("select 1"))


def test_a_process_split_off_runs_apart_until_it_is_asked_to_end(tmp_path):
    mark = tmp_path / "mark"

    def run():
        mark.write_text(f"{os.getpid()} {os.getsid(0)}")
        time.sleep(60)

    child = Forked(run)
    while not mark.exists() or not mark.read_text():
        time.sleep(0.01)
    own, session = map(int, mark.read_text().split())
    assert own == session == child.pid != os.getpid()
    assert child.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.1)
    child.terminate()
    child.wait(60)
    assert child.poll() is not None


def test_when_one_of_them_ends_the_others_are_stopped(tmp_path):
    handlers = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    mark = tmp_path / "mark"

    def stays():
        mark.write_text(str(os.getpid()))
        time.sleep(60)

    def ends():
        while not mark.exists() or not mark.read_text():
            time.sleep(0.01)

    try:
        assert serving.run_together([stays, ends], {}) == 1
    finally:
        for name, handler in handlers.items():
            signal.signal(name, handler)
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_what_is_run_in_passing_leaves_nothing_loaded_behind(tmp_path):
    mark = tmp_path / "mark"
    serving.in_passing(lambda: (__import__("this"), mark.write_text(str(os.getpid()))))
    assert int(mark.read_text()) != os.getpid()
    assert "this" not in sys.modules


def test_what_is_run_in_passing_is_tidied_though_loading_is_not(tmp_path):
    serving.load_quickly()
    try:
        serving.in_passing(lambda: (tmp_path / "mark").write_text(str(gc.isenabled())))
        assert not gc.isenabled()
    finally:
        gc.enable()
    assert (tmp_path / "mark").read_text() == "True"


@pytest.mark.parametrize(("end", "status"), [(lambda: sys.exit(3), 3), (lambda: 1 / 0, 1), (lambda: os.kill(os.getpid(), signal.SIGKILL), 9)])
def test_what_fails_in_passing_ends_the_whole_with_its_status(end, status):
    with pytest.raises(SystemExit) as ended:
        serving.in_passing(end)
    assert ended.value.code == status
    serving.in_passing(sys.exit)


IN_PASSING = """
import os, pathlib, sys, time
from portal import serving
def run():
    pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
    time.sleep(600)
serving.in_passing(run)
"""


def test_a_signal_to_end_ends_what_is_run_in_passing_too(tmp_path):
    mark = tmp_path / "mark"
    process = subprocess.Popen([sys.executable, "-c", IN_PASSING, str(mark)], cwd=serving.ROOT, stderr=subprocess.DEVNULL)
    assert soon(lambda: mark.exists() and mark.read_text())
    process.terminate()
    try:
        assert process.wait(60) != 0
        assert soon(lambda: not is_running(int(mark.read_text())))
    finally:
        ended(int(mark.read_text()))


AT_THE_FORK = """
import os, pathlib, signal, sys, time
from portal import serving
fork = os.fork
def signalled():
    child = fork()
    if child:
        pathlib.Path(sys.argv[1]).write_text(str(child))
        os.kill(os.getpid(), signal.SIGTERM)
    return child
os.fork = signalled
asked = {"beside": lambda run: serving.granian_with(run, "127.0.0.1", 0, 1), "in passing": serving.in_passing}[sys.argv[2]]
asked(lambda: time.sleep(600))
"""


@pytest.mark.parametrize("way", ["beside", "in passing"])
def test_a_signal_right_after_a_process_is_split_off_ends_that_too(way, tmp_path):
    mark = tmp_path / "mark"
    process = subprocess.Popen([sys.executable, "-c", AT_THE_FORK, str(mark), way], cwd=serving.ROOT, stderr=subprocess.DEVNULL)
    process.wait(60)
    try:
        assert soon(lambda: not is_running(int(mark.read_text())))
    finally:
        ended(int(mark.read_text()))


def ended(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def test_a_process_that_has_ended_may_be_asked_to_end():
    child = Forked(lambda: None)
    child.wait(60)
    child.terminate()


def test_how_signals_are_taken_is_left_as_it_was(told_to_stop):
    before = signal.getsignal(signal.SIGTERM)
    serving.in_passing(lambda: None)
    assert signal.getsignal(signal.SIGTERM) is before and signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()


def test_a_process_that_is_asked_to_end_right_when_it_is_split_off_ends(told_to_stop, monkeypatch):
    fork = os.fork

    def asked_at_once() -> int:
        child = fork()
        if child == 0:
            os.kill(os.getpid(), signal.SIGTERM)
        return child

    monkeypatch.setattr(os, "fork", asked_at_once)
    child = Forked(lambda: time.sleep(600))
    try:
        assert child.wait(60) == -signal.SIGTERM
        assert told_to_stop == [] and signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()
    finally:
        ended(child.pid)


@pytest.fixture
def told_to_stop():
    """Every time this process was told to stop."""
    told: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    yield told
    signal.signal(signal.SIGTERM, before)


def test_a_process_that_is_watched_takes_this_one_with_it_when_it_ends_unasked(told_to_stop):
    watched = Watched(lambda: None)
    while not told_to_stop:
        time.sleep(0.01)
    watched.stop()
    assert watched.has_ended_alone


def test_a_process_that_is_watched_ends_when_it_is_asked_to(told_to_stop):
    watched = Watched(lambda: time.sleep(60))
    watched.stop()
    assert told_to_stop == []
    assert not watched.has_ended_alone


GRANIAN = """
import sys, time
from portal import serving
sys.path.insert(0, sys.argv[1])
import wsgi
def beside():
    wsgi.note("beside")
    time.sleep(600)
sys.exit(serving.granian_with(beside, "127.0.0.1", int(sys.argv[2]), 2))
"""
SMALL_APP = """
import os, pathlib
def note(name):
    (pathlib.Path(__file__).parent / name).write_text(str(os.getpid()))
def app(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getppid()}".encode()]
"""


@pytest.mark.parametrize("asked", [True, False], ids=["a signal", "what runs beside it is lost"])
def test_granian_and_what_runs_beside_it_end_together(asked, tmp_path):
    (tmp_path / "wsgi.py").write_text(SMALL_APP)
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", GRANIAN, str(tmp_path), str(port)], cwd=serving.ROOT)
    try:
        while fetched(port, "/")[0] != 200 or not (tmp_path / "beside").exists() or not (tmp_path / "beside").read_text():
            assert process.poll() is None
            time.sleep(0.02)
        assert fetched(port, "/")[1] == str(process.pid), "the workers are split off the process that has everything loaded"
        assert soon(lambda: len(children(process.pid)) == 3)
        below = children(process.pid)
        beside = int((tmp_path / "beside").read_text())
        os.kill(process.pid if asked else beside, signal.SIGTERM if asked else signal.SIGKILL)
        assert process.wait(60) == (0 if asked else 1)
    finally:
        process.kill()
    assert soon(lambda: running(below) == [])


BUILD = """
import sys
from portal import create_app, worker
create_app()
print(*sys.modules)
"""


def test_a_portal_that_has_read_its_texts_before_loads_only_what_serving_needs(tmp_path):
    environment = os.environ | {"PORTAL_COUNCIL": "hackney", "PORTAL_DATA_DIR": str(tmp_path), "PORTAL_SECRET_KEY": "k" * 40, "PORTAL_DATABASE_URL": ""}

    def loaded() -> set[str]:
        return set(subprocess.run([sys.executable, "-c", BUILD], env=environment, cwd=serving.ROOT, check=True, capture_output=True, text=True).stdout.split())

    seldom = {"ruamel.yaml", "docx", "docxtpl", "alembic", "flask_migrate", "mako", "holidays", "pypdf", "segno", "sqlalchemy.dialects.postgresql", "PIL"}
    assert loaded() & seldom == {"ruamel.yaml"}, "the council's texts were read for the first time"
    assert loaded() & seldom == set()


@pytest.mark.slow
def test_the_demonstration_serves_pages_and_does_its_work_and_leaves_no_process_behind(tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "portal", "serve", "--demonstration", "--council", "hackney", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | {"PORTAL_DATA_DIR": str(tmp_path)}, cwd=serving.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        while fetched(port, "/")[0] != 200:
            assert process.poll() is None, process.stdout.read().decode()
            time.sleep(0.1)
        status, page = fetched(port, "/")
        assert "Everyone in it is made up" in page
        while fetched(port, "/readyz") != (200, "ready\n"):
            assert process.poll() is None
            time.sleep(0.1)
        assert soon(lambda: len(children(process.pid)) == 3), "two workers of the web server, and the worker of jobs, which has done what was due"
        below = children(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(120)
    assert process.returncode == 0
    assert soon(lambda: running(below) == [])


def fetched(port: int, path: str) -> tuple[int, str]:
    """Status and content of a page; 0 while nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()

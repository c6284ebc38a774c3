"""Fixtures every room's tests share: a portal on a fresh database (SQLite and PostgreSQL), a client that checks each page it fetches."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import jinja2.bccache
import pytest
import sqlalchemy
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from portal import create_app, start_up
from portal.accounts import passwords
from portal.db import db
from portal.settings import Settings
from portal.submissions import resume
from tests import page_check, postgres

SECRET = "a secret of the test suite, long enough to be accepted"


def settings_for(folder: Path, database_url: str = "", **over: Any) -> Settings:
    """Settings of a portal under test, its data in `folder`."""
    values = {
        "council": "hackney",
        "data_dir": str(folder),
        "database_url": database_url,
        "secret_key": SECRET,
        "base_url": "http://localhost",
        "mail": "outbox",
        "mail_from": "early.help@example.org",
        "allow_test_nhs_numbers": True,
        "testing": True,
    }
    return Settings(**(values | over))


def migrated(settings: Settings) -> Flask:
    """An app whose tables are made by the migrations and whose pack is published."""
    app = create_app(settings)
    start_up.migrate(app)
    start_up.publish_shipped(app)
    return app


class CheckedClient(FlaskClient):
    """A browser that fails the test when a page it fetched breaks a house rule."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not response.is_streamed and response.status_code not in (301, 302, 303, 307, 308):
            found = page_check.faults(response.get_data(as_text=True))
            assert not found, f"{response.request.path} ({response.status_code}):\n" + "\n".join(found)
        return response


class CompiledTemplates(jinja2.BytecodeCache):
    """Page templates compiled once for all portals of a run, by the hash of their text."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if (bucket.key, bucket.checksum) in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key, bucket.checksum])

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()

_builds_address = Rule._compile_builder
_builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What builds the addresses of a route, compiled once for all portals of a run: making it is nine tenths of making a portal."""
    if rule.defaults:
        return _builds_address(rule, append_unknown)
    key = (*rule._trace, append_unknown)
    if key not in _builders:
        _builders[key] = _builds_address(rule, append_unknown)
    return _builders[key]


Rule._compile_builder = _compiled_once

hypothesis.settings.register_profile("gate", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("gate")
"""The gate tries the same generated examples every time, and no slow machine fails it; `--hypothesis-profile default` looks for new ones."""

SMALL = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def small_hashing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed with small parameters, but for tests marked `real_hashing`: the real ones take a quarter of a second each."""
    if request.node.get_closest_marker("real_hashing") is None:
        monkeypatch.setattr(passwords, "HASHER", SMALL)
        monkeypatch.setattr(passwords, "NOBODY", SMALL.hash("a password nobody has"))


BY_THE_CLOCK = {
    "portal.db.BUSY_SECONDS": 60,
    "portal.documents.pdf.SECONDS": 300,
    "portal.documents.preview.SECONDS": 300,
    "portal.documents.warm_office.START_SECONDS": 300,
    "portal.submissions.carrying.AT_MOST_SECONDS": 300,
    "portal.word.apart.SECONDS": 60,
}
"""Limits that a machine under load may reach with nothing wrong; tests of a limit set it themselves."""


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is right is not failed for being slow."""
    for name, seconds in BY_THE_CLOCK.items():
        monkeypatch.setattr(name, seconds)


@pytest.fixture(autouse=True)
def nothing_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page opens a LibreOffice for the next one; a test of that has taken the real verb before."""
    monkeypatch.setattr("portal.documents.warm_office.open_ahead", lambda: None)


@pytest.fixture(autouse=True, scope="session")
def small_codes() -> Iterator[None]:
    """Codes to come back by are hashed with small parameters, too, the whole run through: what one test made, another may read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resume, "_SCRYPT", resume._SCRYPT | {"n": 2, "r": 1})
        yield


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests counted (`record_property("counted", "…")`) at the end of the run."""
    counted = [value for one in terminalreporter.getreports("passed") if one.when == "call" for name, value in one.user_properties if name == "counted"]
    for line in dict.fromkeys(counted):
        terminalreporter.write_line(f"counted: {line}")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL cluster."""
    with postgres.cluster() as url:
        yield url
        _cluster(url).dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with migrated tables and published files, copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    app = migrated(settings_for(folder))
    with app.app_context():
        db.session.execute(sqlalchemy.text("select 1"))
        db.session.rollback()
        db.engine.dispose()
    return folder


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The same on PostgreSQL: the cluster's URL with a database `template_portal`, and the data folder."""
    folder = tmp_path_factory.mktemp("template-postgres")
    _on_cluster(postgres_url, "CREATE DATABASE template_portal")
    app = migrated(settings_for(folder, postgres_url.rsplit("/", 1)[0] + "/template_portal"))
    with app.app_context():
        db.engine.dispose()
    return postgres_url, folder


@cache
def _cluster(url: str) -> sqlalchemy.Engine:
    """One connection to make and drop databases on, for the whole run."""
    return sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1)


def _on_cluster(url: str, statement: str) -> None:
    with _cluster(url).connect() as connection:
        connection.exec_driver_sql(statement)


JOURNEYS = ("access", "episodes", "families", "journeys", "publishing", "retention", "safety", "scenarios")
"""Folders whose tests walk whole journeys through the portal: left out of `make test-quick`."""

WALKS = {
    "accounts": ("test_commands.py", "test_passwords.py", "test_reset.py", "test_second_step.py", "test_sign_in.py", "test_throttle.py", "test_users.py"),
    "notifications": ("test_compose.py",),
    "tests": ("test_command_line.py", "test_log.py", "test_serving.py", "test_standing_parts.py", "test_static_files.py"),
    "audit": ("test_routes.py",),
    "documents": (
        "test_all_answers.py", "test_blank_form.py", "test_bulk.py", "test_issuing.py", "test_offers.py", "test_print_file.py", "test_routes.py",
        "test_valid_word.py",
    ),
    "word": ("test_comments.py",),
    "forms": (
        "test_any_form.py", "test_any_order.py", "test_bad_definitions.py", "test_check_shown.py", "test_commands.py", "test_drawn_questions.py", "test_fault_examples.py",
        "test_large_forms.py", "test_properties.py", "test_replay.py", "test_sample.py", "test_versions_properties.py",
    ),
    "submissions": (
        "test_bad_input.py", "test_both_texts.py", "test_council_facts.py", "test_form_changed.py", "test_hidden_never_leaks.py", "test_in_another_language.py",
        "test_new_version.py", "test_public_journey.py", "test_publish_command.py", "test_replaying.py", "test_staff_filling.py", "test_statements.py", "test_still_right.py",
    ),
}
"""Modules of other folders that do, or that try many generated forms: left out as well. `make test` runs them all."""


LONGEST = (
    "safety/test_kills.py", "browser/test_every_page_of_staff_forms.py", "browser/test_main_job.py", "safety/test_malformed_requests.py", "browser/test_every_page.py",
    "browser/test_every_page_of_staff.py", "safety/test_power_cut.py", "browser/test_saving.py", "safety/test_fuzzed_answers.py",
    "browser/test_coming_back.py", "browser/test_keyboard.py", "browser/test_every_page_around.py", "browser/test_accounts.py", "browser/test_every_page_of_returns.py",
)
"""Modules that take longest, the longest first: a worker runs a whole module (what it sets up is set up once), and so none is left over for the end."""


gc.set_threshold(10_000, 20, 20)
"""Tests leave little to collect and much that stays: looking for it less often saves a tenth of their time."""


def pytest_sessionfinish() -> None:
    """Collect what is left, so that it is told now, and end at once: a worker that takes five seconds to end is interrupted."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that walk whole journeys as slow, and begin with what takes longest."""
    for item in items:
        folder = item.path.parent.name
        if folder in JOURNEYS or item.path.name in WALKS.get(folder, ()):
            item.add_marker(pytest.mark.slow)
    turn = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turn.get(f"{item.path.parent.name}/{item.path.name}", len(LONGEST)))


_made = iter(range(1_000_000))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a portal with its own fresh database, once on each database.

    Tests keep both wherever statements, locks or constraints are what may go wrong. What only prints, or looks at drawn pages in a browser, does
    with SQLite: `pytest.mark.parametrize("settings", ["sqlite"], indirect=True)`; the main job is walked in the browser on both.
    """
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("sqlite_template"), tmp_path / "data")
        yield settings_for(tmp_path / "data")
        return
    url, folder = request.getfixturevalue("postgres_template")
    shutil.copytree(folder, tmp_path / "data")
    name = f"portal_{next(_made)}"
    _on_cluster(url, f"CREATE DATABASE {name} TEMPLATE template_portal")
    yield settings_for(tmp_path / "data", url.rsplit("/", 1)[0] + f"/{name}")
    _on_cluster(url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The portal under test."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = CheckedClient
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser of somebody who is not signed in."""
    return app.test_client()


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    """Run the test inside the app, as a command would."""
    with app.app_context():
        yield app
        db.session.rollback()

"""What stands in a command's way is told in words on standard error, with exit status 1: no traceback, nothing half-done."""

from __future__ import annotations

import re
import shlex
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal import create_app, start_up
from portal.accounts import users
from portal.cli import main
from portal.command_line import kept
from portal.settings import Settings
from tests.conftest import SECRET, settings_for

EXAMPLE = Path(__file__).parents[1] / "examples/hackney/screening_outcome.json"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with a council and a data folder, and nothing else."""
    for name in Settings.__dataclass_fields__:
        monkeypatch.delenv(f"PORTAL_{name.upper()}", raising=False)
    monkeypatch.setenv("PORTAL_COUNCIL", "hackney")
    monkeypatch.setenv("PORTAL_SECRET_KEY", SECRET)
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path / "data"))


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def refused(result: Result) -> str:
    """What a command that failed told on standard error."""
    assert result.exit_code == 1 and result.stdout == "", (result.exit_code, result.stdout, result.exception)
    assert "Traceback" not in result.stderr
    return result.stderr


def test_tables_that_are_not_there_lead_to_the_command_that_makes_them():
    assert refused(run("users", "list")) == "The tables are not there yet. Make them with:  portal database upgrade --council NAME\n"


def test_a_database_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/portal")
    assert "The database cannot be used: connection failed" in refused(run("users", "list"))


def test_what_is_no_address_of_a_database_is_told_with_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORTAL_DATABASE_URL", "somewhere")
    assert "write postgresql+psycopg://user:password@host/name" in refused(run("users", "list"))


def test_a_setting_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORTAL_TRUSTED_PROXIES", "one")
    assert refused(run("documents", "list")) == "PORTAL_TRUSTED_PROXIES is 'one': write a whole number\n"


def test_a_council_that_is_not_there_is_told_with_those_that_are():
    assert "There is no council pack called 'nowhere'; there are: hackney" in refused(run("forms", "check", "--council", "nowhere"))


def test_a_form_that_is_no_yaml_is_told_with_its_place(tmp_path: Path):
    (tmp_path / "broken.yaml").write_text("a: [1, 2\nb: }")
    assert f"{tmp_path}/broken.yaml:2:2: syntax " in refused(run("forms", "check", str(tmp_path / "broken.yaml")))


def test_a_file_that_is_no_word_document_is_told(tmp_path: Path):
    (tmp_path / "letter.docx").write_bytes(b"no")
    assert "this is not a whole .docx file" in refused(run("documents", "check", str(tmp_path / "letter.docx")))


def test_a_document_that_cannot_be_written_names_the_place(tmp_path: Path):
    told = refused(run("documents", "render", "screening_outcome_letter", "--answers", str(EXAMPLE), "-o", str(tmp_path / "nowhere/letter.docx")))
    assert told == f"{tmp_path}/nowhere/letter.docx: No such file or directory\n"


@pytest.mark.parametrize("words", [("forms", "fill", "sign_off", "--answers", "nowhere.json"), ("documents", "check", "nowhere.docx"), ("forms", "check", "nowhere.yaml")])
def test_a_file_that_is_not_there_is_named(words: tuple[str, ...]):
    result = run(*words)
    assert result.exit_code == 2
    assert "nowhere." in result.stderr and "does not exist" in result.stderr


def test_a_port_in_use_is_told_before_anything_is_prepared(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refused(run("serve", "--demonstration", "--host", "127.0.0.1", "--port", str(port)))
    assert f"Port {port} of 127.0.0.1 is in use already" in told
    assert not (tmp_path / "data/demonstration/portal.db").exists()


def test_a_start_without_settings_lists_everything_that_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PORTAL_SECRET_KEY")
    told = refused(run("serve"))
    assert [name for name in ("SECRET_KEY", "BASE_URL", "MAIL ", "MAIL_FROM", "EMERGENCY_NUMBERS_CONFIRMED") if f"PORTAL_{name}" not in told] == []


def test_the_demonstration_is_never_served_from_a_real_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    app = create_app(settings_for(tmp_path / "real"))
    start_up.migrate(app)
    with kept(app):
        users.add(users.Details("Ada Example", "ada@example.org", ("system_administrator",)))
    monkeypatch.setenv("PORTAL_DATABASE_URL", f"sqlite:///{tmp_path}/real/portal.db")
    assert "This database holds data that is not the demonstration's" in refused(run("demo", "load"))


ROOT = Path(__file__).parents[1]
PRINTED = [
    pytest.param(line, id=line.split("--answers ")[-1].split()[0])
    for page in (ROOT / "README.md", ROOT / "examples" / "hackney" / "README.md")
    for line in re.findall(r"^    (.*\bportal \S.*)$", page.read_text(), re.MULTILINE)
]


@pytest.mark.parametrize("line", PRINTED)
def test_every_command_in_a_readme_works_as_printed(line, monkeypatch, tmp_path):
    for name in ("examples", "doc_templates", "portal"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PORTAL_COUNCIL")
    *settings, program = line.partition(".venv/bin/portal ")[0].split() + [line.partition(".venv/bin/portal ")[2]]
    for setting in settings:
        monkeypatch.setenv(*setting.split("="))
    result = run(*shlex.split(program))
    assert (result.exit_code, result.stderr) == (0, "")


def test_made_up_nhs_numbers_are_refused_with_the_setting_that_allows_them():
    told = refused(run("forms", "fill", "request_for_support", "--answers", str(EXAMPLE.parent / "request_for_support.json")))
    assert "test_number" in told and "PORTAL_ALLOW_TEST_NHS_NUMBERS=yes in front of the command" in told

"""`portal council`: what it prints, where, and how it ends."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.councils import library
from portal.councils.commands import council

PACKS = Path(__file__).parents[1] / "packs"


@pytest.fixture
def run(monkeypatch):
    monkeypatch.delenv("PORTAL_COUNCIL", raising=False)
    monkeypatch.delenv("PORTAL_COUNCIL_PATH", raising=False)
    return lambda *words: CliRunner().invoke(council, words)


def test_a_pack_that_fits_is_counted_and_ends_well(run):
    ended = run("check", "--council", "hackney")
    assert (ended.exit_code, ended.stderr) == (0, "")
    *told, counted = ended.stdout.splitlines()
    assert counted.startswith("Hackney Council: 12 stages, 8 papers,")
    assert ["leaves adult_must_not_be_told out" in line for line in told] == [True]


def test_a_pack_with_faults_prints_each_on_standard_error_and_fails(run, tmp_path):
    folder = tmp_path / "marlowe_vale"
    shutil.copytree(PACKS / "marlowe_vale", folder)
    (folder / "council" / "teams.yaml").write_text("teams:\n  - {id: river team, titel: River}\n")
    ended = run("check", "--council", "marlowe_vale", "--path", str(folder))
    assert ended.exit_code == 1
    assert ended.stdout == ""
    assert "teams.yaml:2:10: id is \"river team\"" in ended.stderr
    assert 'teams.yaml:2:22: titel is not a key that is known here, did you mean "title"?' in ended.stderr
    assert ended.stderr.endswith("3 faults. Put each right and check again.\n")


def test_an_unknown_council_says_which_there_are(run):
    ended = run("check", "--council", "nowhere")
    assert ended.exit_code == 1
    assert "there are: " + ", ".join(library.names()) in ended.stderr


def test_a_missing_name_asks_for_it(run):
    ended = run("check")
    assert ended.exit_code == 2
    assert "name the council: --council NAME, or set PORTAL_COUNCIL" in ended.stderr


def test_packs_are_listed(run):
    assert run("list").stdout.splitlines() == library.names()

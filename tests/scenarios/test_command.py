"""`portal forms test`: what it prints, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.councils import library
from portal.forms.commands import forms

PACK = Path(__file__).parents[1] / "packs/marlowe_vale"


@pytest.fixture
def folder(tmp_path: Path):
    """A copy of the made-up council's pack that may be changed."""
    shutil.copytree(PACK, tmp_path / "pack")
    yield tmp_path / "pack"
    library.forget()


def run(folder: Path, *words: str):
    return CliRunner().invoke(forms, ["test", *words, "--council", "marlowe_vale", "--path", str(folder)])


def test_scenarios_that_pass_are_told_one_by_one_with_the_branches_taken(folder):
    ended = run(folder, "first_look")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [
        "First look (first_look)",
        "  passed  A helper joins from the team that was named",
        "  passed  A family that is pointed on needs no team",
        "  2 of 2 scenarios passed; 2 of 2 branches taken (100 %)",
    ]


def test_without_a_name_every_form_of_the_council_is_tried(folder):
    ended = run(folder)
    assert ended.exit_code == 0
    assert ended.stdout.count("scenarios passed;") == 6


def test_a_scenario_that_fails_ends_with_status_1_and_its_differences(folder):
    path = folder / "forms" / "first_look.tests.yaml"
    path.write_text(path.read_text().replace("not_asked: [which_team]", "asked: [which_team]"))
    ended = run(folder, "first_look", "--cover", "0")
    assert ended.exit_code == 1
    assert "  FAILED  A family that is pointed on needs no team\n            “Which team?” (which_team) was not asked\n" in ended.stdout
    assert ended.stderr == "1 scenario failed.\n"


def test_branches_that_no_scenario_takes_are_told_with_their_place(folder):
    path = folder / "forms" / "first_look.tests.yaml"
    path.write_text(path.read_text().partition("  - id: pointed_on")[0])
    ended = run(folder, "first_look")
    form = folder / "forms" / "first_look.yaml"
    line = next(number for number, text in enumerate(form.read_text().splitlines(), start=1) if "id: which_team" in text)
    assert ended.exit_code == 1
    assert "1 of 1 scenarios passed; 1 of 2 branches taken (50 %)" in ended.stdout
    assert f"/forms/first_look.yaml:{line}:" in ended.stdout
    assert "not covered: “Which team?” is never left out" in ended.stdout
    assert ended.stderr == "fewer than 100 % of the branches are taken in first_look.\n"
    assert run(folder, "first_look", "--cover", "50").exit_code == 0
    assert run(folder, "first_look", "--cover", "50.1").exit_code == 1


def test_a_form_without_scenarios_is_not_covered(folder):
    (folder / "forms" / "first_look.tests.yaml").unlink()
    ended = run(folder, "first_look")
    assert ended.exit_code == 1
    assert "0 of 0 scenarios passed; 0 of 2 branches taken (0 %)" in ended.stdout


def test_machines_read_the_same(folder):
    path = folder / "forms" / "first_look.tests.yaml"
    path.write_text(path.read_text().partition("  - id: pointed_on")[0])
    ended = run(folder, "first_look", "--format", "json")
    [report] = json.loads(ended.stdout)
    assert (report["form"], report["branches"], report["taken"], report["percent"]) == ("first_look", 2, 1, 50.0)
    assert report["scenarios"] == [
        {"id": "taken_on", "name": "A helper joins from the team that was named", "line": 6, "differences": [], "passed": True}
    ]
    assert report["uncovered"][0]["words"] == "“Which team?” is never left out"


def test_faults_of_the_file_are_told_with_place_and_code(folder):
    path = folder / "forms" / "first_look.tests.yaml"
    path.write_text(path.read_text().replace("not_asked", "not_askd"))
    ended = run(folder, "first_look")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert f"{path}:16:7: unknown_key unknown key 'not_askd', did you mean \"not_asked\"?" in ended.stderr


def test_a_form_that_there_is_not_is_named(folder):
    ended = run(folder, "nothing_such")
    assert ended.exit_code == 1
    assert "has no form 'nothing_such'" in ended.stderr

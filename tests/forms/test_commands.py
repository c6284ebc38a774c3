"""`portal forms`: what is printed, where, and how it ends."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import select

from portal.councils import library
from portal.db import db
from portal.forms.answers import paths
from portal.forms.commands import forms
from portal.submissions.drafts import answers_of
from portal.submissions.models import Submission
from tests.forms.holiday_club import HOLIDAY_CLUB, THE_PATELS, TODAY

ROOT = Path(__file__).parents[2]


@pytest.fixture
def pack(tmp_path, monkeypatch):
    """A council's pack in one folder, with one form; its other files are those of a shipped pack."""
    shipped = library.places(library.names()[0], None)
    shutil.copytree(shipped.files, tmp_path / "council")
    (tmp_path / "forms").mkdir()
    (tmp_path / "documents").mkdir()
    (tmp_path / "forms" / "holiday_club.yaml").write_text(HOLIDAY_CLUB.lstrip())
    monkeypatch.setenv("PORTAL_COUNCIL_PATH", str(tmp_path))
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(forms, [*arguments, "--council", "made_up"])


def write(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def test_a_sound_form_is_said_to_be_sound(pack):
    ended = run("check")
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert ended.stdout == f"{pack}/forms/holiday_club.yaml: no faults\n"


def test_faults_go_to_standard_error_with_file_line_column_and_code(pack):
    bad = write(pack / "bad.yaml", HOLIDAY_CLUB.lstrip().replace("section: pool", "section: pol"))
    ended = run("check", bad)
    assert ended.exit_code == 1
    assert ended.stderr.splitlines() == [
        f"{bad}:{HOLIDAY_CLUB.lstrip()[: HOLIDAY_CLUB.lstrip().index('section: pool')].count(chr(10)) + 1}:14: unknown_section "
        "the page names the section 'pol', which there is not, did you mean \"pool\"?",
        "1 fault in 1 of 1 forms.",
    ]


def test_a_folder_is_checked_whole_and_text_that_is_no_form_does_not_stop_the_rest(pack):
    write(pack / "forms" / "broken.yaml", "schema: 1\n  title: x")
    ended = run("check", str(pack / "forms"))
    assert ended.exit_code == 1
    assert "holiday_club.yaml: no faults" in ended.stdout
    assert "broken.yaml:2:8: syntax is not YAML" in ended.stderr


@time_machine.travel(TODAY)
def test_good_answers_are_said_to_be_good(pack):
    ended = run("fill", "holiday_club", "--answers", write(pack / "answers.json", THE_PATELS))
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert "Ask for a place at the holiday club: 11 steps, no problems." in ended.stdout


def test_every_problem_of_the_answers_is_printed_with_its_path_and_code(pack):
    ended = run("fill", "holiday_club", "--answers", write(pack / "answers.json", {"lives_here": "maybe", "colour": "red"}))
    assert ended.exit_code == 1
    lines = ended.stderr.splitlines()
    assert all(line.startswith(f"{pack / 'answers.json'}:1: ") for line in lines[:-1])
    assert [line.split(" ")[1:3] for line in lines[:-1]] == [["colour:", "unknown"], ["lives_here:", "not_an_option"], ["children:", "too_few"], ["first_day:", "required"]]
    assert lines[-1] == "4 problems; nothing was stored."


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "answers.json:1:2: is not JSON"), ('{"a": 1, "a": 2}', "the key 'a' stands twice"), ('{"a": NaN}', "NaN is no number"), ("[" * 100_000, "nested too deep")],
)
def test_a_file_that_is_no_json_says_where(pack, content, words):
    ended = run("fill", "holiday_club", "--answers", write(pack / "answers.json", content))
    assert ended.exit_code == 1
    assert words in ended.stderr


def test_a_form_that_is_not_there_is_named_with_those_that_are(pack):
    ended = run("fill", "holiday_clubs", "--answers", write(pack / "answers.json", {}))
    assert ended.exit_code == 1
    assert "has no form 'holiday_clubs'; it has: holiday_club" in ended.stderr


@time_machine.travel(date(2026, 6, 15))
def test_saving_stores_a_sent_submission_with_its_files_and_prints_the_reference(app, tmp_path):
    folder = ROOT / "examples" / "hackney"
    given = json.loads((folder / "request_for_support.json").read_text())
    given_file = write(tmp_path / "answers.json", given)
    for named in folder.glob("papers"):
        shutil.copytree(named, tmp_path / named.name)
    arguments = ["fill", "request_for_support", "--answers", given_file, "--save", "--council", "hackney"]
    ended = CliRunner(env={"PORTAL_ALLOW_TEST_NHS_NUMBERS": "yes"}).invoke(forms, arguments, obj=ScriptInfo(create_app=lambda: app))
    assert (ended.exit_code, ended.stderr) == (0, "")
    reference = ended.stdout.rsplit(" ", 1)[1].strip().rstrip(".")
    with app.app_context():
        kept = db.session.scalars(select(Submission).where(Submission.reference == reference)).one()
        assert (kept.status, kept.form_id, kept.author_label) == ("sent", "request_for_support", "command line")
        form = library.council("hackney").form("request_for_support")
        assert {path for path, _ in paths(answers_of(kept), form)} == {path for path, _ in paths(given, form)}


def test_why_tells_leaf_by_leaf(pack):
    answers = write(pack / "answers.json", THE_PATELS)
    ended = run("why", "holiday_club", "children.c2.badge", "--answers", answers)
    assert (ended.exit_code, ended.stdout.splitlines()[0]) == (0, "children.c2.badge is not shown")
    ended = run("why", "holiday_club", "nowhere", "--answers", answers)
    assert (ended.exit_code, ended.stderr) == (1, "holiday_club has no page 'nowhere' and no question at this path\n")


def test_help_shows_an_example():
    for command in ("check", "fill", "why"):
        assert "Example:  portal forms" in CliRunner().invoke(forms, [command, "--help"]).stdout


TURKISH = """\
schema: 1
language: tr
of: holiday_club
texts:
  form.title: {en: Something older, tr: Eski}
"""


def test_translations_are_counted_and_what_is_missing_or_stale_is_named(pack):
    write(pack / "forms" / "holiday_club.tr.yaml", TURKISH)
    ended = run("translations", "holiday_club", "tr")
    assert ended.exit_code == 0, ended.stderr
    first, second, *rest = ended.stdout.splitlines()
    assert first.startswith("holiday_club in Turkish (tr): 0 of ") and first.endswith(", 1 stale")
    assert second.startswith("  stale    form.title: made from “Something older”, now “")
    assert all(line.startswith("  missing  ") for line in rest)


def test_a_translator_is_given_an_entry_for_every_text(pack):
    beside = pack / "forms" / "holiday_club.tr.yaml"
    write(beside, TURKISH)
    ended = run("translations", "holiday_club", "tr", "--write")
    assert ended.exit_code == 0 and "has an entry for each of" in ended.stdout
    assert "  form.title:\n    en: \"Something older\"\n    tr: \"Eski\"\n" in beside.read_text("utf-8")
    assert beside.read_text("utf-8").count("    tr: ") == len(ended.stdout.splitlines()) - 2


def test_a_stale_translation_is_a_warning_and_an_unknown_one_a_fault(pack):
    beside = write(pack / "forms" / "holiday_club.tr.yaml", TURKISH)
    ended = run("check")
    assert ended.exit_code == 0 and f"{beside}:5:15: stale_translation form.title was translated from other English" in ended.stderr
    write(pack / "forms" / "holiday_club.tr.yaml", TURKISH.replace("form.title", "form.titel"))
    ended = run("check")
    assert ended.exit_code == 1 and "unknown_translation form.titel is no text there is" in ended.stderr
    told = json.loads(run("check", "--format", "json").stdout)
    assert {(fault["code"], fault["level"]) for fault in told} >= {("unknown_translation", "error"), ("missing_translation", "information")}

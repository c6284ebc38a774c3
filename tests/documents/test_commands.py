"""The command line: errors on standard error with what to do, exit status 0 only when it worked."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from portal.documents.commands import documents
from portal.forms.yaml_text import Fault
from tests.documents.shipped import pack_of
from tests.word.word_files import all_text, docx, p

PACK = pack_of("hackney")
EXAMPLES, TEMPLATES = PACK.places.examples, PACK.places.templates


def run(*arguments: str):
    return CliRunner().invoke(documents, [str(one) for one in arguments], env={"PORTAL_COUNCIL": "hackney"}, catch_exceptions=False)


def test_list_names_every_document():
    result = run("list")
    assert result.exit_code == 0
    assert all(rule.id in result.stdout for rule in PACK.documents)


@pytest.mark.parametrize("command", ["list", "check", "render"])
def test_help_shows_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Example:  portal documents" in result.stdout


def test_a_good_template_passes():
    result = run("check", TEMPLATES / "taf-minutes.docx", "--form", "taf_meeting")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "no errors, 0 warnings" in result.stdout


def test_a_template_is_compared_with_the_form_it_is_for():
    result = run("check", TEMPLATES / "taf-minutes.docx", "--form", "closure_letter")
    assert result.exit_code == 1
    assert "error: body, table 1, row 2, cell 1, paragraph 1" in result.stderr


def test_questions_that_the_document_never_prints_are_told(monkeypatch):
    told = [Fault("documents.yaml", 1, 1, "not_printed", f"{name} does not print chair: bind it") for name in ("taf_minutes", "request_record")]
    monkeypatch.setattr("portal.documents.commands.undecided", lambda pack: told)
    result = run("check", TEMPLATES / "taf-minutes.docx")
    assert result.exit_code == 0 and "no errors, 1 warnings" in result.stdout
    assert [line.partition("warning: ")[2] for line in result.stderr.splitlines()] == ["template: taf_minutes does not print chair: bind it"]


def test_what_is_made_is_looked_at_for_who_can_read_it(tmp_path, monkeypatch):
    made = type("Made", (), {"content": docx(p("- One"))})
    monkeypatch.setattr("portal.documents.commands.print_from", lambda *_: made)
    out = tmp_path / "out.docx"
    result = run("render", "taf_minutes", "--answers", EXAMPLES / "taf_meeting.json", "-o", out)
    assert result.exit_code == 0
    assert f"{out}: warning: body, paragraph 1, near “- One”: a list typed by hand" in result.stderr


def test_a_bad_template_is_told_with_file_place_and_cure(tmp_path):
    file = tmp_path / "bad.docx"
    file.write_bytes(docx(p("Dear {name}")))
    result = run("check", file)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"{file}: error: body, paragraph 1, near “Dear {{name}}”: a single brace: a field is written with two" in result.stderr
    assert "Open it in Word" in result.stderr


def test_a_form_that_is_not_there_is_named():
    result = run("check", TEMPLATES / "taf-minutes.docx", "--form", "nowhere")
    assert result.exit_code == 1
    assert "has no form 'nowhere'; it has: closure_letter" in result.stderr


@pytest.mark.parametrize(("document", "example"), [("taf_minutes", "taf_meeting"), ("closure_letter_child", "closure_letter.child"), ("request_record", "request_for_support")])
def test_render_writes_the_document(tmp_path, document, example):
    out = tmp_path / "out.docx"
    result = run("render", document, "--answers", EXAMPLES / f"{example}.json", "-o", out, "--fact", "submission.reference=REF-7")
    assert (result.exit_code, result.stderr) == (0, "")
    assert any("REF-7" in line or "EH-7QK4-2MX" in line for line in all_text(out.read_bytes())["edges"])


@pytest.mark.parametrize(("variant", "words"), [("large_print", "Normal: Dear Ms Okafor"), ("easy_read", "Title: Our support has finished"), ("high_contrast", "Normal: Dear Ms Okafor")])
def test_render_writes_the_form_in_which_a_family_gets_it(tmp_path, variant, words):
    plain, out = tmp_path / "plain.docx", tmp_path / "out.docx"
    for to, more in ((plain, ()), (out, ("--variant", variant))):
        result = run("render", "closure_letter_parent", "--answers", EXAMPLES / "closure_letter.json", "-o", to, *more)
        assert (result.exit_code, result.stderr) == (0, "")
    assert plain.read_bytes() != out.read_bytes()
    assert any(line.startswith(words) for line in all_text(out.read_bytes())["body"])


def test_render_names_the_forms_in_which_a_document_is_made(tmp_path):
    result = run("render", "closure_letter_parent", "--answers", EXAMPLES / "closure_letter.json", "-o", tmp_path / "out.docx", "--variant", "huge")
    assert result.exit_code == 1
    assert "closure_letter_parent is not made as 'huge'; it is made as: large_print, easy_read" in result.stderr


def test_render_takes_answers_of_other_papers_and_facts(tmp_path):
    out = tmp_path / "out.docx"
    result = run("render", "screening_outcome_letter", "--answers", EXAMPLES / "screening_outcome.json", "--paper", f"request={EXAMPLES / 'request_for_support.json'}", "--fact", "request.referrer_name=Sam Brook", "-o", out)
    assert result.exit_code == 0, result.stderr
    assert "Normal: Dear Sam Brook" in all_text(out.read_bytes())["body"]


@pytest.mark.parametrize(
    ("arguments", "answers", "words"),
    [
        (["nowhere"], {}, "has no document 'nowhere'; it has: request_record"),
        (["taf_minutes"], {"nmae": "x"}, "nmae"),
        (["taf_minutes"], ["x"], "one JSON object"),
        (["taf_minutes"], {"meeting_date": 7}, "meeting_date"),
        (["taf_minutes", "--fact", "weather=fine"], {}, "there is no fact 'weather'"),
        (["taf_minutes", "--paper", "nowhere=x.json"], {}, "has no paper 'nowhere'"),
    ],
)
def test_render_says_what_is_wrong_and_writes_nothing(tmp_path, arguments, answers, words):
    file, out = tmp_path / "answers.json", tmp_path / "out.docx"
    file.write_text(json.dumps(answers))
    result = run("render", *arguments, "--answers", file, "-o", out)
    assert result.exit_code == 1
    assert words in result.stderr
    assert not out.exists()


def test_render_says_when_the_answers_are_no_json(tmp_path):
    file = tmp_path / "answers.json"
    file.write_text("{")
    result = run("render", "taf_minutes", "--answers", file, "-o", tmp_path / "out.docx")
    assert result.exit_code == 1
    assert f"{file}: this is not a JSON file that can be read" in result.stderr


def test_a_council_that_is_not_there_is_named():
    result = run("list", "--council", "nowhere")
    assert result.exit_code == 1
    assert "nowhere" in result.stderr

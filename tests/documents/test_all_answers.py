"""The document of all answers: what is shown is there, what is hidden is not, for any form; and who may take it."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from click.testing import CliRunner
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.audit.models import AuditEvent
from portal.db import db
from portal.documents import material
from portal.documents.all_answers import all_answers
from portal.forms import summary
from portal.forms.commands import forms
from portal.forms.conditions import Facts
from portal.submissions.models import Submission
from portal.word import accessibility
from tests.access.records import paper
from tests.documents.produced import finished, make, sign_in
from tests.documents.shipped import DAY, pack_of
from tests.forms.small_forms import all_answers as every_answer
from tests.forms.small_forms import small_forms
from tests.word.word_files import cells, paragraphs

PACK = pack_of("hackney")
FACTS = Facts(DAY, record=PACK.service.facts, test_numbers=True)


def example(form_id: str) -> dict:
    return json.loads((PACK.places.examples / f"{form_id}.json").read_text())


def rows(file: bytes) -> list[list[str]]:
    return [row for number in range(len(Document(io.BytesIO(file)).tables)) for row in cells(file, number)[1:]]


@pytest.mark.parametrize("form_id", [form_id for form_id in PACK.form_ids() if (PACK.places.examples / f"{form_id}.json").exists()])
def test_it_holds_every_shown_answer_and_is_readable_by_everyone(form_id):
    definition, answers = PACK.form(form_id), example(form_id)
    file = all_answers(PACK, definition, answers, FACTS, {"Reference": "SO-1"})
    assert accessibility.findings(file) == []
    told = [(label, text.replace("\n", " ")) for label, text in rows(file)]
    for row in summary.rows(definition, answers, FACTS):
        assert (row.label, (row.text or "Not answered").replace("\n", " ")) in told


def test_it_begins_with_title_and_reference():
    file = all_answers(PACK, PACK.form("sign_off"), example("sign_off"), FACTS, {"Reference": "SO-1", "By": "Rosa Example"})
    assert paragraphs(file)[:3] == [PACK.form("sign_off").title, "Reference: SO-1", "By: Rosa Example"]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(form=small_forms(), data=st.data())
def test_a_hidden_answer_is_never_printed(form, data):
    answers = data.draw(st.sampled_from(list(every_answer(form))[:200]))
    facts = Facts(date(2026, 6, 12))
    told = rows(all_answers(pack_of("marlowe_vale"), form, answers, facts, {}))
    assert len(told) == len(summary.rows(form, answers, facts))
    assert [row[1] for row in told] == [row.text or "Not answered" for row in summary.rows(form, answers, facts)]


def test_hostile_text_is_printed_as_it_was_written():
    answers = {**example("sign_off")}
    definition = PACK.form("sign_off")
    question = next(question for question in definition.index.questions.values() if question.kind == "long_text" and question.when is None)
    answers[question.id] = "A & B <w:p> {{ 7*7 }} {% if %}"
    assert [question.label, "A & B <w:p> {{ 7*7 }} {% if %}"] in rows(all_answers(PACK, definition, answers, FACTS, {}))


# --- the command -------------------------------------------------------------------------------------------------------------


def run(*arguments: object):
    return CliRunner().invoke(forms, ["document", *map(str, arguments)], env={"PORTAL_COUNCIL": "hackney"})


def test_the_command_writes_all_answers(tmp_path):
    out = tmp_path / "out.docx"
    result = run("sign_off", "--answers", PACK.places.examples / "sign_off.json", "-o", out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(rows(out.read_bytes())) == len(summary.rows(PACK.form("sign_off"), example("sign_off"), FACTS))


def test_the_command_writes_a_blank_form(tmp_path):
    out = tmp_path / "out.docx"
    assert run("taf_meeting", "--blank", "-o", out).exit_code == 0
    assert "How to fill in this form" in paragraphs(out.read_bytes())


def test_the_command_takes_either_answers_or_blank(tmp_path):
    result = run("sign_off", "--blank", "--answers", PACK.places.examples / "sign_off.json", "-o", tmp_path / "out.docx")
    assert result.exit_code == 1
    assert "Give either --blank or --answers" in result.stderr


def test_answers_that_no_question_takes_are_told(tmp_path):
    file = tmp_path / "answers.json"
    file.write_text('{"nowhere": "x"}')
    result = run("sign_off", "--answers", file, "-o", tmp_path / "out.docx")
    assert result.exit_code == 1
    assert "nowhere" in result.stderr
    assert not (tmp_path / "out.docx").exists()


# --- the door ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def staff(app):
    """What was made, a finished sign-off of the same family, and a coordinator's browser."""
    made = make(app)
    with app.app_context():
        letter = db.session.get_one(Submission, made.letter)
        sign_off = finished("sign_off", "sign_off", letter.author_id)
        paper(material.episode_of(letter), "sign_off", sign_off)
        db.session.commit()
        submission_id = sign_off.id
    return made, submission_id, sign_in(app, "Cora Example", "coordinator")


def test_anybody_gets_the_blank_form_of_the_public(app):
    answer = app.test_client().get("/documents/blank/request-for-support.docx")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="request-for-support-to-print.docx"')
    assert "16.\tYour full name" in paragraphs(answer.data)


@pytest.mark.parametrize("form", ["closure-review", "nowhere"])
def test_forms_of_staff_are_not_handed_to_the_public(app, form):
    assert app.test_client().get(f"/documents/blank/{form}.docx").status_code == 404


def test_the_way_in_leads_to_the_form_on_paper(app):
    page = app.test_client().get("/start/professional").get_data(as_text=True)
    assert 'href="/documents/blank/request-for-support.docx"' in page


def test_a_form_with_documents_of_its_own_has_no_document_of_all_answers(app, staff):
    made, _, client = staff
    assert client.get(f"/documents/answers/{made.letter}.docx").status_code == 404
    assert "All answers" not in client.get(f"/documents/of/{made.letter}").get_data(as_text=True)


def test_staff_take_all_answers_of_a_form_without_a_template_and_it_is_kept_who_did(app, staff):
    _, sign_off, client = staff
    assert f'href="/documents/answers/{sign_off}.docx"' in client.get(f"/documents/of/{sign_off}").get_data(as_text=True)
    answer = client.get(f"/documents/answers/{sign_off}.docx")
    assert answer.status_code == 200
    assert len(rows(answer.data)) > 3
    assert [(event.subject_id, event.detail["document"]) for event in events(app, "document.downloaded")] == [(sign_off, "all_answers")]


def test_answers_of_a_family_out_of_reach_are_not_there(app, staff):
    _, sign_off, _ = staff
    stranger = sign_in(app, "Olga Other", "coordinator", teams=("young_hackney",))
    assert stranger.get(f"/documents/answers/{sign_off}.docx").status_code == 404


def test_a_draft_is_not_printed(app, staff):
    made, _, client = staff
    assert client.get(f"/documents/answers/{made.draft}.docx").status_code == 404


def events(app, name: str) -> list[AuditEvent]:
    with app.app_context():
        return list(db.session.query(AuditEvent).filter_by(event=name))

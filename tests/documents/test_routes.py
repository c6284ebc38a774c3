"""The door: who gets a document, what the download says of itself, and that every read is kept."""

from __future__ import annotations

import io
import re
import shutil

import pytest
from docx import Document as WordDocument

from portal.audit.models import AuditEvent
from portal.db import db
from portal.documents import pdf, produce
from tests.documents.produced import sent_request, sign_in

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def administrator(app, made):
    return sign_in(app, "Ada Example", "administrator")


def produced(client, made) -> str:
    """Produce the letter; answers its id."""
    answer = client.post(f"/documents/of/{made.letter}/closure-letter-parent")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    page = client.get(answer.location).get_data(as_text=True)
    return re.search(r"/documents/([a-z0-9]{20})\.docx", page)[1]


def events(app, name: str) -> list[AuditEvent]:
    with app.app_context():
        return list(db.session.query(AuditEvent).filter_by(event=name))


def test_an_administrator_produces_and_downloads_a_letter(app, administrator, made):
    document_id = produced(administrator, made)
    answer = administrator.get(f"/documents/{document_id}.docx")
    assert answer.status_code == 200
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert re.fullmatch(r"attachment; filename=\"closure-letter-[a-z0-9-]+\.docx\"; filename\*=UTF-8''closure-letter-[a-z0-9-]+\.docx", answer.headers["Content-Disposition"])
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Dear Ms Okafor" in [paragraph.text for paragraph in WordDocument(io.BytesIO(answer.data)).paragraphs]
    assert [event.subject_id for event in events(app, "document.downloaded")] == [document_id]


def test_a_get_produces_nothing(app, administrator, made):
    assert administrator.get(f"/documents/of/{made.letter}/closure-letter-parent").status_code == 405
    assert events(app, "document.produced") == []


def test_a_document_of_a_family_out_of_reach_is_not_there(app, administrator, made):
    with app.app_context():
        from portal.accounts.models import User
        from portal.submissions.models import Submission

        somebody = db.session.query(User).filter_by(email="wren@example.org").one()
        other = produce.produce("closure_letter_parent", db.session.get_one(Submission, made.elsewhere), somebody)
        db.session.commit()
        other_id = other.id
    assert administrator.get(f"/documents/{other_id}.docx").status_code == 404
    assert administrator.get(f"/documents/of/{made.elsewhere}").status_code == 404
    assert administrator.post(f"/documents/of/{made.elsewhere}/closure-letter-parent").status_code == 404
    assert administrator.post(f"/documents/{other_id}/withdraw", data={"reason": "x"}).status_code == 404
    assert len(events(app, "access.refused")) == 4


def test_a_role_without_documents_is_told_so(app, made):
    client = sign_in(app, "Sys Example", "system_administrator", teams=())
    assert client.get(f"/documents/of/{made.letter}").status_code == 403


def test_nobody_gets_a_document_without_signing_in(app, administrator, made):
    document_id = produced(administrator, made)
    stranger = app.test_client()
    for address in (f"/documents/{document_id}.docx", f"/documents/{document_id}.pdf", f"/documents/of/{made.letter}"):
        assert stranger.get(address).status_code in (302, 303, 401)


def test_a_document_of_a_paper_one_may_not_view_is_not_there(app, administrator, made):
    document_id = produced(administrator, made)
    client = sign_in(app, "Tam Example", "taf_coordinator")
    assert client.get(f"/documents/{document_id}.docx").status_code == 404
    assert client.get(f"/documents/of/{made.letter}").status_code == 404


def test_a_withdrawn_document_cannot_be_downloaded(app, administrator, made):
    document_id = produced(administrator, made)
    page = administrator.get(f"/documents/{document_id}/withdraw")
    assert "Why is it withdrawn?" in page.get_data(as_text=True)
    assert administrator.post(f"/documents/{document_id}/withdraw", data={"reason": "Wrong address"}).status_code == 303
    assert administrator.get(f"/documents/{document_id}.docx").status_code == 404
    assert "Wrong address" in administrator.get(f"/documents/of/{made.letter}").get_data(as_text=True)


def test_withdrawing_without_a_reason_asks_again(administrator, made):
    answer = administrator.post(f"/documents/{produced(administrator, made)}/withdraw", data={"reason": " "})
    assert answer.status_code == 422
    assert "Enter why the document is withdrawn" in answer.get_data(as_text=True)


def test_an_unknown_document_is_not_there(administrator, made):
    assert administrator.post(f"/documents/of/{made.letter}/nothing-like-it").status_code == 404
    assert administrator.get("/documents/aaaaaaaaaaaaaaaaaaaa.docx").status_code == 404


def test_a_draft_offers_nothing(administrator, made):
    assert "Documents are made once the form has been sent or finalised" in administrator.get(f"/documents/of/{made.draft}").get_data(as_text=True)


def test_without_libreoffice_the_pdf_is_a_clear_message(administrator, made, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    document_id = produced(administrator, made)
    answer = administrator.get(f"/documents/{document_id}.pdf")
    assert answer.status_code == 422
    assert "LibreOffice is not installed on this server. Download the Word document instead" in answer.get_data(as_text=True)
    assert "PDF" not in administrator.get(f"/documents/of/{made.letter}").get_data(as_text=True)


def test_whoever_sent_a_request_has_their_own_copy_and_nobody_else(app):
    submission_id, client = sent_request(app)
    answer = client.get(f"/documents/copy/{submission_id}.docx")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Request for support" in [paragraph.text for paragraph in WordDocument(io.BytesIO(answer.data)).paragraphs]
    assert [event.subject_id for event in events(app, "document.downloaded")] == [submission_id]
    assert app.test_client().get(f"/documents/copy/{submission_id}.docx").status_code in (303, 404)


@pytest.mark.libreoffice
def test_a_letter_can_be_had_as_pdf(administrator, made):
    answer = administrator.get(f"/documents/{produced(administrator, made)}.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].endswith(".pdf")


@pytest.mark.libreoffice
def test_printing_that_takes_too_long_is_stopped(administrator, made, monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.005)
    answer = administrator.get(f"/documents/{produced(administrator, made)}.pdf")
    assert answer.status_code == 422
    assert "was stopped" in answer.get_data(as_text=True)


def test_the_list_of_documents_leads_back_to_the_family(administrator, made):
    page = administrator.get(f"/documents/of/{made.letter}").get_data(as_text=True)
    back = re.search(r'class="govuk-back-link" href="([^"]+)"', page)[1]
    assert administrator.get(back).location.startswith("/staff/families/")

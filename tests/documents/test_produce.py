"""Producing, keeping, withdrawing: what is kept never changes and says what it was made of."""

from __future__ import annotations

import hashlib

import pytest

from portal.accounts import users
from portal.audit.models import AuditEvent
from portal.db import db
from portal.documents import produce
from portal.submissions.models import Submission
from portal.word.findings import Finding, Place
from portal.word.template import ENGINE_VERSION
from tests.documents.produced import make
from tests.word.word_files import all_text


@pytest.fixture
def made(in_app):
    return make(in_app)


@pytest.fixture
def administrator(in_app):
    return users.add(users.Details("Ada Example", "ada@example.org", ("administrator",), ()))


def letter(made) -> Submission:
    return db.session.get_one(Submission, made.letter)


def events(name: str) -> list[AuditEvent]:
    return list(db.session.query(AuditEvent).filter_by(event=name))


def test_what_not_everybody_can_read_is_logged_once_for_its_template_and_without_a_word_of_it(made, administrator, monkeypatch, caplog):
    monkeypatch.setattr(produce, "_LOOKED_THROUGH", set())
    monkeypatch.setattr(produce.accessibility, "findings", lambda content: [Finding("contrast", "pale", Place("body", around="Ada Example"), "warning")] * 2)
    for _ in range(2):
        produce.produce("closure_letter_parent", letter(made), administrator)
    assert [record.getMessage() for record in caplog.records if "read" in record.getMessage()] == ["not everybody can read what is made from closure-letter-parent.docx: contrast"]


def test_a_document_is_kept_with_what_it_was_made_of(made, administrator):
    document = produce.produce("closure_letter_parent", letter(made), administrator)
    content = produce.content(document)
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.engine_version == ENGINE_VERSION
    assert len(document.template_sha256) == len(document.data_sha256) == 64
    assert (document.revision, document.produced_by, document.produced_by_label) == (letter(made).version, administrator.id, "Ada Example")
    assert document.file_name == f"closure-letter-{letter(made).reference.lower()}.docx"
    assert document.episode_id
    assert "Normal: Dear Ms Okafor" in all_text(content)["body"]
    assert [event.detail["sha256"] for event in events("document.produced")] == [document.sha256]


def test_producing_it_again_gives_the_same_bytes(made, administrator):
    first, second = (produce.produce("closure_letter_parent", letter(made), administrator) for _ in range(2))
    assert first.id != second.id
    assert first.sha256 == second.sha256
    assert {document.id for document in produce.of_submission(made.letter)} == {first.id, second.id}


def test_only_documents_that_the_answers_call_for_are_offered(made):
    assert [rule.id for rule in produce.rules_for(letter(made))] == ["closure_letter_parent"]


def test_a_document_that_is_not_due_is_refused(made, administrator):
    with pytest.raises(produce.DocumentNotDue, match="Closure letter to a child"):
        produce.produce("closure_letter_child", letter(made), administrator)


def test_a_draft_has_no_documents(made, administrator):
    draft = db.session.get_one(Submission, made.draft)
    assert produce.rules_for(draft) == []
    with pytest.raises(produce.NotFinished):
        produce.produce("closure_letter_parent", draft, administrator)


@pytest.mark.parametrize("name", ["nowhere", "taf_minutes"])
def test_a_document_of_another_form_does_not_exist(made, administrator, name):
    with pytest.raises(produce.DocumentUnknown):
        produce.produce(name, letter(made), administrator)


def test_a_withdrawn_document_stays_with_its_reason(made, administrator):
    document = produce.produce("closure_letter_parent", letter(made), administrator)
    produce.withdraw(document, " Wrong address ", administrator)
    assert document.is_withdrawn
    assert document.withdrawn_reason == "Wrong address"
    assert produce.content(document)
    assert [event.detail["reason"] for event in events("document.withdrawn")] == ["Wrong address"]
    with pytest.raises(produce.AlreadyWithdrawn):
        produce.withdraw(document, "Again", administrator)


def test_a_document_is_not_withdrawn_without_a_reason(made, administrator):
    document = produce.produce("closure_letter_parent", letter(made), administrator)
    with pytest.raises(produce.ReasonMissing):
        produce.withdraw(document, "  ", administrator)
    assert not document.is_withdrawn


def test_the_documents_of_an_episode_are_found(made, administrator):
    document = produce.produce("closure_letter_parent", letter(made), administrator)
    assert [one.id for one in produce.of_episode(document.episode_id)] == [document.id]
    assert produce.find(document.id) is document
    assert produce.find("nowhere") is None



"""What may not go out incomplete is not produced, and a person is told why a document is not there for them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm.attributes import flag_modified

from portal.accounts import users
from portal.db import db
from portal.documents import offers, produce
from portal.documents.merge_data import WordsMissing
from portal.submissions.models import Submission
from tests.documents.produced import make


@pytest.fixture
def made(in_app):
    return make(in_app)


@pytest.fixture
def administrator(in_app):
    return users.add(users.Details("Ada Example", "ada@example.org", ("administrator",), ()))


def letter_without(made, *question_ids: str) -> Submission:
    """The finished letter as an older form, that did not insist on these answers, might have left it."""
    letter = db.session.get_one(Submission, made.letter)
    for question_id in question_ids:
        del letter.data.answers[question_id]
    flag_modified(letter.data, "answers")
    db.session.flush()
    return letter


def reasons(submission: Submission, by) -> dict[str, str]:
    return {offer.rule.id: offer.reason for offer in offers.of(submission, by)}


@pytest.mark.parametrize("missing", ["lead", "lead_phone", "manager", "unit_coordinator", "head_of_centre"])
def test_a_letter_is_not_produced_while_a_name_or_number_under_it_is_missing(made, administrator, missing):
    letter = letter_without(made, missing)
    with pytest.raises(WordsMissing, match="cannot be produced while this is missing") as refused:
        produce.produce("closure_letter_parent", letter, administrator)
    assert len(refused.value.missing) == 1
    assert produce.of_submission(letter.id) == []


def test_everything_that_is_missing_is_told_at_once(made, administrator):
    letter = letter_without(made, "manager", "head_of_centre")
    told = reasons(letter, administrator)["closure_letter_parent"]
    assert told == "It cannot be produced while this is missing: “Manager”; “Head of centre”."


def test_no_file_is_read_to_say_what_is_offered(made, administrator, monkeypatch):
    looked = []
    monkeypatch.setattr(offers, "gather", lambda rule, sources: looked.append(sources))
    assert reasons(db.session.get_one(Submission, made.letter), administrator)["closure_letter_parent"] == ""
    assert looked and all(sources.read_file is None for sources in looked)


def test_a_document_that_the_answers_do_not_call_for_says_what_would(made, administrator):
    told = reasons(db.session.get_one(Submission, made.letter), administrator)
    assert told["closure_letter_parent"] == ""
    assert told["closure_letter_child"] == "It is made when “Who is it for?” is Child (here it is “Parent or carer”)."


def test_a_form_that_is_being_filled_in_says_that_its_documents_come_later(made, administrator):
    told = reasons(db.session.get_one(Submission, made.draft), administrator)
    assert set(told.values()) == {offers.UNFINISHED}


def test_a_binding_cannot_be_required_and_say_what_stands_in_for_it():
    from pydantic import ValidationError

    from portal.councils.document_model import Binding

    with pytest.raises(ValidationError, match="exclude each other"):
        Binding.model_validate({"question": "manager", "required": True, "empty": "Not recorded"})

"""Kinds of several boxes: address, person, consent, signature and files: what each takes, shows and finds wrong, box by box."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage

from portal.forms import question_kinds
from tests.forms.asking import asked, codes, messages

TODAY = date(2026, 5, 4)


def read(question, **parts):
    return question_kinds.read(question, {part: [value] for part, value in parts.items()})


# Address


def test_an_address_keeps_its_lines_and_the_postcode_in_its_usual_form():
    question = asked("address")
    value = read(question, line1="12 Example Road", line3="Annexe", town="London", postcode="e81dy").value
    assert value == {"lines": ["12 Example Road", "Annexe"], "town": "London", "postcode": "E8 1DY", "no_fixed_address": False, "confidential": False}
    assert question_kinds.text_of(question, value) == "12 Example Road\nAnnexe\nLondon\nE8 1DY"


def test_no_fixed_address_is_an_answer_and_may_tell_where_somebody_stays():
    question = asked("address")
    assert question_kinds.text_of(question, read(question, no_fixed_address="yes").value) == "No fixed address"
    stays = read(question, no_fixed_address="yes", line1="With an aunt", town="Hove").value
    assert question_kinds.text_of(question, stays) == "No fixed address\nWith an aunt\nHove"


def test_a_confidential_address_says_so_on_screen_and_not_on_the_envelope():
    question = asked("address")
    value = read(question, line1="A refuge", confidential="yes").value
    assert question_kinds.text_of(question, value) == "A refuge\nThis address must stay confidential"
    assert question_kinds.merge_value(question, value) == {
        "text": "A refuge", "lines": "A refuge", "town": "", "postcode": "", "no_fixed_address": "", "confidential": "Yes",
    }  # fmt: skip
    assert question_kinds.compare(question, value, "has", "confidential", today=TODAY) is True
    assert question_kinds.compare(question, value, "has", "no_fixed_address", today=TODAY) is False
    assert question_kinds.comparison_fault(question, "has", "garden") == "`has` compares an address with one of no_fixed_address, confidential"


@pytest.mark.parametrize(
    ("keys", "parts", "expected"),
    [
        ({}, {"town": "London"}, [("incomplete", "line1")]),
        ({}, {"confidential": "yes"}, [("incomplete", "line1")]),
        ({}, {"line1": "1 Road", "postcode": "E8"}, [("not_a_postcode", "postcode")]),
        ({}, {"postcode": "E8"}, [("incomplete", "line1"), ("not_a_postcode", "postcode")]),
        ({"postcode_required": True}, {"line1": "1 Road"}, [("postcode_missing", "postcode")]),
        ({}, {"line1": "x" * 251}, [("too_long", "line1")]),
    ],
)
def test_what_is_wrong_with_an_address_leads_to_its_box(keys, parts, expected):
    assert codes(read(asked("address", **keys), **parts)) == expected


def test_ticks_that_are_not_offered_are_not_taken():
    question = asked("address", confidential=False, no_fixed_address=False)
    assert read(question, no_fixed_address="yes", confidential="yes").blank
    assert codes(question_kinds.wrong(question, {"lines": ["1 Road"], "confidential": True})) == [("shape", "confidential")]
    assert question_kinds.kind("address").parts(question) == ("line1", "line2", "line3", "town", "postcode")


@pytest.mark.parametrize(
    "value",
    [{"lines": "1 Road"}, {"lines": [1]}, {"street": "1 Road"}, {"lines": ["a", "b", "c", "d"]}, {"lines": ["1 Road"], "confidential": "yes"}, "1 Road"],
    ids=str,
)
def test_addresses_of_another_shape_are_refused(value):
    assert codes(question_kinds.wrong(asked("address"), value))[0][0] == "shape"


def test_an_address_as_data_may_leave_out_what_is_empty():
    question = asked("address")
    assert question_kinds.wrong(question, {"lines": ["1 Road"]}) == ()
    assert question_kinds.text_of(question, {"lines": ["1 Road"]}) == "1 Road"
    assert question_kinds.merge_value(question, {"lines": ["1 Road"]})["town"] == ""


# Person


def test_a_person_in_words():
    question = asked("person")
    value = read(question, first_name="Sam", last_name="Rivers", role="Health visitor", phone="01632960001", email="Sam@Example.org").value
    assert question_kinds.text_of(question, value) == "Sam Rivers, Health visitor\n01632 960001\nSam@example.org"
    assert question_kinds.merge_value(question, value)["name"] == "Sam Rivers"


def test_a_person_needs_a_name_and_ways_that_could_reach_them():
    question = asked("person", label="Your manager")
    found = read(question, role="Teacher", phone="12", email="nobody")
    assert codes(found) == [("incomplete", "first_name"), ("incomplete", "last_name"), ("not_a_phone", "phone"), ("not_an_email", "email")]
    assert messages(found)[0] == "Enter the first name of your manager"


def test_a_form_chooses_the_boxes_of_a_person():
    question = asked("person", ask=("last_name", "email"), needs=("email",))
    assert question_kinds.kind("person").parts(question) == ("last_name", "email")
    assert read(question, first_name="Unasked", email="a@example.org").value["first_name"] == ""
    assert codes(read(question, last_name="Rivers")) == [("incomplete", "email")]
    assert question_kinds.kind("person").settings_faults(asked("person", ask=("last_name",), needs=("email",))) == ("`needs` has email, which `ask` does not",)


# Consent


def test_a_record_of_consent_in_words():
    question = asked("consent")
    value = read(question, decision="given", method="verbal", day="4", month="5", year="2026", given_by="Ada Rivers", taken_by="Sam Brook", limits="Not the landlord").value
    assert value["date"] == "2026-05-04"
    assert question_kinds.text_of(question, value) == "Given, spoken, 4 May 2026\nBy: Ada Rivers\nAsked by: Sam Brook\nLimits: Not the landlord"
    assert question_kinds.merge_value(question, value)["method"] == "Spoken"
    assert question_kinds.compare(question, value, "is", "given", today=TODAY) is True
    assert question_kinds.compare(question, value, "in", ["refused", "withdrawn"], today=TODAY) is False
    assert "no option 'yes'" in question_kinds.comparison_fault(question, "is", "yes")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"decision": "given"}, [("date_missing", "day"), ("method", "method"), ("given_by_missing", "given_by")]),
        ({"decision": "refused"}, [("date_missing", "day")]),
        ({"decision": "refused", "day": "31", "month": "2", "year": "2026"}, [("not_real", "day")]),
        ({"decision": "refused", "day": "1", "year": "2026"}, [("incomplete", "month")]),
        ({"given_by": "Ada"}, [("decision", "decision")]),
        ({"decision": "maybe", "method": "smoke"}, [("decision", "decision"), ("method", "method")]),
        ({"decision": "not_sought", "limits": "x" * 4001}, [("too_long", "limits")]),
        ({"decision": "not_sought"}, []),
    ],
)
def test_what_is_wrong_with_a_record_of_consent_leads_to_its_box(parts, expected):
    assert codes(read(asked("consent"), **parts)) == expected


def test_a_date_of_consent_kept_must_be_whole():
    for when in ("2026-05", "2026-05-04~", "soon"):
        assert codes(question_kinds.wrong(asked("consent"), {"decision": "refused", "date": when})) == [("not_real", "day")]


# Signature


def test_a_signature_has_a_name_and_a_date():
    question = asked("signature")
    value = read(question, name="Sam Brook", role="Head teacher", day="4", month="May", year="2026").value
    assert value == {"name": "Sam Brook", "role": "Head teacher", "date": "2026-05-04"}
    assert question_kinds.text_of(question, value) == "Sam Brook, Head teacher, 4 May 2026"
    assert codes(read(question, role="Head")) == [("name_missing", "name"), ("date_missing", "day")]
    assert codes(read(question, name="Sam", day="1")) == [("incomplete", "month")]
    assert question_kinds.kind("signature").parts(asked("signature", ask_role=False)) == ("name", "day", "month", "year")
    assert codes(question_kinds.wrong(question, {"name": "Sam", "date": "2026"})) == [("not_real", "day")]


# Files


def upload(name, content=b"%PDF-1.7"):
    return FileStorage(BytesIO(content), name)


def test_uploads_that_pass_are_handed_over_and_attachments_stay():
    question = asked("file")
    kept = question_kinds.example(question)
    found = question_kinds.read(question, {"": [upload("a.PDF"), upload("b.jpeg")]}, kept)
    assert (found.value, found.wrong, [each.filename for each in found.uploads]) == (kept, (), ["a.PDF", "b.jpeg"])
    assert question_kinds.read(question, {"remove": [kept[0]["id"]]}, kept).blank
    assert question_kinds.text_of(question, kept) == "school-report.pdf (48 KB)"
    assert question_kinds.text_of(question, [{"path": "letters/one.pdf"}]) == "letters/one.pdf"


@pytest.mark.parametrize(
    ("keys", "made", "code"),
    [
        ({}, upload("run.exe"), "wrong_type"),
        ({}, upload("no ending"), "wrong_type"),
        ({"types": ("pdf",)}, upload("a.docx"), "wrong_type"),
        ({}, upload("a.pdf", b""), "empty"),
        ({"max_mb": 1}, upload("a.pdf", b"x" * 1_000_001), "too_big"),
    ],
)
def test_uploads_that_do_not_pass_are_named(keys, made, code):
    found = question_kinds.read(asked("file", **keys), {"": [made]})
    assert codes(found) == [(code, "")] and not found.uploads and not found.blank
    assert "/" not in messages(found)[0].split("”")[0]


def test_the_name_of_an_upload_is_shown_without_its_folders():
    found = question_kinds.read(asked("file"), {"": [upload("C:\\Users\\x\\..\\run.exe")]})
    assert messages(found)[0].startswith("“run.exe” must be a PDF, Word (DOCX), ODT, JPEG, PNG, HEIC or TXT file")


def test_one_file_only_where_the_question_asks_one():
    found = question_kinds.read(asked("file", multiple=False), {"": [upload("a.pdf"), upload("b.pdf")]})
    assert codes(found) == [("too_many", "")] and len(found.uploads) == 1


def test_attachments_as_data_need_id_name_and_size_or_a_path():
    question = asked("file")
    assert question_kinds.wrong(question, [{"path": "a.pdf"}]) == ()
    for value in ([{"id": "x"}], [{"path": ""}], ["a.pdf"], {"path": "a.pdf"}):
        assert codes(question_kinds.wrong(question, value)) == [("shape", "")]

"""Documents for families in other forms: chosen when they are made, asked for by the form, issued and proved like any other."""

from __future__ import annotations

import io
import re

import pytest
from docx import Document as WordFile

from portal.db import db
from portal.documents import issuing, out_of_date, produce, variants
from portal.documents.models import BulkRun, Document
from portal.files import store
from portal.submissions.models import Submission
from portal.word.looks import LOOKS_VERSION
from tests.documents.produced import sign_in
from tests.documents.shipped import pack_of
from tests.documents.test_bulk import LETTER, begin, chosen_on, more_letters, work

pytestmark = pytest.mark.usefixtures("app")
PACK = pack_of("hackney")


def ask_for(app, submission_id: str, form: str) -> None:
    """Let a finished letter say that its reader wants it in another form."""
    with app.app_context():
        submission = db.session.get_one(Submission, submission_id)
        submission.data.answers = submission.data.answers | {"format": form}
        db.session.commit()


def make(client, submission_id: str, variant: str = "") -> str:
    """The address of the document made in this form."""
    answer = client.post(f"/documents/of/{submission_id}/closure_letter_parent".replace("_", "-"), data={"variant": variant})
    return answer.location or str(answer.status_code)


def the_document(app) -> Document:
    return db.session.query(Document).one()


def test_what_is_for_a_family_is_offered_in_other_forms_and_nothing_else_is():
    offered = {(rule.id, copy): [one.id for one in PACK.variants if rule.for_copy(copy).has_variant(one)] for rule in PACK.documents for copy in [one.id for one in rule.copies] or [""]}
    assert {"large_print", "high_contrast", "white_on_black"} <= set(offered["closure_letter_parent", ""])
    assert "large_print" in offered["taf_minutes", "family"]
    assert offered["taf_minutes", "professionals"] == [] and offered["request_record", ""] == [] and offered["screening_outcome_letter", ""] == []


def test_the_form_that_the_letter_asks_for_is_chosen_already(app, ada, made):
    ask_for(app, made.letter, "standard")
    page = ada.get(f"/documents/of/{made.letter}").text
    assert '<option value="large_print">Large print</option>' in page and " selected" not in page
    ask_for(app, made.letter, "large_print")
    page = ada.get(f"/documents/of/{made.letter}").text
    assert '<option value="large_print" selected>Large print</option>' in page and "The form asks for large print for this reader" in page
    ask_for(app, made.letter, "audio")
    assert " selected" not in ada.get(f"/documents/of/{made.letter}").text


def test_a_large_letter_is_made_kept_and_named_as_such(app, ada, made):
    address = make(ada, made.letter, "large_print")
    assert "Closure letter to a parent or carer: large print" in ada.get(address).text
    with app.app_context():
        document = the_document(app)
        assert document.variant == "large_print" and document.file_name.endswith("-large-print.docx") and LOOKS_VERSION in document.engine_version
        styles = WordFile(io.BytesIO(store().read(document.sha256))).styles.element.xml
        assert 'w:sz w:val="36"' in styles
        assert out_of_date.passages(document) == [], "made again it is the same, bytes and all"


def test_a_large_letter_goes_the_whole_way_to_its_reader(app, ada, made):
    address = make(ada, made.letter, "large_high_contrast")
    names = [name.replace("&#39;", "'") for name in re.findall(r'name="cleared" value="([^"]+)"', ada.get(address).text)]
    assert names and ada.post(f"{address}/check", data={"cleared": names}).status_code == 303
    assert sign_in(app, "Mo Example", "support_manager").post(f"{address}/approve").status_code == 303
    assert ada.post(f"{address}/issue", data={"recipient": "Ifeoma Okafor", "way": "post"}).status_code == 303
    page = ada.get(address).text
    assert "Ifeoma Okafor" in page and "large print and high contrast" in page
    assert ada.get(f"{address}/words").status_code == 200
    assert ada.get(f"{address}.docx").status_code == 200


def test_what_must_stay_out_is_found_in_a_large_letter_too(app, made, ada, monkeypatch):
    from portal.documents import proof

    make(ada, made.letter, "large_print")
    real = proof.withheld
    monkeypatch.setattr(proof, "withheld", lambda *given: [*real(*given), proof.Withheld("5 Bramble House", "somebody", proof.CONFIDENTIAL)])
    with app.app_context():
        assert [leak.part for leak in issuing.examine(the_document(app)).leaks] == ["word/document.xml"]


def test_an_unknown_form_is_not_there(app, ada, made):
    assert make(ada, made.letter, "golden") == "404"
    assert ada.get(f"/documents/many?document={LETTER}&variant=golden").status_code == 404
    answer = ada.get("/documents/many?document=request_record&variant=large_print")
    assert answer.status_code == 422 and "Request for support is not made in large print" in answer.text


def test_a_run_makes_each_in_the_form_its_own_letter_asks_for(app, ada, made):
    more_letters(app, 1)
    ask_for(app, made.letter, "standard")
    page = ada.get(f"/documents/many?document={LETTER}&variant=asked").text
    assert page.count("Ready to be made") == 2 and page.count("Ready to be made, in large print") == 1
    run = begin(ada, *chosen_on(page), variant="asked").location
    work(app)
    with app.app_context():
        assert {one.submission_id == made.letter: one.variant for one in db.session.query(Document)} == {True: "", False: "large_print"}
        assert db.session.query(BulkRun).one().variant == variants.ASKED
    assert "2 of 2 done" in ada.get(run).text


def test_a_run_may_be_made_in_one_form(app, ada, made):
    page = ada.get(f"/documents/many?document={LETTER}&variant=high_contrast").text
    assert "All are made in high contrast, black on cream" in page and 'name="variant" value="high_contrast"' in page
    ada.post("/documents/many", data={"document": LETTER, "variant": "high_contrast", "chosen": chosen_on(page)})
    work(app)
    with app.app_context():
        assert the_document(app).variant == "high_contrast"


def test_a_form_that_the_council_dropped_leaves_the_document_readable(app, ada, made, monkeypatch):
    address = make(ada, made.letter, "large_print")
    with app.app_context():
        document = the_document(app)
        document.variant = "gone"
        db.session.commit()
        assert issuing.rule_of(document) is None and out_of_date.passages(document) is None
    assert ada.get(address).status_code == 200 and ada.get(f"{address}.docx").status_code == 200


def test_a_kept_document_is_found_again(app, ada, made):
    make(ada, made.letter, "white_on_black")
    with app.app_context():
        assert [one.title for one in produce.of_submission(made.letter)] == ["Closure letter to a parent or carer: large print, white on black"]


def test_an_easy_read_letter_is_made_from_its_own_template(app, ada, made):
    address = make(ada, made.letter, "easy_read")
    page = ada.get(address).text
    assert "Closure letter to a parent or carer: easy read" in page and "Somebody can read it with you." in page
    assert ada.get(f"{address}/words").status_code == 200
    with app.app_context():
        document = the_document(app)
        assert document.template_sha256 != "" and document.engine_version.count("looks") == 0
        assert {one.name for one in issuing.examine(document).names} >= {"Ifeoma Okafor"}
        assert out_of_date.passages(document) == []

"""A Word template on its way: uploaded, checked, compared, put in force, used, taken back. Each refusal, and what is kept of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import publishing, timekeeping
from portal.audit.models import AuditEvent
from portal.db import db
from portal.designer import proposals, specimens
from portal.designer.models import ProposedTemplate
from portal.documents import out_of_date, preview, produce
from portal.documents.models import Document
from portal.files import store
from portal.jobs import enqueue
from portal.jobs.run import run_due
from portal.submissions.models import Submission
from portal.submissions.uploads import FileRefused, virus_scan
from portal.word.package import MAX_FILE, open_package
from portal.word.reading import paragraphs
from tests.accounts import people
from tests.designer.word_files_of import (
    ADDRESS,
    LETTER,
    NAME,
    changed,
    put_in_force,
    shipped,
    upload,
    warmer,
    words_of,
)
from tests.documents.produced import make
from tests.word.test_known_bad_templates import bomb
from tests.word.test_relations import UNSEEN, fetching
from tests.word.word_files import SPACES, docx, p

ON_ONE_DATABASE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def sy(app, client, monkeypatch):
    """A system administrator at a browser, where pages are not drawn."""
    monkeypatch.setattr(preview, "is_available", lambda: False)
    people.add(app, "Sy System")
    people.sign_in(client, "Sy System")
    return client


def events(app) -> list[tuple[str, dict]]:
    with app.app_context():
        rows = db.session.scalars(select(AuditEvent).where(AuditEvent.event.startswith("template.")).order_by(AuditEvent.id)).all()
        return [(row.event, row.detail) for row in rows]


def busy(*_: object) -> None:
    raise FileRefused("not_scanned", "not now")


def letters(app, submission_id: str) -> tuple[bytes, bool]:
    """The newest letter of this form, and whether something in it would change today."""
    with app.app_context():
        document = db.session.scalars(select(Document).where(Document.submission_id == submission_id).order_by(Document.produced_at.desc())).first()
        return produce.content(document), bool(out_of_date.passages(document))


def make_letter(app, submission_id: str) -> bytes:
    with app.app_context():
        from portal.accounts.models import User

        by = db.session.scalars(select(User).where(User.name == "Wren Writer")).one()
        produce.produce("closure_letter_parent", db.session.get_one(Submission, submission_id), by)
        db.session.commit()
    return letters(app, submission_id)[0]


@ON_ONE_DATABASE
def test_a_letter_is_changed_used_and_taken_back(app, sy):
    letter = make(app).letter
    before = make_letter(app, letter)
    answer = upload(sy, warmer())
    assert answer.status_code == 303
    page = words_of(sy.get(answer.location))
    assert "Check of new letter.docx Sound" in page
    assert "[taken out: The end of our support ] [put in: Saying goodbye to you ]" in page
    assert "1 document that is not issued yet will be shown as out of date" in page
    assert not letters(app, letter)[1], "nothing changes before it is put in force"
    done = put_in_force(sy, answer.location)
    assert done.status_code == 303
    told = words_of(sy.get(done.location))
    assert "Version 2 is in force" in told and "Warmer words, asked for by families" in told
    assert letters(app, letter) == (before, True), "what was made stays as it is, byte for byte, and is told to be out of date"
    assert "Saying goodbye to you" in paragraphs(make_letter(app, letter))
    back = sy.post(f"{ADDRESS}/versions/1/check")
    page = words_of(sy.get(back.location))
    assert "Check of Version 1" in page and "[put in: The end of our support ]" in page
    assert put_in_force(sy, back.location, "Families liked the old words better").status_code == 303
    assert make_letter(app, letter) == before, "made of the same template, it is the same to the byte"
    assert sy.get(f"{ADDRESS}/versions/1.docx").data == shipped()
    assert sy.get(f"{ADDRESS}/versions/2.docx").data == warmer()
    with app.app_context():
        versions = publishing.versions("template", NAME)
        assert [(one.number, one.note, bool(one.published_by)) for one in versions] == [
            (3, "Families liked the old words better", True), (2, "Warmer words, asked for by families", True), (1, "", False),
        ]  # fmt: skip
        assert versions[0].sha256 == versions[2].sha256
    assert [name for name, _ in events(app)] == ["template.proposed", "template.put_in_force"] * 2
    assert events(app)[-1][1] == {"name": NAME, "number": 3, "origin": "earlier"}


HOSTILE = {
    "macros": (lambda: changed(more={"word/vbaProject.bin": b"x"}), "macros, embedded objects and programs are not allowed"),
    "something fetched": (
        lambda: docx(p("x"), rels='<Relationship Id="rId9" Type="http://x/attachedTemplate" Target="http://example.org/a.dotm" TargetMode="External"/>'),
        "the document fetches something from elsewhere",
    ),
    "something fetched by what calls itself a link": (lambda: fetching("http://192.0.2.1/picture.png"), "the document fetches something from elsewhere"),
    "a document that is not checked": (lambda: UNSEEN["another document named"], "the file does not name word/document.xml"),
    "a document type": (
        lambda: docx("", more={"word/document.xml": f'<!DOCTYPE w [<!ENTITY a "b">]><w:document {SPACES}><w:body>{p("x")}</w:body></w:document>'}),
        "the XML declares a document type",
    ),
    "a bomb": (bomb, "this member unpacks to"),
    "no Word file": (lambda: b"%PDF-1.7 a letter", "this is not a whole .docx file"),
    "too large": (lambda: b"PK" + bytes(MAX_FILE), "the file is larger than 20 MB"),
}


@ON_ONE_DATABASE
def test_of_a_hostile_file_nothing_is_kept_but_why_it_was_refused(app, sy):
    with app.app_context():
        before = set(store().hashes())
    for name, (file, said) in HOSTILE.items():
        answer = upload(sy, file())
        assert answer.status_code == 422, name
        assert f"new letter.docx was refused and not kept: {said}" in words_of(answer), name
    with app.app_context():
        assert set(store().hashes()) == before
        assert db.session.scalars(select(ProposedTemplate)).all() == []
    codes = [detail["why"] for name, detail in events(app) if name == "template.refused"]
    assert codes == [["active_content"], ["external"], ["external"], ["unseen_part"], ["dtd"], ["zip_bomb"], ["not_docx"], ["too_large"]]
    assert "Choose a Word file" in words_of(sy.post(ADDRESS, data={}))


@ON_ONE_DATABASE
def test_what_its_author_got_wrong_is_told_with_place_and_cure_and_cannot_be_put_in_force(app, sy):
    wrong = changed(
        ("{{ letter_date }}", "{{ leter_date }}"), ("{%p if why_together %}", "{%p if why_together %} and more"),
        ("The end of our support", "We write to you about the safeguarding thresholds which were considered, and which, after careful consideration by the multi-agency panel, led us to conclude our involvement."),
    )  # fmt: skip
    answer = upload(sy, wrong)
    page = sy.get(answer.location)
    words = words_of(page)
    assert "Refused It cannot be put in force." in words
    assert "There is no field “leter_date”; did you mean “letter_date”? Body, paragraph" in words, words
    assert "near “{{ leter_date }}”" in words
    assert "and more" in words
    assert "a sentence of 25 words: make two of it" in words or "a sentence of 26 words: make two of it" in words, "plain language is a warning"
    assert "Put this template in force" not in words
    assert sy.post(f"{answer.location}/put-in-force", data={"current": "1", "note": "All the same", "read": "yes"}).status_code == 422
    with app.app_context():
        assert publishing.current("template", NAME).number == 1
    commented = sy.get(f"{answer.location}/comments.docx").data
    assert b"leter_date" in open_package(commented).content("word/comments.xml")
    assert sy.get(f"{answer.location}.docx").data == wrong
    assert sy.get(f"{answer.location}/specimen.docx").status_code == 404


@ON_ONE_DATABASE
def test_what_is_never_printed_is_a_warning_that_is_read_first(app, sy):
    answer = upload(sy, changed(("{{ letter_date }}", "Today")))
    page = words_of(sy.get(answer.location))
    assert "Warnings Every document can be made with it." in page
    assert "Never printed The field “letter_date” is never printed It prints “Date on the letter”" in page
    refused = put_in_force(sy, answer.location, "", read="")
    assert refused.status_code == 422
    assert "Tick that you have looked at what changes" in words_of(refused) and "Enter what is new and why" in words_of(refused)
    assert put_in_force(sy, answer.location).status_code == 303


def test_of_two_who_put_one_in_force_at_once_one_wins_and_the_other_is_told(app, sy):
    first, second = upload(sy, warmer()).location, upload(sy, warmer("Goodbye from us")).location
    assert put_in_force(sy, first).status_code == 303
    late = put_in_force(sy, second, current="1")
    assert late.status_code == 409
    assert "Somebody else has published version 2 of closure-letter-parent.docx meanwhile" in words_of(late)
    assert "[taken out: Saying goodbye to you ] [put in: Goodbye from us ]" in words_of(late), "it is compared with what is in force now"
    assert "This was put in force as version 2" in words_of(sy.get(first))
    assert "This very file is in force" in words_of(sy.get(upload(sy, warmer()).location))
    assert put_in_force(sy, second).status_code == 303
    again = put_in_force(sy, first, current="3")
    assert again.status_code == 409 and "Go back to it in the history" in words_of(again)


@ON_ONE_DATABASE
def test_one_that_takes_too_long_is_ended_and_not_kept(app, sy, monkeypatch):
    monkeypatch.setattr(proposals, "PATIENCE", 0.001)
    answer = upload(sy, warmer())
    assert answer.status_code == 422
    assert "checking it took more than 6 seconds or too much memory" in words_of(answer)
    assert events(app) == [("template.refused", {"name": NAME, "why": ["too_costly"]})]


@ON_ONE_DATABASE
def test_one_that_was_checked_before_the_councils_documents_changed_is_checked_again(app, sy, monkeypatch):
    address = upload(sy, warmer()).location
    really = proposals.against
    monkeypatch.setattr(proposals, "against", lambda template: f"other {really(template)[:20]}")
    assert "Check it again before you put it in force" in words_of(sy.get(address))
    late = put_in_force(sy, address, current="1")
    assert late.status_code == 409 and "have changed since this was checked" in words_of(late)
    again = sy.post(f"{address}/check-again")
    assert sy.get(address).status_code == 404, "it stands in the place of the first"
    assert put_in_force(sy, again.location).status_code == 303


@ON_ONE_DATABASE
def test_one_that_is_hostile_by_the_checks_of_today_is_not_put_in_force_and_goes_when_it_is_checked_again(app, sy, monkeypatch):
    with monkeypatch.context() as yesterday:
        yesterday.setattr(proposals, "CHECK_VERSION", "check of yesterday")
        address = upload(sy, warmer()).location
    with app.app_context():
        db.session.scalars(select(ProposedTemplate)).one().sha256 = store().keep(fetching("http://192.0.2.1/picture.png"))
        db.session.commit()
    late = put_in_force(sy, address, current="1")
    assert late.status_code == 409 and "the portal's own checks have changed since this was checked" in words_of(late)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(virus_scan, "scan", busy)
        told = words_of(sy.get(sy.post(f"{address}/check-again").location))
    assert "new letter.docx was not checked: it could not be checked for viruses just now" in told
    again = sy.post(f"{address}/check-again")
    assert again.status_code == 303 and "new letter.docx was refused and deleted: the document fetches something" in words_of(sy.get(again.location))
    assert (sy.get(address).status_code, put_in_force(sy, address, current="1").status_code) == (404, 404)
    assert [detail["why"] for name, detail in events(app) if name == "template.refused"] == [["not_scanned"], ["external"]]
    with app.app_context():
        assert publishing.current("template", NAME).number == 1


@ON_ONE_DATABASE
def test_what_nobody_puts_in_force_is_deleted(app, sy, monkeypatch):
    kept, gone, old = (upload(sy, warmer(words)).location for words in ("Goodbye", "Farewell", "So long"))
    put_in_force(sy, kept)
    assert sy.post(f"{gone}/let-go").status_code == 303
    assert sy.get(gone).status_code == 404
    assert sy.post(f"{kept}/let-go").status_code == 404, "a version in the history stays"
    with app.app_context():
        for row in db.session.scalars(select(ProposedTemplate)):
            row.proposed_at = timekeeping.now() - proposals.KEPT - timedelta(hours=1)
        enqueue("templates.expire", {})
        db.session.commit()
        run_due()
        db.session.remove()
    assert (sy.get(old).status_code, sy.get(kept).status_code) == (404, 200)


@ON_ONE_DATABASE
def test_the_list_the_merge_fields_the_starter_and_the_specimen(app, sy):
    page = words_of(sy.get("/word-templates"))
    assert f"Closure letter to a parent or carer {LETTER} 1" in page and "Shipped with the portal" in page
    assert "closure-letter-parent-easy-read.docx" in page
    fields = words_of(sy.get(f"{ADDRESS}/merge-fields"))
    assert re.search(r"letter_date .*“Date of the letter”|letter_date ", fields) and "made-up family" in fields
    starter = sy.get(f"{ADDRESS}/starter.docx").data
    assert ".yaml" not in "".join(paragraphs(starter)), "a family reads no names of files"
    assert upload(sy, starter).status_code == 303, "the starter passes the check"
    with app.app_context():
        assert proposals.findings_of(db.session.scalars(select(ProposedTemplate)).one())[0].level == "warning"
    assert any("The end of our support" in text for text in paragraphs(sy.get(f"{ADDRESS}/specimen.docx").data))
    assert "Pages cannot be drawn on this server" in words_of(sy.get(f"{ADDRESS}/specimen"))
    assert sy.get("/word-templates/no-such-letter").status_code == 404
    assert sy.get(f"{ADDRESS}/versions/9.docx").status_code == 404


@ON_ONE_DATABASE
def test_pages_of_a_specimen_are_drawn_once_and_few_are_kept(app, sy, monkeypatch):
    drawn = []

    def draw(printed, to):
        drawn.append(printed)
        to.mkdir()
        (to / "page-1.png").write_bytes(b"a picture of " + printed)

    monkeypatch.setattr(preview, "is_available", lambda: True)
    monkeypatch.setattr(specimens.pdf, "to_pdf", lambda content: b"%PDF")
    monkeypatch.setattr(specimens, "_draw", draw)
    monkeypatch.setattr(specimens, "MOST_KEPT", 1)
    address = upload(sy, warmer()).location
    assert 'alt="Page 1 of 1 of the specimen"' in sy.get(address).text
    assert sy.get(f"{address}/page-1.png").data == b"a picture of %PDF"
    assert sy.get(f"{address}/page-2.png").status_code == 404
    assert len(drawn) == 1
    sy.get(f"{ADDRESS}/specimen")
    with app.app_context():
        assert len(list((specimens.current_settings().data_path / "cache" / "specimens").iterdir())) == 1

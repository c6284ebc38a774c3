"""From draft to reader: names are cleared, another person approves, the copy is proved, and the log says who got it."""

from __future__ import annotations

import re

import pytest

from portal import publishing
from portal.accounts import users
from portal.db import db
from portal.documents import issuing, issuing_routes, produce, proof
from portal.documents.models import Document, Sharing
from portal.episodes.models import Episode
from portal.families.models import FamilyMember, Person
from portal.files import store
from portal.submissions.models import Submission
from tests.designer.word_files_of import NAME, warmer
from tests.documents.produced import TEAM, sent_request, sign_in
from tests.documents.test_routes import events
from tests.word.word_files import docx, p

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def manager(app, made):
    return sign_in(app, "Mo Example", "support_manager")


@pytest.fixture
def letter(ada, made) -> str:
    """The address of a produced letter."""
    return ada.post(f"/documents/of/{made.letter}/closure-letter-parent").location


def names_on(page: str) -> list[str]:
    return [text.replace("&#39;", "'") for text in re.findall(r'name="cleared" value="([^"]+)"', page)]


def clear(client, address: str):
    return client.post(f"{address}/check", data={"cleared": names_on(client.get(address).text)})


def give(client, address: str, recipient: str = "Ifeoma Okafor", way: str = "post", **also: str):
    return client.post(f"{address}/issue", data={"recipient": recipient, "way": way} | also)


def document(app, address: str) -> Document:
    with app.app_context():
        found = db.session.get_one(Document, address.rsplit("/", 1)[1])
        db.session.expunge(found)
        return found


def test_a_letter_goes_from_draft_to_its_reader(app, ada, manager, letter):
    page = ada.get(letter).text
    assert "To be checked" in page and "Yusuf Demir" in names_on(page)
    assert clear(ada, letter).status_code == 303
    assert "It waits for somebody who may approve it" in ada.get(letter).text
    assert manager.post(f"{letter}/approve").status_code == 303
    page = ada.get(letter).text
    assert 'value="Ifeoma Okafor"' in page, "the reader's name is known from the letter"
    assert give(ada, letter).status_code == 303
    page = ada.get(letter).text
    assert "Issued" in page and "<b>Ifeoma Okafor</b>, by post" in page
    kept = document(app, letter)
    assert (kept.state, kept.recipient, kept.checked_by_label, kept.approved_by_label) == ("issued", "Ifeoma Okafor", "Ada Example", "Mo Example")
    assert [one.detail["document"] for name in ("checked", "approved", "issued", "shared") for one in events(app, f"document.{name}")] == ["closure_letter_parent"] * 4


def test_a_name_nobody_looked_at_stops_it(app, ada, letter):
    names = names_on(ada.get(letter).text)
    answer = ada.post(f"{letter}/check", data={"cleared": names[1:]})
    assert answer.status_code == 422 and f"Not ticked: {names[0]}" in answer.text
    assert names_on(answer.text) == names and answer.text.count(" checked>") == len(names) - 1, "what was ticked stays ticked"
    assert document(app, letter).state == "draft"


def test_whoever_produced_checked_or_wrote_it_does_not_approve_it(app, ada, letter):
    clear(ada, letter)
    both = sign_in(app, "Wren Writer Too", "support_manager")
    assert ada.post(f"{letter}/approve").status_code == 403, "an administrator approves nothing"
    with app.app_context():
        from portal.accounts.models import User

        kept = db.session.get_one(Document, letter.rsplit("/", 1)[1])
        writer = db.session.query(User).filter_by(email="wren@example.org").one()
        assert issuing.approval_refused(kept, writer) == "Somebody else approves what you wrote, produced or checked"
        with pytest.raises(issuing.NotByItsWriter):
            issuing.approve(kept, db.session.get_one(User, kept.produced_by))
        db.session.rollback()
    assert both.post(f"{letter}/approve").status_code == 303


def test_no_step_is_left_out(app, ada, manager, letter):
    assert give(ada, letter).status_code == 409
    assert manager.post(f"{letter}/approve").status_code == 409
    clear(ada, letter)
    assert give(ada, letter).status_code == 409
    manager.post(f"{letter}/approve")
    assert manager.post(f"{letter}/approve").status_code == 409, "twice"
    assert give(ada, letter).status_code == 303
    assert document(app, letter).state == "issued"


def test_an_issued_document_stays_as_it_is_and_can_be_given_again(app, ada, manager, letter):
    clear(ada, letter)
    manager.post(f"{letter}/approve")
    before = ada.get(f"{letter}.docx").data
    give(ada, letter)
    assert give(ada, letter, "Patience Okafor", "by_hand", reason="Asked for by the mother").status_code == 303
    assert ada.get(f"{letter}.docx").data == before
    page = ada.get(letter).text
    assert "Patience Okafor" in page and "Asked for by the mother" in page
    with app.app_context():
        assert [(one.recipient, one.way) for one in db.session.query(Sharing).order_by(Sharing.shared_at)] == [("Ifeoma Okafor", "By post"), ("Patience Okafor", "Given by hand")]


@pytest.mark.parametrize(("recipient", "way", "words"), [(" ", "post", "Enter who gets it"), ("Ifeoma Okafor", "", "Choose how it reaches them"), ("Ifeoma Okafor", "pigeon", "Choose how")])
def test_it_is_issued_to_somebody_in_some_way(app, ada, manager, letter, recipient, way, words):
    clear(ada, letter)
    manager.post(f"{letter}/approve")
    answer = give(ada, letter, recipient, way)
    assert answer.status_code == 422 and words in answer.text
    assert document(app, letter).state == "approved"


def test_somebody_who_must_not_be_told_gets_nothing(app, ada, manager, made, letter):
    with app.app_context():
        episode = db.session.get_one(Episode, document(app, letter).episode_id)
        person = Person(council="hackney", first_name="Marlon", last_name="Reid")
        db.session.add(person)
        db.session.flush()
        db.session.add(FamilyMember(family_id=episode.family_id, person_id=person.id, role="adult", must_not_be_told=True))
        db.session.commit()
    clear(ada, letter)
    manager.post(f"{letter}/approve")
    answer = give(ada, letter, "Mr marlon  REID")
    assert answer.status_code == 422 and "Marlon Reid must not be told" in answer.text
    assert "Mr marlon  REID" in answer.text, "what was typed stays"
    assert give(ada, letter).status_code == 303


def hide_an_address(app, letter: str, line: str) -> None:
    """Somebody of the family lives where nobody may be told."""
    with app.app_context():
        episode = db.session.get_one(Episode, document(app, letter).episode_id)
        value = {"lines": [line], "town": "London", "postcode": "E9 9ZZ", "no_fixed_address": False, "confidential": True}
        person = Person(council="hackney", first_name="Nia", last_name="Osei", facts={"address": {"label": "Address", "value": value, "text": line}})
        db.session.add(person)
        db.session.flush()
        db.session.add(FamilyMember(family_id=episode.family_id, person_id=person.id, role="adult"))
        db.session.commit()


def test_a_copy_that_gives_a_hidden_address_away_is_not_issued(app, ada, letter):
    hide_an_address(app, letter, "Canal Street Youth Club")
    page = ada.get(letter).text
    assert "This copy cannot be issued" in page and "Canal Street Youth Club" in page and "Nia Osei" in page
    answer = clear(ada, letter)
    assert answer.status_code == 422
    assert document(app, letter).state == "draft"


def test_of_a_leak_that_is_held_back_only_the_question_and_the_part_are_told(ada, letter, monkeypatch):
    found = {kind: proof.Withheld("Canal Street Youth Club", "What happened", f"left out ({kind})", kind) for kind in ("harm", "personal")}
    monkeypatch.setattr(proof, "withheld", lambda *given: list(found.values()))
    leaks = re.search(r'id="leaks".*?</ul>', ada.get(letter).text, re.DOTALL)[0]
    assert re.findall(r"<li>(.*?)</li>", leaks) == ["What happened: left out (harm), in word/document.xml", "“Canal Street Youth Club” (What happened: left out (personal)), in word/document.xml"]


def test_an_address_hidden_after_the_check_still_stops_the_issue(app, ada, manager, letter):
    clear(ada, letter)
    manager.post(f"{letter}/approve")
    hide_an_address(app, letter, "Canal Street Youth Club")
    answer = give(ada, letter)
    assert answer.status_code == 422 and "This copy cannot be issued" in answer.text
    assert document(app, letter).state == "approved" and events(app, "document.shared") == []


def test_it_is_said_how_many_texts_were_looked_for(app, ada, letter):
    assert "Nothing in this record has to stay out of this copy" in ada.get(letter).text
    hide_an_address(app, letter, "9 Farrow Passage")
    assert "Proved: none of the 2 texts that must stay out of this copy is anywhere in the file" in ada.get(letter).text


def test_a_decision_not_to_share_is_logged_with_its_reason(app, ada, letter):
    answer = ada.post(f"{letter}/not-shared", data={"recipient": "Marlon Reid"})
    assert answer.status_code == 422 and "Enter who does not get it, and why" in answer.text
    assert ada.post(f"{letter}/not-shared", data={"recipient": "Marlon Reid", "reason": "An order of the court"}).status_code == 303
    page = ada.get(letter).text
    assert "Not shared" in page and "An order of the court" in page
    assert document(app, letter).state == "draft"


def greet(app, letter: str, words: str) -> None:
    """Somebody changes the answer that the letter begins with."""
    with app.app_context():
        submission = db.session.get_one(Submission, document(app, letter).submission_id)
        submission.data.answers = submission.data.answers | {"greeting": words}
        db.session.commit()


def change(app, letter: str, **columns: str) -> None:
    """The row of the letter as it could have come to be."""
    with app.app_context():
        kept = db.session.get_one(Document, letter.rsplit("/", 1)[1])
        for name, value in columns.items():
            setattr(kept, name, value)
        db.session.commit()


@pytest.mark.parametrize("state", ["draft", "checked", "approved"])
def test_a_copy_that_the_council_no_longer_makes_takes_no_step(app, ada, manager, letter, state):
    change(app, letter, variant="gone", state=state)
    page = ada.get(letter).text
    assert "The council no longer makes this document" in page and "Nothing in this record has to stay out" not in page and "Proved" not in page
    assert "These may stand" not in page and "Issue and log" not in page
    refused = {"check": ada.post(f"{letter}/check"), "approve": manager.post(f"{letter}/approve"), "issue": give(ada, letter)}
    assert {way: answer.status_code for way, answer in refused.items()} == dict.fromkeys(refused, 409)
    way = {"draft": "check", "checked": "approve", "approved": "issue"}[state]
    assert "The council no longer makes this document" in refused[way].text, "and not only that another step is due"
    assert document(app, letter).state == state


def test_a_letter_from_which_something_is_left_out_is_produced_again_where_the_record_has_changed(app, ada, manager, letter):
    clear(ada, letter)
    manager.post(f"{letter}/approve")
    greet(app, letter, "Dear Ifeoma")
    page = ada.get(letter).text
    assert "This copy cannot be issued" in page and "it cannot be proved what it leaves out. Withdraw this one" in page and "Issue and log" not in page
    refused = give(ada, letter)
    assert refused.status_code == 409 and "have changed since this was produced" in refused.text
    greet(app, letter, "Dear Ms Okafor")
    assert give(ada, letter).status_code == 303, "it says again what the record says"
    greet(app, letter, "Dear Ifeoma")
    assert "This copy cannot be issued" not in ada.get(letter).text
    assert give(ada, letter, "Patience Okafor", "by_hand").status_code == 303, "what was issued can be given again as it is"


def test_a_word_template_that_no_longer_fits_stops_no_letter_of_before(app, ada, manager, letter):
    with app.app_context():
        publishing.publish("template", NAME, docx(p("{{ nothing_of_this_name }}")), by="somebody", note="A mistake")
        db.session.commit()
    assert ada.get(letter).status_code == 200
    assert clear(ada, letter).status_code == 303
    assert manager.post(f"{letter}/approve").status_code == 303
    assert give(ada, letter).status_code == 303


@pytest.mark.parametrize("template", [docx(p("{{ nothing_of_this_name }}")), b""], ids=["does not fit", "is gone"])
def test_where_its_own_template_makes_nothing_now_its_page_says_so(app, ada, letter, template):
    with app.app_context():
        sha256 = store().keep(template) if template else "0" * 64
    change(app, letter, template_sha256=sha256)
    page = ada.get(letter)
    assert page.status_code == 200 and "It cannot be made again from its own Word template now" in page.text and "These may stand" not in page.text
    assert ada.post(f"{letter}/check").status_code == 409
    assert document(app, letter).state == "draft"


def test_a_changed_record_is_told_with_the_passages(app, ada, letter):
    assert "The record has changed" not in ada.get(letter).text
    greet(app, letter, "Dear Ifeoma")
    page = ada.get(letter).text
    assert "The record has changed since this was produced" in page and "1 passage would change" in page
    assert re.search(r"<del[^>]*>Dear Ms Okafor</del>.*?<ins[^>]*>Dear Ifeoma</ins>", page, re.DOTALL)


def test_a_changed_word_template_is_told_as_such(app, ada, letter):
    with app.app_context():
        publishing.publish("template", NAME, warmer(), by="somebody", note="Warmer words")
        db.session.commit()
    page = ada.get(letter).text
    assert "The Word template has changed since this was produced" in page and "1 passage would change" in page
    assert re.search(r"<del[^>]*>The end of our support</del>.*?<ins[^>]*>Saying goodbye to you</ins>", page, re.DOTALL)


def test_what_it_would_say_today_is_not_shown_to_who_does_not_read_all_that_it_would_hold_today(app, ada, letter, monkeypatch):
    """The rules can have changed since: the document itself is still hers, its new words and where they come from are not."""
    with app.app_context():
        db.session.get_one(Document, letter.rsplit("/", 1)[1]).state = "approved"
        db.session.commit()
    recipient = 'name="recipient" maxlength="200" autocomplete="off" value="{}"'
    assert recipient.format("Ifeoma Okafor") in ada.get(letter).text
    with monkeypatch.context() as patched:
        patched.setattr(issuing_routes, "held_kinds", lambda rule, sources: ["harm", "personal"])
        assert recipient.format("") in ada.get(letter).text
    greet(app, letter, "Dear Ifeoma")
    monkeypatch.setattr(issuing_routes, "held_kinds", lambda rule, sources: ["harm", "personal"])
    answer = ada.get(letter)
    assert answer.status_code == 200 and "Dear Ms Okafor" in answer.text
    assert "Dear Ifeoma" not in answer.text and "What has changed in the record since this was produced is not shown. This document holds answers that are held back from you (Harm, abuse and risk)" in answer.text
    refused = ada.get(f"{letter}/words")
    assert refused.status_code == 403 and "Dear Ifeoma" not in refused.text
    monkeypatch.setattr(issuing_routes, "held_kinds", lambda rule, sources: ["personal"])
    assert "Dear Ifeoma" in ada.get(letter).text and "Dear Ifeoma" in ada.get(f"{letter}/words").text


def test_a_withdrawn_document_takes_no_step(ada, manager, letter):
    assert ada.post(f"{letter}/withdraw", data={"reason": "A wrong name"}).status_code == 303
    page = ada.get(letter).text
    assert "A wrong name" in page and "cleared" not in page and "Download" not in page
    assert ada.post(f"{letter}/check", data={}).status_code == 409
    assert give(ada, letter).status_code == 409
    assert ada.get(f"{letter}/page-1.png").status_code == 404
    assert ada.get(f"{letter}/words").status_code == 404


def test_what_goes_to_nobody_is_kept_as_issued(app):
    submission_id, _ = sent_request(app)
    with app.app_context():
        writer = users.add(users.Details("Wren Writer", "wren@example.org", ("hub_manager",), ("hub",)))
        kept = produce.produce("request_record", db.session.get_one(Submission, submission_id), writer)
        assert (kept.state, kept.is_issued, kept.issued_at) == ("issued", True, kept.produced_at)
        db.session.rollback()


def test_each_printed_word_is_traced_to_its_question(ada, letter):
    page = ada.get(f"{letter}/words").text
    assert "Dear Ms Okafor" in page and "“How the letter greets them” in Closure letter" in page
    assert "The template prints it only in other circumstances" in page


def test_nobody_else_sees_or_issues_it(app, made, letter):
    stranger = sign_in(app, "Elsewhere Example", "administrator", teams=("young_hackney",))
    coordinator = sign_in(app, "Tam Example", "taf_coordinator", teams=(TEAM,))
    for client in (stranger, coordinator):
        for way in ("", "/words", "/page-1.png"):
            assert client.get(letter + way).status_code == 404
        for way in ("/check", "/issue", "/not-shared"):
            assert client.post(letter + way, data={"recipient": "x", "way": "post", "reason": "x"}).status_code == 404
    assert len(events(app, "document.shared")) == 0


@pytest.mark.libreoffice
def test_its_true_pages_are_shown(ada, letter):
    page = ada.get(letter).text
    pictures = re.findall(r'src="([^"]+/page-\d+\.png)"', page)
    assert pictures and f"Page 1 of {len(pictures)}" in page
    for picture in pictures:
        answer = ada.get(picture)
        assert answer.mimetype == "image/png" and answer.data.startswith(b"\x89PNG") and len(answer.data) > 5000
        assert answer.headers["Cache-Control"] == "no-store"
    assert ada.get(f"{letter}/page-99.png").status_code == 404
    assert ada.get(f"{letter}.pdf").data == ada.get(f"{letter}.pdf").data, "the PDF is made once and kept"

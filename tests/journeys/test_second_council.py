"""A made-up second council, of files only, does the main job through its pages: a request, a first look, a meeting, a letter."""

from __future__ import annotations

import io
import json
from pathlib import Path
from urllib.parse import urljoin

import docx
import pytest

from portal.councils.library import council
from portal.db import db
from tests.accounts import people
from tests.browser.staff import words_of
from tests.conftest import CheckedClient, migrated, settings_for
from tests.submissions.filler import Filler, PageSeen

PACK = Path(__file__).parents[1] / "packs" / "marlowe_vale"
VALE = council("marlowe_vale", PACK)
GREETER, HELPER, LEAD = "Greta Greeter", "Hal Helper", "Tess Lead"
VALE_EXAMPLES = {path.stem: json.loads(path.read_text()) for path in (PACK / "examples").glob("*.json")}
HACKNEY_WORDS = ("Hackney", "Early Help", "Family Support Units", "MASH", "screening", "Team around the family")


@pytest.fixture
def vale(tmp_path):
    """A portal running for the second council, with its people."""
    app = migrated(settings_for(tmp_path / "data", council="marlowe_vale", council_path=str(PACK)))
    app.test_client_class = CheckedClient
    app.config["WTF_CSRF_ENABLED"] = False
    people.add(app, GREETER, roles=("greeter",))
    people.add(app, HELPER, roles=("helper",), teams=("river_team",))
    people.add(app, LEAD, roles=("team_lead",), teams=("river_team",))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


class Writer(Filler):
    """Fills a form in and presses “Add…” among the questions for every further item the answers have."""

    def go_on(self, page):
        shown = page.fields(page.form()).get("_shown", []) if page.url.count("/") == 3 else []
        for button in page.tree.iter("button"):
            repeat_id = button.get("value", "").removeprefix("add ")
            there = {path.split(".")[1] for path in shown if path.startswith(f"{repeat_id}.")}
            if button.get("name") == "then" and len(there) < len(self.answers.get(repeat_id, ())):
                return self.post(page.url, page.fields(page.form()) | {"then": [f"add {repeat_id}"]})
        return super().go_on(page)


class Desk:
    """Somebody signed in, going from page to page."""

    def __init__(self, app, name):
        self.client = app.test_client()
        people.sign_in(self.client, name)

    def page(self, address):
        response = self.client.get(address, follow_redirects=True)
        assert response.status_code == 200, (address, response.status_code)
        assert not [words for words in HACKNEY_WORDS if words in response.text]
        return PageSeen(response.text, response.request.path)

    def link(self, page, words):
        found = next(one for one in page.tree.iter("a") if words in " ".join("".join(one.itertext()).split()))
        return urljoin(page.url, found.get("href"))

    def press(self, page, words, **also):
        """Send the form of the button with these words."""
        for form in page.tree.iter("form"):
            if any(words in " ".join("".join(button.itertext()).split()) for button in form.iter("button")):
                response = self.client.post(form.get("action") or page.url, data=page.fields(form) | also)
                assert response.status_code == 303, response.text[-1500:]
                return self.page(response.location.split("#")[0])
        raise AssertionError(f"there is no button {words!r} on {page.url}")

    def family(self, name):
        return self.page(self.link(self.page("/staff/"), name))

    def paper(self, button, form_id):
        """Start a paper, fill it in page by page and finish it; answers the page of the finished paper."""
        draft = self.press(self.family("Dilys Bevan"), button)
        person = Writer(self.client, VALE.forms()[form_id], VALE_EXAMPLES[form_id])
        checked = person.fill(self.page(draft.url.removesuffix("/all")))
        return self.press(checked, VALE.forms()[form_id].send.button)

    def produced(self, page, title):
        """Produce a document of the paper, download it and read its words."""
        made = self.press(self.page(self.link(page, "Produce or download documents")), f"Produce: {title}")
        response = self.client.get(self.link(made, f"Word document: {title}"))
        assert response.status_code == 200
        return words_of(docx.Document(io.BytesIO(response.data)))


def asked(app):
    """Somebody without an account asks for help; answers the page that thanks them."""
    client = app.test_client()
    start = client.get("/").text
    assert "Families First Door" in start and "Ask now" in start
    person = Filler(client, VALE.forms()["asking_for_help"], VALE_EXAMPLES["asking_for_help"])
    checked = person.fill(person.start("asking_for_help"))
    form = checked.form("/send")
    response = client.post(form.get("action"), data=checked.fields(form))
    assert response.status_code == 303
    return client, person.fetch(response.location)


def test_the_second_council_does_its_main_job_without_a_line_of_python(vale):
    _, thanked = asked(vale)
    assert "Somebody rings within 2 working days" in thanked.html
    assert "ASK-" in thanked.html

    greeter = Desk(vale, GREETER)
    greeter.paper("Start first look", "first_look")

    lead = Desk(vale, LEAD)
    family = lead.family("Dilys Bevan")
    assert "With a helper" in family.html
    choose = lead.page(lead.link(family, "Choose the team and lead"))
    helper_id = next(one.get("value") for one in choose.tree.iter("option") if "Hal Helper" in "".join(one.itertext()))
    lead.press(choose, "Save", lead=helper_id)

    helper = Desk(vale, HELPER)
    notes = helper.produced(helper.paper("Start family circle", "family_circle"), "Notes of the family circle")
    assert "Nia Bevan" in notes and "1 Vale Square, Marlowe" in notes
    lead.paper("Start circle agreed by a lead", "second_look")
    letter = helper.produced(helper.paper("Start goodbye letter", "goodbye_letter"), "Goodbye letter")
    assert "Dear Nia" in letter and "You asked for days instead of nights" in letter
    assert "Finished" in lead.page(family.url).html


def test_the_sender_has_a_copy_of_all_answers_where_the_council_has_no_document_of_the_request(vale):
    client, thanked = asked(vale)
    assert "Download what you sent as a Word document" in thanked.html
    submission_id = thanked.url.split("/")[2]
    response = client.get(f"/documents/copy/{submission_id}.docx")
    assert "Dilys" in words_of(docx.Document(io.BytesIO(response.data)))
    assert vale.test_client().get(f"/documents/copy/{submission_id}.docx").status_code in (303, 404)


def test_a_council_adds_a_language_by_files_alone_written_from_right_to_left(vale):
    client = vale.test_client()
    start = client.get("/language/ar?back=/", follow_redirects=True)
    assert '<html lang="ar" dir="rtl"' in start.text and "اطلب مساعدا" in start.text
    assert '<div class="portal-lead" lang="en" dir="ltr">' in start.text, "what the council has not translated is marked as English"
    page = PageSeen(start.text, "/")
    form = next(one for one in page.tree.iter("form") if one.get("action", "").startswith("/start/"))
    first = client.post(form.get("action"), data=page.fields(form), follow_redirects=True)
    assert PageSeen(first.text, "").heading == "هل الجميع بأمان الآن؟" and "نعم" in first.text and "حفظ ومتابعة" in first.text
    assert '<span lang="en" dir="ltr">Save and come back later</span>' in first.text, "a word that the language has not is marked as English"
    wrong = client.post(first.request.path, data=PageSeen(first.text, "").fields(PageSeen(first.text, "").form()))
    assert "<title>خطأ: هل الجميع بأمان الآن؟" in wrong.text and "أجب عن السؤال «هل الجميع بأمان الآن؟»" in wrong.text

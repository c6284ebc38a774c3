"""Filling in a public form in Turkish: what is translated is, what is not says that it is English, and the choice stays with the draft."""

import re

import pytest
from lxml import html as lxml_html
from sqlalchemy import select

from portal import language
from portal.db import db
from portal.families.models import Person
from portal.notifications.compose import body_of
from portal.notifications.models import Notification
from portal.publishing.in_force import council_in_force
from portal.submissions.models import Submission
from tests.submissions.filler import PageSeen
from tests.submissions.test_public_journey import FORM, code_on, filler, only_submission, ready, send

DANGER = "Bir çocuk veya başka biri şu anda ciddi bir zarar görme tehlikesi altında mı?"


def in_turkish(client, back="/"):
    return client.get(f"/language/tr?back={back}", follow_redirects=True)


def started(client):
    page = PageSeen(client.get("/").text, "/")
    form = next(one for one in page.tree.iter("form") if one.get("action", "").startswith("/start/"))
    return client.post(form.get("action"), data=page.fields(form), follow_redirects=True)


def element_of(page, tag="html"):
    return next(lxml_html.document_fromstring(page.text).iter(tag))


def english_parts(page):
    """The texts that a page marks as English."""
    tree = lxml_html.document_fromstring(page.text)
    return [" ".join("".join(one.itertext()).split()) for one in tree.iter() if one.get("lang") == "en" and one.tag not in ("html", "a", "button", "span")]


def test_the_start_page_offers_turkish_and_shows_it_in_its_place(client):
    page = client.get("/")
    link = re.search(r'<a class="govuk-link" href="(/language/tr\?back=/)" lang="tr" hreflang="tr" rel="nofollow">Türkçe</a>', page.text)
    assert link and element_of(page).get("lang") == "en"
    turkish = client.get(link[1], follow_redirects=True)
    assert turkish.request.path == "/"
    assert element_of(turkish).get("lang") == "tr" and element_of(turkish).get("dir") is None
    assert "Bir çocuk veya aile için destek isteyin" in turkish.text and "Siz kimsiniz?" in turkish.text
    assert '<span lang="tr" aria-current="true">Türkçe</span>' in turkish.text


def test_an_address_elsewhere_or_a_language_not_offered_leads_nowhere(client):
    assert client.get("/language/tr?back=https://example.org/").location == "/"
    assert client.get("/language/xx?back=/").status_code == 404
    assert element_of(client.get("/")).get("lang") == "tr"


def test_the_first_question_its_buttons_and_its_error_are_in_turkish(client):
    in_turkish(client)
    page = started(client)
    assert PageSeen(page.text, "").heading == DANGER
    assert "Kaydet ve devam et" in page.text and "Evet" in page.text and "Yes" not in element_of(page, "main").text_content()
    wrong = client.post(page.request.path, data=PageSeen(page.text, "").fields(PageSeen(page.text, "").form()))
    assert wrong.status_code == 422
    assert f"<title>Hata: {DANGER}" in wrong.text
    assert f"“{DANGER}” sorusunu yanıtlayın" in wrong.text and "Bir sorun var" in wrong.text
    assert english_parts(wrong) == []


def test_choosing_a_language_on_a_page_keeps_what_was_typed_there(client, app):
    page = started(client)
    seen = PageSeen(page.text, "")
    fields = seen.fields(seen.form()) | {"danger": ["no"], "then": "language tr"}
    button = re.search(r'<button class="portal-plain-button portal-plain-button--link" form="answers-form" name="then" value="language tr" lang="tr">Türkçe</button>', page.text)
    assert button, "a page with questions chooses by a button of its form"
    answer = client.post(page.request.path, data=fields, follow_redirects=True)
    assert answer.request.path == page.request.path and DANGER in answer.text
    assert re.search(r'value="no" checked', answer.text)
    with app.app_context():
        draft = db.session.scalars(select(Submission)).one()
        assert (draft.language, draft.data.answers["danger"]) == ("tr", "no")


def test_the_enter_key_goes_on_and_does_not_choose_a_language(client):
    page = started(client)
    first = next(one for one in lxml_html.document_fromstring(page.text).iter("button") if one.get("form") == "answers-form")
    assert first.get("name") is None


def test_dates_and_times_are_read_and_told_in_turkish(client, app):
    in_turkish(client)
    page = started(client)
    address = page.request.path.rsplit("/", 1)[0]
    client.post(page.request.path, data={"danger": "yes", "_shown": "danger", "version": "1", "tab": "one"})
    client.post(f"{address}/call-999", data={})
    asked = client.get(f"{address}/already-phoned")
    assert "Hangi gün telefon ettiniz?" in asked.text or "Bu konuda daha önce telefon ettiniz mi?" in asked.text
    answers = {"phoned": "yes", "phoned_on-day": "4", "phoned_on-month": "mayis", "phoned_on-year": "2026", "phoned_at": "14.30", "phoned_whom": "Polis"}
    shown = ["phoned", "phoned_on", "phoned_at", "phoned_whom"]
    client.post(f"{address}/already-phoned", data=answers | {"_shown": shown, "version": "9", "tab": "one", "then": "later"})
    check = client.get(f"{address}/check")
    assert "4 Mayıs 2026" in check.text and "14:30" in check.text
    assert "Göndermeden önce yanıtlarınızı kontrol edin" in check.text
    wrong = client.post(f"{address}/already-phoned", data=answers | {"phoned_on-month": "13", "_shown": shown, "version": "9", "tab": "one"})
    assert "gerçek bir tarih olmalıdır" in wrong.text and "must be" not in element_of(wrong, "main").text_content()


def test_what_is_not_translated_is_english_and_says_so(client, app):
    in_turkish(client)
    page = started(client)
    address = page.request.path.rsplit("/", 1)[0]
    client.post(page.request.path, data={"danger": "no", "_shown": "danger", "version": "1", "tab": "one"})
    client.post(f"{address}/source", data={"source": "self_request", "_shown": "source", "version": "9", "tab": "one"})
    tasks = client.get(address)
    assert "Destek başvurusu" in tasks.text and "Çocuklar" in tasks.text and "bölümden" in tasks.text
    children = client.get(f"{address}/list-children", follow_redirects=True)
    section = client.get(f"{address}/section/children")
    marked = [one for one in lxml_html.document_fromstring(section.text).iter("div") if one.get("lang") == "en" and "portal-question" in one.get("class", "")]
    assert any("First name" in one.text_content() for one in marked)
    assert not any("İsteğe" in one.text_content() or "isteğe" in one.text_content() for one in marked)
    assert element_of(children).get("lang") == "tr"
    missing = client.post(f"{address}/section/children", data={"_shown": [], "version": "9", "tab": "one"})
    assert missing.status_code in (200, 303, 422)


def test_the_whole_request_is_sent_in_turkish_and_read_by_staff_in_english(app, client):
    in_turkish(client)
    person = filler(app, client, "request_for_support.self_request")
    checked = person.fill(person.start(FORM))
    response = send(client, checked)
    assert response.status_code == 303, re.findall(r'id="missing".*?</div>', checked.html, re.S)
    sent = client.get(response.location)
    assert "Başvuru gönderildi" in sent.text and "Bundan sonra ne olur" in sent.text and code_on(sent)
    assert only_submission(app).language == "tr"
    with app.app_context():
        receipt = db.session.scalars(select(Notification).where(Notification.notice == "receipt")).one()
        assert receipt.subject.startswith("Başvurunuzu aldık: RFS-")
        assert "Başvuru numarası" in body_of(receipt)
        people = [fact for person in db.session.scalars(select(Person)) for fact in person.facts.values()]
        assert people and not any("Evet" in str(fact) or "Mayıs" in str(fact) for fact in people)


def test_a_link_brings_the_language_back_on_another_device(app, client):
    in_turkish(client)
    page = started(client)
    address = page.request.path.rsplit("/", 1)[0]
    saved = client.post(f"{address}/save", data={"email": "sender@example.org"})
    assert "Bu kodu bir yere yazın" in saved.text
    with app.app_context():
        mail = db.session.scalars(select(Notification).where(Notification.notice == "resume_link")).one()
        link = re.search(r"http://localhost(/resume/\S+)", body_of(mail))[1]
        assert mail.subject.startswith("Kaydettiğiniz form") and re.search(r"\d{4}, saat \d\d:\d\d", body_of(mail))
    other = app.test_client()
    opened = other.post(link, data={"code": code_on(saved)}, follow_redirects=True)
    assert element_of(opened).get("lang") == "tr" and "Destek başvurusu" in opened.text


def test_a_request_withdrawn_in_turkish_says_so_in_turkish(app, client):
    in_turkish(client)
    sent = send(client, ready(app, client)).location
    client.post(f"{sent}/withdraw", data={"words": "Taşındılar"})
    told = client.get(sent)
    assert "numaralı başvuru geri çekildi" in told.text and "istediğiniz zaman yeni bir başvuru gönderebilirsiniz" in told.text
    assert "was withdrawn on" not in told.text


def test_no_language_is_spoken_after_a_request_is_over(client):
    in_turkish(client)
    assert language.current() is language.ENGLISH


def test_addresses_never_hold_the_language(client):
    in_turkish(client)
    page = started(client)
    assert "tr" not in page.request.path.split("/") and "lang" not in page.request.query_string.decode()


@pytest.mark.parametrize("path", ["/sign-in", "/account/password"])
def test_staff_pages_stay_in_english(client, path):
    in_turkish(client)
    assert element_of(client.get(path, follow_redirects=True)).get("lang") == "en"


def test_an_address_that_leads_nowhere_is_told_in_turkish(client):
    in_turkish(client)
    page = client.get("/nowhere-at-all")
    assert page.status_code == 404 and "Sayfa bulunamadı" in page.text and element_of(page).get("lang") == "tr"


def test_a_council_without_other_languages_shows_no_choice(client, app, monkeypatch):
    with app.app_context():
        monkeypatch.setitem(council_in_force().service.__dict__, "languages", {})
    assert "portal-languages" not in client.get("/").text

"""A request without an account, from the start page to its status page, through real pages."""

import io
import re

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.episodes.models import Episode
from portal.notifications.compose import body_of
from portal.notifications.models import Notification
from portal.publishing.in_force import council_in_force
from portal.submissions import drafts
from portal.submissions.definitions import current_definition, current_version
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import Attachment, Submission
from tests.submissions import hostile_files
from tests.submissions.filler import EXAMPLES, Filler, PageSeen, example
from tests.submissions.made_up import held_by

FORM = "request_for_support"
ROUTES = sorted(path.stem for path in (EXAMPLES / "hackney").glob(f"{FORM}*.json"))


@pytest.fixture
def council(app):
    """The running council's id."""
    with app.app_context():
        return council_in_force().id


def filler(app, client, name=FORM):
    with app.app_context():
        return Filler(client, current_definition(FORM), example("hackney", name))


def ready(app, client, name=FORM):
    """A page of answers to check, of a draft that somebody has filled in, in this browser."""

    def filled():
        draft = drafts.start(current_version(FORM), by=Writer(), first=Start(answers=example("hackney", name)))
        for key in ("call_999",):
            drafts.acknowledge(draft, key, by=Writer())
        return draft

    url = f"/fill/{held_by(client, filled)}/check"
    return PageSeen(client.get(url).text, url)


def send(client, checked):
    form = checked.form("/send")
    return client.post(form.get("action"), data=checked.fields(form))


def only_submission(app):
    with app.app_context():
        submission = db.session.scalars(select(Submission)).one()
        db.session.expunge(submission)
        return submission


def link_in_mail(app, notice):
    with app.app_context():
        mail = db.session.scalars(select(Notification).where(Notification.notice == notice).order_by(Notification.created_at.desc())).first()
        return re.search(r"http://localhost(/resume/\S+)", body_of(mail))[1]


def code_on(page):
    return re.search(r'id="code">([^<]+)<', page.html if isinstance(page, PageSeen) else page.text)[1]


@pytest.mark.parametrize("name", ROUTES)
def test_every_kind_of_request_can_be_filled_in_and_sent(app, client, name):
    person = filler(app, client, name)
    checked = person.fill(person.start(FORM))
    assert 'id="missing"' not in checked.html
    response = send(client, checked)
    assert response.status_code == 303 and "/sent/" in response.location
    with app.app_context():
        sent = db.session.scalars(select(Submission)).one()
        assert sent.status == "sent"
        assert db.session.scalars(select(Episode)).one().reference == sent.reference


def test_double_click_other_tab_and_replay_show_the_same_reference(app, client):
    checked = ready(app, client)
    first, again = send(client, checked), send(client, checked)
    assert first.location == again.location
    reference = only_submission(app).reference
    assert reference in client.get(first.location).text and reference in client.get(again.location).text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Episode)) == 1
        assert db.session.scalar(select(func.count()).select_from(Notification).where(Notification.notice == "receipt")) == 1


def test_the_back_button_after_sending_leads_to_the_confirmation(app, client):
    checked = ready(app, client)
    home = checked.url.removesuffix("/check")
    sent = send(client, checked).location
    for page in ("", "/danger", "/check", "/section/children", "/save", "/list-children", "/delete"):
        assert client.get(f"{home}{page}").location == sent
    assert client.post(f"{home}/danger", data={"danger": "yes"}).location == sent


def test_a_second_press_of_start_goes_on_with_the_same_draft(app, client):
    data = {"way": "professional", "key": "k" * 20}
    assert client.post("/start/request-for-support", data=data).location == client.post("/start/request-for-support", data=data).location
    assert only_submission(app).status == "draft"


def test_all_errors_show_at_once_and_nothing_typed_is_lost(app, client):
    person = filler(app, client)
    page = person.start(FORM)
    response = client.post(page.url, data=page.fields(page.form()))
    assert response.status_code == 422
    assert "<title>Error: " in response.text and "Select whether anyone is in immediate danger" in response.text
    page = person.post(page.url, page.fields(page.form()) | {"danger": "yes"})
    page = person.post(page.url, page.fields(page.form()))
    page = person.post(page.url, page.fields(page.form()) | {"phoned": "yes"})
    typed = {"phoned": "yes", "phoned_on-day": "31", "phoned_on-month": "Febtember", "phoned_on-year": "20", "phoned_whom": "The duty team\u200e & <b>Ash</b>"}
    response = client.post(page.url, data=page.fields(page.form()) | typed)
    assert response.status_code == 422
    for shown in (response.text, client.get(page.url).text):
        assert 'value="Febtember"' in shown
        assert "The duty team\u200e &amp; &lt;b&gt;Ash&lt;/b&gt;" in shown


def test_danger_shows_999_first_and_that_is_noted(app, client):
    person = filler(app, client)
    page = person.start(FORM)
    page = person.post(page.url, page.fields(page.form()) | {"danger": "yes"})
    assert page.heading == "Call 999 now"
    page = person.post(page.url, page.fields(page.form()))
    assert "phoned" in page.html
    with app.app_context():
        assert db.session.scalars(select(AuditEvent.detail).where(AuditEvent.event == "submission.interrupted")).one() == {"page": "call_999"}


def test_a_concern_about_a_worker_stops_and_never_becomes_a_request(app, client):
    person = filler(app, client)
    page = person.start(FORM)
    page = person.post(page.url, page.fields(page.form()) | {"danger": "no"})
    page = person.post(page.url, page.fields(page.form()) | {"source": "worker_concern"})
    assert page.heading == "Tell the designated officer"
    draft = only_submission(app)
    response = client.post(f"/fill/{draft.id}/send", data={"key": draft.idempotency_key})
    assert response.status_code == 422
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.event == "submission.stopped")) == 1


def test_saving_gives_a_link_by_mail_and_a_code_on_screen_that_open_it_elsewhere(app, client):
    person = filler(app, client)
    page = person.start(FORM)
    page = person.post(page.url, page.fields(page.form()) | {"danger": ["no"], "then": "later"})
    assert page.url.endswith("/save")
    shown = client.post(page.url, data={"email": "ash@example.org"})
    code, link = code_on(shown), link_in_mail(app, "resume_link")
    elsewhere = app.test_client()
    draft = only_submission(app)
    assert elsewhere.get(f"/fill/{draft.id}").status_code == 404
    assert "Enter your code" in elsewhere.get(link).text
    assert elsewhere.post(link, data={"code": "2222-2222"}).status_code == 422
    assert elsewhere.post(link, data={"code": code}).location == f"/fill/{draft.id}"
    assert 'value="no" checked' in elsewhere.get(f"/fill/{draft.id}/danger").text
    with app.app_context():
        mails = [body_of(mail) + mail.subject for mail in db.session.scalars(select(Notification))]
        assert all(code not in mail and "danger" not in mail.lower().replace("in danger now", "") for mail in mails)


def test_five_wrong_codes_lock_the_link_and_say_how_to_go_on(app, client):
    person = filler(app, client)
    page = person.start(FORM)
    shown = client.post(page.url.replace("/danger", "/save"), data={"email": "ash@example.org"})
    link, elsewhere = link_in_mail(app, "resume_link"), app.test_client()
    answers = [elsewhere.post(link, data={"code": "3333-3333"}).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 410]
    locked = elsewhere.post(link, data={"code": code_on(shown)})
    assert locked.status_code == 410 and "This link is locked" in locked.text and "Start again" in locked.text


def test_a_link_that_never_was_says_how_to_get_another(client):
    assert client.get("/resume/made-up").status_code == 410


def test_leaving_a_shared_device_closes_the_draft_there(app, client):
    person = filler(app, client)
    page = person.start(FORM)
    assert client.post("/leave").location == "/left"
    assert client.get(page.url).status_code == 404


def test_deleting_removes_everything(app, client):
    person = filler(app, client)
    page = person.start(FORM)
    assert client.get(page.url.replace("/danger", "/delete")).status_code == 200
    assert client.post(page.url.replace("/danger", "/delete")).status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Submission)) == 0
    assert client.get(page.url).status_code == 404


def test_a_whole_section_fits_on_one_page(app, client):
    person = filler(app, client, f"{FORM}.short")
    page = person.start(FORM)
    url = page.url.replace("/danger", "/section/before")
    for _ in range(6):
        page = person.fetch(url)
        fields = page.fields(page.form())
        for path in fields["_shown"]:
            fields.update(person.raw(path))
        response = client.post(url, data=fields)
        if response.status_code == 303 and "/section/" not in response.location:
            break
    assert response.status_code == 303 and "/section/" not in response.location
    draft = only_submission(app)
    with app.app_context():
        kept = drafts.find(draft.id).data.answers
    assert {kept[name] for name in ("danger", "source")} == {person.answers["danger"], person.answers["source"]}


def test_items_are_moved_and_removed_on_their_list(app, client):
    checked = ready(app, client)
    home = checked.url.removesuffix("/check")
    with app.app_context():
        children = [item["_id"] for item in drafts.find(home.rpartition("/")[2]).data.answers["children"]]
    client.post(f"{home}/items/move", data={"item": f"children.{children[1]}", "places": "-1"})
    asked = client.get(f"{home}/items/remove?item=children.{children[0]}")
    assert asked.status_code == 200 and "Are you sure" in asked.text
    client.post(f"{home}/items/remove", data={"item": f"children.{children[0]}"})
    with app.app_context():
        assert [item["_id"] for item in drafts.find(home.rpartition("/")[2]).data.answers["children"]] == [children[1], *children[2:]]
    assert client.get(f"{home}/items/remove?item=children.nobody").status_code in (404, 422)
    assert client.get(f"{home}/items/remove?item=nonsense").status_code == 404


def test_a_press_that_comes_twice_adds_one_item_and_moves_it_one_place(app, client):
    home = ready(app, client).url.removesuffix("/check")

    def items() -> list[str]:
        with app.app_context():
            return [item["_id"] for item in only_submission_answers()["children"]]

    def press(button: str, page: PageSeen):
        form = next(form for form in page.tree.iter("form") if form.get("action", "").endswith(button))
        return [client.post(form.get("action"), data=page.fields(form)).location for _ in range(2)]

    before = items()
    first, again = press("/items/add", PageSeen(client.get(f"{home}/list-children").text, f"{home}/list-children"))
    assert (first == again, len(items())) == (True, len(before) + 1)
    press("/items/add", PageSeen(client.get(f"{home}/list-children").text, f"{home}/list-children"))
    assert len(items()) == len(before) + 2, "another page, another press"
    one, two, three = items()[:3]
    press("/items/move", PageSeen(client.get(f"{home}/list-children").text, f"{home}/list-children"))
    assert items()[:3] == [two, one, three]


def test_a_page_that_is_pressed_again_after_its_item_was_removed_makes_another(app, client):
    home = ready(app, client).url.removesuffix("/check")
    page = PageSeen(client.get(f"{home}/list-children").text, f"{home}/list-children")
    form = next(form for form in page.tree.iter("form") if form.get("action", "").endswith("/items/add"))

    def pressed() -> str:
        client.post(form.get("action"), data=page.fields(form))
        with app.app_context():
            return only_submission_answers()["children"][-1]["_id"]

    first = pressed()
    assert client.post(f"{home}/items/remove", data={"item": f"children.{first}"}).status_code == 303
    second = pressed()
    assert (first == second, second == pressed()) == (False, True)


def only_submission_answers() -> dict:
    return drafts.find(db.session.scalars(select(Submission.id)).one()).data.answers


def test_a_hostile_file_is_refused_by_name_and_a_good_one_is_a_download(app, client):
    checked = ready(app, client)
    page = filler(app, client).fetch(checked.url.replace("/check", "/written-consent"))
    fields = page.fields(page.form())
    name = next(path for path in fields["_shown"] if "written" in path or "file" in path or "paper" in path)
    files = [(io.BytesIO(hostile_files.docx({"word/vbaProject.bin": b"x"})), "plan.docx"), (io.BytesIO(hostile_files.pdf()), "../agreed.pdf")]
    response = client.post(page.url, data=fields | {name: files}, content_type="multipart/form-data")
    assert response.status_code == 422 and "“plan.docx” contains macros" in response.text
    with app.app_context():
        kept = db.session.scalars(select(Attachment).where(Attachment.name == "agreed.pdf")).one()
        file_id = kept.id
    download = client.get(f"/files/{file_id}")
    assert download.headers["Content-Disposition"] == "attachment; filename=\"agreed.pdf\"; filename*=UTF-8''agreed.pdf"
    assert download.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in download.headers["Content-Security-Policy"]
    assert app.test_client().get(f"/files/{file_id}").status_code == 404


def test_after_sending_the_sender_adds_corrects_and_withdraws(app, client):
    sent = send(client, ready(app, client)).location
    shown = client.get(sent)
    assert "Add what was missing" in shown.text
    code, link = code_on(shown), link_in_mail(app, "receipt")
    later = PageSeen(client.get(f"{sent}/later").text, f"{sent}/later")
    assert "you can send it later" not in later.html
    fields = later.fields(later.form())
    paper = next(path for path in fields["_shown"] if f'type="file" id="{path.replace(".", "--")}"' in later.html or f'name="{path}" type="file"' in later.html)
    response = client.post(later.url, data=fields | {paper: [(io.BytesIO(b"A late paper"), "late.txt")]}, content_type="multipart/form-data")
    assert response.status_code == 303
    assert client.post(f"{sent}/correct", data={"words": ""}).status_code == 422
    assert client.post(f"{sent}/correct", data={"words": "The house number is 12"}).status_code == 303
    elsewhere = app.test_client()
    assert elsewhere.get(sent).status_code == 404
    assert elsewhere.post(link, data={"code": code}).location == sent
    assert elsewhere.post(f"{sent}/withdraw", data={"words": "The family moved away"}).status_code == 303
    assert "Request withdrawn" in elsewhere.get(sent).text
    assert elsewhere.post(f"{sent}/correct", data={"words": "More"}).location == sent
    with app.app_context():
        submission = db.session.scalars(select(Submission)).one()
        assert (submission.status, [revision.action for revision in drafts.history(submission)][:3]) == ("withdrawn", ["withdrawn", "corrected", "late_answers"])


def test_another_person_s_draft_and_one_that_is_not_there_look_the_same(app, client):
    page = filler(app, client).start(FORM)
    stranger = app.test_client()
    theirs, nobody = stranger.get(page.url), stranger.get(f"/fill/{'a' * 20}/danger")
    assert theirs.status_code == nobody.status_code == 404
    strip = re.compile(r'value="[^"]*"|href="[^"]*"')
    assert strip.sub("", theirs.text) == strip.sub("", nobody.text)


def test_unknown_pages_and_hidden_pages(app, client):
    page = filler(app, client).start(FORM)
    home = page.url.removesuffix("/danger")
    assert client.get(f"{home}/no-such-page").status_code == 404
    assert client.get(f"{home}/already-phoned").location == home
    assert client.get(f"{home}/section/no-such-section").status_code == 404


def test_the_start_page_and_each_way_in(client):
    start = client.get("/")
    assert "999" in start.text and "Level 4" in start.text
    assert 'href="tel:999">999</a>' in start.text and 'href="tel:02083565500">020 8356 5500</a>' in start.text, "a telephone dials at a tap"
    for way in re.findall(r'href="(/start/[a-z-]+)"', start.text):
        assert client.get(way).status_code == 200
    assert client.get("/start/no-such-way").status_code == 404
    assert client.post("/start/taf-meeting").status_code == 404, "staff forms are not started by the public"

"""Minutes typed while people talk: one long page, kept as it is, by two people at once, finished at the end."""

import io
import json
import re

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.episodes import after, papers
from portal.episodes.models import Episode
from portal.families import holds
from portal.submissions import drafts, submit
from portal.submissions.definitions import current_definition, current_version
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import ResumeKey, Submission
from tests.accounts import people
from tests.submissions.filler import Filler, PageSeen, example
from tests.submissions.made_up import some_notes

TEAM = "family_support_units"
ROLES = ("taf_coordinator", "lead_professional")


@pytest.fixture
def minutes(app, client):
    """The address of a meeting's draft, its writer signed in with `client`."""
    writer_id = people.add(app, "Tina Example", roles=ROLES, teams=(TEAM,))
    with app.test_request_context():
        request = drafts.start(current_version("request_for_support"), by=Writer(), first=Start(answers=example("hackney", "request_for_support.short")))
        submit.send(request, request.idempotency_key, by=Writer(), facts=drafts.facts_for(request))
        episode = after.sent(request)
        episode.stage, episode.team = "active_support", TEAM
        db.session.flush()
        paper = papers.start("meeting", episode, by=db.session.get(people.User, writer_id))
        db.session.commit()
        address = f"/fill/{paper.submission_id}"
    people.sign_in(client, "Tina Example")
    return address


@pytest.fixture
def chair(app, minutes):
    """A second person signed in elsewhere who may fill in the same minutes."""
    people.add(app, "Carl Example", roles=ROLES, teams=(TEAM,))
    client = app.test_client()
    people.sign_in(client, "Carl Example")
    return client


def long_page(client, minutes):
    page = PageSeen(client.get(f"{minutes}/all").text, f"{minutes}/all")
    return page, page.fields(page.form())


def text_boxes(page):
    return [box.get("name") for box in page.tree.iter("textarea")]


def answers_of(app, minutes):
    with app.app_context():
        return drafts.find(minutes.rpartition("/")[2]).data


def test_everything_stands_on_one_page_with_what_the_record_knows(client, minutes):
    page, fields = long_page(client, minutes)
    assert page.heading == "Team around the family meeting"
    assert len(fields["_shown"]) > 60
    assert "From the family" in page.html


def headings(page, level):
    return ["".join(each.itertext()).strip() for each in page.tree.iter(level)]


def buttons(page, what):
    return [each.get("value").split()[1] for each in page.tree.iter("button") if (each.get("value") or "").startswith(f"{what} ")]


def test_the_contents_tell_how_far_each_section_is_and_saving_is_what_comes_next(client, minutes):
    page = client.get(f"{minutes}/all").text
    contents = re.search(r'aria-label="Sections of this form">(.*?)</nav>', page, re.S)[1]
    assert re.search(r"0 of \d+ sections were complete when this page was opened", contents) and "Begun" in contents and "Complete<" not in contents
    assert re.search(r'class="govuk-button" data-module="govuk-button">Save</button>', page)


def test_items_stand_under_one_heading_and_a_group_without_any_says_so(client, minutes):
    page, _ = long_page(client, minutes)
    assert headings(page, "h3").count("What each child says") == 1
    assert headings(page, "h4").count("Jamie Holt") >= 2
    empty = next(each for each in page.tree.iter("section") if "What each service said" in headings_in(each))
    assert "None yet." in empty.text_content() and "Add an update" in empty.text_content()


def headings_in(section):
    return ["".join(each.itertext()).strip() for each in section.iter("h3")]


def test_items_are_added_and_removed_where_they_are_first_asked_about_only(client, minutes):
    page, _ = long_page(client, minutes)
    added = buttons(page, "add")
    assert added.count("children") == 1 and added.count("adults") == 1 and len(added) == len(set(added))
    assert len(buttons(page, "remove")) == len(set(buttons(page, "remove")))


def test_where_answers_came_from_is_told_once_for_a_page_of_them(client, minutes):
    page, _ = long_page(client, minutes)
    adults = next(each for each in page.tree.iter("section") if "Parents and carers" in headings_in(each))
    assert adults.text_content().count("Check that it is still right") == 1


def test_saving_is_never_stopped_and_what_is_not_valid_comes_back_as_typed(app, client, minutes):
    page, fields = long_page(client, minutes)
    date = next(name.removesuffix("-day") for name in fields if name.endswith("-day"))
    response = client.post(page.url, data=fields | {f"{date}-day": "soon", text_boxes(page)[0]: "What was said"})
    assert response.status_code == 422 and 'value="soon"' in response.text and "What was said" in response.text
    page, fields = long_page(client, minutes)
    assert fields[f"{date}-day"] == ["soon"] and fields[text_boxes(page)[0]] == ["What was said"]


def test_autosave_answers_when_and_on_which_version(app, client, minutes):
    page, fields = long_page(client, minutes)
    response = client.post(f"{minutes}/autosave", data=fields | {text_boxes(page)[0]: "As they speak"})
    told = response.get_json()
    assert response.status_code == 200 and told["version"] == 2 and "saved_at" in told
    assert "As they speak" in json.dumps(answers_of(app, minutes).answers)
    again = client.post(f"{minutes}/autosave", data=fields | {text_boxes(page)[0]: "As they speak", "version": str(told["version"])})
    assert again.get_json()["version"] == 2, "nothing changed, so nothing was written"


def test_two_people_on_one_page_lose_nothing_and_a_clash_shows_both_texts(app, client, chair, minutes):
    page, fields = long_page(client, minutes)
    their_page, their_fields = long_page(chair, minutes)
    first, second = text_boxes(page)[:2]
    assert chair.post(their_page.url, data=their_fields | {first: "The chair's words"}).status_code == 303
    assert client.post(f"{minutes}/autosave", data=fields | {second: "The minutes' words"}).status_code == 200
    refused = client.post(f"{minutes}/autosave", data=fields | {first: "The minutes' words", second: "The minutes' words"})
    assert refused.status_code == 409 and refused.get_json()["clashes"]
    fields |= {"version": str(refused.get_json()["version"])}
    shown = client.post(page.url, data=fields | {first: "The minutes' words", second: "The minutes' words"})
    assert shown.status_code == 409
    conflict = PageSeen(shown.text, page.url)
    assert (conflict.text("theirs-1"), conflict.text("mine-1")) == ("The chair's words", "The minutes' words") and "Carl Example" in shown.text
    form = conflict.form("/settle")
    settled = client.post(form.get("action"), data=conflict.fields(form) | {"keep-1": "together"})
    assert settled.location == f"{minutes}/all"
    assert "The chair's words\\n\\nThe minutes' words" in json.dumps(answers_of(app, minutes).answers)
    again = client.post(form.get("action"), data=conflict.fields(form) | {"keep-1": "mine"})
    assert again.status_code == 409, "the choice was made on a version that is old by now"


def test_an_action_is_added_and_removed_without_a_script(app, client, minutes):
    page, fields = long_page(client, minutes)
    add = next(button.get("value") for button in page.tree.iter("button") if (button.get("value") or "").startswith("add "))
    repeat = add.removeprefix("add ")
    before = len(answers_of(app, minutes).answers.get(repeat, []))
    box = text_boxes(page)[0]
    response = client.post(page.url, data=fields | {"then": add, box: "Typed before pressing"})
    assert response.location.startswith(f"{minutes}/all#end-")
    kept = answers_of(app, minutes).answers
    assert len(kept[repeat]) == before + 1 and "Typed before pressing" in json.dumps(kept)
    assert client.post(page.url, data=fields | {"then": add, box: "Typed before pressing"}).location == response.location
    assert len(answers_of(app, minutes).answers[repeat]) == before + 1, "a double click adds one"


def test_what_somebody_typed_for_an_item_removed_meanwhile_is_shown(app, client, chair, minutes):
    page, fields = long_page(client, minutes)
    add = next(button.get("value") for button in page.tree.iter("button") if (button.get("value") or "").startswith("add "))
    client.post(page.url, data=fields | {"then": add})
    item = answers_of(app, minutes).answers[add.removeprefix("add ")][-1]["_id"]
    page, fields = long_page(client, minutes)
    chair.post(f"{minutes}/items/remove", data={"item": f"{add.removeprefix('add ')}.{item}"})
    box = next(name for name in fields["_shown"] if item in name and name in fields)
    response = client.post(page.url, data=fields | {box: "Words about something removed"})
    assert response.status_code == 409 and "Words about something removed" in response.text


def test_the_whole_meeting_is_filled_in_page_by_page_and_finished(app, client, minutes):
    with app.app_context():
        filler = Filler(client, current_definition("taf_meeting"), example("hackney", "taf_meeting"))
    checked = filler.fill(filler.fetch(minutes))
    assert 'id="missing"' not in checked.html, checked.html[checked.html.find('id="missing"') :][:1500]
    whole = client.get(f"{minutes}/all").text
    assert 'class="govuk-button" name="then" value="finish"' in whole and "Complete</span>" in whole, "finishing comes next when every section is complete"
    form = checked.form("/send")
    finished = client.post(form.get("action"), data=checked.fields(form))
    assert finished.status_code == 303
    with app.app_context():
        submission = db.session.get(Submission, minutes.rpartition("/")[2])
        assert submission.status == "final" and submission.reference
        place = papers.of_submission(submission.id)
        assert finished.location == f"/staff/papers/{place.id}"
    assert client.get(f"{minutes}/all").location == finished.location


def test_what_is_needed_to_finish_is_told_and_nothing_is_finished(app, client, minutes):
    response = client.post(f"{minutes}/send", data={})
    assert response.status_code == 422 and "<title>Error: Check the answers" in response.text


def test_much_that_is_needed_is_counted_section_by_section(client, minutes):
    missing = client.get(f"{minutes}/check").text.partition('id="missing"')[2].partition("<h2 class=\"govuk-heading-l\"")[0]
    whole = int(re.search(r"(\d+) things are still needed", missing)[1])
    counts = re.findall(r'<span class="govuk-details__summary-text">([^<]+): (\d+)</span>', missing)
    assert counts[0][0] == "The meeting" and sum(int(count) for _, count in counts) == whole > 20
    assert missing.count("<li>") == whole


def test_the_history_tells_who_changed_what(app, client, chair, minutes):
    page, fields = long_page(chair, minutes)
    chair.post(page.url, data=fields | {text_boxes(page)[0]: "The chair's words"})
    shown = client.get(f"{minutes}/history").text
    assert "Carl Example" in shown and "The chair&#39;s words" in shown and "Tina Example" in shown


def test_reading_a_family_s_form_is_noted_and_outsiders_find_nothing(app, client, minutes):
    client.get(f"{minutes}/all")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.event == "submission.read")) >= 1
    people.add(app, "Other Example", roles=ROLES, teams=("young_hackney",))
    outsider = app.test_client()
    people.sign_in(outsider, "Other Example")
    for page in ("", "/all", "/check", "/history", "/danger"):
        assert outsider.get(f"{minutes}{page}").status_code == 404
    for page in ("/all", "/autosave", "/send", "/delete", "/settle", "/items/add"):
        assert outsider.post(f"{minutes}{page}", data={}).status_code == 404


def test_files_are_added_on_the_long_page(app, client, minutes):
    with app.app_context():
        tina = db.session.scalars(select(people.User).where(people.User.name == "Tina Example")).one()
        notes = f"/fill/{some_notes(by=Writer(tina.id, tina.name)).id}"
        db.session.commit()
    page, fields = long_page(client, notes)
    files = [(io.BytesIO(b"Sent by the school"), "school.txt"), (io.BytesIO(b"MZ"), "run.exe")]
    response = client.post(page.url, data=fields | {"papers": files}, content_type="multipart/form-data")
    assert response.status_code == 422 and "run.exe" in response.text
    assert [file["name"] for file in answers_of(app, notes).answers["papers"]] == ["school.txt"]


def test_a_form_of_staff_has_no_link_to_come_back_by(app, client, minutes):
    assert client.get(f"{minutes}/save").status_code == 404
    assert client.post(f"{minutes}/save", data={"email": "somebody@example.org"}).status_code == 404
    with app.app_context():
        assert db.session.query(ResumeKey).count() == 0


def test_a_draft_of_a_held_family_cannot_be_deleted_until_the_hold_is_lifted(app, client, minutes):
    with app.app_context():
        hold_id = holds.place(db.session.scalars(select(Episode.family_id)).one(), "An inquiry").id
        db.session.commit()
    for answer in (client.get(f"{minutes}/delete"), client.post(f"{minutes}/delete", data={})):
        assert answer.status_code == 422 and "The family’s records are held" in answer.text
    assert client.get(f"{minutes}/all").status_code == 200
    with app.app_context():
        holds.lift(holds.find(hold_id), "It has ended")
        db.session.commit()
    assert client.post(f"{minutes}/delete", data={}).status_code == 303
    assert client.get(f"{minutes}/all").status_code == 404

"""Filling in a form that holds answers of a kind which somebody does not read: told that they are held back, and never overwritten, taken out or shown."""

from __future__ import annotations

import html
import io
import json

import pytest

from portal.db import db
from portal.episodes import after, papers
from portal.forms import answers as stored
from portal.forms import held_back
from portal.forms.held_back import Reader
from portal.submissions import attachments, drafts, submit
from portal.submissions.definitions import current_definition, current_version, definition_of
from portal.submissions.drafts import Start, Writer
from portal.submissions.items_gone import kept_elsewhere
from tests.accounts import people
from tests.submissions.filler import PageSeen, example
from tests.submissions.made_up import a_draft, some_notes

TEAM = "family_support_units"
REASON = "What other services' records say is for the hub, the lead professional and their managers."
SECRET = "Room beside the police station"


@pytest.fixture
def kept_apart(app):
    """Three questions of the minutes are kept as what a minute-taker does not read."""
    with app.app_context():
        form = current_definition("taf_meeting")
    asked = [form.index.questions[name] for name in ("place_detail", "goal_need", "report_file")]
    for question in asked:
        question.keep_as("checks")
    yield form
    for question in asked:
        question.keep_as("personal")


@pytest.fixture
def minutes(app, client, kept_apart):
    """The address of a meeting's draft whose writer is signed in with `client` and takes minutes; she leads other families, not this one."""
    writer_id = people.add(app, "Tina Example", roles=("taf_coordinator", "lead_professional"), teams=(TEAM,))
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
def colleague(app, minutes):
    """Somebody else who takes minutes, elsewhere."""
    return signed_in(app, "Carl Example", "taf_coordinator")


def signed_in(app, name, role):
    people.add(app, name, roles=(role,), teams=(TEAM,))
    client = app.test_client()
    people.sign_in(client, name)
    return client


def page_of(client, minutes):
    page = PageSeen(client.get(f"{minutes}/all").text, f"{minutes}/all")
    return page, page.fields(page.form())


def write(client, minutes, **answers):
    fields = page_of(client, minutes)[1]
    return client.post(f"{minutes}/all", data=fields | answers)


def answer(app, minutes, path="place_detail"):
    with app.app_context():
        return stored.get(drafts.find(minutes.rpartition("/")[2]).data.answers, path)


def test_who_wrote_an_answer_reads_it_and_a_colleague_is_told_why_not_and_whom_to_ask(app, client, colleague, minutes):
    write(client, minutes, place="home", place_detail=SECRET)
    page, fields = page_of(client, minutes)
    assert fields["place_detail"] == [SECRET]
    page, fields = page_of(colleague, minutes)
    assert "place_detail" not in fields and SECRET not in page.html
    text = html.unescape(page.html)
    assert "Answer held back" in text and REASON in text and "Ask the hub manager." in text
    assert fields["meeting_date"] if "meeting_date" in fields else fields["meeting_date-day"], "the rest of the page is theirs to fill in"


def test_saving_a_page_keeps_what_is_held_back_whatever_is_sent(app, client, colleague, minutes):
    write(client, minutes, place="home", place_detail=SECRET)
    assert write(colleague, minutes, place="home", place_detail="Mine", series_number="3").status_code == 303
    assert (answer(app, minutes), answer(app, minutes, "series_number")) == (SECRET, 3)
    fields = page_of(colleague, minutes)[1]
    kept = colleague.post(f"{minutes}/autosave?on=all", data={"_shown": ["place_detail", "series_number"], "place_detail": "Mine", "series_number": "4", "version": fields["version"], "tab": "abc"})
    assert kept.status_code == 200 and SECRET not in kept.text
    assert (answer(app, minutes), answer(app, minutes, "series_number")) == (SECRET, 4)


def test_what_is_held_back_is_not_settled_by_who_does_not_see_it(app, client, colleague, minutes):
    write(client, minutes, place="home", place_detail=SECRET)
    for number, (choice, text) in enumerate((("mine", json.dumps("Mine")), ("together", "Mine too"))):
        version = page_of(colleague, minutes)[1]["version"]
        data = {"path-1": "place_detail", "keep-1": choice, "value-1": text, "together-1": text, "version": version}
        assert SECRET not in colleague.post(f"{minutes}/settle", data=data, follow_redirects=True).text, number
    asked_again = colleague.post(f"{minutes}/settle", data={"path-1": "place_detail", "value-1": json.dumps("Mine"), "version": "1"})
    assert SECRET not in asked_again.text
    assert answer(app, minutes) == SECRET


def test_the_history_says_that_it_changed_and_not_what_to(client, colleague, minutes):
    write(client, minutes, place="home", place_detail=SECRET)
    assert SECRET in client.get(f"{minutes}/history").text
    page = colleague.get(f"{minutes}/history").text
    assert SECRET not in page and "This answer is held back from you." in page


def test_the_page_of_all_answers_shows_its_row_without_the_answer(client, colleague, minutes):
    write(client, minutes, place="home", place_detail=SECRET)
    assert SECRET in client.get(f"{minutes}/check").text
    page = html.unescape(colleague.get(f"{minutes}/check").text)
    row = page[page.index('id="row-place_detail"') :].split("</div>")[0]
    assert SECRET not in page and "Answer held back" in row and REASON in row and "Change" not in row


def test_an_item_with_an_answer_that_is_held_back_is_not_removed(app, client, colleague, minutes):
    added = write(client, minutes, then="add goals").location
    assert "#end-goals" in added
    with app.app_context():
        item = drafts.find(minutes.rpartition("/")[2]).data.answers["goals"][0]["_id"]
    write(client, minutes, **{f"goals.{item}.goal": "Sleep well", f"goals.{item}.goal_need": SECRET})
    refused = colleague.post(f"{minutes}/items/remove", data={"item": f"goals.{item}"})
    assert refused.status_code == 422 and "you cannot remove it" in refused.text
    assert answer(app, minutes, f"goals.{item}.goal_need") == SECRET
    assert client.post(f"{minutes}/items/remove", data={"item": f"goals.{item}"}).status_code == 303, "whoever wrote it may"


def test_a_file_is_held_back_as_its_answer_is(app, client, colleague, minutes):
    with app.app_context():
        draft = drafts.find(minutes.rpartition("/")[2])
        kept = attachments.add(draft, "reports.made_up_item_no_1.report_file", "their record.txt", b"A made-up paper")
        db.session.commit()
    assert client.get(f"/files/{kept['id']}").data == b"A made-up paper"
    refused = colleague.get(f"/files/{kept['id']}")
    assert refused.status_code == 403 and "This file is held back from you" in refused.text and "made-up paper" not in refused.text


def test_what_somebody_else_puts_in_above_the_writers_roles_is_held_back_from_her_too(app, client, minutes):
    write(client, minutes, place="home", place_detail="The library")
    manager = signed_in(app, "Mona Example", "support_manager")
    assert write(manager, minutes, place_detail=SECRET).status_code == 303
    assert page_of(manager, minutes)[1]["place_detail"] == [SECRET]
    page, fields = page_of(client, minutes)
    assert SECRET not in page.html and "place_detail" not in fields


def test_who_reads_everything_sees_nothing_of_all_this(app, minutes):
    manager = signed_in(app, "Mona Example", "support_manager")
    page, fields = page_of(manager, minutes)
    assert "held back" not in page.html and "place_detail" in fields


def test_an_upload_for_what_is_held_back_is_not_taken(app, client, colleague, minutes):
    write(client, minutes, then="add reports")
    with app.app_context():
        item = drafts.find(minutes.rpartition("/")[2]).data.answers["reports"][0]["_id"]
    path = f"reports.{item}.report_file"
    fields = page_of(colleague, minutes)[1]
    colleague.post(f"{minutes}/all", data=fields | {"_shown": [*fields["_shown"], path], path: (io.BytesIO(b"x"), "x.txt")}, content_type="multipart/form-data")
    assert answer(app, minutes, path) is None


@pytest.mark.parametrize("kept", [{"child_needs": [{"_id": "aa", "child_need_more": ["made_up"]}]}, {}])
def test_an_item_is_not_removed_over_what_was_said_of_it_elsewhere_or_half_typed(in_app, kept):
    form = current_definition("request_for_support")
    answers = {"children": [{"_id": "aa", "child_first_name": "Ada"}, {"_id": "bb", "child_first_name": "Ben"}]} | kept
    typing = {} if kept else {"children.aa.legal_status": {"": ["nearly"]}}
    reader = Reader(frozenset({"personal"}))
    with held_back.reading(reader), pytest.raises(drafts.HoldsUnseen):
        drafts.check_seen(form, answers, typing, "children.aa")
    with held_back.reading(reader):
        drafts.check_seen(form, answers, typing, "children.bb")
    with held_back.reading(Reader(frozenset({"personal", "harm"}))):
        drafts.check_seen(form, answers, typing, "children.aa")


def test_what_was_half_typed_in_a_removed_item_stays_in_the_history(in_app):
    notes = some_notes({"actions": [{"_id": "aa", "what": "Ring the school"}]})
    notes.data.incomplete = {"actions.aa.who": {"": ["Tina or"]}, "held_on": {"day": ["31st"]}}
    drafts.remove_item(notes, "actions.aa", by=Writer())
    assert notes.data.incomplete == {"held_on": {"day": ["31st"]}}
    (newest, _) = drafts.history(notes)
    assert newest.changes == {"actions": [["aa"], None], "actions.aa.what": ["Ring the school", None], "actions.aa.who": [{"typed": {"": ["Tina or"]}}, None]}


def test_what_was_half_typed_of_a_removed_item_in_a_group_over_it_goes_too_and_stays_in_the_history(in_app):
    club = a_draft({"children": [{"_id": "c1", "first_name": "Asha"}, {"_id": "c2", "first_name": "Ravi"}], "adults": [{"_id": "a1", "may_collect": [{"_id": "c1"}]}]})
    half = {"adults.a1.may_collect.c1.may": {"": ["perhaps"]}, "adults.a1.may_collect.c2.may": {"": ["nearly"]}}
    club.data.incomplete = dict(half)
    drafts.remove_item(club, "children.c1", by=Writer())
    assert club.data.incomplete == {"adults.a1.may_collect.c2.may": {"": ["nearly"]}}
    assert drafts.history(club)[0].changes["adults.a1.may_collect.c1.may"] == [{"typed": {"": ["perhaps"]}}, None]
    definition = definition_of(club)
    assert kept_elsewhere(definition, half, "adults.a1") == {}, "and with what they stand in"

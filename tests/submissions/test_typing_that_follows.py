"""What somebody types to follow a sent request, and on the copy of a returned one: kept while they type, for them alone, and never over what another page kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from portal import timekeeping
from portal.db import db
from portal.forms import answers as answer_paths
from portal.submissions import drafts, later_typing, returns
from portal.submissions.models import LaterTyping, Submission
from tests.episodes.test_return_pages import (  # noqa: F401 - fixtures
    WHY,
    as_,
    everybody,
    fields_of,
    record,
    request_in,
    return_it,
    sender,
)
from tests.submissions.filler import PageSeen
from tests.submissions.test_public_journey import ready, send


@pytest.fixture
def sent(app, client):
    """A sent request in its sender's browser: the address of the page where more can be added, and a question there that takes words."""
    home = send(client, ready(app, client)).location
    page = PageSeen(client.get(f"{home}/later").text, f"{home}/later")
    path = next(path for path in page.fields(page.form())["_shown"] if path.endswith("phone"))
    return f"{home}/later", path


def typed(client, address: str, path: str, words: str, *, version: int = 1, tab: str = "one"):
    return client.post(f"{address}/autosave", data={"_shown": path, path: words, "version": version, "tab": tab})


def box(client, address: str, path: str) -> str:
    page = PageSeen(client.get(address).text, address)
    return page.fields(page.form())[path][0]


def held(app) -> tuple[dict, int]:
    """The typing that is kept, and how many answers of the record have changed."""
    with app.app_context():
        rows = db.session.scalars(select(LaterTyping)).all()
        return (rows[0].typed if rows else {}), db.session.scalar(select(Submission.version))


def test_what_is_typed_is_kept_as_typed_and_nothing_is_added_to_the_request(app, client, sent):
    address, path = sent
    before = held(app)[1]
    answer = typed(client, address, path, "01632 9601")
    assert (answer.status_code, answer.json["version"], answer.json["more"]) == (200, 2, False)
    assert answer.json["saved_at"]
    assert held(app) == ({path: {"": ["01632 9601"]}}, before)
    assert box(client, address, path) == "01632 9601", "it stands there when the page is opened again"
    typed(client, address, path, "", version=2)
    assert held(app)[0] == {}


def test_what_was_typed_goes_with_sending_it(app, client, sent):
    address, path = sent
    typed(client, address, path, "01632 960123")
    page = PageSeen(client.get(address).text, address)
    fields = page.fields(page.form())
    assert client.post(address, data=fields).status_code == 303
    assert held(app)[0] == {}
    with app.app_context():
        submission = db.session.scalars(select(Submission)).one()
        assert drafts.history(submission)[0].changes[path][1] == "01632 960123"


def test_what_is_wrong_is_told_and_stays_as_typed(app, client, sent):
    address, path = sent
    page = PageSeen(client.get(address).text, address)
    answer = client.post(address, data=page.fields(page.form()) | {path: "no number"})
    assert (answer.status_code, "There is a problem" in answer.text) == (422, True)
    assert held(app)[0] == {path: {"": ["no number"]}}


def test_two_pages_of_one_person_never_write_over_each_other(app, client, sent):
    address, path = sent
    assert typed(client, address, path, "01632 960111", tab="one").status_code == 200
    second = typed(client, address, path, "01632 960222", version=1, tab="two")
    assert second.status_code == 409 and len(second.json["clashes"]) == 1
    assert held(app)[0] == {path: {"": ["01632 960111"]}}
    assert typed(client, address, path, "01632 960112", version=1, tab="one").status_code == 200, "its own saves are no other's"
    page = PageSeen(client.get(address).text, address)
    stale = page.fields(page.form()) | {path: "01632 960222", "version": "1", "tab": "two"}
    both = client.post(address, data=stale)
    assert both.status_code == 409
    assert "01632 960112" in both.text and 'value="01632 960222"' in both.text
    again = PageSeen(both.text, address)
    assert client.post(address, data=again.fields(again.form())).status_code == 303, "seen and decided"


def test_two_people_who_type_to_follow_one_request_see_each_other_s_words_before_either_is_lost(app, client, sent):
    """The sender's browser, and that of a colleague who came in with the link and the code. Neither page need have a mark of its own."""
    address, path = sent
    colleague = app.test_client()
    with client.session_transaction() as theirs, colleague.session_transaction() as cookie:
        cookie["drafts"] = dict(theirs["drafts"])
    assert typed(client, address, path, "01632 960111", tab="").status_code == 200
    told = typed(colleague, address, path, "01632 960222", tab="")
    assert told.status_code == 409 and len(told.json["clashes"]) == 1
    page = PageSeen(colleague.get(address).text, address)
    blind = colleague.post(address, data=page.fields(page.form()) | {path: "01632 960222", "version": "1", "tab": ""})
    assert blind.status_code == 409 and "01632 960111" in blind.text and 'value="01632 960222"' in blind.text
    assert held(app)[0] == {path: {"": ["01632 960111"]}}


def test_a_page_stays_on_the_version_it_was_read_at_while_it_does_not_show_what_another_kept(app, client, sent):
    address, path = sent
    page = PageSeen(client.get(address).text, address)
    other = next(each for each in page.fields(page.form())["_shown"] if each != path and each in page.fields(page.form()))
    assert typed(client, address, other, "Written second", tab="two").json["version"] == 2
    answer = typed(client, address, path, "01632 960123", tab="one").json
    assert (answer["version"], answer["at"]) == (1, 3)
    over = typed(client, address, other, "Written blindly", version=answer["version"], tab="one")
    assert over.status_code == 409
    assert held(app)[0] == {other: {"": ["Written second"]}, path: {"": ["01632 960123"]}}
    assert typed(client, address, path, "01632 960124", version=answer["at"], tab="one").status_code == 200


def test_what_is_typed_for_a_question_that_was_answered_meanwhile_is_told_and_shown(app, client, sent):
    address, path = sent
    page = PageSeen(client.get(address).text, address)
    opened = page.fields(page.form())
    assert client.post(address, data=opened | {path: "01632 960111", "tab": "one"}).status_code == 303
    answer = typed(client, address, path, "01632 960222", tab="two")
    assert (answer.status_code, len(answer.json["clashes"])) == (409, 1)
    shown = client.post(address, data=opened | {path: "01632 960222", "tab": "two"})
    assert shown.status_code == 409
    assert "This cannot be changed here any more" in shown.text and "01632 960222" in shown.text
    again = PageSeen(shown.text, address)
    assert path not in again.fields(again.form())["_shown"]
    with app.app_context():
        assert answer_paths.get(db.session.scalars(select(Submission)).one().data.answers, path) == "01632 960111", "what was sent stands"
    assert client.post(address, data=again.fields(again.form())).status_code == 303, "seen, and gone on"


def test_what_was_sent_with_a_page_that_came_back_is_not_told_as_lost(client, sent):
    address, path = sent
    page = PageSeen(client.get(address).text, address)
    fields = page.fields(page.form())
    email = next(each for each in fields["_shown"] if each.endswith("email"))
    back = client.post(address, data=fields | {path: "01632 960111", email: "no address"})
    assert back.status_code == 422
    again = PageSeen(back.text, address)
    assert typed(client, address, path, "01632 960111", version=9).status_code == 200, "the same words stand already"
    assert client.post(address, data=again.fields(again.form()) | {email: "leila@example.org"}).status_code == 303


def test_only_the_sender_comes_here_and_after_taking_it_back_nothing_is_kept(app, client, sent):
    address, path = sent
    typed(client, address, path, "01632 960123")
    assert typed(app.test_client(), address, path, "x").status_code == 404
    client.post(address.replace("/later", "/withdraw"), data={"words": "It was a mistake"})
    assert held(app)[0] == {}
    assert typed(client, address, path, "x").status_code == 303, "the page leads to where it is now"


def test_what_nobody_goes_on_with_is_forgotten_in_time(app, client, sent):
    address, path = sent
    typed(client, address, path, "01632 960123")
    with app.app_context(), time_machine.travel(timekeeping.now() + timedelta(days=27)):
        later_typing.forget_old({}, job_id=1)
        assert db.session.scalar(select(func.count()).select_from(LaterTyping)) == 1
    with app.app_context(), time_machine.travel(timekeeping.now() + timedelta(days=29)):
        later_typing.forget_old({}, job_id=1)
        assert db.session.scalar(select(func.count()).select_from(LaterTyping)) == 0


# --- the copy of a returned form ----------------------------------------------------------------------------------------


@pytest.fixture
def asked(app, request_in):  # noqa: F811 - the fixture above
    """A request returned with two questions, open in its sender's browser: the browser, and what the page would send."""
    return_it(as_(app, "Sade Screener"), request_in.paper, your_phone=WHY, your_email="It came back", children__jamie__disability="The school says so")
    client, here = sender(app, request_in)
    _, fields = fields_of(client, here)
    return client, here, fields


def kept_in_copy(client, here: str, fields, **values):
    """What the script sends of these questions (`__` stands for a dot)."""
    changed = {path.replace("__", "."): value for path, value in values.items()}
    round_id = fields["round"][0]
    data = {"_shown": [path for path in changed if path != "note"], "version": fields["version"], "tab": fields["tab"], **changed}
    return client.post(f"{here}/autosave?round={round_id}", data=data)


def copy_of(app, submission: str):
    with app.app_context():
        one = returns.newest(submission)
        return one.answers, one.incomplete, one.answer_note, one.version


def test_the_copy_keeps_what_is_typed_and_the_record_stays(app, request_in, asked):  # noqa: F811
    client, here, fields = asked
    answer = kept_in_copy(client, here, fields, your_phone="01632 960999")
    assert (answer.status_code, answer.json["more"]) == (200, False)
    answers, _, _, version = copy_of(app, request_in.submission)
    assert (answers["your_phone"], answer.json["version"]) == ("01632 960999", version)
    assert answers["your_email"] == "d.ashworth-lane@marshfieldroad.example.org", "a question that was not sent is left as it is"
    assert record(app, request_in)["your_phone"] == "01632 960114"


def test_text_that_is_not_valid_and_the_message_are_kept_too(app, request_in, asked):  # noqa: F811
    client, here, fields = asked
    assert kept_in_copy(client, here, fields, your_phone="no number").status_code == 200
    assert kept_in_copy(client, here, fields, note="We have a new number").status_code == 200
    answers, incomplete, note, _ = copy_of(app, request_in.submission)
    assert (incomplete, note) == ({"your_phone": {"": ["no number"]}}, "We have a new number")
    assert answers["your_email"] == "d.ashworth-lane@marshfieldroad.example.org", "a message alone sends no answer"
    kept_in_copy(client, here, fields, your_phone="01632 960999")
    assert copy_of(app, request_in.submission)[2] == "We have a new number", "nor do answers alone send a message"


def test_an_answer_that_calls_for_more_says_so(app, asked):
    client, here, fields = asked
    assert kept_in_copy(client, here, fields, children__jamie__disability="yes").json["more"] is True


def test_what_is_not_open_is_not_kept_and_is_told(app, request_in, asked):  # noqa: F811
    client, here, fields = asked
    answer = kept_in_copy(client, here, fields, your_name="Mallory")
    assert (answer.status_code, len(answer.json["clashes"])) == (409, 1)
    assert copy_of(app, request_in.submission)[0]["your_name"] == "Deborah Ashworth-Lane"


def test_another_page_s_newer_words_are_not_written_over(app, request_in, asked):  # noqa: F811
    client, here, fields = asked
    kept_in_copy(client, here, fields, your_phone="01632 960999")
    answer = kept_in_copy(client, here, fields | {"tab": ["another"]}, your_phone="01632 960888")
    assert (answer.status_code, len(answer.json["clashes"])) == (409, 1)
    assert copy_of(app, request_in.submission)[0]["your_phone"] == "01632 960999"


def test_a_page_of_the_copy_stays_on_the_version_it_was_read_at_while_it_does_not_show_what_another_kept(app, request_in, asked):  # noqa: F811
    client, here, fields = asked
    opened_at = int(fields["version"][0])
    assert kept_in_copy(client, here, fields | {"tab": ["another"]}, your_email="second@example.org").json["version"] == opened_at + 1
    answer = kept_in_copy(client, here, fields, your_phone="01632 960999").json
    assert (answer["version"], answer["at"]) == (opened_at, opened_at + 2)
    over = kept_in_copy(client, here, fields | {"version": [str(answer["version"])]}, your_email="blind@example.org")
    assert over.status_code == 409
    answers = copy_of(app, request_in.submission)[0]
    assert (answers["your_email"], answers["your_phone"]) == ("second@example.org", "01632 960999")


def test_after_it_was_handed_back_the_page_leads_to_where_it_is(client, app, asked):
    browser, here, fields = asked
    browser.post(here, data=fields | {"your_phone": "01632 960999", "then": "send"})
    assert kept_in_copy(browser, here, fields, your_phone="01632 960777").status_code == 303


def test_a_message_after_an_answer_that_called_for_more_calls_for_no_more(app, request_in, asked):  # noqa: F811
    client, here, fields = asked
    assert kept_in_copy(client, here, fields, children__jamie__disability="yes").json["more"] is True
    assert copy_of(app, request_in.submission)[0]["your_phone"] == "01632 960114", "a block of which nothing was sent is left as it is"
    told = kept_in_copy(client, here, fields, note="We have a new number").json
    assert (told["more"], copy_of(app, request_in.submission)[2]) == (False, "We have a new number")

"""Staff put right what the record says about a person; it is seen, audited and can be taken back."""

from __future__ import annotations

import re
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from portal import timekeeping
from portal.audit.models import AuditEvent
from portal.councils import sensitivity
from portal.councils.library import council
from portal.db import db
from portal.episodes.models import Episode
from portal.families import corrections, people
from portal.families.models import Family, FamilyMember, Person, PersonChange
from portal.forms.load import load_definition
from tests.accounts import people as accounts
from tests.episodes import cast
from tests.submissions.filler import PageSeen


@pytest.fixture
def family_id(app):
    with app.app_context():
        made = cast.received("request_for_support.json").family_id
        db.session.commit()
        return made


@pytest.fixture
def screener(app, client, family_id):
    cast.add(app, "Sade Screener")
    accounts.sign_in(client, "Sade Screener")
    return client


def member_called(app, family_id: str, name: str) -> str:
    with app.app_context():
        return next(member.id for member, person in people.members(family_id) if person.full_name == name)


def person_of(member_id: str) -> Person:
    return db.session.get_one(Person, db.session.get_one(FamilyMember, member_id).person_id)


def fields(page) -> dict[str, list[str]]:
    """What the page would send as it stands."""
    seen = PageSeen(page.get_data(as_text=True), page.request.path)
    return seen.fields(seen.form())


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def put_right(client, member_id: str, **wanted):
    address = f"/staff/family-members/{member_id}"
    return client.post(address, data=fields(client.get(address)) | {"reason": "The mother said so on the phone"} | wanted)


def test_a_name_that_was_put_right_is_shown_found_and_audited_without_its_words(app, screener, family_id):
    member = member_called(app, family_id, "Amara Okafor-Reid")
    assert put_right(screener, member, first_name="Amarachi").location.endswith(f"/staff/families/{family_id}#person-{member}")
    page = text_of(screener.get(f"/staff/families/{family_id}"))
    assert "First name: Amara became Amarachi. The mother said so on the phone" in page
    assert "Amarachi Okafor-Reid" in text_of(screener.post("/staff/search", data={"words": "amarachi"}))
    with app.app_context():
        (event,) = db.session.query(AuditEvent).filter_by(event="person.changed")
        assert event.detail["facts"] == ["first_name"] and "Amara" not in str(event.detail)
        assert db.session.get_one(Person, event.subject_id).first_name == "Amarachi"


def test_what_was_not_changed_stays_as_it_was_given(app, screener, family_id):
    member = member_called(app, family_id, "Amara Okafor-Reid")
    with app.app_context():
        before = person_of(member).facts
    put_right(screener, member, known_as="Ama")
    with app.app_context():
        assert person_of(member).facts == before
        assert db.session.query(PersonChange).one().changes == {"known_as": ["Mara", "Ama"]}


def test_a_person_who_must_not_be_told_is_marked_and_the_mark_can_be_taken_back(app, screener, family_id):
    member = member_called(app, family_id, "Ifeoma Okafor")
    warning = "Ifeoma Okafor must not be told"
    put_right(screener, member, must_not_be_told="yes")
    page = screener.get(f"/staff/families/{family_id}")
    assert warning in text_of(page)
    undo = re.search(r'action="(/staff/family-members/[^"]+/undo)"', page.get_data(as_text=True))[1]
    assert screener.post(undo).status_code == 303
    page = text_of(screener.get(f"/staff/families/{family_id}"))
    assert warning not in page and "Taken back on" in page
    again = screener.post(undo)
    assert again.status_code == 422 and "taken back before" in text_of(again)


def test_a_change_that_was_changed_again_is_not_taken_back_over_it(app, screener, family_id):
    member = member_called(app, family_id, "Amara Okafor-Reid")
    put_right(screener, member, first_name="Amarachi")
    put_right(screener, member, first_name="Amaka")
    with app.app_context():
        first = next(change.id for change in db.session.query(PersonChange) if change.changes == {"first_name": ["Amara", "Amarachi"]})
    answer = screener.post(f"/staff/family-members/{member}/changes/{first}/undo")
    assert answer.status_code == 422 and "changed again since" in text_of(answer)
    with app.app_context():
        assert person_of(member).first_name == "Amaka"


def test_two_people_with_the_page_open_do_not_overwrite_each_other(app, screener, family_id):
    member = member_called(app, family_id, "Amara Okafor-Reid")
    address = f"/staff/family-members/{member}"
    open_page = fields(screener.get(address)) | {"reason": "A letter from the school"}
    put_right(screener, member, first_name="Amarachi")
    late = screener.post(address, data=open_page | {"last_name": "Reid"})
    assert late.status_code == 409 and "Somebody else changed this person" in text_of(late)
    with app.app_context():
        assert person_of(member).full_name == "Amarachi Okafor-Reid"


def test_a_page_opened_before_a_change_was_taken_back_does_not_bring_it_again(app, screener, family_id):
    member = member_called(app, family_id, "Amara Okafor-Reid")
    address = f"/staff/family-members/{member}"
    put_right(screener, member, first_name="Amarachi")
    open_page = fields(screener.get(address)) | {"reason": "A letter from the school"}
    with app.app_context():
        made = db.session.query(PersonChange).one().id
    screener.post(f"{address}/changes/{made}/undo")
    assert screener.post(address, data=open_page | {"last_name": "Reid"}).status_code == 409
    with app.app_context():
        assert person_of(member).full_name == "Amara Okafor-Reid"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"reason": ""}, "Enter how you know"),
        ({"first_name": "Ama", "email": "no address"}, "like name@example.org"),
        ({}, "The record says this already"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_changed(app, screener, family_id, wanted, told):
    member = member_called(app, family_id, "Ifeoma Okafor")
    answer = put_right(screener, member, **wanted)
    assert answer.status_code == 422
    assert told in text_of(answer)
    with app.app_context():
        assert db.session.query(PersonChange).count() == 0


def test_the_familys_name_follows_its_children(app, screener, family_id):
    for name in ("Amara Okafor-Reid", "Kofi Okafor-Reid", "Tobi Okafor-Reid"):
        put_right(screener, member_called(app, family_id, name), last_name="Okafor")
    with app.app_context():
        assert db.session.get_one(Family, family_id).name == "Okafor"


def test_who_may_not_change_details_is_refused_and_another_teams_family_is_not_there(app, client, family_id):
    member = member_called(app, family_id, "Amara Okafor-Reid")
    cast.add(app, "Tom Minutes")
    accounts.sign_in(client, "Tom Minutes")
    assert client.get(f"/staff/family-members/{member}").status_code == 403
    other = app.test_client()
    cast.add(app, "Ada Letters")
    accounts.sign_in(other, "Ada Letters")
    assert other.post(f"/staff/family-members/{member}", data={"first_name": "X"}).status_code == 404


@contextmanager
def apart(*names: str):
    """Answers to these questions of the request are kept as what an administrator does not read."""
    asked = [council("hackney").forms()["request_for_support"].index.questions[name] for name in names]
    forget = (sensitivity.facts, corrections._of_council)
    for question in asked:
        question.keep_as("harm")
    for one in forget:
        one.cache_clear()
    try:
        yield
    finally:
        for question in asked:
            question.keep_as("personal")
        for one in forget:
            one.cache_clear()


@pytest.fixture
def phones_apart():
    with apart("adult_phone"):
        yield


def administrator(app, family_id: str):
    """An administrator of the family's team, which it is given to now; signed in."""
    with app.app_context():
        db.session.get_one(Episode, db.session.scalar(select(Episode.id).where(Episode.family_id == family_id))).team = "family_support_units"
        db.session.commit()
    cast.add(app, "Ada Letters")
    client = app.test_client()
    accounts.sign_in(client, "Ada Letters")
    return client


def test_a_fact_that_is_held_back_is_not_shown_and_stays_when_the_rest_is_put_right(app, phones_apart, screener, family_id):
    member = member_called(app, family_id, "Ifeoma Okafor")
    page = text_of(screener.get(f"/staff/families/{family_id}"))
    with app.app_context():
        phone = person_of(member).facts["phone"]
    assert phone["text"] in page
    ada = administrator(app, family_id)
    seen = [text_of(ada.get(f"/staff/{where}")) for where in (f"families/{family_id}", f"family-members/{member}")]
    assert all("Answer held back" in page and phone["text"] not in page for page in seen)
    assert put_right(ada, member, first_name="Ify", phone="07700 900999").status_code == 303
    with app.app_context():
        assert (person_of(member).first_name, person_of(member).facts["phone"]) == ("Ify", phone)


def test_a_change_of_a_fact_that_is_held_back_is_not_taken_back_unseen(app, phones_apart, screener, family_id):
    member = member_called(app, family_id, "Ifeoma Okafor")
    put_right(screener, member, phone="07700 900999")
    undo = re.search(r'action="(/staff/family-members/[^"]+/undo)"', screener.get(f"/staff/families/{family_id}").get_data(as_text=True))[1]
    ada = administrator(app, family_id)
    assert "/undo" not in ada.get(f"/staff/families/{family_id}").get_data(as_text=True), "what is refused is not offered"
    refused = ada.post(undo)
    assert refused.status_code == 422 and "held back from you" in text_of(refused)
    with app.app_context():
        assert person_of(member).fact("phone") == "07700 900999"
        assert db.session.query(PersonChange).one().undone_at is None


def test_a_fact_that_no_form_asks_for_any_more_is_for_those_who_read_everything(app, screener, family_id):
    member = member_called(app, family_id, "Ifeoma Okafor")
    with app.app_context():
        person = person_of(member)
        person.facts = {**person.facts, "asked_before": {"label": "Something asked before?", "value": "Zebra", "text": "Zebra"}}
        db.session.commit()
    assert "Zebra" in text_of(screener.get(f"/staff/families/{family_id}"))
    page = text_of(administrator(app, family_id).get(f"/staff/families/{family_id}"))
    assert "Zebra" not in page and "Something asked before Answer held back" in page


def test_a_whole_date_of_birth_is_held_back_as_its_questions_are(app, screener, family_id):
    member = member_called(app, family_id, "Amara Okafor-Reid")
    with app.app_context():
        born = timekeeping.show_date(person_of(member).date_of_birth)
    with apart("date_of_birth"):
        assert f"Born {born}" in text_of(screener.get(f"/staff/families/{family_id}"))
        page = text_of(administrator(app, family_id).get(f"/staff/families/{family_id}"))
    assert born not in page and "Born Answer held back" in page


def test_facts_made_of_other_answers_are_kept_as_these_are():
    form = load_definition(HELPERS)
    found = sensitivity.facts.__wrapped__(SimpleNamespace(forms=lambda: {form.id: form}, roles=()))
    assert {found[f"person.{part}"] for part in ("professional", "first_name", "role", "phone")} == {"health"}
    assert found["person.address"] == "harm", "the family's address becomes that of its children"


HELPERS = """
schema: 1
id: helpers
title: Who helps
audience: staff
sections: [{id: one, title: One}]
repeats: {helpers: {title: Helpers, item: helper, people: professional}}
pages:
  - id: home
    section: one
    title: Home
    questions: [{id: home, kind: address, sensitivity: harm, label: Where do you live?, record: submission.family_address}]
  - id: helper
    section: one
    title: Helper
    repeat: helpers
    questions: [{id: who, kind: person, sensitivity: health, label: Who helps?, record: person.professional}]
"""

"""The page of keeping and erasing: what is past its term, holds put on and lifted with a reason, written down, and for those who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal import timekeeping
from portal.audit.models import AuditEvent
from portal.db import db
from portal.episodes.models import Episode
from portal.families import holds
from portal.families.models import FamilyHold
from portal.retention.due import due
from tests.accounts import people
from tests.episodes import cast
from tests.publishing.test_scenario_routes import text_of
from tests.retention.test_retention import closed

PAGE = "/keeping-and-erasing"
WHY = "Inquiry 7 of the made-up board"


@pytest.fixture
def reference(app):
    """A family whose support has ended; answers its reference."""
    cast.add(app, "Sade Screener", "Hugh Hub", "Sita Manager")
    with app.app_context():
        found = closed(cast.received()).reference
        db.session.commit()
    return found


@pytest.fixture
def administrator(app, client):
    people.add(app)
    people.sign_in(client)
    return client


def events(app, name: str) -> list[AuditEvent]:
    with app.app_context():
        return list(db.session.scalars(select(AuditEvent).where(AuditEvent.event == name)))


def test_nothing_is_held_and_nothing_due_to_begin_with(administrator, reference):
    page = text_of(administrator.get(PAGE))
    assert "No family's records are held." in page and "Nothing is past its term." in page


def test_a_hold_is_put_on_with_a_reason_and_stands_on_the_page(app, administrator, reference):
    assert administrator.post(PAGE, data={"reference": reference.lower().replace("-", " "), "reason": WHY}).status_code == 303
    page = text_of(administrator.get(PAGE))
    assert f"The records under {reference} are held" in page
    assert WHY in page and "Lift the hold on" in page
    (event,) = events(app, "family.held")
    assert event.actor and event.detail.keys() == {"hold"}, "the reason stands with the hold, not in the trail"


def test_a_press_that_comes_twice_places_one_hold_and_leads_to_the_same_page(app, administrator, reference):
    first, again = (administrator.post(PAGE, data={"reference": reference, "reason": WHY}) for _ in range(2))
    assert (first.status_code, first.location) == (again.status_code, again.location) == (303, PAGE)
    assert len(events(app, "family.held")) == 1
    with app.app_context():
        assert len(holds.standing()) == 1


@pytest.mark.parametrize(
    ("reference_given", "reason", "told"),
    [("", WHY, "Enter the reference of the family's support"), ("RFS-XXXX-XXXX", WHY, "No family has support under this reference"), (None, " ", "Say why the family's records must be kept")],
)
def test_a_hold_without_a_family_or_a_reason_is_refused_and_what_was_typed_stays(administrator, reference, reference_given, reason, told):
    answer = administrator.post(PAGE, data={"reference": reference if reference_given is None else reference_given, "reason": reason})
    assert (answer.status_code, told in text_of(answer)) == (422, True)
    assert "No family's records are held." in text_of(administrator.get(PAGE))
    if reason == WHY:
        assert WHY in answer.text


def test_what_is_due_is_listed_with_the_day_it_goes_and_a_hold_keeps_it(app, client, reference):
    people.add(app)
    later = timekeeping.now() + timedelta(days=26 * 365)
    with time_machine.travel(later):
        with app.app_context():
            assert [one.is_held for one in due(timekeeping.now())] == [False]
        people.sign_in(client)
        page = text_of(client.get(PAGE))
        assert f"{reference} The family's record" in page
        client.post(PAGE, data={"reference": reference, "reason": WHY})
        assert "Held" in text_of(client.get(PAGE)).partition("Past its term")[2]
        with app.app_context():
            assert [one.is_held for one in due(timekeeping.now())] == [True]
    assert events(app, "retention.read")[-1].detail["due"]


def test_a_hold_is_lifted_with_a_reason(app, administrator, reference):
    administrator.post(PAGE, data={"reference": reference, "reason": WHY})
    with app.app_context():
        address = f"{PAGE}/holds/{db.session.scalars(select(FamilyHold.id)).one()}/lift"
    page = text_of(administrator.get(address))
    assert WHY in page and "That cannot be undone" in page
    assert administrator.post(address, data={"reason": ""}).status_code == 422
    assert administrator.post(address, data={"reason": "It has ended"}).status_code == 303
    assert "No family's records are held." in text_of(administrator.get(PAGE))
    assert administrator.post(address, data={"reason": "Again"}).status_code == 303, "pressed twice is once"
    assert "This hold was lifted on" in text_of(administrator.get(address))
    assert len(events(app, "family.hold_lifted")) == 1
    with app.app_context():
        family_id = db.session.scalar(select(Episode.family_id))
        assert holds.of_family(family_id) == []


def test_only_those_who_may_come_here(app, client, reference):
    people.sign_in(client, "Hugh Hub")
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, data={"reference": reference, "reason": WHY}).status_code == 403
    assert events(app, "family.held") == []

"""Two people at the same thing at the same moment: nobody's write vanishes unseen, and what may happen once happens once (R4)."""

from __future__ import annotations

import json
from datetime import timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import func, select

from portal.accounts import reset, totp
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.db import db
from portal.documents import produce
from portal.documents.models import Document
from portal.episodes.models import Episode, Paper, RequestAttachment, StageChange
from portal.submissions import drafts, resume
from portal.submissions.definitions import current_version
from portal.submissions.drafts import Start, Writer
from portal.submissions.models import Submission
from portal.timekeeping import now
from tests import cast
from tests.accounts import people
from tests.episodes import cast as stories
from tests.episodes.cast import MONDAY
from tests.safety.at_once import at_once, tabs
from tests.submissions.filler import PageSeen, example
from tests.submissions.made_up import held_by

STAFF = (cast.TAF_COORDINATOR, cast.SUPPORT_MANAGER)


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(MONDAY, tick=True):
        yield


def signed_in(app, member) -> object:
    """A browser in which this member of the cast is signed in."""
    client = app.test_client()
    client.set_cookie(*cast.session_cookie(app, member))
    return client


@pytest.fixture
def staff(app):
    """Browsers of two people of one team, three each."""
    cast.arrive(app, *STAFF, cast.HUB_MANAGER, cast.SCREENER)
    return [signed_in(app, member) for member in STAFF * 3]


@pytest.fixture
def family(app, staff):
    """The id of the episode of a family with a team and a lead."""
    with app.app_context():
        episode_id = stories.allocated().id
        db.session.commit()
        return episode_id


@pytest.fixture
def minutes(app, family):
    """The address of a meeting's draft."""
    with app.app_context():
        paper = stories.started(db.session.get_one(Episode, family), "meeting", stories.person("Tom Minutes"))
        address = f"/fill/{paper.submission_id}"
        db.session.commit()
        return address


def events(app, name: str) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.event == name))


def kept_answers(app, address: str) -> str:
    with app.app_context():
        return json.dumps(drafts.find(address.split("/")[2]).data.answers)


# --- answers ------------------------------------------------------------------------------------------------------------


def test_six_people_who_answer_one_question_at_once_are_five_conflicts_with_both_texts(app, staff, minutes):
    pages = [PageSeen(client.get(f"{minutes}/all").text, f"{minutes}/all") for client in staff]
    fields = [page.fields(page.form()) for page in pages]
    box = next(one.get("name") for one in pages[0].tree.iter("textarea"))
    words = [f"The words of writer {number} & nobody else's" for number in range(len(staff))]
    answers = at_once(
        staff,
        lambda client, number: client.post(f"{minutes}/all", data=fields[number] | {box: words[number]}),
    )
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [303] + [409] * 5
    winner = words[statuses.index(303)]
    kept = kept_answers(app, minutes)
    assert [text for text in words if json.dumps(text)[1:-1] in kept] == [winner]
    for text, answer in zip(words, answers, strict=True):
        if answer.status_code == 409:
            shown = PageSeen(answer.text, minutes)
            assert (shown.text("mine-1"), shown.text("theirs-1")) == (text, winner)


def test_autosaves_at_once_keep_one_answer_and_tell_the_others(app, staff, minutes):
    page = PageSeen(staff[0].get(f"{minutes}/all").text, "")
    fields = page.fields(page.form())
    box = next(one.get("name") for one in page.tree.iter("textarea"))
    answers = at_once(
        staff,
        lambda client, number: client.post(
            f"{minutes}/autosave", data=fields | {box: f"Words {number}", "tab": f"tab{number}"}
        ),
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    assert all(answer.get_json()["clashes"] for answer in answers if answer.status_code == 409)


def test_people_who_answer_different_questions_at_once_lose_nothing(app, staff, minutes):
    page = PageSeen(staff[0].get(f"{minutes}/all").text, "")
    fields = page.fields(page.form())
    boxes = [one.get("name") for one in page.tree.iter("textarea")][: len(staff)]
    words = [f"Words {number} of their own" for number in range(len(boxes))]
    answers = at_once(
        staff[: len(boxes)],
        lambda client, number: client.post(
            f"{minutes}/autosave", data=fields | {boxes[number]: words[number], "tab": f"tab{number}"}
        ),
    )
    assert {answer.status_code for answer in answers} == {200}
    kept = kept_answers(app, minutes)
    assert [text for text in words if text not in kept] == []


def test_a_referrer_in_four_tabs_sees_what_the_first_one_wrote(app, client):
    home = f"/fill/{held_by(client, lambda: drafts.start(current_version('request_for_support'), by=Writer(), first=Start(example('hackney', 'request_for_support.short'))))}"
    others = tabs(app, client, 4)
    pages = [PageSeen(tab.get(f"{home}/danger").text, "") for tab in others]
    fields = [page.fields(page.form()) for page in pages]
    answers = at_once(
        others,
        lambda tab, number: tab.post(
            f"{home}/danger",
            data=fields[number] | {"danger": ("yes", "no")[number % 2], "tab": f"tab{number}"},
        ),
    )
    assert all(answer.status_code in (200, 303, 409) for answer in answers)
    with app.app_context():
        history = [
            revision.changes["danger"]
            for revision in reversed(drafts.history(drafts.find(home.split("/")[2])))
            if "danger" in revision.changes
        ]
    assert all(after == before for (_, after), (before, _) in zip(history, history[1:], strict=False))


def test_the_same_paper_finished_by_six_at_once_is_finished_once(app, staff, family):
    with app.app_context():
        episode = db.session.get_one(Episode, family)
        paper = stories.started(episode, "meeting", stories.person("Tom Minutes"), "taf_meeting.first.json")
        address = f"/fill/{paper.submission_id}"
        db.session.commit()
    answers = at_once(staff, lambda client, number: client.post(f"{address}/send", data={}))
    assert {answer.status_code for answer in answers} == {303}
    with app.app_context():
        assert (
            db.session.scalar(
                select(func.count())
                .select_from(AuditEvent)
                .where(
                    AuditEvent.event == "submission.finalised", AuditEvent.subject_id == address.split("/")[2]
                )
            )
            == 1
        )
        assert (
            db.session.scalar(
                select(func.count())
                .select_from(StageChange)
                .where(StageChange.submission_id == address.split("/")[2])
            )
            == 1
        )


# --- episodes -----------------------------------------------------------------------------------------------------------


def test_moves_at_once_make_one_and_tell_the_others(app, staff, family):
    with app.app_context():
        version = db.session.get_one(Episode, family).version
    answers = at_once(
        tabs(app, staff[1], 6),
        lambda client, number: client.post(
            f"/staff/episodes/{family}/moves/begin-support", data={"version": version}
        ),
    )
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 5
    with app.app_context():
        assert (
            db.session.scalar(
                select(func.count()).select_from(StageChange).where(StageChange.transition == "begin_support")
            )
            == 1
        )


def test_allocations_at_once_make_one_and_tell_the_others(app, family, staff):
    with app.app_context():
        version = db.session.get_one(Episode, family).version
        before = db.session.scalar(
            select(func.count()).select_from(AuditEvent).where(AuditEvent.event == "episode.allocated")
        )
    manager = signed_in(app, cast.HUB_MANAGER)
    teams = ["hub", "mash", cast.UNITS, "hub", "mash"]
    answers = at_once(
        tabs(app, manager, 5),
        lambda client, number: client.post(
            f"/staff/episodes/{family}/allocate", data={"version": version, "team": teams[number], "lead": ""}
        ),
    )
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 4
    assert events(app, "episode.allocated") == before + 1


@pytest.mark.parametrize("version", ["", "²", "٣", "9" * 5000, "-1", "1.0", "one"])
def test_a_version_that_is_no_number_overwrites_nothing(app, staff, family, version):
    manager = signed_in(app, cast.HUB_MANAGER)
    answer = manager.post(
        f"/staff/episodes/{family}/allocate", data={"version": version, "team": "hub", "lead": ""}
    )
    assert answer.status_code == 409
    with app.app_context():
        assert db.session.get_one(Episode, family).team == cast.UNITS


def test_a_double_click_on_start_makes_one_paper(app, staff, family):
    answers = at_once(
        tabs(app, staff[1], 6),
        lambda client, number: client.post(
            f"/staff/episodes/{family}/papers/meeting", data={"key": "k" * 20}
        ),
    )
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Paper).where(Paper.paper == "meeting")) == 1


def test_a_key_that_started_something_else_starts_nothing_and_shows_nothing(app, client, staff, family):
    """A key somebody else's draft began with must not lead to that draft."""
    with app.app_context():
        other = drafts.start(current_version("request_for_support"), by=Writer(), first=Start(key="k" * 20))
        other_id = other.id
        db.session.commit()
    answer = staff[1].post(f"/staff/episodes/{family}/papers/meeting", data={"key": "k" * 20})
    assert answer.status_code in (303, 409)
    with app.app_context():
        assert db.session.scalar(select(Paper).where(Paper.submission_id == other_id)) is None


def test_attaching_at_once_attaches_once(app, staff, family):
    with app.app_context():
        fresh = stories.received("request_for_support.json").id
        target = db.session.get_one(Episode, family).id
        db.session.commit()
    manager = signed_in(app, cast.HUB_MANAGER)
    data = {"target": f"family-{target}", "reason": "The same mother, date of birth and address"}
    answers = at_once(
        tabs(app, manager, 5),
        lambda client, number: client.post(f"/staff/episodes/{fresh}/attach", data=data),
    )
    assert all(answer.status_code < 500 for answer in answers)
    assert sum(answer.status_code == 303 for answer in answers) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(RequestAttachment)) == 1


def test_a_document_is_withdrawn_once_with_one_reason(app, staff, family):
    with app.app_context():
        request = db.session.scalars(
            select(Submission).where(Submission.form_id == "request_for_support")
        ).one()
        document_id = produce.produce(
            produce.rules_for(request)[0].id, request, stories.person("Hugh Hub")
        ).id
        db.session.commit()
    manager = signed_in(app, cast.HUB_MANAGER)
    answers = at_once(
        tabs(app, manager, 5),
        lambda client, number: client.post(
            f"/documents/{document_id}/withdraw", data={"reason": f"Reason {number}"}
        ),
    )
    assert all(answer.status_code < 500 for answer in answers)
    assert events(app, "document.withdrawn") == 1
    with app.app_context():
        kept = db.session.get_one(Document, document_id).withdrawn_reason
    assert kept == f"Reason {[answer.status_code for answer in answers].index(303)}"


# --- accounts and links -------------------------------------------------------------------------------------------------


def test_two_administrators_who_change_one_account_do_not_overwrite_each_other(app):
    cast.arrive(app, cast.SYSTEM_ADMINISTRATOR, cast.LEAD_PROFESSIONAL)
    browsers = tabs(app, signed_in(app, cast.SYSTEM_ADMINISTRATOR), 4)
    with app.app_context():
        user_id = db.session.scalars(select(User.id).where(User.email == cast.LEAD_PROFESSIONAL.email)).one()
    page = PageSeen(browsers[0].get(f"/users/{user_id}").text, "")
    fields = page.fields(page.form(f"/users/{user_id}"))
    answers = at_once(
        browsers,
        lambda client, number: client.post(f"/users/{user_id}", data=fields | {"name": f"Name {number}"}),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    with app.app_context():
        assert (
            db.session.get_one(User, user_id).name
            == f"Name {[answer.status_code for answer in answers].index(303)}"
        )


def test_wrong_codes_for_one_link_are_counted_however_many_come_at_once(app, client):
    with app.app_context():
        draft = drafts.start(current_version("request_for_support"), by=Writer())
        opening = resume.make(draft, email="head@example.org")
        db.session.commit()
    browsers = [app.test_client() for _ in range(12)]
    answers = at_once(
        browsers, lambda browser, number: browser.post(f"/resume/{opening.token}", data={"code": "AAAA-AAAA"})
    )
    assert sorted(answer.status_code for answer in answers) == [410] * 8 + [422] * 4
    assert events(app, "resume.wrong_code") == 5
    assert client.post(f"/resume/{opening.token}", data={"code": opening.code}).status_code == 410


def test_one_code_of_the_app_lets_one_browser_in(app, client):
    user_id = people.add(app)
    key = people.sign_in(client)
    browsers = [app.test_client() for _ in range(4)]
    with time_machine.travel(now() + timedelta(minutes=5), tick=False):
        for browser in browsers:
            people.enter_password(browser)
        code = pyotp.TOTP(key).at(now())
        answers = at_once(
            browsers, lambda browser, number: browser.post("/sign-in/code", data={"code": code})
        )
        let_in = [browser for browser in browsers if browser.get("/account").status_code == 200]
    assert len(let_in) == 1
    assert sum(answer.status_code == 303 and answer.location != "/sign-in" for answer in answers) == 1
    with app.app_context():
        assert (
            db.session.get_one(User, user_id).last_totp_step
            == int((MONDAY + timedelta(minutes=5)).timestamp()) // totp.STEP_SECONDS
        )


def test_a_link_to_set_a_password_is_used_once_however_many_press_at_once(app):
    user_id = people.add(app)
    with app.app_context():
        token = reset.make_token(db.session.get_one(User, user_id))
        db.session.commit()
    browsers = [app.test_client() for _ in range(5)]
    for browser in browsers:
        browser.get(f"/new-password/{token}")
    answers = at_once(
        browsers,
        lambda browser, number: browser.post(
            "/new-password", data={"password": f"quiet lantern number {number}"}
        ),
    )
    assert sorted(answer.status_code for answer in answers) == [303] + [410] * 4

"""The guard in front of every view: closed by default, silent about what may not be seen, and audited."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal import access
from portal.access import RouteUndeclared, needs
from portal.audit.models import AuditEvent
from portal.db import db
from portal.errors import NotFound
from portal.submissions.models import Submission
from tests.access import records
from tests.accounts import people

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
UNITS = "family_support_units"


def find(submission_id: str) -> Submission:
    found = db.session.get(Submission, submission_id)
    if found is None:
        raise NotFound("no submission")
    return found


@pytest.fixture
def families(app):
    """Two families: one of Lee's own, one of another team. Lee has a password."""
    people.add(app, "Lee Lead", roles=("lead_professional",), teams=(UNITS,))

    def make():
        from portal.accounts import users

        lead = users.with_email("lee.lead@example.org")
        return records.family("RFS-1", team=UNITS, lead=lead), records.family("RFS-2", team="multi_agency_team")

    return records.kept(app, make)


@pytest.fixture
def viewed(app, families):
    """A view of a submission, on addresses of the test's own."""

    @needs("submission.view", find)
    def look(submission, extra=""):
        return f"seen {submission.id} {extra}"

    @needs("submission.edit", find)
    def alter(submission):
        return "altered"

    app.add_url_rule("/look/<record_id:submission_id>", "look", look)
    app.add_url_rule("/look/<record_id:submission_id>/<extra>", "look_more", look)
    app.add_url_rule("/alter/<record_id:submission_id>", "alter", alter, methods=["POST"])
    return families


def sign_in(client):
    people.sign_in(client, "Lee Lead")


def refusals(app):
    with app.app_context():
        return [(event.subject_id, event.detail["action"], event.detail["why"]) for event in db.session.query(AuditEvent).filter_by(event="access.refused")]


def likeness(answer):
    """The answer without what says which address was asked for."""
    page = re.sub(r"[a-z2-7]{20}|value=\"[\w.-]{60,}\"", "", answer.get_data(as_text=True))
    return answer.status_code, page, sorted((k, v) for k, v in answer.headers if k not in ("Date", "Set-Cookie"))


def test_the_view_receives_its_record_and_the_addresss_other_values(client, viewed):
    sign_in(client)
    assert client.get(f"/look/{viewed[0].request}/more").get_data(as_text=True) == f"seen {viewed[0].request} more"


def test_what_may_not_be_seen_answers_exactly_like_what_does_not_exist_and_both_are_audited(app, client, viewed):
    sign_in(client)
    client.get("/account")
    hidden, missing = client.get(f"/look/{viewed[1].request}"), client.get(f"/look/{'a' * 20}")
    assert likeness(hidden) == likeness(missing)
    assert hidden.status_code == 404
    assert refusals(app) == [(viewed[1].request, "submission.view", "hidden"), ("a" * 20, "submission.view", "hidden")]


def test_a_refusal_is_audited_though_the_request_was_rolled_back(app, client, viewed):
    sign_in(client)
    assert client.post(f"/alter/{viewed[1].meeting}").status_code == 404
    assert refusals(app) == [(viewed[1].meeting, "submission.edit", "hidden")]


def test_a_role_without_the_action_gets_403_whether_the_record_exists_or_not(app, client, viewed):
    people.add(app, "Sy System", roles=("system_administrator",))
    people.sign_in(client, "Sy System")
    there, missing = client.get(f"/look/{viewed[0].request}"), client.get(f"/look/{'a' * 20}")
    assert (there.status_code, missing.status_code) == (403, 403)
    assert "None of your roles may view this form" in there.get_data(as_text=True)
    assert [why for _, _, why in refusals(app)] == ["role", "role"]


def test_a_stranger_is_told_nothing_about_submissions(client, viewed):
    there, missing = client.get(f"/look/{viewed[0].request}"), client.get(f"/look/{'a' * 20}")
    assert there.status_code == 404
    assert there.get_data() == missing.get_data()


def test_who_was_signed_in_before_is_asked_to_sign_in_again(client, viewed):
    with client.session_transaction() as session:
        session["_user_id"] = "a token that ran out"
    assert client.get(f"/look/{viewed[0].request}").headers["Location"] == f"/sign-in?next=/look/{viewed[0].request}"


def test_a_view_that_declares_nothing_answers_nobody(app, client):
    app.add_url_rule("/open", "open", lambda: "open")
    with pytest.raises(RouteUndeclared, match="the view open says neither"):
        client.get("/open")


def test_every_route_is_declared(app):
    undeclared = [rule.endpoint for rule in app.url_map.iter_rules() if not hasattr(app.view_functions[rule.endpoint], "access_rule")]
    assert undeclared == []


def test_the_public_list_names_exactly_the_public_views(app):
    public = {rule.endpoint for rule in app.url_map.iter_rules() if app.view_functions[rule.endpoint].access_rule == "public"}
    assert public == access.PUBLIC


def test_ids_in_addresses_are_typed_and_addresses_are_kebab_case(app):
    for rule in app.url_map.iter_rules():
        fixed = re.sub(r"<[^>]+>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9/.-]*", fixed), rule.rule
        for kind, name in re.findall(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", rule.rule):
            assert kind or not name.endswith("_id"), rule.rule


@pytest.fixture
def draft(app, viewed):
    """A public draft; `client` holds it since noon."""
    return records.kept(app, lambda: records.submission("request_for_support", "public").id)


def hold(app, client, submission_id):
    from portal.access import public

    @public
    def take(submission_id):
        access.hold_draft(submission_id)
        return "held"

    app.add_url_rule("/hold/<record_id:submission_id>", "hold", take)
    client.get(f"/hold/{submission_id}")


def test_whoever_holds_a_draft_sees_and_changes_it_and_nobody_else(app, client, draft):
    hold(app, client, draft)
    assert client.get(f"/look/{draft}").status_code == 200
    assert client.post(f"/alter/{draft}").status_code == 200
    assert app.test_client().get(f"/look/{draft}").status_code == 404


def test_a_draft_that_was_sent_can_be_seen_but_not_changed(app, client, draft):
    hold(app, client, draft)
    records.kept(app, lambda: setattr(db.session.get(Submission, draft), "status", "sent"))
    assert client.get(f"/look/{draft}").status_code == 200
    answer = client.post(f"/alter/{draft}")
    assert answer.status_code == 403
    assert "This has been sent and cannot be changed here" in answer.get_data(as_text=True)


def test_a_staff_form_cannot_be_held(app, client, viewed):
    hold(app, client, viewed[0].meeting)
    assert client.get(f"/look/{viewed[0].meeting}").status_code == 404


@pytest.mark.parametrize(("minutes", "status"), [(59, 200), (60, 403)])
def test_a_draft_left_for_an_hour_needs_link_and_code_again(app, client, draft, minutes, status):
    with time_machine.travel(NOON, tick=False) as clock:
        hold(app, client, draft)
        clock.move_to(NOON + timedelta(minutes=minutes))
        answer = client.get(f"/look/{draft}")
        assert answer.status_code == status
        if status == 403:
            assert "You have been away for an hour" in answer.get_data(as_text=True)


def test_each_use_of_a_draft_starts_the_hour_again(app, client, draft):
    with time_machine.travel(NOON, tick=False) as clock:
        hold(app, client, draft)
        for minutes in (50, 100, 150):
            clock.move_to(NOON + timedelta(minutes=minutes))
            assert client.get(f"/look/{draft}").status_code == 200


def test_signing_out_lets_go_of_drafts_too(app, client, draft):
    hold(app, client, draft)
    client.post("/sign-out")
    assert client.get(f"/look/{draft}").status_code == 404


@pytest.mark.parametrize("path", ["/sign-in", "/nothing-here", "/account", "/healthz", "/static/000000000000/portal.css", "/users"])
def test_every_answer_carries_the_security_headers(client, path):
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"

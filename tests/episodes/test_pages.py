"""The pages of a family and its episode, as each of the cast meets them."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from portal.audit.models import AuditEvent
from portal.db import db
from portal.episodes import attaching, clocks, papers, transitions
from portal.episodes.models import Episode, RequestAttachment
from portal.families.models import Family
from tests.accounts import people
from tests.episodes import cast
from tests.episodes.test_work_list import kept, text_of


def in_browser(app, client, name):
    """This person's browser, signed in."""
    cast.add(app, name)
    people.sign_in(client, name)
    return client


@pytest.fixture
def family(app):
    """Ids of a family with a lead, at the start of support."""

    def make():
        episode = cast.allocated()
        return SimpleNamespace(episode=episode.id, family=episode.family_id, page=f"/staff/families/{episode.family_id}", at=f"/staff/episodes/{episode.id}")

    for name in ("Sade Screener", "Hugh Hub", "Lena Lead", "Sita Manager"):
        cast.add(app, name)
    return kept(app, make)


def signed_in(client, name):
    people.sign_in(client, name)
    return client


def test_a_familys_page_shows_people_agreement_papers_and_next_steps(client, family):
    page = text_of(signed_in(client, "Lena Lead").get(family.page))
    for words in ("Holt family", "Jamie Holt", "Carly Holt", "Agreement to support", "Request for support", "Next steps", "First contact or home visit"):
        assert words in page


def next_steps(html):
    """The words of the buttons in the card of next steps, the main one first with a star; none without the card."""
    card = re.search(r'<div class="portal-card portal-next">(.*?)</ul>', html, re.S)
    return [("" if "--secondary" in look else "* ") + re.sub(r"<.*", "", words) for look, words in re.findall(r'class="(govuk-button[^"]*)"[^>]*>([^<]*)<', card[1])] if card else []


def test_what_comes_next_is_the_main_button_and_stands_before_the_papers(app, client):
    received = kept(app, lambda: cast.received().family_id)
    html = in_browser(app, client, "Sade Screener").get(f"/staff/families/{received}").text
    assert next_steps(html) == ["* Start screening outcome", "Start request for support"], "the request is on file already"
    assert html.index("Next steps") < html.index("Papers</h3>")


def test_a_form_that_was_begun_is_gone_on_with_before_anything_is_started(client, family):
    signed_in(client, "Lena Lead").post(f"{family.at}/papers/meeting", data={"key": "k" * 21})
    steps = next_steps(client.get(family.page).text)
    assert steps[0] == "* Go on with team around the family meeting" and not any(step.startswith("*") for step in steps[1:])


def test_whoever_may_only_read_sees_no_empty_card_of_next_steps(app, client, family):
    page = in_browser(app, client, "Gwen Head").get(family.page)
    assert page.status_code == 200 and "Next steps" not in page.text and "Time limits" in page.text


def test_a_page_that_names_a_person_has_a_neutral_title(client, family):
    html = signed_in(client, "Lena Lead").get(family.page).get_data(as_text=True)
    title = re.search(r"<title>([^<]*)</title>", html)[1]
    assert title.startswith("Family record")
    assert "Holt" not in title


def test_reading_a_family_is_one_event(app, client, family):
    signed_in(client, "Lena Lead").get(family.page)
    with app.app_context():
        events = db.session.query(AuditEvent).filter_by(event="family.read").all()
        assert [(event.subject_id, event.detail) for event in events] == [(family.family, {"episodes": [family.episode]})]


def test_a_family_out_of_reach_answers_like_one_that_does_not_exist(app, client, family):
    in_browser(app, client, "Sy System")
    assert client.get(family.page).status_code == 403
    client.post("/sign-out")
    other = kept(app, lambda: cast.received().family_id)
    signed_in(client, "Lena Lead")
    hidden, missing = client.get(f"/staff/families/{other}"), client.get(f"/staff/families/{'a' * 20}")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert text_of(hidden) == text_of(missing)


def test_an_episodes_address_leads_to_its_familys_page(client, family):
    answer = signed_in(client, "Lena Lead").get(family.at)
    assert answer.headers["Location"] == f"{family.page}#episode-{family.episode}"


def test_a_lead_starts_a_meeting_and_goes_to_fill_it_in(app, client, family):
    signed_in(client, "Lena Lead")
    answer = client.post(f"{family.at}/papers/meeting", data={"key": "k" * 21})
    assert re.fullmatch(r"/fill/[a-z2-7]{20}/all", answer.headers["Location"])
    assert client.post(f"{family.at}/papers/meeting", data={"key": "k" * 21}).headers["Location"] == answer.headers["Location"]
    assert client.get(answer.headers["Location"]).status_code == 200
    assert "Continue team around the family meeting" in text_of(client.get(family.page))


def test_the_same_paper_can_be_started_for_two_requests_from_one_page(app, client, family):
    def attached():
        other = cast.received()
        attaching.attach(other, db.session.get_one(Family, family.family), by=cast.person("Sade Screener"), reason="Same child")
        transitions.by_hand(other, "begin_screening", by=cast.person("Sade Screener"))
        return other.id

    kept(app, attached)
    page = signed_in(client, "Hugh Hub").get(family.page).get_data(as_text=True)
    keys = re.findall(r'name="key" value="(\w+)"', page)
    assert len(keys) >= 1 and len(keys) == len(set(keys))


def test_a_paper_that_the_role_may_not_start_is_refused_and_audited(app, client, family):
    signed_in(client, "Lena Lead")
    assert client.post(f"{family.at}/papers/screening-sign-off", data={"key": "x"}).status_code == 403
    assert client.post(f"{family.at}/papers/no-such-paper", data={"key": "x"}).status_code == 404
    with app.app_context():
        event = db.session.query(AuditEvent).filter_by(event="access.refused").one()
        assert event.detail["action"] == "paper.start"


def version_on(client, address):
    return re.search(r'name="version" value="(\d+)"', client.get(address).get_data(as_text=True))[1]


def test_a_move_by_hand_needs_its_reason_and_keeps_what_was_typed(client, family):
    signed_in(client, "Sita Manager")
    page = client.get(f"{family.at}/moves/begin-closing")
    version = re.search(r'name="version" value="(\d+)"', page.get_data(as_text=True))[1]
    refused = client.post(f"{family.at}/moves/begin-closing", data={"version": version})
    assert (refused.status_code, "Give the reason" in text_of(refused)) == (422, True)
    answer = client.post(f"{family.at}/moves/begin-closing", data={"version": version, "choice": "needs_met", "reason": "All three goals"})
    assert answer.status_code == 303
    assert "Reason: The family's goals have been met: All three goals" in text_of(client.get(family.page)).replace("&#39;", "'")


def test_two_people_moving_at_once_are_told(client, family):
    signed_in(client, "Sita Manager")
    version = re.search(r'name="version" value="(\d+)"', client.get(f"{family.at}/moves/begin-support").get_data(as_text=True))[1]
    assert client.post(f"{family.at}/moves/begin-support", data={"version": version}).status_code == 303
    late = client.post(f"{family.at}/moves/begin-closing", data={"version": version, "reason": "x"})
    assert (late.status_code, "Somebody else changed this record" in text_of(late)) == (409, True)


def test_a_move_from_the_wrong_stage_gives_a_page_in_words(client, family):
    signed_in(client, "Sita Manager")
    answer = client.post(f"{family.at}/moves/close", data={"version": version_on(client, f"{family.at}/moves/close")})
    assert (answer.status_code, "starts from Closing agreed" in text_of(answer)) == (422, True)


def test_a_manager_changes_the_lead(app, client, family):
    cast.add(app, "Tom Minutes")
    signed_in(client, "Sita Manager")
    assert "Lena Lead (1)" in text_of(client.get(f"{family.at}/allocate"))
    with app.app_context():
        tom = cast.person("Tom Minutes").id
    assert client.post(f"{family.at}/allocate", data={"team": cast.UNITS, "lead": tom, "version": version_on(client, f"{family.at}/allocate")}).status_code == 303
    wrong = client.post(f"{family.at}/allocate", data={"team": "hub", "lead": tom, "version": version_on(client, f"{family.at}/allocate")})
    assert (wrong.status_code, "Tom Minutes is not in this team" in text_of(wrong)) == (422, True)
    with app.app_context():
        assert db.session.get(Episode, family.episode).lead_id == tom


def test_a_screener_may_not_allocate(client, family):
    assert signed_in(client, "Sade Screener").post(f"{family.at}/allocate", data={}).status_code == 403


def test_noting_a_visit_meets_its_limit(app, client, family):
    signed_in(client, "Lena Lead")
    assert "First visit" in text_of(client.get(family.page))
    assert client.post(f"{family.at}/notes", data={"name": "home_visit"}).status_code == 303
    assert client.post(f"{family.at}/notes", data={"name": "moon_landing"}).status_code == 422
    with app.app_context():
        met = [clock.rule_id for clock in clocks.of_episode([family.episode])[family.episode] if clock.met_at]
        assert {"c5", "c6"} <= set(met)


def test_a_finished_paper_shows_answers_with_who_gave_them(app, client, family):
    def minutes():
        episode = db.session.get(Episode, family.episode)
        paper = cast.started(episode, "meeting", cast.person("Lena Lead"), "taf_meeting.json")
        manager = cast.person("Sita Manager")
        cast.finish(paper, manager)
        return paper.id

    paper_id = kept(app, minutes)
    page = text_of(signed_in(client, "Sita Manager").get(f"/staff/papers/{paper_id}"))
    assert "Filled in by Lena Lead, Sita Manager" in page
    assert "Who filled what and when" in page
    assert "Lena Lead, 15 June 2026 at" in page
    with app.app_context():
        [event] = db.session.query(AuditEvent).filter_by(event="paper.read")
        assert event.detail == {"paper": "meeting", "episode": family.episode}


def test_a_paper_the_role_may_not_see_is_not_there(app, client, family):
    def outcome():
        return next(paper.id for paper, _ in papers.of_episode(db.session.get(Episode, family.episode)) if paper.paper == "screening")

    paper_id = kept(app, outcome)
    cast.add(app, "Tom Minutes")
    signed_in(client, "Tom Minutes")
    assert client.get(f"/staff/papers/{paper_id}").status_code == 404
    assert "Screening outcome" not in text_of(client.get(family.page))


def test_a_screener_attaches_a_request_and_takes_it_back(app, client, family):
    signed_in(client, "Sade Screener")
    first = kept(app, lambda: cast.received().id)
    second = kept(app, lambda: cast.received().id)
    at = f"/staff/episodes/{second}/attach"
    assert "came in as a new family" in text_of(client.get(at))
    found = client.post(f"{at}/search", data={"words": "holt"})
    assert f'value="episode-{first}"' in found.get_data(as_text=True)
    missing = client.post(at, data={"words": "holt", "target": f"episode-{first}", "reason": ""})
    assert (missing.status_code, "Say how you know" in text_of(missing)) == (422, True)
    assert client.post(at, data={"words": "holt", "reason": "Same child"}).status_code == 422
    assert client.post(at, data={"words": "holt", "target": f"episode-{first}", "reason": "Same child"}).status_code == 303
    with app.app_context():
        made = db.session.query(RequestAttachment).one()
        undo, page = f"/staff/attachments/{made.id}/undo", f"/staff/families/{made.to_family_id}"
    assert "A request of 15 June 2026 was added here" in text_of(client.get(page))
    assert client.post(undo, data={"reason": ""}).status_code == 422
    assert client.post(undo, data={"reason": "A cousin"}).status_code == 303
    with app.app_context():
        assert db.session.get(Episode, second).attached_to_id is None


def test_nothing_is_attached_to_a_family_out_of_reach(app, client, family):
    signed_in(client, "Sade Screener")
    mine, hidden = kept(app, lambda: (cast.received().id, _given_away()))
    answer = client.post(f"/staff/episodes/{mine}/attach", data={"target": f"episode-{hidden}", "reason": "Same child"})
    assert answer.status_code == 404


def _given_away() -> str:
    episode = cast.received()
    episode.team = "young_hackney"
    return episode.id


def test_whoever_fills_in_a_form_that_others_finish_is_told_who_does(app, client, family):
    def letter():
        episode = db.session.get_one(Episode, family.episode)
        episode.stage = "closing_agreed"
        return cast.started(episode, "closure_letter", cast.person("Lena Lead")).submission_id

    draft = kept(app, letter)
    end = signed_in(client, "Lena Lead").get(f"/fill/{draft}/check").text.partition('id="send"')[2]
    for words in ("What is entered is saved", "<li>Administrator</li>", "<li>Family Support Manager", "Back to the family"):
        assert words in end
    client.post("/sign-out")
    assert "You cannot finish it" not in signed_in(client, "Sita Manager").get(f"/fill/{draft}/check").text


def test_a_move_that_ends_support_says_so_and_how_it_is_taken_up_again(app, client, family):
    def closing():
        db.session.get_one(Episode, family.episode).stage = "closing_agreed"

    kept(app, closing)
    signed_in(client, "Lena Lead")
    ending = client.get(f"{family.at}/moves/close").text
    assert "This ends the support" in ending and "“Reopen”" in ending and "govuk-button--warning" in ending and "Leave it as it is" in ending
    going_on = client.get(f"{family.at}/moves/carry-on").text
    assert "This ends the support" not in going_on and "govuk-button--warning" not in going_on


def test_a_member_of_staff_who_is_lost_is_led_to_the_work_list_and_not_to_the_public_page(client, family):
    lost = signed_in(client, "Lena Lead").get(f"/staff/families/{'a' * 20}")
    assert lost.status_code == 404 and '<a class="govuk-link" href="/staff/">Go to: work list</a>' in lost.text
    assert "the e-mail we sent you" not in lost.text

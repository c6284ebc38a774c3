"""Answers carried over from last time: where they came from, “still right?” part by part, judgements one by one, and never in the way of saving."""

from __future__ import annotations

import pytest

from portal import timekeeping
from portal.db import db
from portal.episodes import papers
from portal.episodes.models import Episode
from portal.forms.journey import Journey
from portal.submissions import drafts, still_right, submit
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import NotADraft, Writer
from tests.accounts import people
from tests.episodes import cast
from tests.episodes.cast import allocated, finish, finished, person
from tests.episodes.returned import Typed
from tests.submissions.filler import PageSeen


def second_meeting():
    """The draft of a second meeting, begun with what the first agreed."""
    episode = allocated()
    finished(episode, "meeting", person("Tom Minutes"), "taf_meeting.json")
    return papers.start("meeting", episode, by=person("Tom Minutes"))


def draft_of(paper):
    return drafts.find(paper.submission_id)


def waiting(paper):
    draft = draft_of(paper)
    return still_right.waiting(Journey(definition_of(draft), draft.data.answers, drafts.facts_for(draft)), draft.data.prefilled)


def unconfirmed(paper):
    draft = draft_of(paper)
    return [problem.message for problem in submit.problems_before_sending(draft, drafts.facts_for(draft)) if problem.code == "unconfirmed"]


@pytest.mark.usefixtures("in_app")
class TestCarried:
    def test_what_the_form_wants_confirmed_waits_and_the_rest_does_not(self):
        found = waiting(second_meeting())
        assert {"chair", "goals.g1.goal", "family_actions"} <= found.keys()
        assert "contingency_what" not in found, "it is not asked before the kind of meeting is known"
        assert not {"series_number", "meeting_date", "minute_taker", "previous_actions.n1.previous_what"} & found.keys()
        assert found["chair"].words == f"From “Team around the family meeting” of {_today()}"

    def test_judgements_are_confirmed_one_by_one(self):
        found = waiting(second_meeting())
        assert found["goal_scores.g1.goal_at_start"].apart
        assert found["level_now"].apart
        assert not found["goals.g1.goal"].apart

    def test_finishing_waits_with_clear_words_and_saving_never_does(self):
        paper = second_meeting()
        draft = draft_of(paper)
        assert any(words == "Goals: 24 answers were carried over. Say that they are still right, or change them" for words in unconfirmed(paper)), unconfirmed(paper)
        drafts.save(draft, Typed({"family_score": 4}), expected_version=draft.version, by=Writer())
        assert draft.data.answers["family_score"] == 4

    def test_saying_so_is_kept_with_who_and_when_and_lets_it_be_finished(self):
        paper = second_meeting()
        draft = draft_of(paper)
        before = len(waiting(paper))
        assert still_right.confirm(draft, ["chair", "level_now", "no.such.path", "meeting_date"], by=Writer(label="Tom Minutes")) == 2
        assert len(waiting(paper)) == before - 2
        told = still_right.source_in_words(draft.data.prefilled["chair"])
        assert told.startswith("From “Team around the family meeting” of") and "Still right, Tom Minutes said on" in told
        last = drafts.history(draft)[0]
        assert (last.action, last.note, last.changes) == ("confirmed", "2 answers", {})
        still_right.confirm(draft, list(draft.data.prefilled), by=Writer(label="Tom Minutes"))
        assert unconfirmed(paper) == []
        assert still_right.confirm(draft, list(draft.data.prefilled), by=Writer()) == 0

    def test_an_answer_that_is_changed_is_no_longer_carried_over(self):
        paper = second_meeting()
        draft = draft_of(paper)
        drafts.save(draft, Typed({"chair": {"first_name": "Ana", "last_name": "Silva"}}), expected_version=draft.version, by=Writer())
        assert "chair" not in waiting(paper) and "chair" not in draft.data.prefilled

    def test_nothing_is_said_of_a_finished_form(self):
        episode = allocated()
        paper = finished(episode, "meeting", person("Tom Minutes"), "taf_meeting.json")
        with pytest.raises(NotADraft):
            still_right.confirm(draft_of(paper), ["chair"], by=Writer())

    def test_a_form_whose_carried_answers_are_confirmed_is_finished_as_ever(self):
        episode = allocated()
        paper = cast.started(episode, "meeting", person("Tom Minutes"), "taf_meeting.json")
        finish(paper, person("Tom Minutes"))
        assert draft_of(paper).status == "final"


def _today():
    return timekeeping.show_date(timekeeping.today())


@pytest.fixture
def meeting(app):
    """The address of a second meeting's draft and a client that may fill it in."""
    for name in ("Sade Screener", "Hugh Hub", "Lena Lead", "Sita Manager", "Tom Minutes"):
        cast.add(app, name)
    with app.app_context():
        paper = second_meeting()
        db.session.commit()
        address = f"/fill/{paper.submission_id}"
    client = app.test_client()
    people.sign_in(client, "Tom Minutes")
    return client, address


def carried(app, address):
    with app.app_context():
        draft = drafts.find(address.rpartition("/")[2])
        journey = Journey(definition_of(draft), draft.data.answers, drafts.facts_for(draft))
        return still_right.waiting(journey, draft.data.prefilled)


def buttons(page):
    return [one.get("value") for one in page.tree.iter("button") if (one.get("value") or "").startswith("right")]


def test_a_page_has_one_button_for_what_is_safe_and_one_for_each_judgement(app, meeting):
    client, address = meeting
    page = PageSeen(client.get(f"{address}/all").text, f"{address}/all")
    assert "right-part goals" in buttons(page)
    assert "right goal_scores.g1.goal_at_start" in buttons(page) and "right level_now" in buttons(page)
    assert "right-part goal_scores" not in buttons(page)


@pytest.mark.parametrize("place", ["goals", "all", "section/plan"])
def test_one_press_confirms_a_part_on_every_kind_of_page(app, meeting, place):
    client, address = meeting
    page = PageSeen(client.get(f"{address}/{place}").text, f"{address}/{place}")
    fields = page.fields(page.form())
    answer = client.post(f"{address}/{place}", data=fields | {"then": "right-part goals"})
    assert answer.status_code == 303
    left = carried(app, address)
    assert not [path for path in left if path.startswith("goals.")]
    assert "goal_scores.g1.goal_at_start" in left and "chair" in left
    again = client.get(f"{address}/goals").text
    assert "Tom Minutes said on" in again and "right-part goals" not in again


def test_an_answer_changed_in_the_same_press_is_changed_and_not_confirmed(app, meeting):
    client, address = meeting
    page = PageSeen(client.get(f"{address}/goals").text, "")
    fields = page.fields(page.form()) | {"goals.g1.goal": ["Amara goes to school by herself"]}
    client.post(f"{address}/goals", data=fields | {"then": "right-part goals"})
    with app.app_context():
        data = drafts.find(address.rpartition("/")[2]).data
        assert data.answers["goals"][0]["goal"] == "Amara goes to school by herself"
        assert "goals.g1.goal" not in data.prefilled
        assert "confirmed_at" in data.prefilled["goals.g2.goal"]


def test_a_judgement_is_confirmed_by_its_own_button_and_by_no_other(app, meeting):
    client, address = meeting
    page = PageSeen(client.get(f"{address}/goal-scores").text, "")
    fields = page.fields(page.form())
    client.post(f"{address}/goal-scores", data=fields | {"then": "right-part goal_scores"})
    assert "goal_scores.g1.goal_at_start" in carried(app, address)
    client.post(f"{address}/goal-scores", data=fields | {"then": "right goal_scores.g1.goal_at_start"})
    left = carried(app, address)
    assert "goal_scores.g1.goal_at_start" not in left and "goal_scores.g2.goal_at_start" in left


def test_what_was_not_on_the_page_is_not_confirmed_by_it(app, meeting):
    client, address = meeting
    page = PageSeen(client.get(f"{address}/goals").text, "")
    fields = page.fields(page.form())
    fields["_shown"] = [path for path in fields["_shown"] if not path.startswith("goals.g2.")]
    client.post(f"{address}/goals", data=fields | {"then": "right-part goals"})
    assert {path.split(".")[1] for path in carried(app, address) if path.startswith("goals.")} == {"g2"}


def test_checking_leads_to_each_part_that_waits(app, meeting):
    client, address = meeting
    page = client.get(f"{address}/check").text
    assert "carried over. Say that they are still right, or change them" in page
    assert f"{address}/goals?back=check" in page


def test_public_pages_know_nothing_of_it(app):
    client = app.test_client()
    started = client.post("/start/request-for-support", data={})
    page = client.get(started.location).text
    assert "still right" not in page.lower() and "Why is this asked" not in page


# Why is this asked?


def as_(app, name):
    client = app.test_client()
    people.sign_in(client, name)
    return client


def test_somebody_with_the_right_is_told_why_and_others_see_no_link(app, meeting):
    client, address = meeting
    assert "Why is this asked" not in client.get(f"{address}/all").text
    manager = as_(app, "Sita Manager")
    page = manager.get(f"{address}/all").text
    where = f"/staff/why/{address.rpartition('/')[2]}?at="
    assert "Why is this asked" in page and f"{where}previous_actions." in page
    told = manager.get(f"{where}level_change").text
    for words in ("Why is this asked?", "is asked with these answers", "The question is shown when", "not_first", "is more than 1", "answered: 2"):
        assert words in told, words


def test_why_is_for_those_with_the_right_who_may_see_the_record(app, meeting):
    client, address = meeting
    where = f"/staff/why/{address.rpartition('/')[2]}?at=level_change"
    assert client.get(where).status_code == 403
    assert app.test_client().get(where).status_code in (302, 303, 401)
    with app.app_context():
        episode = db.session.query(Episode).one()
        episode.team = "young_hackney"
        db.session.commit()
    assert as_(app, "Sita Manager").get(where).status_code == 404


@pytest.mark.parametrize("at", ["", "no_such_question", "goals", "a.b", "level_change.x.y"])
def test_why_of_what_is_not_there_is_not_found(app, meeting, at):
    _, address = meeting
    assert as_(app, "Sita Manager").get(f"/staff/why/{address.rpartition('/')[2]}?at={at}").status_code == 404


def test_what_is_always_asked_says_so(app, meeting):
    _, address = meeting
    assert "is always asked" in as_(app, "Sita Manager").get(f"/staff/why/{address.rpartition('/')[2]}?at=meeting_type").text

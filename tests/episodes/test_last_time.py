"""A meeting beside the one before it: each goal, action and score with last time's, who said it and when, and what changed in plain words."""

from __future__ import annotations

import pytest

from portal.db import db
from portal.episodes import last_time, papers
from portal.submissions import drafts
from portal.submissions.drafts import Writer
from tests.accounts import people
from tests.episodes import cast
from tests.episodes.cast import allocated, example, finished, person
from tests.episodes.returned import Typed
from tests.episodes.test_work_list import kept, text_of
from tests.submissions.filler import PageSeen


def write(paper, **values):
    draft = drafts.find(paper.submission_id)
    by = person("Lena Lead")
    drafts.save(draft, Typed({path.replace("__", "."): value for path, value in values.items()}), expected_version=draft.version, by=Writer(by.id, by.name))


def two_meetings(monday):
    """A finished meeting, and a week later the draft of the next by somebody else."""
    episode = allocated()
    first = finished(episode, "meeting", person("Tom Minutes"), "taf_meeting.json")
    monday.shift(7 * 86400)
    second = papers.start("meeting", episode, by=person("Sita Manager"))
    return episode, first, second


def compared(paper):
    submission = drafts.find(paper.submission_id)
    last = last_time.before(paper, submission)
    roles = person("Sita Manager").roles
    return last_time.compare(last_time.side(submission, roles), last_time.side(drafts.find(last.submission_id), roles), last.paper)


def parts_of(view):
    return {part.title: part for section in view.sections for part in section.parts}


def rows_of(view):
    return {(part.title, row.label): row for section in view.sections for part in section.parts for row in part.rows}


@pytest.mark.usefixtures("in_app")
class TestCompared:
    def test_the_paper_before_is_the_newest_finished_of_its_kind(self, monday):
        episode, first, second = two_meetings(monday)
        assert last_time.before(second, drafts.find(second.submission_id)) == first
        assert last_time.before(first, drafts.find(first.submission_id)) is None
        review = papers.start("closure_review", episode, by=person("Sita Manager")) if episode.stage in ("active_support", "closing") else None
        assert review is None or last_time.before(review, drafts.find(review.submission_id)) == first

    def test_each_goal_stands_beside_itself_with_who_said_it_and_when(self, monday):
        _, _, second = two_meetings(monday)
        write(second, goals__g1__goal="Amara goes to school by herself")
        row = rows_of(compared(second))["Goals: Amara goes to school by herself", "Goal, in the family's words"]
        assert (row.kind, row.was, row.now) == ("changed", "Amara just goes to school in the morning", "Amara goes to school by herself")
        assert (row.said_then[0], row.said_then[1].date().isoformat()) == ("Tom Minutes", "2026-06-15")
        assert (row.said_now[0], row.said_now[1].date().isoformat()) == ("Lena Lead", "2026-06-22")
        assert [piece.kind for piece in row.pieces].count("in") >= 1

    def test_a_score_says_where_it_went_in_words(self, monday):
        _, first, second = two_meetings(monday)
        before = drafts.find(first.submission_id).data.answers["family_score"]
        write(second, family_score=before + 2)
        view = compared(second)
        row = next(row for (_, label), row in rows_of(view).items() if label == "How is the family managing as a whole?")
        assert row.scores.words == f"from {before} to {before + 2}, up 2, towards “Managing well”"
        assert (row.scores.was, row.scores.now) == (before, before + 2)
        assert any(f"from {before} to {before + 2}" in words for words in view.told)

    def test_a_score_of_last_time_that_waits_is_said_to_wait(self, monday):
        _, _, second = two_meetings(monday)
        row = next(row for (_, label), row in rows_of(compared(second)).items() if label == "How is the family managing as a whole?" )
        assert row.kind == "waiting" and row.scores.words.endswith("last time, not scored yet")

    def test_each_action_of_last_time_stands_beside_how_it_is_now(self, monday):
        _, _, second = two_meetings(monday)
        write(second, previous_actions__n1__previous_status="done")
        row = rows_of(compared(second))["Actions from last time: Write to the housing manager about the mould and the court date", "How does it stand now?"]
        assert (row.kind, row.was, row.now) == ("changed", "Not started", "Done")
        told = [words for words in compared(second).told if "housing manager" in words]
        assert told == ["Write to the housing manager about the mould and the court date, “How does it stand now?”: was “Not started”, is now “Done”"]

    def test_new_goals_and_those_no_longer_there_are_told(self, monday):
        _, _, second = two_meetings(monday)
        draft = drafts.find(second.submission_id)
        fresh = drafts.add_item(draft, "goals", by=Writer())
        write(second, **{f"goals__{fresh}__goal": "A place at nursery for Tobi"})
        drafts.remove_item(draft, "goals.g3", by=Writer())
        view = compared(second)
        assert "New in “Goals”: A place at nursery for Tobi" in view.told
        assert "No longer in “Goals”: A dry, safe home before the baby comes" in view.told
        parts = parts_of(view)
        assert parts["Goals: A place at nursery for Tobi"].is_new
        gone = parts["Goals: A dry, safe home before the baby comes"]
        assert gone.is_gone and gone.rows[0].was == "A dry, safe home before the baby comes"

    def test_lists_that_begin_anew_each_time_are_shown_and_not_told_as_changes(self, monday):
        _, first, second = two_meetings(monday)
        view = compared(second)
        assert drafts.find(first.submission_id).data.answers["events"]
        assert not [words for words in view.told if "Important events" in words or "Decisions" in words or "What each service said" in words]
        assert not [words for words in view.told if "Date of the meeting" in words], "the day of a paper is no change"
        event = next(part for title, part in parts_of(view).items() if title.startswith("Important events since last time: "))
        assert event.is_alone and not event.is_gone and event.rows[0].kind == "gone"

    def test_a_closure_review_stands_beside_the_last_meeting_where_it_takes_answers_from_it(self, monday):
        episode = allocated()
        meeting = finished(episode, "meeting", person("Tom Minutes"), "taf_meeting.closing.json")
        monday.shift(86400)
        review = papers.start("closure_review", episode, by=person("Sita Manager"))
        assert last_time.before(review, drafts.find(review.submission_id)) == meeting
        write(review, level_now="level_1" if drafts.find(meeting.submission_id).data.answers["level_now"] != "level_1" else "level_2")
        row = next(row for (_, label), row in rows_of(compared(review)).items() if label == "Level of need now")
        assert row.kind == "changed" and row.was

    def test_rows_of_open_actions_say_where_they_came_from(self, monday):
        _, _, second = two_meetings(monday)
        data = drafts.find(second.submission_id).data
        first = data.answers["previous_actions"][0]["_id"]
        assert data.prefilled[f"previous_actions.{first}.previous_what"]["words"] == "From “Team around the family meeting” of 15 June 2026"
        assert "previous_status" not in data.answers["previous_actions"][0]


@pytest.fixture
def meetings(app, monday):
    """Addresses of a first and a second meeting, the second still being filled in."""
    for name in ("Sade Screener", "Hugh Hub", "Lena Lead", "Sita Manager", "Tom Minutes", "Sy System"):
        cast.add(app, name)

    def make():
        _, first, second = two_meetings(monday)
        write(second, family_score=9, previous_actions__n1__previous_status="done")
        return first.id, second.id, second.submission_id

    return kept(app, make)


def signed_in(app, name):
    client = app.test_client()
    people.sign_in(client, name)
    return client


def test_the_page_shows_both_and_what_changed(app, meetings):
    first, second, draft = meetings
    lead = signed_in(app, "Lena Lead")
    assert f"/staff/papers/{second}/last-time" in lead.get(f"/fill/{draft}/all").text
    answer = lead.get(f"/staff/papers/{second}/last-time?show=every")
    page = PageSeen(answer.text, "")
    assert page.heading == "Beside last time"
    words = text_of(answer)
    for part in ("What changed", "Last time: Tom Minutes, 15 June 2026", "Now: Lena Lead, 22 June 2026", "is now “Done”"):
        assert part in words, part
    drawings = [one for one in page.tree.iter("svg") if "portal-scale" in one.get("class", "")]
    assert drawings and all(one.get("role") == "img" and one.get("aria-label") for one in drawings)
    assert "(the same)" in words and "Show only what is different" in words
    opened = text_of(lead.get(f"/staff/papers/{second}/last-time"))
    assert "(the same)" not in opened and "is now “Done”" in opened and "Last time: Tom Minutes" in opened, "it opens with what differs"
    assert "Answers that are the same both times, and those not given yet, are left out" in opened and "Show every answer" in opened
    assert "Not answered yet" in words and "Not answered yet" not in opened
    assert lead.get(f"/staff/papers/{first}/last-time").status_code == 404


def test_nobody_sees_it_who_may_not_read_both(app, meetings):
    _, second, _ = meetings
    assert signed_in(app, "Sy System").get(f"/staff/papers/{second}/last-time").status_code == 403
    assert signed_in(app, "Sade Screener").get(f"/staff/papers/{second}/last-time").status_code == 404
    with app.app_context():
        assert db.session.get(papers.Paper, second) is not None
        assert example("taf_meeting.json")["goals"]

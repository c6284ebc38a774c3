"""Papers on an episode: begun with what is known, one at a time where the council says so, signed off by somebody else."""

from __future__ import annotations

import pytest

from portal.access import can
from portal.episodes import after, papers, rules
from portal.episodes.papers import PaperNotNow, PaperOpenAlready, SignOffByAuthor
from portal.submissions import drafts, submit
from tests.episodes.cast import (
    allocated,
    example,
    finish,
    finished,
    person,
    received,
    reviewed,
    screened,
    started,
)

pytestmark = pytest.mark.usefixtures("in_app")


def answers_in(paper):
    return drafts.find(paper.submission_id).data.answers


def sources_in(paper):
    return drafts.find(paper.submission_id).data.prefilled


def test_a_first_meeting_begins_with_the_people_of_the_record():
    paper = papers.start("meeting", allocated(), by=person("Tom Minutes"))
    answers = answers_in(paper)
    assert [child["child_name"] for child in answers["children"]] == ["Jamie Holt"]
    assert [adult["adult_name"] for adult in answers["adults"]] == ["Carly Holt"]
    assert answers["lead"]["first_name"] == "Lena"
    assert answers["minute_taker"]["last_name"] == "Minutes"


def test_what_was_filled_in_beforehand_says_where_it_came_from():
    paper = papers.start("meeting", allocated(), by=person("Tom Minutes"))
    child = answers_in(paper)["children"][0]["_id"]
    source = sources_in(paper)[f"children.{child}.child_name"]
    assert (source["from"], source["words"]) == ("record.children", "From the family’s record on 15 June 2026") or source["from"] == "record.children.full_name"


def test_the_next_meeting_begins_with_the_actions_of_the_last():
    episode, minutes = allocated(), person("Tom Minutes")
    first = finished(episode, "meeting", minutes, "taf_meeting.json")
    agreed = [action["action_what"] for action in answers_in(first)["actions"]]
    second = papers.start("meeting", episode, by=minutes)
    begun = answers_in(second)["previous_actions"]
    assert [action["previous_what"] for action in begun] == agreed
    words = sources_in(second)[f"previous_actions.{begun[0]['_id']}.previous_what"]["words"]
    assert words == "From “Team around the family meeting” of 15 June 2026"
    carried = answers_in(second)["actions"][0]["_id"]
    assert sources_in(second)[f"actions.{carried}.action_what"]["words"] == words


def test_the_next_meeting_and_the_closure_review_begin_with_the_actions_that_are_still_open():
    episode, minutes = allocated(), person("Tom Minutes")
    states = ["done", "not_needed", "under_way", "not_done", "partly_done"]
    told = [action | {"action_status": state} for action, state in zip(example("taf_meeting.json")["actions"], states, strict=True)]
    finished(episode, "meeting", minutes, "taf_meeting.closing.json", actions=told)
    open_ones = [action["action_what"] for action in told[2:]]
    second = answers_in(papers.start("meeting", episode, by=minutes))
    assert [action["previous_what"] for action in second["previous_actions"]] == open_ones
    assert [action["action_what"] for action in second["actions"]] == open_ones
    assert [action["action_who"] for action in second["actions"]] == [action["action_who"] for action in told[2:]]
    assert all("action_status" not in action and "action_accepted" not in action for action in second["actions"])
    review = answers_in(papers.start("closure_review", episode, by=person("Sita Manager")))
    assert [action["left_what"] for action in review["left_to_do"]] == open_ones
    assert [action["left_who"] for action in review["left_to_do"]] == [action["action_who"] for action in told[2:]]


def test_the_next_meeting_keeps_the_scores_given_to_a_goal_at_the_start():
    episode, minutes = allocated(), person("Tom Minutes")
    first = answers_in(finished(episode, "meeting", minutes, "taf_meeting.json"))
    second = answers_in(papers.start("meeting", episode, by=minutes))
    assert [goal["goal"] for goal in second["goals"]] == [goal["goal"] for goal in first["goals"]]
    assert [one["goal_at_start"] for one in second["goal_scores"]] == [one["goal_at_start"] for one in first["goal_scores"]]


def test_a_sign_off_names_the_paper_and_its_author():
    paper = papers.start("closure_sign_off", reviewed(), by=person("Quin Quality"))
    assert (answers_in(paper)["signing"], answers_in(paper)["author_name"]) == ("closure_review", "Sita Manager")


def test_a_paper_cannot_be_started_at_the_wrong_stage():
    with pytest.raises(PaperNotNow, match="“Closure review” cannot be started while the family is at “Received”"):
        papers.start("closure_review", received(), by=person("Sita Manager"))


def test_a_paper_that_is_not_many_has_one_open_draft():
    episode, manager = reviewed(), person("Sita Manager")
    papers.start("closure_review", episode, by=manager)
    once = rules.paper("closure_review").model_copy(update={"many": False})
    refusal = papers.refusal(once, episode, papers.of_episode(episode))
    assert isinstance(refusal, PaperOpenAlready)
    assert refusal.message == "“Closure review” has been started already. Continue the one that is open."
    assert papers.refusal(rules.paper("closure_review"), episode, papers.of_episode(episode)) is None


def test_a_double_click_starts_one_paper():
    episode, minutes = allocated(), person("Tom Minutes")
    one = papers.start("meeting", episode, by=minutes, key="the button's key")
    assert papers.start("meeting", episode, by=minutes, key="the button's key") is one


def test_a_sign_off_by_the_author_is_refused_at_the_start():
    with pytest.raises(SignOffByAuthor, match="You wrote in “Closure review”. Someone else must sign it off"):
        papers.start("closure_sign_off", reviewed(), by=person("Sita Manager"))


def test_a_sign_off_by_the_author_is_refused_at_the_end_and_in_access():
    episode, manager = reviewed(), person("Sita Manager")
    paper = started(episode, "closure_sign_off", person("Quin Quality"), "sign_off.json")
    submission = drafts.find(paper.submission_id)
    with pytest.raises(SignOffByAuthor):
        after.finalised(submission, manager)
    assert not can(manager, "submission.send", submission)
    assert can(person("Quin Quality"), "submission.send", submission)


def test_somebody_who_only_added_a_line_wrote_in_it_too():
    episode = allocated()
    paper = started(episode, "meeting", person("Tom Minutes"), "taf_meeting.json")
    draft = drafts.find(paper.submission_id)
    lead = person("Lena Lead")
    drafts.add_item(draft, "events", by=drafts.Writer(lead.id, lead.name))
    with pytest.raises(SignOffByAuthor):
        papers.check_not_author(paper, lead)


def test_what_is_signed_off_is_not_signed_twice():
    episode = reviewed()
    finished(episode, "closure_sign_off", person("Quin Quality"), "sign_off.json", decision="agree", actions=[])
    episode.stage = "closing"
    with pytest.raises(PaperNotNow, match="no finished “Closure review” waiting to be signed off"):
        papers.start("closure_sign_off", episode, by=person("Quin Quality"))


def test_a_returned_review_keeps_the_episode_open_and_can_be_written_again():
    episode = reviewed()
    finished(episode, "closure_sign_off", person("Quin Quality"), "sign_off.json")
    assert episode.stage == "closing"
    assert "closure_review" in [rule.id for rule in papers.startable(episode)]
    assert "closure_sign_off" not in [rule.id for rule in papers.startable(episode)]


def test_finishing_twice_follows_once():
    episode = screened()
    paper = started(episode, "screening_sign_off", person("Hugh Hub"), "sign_off.screening.json")
    finish(paper, person("Hugh Hub"))
    after.finalised(drafts.find(paper.submission_id), person("Hugh Hub"))
    assert episode.stage == "allocated"


@pytest.mark.parametrize(("next_date", "asked"), [("2026-09-07", []), ("2026-09-08", ["departure_reason", "departure_manager"])])
def test_a_next_meeting_84_days_away_is_fine_and_85_needs_an_agreed_reason(next_date, asked):
    episode = allocated()
    paper = started(episode, "meeting", person("Tom Minutes"), "taf_meeting.json", meeting_date="2026-06-15", next_date=next_date)
    draft = drafts.find(paper.submission_id)
    assert [problem.path for problem in submit.problems_before_sending(draft, drafts.facts_for(draft))] == asked

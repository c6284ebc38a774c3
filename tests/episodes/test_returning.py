"""A finished paper returned for changes: asked with reasons, changed on a copy, merged when valid, looked at and accepted or asked again."""

from __future__ import annotations

import io
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.episodes import after, clocks, papers, returning, transitions
from portal.families import bindings, consents, corrections, people, profile
from portal.families.bindings import Described, Fact
from portal.families.models import TAKEN_OUT, Family, FamilyMember
from portal.forms import question_kinds
from portal.jobs import run
from portal.jobs.models import Job
from portal.notifications.compose import body_of
from portal.notifications.models import Notification
from portal.notifications.notices import write
from portal.submissions import attachments, drafts, resume, returned_copy, returns, withdraw
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Clashed, Writer
from portal.submissions.models import Attachment, Revision, SubmissionPerson
from portal.submissions.returns import NothingAsked, NothingChanged, NotReturnable, RoundMoved, RoundOver
from portal.submissions.submit import NotReady
from tests.episodes.cast import allocated, finished, person, received, reviewed, screened, started
from tests.episodes.returned import (
    Typed,
    answers_of,
    edit,
    hand_back,
    open_paths,
    paper_of,
    returned,
    rounds_of,
)

pytestmark = pytest.mark.usefixtures("in_app")


@pytest.fixture
def request_paper():
    """A request that has come in and that nobody has looked at."""
    episode = received()
    return episode, paper_of(episode, "request")


@pytest.fixture
def meeting():
    """A finished record of a meeting, and the manager who looks at it."""
    episode = allocated()
    return episode, finished(episode, "meeting", person("Tom Minutes"), "taf_meeting.json")


def screener():
    return person("Sade Screener")


# What may be changed


def test_only_the_questions_asked_about_can_be_changed(request_paper):
    _, paper = request_paper
    one = returned(paper, screener(), your_phone="The number does not ring")
    assert open_paths(one) == ["your_phone"]
    edit(one, your_phone="01632 960999", your_name="Somebody Else")
    hand_back(one)
    assert answers_of(paper)["your_phone"] == "01632 960999"
    assert answers_of(paper)["your_name"] == "Deborah Ashworth-Lane"


def test_the_record_stays_as_it_is_until_the_copy_comes_back(request_paper):
    _, paper = request_paper
    one = returned(paper, screener(), your_phone="The number does not ring")
    edit(one, your_phone="01632 960999")
    assert answers_of(paper)["your_phone"] == "01632 960114"


def test_questions_that_a_change_brings_up_are_asked_too(request_paper):
    _, paper = request_paper
    one = returned(paper, screener(), children__jamie__disability="His plan speaks of one")
    assert open_paths(one) == ["children.jamie.disability"]
    edit(one, children__jamie__disability="yes")
    assert open_paths(one) == [f"children.jamie.{name}" for name in ("disability", "disability_kind", "adjustments")]
    edit(one, children__jamie__disability_kind="Cerebral palsy")
    hand_back(one)
    assert answers_of(paper)["children"][0]["disability_kind"] == "Cerebral palsy"


def test_a_question_that_a_change_brings_up_must_be_answered_where_the_form_demands_it(meeting):
    _, paper = meeting
    one = returned(paper, person("Sita Manager"), lead_change="Who is it now?")
    edit(one, lead_change="yes")
    assert "new_lead" in open_paths(one)
    with pytest.raises(NotReady) as missing:
        hand_back(one)
    assert [problem.path for problem in missing.value.problems] == ["new_lead"]


def test_an_answer_that_a_change_makes_wrong_is_asked_again(meeting):
    _, paper = meeting
    one = returned(paper, person("Sita Manager"), interval="Is that not too long?", meeting_date="The invitation says another day")
    assert "next_date" not in open_paths(one)
    edit(one, meeting_date="2026-05-04")
    problem = next(each for each in returned_copy.new_problems(one, drafts.find(paper.submission_id), drafts.facts_for(drafts.find(paper.submission_id))))
    assert problem.path in open_paths(one)


def test_items_can_be_added_to_a_list_that_was_asked_about(request_paper):
    _, paper = request_paper
    one = returned(paper, screener(), children="The mother speaks of a baby")
    submission = drafts.find(paper.submission_id)
    facts = drafts.facts_for(submission)
    baby = returned_copy.add_item(one, submission, "children", by=Writer(), facts=facts)
    assert f"children.{baby}.child_first_name" in open_paths(one)
    assert "children.jamie.child_first_name" not in open_paths(one)
    assert returned_copy.add_item(one, submission, "adults", by=Writer(), facts=facts) == ""
    returned_copy.remove_item(one, submission, "adults.carly", by=Writer(), facts=facts)
    assert [each["_id"] for each in one.answers["adults"]] == ["carly"]
    page = definition_of(submission).index.page_of["child_first_name"].id
    one.acknowledged = {f"{page}/{baby}": "read", f"{page}/jamie": "read"}
    returned_copy.remove_item(one, submission, f"children.{baby}", by=Writer(), facts=facts)
    assert (open_paths(one), list(one.acknowledged)) == ([], [f"{page}/jamie"])


def test_a_copy_that_is_not_valid_is_kept_and_does_not_come_back(request_paper):
    _, paper = request_paper
    one = returned(paper, screener(), your_email="It came back undelivered")
    submission = drafts.find(paper.submission_id)
    returned_copy.save(one, submission, Typed(incomplete={"your_email": {"": ["no address"]}}), expected_version=1, by=Writer(), facts=drafts.facts_for(submission))
    with pytest.raises(NotReady) as wrong:
        hand_back(one)
    assert [problem.path for problem in wrong.value.problems] == ["your_email"]
    assert one.incomplete == {"your_email": {"": ["no address"]}}


def test_handing_back_without_a_change_takes_words(request_paper):
    _, paper = request_paper
    one = returned(paper, screener(), your_phone="Is it right?")
    with pytest.raises(NothingChanged, match="say why nothing needs to change"):
        hand_back(one)
    hand_back(one, "It is right: ring after four o'clock")
    assert (one.status, one.answer_note, one.merged_version) == ("answered", "It is right: ring after four o'clock", None)


# Versions


def test_the_version_before_stays_readable_and_the_new_one_has_a_new_number(request_paper):
    _, paper = request_paper
    submission = drafts.find(paper.submission_id)
    before, version = dict(submission.data.answers), submission.version
    one = returned(paper, screener(), your_phone="The number does not ring")
    assert submission.version == version
    edit(one, your_phone="01632 960999")
    hand_back(one)
    assert submission.version == version + 1 == one.merged_version
    kept = returns.earlier(rounds_of(paper))
    assert [(each.number, each.answers) for each in kept] == [(1, before)]
    again = returned(paper, screener(), after=one.id, your_phone="And the code?")
    edit(again, your_phone="01632 960998")
    hand_back(again)
    assert [each.answers["your_phone"] for each in returns.earlier(rounds_of(paper))] == ["01632 960114", "01632 960999"]
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "submission.return_answered")).first()
    assert told.detail["before"] == returns.fingerprint(before)


def test_the_history_says_who_changed_what(meeting):
    _, paper = meeting
    one = returned(paper, person("Sita Manager"), outcome_why="Say which goal")
    edit(one, outcome_why="Because of the first goal")
    hand_back(one, by=person("Tom Minutes"))
    last = db.session.scalars(select(Revision).where(Revision.submission_id == paper.submission_id).order_by(Revision.number.desc())).first()
    assert (last.action, last.by_label, list(last.changes)) == ("changed", "Tom Minutes", ["outcome_why"])
    assert list(one.changes) == ["outcome_why"]
    assert one.changes["outcome_why"][1] == "Because of the first goal"


def test_answers_that_a_change_hides_are_dropped_with_an_event(meeting):
    _, paper = meeting
    before = answers_of(paper)
    one = returned(paper, person("Sita Manager"), any_decisions="Were there any?")
    edit(one, any_decisions="no")
    hand_back(one, by=person("Tom Minutes"))
    assert before["any_decisions"] == "yes" and before["decisions"]
    assert not answers_of(paper).get("decisions")
    dropped = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "submission.hidden_answers_dropped")).all()[-1]
    assert all(path.startswith("decisions.") for path in dropped.detail["paths"])
    assert returns.earlier(rounds_of(paper))[0].answers["decisions"] == before["decisions"]


def test_people_are_found_by_the_name_they_have_now(request_paper):
    _, paper = request_paper
    one = returned(paper, screener(), children__jamie__child_first_name="The register has another name")
    edit(one, children__jamie__child_first_name="James")
    hand_back(one)
    named = db.session.scalars(select(SubmissionPerson.first_name).where(SubmissionPerson.submission_id == paper.submission_id)).all()
    assert "James" in named and "Jamie" not in named


# Two people at once


def test_of_two_reviewers_the_second_is_told(request_paper):
    _, paper = request_paper
    returned(paper, screener(), your_phone="The number does not ring")
    with pytest.raises(RoundMoved, match="Sade Screener returned it on 15 June 2026 at 10:00am"):
        returned(paper, person("Hugh Hub"), your_name="Who is this?")
    assert [each.asked_by_label for each in rounds_of(paper)] == ["Sade Screener"]


def test_of_two_reviewers_who_accept_the_second_is_told(request_paper):
    _, paper = request_paper
    one = returned(paper, screener(), your_phone="The number does not ring")
    edit(one, your_phone="01632 960999")
    hand_back(one)
    returning.accept(paper, one, "", by=screener())
    with pytest.raises(RoundOver, match="Sade Screener accepted the changes"):
        returning.accept(paper, one, "", by=person("Hugh Hub"))
    with pytest.raises(RoundMoved):
        returned(paper, person("Hugh Hub"), your_name="Who is this?")


def test_a_new_return_carries_on_with_what_was_changed_and_is_still_asked(request_paper):
    _, paper = request_paper
    first = returned(paper, screener(), your_phone="The number does not ring", your_job="Which school?")
    edit(first, your_phone="01632 960999", your_job="Head of Marshfield Road")
    second = returned(paper, person("Hugh Hub"), after=first.id, your_phone="Give a mobile", how_you_know="Since when?")
    assert (first.status, second.status) == ("replaced", "open")
    assert second.answers["your_phone"] == "01632 960999"
    assert second.answers["your_job"] == "Head teacher"
    with pytest.raises(RoundOver, match="Hugh Hub returned it again"):
        hand_back(first)


def test_a_new_return_carries_on_with_items_that_were_added(request_paper):
    _, paper = request_paper
    first = returned(paper, screener(), children="A baby?")
    submission = drafts.find(paper.submission_id)
    baby = returned_copy.add_item(first, submission, "children", by=Writer(), facts=drafts.facts_for(submission))
    edit(first, **{f"children__{baby}__child_first_name": "Baby"})
    second = returned(paper, screener(), after=first.id, children="A baby?", your_job="Which school?")
    assert [each.get("child_first_name") for each in second.answers["children"]] == ["Jamie", "Baby"]


def test_two_windows_of_the_author_do_not_overwrite_each_other(request_paper):
    _, paper = request_paper
    one = returned(paper, screener(), your_phone="The number does not ring", your_job="Which school?")
    read_at = one.version
    edit(one, Writer(tab="first"), version=read_at, your_phone="01632 960999")
    edit(one, Writer(tab="second"), version=read_at, your_phone="01632 960114", your_job="Head of school")
    assert (one.answers["your_phone"], one.answers["your_job"]) == ("01632 960999", "Head of school")
    with pytest.raises(Clashed) as clash:
        edit(one, Writer(tab="second"), version=read_at, your_phone="01632 960777")
    assert [(each.path, each.mine, each.theirs) for each in clash.value.clashes] == [("your_phone", "01632 960777", "01632 960999")]


def test_what_the_sender_adds_later_meanwhile_is_in_the_copy_too(request_paper):
    _, paper = request_paper
    submission = drafts.find(paper.submission_id)
    later = next((question.id for question, scope in withdraw.may_follow(submission, drafts.facts_for(submission)) if not scope and question.kind in ("text", "long_text")), None)
    one = returned(paper, screener(), your_phone="The number does not ring")
    edit(one, your_phone="01632 960999")
    if later is not None:
        withdraw.add_later(submission, Typed({later: "More"}), by=Writer(), facts=drafts.facts_for(submission))
        assert one.answers[later] == "More"
    hand_back(one)
    assert answers_of(paper)["your_phone"] == "01632 960999"
    assert later is None or answers_of(paper)[later] == "More"


# Who may, and when it is too late


def test_nobody_returns_what_they_wrote(meeting):
    _, paper = meeting
    with pytest.raises(papers.SignOffByAuthor, match="You wrote in “Team around the family meeting”"):
        returned(paper, person("Tom Minutes"), outcome_why="Say which goal")


def test_whoever_answered_a_return_does_not_accept_it(meeting):
    _, paper = meeting
    one = returned(paper, person("Sita Manager"), outcome_why="Say which goal")
    edit(one, outcome_why="Because of the first goal")
    hand_back(one, by=person("Sita Manager"))
    with pytest.raises(papers.SignOffByAuthor):
        returning.accept(paper, one, "", by=person("Sita Manager"))


@pytest.mark.parametrize(("path", "reason", "words"), [("", "", "Tick at least one question"), ("your_phone", "  ", "Give a reason for each"), ("nothing_like_it", "why", "Tick at least one")])
def test_a_return_asks_something_and_says_why(request_paper, path, reason, words):
    _, paper = request_paper
    with pytest.raises(NothingAsked, match=words):
        returned(paper, screener(), **({path: reason} if path else {}))
    assert rounds_of(paper) == []


def test_a_draft_and_a_withdrawn_request_are_not_returned(request_paper):
    episode, paper = request_paper
    withdraw.withdraw(drafts.find(paper.submission_id), "No longer needed", by=Writer())
    with pytest.raises(NotReturnable, match="was withdrawn"):
        returned(paper, screener(), your_phone="The number does not ring")
    transitions.by_hand(episode, "begin_screening", by=screener())
    draft = started(episode, "screening", screener(), "screening_outcome.json")
    with pytest.raises(NotReturnable, match="being filled in"):
        returned(draft, person("Hugh Hub"), outcome="Why?")


def test_withdrawing_ends_a_return(request_paper):
    _, paper = request_paper
    one = returned(paper, screener(), your_phone="The number does not ring")
    withdraw.withdraw(drafts.find(paper.submission_id), "No longer needed", by=Writer())
    assert one.status == "overtaken"
    with pytest.raises(RoundOver, match="The form was withdrawn"):
        hand_back(one)


def test_after_support_has_ended_nothing_is_returned(meeting):
    episode, paper = meeting
    transitions.by_hand(episode, "social_care_accepts", by=person("Sita Manager"), reason="Accepted today")
    with pytest.raises(returning.TooLate, match="Reopen it first"):
        returned(paper, person("Sita Manager"), outcome_why="Say which goal")


def test_a_return_can_be_taken_back_with_a_reason(request_paper):
    _, paper = request_paper
    one = returned(paper, screener(), your_phone="The number does not ring")
    edit(one, your_phone="01632 960999")
    submission = drafts.find(paper.submission_id)
    with pytest.raises(NothingAsked, match="Say why"):
        returns.take_back(one, submission, " ", by=Writer(label="Sade Screener"))
    returns.take_back(one, submission, "It rings after all", by=Writer(screener().id, "Sade Screener"))
    assert (one.status, one.closed_note) == ("taken_back", "It rings after all")
    assert answers_of(paper)["your_phone"] == "01632 960114"
    with pytest.raises(RoundOver, match="Sade Screener took the return back"):
        hand_back(one)


def test_files_of_a_copy_that_is_given_up_are_forgotten_and_those_of_the_record_stay(meeting):
    _, paper = meeting
    submission = drafts.find(paper.submission_id)
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    held = db.session.scalars(select(Attachment.id).where(Attachment.submission_id == submission.id)).all()
    one = returned(paper, person("Sita Manager"), tool_file="The wrong page")
    fresh = attachments.add(submission, "tool_file", "score.png", picture.getvalue())
    edit(one, tool_file=[fresh])
    returns.take_back(one, submission, "Never mind", by=Writer(label="Sita Manager"))
    assert db.session.scalars(select(Attachment.id).where(Attachment.submission_id == submission.id)).all() == held


# What follows, by the council's files


def test_a_request_that_is_returned_is_being_screened(request_paper):
    episode, paper = request_paper
    returned(paper, screener(), your_phone="The number does not ring")
    assert episode.stage == "screening"
    assert [change.transition for change in transitions.history(episode)][-1] == "ask_sender"


def test_a_screening_goes_back_to_the_screener_and_comes_again_to_the_manager():
    episode = screened()
    paper = paper_of(episode, "screening")
    one = returned(paper, person("Hugh Hub"), level="Say why not level 3")
    assert episode.stage == "screening"
    hand_back(one, "It is level 2 because of the school's report", by=screener())
    assert episode.stage == "awaiting_direction"


def test_the_sender_is_told_with_reference_and_link_only(request_paper):
    episode, paper = request_paper
    returned(paper, screener(), "Please ring Jamie’s mother", your_phone="The number does not ring")
    [payload] = [job.payload for job in db.session.query(Job) if job.payload.get("notice") == "changes_asked"]
    write(payload, job_id=1)
    letter = db.session.scalars(select(Notification).where(Notification.notice == "changes_asked")).one()
    key = resume.key_of(drafts.find(paper.submission_id))
    assert letter.recipient == "referrer@example.org"
    assert letter.subject == f"Changes are asked for: {episode.reference}"
    assert f"/resume/{resume.token_of(key)}" in body_of(letter)
    assert "Jamie" not in letter.body and "number" not in letter.body


def test_each_round_is_told_and_so_is_the_answer(meeting):
    _, paper = meeting
    manager, minutes = person("Sita Manager"), person("Tom Minutes")
    one = returned(paper, manager, outcome_why="Say which goal")
    edit(one, outcome_why="Because of the first goal")
    hand_back(one, by=minutes)
    returned(paper, manager, after=one.id, outcome_why="And the second?")
    run.run_due()
    told = [(letter.recipient, letter.subject.partition(":")[0]) for letter in db.session.scalars(select(Notification).order_by(Notification.created_at, Notification.id))]
    assert told.count((minutes.email, "Changes are asked for")) == 2
    assert told.count((manager.email, "Changes were made")) == 1


def test_the_link_of_an_old_request_works_again_while_it_is_returned(request_paper, monday):
    _, paper = request_paper
    submission = drafts.find(paper.submission_id)
    monday.shift(resume.STATUS_LINK_LASTS.total_seconds() + 86400)
    token = resume.token_of(resume.key_of(submission))
    with pytest.raises(resume.LinkExpired):
        resume.key_behind(token)
    returned(paper, screener(), your_phone="The number does not ring")
    assert resume.key_behind(token).submission_id == submission.id


def test_agreement_that_was_put_right_is_recorded_anew(request_paper):
    episode, paper = request_paper
    submission = drafts.find(paper.submission_id)
    given = next(iter(bindings.consents(definition_of(submission), submission.data.answers)))
    one = returned(paper, screener(), **{given.path.replace(".", "__"): "She says she never agreed"})
    edit(one, **{given.path.replace(".", "__"): dict(given.value) | {"method": "verbal", "date": "2026-06-12"}})
    before = len(consents.of_family(episode.family_id))
    hand_back(one, "Asked again")
    family = db.session.get(Family, episode.family_id)
    assert len(consents.of_family(family.id)) == before + 1
    assert consents.of_family(family.id)[0].given_on == "2026-06-12"


# Sign-off


def test_a_paper_with_its_author_is_not_signed_off():
    episode = reviewed()
    quality = person("Quin Quality")
    begun = started(episode, "closure_sign_off", quality, "sign_off.json", decision="agree", actions=[])
    returned(paper_of(episode, "closure_review"), quality, closing_reason_why="Not in the family's words")
    with pytest.raises(papers.ReturnWaits, match="was returned for changes and has not come back"):
        papers.start("closure_sign_off", episode, by=quality)
    with pytest.raises(papers.ReturnWaits):
        after.finalised(drafts.find(begun.submission_id), quality)


def test_what_was_changed_after_its_sign_off_is_signed_again(monday):
    episode = reviewed()
    quality, manager = person("Quin Quality"), person("Sita Manager")
    finished(episode, "closure_sign_off", quality, "sign_off.json", decision="agree", actions=[])
    assert episode.stage == "closing_agreed"
    paper = paper_of(episode, "closure_review")
    one = returned(paper, quality, closing_reason_why="Not in the family's words")
    assert episode.stage == "closing"
    monday.shift(60)
    edit(one, closing_reason_why="“We are managing now”, says Ms Holt")
    hand_back(one, by=manager)
    returning.accept(paper, one, "Thank you", by=quality)
    monday.shift(60)
    finished(episode, "closure_sign_off", quality, "sign_off.json", decision="agree", actions=[])
    assert episode.stage == "closing_agreed"


def test_a_date_that_was_put_right_moves_the_time_limit_it_started_and_nothing_else_does(meeting, monday):
    episode, paper = meeting
    first = {clock.rule_id: clock for clock in clocks.running(clocks.of_episode([episode.id])[episode.id])}["c17"]
    one = returned(paper, person("Sita Manager"), outcome_why="Say which goal", meeting_date="The invitation says the 8th", next_date="Is it that long?", interval="And the interval?")
    edit(one, outcome_why="Because of the first goal")
    hand_back(one, by=person("Tom Minutes"))
    assert first.stopped_at is None
    again = returned(paper, person("Sita Manager"), after=one.id, meeting_date="The invitation says the 8th")
    edit(again, meeting_date="2026-06-08")
    hand_back(again, by=person("Tom Minutes"))
    assert first.stopped_because == "Started again"
    now = {clock.rule_id: clock for clock in clocks.running(clocks.of_episode([episode.id])[episode.id])}["c17"]
    assert (now.due_at - first.due_at).days == (date(2026, 6, 8) - date.fromisoformat(one.base["meeting_date"])).days


# The record of the family


def people_of(episode):
    return {person.full_name: (member, person) for member, person in people.members(episode.family_id)}


def test_what_the_request_says_anew_of_a_person_is_on_the_familys_record(request_paper):
    episode, paper = request_paper
    one = returned(paper, screener(), children__jamie__child_first_name="The register says James", children__jamie__school="Which one?")
    edit(one, children__jamie__child_first_name="James", children__jamie__school="Riverside Primary School")
    hand_back(one)
    _, james = people_of(episode)["James Holt"]
    assert james.fact("school") == "Riverside Primary School"
    assert "Jamie Holt" not in people_of(episode)


def test_what_staff_put_right_meanwhile_stays(request_paper):
    episode, paper = request_paper
    one = returned(paper, screener(), children__jamie__school="Which one?", children__jamie__date_of_birth="Is it right?")
    member, jamie = people_of(episode)["Jamie Holt"]
    known = corrections.details(member, jamie)
    corrections.change(member, known | {"date_of_birth": "2018-10-07", "reason": "Saw the red book"}, by=screener(), expected_version=corrections.version_of(jamie))
    edit(one, children__jamie__school="Riverside Primary School", children__jamie__date_of_birth="2018-10-06")
    hand_back(one)
    assert jamie.fact("school") == "Riverside Primary School"
    assert jamie.date_of_birth == date(2018, 10, 7)


def test_a_child_who_was_added_joins_the_family_with_what_the_others_are_to_them(request_paper):
    episode, paper = request_paper
    one = returned(paper, screener(), children="The mother speaks of a daughter")
    submission = drafts.find(paper.submission_id)
    facts = drafts.facts_for(submission)
    mia = returned_copy.add_item(one, submission, "children", by=Writer(), facts=facts)
    told = {path: question_kinds.example(definition_of(submission).index.questions[path.rpartition(".")[2]]) for path in missing(one)}
    edit(one, **{path.replace(".", "__"): value for path, value in told.items()})
    edit(one, **{f"children__{mia}__child_first_name": "Mia", f"children__{mia}__child_last_name": "Holt", f"children__{mia}__date_of_birth": "2020-02-03", f"adults__carly__links__{mia}__relationship": "mother"})
    for _ in range(4):
        edit(one, **{path.replace(".", "__"): question_kinds.example(definition_of(submission).index.questions[path.rpartition(".")[2]]) for path in missing(one)})
    hand_back(one)
    found = people_of(episode)
    assert {"Jamie Holt", "Mia Holt", "Carly Holt"} <= found.keys()
    ties = {(tie.person_id, tie.other_id): tie.kind for tie in people.relationships([person.id for _, person in found.values()])}
    assert ties[found["Carly Holt"][1].id, found["Mia Holt"][1].id] == ties[found["Carly Holt"][1].id, found["Jamie Holt"][1].id]
    again = returned(paper, screener(), after=one.id, **{f"children__{mia}__child_first_name": "Is it Maya?", "children": "Is she one of them?"})
    edit(again, **{f"children__{mia}__child_first_name": "Maya"})
    hand_back(again)
    assert "Maya Holt" in people_of(episode) and "Jamie Holt" in people_of(episode)


def missing(one):
    submission = drafts.find(one.submission_id)
    return [problem.path for problem in returned_copy.new_problems(one, submission, drafts.facts_for(submission)) if problem.path]


def test_somebody_taken_out_of_the_request_stays_on_the_record_for_staff_to_judge(request_paper):
    episode, paper = request_paper
    one = returned(paper, screener(), adults="Is she the mother?", adults_known="Do you know any?")
    edit(one, adults_known="no")
    for _ in range(3):
        edit(one, **{path.replace(".", "__"): question_kinds.example(definition_of(drafts.find(paper.submission_id)).index.questions[path.rpartition(".")[2]]) for path in missing(one)})
    hand_back(one)
    assert "Carly Holt" in people_of(episode)
    lines = {line.person.full_name: line.is_named_no_more for _, group in profile.of(db.session.get_one(Family, episode.family_id)).groups for line in group}
    assert lines == {"Carly Holt": True, "Jamie Holt": False}, "staff are told, on the family's page"


def test_a_family_is_not_called_by_a_child_who_was_taken_out(request_paper):
    episode, _ = request_paper
    family = db.session.get_one(Family, episode.family_id)
    (child,) = [member for member, _ in people.members(family.id) if member.role == "child"]
    other = people.made_of(Described("child", "x", {"last_name": Fact("Last name", "Wrong", "Wrong"), "first_name": Fact("First name", "Ann", "Ann")}), family.council, "")
    db.session.add(other)
    db.session.flush()
    db.session.add(FamilyMember(family_id=family.id, person_id=other.id, role="child", position=child.position + TAKEN_OUT))
    db.session.flush()
    assert people.name_of(family) == family.name

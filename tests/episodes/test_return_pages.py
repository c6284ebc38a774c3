"""Returning for changes as people do it: the reviewer's pages, the sender's through link and code, a colleague's on their own paper."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from portal.audit.models import AuditEvent
from portal.db import db
from portal.episodes.models import Paper
from portal.submissions import drafts, resume, returns
from tests.accounts import people
from tests.episodes import cast
from tests.episodes.returned import paper_of
from tests.episodes.test_work_list import kept, text_of
from tests.submissions.filler import PageSeen

WHY = "The number does not ring"


@pytest.fixture
def everybody(app):
    """Accounts of the cast."""
    for name in ("Sade Screener", "Hugh Hub", "Lena Lead", "Sita Manager", "Tom Minutes", "Quin Quality"):
        cast.add(app, name)


@pytest.fixture
def request_in(app, everybody):
    """A request that came in, with the sender's link and code."""

    def make():
        episode = cast.received()
        paper = paper_of(episode, "request")
        submission = drafts.find(paper.submission_id)
        opening = resume.make(submission, email="referrer@example.org")
        return SimpleNamespace(paper=paper.id, submission=submission.id, token=opening.token, code=opening.code, family=episode.family_id)

    return kept(app, make)


@pytest.fixture
def meeting(app, everybody):
    """A finished meeting of a family whose lead is Lena."""

    def make():
        episode = cast.allocated()
        paper = cast.finished(episode, "meeting", cast.person("Tom Minutes"), "taf_meeting.json")
        return SimpleNamespace(paper=paper.id, submission=paper.submission_id, family=episode.family_id)

    return kept(app, make)


def as_(app, name):
    client = app.test_client()
    people.sign_in(client, name)
    return client


def return_it(client, paper, after="", message="", **reasons):
    """Tick, go on, give the reasons, send."""
    address = f"/staff/papers/{paper}/return"
    paths = [path.replace("__", ".") for path in reasons]
    chosen = client.post(address, data={"path": paths, "after": after, "step": "reasons"})
    assert chosen.status_code == 200
    given = {f"reason {path.replace('__', '.')}": reason for path, reason in reasons.items()}
    return client.post(address, data={"path": paths, "after": after, "step": "send", "message": message} | given)


def sender(app, request_in):
    """The sender's browser, come in by link and code."""
    client = app.test_client()
    opened = client.post(f"/resume/{request_in.token}", data={"code": request_in.code})
    return client, opened.location


def fields_of(client, address):
    page = PageSeen(client.get(address).text, address)
    form = page.form()
    return page, page.fields(form)


def round_of(app, request_in):
    with app.app_context():
        one = returns.newest(request_in.submission)
        db.session.expunge(one)
        return one


def record(app, request_in):
    with app.app_context():
        return drafts.find(request_in.submission).data.answers


def test_the_whole_round_from_the_screener_to_the_sender_and_back(app, request_in):
    screener = as_(app, "Sade Screener")
    paper_page = screener.get(f"/staff/papers/{request_in.paper}").text
    assert f"/staff/papers/{request_in.paper}/return" in paper_page
    choose = PageSeen(screener.get(f"/staff/papers/{request_in.paper}/return").text, "")
    assert choose.heading == "What should be changed?"
    assert "01632 960114" in choose.html
    done = return_it(screener, request_in.paper, message="Thank you for the rest", your_phone=WHY)
    assert done.status_code == 303
    page = text_of(screener.get(done.location))
    assert "Returned for changes" in page and "has not come back" in page
    assert "Returned for changes" in text_of(screener.get(f"/staff/families/{request_in.family}"))

    client, opened = sender(app, request_in)
    assert opened == f"/sent/{request_in.submission}/changes"
    seen, fields = fields_of(client, opened)
    assert WHY in seen.html and "Thank you for the rest" in seen.html
    assert fields["_shown"] == ["your_phone"]
    assert "Sade" not in seen.html and "Jamie" not in seen.html
    back = client.post(opened, data=fields | {"your_phone": "01632 960999", "your_name": "Mallory", "then": "send"})
    assert back.status_code == 303
    thanks = text_of(client.get(back.location))
    assert "Your changes are with us" in thanks and "We need something from you" not in thanks
    assert (record(app, request_in)["your_phone"], record(app, request_in)["your_name"]) == ("01632 960999", "Deborah Ashworth-Lane")

    one = round_of(app, request_in)
    review = PageSeen(screener.get(f"/staff/returns/{one.id}").text, "")
    assert "".join(next(review.tree.iter("del")).itertext()) and "960999" in "".join(list(review.tree.iter("ins"))[-1].itertext())
    assert WHY in review.html
    before = text_of(screener.get(f"/staff/papers/{request_in.paper}/versions/1"))
    assert "01632 960114" in before and "It cannot be changed" in before
    assert screener.get(f"/staff/papers/{request_in.paper}/versions/2").status_code == 404
    accepted = screener.post(f"/staff/returns/{one.id}/accept", data={"note": "Rang, all well"})
    history = text_of(screener.get(accepted.location))
    for words in ("Changes accepted", "Rang, all well", "Asked about one question", "one answer changed", "Changed answers after it was returned"):
        assert words in history
    with app.app_context():
        events = {event.event for event in db.session.query(AuditEvent).filter_by(subject_id=request_in.submission)}
    assert {"submission.returned", "submission.return_answered", "submission.return_accepted"} <= events


def test_the_status_page_leads_to_what_is_asked(app, request_in):
    return_it(as_(app, "Sade Screener"), request_in.paper, your_phone=WHY)
    client, _ = sender(app, request_in)
    page = client.get(f"/sent/{request_in.submission}").text
    assert "We need something from you" in page
    assert f"/sent/{request_in.submission}/changes" in page


def test_nobody_else_reaches_the_copy(app, request_in):
    return_it(as_(app, "Sade Screener"), request_in.paper, your_phone=WHY)
    assert app.test_client().get(f"/sent/{request_in.submission}/changes").status_code in (401, 404)
    assert as_(app, "Lena Lead").get(f"/sent/{request_in.submission}/changes").status_code == 404


def test_what_is_wrong_is_kept_as_typed_and_told(app, request_in):
    return_it(as_(app, "Sade Screener"), request_in.paper, your_email="It came back")
    client, here = sender(app, request_in)
    _, fields = fields_of(client, here)
    answer = client.post(here, data=fields | {"your_email": "no address", "then": "send"})
    assert answer.status_code == 422
    page = PageSeen(answer.text, here)
    assert "There is a problem" in page.html and 'value="no address"' in page.html
    assert client.post(here, data=fields | {"your_email": "no address"}).status_code == 303
    assert 'value="no address"' in client.get(here).text
    assert record(app, request_in)["your_email"] != "no address"


def test_a_change_that_calls_for_more_asks_for_it_on_the_next_page(app, request_in):
    return_it(as_(app, "Sade Screener"), request_in.paper, children__jamie__disability="The school says so")
    client, here = sender(app, request_in)
    _, fields = fields_of(client, here)
    assert fields["_shown"] == ["children.jamie.disability"]
    client.post(here, data=fields | {"children.jamie.disability": "yes"})
    seen, fields = fields_of(client, here)
    assert fields["_shown"] == ["children.jamie.disability", "children.jamie.disability_kind", "children.jamie.adjustments"]
    assert seen.html.count("Your changes call for this answer too") == 2


def test_a_child_can_be_added_taken_out_and_put_back(app, request_in):
    return_it(as_(app, "Sade Screener"), request_in.paper, children="There is a baby")
    client, here = sender(app, request_in)
    seen, fields = fields_of(client, here)
    assert "There is a baby" in seen.html and "Jamie Holt" in seen.html
    client.post(here, data=fields | {"then": "add children"})
    seen, fields = fields_of(client, here)
    assert any(path.endswith(".child_first_name") for path in fields["_shown"])
    client.post(here, data=fields | {"then": "remove children.jamie"})
    seen, fields = fields_of(client, here)
    assert "taken out" in seen.html
    client.post(here, data=fields | {"then": "restore children.jamie"})
    with app.app_context():
        assert [item["_id"] for item in returns.newest(request_in.submission).answers["children"]][0] == "jamie"


def test_a_return_without_a_tick_or_without_a_reason_is_asked_again(app, request_in):
    screener = as_(app, "Sade Screener")
    address = f"/staff/papers/{request_in.paper}/return"
    nothing = screener.post(address, data={"after": "", "step": "reasons"})
    assert nothing.status_code == 422 and "Tick at least one question" in nothing.text
    without = return_it(screener, request_in.paper, your_phone=" ", your_job="Which school?")
    assert without.status_code == 422 and "Give a reason for each question you return" in without.text
    assert "Which school?" in without.text
    assert round_of_nothing(app, request_in)


def round_of_nothing(app, request_in):
    with app.app_context():
        return returns.newest(request_in.submission) is None


def test_the_slower_of_two_reviewers_is_told_and_keeps_their_words(app, request_in):
    screener, manager = as_(app, "Sade Screener"), as_(app, "Hugh Hub")
    return_it(screener, request_in.paper, your_phone=WHY)
    slower = return_it(manager, request_in.paper, your_job="Which school is that?")
    assert slower.status_code == 409
    page = text_of(slower)
    assert "Somebody else was faster" in page and "Sade Screener returned it on" in page and "Which school is that?" in page
    first = round_of(app, request_in)
    more = return_it(manager, request_in.paper, after=first.id, your_job="Which school is that?", your_phone=WHY)
    assert more.status_code == 303


def test_a_sender_who_writes_while_more_is_asked_is_told_and_loses_nothing(app, request_in):
    screener = as_(app, "Sade Screener")
    return_it(screener, request_in.paper, your_phone=WHY, your_job="Which school?")
    client, here = sender(app, request_in)
    _, fields = fields_of(client, here)
    first = round_of(app, request_in)
    return_it(screener, request_in.paper, after=first.id, your_phone=WHY, how_you_know="Since when?")
    late = client.post(here, data=fields | {"your_phone": "01632 960999", "your_job": "Head of Marshfield Road", "then": "send"})
    assert late.status_code == 409
    page = text_of(late)
    assert "What is asked has changed since you opened this page" in page
    assert "Head of Marshfield Road" in page and "Since when?" in page
    assert round_of(app, request_in).answers["your_phone"] == "01632 960999"
    assert record(app, request_in)["your_phone"] == "01632 960114"


def test_a_sender_who_writes_after_it_was_taken_back_is_told(app, request_in):
    screener = as_(app, "Sade Screener")
    return_it(screener, request_in.paper, your_phone=WHY)
    client, here = sender(app, request_in)
    _, fields = fields_of(client, here)
    one = round_of(app, request_in)
    assert screener.post(f"/staff/returns/{one.id}/take-back", data={"reason": ""}).status_code == 422
    assert screener.post(f"/staff/returns/{one.id}/take-back", data={"reason": "It rings after all"}).status_code == 303
    late = client.post(here, data=fields | {"your_phone": "01632 960999", "then": "send"})
    assert late.status_code == 409
    assert "Nothing needs to be changed any more" in text_of(late) and "01632 960999" in text_of(late)


def test_two_windows_that_clash_show_both_texts(app, request_in):
    return_it(as_(app, "Sade Screener"), request_in.paper, your_job="Which school?")
    client, here = sender(app, request_in)
    _, first = fields_of(client, here)
    _, second = fields_of(client, here)
    client.post(here, data=first | {"your_job": "Head of one school"})
    clash = client.post(here, data=second | {"your_job": "Head of two schools"})
    assert clash.status_code == 409
    page = PageSeen(clash.text, here)
    assert "Saved by somebody else meanwhile" in page.html and "Head of one school" in page.html
    settled = page.fields(page.form())
    assert settled["your_job"] == ["Head of two schools"]
    assert client.post(here, data=settled).status_code == 303
    assert round_of(app, request_in).answers["your_job"] == "Head of two schools"


def test_a_colleague_changes_their_own_paper(app, meeting):
    manager, minutes = as_(app, "Sita Manager"), as_(app, "Tom Minutes")
    assert return_it(manager, meeting.paper, outcome_why="Say which goal").status_code == 303
    page = minutes.get(f"/staff/papers/{meeting.paper}").text
    here = f"/sent/{meeting.submission}/changes"
    assert here in page
    seen, fields = fields_of(minutes, here)
    assert fields["_shown"] == ["outcome_why"] and "Sita Manager returned this" in seen.html
    assert minutes.post(here, data=fields | {"outcome_why": "Because of the first goal", "then": "send"}).location == f"/staff/papers/{meeting.paper}"
    one = round_of(app, meeting)
    again = manager.get(f"/staff/papers/{meeting.paper}/return?again=1").text
    assert 'value="outcome_why" checked' in again.replace("\n", "")
    assert return_it(manager, meeting.paper, after=one.id, outcome_why="And the second goal?").status_code == 303
    with app.app_context():
        assert [each.status for each in returns.rounds_of(meeting.submission)] == ["again", "open"]


def test_only_roles_that_the_council_names_may_return(app, meeting):
    for name in ("Tom Minutes", "Lena Lead", "Quin Quality"):
        client = as_(app, name)
        assert client.get(f"/staff/papers/{meeting.paper}/return").status_code == 403, name
        assert "Return for changes" not in client.get(f"/staff/papers/{meeting.paper}").text


def test_the_author_of_a_paper_with_the_right_is_told_why_not(app, meeting):
    with app.app_context():
        draft = drafts.find(meeting.submission)
        draft.author_id = cast.person("Sita Manager").id
        db.session.commit()
    manager = as_(app, "Sita Manager")
    assert "Return for changes" not in manager.get(f"/staff/papers/{meeting.paper}").text
    assert "Someone else must look at it" in manager.get(f"/staff/papers/{meeting.paper}/return").text


def test_a_page_of_another_family_stays_unsaid(app, meeting, request_in):
    return_it(as_(app, "Sade Screener"), request_in.paper, your_phone=WHY)
    one = round_of(app, request_in)
    lead = as_(app, "Lena Lead")
    assert lead.get(f"/staff/returns/{one.id}").status_code == 404
    assert lead.get(f"/staff/papers/{request_in.paper}/versions/1").status_code == 404
    with app.app_context():
        assert db.session.get(Paper, request_in.paper) is not None

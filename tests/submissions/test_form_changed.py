"""Whoever comes back to a draft that was taken over is told once what has changed; a page opened before loses nothing."""

from __future__ import annotations

import pytest

from portal.db import db
from portal.jobs import run
from portal.submissions import drafts, new_version, news, submit
from tests.episodes.test_work_list import text_of
from tests.submissions.club_versions import (
    ASHA,
    FAR,
    HARMLESS,
    MOVED,
    MOVED_IN,
    SECOND,
    THIRD,
    a_draft,
    proposed,
)
from tests.submissions.filler import PageSeen
from tests.submissions.made_up import REFERRER, held_by


def publish(app, text: str) -> None:
    """Publish this version and take every open draft over."""
    with app.app_context():
        new_version.publish(proposed(text), dict.fromkeys(("harmless", "needs_answer", "loses_answer"), "carry"))
        db.session.commit()
        run.run_due()
        db.session.remove()


@pytest.fixture
def ravi(client):
    """A draft from far away that this browser holds."""
    return held_by(client, a_draft, FAR)


def data_of(app, draft_id: str):
    with app.app_context():
        draft = drafts.find(draft_id)
        return draft.data.answers, draft.data.carried


def test_the_next_opening_tells_what_is_lost_new_and_changed(app, client, ravi):
    publish(app, THIRD)
    answer = client.get(f"/fill/{ravi}/distance")
    assert (answer.status_code, answer.location) == (303, f"/fill/{ravi}/what-changed")
    page = text_of(client.get(answer.location))
    for words in ("This form has changed since you started", "No longer asked", "Which town do you live in?", "Nearby", "“Not sure” at “Can the child swim?” has become “No”"):
        assert words in page, words
    assert "armbands" not in page, "nobody swims, so they are not asked of Ravi"


def test_it_is_told_once_and_stays_readable_until_the_form_is_sent(app, client, ravi):
    publish(app, THIRD)
    assert client.post(f"/fill/{ravi}/what-changed").location == f"/fill/{ravi}"
    tasks = client.get(f"/fill/{ravi}")
    assert tasks.status_code == 200 and "What has changed in this form since you started" in text_of(tasks)
    assert client.get(f"/fill/{ravi}/distance").status_code == 200
    assert "Nearby" in text_of(client.get(f"/fill/{ravi}/what-changed"))


def test_nobody_is_told_of_what_is_not_theirs(app, client, ravi):
    publish(app, HARMLESS)
    assert client.get(f"/fill/{ravi}").status_code == 200
    assert "What has changed" not in text_of(client.get(f"/fill/{ravi}"))


def test_nothing_is_sent_before_it_was_seen(app, client):
    asha = held_by(client, a_draft, ASHA)
    publish(app, HARMLESS)
    with app.app_context():
        key = drafts.find(asha).idempotency_key
    answer = client.post(f"/fill/{asha}/send", data={"key": key})
    assert answer.location == f"/fill/{asha}/what-changed"
    client.post(f"/fill/{asha}/what-changed")
    with app.app_context():
        assert drafts.find(asha).is_draft


def test_a_page_opened_before_keeps_what_was_typed_under_the_id_of_now(app, client, ravi):
    page = PageSeen(client.get(f"/fill/{ravi}/child/c1").text, "")
    sent = page.fields(page.form()) | {"children.c1.first_name": ["Ravindra"]}
    publish(app, SECOND)
    answer = client.post(f"/fill/{ravi}/child/c1", data=sent)
    assert (answer.status_code, answer.location) == (303, f"/fill/{ravi}/what-changed")
    answers, _ = data_of(app, ravi)
    assert answers["children"][0]["given_name"] == "Ravindra"


def test_what_was_typed_for_a_question_that_is_gone_is_kept_to_read(app, client, ravi):
    page = PageSeen(client.get(f"/fill/{ravi}/distance").text, "")
    sent = page.fields(page.form()) | {"which_town": ["A town beyond the hills"]}
    publish(app, THIRD)
    client.post(f"/fill/{ravi}/what-changed")
    assert client.post(f"/fill/{ravi}/distance", data=sent).location == f"/fill/{ravi}/what-changed"
    assert "A town beyond the hills" in text_of(client.get(f"/fill/{ravi}/what-changed"))
    answers, carried = data_of(app, ravi)
    assert "which_town" not in answers
    assert [lost["text"] for lost in carried[-1]["lost"]] == ["A town beyond the hills"]


def test_what_was_typed_where_it_is_asked_no_more_is_kept_to_read(app, client):
    """The question is still in the form, but asked of each child now: a page opened before cannot say of which."""
    draft = held_by(client, lambda: a_draft(ASHA | {"children": [*ASHA["children"], {"_id": "c2", "first_name": "Ben", "collected": "no"}]}, MOVED))
    page = PageSeen(client.get(f"/fill/{draft}/distance").text, "")
    fields = page.fields(page.form())
    publish(app, MOVED_IN)
    answer = client.post(f"/fill/{draft}/distance", data=fields | {"shoes": "Size 33"})
    assert answer.location == f"/fill/{draft}/what-changed"
    answers, (told,) = data_of(app, draft)
    assert "shoes" not in answers
    assert [(lost["label"], lost["text"]) for lost in told["lost"]] == [("Which size of shoes?", "Size 33")]
    assert "Size 33" in text_of(client.get(answer.location))


@pytest.mark.parametrize(("posted", "lost"), [("Size 33", []), ("Size 34", ["Size 34"])])
def test_an_answer_that_went_along_with_its_question_is_not_told_as_lost(app, client, posted, lost):
    draft = held_by(client, lambda: a_draft(ASHA | {"shoes": "Size 33"}, MOVED))
    page = PageSeen(client.get(f"/fill/{draft}/distance").text, "")
    fields = page.fields(page.form())
    publish(app, MOVED_IN)
    client.post(f"/fill/{draft}/distance", data=fields | {"shoes": posted})
    answers, (told,) = data_of(app, draft)
    assert [child["shoes"] for child in answers["children"]] == ["Size 33"]
    assert [each["text"] for each in told["lost"]] == lost


def test_a_page_that_saves_by_itself_is_told_to_be_saved(app, client, ravi):
    page = PageSeen(client.get(f"/fill/{ravi}/child/c1").text, "")
    sent = page.fields(page.form()) | {"children.c1.first_name": ["Ravindra"]}
    publish(app, SECOND)
    answer = client.post(f"/fill/{ravi}/autosave?on=page", data=sent)
    assert (answer.status_code, answer.json["clashes"]) == (409, ["This form has changed since you opened this page. Save the page to go on: nothing you typed is lost"])
    assert data_of(app, ravi)[0]["children"][0]["given_name"] == "Ravi"


def test_what_is_lost_is_gone_with_sending(app, client, ravi):
    publish(app, THIRD)
    client.post(f"/fill/{ravi}/what-changed")
    with app.app_context():
        draft = drafts.find(ravi)
        assert news.told(draft)
        drafts.acknowledge(draft, "read_this", by=REFERRER)
        submit.send(draft, draft.idempotency_key, by=REFERRER, facts=drafts.facts_for(draft))
        assert draft.data.carried == []
        assert drafts.history(draft)[2].changes["which_town"] == ["Nearby", None], "the history keeps it"
        db.session.rollback()


def test_the_history_tells_that_it_was_taken_over(app, client, ravi):
    publish(app, THIRD)
    client.post(f"/fill/{ravi}/what-changed")
    page = text_of(client.get(f"/fill/{ravi}/history"))
    assert "The portal took it over to a newer version of the form" in page
    assert "Version 1 to 2" in page

"""Publishing a new version of a form while it is being filled in: who is carried over, who is kept, who decides, and what each is told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal import publishing
from portal.audit.models import AuditEvent
from portal.councils.library import Council
from portal.db import db
from portal.forms.paths import path_of
from portal.forms.versions.change import EFFECTS
from portal.forms.yaml_text import Fault
from portal.jobs import run
from portal.publishing import PublishedMeanwhile
from portal.submissions import attachments, carrying, drafts, new_version, news
from portal.submissions.definitions import definition_of
from portal.submissions.new_version import NotSound, Undecided
from tests.submissions.club_versions import (
    ASHA,
    FAR,
    FIRST,
    FORM,
    HARMLESS,
    MOVED,
    MOVED_IN,
    NAME,
    NEEDS,
    SECOND,
    THIRD,
    a_draft,
    proposed,
)
from tests.submissions.made_up import NOTES, REFERRER, published, reading, some_notes


def afresh(draft_id: str):
    db.session.expire_all()
    return drafts.find(draft_id)


def test_a_harmless_change_carries_every_draft_over_and_tells_those_whom_it_concerns(in_app):
    asha, ravi = a_draft(ASHA).id, a_draft(FAR).id
    made = new_version.publish(proposed(HARMLESS))
    assert (made.version.number, made.carry_over.total) == (2, 2)
    db.session.commit()
    run.run_due()
    assert [afresh(one).form_number for one in (asha, ravi)] == [2, 2]
    assert carrying.find(made.carry_over.id).counts == {"harmless": 2, "carried": 2}
    assert [each["changed"] for each in news.unseen(afresh(asha))] == [["“Which badge?” is now asked as “Which swimming badge?”"]]
    assert news.unseen(afresh(ravi)) == [], "the badge is not Ravi's"


def test_what_is_proposed_tells_changes_and_what_happens_to_each_draft(in_app):
    a_draft(ASHA)
    a_draft(FAR)
    a_draft(FAR | {"which_town": "Elsewhere"})
    found = proposed(THIRD)
    assert found.drafts == {1: 3}
    assert found.outlook == {"needs_answer": 1, "loses_answer": 2}
    assert {change.code for change in found.changes} >= {"question_removed", "question_added", "option_mapped", "label_changed"}


def test_nothing_is_published_while_it_is_undecided_what_becomes_of_a_draft(in_app):
    a_draft(FAR)
    with pytest.raises(Undecided) as refused:
        new_version.publish(proposed(THIRD))
    assert refused.value.message == (
        "Nothing was published: say first whether these drafts are carried over or kept on their version "
        "(1 draft: they have given an answer that has no place any more)"
    )
    assert publishing.current("form", NAME).number == 1


def test_drafts_that_would_lose_an_answer_are_kept_when_a_person_says_so(in_app):
    asha, ravi = a_draft(ASHA).id, a_draft(FAR).id
    new_version.publish(proposed(THIRD), {"loses_answer": "keep"})
    db.session.commit()
    run.run_due()
    assert (afresh(asha).form_number, afresh(ravi).form_number) == (2, 1)
    assert afresh(ravi).data.answers["which_town"] == "Nearby"
    assert definition_of(afresh(ravi)).index.questions["which_town"].label == "Which town do you live in?"
    drafts.save(afresh(ravi), reading({"which_town": "Closeby"}), expected_version=1, by=REFERRER)
    assert afresh(ravi).data.answers["which_town"] == "Closeby", "it is filled in as before"


def test_what_a_draft_loses_stays_readable_and_stands_in_its_history(in_app):
    ravi = a_draft(FAR).id
    new_version.publish(proposed(THIRD), {"loses_answer": "carry"})
    db.session.commit()
    run.run_due()
    draft = afresh(ravi)
    assert draft.data.answers == {"lives_here": "no", "children": [{"_id": "c1", "given_name": "Ravi", "collected": "no", "swims": "no"}], "first_day": "2030-07-29"}
    (one,) = news.unseen(draft)
    assert [(lost["label"], lost["text"]) for lost in one["lost"]] == [("Which town do you live in?", "Nearby")]
    revision = drafts.history(draft)[0]
    assert (revision.action, revision.note, revision.changes["which_town"]) == ("carried_over", "Version 1 to 2", ["Nearby", None])
    assert "children.c1.given_name" not in revision.changes, "a new id is no new answer"
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "submission.carried_over")).one()
    assert event.detail == {"from": 1, "to": 2, "lost": ["which_town"]}
    assert "Nearby" not in str(event.detail)


def test_kept_drafts_are_carried_later_by_saying_so(in_app):
    ravi = a_draft(FAR).id
    new_version.publish(proposed(THIRD), {"loses_answer": "keep"})
    db.session.commit()
    run.run_due()
    again = proposed(THIRD)
    assert (again.is_new, again.drafts, again.outlook) == (False, {1: 1}, {"loses_answer": 1})
    made = new_version.publish(again, {"loses_answer": "carry"})
    db.session.commit()
    run.run_due()
    assert (made.version.number, afresh(ravi).form_number) == (2, 2)


def test_a_draft_goes_from_the_first_version_to_the_third_at_once(in_app):
    ravi = a_draft(FAR).id
    new_version.publish(proposed(SECOND), dict.fromkeys(("harmless", "needs_answer", "loses_answer"), "keep"))
    db.session.commit()
    run.run_due()
    new_version.publish(proposed(THIRD), {"loses_answer": "carry"})
    db.session.commit()
    run.run_due()
    draft = afresh(ravi)
    assert (draft.form_number, draft.data.answers["children"][0]["given_name"]) == (3, "Ravi")


def test_text_that_is_not_valid_and_where_answers_came_from_go_along(in_app):
    draft = a_draft(ASHA)
    draft.data.prefilled = {"children.c1.first_name": {"words": "The request", "confirm": True}}
    drafts.save(draft, reading(incomplete={"children.c1.first_name": {"": ["A" * 40]}}), expected_version=1, by=REFERRER)
    draft.data.prefilled = {"children.c1.first_name": {"words": "The request", "confirm": True}}
    new_version.publish(proposed(SECOND))
    db.session.commit()
    run.run_due()
    after = afresh(draft.id).data
    assert after.incomplete == {"children.c1.given_name": {"": ["A" * 40]}}
    assert list(after.prefilled) == ["children.c1.given_name"]


def test_an_answer_that_must_be_given_now_is_marked(in_app):
    ravi = a_draft(FAR).id
    found = proposed(NEEDS)
    assert found.outlook == {"needs_answer": 1}
    new_version.publish(found)
    db.session.commit()
    run.run_due()
    (one,) = news.unseen(afresh(ravi))
    assert one["needed"] == [{"path": path_of((("children", "c1"),), "last_name"), "label": "Last name (Ravi)"}]


def test_a_broken_text_is_not_published_and_every_fault_is_told(in_app):
    a_draft(ASHA)
    broken = FIRST.replace("kind: yes_no, label: Do you live", "kind: yesno, label: Do you live").replace("section: days", "section: dais")
    found = new_version.proposal(FORM, broken)
    assert {fault.code for fault in found.faults} >= {"unknown_kind"}
    with pytest.raises(NotSound):
        new_version.publish(found, dict.fromkeys(("harmless", "needs_answer", "loses_answer"), "carry"))
    unsound = new_version.proposal(FORM, FIRST.replace("section: days", "section: dais").replace("use: somebody_swims", "use: somebody_dives"))
    assert {fault.code for fault in unsound.faults} >= {"unknown_section", "unknown_condition"}
    forgotten = new_version.proposal(FORM, THIRD.replace(", goggles, which_town", ", goggles"))
    assert [(fault.code, fault.message) for fault in forgotten.faults] == [
        ("not_retired", "the question 'which_town' of the version before is gone: list it under `retired`, or say under `changes` what it is called now")
    ]
    assert publishing.current("form", NAME).number == 1


def test_the_second_of_two_publishers_is_told(in_app):
    a_draft(ASHA)
    first, second = proposed(HARMLESS), proposed(NEEDS)
    new_version.publish(first)
    with pytest.raises(PublishedMeanwhile) as told:
        new_version.publish(second)
    assert told.value.message.startswith("Somebody else has published version 2 of holiday_club meanwhile. Nothing of yours was published")
    assert publishing.current("form", NAME).sha256 == first.sha256


def test_batches_go_on_where_a_killed_worker_stopped(in_app, monkeypatch):
    monkeypatch.setattr(carrying, "BATCH", 3)
    ids = sorted(a_draft(ASHA, key=f"k{number}").id for number in range(8))
    one = new_version.publish(proposed(HARMLESS)).carry_over
    db.session.commit()
    carrying.go_on(one.id)
    db.session.commit()
    carrying.go_on(one.id)
    db.session.rollback()
    assert (carrying.find(one.id).looked_at, [afresh(each).form_number for each in ids]) == (3, [2] * 3 + [1] * 5)
    run.run_due()
    assert [afresh(each).form_number for each in ids] == [2] * 8
    assert [len(drafts.history(afresh(each))) for each in ids] == [2] * 8, "started, and carried over once"
    assert (carrying.find(one.id).looked_at, carrying.find(one.id).counts["carried"]) == (8, 8)


def test_carrying_over_that_ends_after_a_newer_version_takes_no_draft_back(in_app):
    """The worker comes to the drafts of version 2 only when version 3 is in force, as it does when a failed job is tried again days later."""
    ravi = a_draft(ASHA, key="ravi").id
    late = new_version.publish(proposed(HARMLESS)).carry_over.id
    newer = new_version.publish(proposed(NEEDS), {"needs_answer": "carry"}).carry_over.id
    carrying.go_on(newer)
    asha = a_draft(ASHA, NEEDS, key="asha").id
    db.session.commit()
    done = carrying.go_on(late)
    db.session.commit()
    assert [afresh(one).form_number for one in (ravi, asha)] == [3, 3]
    assert (done.finished_at is not None, done.total, done.counts) == (True, 0, {})
    assert len(drafts.history(afresh(ravi))) == 2, "started, and carried over once"
    assert carrying.begin(NAME, done.sha256, done.number, done.decision).total == 0


def test_an_earlier_text_that_is_published_again_is_a_newer_version_and_drafts_go_to_it(in_app):
    on_first = a_draft(ASHA, key="first").id
    new_version.publish(proposed(HARMLESS), {"harmless": "keep"})
    on_second = a_draft(ASHA, HARMLESS, key="second").id
    made = new_version.publish(proposed(FIRST))
    assert (made.version.number, made.carry_over.total) == (3, 1)
    db.session.commit()
    run.run_due()
    assert [afresh(one).form_number for one in (on_first, on_second)] == [1, 3], "the first is on this text already"


@pytest.mark.parametrize("since", [(FIRST,), (FIRST, FIRST.replace("label: Which badge?", "label: Which of the badges?"))])
def test_a_draft_on_a_text_that_is_published_again_stays_there_however_late_the_worker_comes(in_app, since):
    """Version 3 is taken to only when version 4 has brought back the text of version 1; also when a fifth left the drafts on it."""
    early, other = a_draft(ASHA, key="early").id, a_draft(FAR, NEEDS, key="other").id
    late = new_version.publish(proposed(HARMLESS)).carry_over.id
    for text in since:
        new_version.publish(proposed(text), dict.fromkeys(EFFECTS, "keep"))
    done = carrying.go_on(late)
    db.session.commit()
    assert [afresh(one).form_number for one in (early, other)] == [1, 3], "the other's text has not come back"
    assert (done.counts, len(drafts.history(afresh(early)))) == ({"harmless": 1, "carried": 1}, 1)


def test_an_answer_that_moves_into_a_group_goes_along_or_waits_for_its_writer(in_app):
    one = a_draft(ASHA | {"shoes": "33"}, MOVED, key="one").id
    two = a_draft(ASHA | {"shoes": "33", "children": [*ASHA["children"], {"_id": "c2", "first_name": "Ben", "collected": "no"}]}, MOVED, key="two").id
    found = proposed(MOVED_IN)
    assert found.outlook == {"harmless": 1, "loses_answer": 1}
    with pytest.raises(Undecided):
        new_version.publish(found)
    new_version.publish(found, {"loses_answer": "carry"})
    db.session.commit()
    run.run_due()
    assert afresh(one).data.answers["children"][0]["shoes"] == "33"
    assert "shoes" not in afresh(one).data.answers
    assert drafts.history(afresh(one))[0].changes == {}, "another place is no other answer"
    (told,) = news.unseen(afresh(two))
    assert [(lost["label"], lost["text"], lost["is_open"]) for lost in told["lost"]] == [("Which size of shoes?", "33", True)]
    assert [each["path"] for each in told["needed"]] == ["children.c1.shoes", "children.c2.shoes"]


def test_looking_writes_nothing(in_app):
    ravi = a_draft(FAR).id
    one = new_version.begin_looking(new_version.proposal(FORM, THIRD))
    db.session.commit()
    run.run_due()
    seen = carrying.find(one.id)
    assert (seen.counts, seen.finished_at is not None) == ({"loses_answer": 1}, True)
    assert (afresh(ravi).form_number, afresh(ravi).version) == (1, 1)


def test_a_start_publishes_by_the_rule_and_leaves_what_is_undecided(in_app, monkeypatch):
    published(FIRST, FORM)
    texts = {FORM: HARMLESS}
    text, path = Council.form_text, Council.form_path
    monkeypatch.setattr(Council, "form_text", lambda self, form_id: texts.get(form_id) or text(self, form_id))
    monkeypatch.setattr(Council, "form_path", lambda self, form_id: f"{form_id}.yaml" if form_id in texts else path(self, form_id))
    ravi = a_draft(FAR).id
    held_back = Fault("holiday_club.tests.yaml", 5, 1, "scenario_failed", "“Whoever lives here goes on”: it did not")
    version, waits = new_version.publish_by_rule(FORM, lambda definition: [held_back])
    assert (version, waits) == (None, str(held_back))
    version, waits = new_version.publish_by_rule(FORM, lambda definition: [])
    assert (version.number, waits) == (2, "")
    db.session.commit()
    run.run_due()
    texts[FORM] = THIRD
    version, waits = new_version.publish_by_rule(FORM, lambda definition: [])
    assert (version, waits.startswith("Nothing was published: say first")) == (None, True)
    assert (afresh(ravi).form_number, afresh(ravi).data.answers["which_town"]) == (2, "Nearby")


def test_a_start_that_is_overtaken_while_it_looks_goes_on_and_tells_so(in_app, monkeypatch):
    text, path = Council.form_text, Council.form_path
    monkeypatch.setattr(Council, "form_text", lambda self, form_id: HARMLESS if form_id == FORM else text(self, form_id))
    monkeypatch.setattr(Council, "form_path", lambda self, form_id: f"{form_id}.yaml" if form_id == FORM else path(self, form_id))
    a_draft(ASHA)

    def meanwhile(_definition) -> list[Fault]:
        new_version.publish(proposed(HARMLESS), {"harmless": "keep"})
        return []

    version, waits = new_version.publish_by_rule(FORM, meanwhile)
    assert (version, waits.startswith("Somebody else has published version 2 of holiday_club meanwhile")) == (None, True)
    assert publishing.current("form", NAME).number == 2


def test_files_follow_a_question_that_goes_by_another_id(in_app):
    notes = some_notes({"summary": "Words"})
    kept = attachments.add(notes, "papers", "minutes.txt", b"Words of a made-up meeting")
    drafts.save(notes, reading({"papers": [kept]}), expected_version=1, by=REFERRER)
    renamed = NOTES.replace("{id: papers, kind", "{id: attached, kind") + 'changes: {"2": [{rename: {from: papers, to: attached}}]}\n'
    found = new_version.looked_at(new_version.proposal("made_up_notes", renamed))
    assert (found.faults, found.outlook) == ([], {"harmless": 1})
    new_version.publish(found)
    db.session.commit()
    run.run_due()
    assert [each.path for each in drafts.attachments_of(afresh(notes.id))] == ["attached"]

"""Saving drafts: nothing typed is lost, nothing of anybody else's is overwritten."""

from datetime import datetime

import pytest
import time_machine

from portal.db import db
from portal.forms.answers import get
from portal.forms.validate import problems
from portal.submissions import drafts
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Clashed, NotADraft, Start, TooManyItems, Writer
from tests.submissions.made_up import CLUB, COMPLETE, REFERRER, a_draft, published, reading, some_notes

CHAIR = Writer("chair0000000000000aa", "Chair", "chair's tab")
MINUTES = Writer("minutes00000000000aa", "Minute-taker", "minutes' tab")


def test_a_draft_starts_with_the_items_its_form_needs(in_app):
    draft = a_draft()
    assert draft.version == 1 and draft.status == "draft"
    assert len(draft.data.answers["children"]) == 1


@pytest.mark.parametrize(
    ("moment", "day", "is_past"),
    [
        ("2026-06-12T22:59:59+00:00", 12, False),
        ("2026-06-12T23:00:00+00:00", 13, True),
        ("2026-12-12T23:59:59+00:00", 12, False),
        ("2026-12-13T00:00:00+00:00", 13, True),
    ],
)
def test_today_in_a_form_is_london_s_day_in_summer_and_in_winter(in_app, moment, day, is_past):
    """The club takes a first day from `today` on: the 12th is one until midnight in London, whatever the server's clock says."""
    with time_machine.travel(datetime.fromisoformat(moment), tick=False):
        draft = a_draft(COMPLETE | {"first_day": f"{moment[:8]}12"})
        facts = drafts.facts_for(draft)
        assert facts.today.day == day
        assert [problem.path for problem in problems(definition_of(draft), draft.data.answers, facts)] == (["first_day"] if is_past else [])


def test_starting_twice_with_one_key_makes_one_draft(in_app):
    assert a_draft(key="k" * 20).id == a_draft(key="k" * 20).id


def test_text_that_is_not_valid_is_kept_as_it_was_typed(in_app):
    draft = a_draft({"first_day": "2030-07-29"})
    typed = {"day": ["thirty-first"], "month": ["July"]}
    drafts.save(draft, reading(incomplete={"first_day": typed}), expected_version=1, by=REFERRER)
    db.session.expire_all()
    again = drafts.find(draft.id)
    assert again.data.incomplete == {"first_day": typed}
    assert "first_day" not in again.data.answers
    assert drafts.history(again)[0].changes == {"first_day": ["2030-07-29", {"typed": typed}]}


def test_a_save_that_changes_nothing_is_no_new_version(in_app):
    draft = a_draft({"lives_here": "yes"})
    saved = drafts.save(draft, reading({"lives_here": "yes"}, cleared=("which_town",)), expected_version=1, by=REFERRER)
    assert (saved.version, saved.changed, draft.version) == (1, (), 1)


def test_a_stale_write_to_the_same_question_is_refused_with_both_texts(in_app):
    notes = some_notes()
    drafts.save(notes, reading({"summary": "The chair's words"}), expected_version=1, by=CHAIR)
    with pytest.raises(Clashed) as refused:
        drafts.save(notes, reading({"summary": "The minute-taker's words"}), expected_version=1, by=MINUTES)
    (clash,) = refused.value.clashes
    assert (clash.path, clash.mine, clash.theirs) == ("summary", "The minute-taker's words", "The chair's words")
    assert notes.data.answers["summary"] == "The chair's words"


def test_two_people_on_one_page_keep_each_other_s_different_answers(in_app):
    notes = some_notes()
    drafts.save(notes, reading({"held_on": "2030-01-07"}, cleared=("summary",)), expected_version=1, by=CHAIR)
    saved = drafts.save(notes, reading({"summary": "Words"}, cleared=("held_on",)), expected_version=1, by=MINUTES)
    assert notes.data.answers == {"held_on": "2030-01-07", "summary": "Words"}
    assert saved.version == 1, "the open page does not show the other's answer, so it must not claim to have seen it"


def test_a_page_that_saves_again_and_again_never_clashes_with_itself(in_app):
    notes = some_notes()
    drafts.save(notes, reading({"held_on": "2030-01-07"}, cleared=("summary",)), expected_version=1, by=CHAIR)
    for words in ("W", "Wo", "Words"):
        drafts.save(notes, reading({"summary": words}, cleared=("held_on",)), expected_version=1, by=MINUTES)
    assert notes.data.answers == {"held_on": "2030-01-07", "summary": "Words"}
    with pytest.raises(Clashed):
        drafts.save(notes, reading({"summary": "Words", "held_on": "2030-02-02"}), expected_version=1, by=MINUTES)


def test_answers_for_an_item_that_was_removed_meanwhile_are_shown_not_lost(in_app):
    notes = some_notes()
    item = drafts.add_item(notes, "actions", by=CHAIR)
    version = notes.version
    drafts.remove_item(notes, f"actions.{item}", by=CHAIR)
    with pytest.raises(Clashed) as refused:
        drafts.save(notes, reading({f"actions.{item}.what": "Phone the school"}), expected_version=version, by=MINUTES)
    assert [(clash.mine, clash.theirs) for clash in refused.value.clashes] == [("Phone the school", None)]


def test_items_are_added_moved_and_removed_and_the_history_tells(in_app):
    notes = some_notes()
    first, second = drafts.add_item(notes, "actions", by=CHAIR), drafts.add_item(notes, "actions", by=CHAIR)
    drafts.save(notes, reading({f"actions.{second}.what": "Write"}), expected_version=notes.version, by=CHAIR)
    drafts.move_item(notes, f"actions.{second}", -1, by=CHAIR)
    assert [item["_id"] for item in notes.data.answers["actions"]] == [second, first]
    drafts.remove_item(notes, f"actions.{second}", by=MINUTES)
    last = drafts.history(notes)[0]
    assert (last.by_label, last.action) == ("Minute-taker", "item_removed")
    assert last.changes == {"actions": [[second, first], [first]], f"actions.{second}.what": ["Write", None]}


def test_an_old_page_that_is_pressed_when_its_item_is_filled_in_makes_another(in_app):
    club = a_draft()
    first = drafts.add_item(club, "children", by=REFERRER, press="a tab 1")
    drafts.save(club, reading({f"children.{first}.first_name": "Anna"}), expected_version=club.version, by=REFERRER)
    second = drafts.add_item(club, "children", by=REFERRER, press="a tab 1")
    assert second != first == next(item["_id"] for item in club.data.answers["children"] if item.get("first_name") == "Anna")
    assert drafts.add_item(club, "children", by=REFERRER, press="a tab 1") == second


def test_what_was_read_and_filled_in_for_a_removed_item_is_not_so_for_the_next(in_app):
    """A page left open is pressed again after its item was removed: the new item begins with nothing, and is not the removed one."""
    minded = CLUB + "  - {id: mind, section: family, type: interrupt, title: Mind the child, repeat: children}\n"
    child, other = {"_id": "c1", "first_name": "Asha"}, {"_id": "c2", "first_name": "Ravi"}
    given = {"children": [child, other], "adults": [{"_id": "a1", "may_collect": [{"_id": "c1"}, {"_id": "c2"}]}]}
    sources = {path: {"from": "record", "words": ""} for path in ("children.c1.first_name", "children.c2.first_name", "adults.a1.may_collect.c1.may", "lives_here")}
    club = drafts.start(published(minded, "holiday_club"), by=REFERRER, first=Start(answers=given, prefilled=sources))
    pressed = drafts.add_item(club, "children", by=REFERRER, press="a tab 1")
    assert drafts.add_item(club, "children", by=REFERRER, press="a tab 1") == pressed
    for key in ("read_this", "mind/c1", f"mind/{pressed}", "mind/c2", "list_may_collect/a1", "collecting/a1"):
        drafts.acknowledge(club, key, by=REFERRER)
    drafts.remove_item(club, f"children.{pressed}", by=REFERRER)
    drafts.remove_item(club, "children.c1", by=REFERRER)
    assert list(club.data.acknowledged) == ["read_this", "mind/c2", "list_may_collect/a1", "collecting/a1"]
    assert list(club.data.prefilled) == ["children.c2.first_name", "lives_here"]
    again = drafts.add_item(club, "children", by=REFERRER, press="a tab 1")
    assert (again != pressed, drafts.add_item(club, "children", by=REFERRER, press="a tab 1")) == (True, again)
    assert [item["_id"] for item in club.data.answers["children"]] == ["c2", again]
    drafts.remove_item(club, "adults.a1", by=REFERRER)
    assert list(club.data.acknowledged) == ["read_this", "mind/c2"]


def test_a_group_takes_no_more_items_than_its_form_allows(in_app):
    notes = some_notes()
    for _ in range(3):
        drafts.add_item(notes, "actions", by=CHAIR)
    with pytest.raises(TooManyItems, match="at most 3"):
        drafts.add_item(notes, "actions", by=CHAIR)


def test_a_group_that_appears_brings_its_first_item(in_app):
    draft = a_draft()
    child = draft.data.answers["children"][0]["_id"]
    drafts.save(draft, reading({f"children.{child}.first_name": "Asha"}), expected_version=1, by=REFERRER)
    assert get(draft.data.answers, f"children.{child}.first_name") == "Asha"


def test_a_deleted_draft_is_gone_with_its_history(in_app):
    draft = a_draft({"lives_here": "yes"})
    drafts.delete(draft, by=REFERRER, why="asked")
    assert drafts.find(draft.id) is None
    assert drafts.history(draft) == []


def test_what_was_sent_can_be_filled_in_no_more(in_app):
    draft = a_draft()
    draft.status = "sent"
    with pytest.raises(NotADraft):
        drafts.save(draft, reading({"lives_here": "no"}), expected_version=1, by=REFERRER)
    draft.status = "draft"


def test_a_page_that_saved_one_question_has_not_seen_what_others_did_to_another(in_app):
    notes = some_notes()
    drafts.save(notes, reading({"held_on": "2030-01-07"}), expected_version=1, by=CHAIR)
    saved = drafts.save(notes, reading({"summary": "Words"}), expected_version=1, by=MINUTES)
    with pytest.raises(Clashed):
        drafts.save(notes, reading({"held_on": "2030-02-02"}), expected_version=saved.version, by=MINUTES)


def test_who_wrote_the_same_as_somebody_else_can_take_it_back(in_app):
    notes = some_notes()
    drafts.save(notes, reading({"summary": "The same"}), expected_version=1, by=CHAIR)
    saved = drafts.save(notes, reading({"summary": "The same"}), expected_version=1, by=MINUTES)
    drafts.save(notes, reading(cleared=("summary",)), expected_version=saved.version, by=MINUTES)
    assert "summary" not in notes.data.answers


def test_what_was_changed_and_changed_back_since_is_no_conflict(in_app):
    notes = some_notes({"summary": "As it was"})
    for words in ("Otherwise", "As it was"):
        drafts.save(notes, reading({"summary": words}), expected_version=notes.version, by=CHAIR)
    drafts.save(notes, reading({"summary": "New"}), expected_version=1, by=MINUTES)
    assert notes.data.answers["summary"] == "New"

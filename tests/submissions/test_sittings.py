"""The history of a form: who, when and what changed, told in sittings and word by word, page by page, and nothing that is not for this reader."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal.forms import held_back
from portal.forms.held_back import Reader
from portal.forms.journey import Journey
from portal.submissions import drafts, sittings
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Writer
from portal.submissions.sittings import PER_PAGE, told
from tests.submissions.filler import PageSeen
from tests.submissions.made_up import held_by, reading, some_notes

CHAIR = Writer("chair0000000000000aa", "Chair", "chair's tab")
MINUTES = Writer("minutes00000000000aa", "Minute-taker", "minutes' tab")
NOON = datetime(2026, 6, 15, 11, tzinfo=UTC)


@pytest.fixture
def notes(in_app):
    with time_machine.travel(NOON - timedelta(days=1), tick=False):
        return some_notes(by=MINUTES)


def save(notes, minutes, values=None, *, by=MINUTES, cleared=(), incomplete=None):
    with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
        drafts.save(notes, reading(values, cleared=cleared, incomplete=incomplete), expected_version=notes.version, by=by)


def journey(notes):
    data = notes.data
    return Journey(definition_of(notes), data.answers, drafts.facts_for(notes), incomplete=data.incomplete)


def history(notes, page=1):
    return told(notes, journey(notes), page)


def words(change):
    return [(piece.kind, piece.text.strip()) for piece in change.pieces]


def test_typing_saved_again_and_again_is_told_as_one_sitting_with_what_it_came_to(notes):
    for minute, text in enumerate(("We", "We met", "We met at school", "We met at the school")):
        save(notes, minute, {"summary": text})
    sitting, began = history(notes).sittings
    assert (sitting.by, sitting.did, sitting.first, sitting.last) == ("Minute-taker", "filled in answers", NOON, NOON + timedelta(minutes=3))
    (change,) = sitting.changes
    assert (change.label, change.became, words(change)) == ("What was said", "answered", [("in", "We met at the school")])
    assert (began.did, began.changes) == ("started it", [])


def test_a_change_is_told_word_by_word_and_by_whom(notes):
    save(notes, 0, {"summary": "The school will ring the family on Monday."})
    save(notes, 1, {"summary": "The school will visit the family on Monday."}, by=CHAIR)
    (change,) = history(notes).sittings[0].changes
    assert history(notes).sittings[0].by == "Chair"
    assert words(change) == [("same", "The school will"), ("out", "ring"), ("in", "visit"), ("same", "the family on Monday.")]


def test_another_person_or_a_pause_begins_another_sitting(notes):
    save(notes, 0, {"summary": "One"})
    save(notes, 1, {"held_on": "2030-01-07"}, by=CHAIR)
    save(notes, 2, {"summary": "One two"})
    save(notes, 18, {"summary": "One two three"})
    assert [(sitting.by, len(sitting.changes)) for sitting in history(notes).sittings] == [("Minute-taker", 1), ("Minute-taker", 1), ("Chair", 1), ("Minute-taker", 1), ("Minute-taker", 0)]


def test_what_was_typed_and_taken_back_in_one_sitting_is_no_change(notes):
    save(notes, 0, {"summary": "A slip"})
    save(notes, 1, cleared=("summary",))
    assert history(notes).sittings[0].changes == []


def test_an_answer_taken_out_and_one_that_is_not_valid_are_told_as_they_were_typed(notes):
    save(notes, 0, {"summary": "Gone soon"})
    save(notes, 60, cleared=("summary",), incomplete={"held_on": {"day": ["thirty-first"], "month": ["July"]}})
    changes = {change.label: change for change in history(notes).sittings[0].changes}
    assert changes["What was said"].became == "taken out" and words(changes["What was said"]) == [("out", "Gone soon")]
    assert words(changes["When was it held"]) == [("in", "thirty-first\nJuly")]


def test_items_and_their_answers_are_part_of_a_sitting(notes):
    with time_machine.travel(NOON, tick=False):
        item = drafts.add_item(notes, "actions", by=MINUTES)
    save(notes, 1, {f"actions.{item}.what": "Phone the school"})
    labels = [change.label for change in history(notes).sittings[0].changes]
    assert labels == ["Actions: which and in what order", "What will be done (Phone the school)"]


def test_words_of_an_answer_that_is_hidden_now_stay_out(notes):
    save(notes, 0, {"next_one": "yes", "next_on": "2031-03-04"})
    save(notes, 60, {"next_one": "no"})
    told_now = {change.label: change for sitting in history(notes).sittings for change in sitting.changes}
    assert (told_now["When is it"].became, told_now["When is it"].pieces) == ("set aside", [])
    save(notes, 120, {"next_one": "yes"})
    told_now = {change.label: change for sitting in history(notes).sittings for change in sitting.changes}
    assert words(told_now["When is it"]) == [("in", "4 March 2031")], "it comes back when it is asked again"


def test_what_a_reader_may_not_see_is_not_shown_to_them(notes):
    save(notes, 0, {"summary": "Confidential words", "held_on": "2030-01-07"})
    summary = definition_of(notes).index.questions["summary"]
    try:
        summary.keep_as("confidence")
        with held_back.reading(Reader(frozenset({"personal"}))):
            changes = {change.label: change for change in history(notes).sittings[0].changes}
    finally:
        summary.keep_as("personal")
    assert (changes["What was said"].became, changes["What was said"].pieces) == ("not shown", [])
    assert words(changes["When was it held"]) == [("in", "7 January 2030")]


def test_a_long_history_is_told_page_by_page_and_every_change_is_on_one_of_them(notes):
    for number in range(2 * PER_PAGE + 3):
        save(notes, number * 20, {"summary": f"Words {number}"})
    pages = [history(notes, page) for page in (1, 2, 3)]
    assert [(page.page, page.pages, len(page.sittings)) for page in pages] == [(1, 3, PER_PAGE), (2, 3, PER_PAGE), (3, 3, 4)]
    numbers = [number for page in pages for sitting in page.sittings for number in sitting.numbers]
    assert sorted(numbers) == list(range(1, notes.version + 1))
    assert history(notes, 99).page == 3 and history(notes, 0).page == 1


def test_long_stretches_that_stayed_the_same_are_cut(notes):
    before = " ".join(f"word{number}" for number in range(400))
    save(notes, 0, {"summary": before})
    save(notes, 60, {"summary": before.replace("word200", "changed")})
    (change,) = history(notes).sittings[0].changes
    shown = "".join(piece.text for piece in change.pieces)
    assert "changed" in shown and "word199" in shown and "word201" in shown and "word20 " not in shown and shown.startswith("…") and shown.endswith("…")


def test_the_page_marks_changes_for_eyes_and_for_listeners(client):
    draft = held_by(client, public_notes)
    page = PageSeen(client.get(f"/fill/{draft}/history").text, "")
    assert page.heading == "Who filled in what and when"
    (gone,) = [one for one in page.tree.iter("del") if "ring" in one.text_content()]
    (new,) = [one for one in page.tree.iter("ins") if "visit" in one.text_content()]
    assert (gone.text_content(), new.text_content()) == ("[taken out:  ring]", "[put in:  visit]")
    assert client.get(f"/fill/{draft}/history?page=x").status_code == 200 == client.get(f"/fill/{draft}/history?page=-4").status_code


def public_notes():
    """Notes that a browser without an account may hold, changed an hour after they were begun."""
    notes = some_notes({"summary": "The school will ring."})
    notes.audience = "public"
    drafts.save(notes, reading({"summary": "The school will visit."}), expected_version=1, by=Writer(tab="other"))
    return notes


def test_groups_follow_people_and_pauses_only(in_app):
    def head(minute, by="A", action="saved", note=""):
        return sittings.Head(minute, NOON + timedelta(minutes=minute), by, by, action, note)

    heads = [head(50, action="sent"), head(49), head(20), head(19, action="item_added"), head(10), head(5, by="B"), head(0)]
    assert [[one.number for one in group] for group in sittings.grouped(heads)] == [[50], [49], [20, 19, 10], [5], [0]]

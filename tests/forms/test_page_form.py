"""Pages of questions being read: valid, partial and invalid answers, questions that one answer shows, items, files, saving as it stands."""

from __future__ import annotations

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Form

from portal.forms.conditions import Facts
from portal.forms.journey import Journey
from portal.forms.page_form import REMOVED_NOTE, SHOWN, PageForm, build
from tests.forms.holiday_club import FACTS, TODAY, a_form, a_page, holiday_club

BASICS = a_page(
    "{id: first_name, kind: text, label: First name, short: the child’s first name, required: true}",
    "{id: born, kind: date, label: Date of birth, rules: [{not_after: today}]}",
    "{id: notes, kind: long_text, label: Notes, not_known: true}",
)
CONSENT = a_page(
    "{id: told, kind: yes_no, label: Have you told the parents?, required: true}",
    "{id: when_told, kind: date, label: When did you tell them?, when: {question: told, is: 'yes'}, required: true}",
    "{id: why_not, kind: text, label: Why not?, when: {question: told, is: 'no'}, required: true}",
    "{id: reply, kind: text, label: What did they say?, when: {question: when_told, not_after: today}}",
)


def page(definition, answers=None, *, step="page", incomplete=None, facts=FACTS, sent=None, files=None, marked=None) -> PageForm:
    """The form of one step; `sent` is what a browser posts, `marked` the questions it was showing."""
    journey = Journey(definition, answers or {}, facts)
    blocks = journey.blocks(journey.find_key(step))
    if sent is None:
        return build(definition, blocks, answers or {}, incomplete or {}, facts)
    formdata = MultiDict([(key, value) for key, values in sent.items() for value in (values if isinstance(values, list) else [values])])
    formdata.setlist(SHOWN, marked or [])
    return build(definition, blocks, answers or {}, incomplete or {}, facts, formdata=formdata, files=files)


def messages(reading):
    return [(problem.path, problem.code, problem.message) for problem in reading.problems]


def test_it_is_a_wtforms_form_with_a_field_per_question():
    form = page(a_form(BASICS))
    assert isinstance(form, Form)
    assert [field.name for field in form] == ["first_name", "born", "notes"]
    assert [field.path for field in form.fields_shown] == ["first_name", "born", "notes"]


def test_where_answers_came_from_stands_beside_each_or_once_above_all():
    form = page(a_form(BASICS))
    form.tell_sources({"first_name": "From the record. Check that it is still right.", "born": "From the record. Check that it is still right."})
    assert form.came_from == "Filled in from the record. Check that it is still right."
    assert [field.came_from for field in form] == ["", "", ""]
    form = page(a_form(BASICS))
    form.tell_sources({"first_name": "From the record.", "born": "From the request.", "notes": ""})
    assert form.came_from == ""
    assert [field.came_from for field in form] == ["From the record.", "From the request.", ""]


def test_a_question_alone_may_be_the_heading_of_its_page_unless_it_has_no_label_to_be_one():
    def is_single(*questions):
        return page(a_form(a_page(*questions))).is_single

    assert is_single("{id: name, kind: text, label: Name}")
    assert not is_single("{id: told, kind: statement, label: I have told them}")
    assert not is_single("{id: read, kind: guidance, label: Read, text: Read this}")
    assert not is_single("{id: one, kind: text, label: One}", "{id: two, kind: text, label: Two}")


def test_a_page_shows_the_answers_kept():
    form = page(a_form(BASICS), {"first_name": "Ada", "born": "2019-05-04", "notes": {"not_known": True}})
    assert form["first_name"].value() == "Ada"
    assert [form["born"].value(part) for part in ("day", "month", "year")] == ["4", "5", "2019"]
    assert form["notes"].value("not_known") == "yes"
    assert form.error_list == []


def test_a_good_page_gives_values_by_path():
    form = page(a_form(BASICS), sent={"first_name": "Ada", "born-day": "4", "born-month": "may", "born-year": "2019", "notes-not_known": "yes"})
    reading = form.read()
    assert reading.values == {"first_name": "Ada", "born": "2019-05-04", "notes": {"not_known": True}}
    assert (reading.problems, reading.incomplete, reading.cleared, reading.revealed, reading.notes) == ([], {}, [], [], [])
    assert reading.is_fine and form.validate()


def test_everything_wrong_is_told_at_once_and_nothing_typed_is_lost():
    form = page(a_form(BASICS), sent={"first_name": "", "born-day": "31", "born-month": "2", "born-year": "2019", "notes": "He says", "notes-not_known": "yes"})
    reading = form.read()
    assert messages(reading) == [
        ("first_name", "required", "Enter the child’s first name"),
        ("born", "not_real", "Date of birth must be a real date"),
        ("notes", "both", "Enter notes, or select “Not known”, not both"),
    ]
    assert reading.values == {} and reading.cleared == ["first_name"]
    assert reading.incomplete == {"born": {"day": ["31"], "month": ["2"], "year": ["2019"]}, "notes": {"": ["He says"], "not_known": ["yes"]}}
    assert form.error_list[1] == {"text": "Date of birth must be a real date", "href": "#born-day"}
    assert form.errors["first_name"] == ["Enter the child’s first name"]
    again = page(a_form(BASICS), incomplete=reading.incomplete)
    assert again["born"].value("month") == "2" and again["notes"].value() == "He says" and again["notes"].value("not_known") == "yes"


def test_text_that_is_not_valid_replaces_the_old_answer_on_screen():
    form = page(a_form(BASICS), {"first_name": "Ada", "born": "2019-05-04"}, incomplete={"born": {"year": ["20"]}})
    assert [form["born"].value(part) for part in ("day", "month", "year")] == ["", "", "20"]


def test_a_blank_question_clears_its_answer():
    reading = page(a_form(BASICS), {"born": "2019-05-04", "notes": "old"}, sent={"first_name": "Ada", "born-day": "", "notes": "  "}).read()
    assert reading.cleared == ["born", "notes"]


def test_a_broken_rule_is_told_and_the_answer_kept():
    reading = page(a_form(BASICS), sent={"first_name": "Ada", "born-day": "5", "born-month": "5", "born-year": "2026"}).read()
    assert messages(reading) == [("born", "not_after", "Date of birth must be today or in the past")]
    assert reading.values["born"] == "2026-05-05"


def test_a_rule_that_looks_at_another_question_sees_what_was_just_posted():
    sent = {"first_day-day": "3", "first_day-month": "8", "first_day-year": "2026", "last_day-day": "1", "last_day-month": "8", "last_day-year": "2026"}
    reading = page(holiday_club(), {"lives_here": "yes"}, step="days", sent=sent).read()
    assert messages(reading) == [("last_day", "not_before", "The last day must not come before the first")]


def test_saving_as_it_stands_asks_for_nothing_and_tells_what_is_not_valid():
    form = page(a_form(BASICS), sent={"first_name": "", "born-day": "31", "born-month": "2", "born-year": "2019"})
    reading = form.read_for_saving()
    assert messages(reading) == [("born", "not_real", "Date of birth must be a real date")]
    assert reading.cleared == ["first_name", "notes"]
    assert "born" in reading.incomplete


# Questions that an answer on the same page shows


def test_a_question_waits_hidden_until_a_post_shows_it_as_a_prompt_and_not_an_error():
    form = page(a_form(CONSENT), sent={"told": "yes"}, marked=["told"])
    assert [field.path for field in page(a_form(CONSENT)).fields_shown] == ["told"]
    reading = form.read()
    assert reading.revealed == ["when_told"] and reading.problems == [] and not reading.is_fine
    assert reading.values == {"told": "yes"}
    assert [field.path for field in form.fields_shown] == ["told", "when_told"]
    assert [field.path for field in form.fields_revealed] == ["when_told"]
    assert form["told"].value() == "yes"


def test_once_shown_it_must_be_answered_also_where_nothing_was_saved_between():
    reading = page(a_form(CONSENT), sent={"told": "yes"}, marked=["told", "when_told"]).read()
    assert messages(reading) == [("when_told", "required", "Answer “When did you tell them?”")]
    assert reading.revealed == []


def test_what_it_shows_may_show_another():
    sent = {"told": "yes", "when_told-day": "1", "when_told-month": "5", "when_told-year": "2026"}
    reading = page(a_form(CONSENT), sent=sent, marked=["told", "when_told"]).read()
    assert reading.values == {"told": "yes", "when_told": "2026-05-01"}
    assert reading.revealed == ["reply"]


def test_a_question_that_the_post_hides_keeps_its_text_and_is_no_problem():
    answers = {"told": "yes", "when_told": "2026-05-01"}
    sent = {"told": "no", "when_told-day": "99", "when_told-month": "5", "when_told-year": "2026"}
    form = page(a_form(CONSENT), answers, sent=sent, marked=["told", "when_told"])
    reading = form.read()
    assert reading.problems == [] and reading.revealed == ["why_not"]
    assert reading.incomplete == {"when_told": {"day": ["99"], "month": ["5"], "year": ["2026"]}}
    assert [field.path for field in form.fields_shown] == ["told", "why_not"]


def test_a_browser_that_marks_nothing_is_taken_to_show_what_it_sends_and_what_is_stored_as_shown():
    reading = page(a_form(CONSENT), sent={"told": "yes", "when_told-day": "1", "when_told-month": "5", "when_told-year": "2026"}).read()
    assert reading.values == {"told": "yes", "when_told": "2026-05-01"} and reading.revealed == ["reply"]


def test_marks_and_names_of_other_questions_are_ignored():
    reading = page(a_form(CONSENT), sent={"told": "no", "why_not": "Afraid", "other": "x", "told-day": "3"}, marked=["told", "why_not", "nothing", "children.x.y"]).read()
    assert reading.values == {"told": "no", "why_not": "Afraid"} and reading.is_fine


def test_an_option_that_is_not_offered_is_refused_and_one_that_the_post_offers_is_taken():
    questions = a_page(
        "{id: age, kind: number, label: Age}",
        "{id: club, kind: radios, label: Club, options: [{id: chess, label: Chess}, {id: darts, label: Darts, when: {question: age, gte: 16}}]}",
    )
    assert messages(page(a_form(questions), sent={"age": "12", "club": "darts"}).read()) == [
        ("club", "not_an_option", "Select club from the list; “darts” is not on it")
    ]
    assert page(a_form(questions), sent={"age": "17", "club": "darts"}).read().values == {"age": 17, "club": "darts"}


def test_required_may_depend_on_an_answer_of_the_same_page_and_a_later_one_never_is():
    questions = a_page(
        "{id: level, kind: scale, label: Worry}",
        "{id: why, kind: text, label: Reason, required: {question: level, gte: 7}}",
        "{id: plan, kind: file, label: Earlier plan, required: true, later: true}",
    )
    assert messages(page(a_form(questions), sent={"level": "8"}).read()) == [("why", "required", "Enter reason")]
    assert page(a_form(questions), sent={"level": "3"}).read().is_fine


# Repeats


def test_questions_of_an_item_are_named_by_its_path():
    answers = {"lives_here": "yes", "children": [{"_id": "c1"}, {"_id": "c2"}]}
    form = page(holiday_club(), answers, step="child/c2", sent={"children.c2.first_name": "Asha", "children.c2.collected": "yes", "children.c1.first_name": "Not mine"})
    reading = form.read()
    assert reading.values == {"children.c2.first_name": "Asha", "children.c2.collected": "yes"}
    assert reading.cleared == ["children.c2.last_name"]


def test_problems_carry_the_step_that_asks():
    answers = {"lives_here": "yes", "children": [{"_id": "c1"}]}
    form = page(holiday_club(), answers, step="child/c1", sent={"children.c1.first_name": ""})
    assert {problem.step_key for problem in form.read().problems} == {"child/c1"}
    assert form.error_list[0] == {"text": "Enter first name", "href": "#children--c1--first_name"}


def test_items_together_on_a_page_are_read_each_on_its_own_and_told_apart():
    questions = a_page("{id: name, kind: text, label: Name, required: true}", page="id: people, section: one, title: People, repeat: people, layout: together")
    definition = a_form(questions, above="repeats: {people: {title: People, item: person, item_label: '{name}'}}")
    answers = {"people": [{"_id": "p1", "name": "Ada"}, {"_id": "p2", "name": "Ben"}]}
    form = page(definition, answers, step="people", sent={"people.p1.name": "Ada L", "people.p2.name": ""})
    reading = form.read()
    assert reading.values == {"people.p1.name": "Ada L"}
    assert [problem.step_key for problem in reading.problems] == ["people"]
    assert form.error_list == [{"text": "Ben: Enter name", "href": "#people--p2--name"}]


# What enters


def test_text_is_cleaned_once_where_it_enters_and_the_person_is_told_once():
    reading = page(a_form(BASICS), sent={"first_name": "A\x00da", "notes": "one\r\ntwo\x0bthree \ud83d"}).read()
    assert reading.values == {"first_name": "Ada", "notes": "one\ntwothree "}
    assert reading.notes == [REMOVED_NOTE]
    assert page(a_form(BASICS), sent={"first_name": "Ada", "notes": "a\r\nb"}).read().notes == []


def test_an_unlikely_telephone_number_is_noted_and_taken():
    reading = page(a_form(a_page("{id: tel, kind: phone, label: Telephone number}")), sent={"tel": "01999 999999"}).read()
    assert reading.is_fine and reading.notes[0].startswith("Check the telephone number 01999 999999")


def test_numbers_of_the_test_range_need_leave():
    definition = a_form(a_page("{id: nhs, kind: nhs_number, label: NHS number}"))
    sent = {"nhs": "999 000 0018"}
    assert messages(page(definition, sent=sent).read())[0][1] == "test_number"
    assert page(definition, sent=sent, facts=Facts(TODAY, test_numbers=True)).read().values == {"nhs": "9990000018"}


def upload(name: str, content: bytes = b"%PDF-1.7") -> FileStorage:
    return FileStorage(BytesIO(content), name)


FILES = a_page("{id: plans, kind: file, label: Earlier plans, required: true, max_files: 3}")
KEPT = [{"id": "f1", "name": "one.pdf", "size": 10, "sha256": "a"}, {"id": "f2", "name": "two.pdf", "size": 10, "sha256": "b"}]


def test_new_files_are_handed_over_and_kept_ones_stay_or_go():
    form = page(a_form(FILES), {"plans": KEPT}, sent={"plans-remove": "f1"}, files=MultiDict({"plans": upload("three.pdf")}))
    reading = form.read()
    assert reading.is_fine
    assert [each["id"] for each in reading.values["plans"]] == ["f2"]
    assert [each.filename for each in reading.uploads["plans"]] == ["three.pdf"]


def test_a_first_file_answers_the_question_and_none_leaves_it_open():
    reading = page(a_form(FILES), sent={}, files=MultiDict({"plans": upload("one.PDF")})).read()
    assert reading.is_fine and reading.values == {"plans": []} and len(reading.uploads["plans"]) == 1
    reading = page(a_form(FILES), sent={"plans": "one.pdf"}, files=MultiDict({"plans": upload("")})).read()
    assert messages(reading) == [("plans", "required", "Choose a file for earlier plans")]
    assert page(a_form(FILES), {"plans": KEPT}, sent={"plans-remove": ["f1", "f2"]}).read().cleared == ["plans"]


def test_a_refused_file_is_told_and_the_good_ones_are_handed_over():
    files = MultiDict([("plans", upload("good.pdf")), ("plans", upload("bad.exe")), ("plans", upload("empty.pdf", b""))])
    reading = page(a_form(FILES), {"plans": KEPT}, sent={}, files=files).read()
    assert [problem.code for problem in reading.problems] == ["wrong_type", "empty"]
    assert [each.filename for each in reading.uploads["plans"]] == ["good.pdf"]
    assert reading.values["plans"] == KEPT


def test_too_many_files_are_told_with_the_limit():
    files = MultiDict([("plans", upload(f"{number}.pdf")) for number in range(3)])
    reading = page(a_form(FILES), {"plans": KEPT}, sent={}, files=files).read()
    assert messages(reading) == [("plans", "too_many", "Earlier plans must be 3 files at most; remove one first")]
    assert len(reading.uploads["plans"]) == 1


def test_plain_dicts_serve_as_posts_and_a_page_never_sent_cannot_be_read():
    definition = a_form(BASICS)
    journey = Journey(definition, {}, FACTS)
    blocks = journey.blocks(journey.find_key("page"))
    assert build(definition, blocks, {}, {}, FACTS, formdata={"first_name": "Ada"}).read().values == {"first_name": "Ada"}
    with pytest.raises(ValueError, match="nothing was posted"):
        build(definition, blocks, {}, {}, FACTS).read()

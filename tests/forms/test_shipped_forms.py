"""The forms Hackney ships, with their examples: sound, whole, short for the referrer, and walked on every page."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from portal.councils.library import council
from portal.forms import check, question_kinds, summary
from portal.forms.answers_json import check_answers_json
from portal.forms.check_conditions import COMPARES_OPTIONS, conditions_of
from portal.forms.condition_tree import Compare, walk
from portal.forms.conditions import Facts
from portal.forms.journey import Journey
from portal.forms.model import FormDefinition
from portal.forms.validate import problems

EXAMPLES = Path(__file__).parents[2] / "examples" / "hackney"
FORMS = ("closure_letter", "closure_review", "request_for_support", "screening_outcome", "sign_off", "taf_meeting")
TODAY = date(2026, 6, 15)
SOME_YEARS_LATER = date(2028, 2, 1)

MOST_PROMPTS = 60
"""Questions a professional meets who asks for early help for one child and one adult; about 12 minutes (see docs/decisions)."""

NOT_IN_EXAMPLES = {
    "upn": "asked only where the council switches it on, and Hackney does not",
}

STOPS = {
    "designated_officer": {"danger": "no", "source": "worker_concern"},
    "level_one": {"danger": "no", "source": "new", "response_kind": "early_help", "level": "level_1"},
}
"""Pages that end the route are reached by answers that are never sent."""


def form(form_id: str) -> FormDefinition:
    """One of Hackney's forms."""
    return council("hackney").form(form_id)


@cache
def _text(name: str) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8")


def example(name: str) -> dict[str, Any]:
    """The answers of an example, free to be changed."""
    return json.loads(_text(f"{name}.json"))


def names(form_id: str = "") -> list[str]:
    """The examples of a form (or of all), without their ending."""
    found = sorted(path.name.removesuffix(".json") for path in EXAMPLES.glob("*.json"))
    return [name for name in found if not form_id or name.partition(".")[0] == form_id]


def facts(today: date = TODAY) -> Facts:
    """A fixed day, on which made-up NHS numbers pass."""
    return Facts(today, test_numbers=True)


def pages_of(form_id: str, answers: dict[str, Any], today: date = TODAY) -> list[str]:
    """The ids of the pages on the way through these answers."""
    return [step.page.id for step in Journey(form(form_id), answers, facts(today)).steps()]


def values_in(value: Any) -> Iterator[tuple[str, Any]]:
    """Every answer in an example with its question's id."""
    for key, each in value.items():
        yield key, each
        for item in each if isinstance(each, list) else ():
            if isinstance(item, dict):
                yield from values_in(item)


def test_the_pack_ships_these_forms() -> None:
    assert tuple(sorted(council("hackney").form_ids())) == FORMS


@pytest.mark.parametrize("form_id", FORMS)
def test_a_shipped_form_has_no_faults(form_id: str) -> None:
    assert [str(fault) for fault in check.faults(form(form_id))] == []


@pytest.mark.parametrize("form_id", FORMS)
def test_every_option_a_condition_names_exists(form_id: str) -> None:
    definition = form(form_id)
    for placed in conditions_of(definition):
        for _, part in walk(placed.condition):
            if isinstance(part, Compare) and part.comparison in COMPARES_OPTIONS:
                question = definition.index.questions[part.question]
                options = {option.id for option in question_kinds.kind(question.kind).options(question)}
                wanted = part.value if isinstance(part.value, list) else [part.value]
                assert set(map(str, wanted)) <= options, f"{part.question}: {wanted}"


@pytest.mark.parametrize("form_id", FORMS)
def test_every_named_condition_is_used(form_id: str) -> None:
    definition = form(form_id)
    used = {part.name for placed in conditions_of(definition) for _, part in walk(placed.condition) if hasattr(part, "name")}
    assert set(definition.conditions) - used == set()


@pytest.mark.parametrize("today", [TODAY, SOME_YEARS_LATER], ids=str)
@pytest.mark.parametrize("name", names())
def test_an_example_is_whole_and_valid(name: str, today: date) -> None:
    found = check_answers_json(form(name.partition(".")[0]), example(name), facts(today))
    assert [(each.path, each.message) for each in found] == []


@pytest.mark.parametrize("form_id", FORMS)
def test_every_page_is_walked_by_an_example(form_id: str) -> None:
    walked = {page for name in names(form_id) for page in pages_of(form_id, example(name))}
    not_walked = [page.id for page in form(form_id).pages if page.id not in walked and page.type != "stop"]
    assert not_walked == []


@pytest.mark.parametrize("form_id", FORMS)
def test_every_question_is_answered_by_an_example(form_id: str) -> None:
    answered = {key for name in names(form_id) for key, _ in values_in(example(name))}
    asked = {question.id for page in form(form_id).pages for question in page.questions if question_kinds.kind(question.kind).has_value}
    assert asked - answered - set(NOT_IN_EXAMPLES) == set()


@pytest.mark.parametrize("page", STOPS)
def test_the_way_ends_at_a_stop_page(page: str) -> None:
    assert pages_of("request_for_support", STOPS[page])[-1] == page


def test_the_shortest_way_stays_short() -> None:
    definition, answers = form("request_for_support"), example("request_for_support.short")
    prompts = len(summary.rows(definition, answers, facts()))
    print(f"request for support, one child and one adult: {prompts} questions shown, {MOST_PROMPTS} at most")
    assert prompts <= MOST_PROMPTS


def test_nothing_on_the_shortest_way_appears_only_after_its_page_was_sent() -> None:
    """A question shown by an answer on its own page costs a further page load where there is no script."""
    definition, answers = form("request_for_support"), example("request_for_support.short")
    late = [
        row.question_id
        for row in summary.rows(definition, answers, facts())
        if not _shown_unanswered(definition, answers, definition.index.page_of[row.question_id].id, row.question_id)
    ]
    assert late == []


def _without(answers: Any, question_ids: set[str]) -> Any:
    if isinstance(answers, list):
        return [_without(each, question_ids) for each in answers]
    if not isinstance(answers, dict):
        return answers
    return {key: _without(each, question_ids) for key, each in answers.items() if key not in question_ids}


def _shown_unanswered(definition: FormDefinition, answers: dict[str, Any], page_id: str, question_id: str) -> bool:
    """Whether the question is there when its page is opened for the first time."""
    on_page = {each.id for each in definition.index.pages[page_id].questions}
    journey = Journey(definition, _without(answers, on_page), facts())
    return any(name == question_id for name, _ in journey.visible.questions)


class TestAges:
    """Help is open until the 19th birthday, the 25th with special educational needs or a disability (HFS-0.3)."""

    def stops(self, **child: Any) -> bool:
        answers = example("request_for_support.short")
        answers["children"][0] |= child
        return "too_old" in pages_of("request_for_support", answers)

    def test_the_day_before_the_nineteenth_birthday_passes(self) -> None:
        assert not self.stops(date_of_birth="2007-06-16")

    def test_the_nineteenth_birthday_stops(self) -> None:
        assert self.stops(date_of_birth="2007-06-15")

    def test_a_twenty_four_year_old_with_send_passes(self) -> None:
        assert not self.stops(date_of_birth="2001-06-16", send="ehcp")

    def test_a_twenty_four_year_old_with_a_disability_passes(self) -> None:
        assert not self.stops(date_of_birth="2001-06-16", disability="yes")

    def test_the_twenty_fifth_birthday_stops_whatever_the_needs(self) -> None:
        assert self.stops(date_of_birth="2001-06-15", send="ehcp")

    def test_an_unborn_child_passes(self) -> None:
        answers = example("request_for_support.short")
        child = answers["children"][0]
        child.pop("date_of_birth")
        child |= {"child_exceptions": ["unborn"], "due_date": "2026-09"}
        assert "too_old" not in pages_of("request_for_support", answers)

    def test_an_older_brother_to_be_considered_neither_stops_nor_interrupts(self) -> None:
        answers = example("request_for_support.direct_service")
        answers["children"][1]["in_request"] = "sibling"
        pages = pages_of("request_for_support", answers)
        assert "too_old" not in pages and "older_child" not in pages

    def test_exactly_one_of_birth_due_date_and_age_is_asked(self) -> None:
        answers = example("request_for_support")
        rows = summary.rows(form("request_for_support"), answers, facts())
        asked = [row.path.split(".")[1] for row in rows if row.question_id in ("date_of_birth", "due_date", "estimated_age")]
        assert asked == ["amara", "kofi", "baby", "tobi"]


class TestAgreement:
    """Support and sharing are asked apart; going on without agreement is for safeguarding only (SUSD-8, SUSD-14, HFS-4.6b)."""

    def test_early_help_without_a_talk_stops(self) -> None:
        answers = example("request_for_support.short") | {"talked": "not_yet"}
        assert pages_of("request_for_support", answers)[-1] == "talk_first"

    @pytest.mark.parametrize("test", ["urgent_safety", "talking_raises_risk"])
    def test_one_of_the_two_tests_is_not_enough(self, test: str) -> None:
        answers = example("request_for_support.override") | {test: "no"}
        assert pages_of("request_for_support", answers)[-1] == "override_not_met"

    def test_both_tests_open_the_account(self) -> None:
        assert "override_account" in pages_of("request_for_support", example("request_for_support.override"))

    def test_a_refusal_in_early_help_never_leads_to_an_override(self) -> None:
        pages = pages_of("request_for_support", example("request_for_support.refused"))
        assert "refused" in pages and "override_tests" not in pages

    def test_one_agreement_may_be_given_and_the_other_refused(self) -> None:
        answers = example("request_for_support.short")
        answers["consents"][0]["agrees_to_share"] |= {"decision": "refused"}
        assert problems(form("request_for_support"), answers, facts()) == []

    def test_only_adults_with_parental_responsibility_are_asked(self) -> None:
        rows = summary.rows(form("request_for_support"), example("request_for_support"), facts())
        assert {row.path.split(".")[1] for row in rows if row.question_id == "told"} == {"mother", "father"}

    def test_nobody_is_asked_to_agree_for_someone_who_was_not_told(self) -> None:
        rows = summary.rows(form("request_for_support"), example("request_for_support"), facts())
        assert "father" not in {row.path.split(".")[1] for row in rows if row.question_id == "agrees_to_support"}


class TestJointMeeting:
    """A family with a child under 6 and two agencies or two needs is asked for written consent, which may follow (HFS-8.3b)."""

    def asked(self, **child: Any) -> bool:
        answers = example("request_for_support.short")
        answers["children"][0] |= child
        return "written_consent" in pages_of("request_for_support", answers)

    def test_two_needs_with_a_child_under_six(self) -> None:
        assert self.asked(date_of_birth="2021-01-10")

    def test_two_needs_with_older_children_only(self) -> None:
        assert not self.asked()

    def test_one_need_and_one_agency(self) -> None:
        answers = example("request_for_support.short")
        answers["children"][0]["date_of_birth"] = "2021-01-10"
        answers["adult_needs"] = [{"_id": "carly", "adult_need_list": ["education"]}]
        assert "written_consent" not in pages_of("request_for_support", answers)

    def test_it_does_not_hold_up_the_request(self) -> None:
        answers = example("request_for_support.short")
        answers["children"][0]["date_of_birth"] = "2021-01-10"
        assert problems(form("request_for_support"), answers, facts()) == []


class TestNextMeeting:
    """Twelve weeks at most from this meeting, whenever its record is typed; a departure that a manager agreed to allows more (HFS-5.9b)."""

    def missing(self, next_date: str, today: date = TODAY, **answers: Any) -> set[str]:
        whole = example("taf_meeting") | {"meeting_date": "2026-06-09", "next_date": next_date} | answers
        return {each.path for each in problems(form("taf_meeting"), whole, facts(today))}

    @pytest.mark.parametrize("typed_on", [date(2026, 6, 9), date(2026, 7, 20), SOME_YEARS_LATER], ids=str)
    def test_eighty_four_days_after_the_meeting_is_soon_enough(self, typed_on: date) -> None:
        assert self.missing("2026-09-01", typed_on) == set()

    @pytest.mark.parametrize("typed_on", [date(2026, 6, 9), date(2026, 7, 20), SOME_YEARS_LATER], ids=str)
    def test_eighty_five_days_need_a_reason_and_a_managers_agreement(self, typed_on: date) -> None:
        assert self.missing("2026-09-02", typed_on) == {"departure_reason", "departure_manager"}

    def test_a_departure_with_reason_and_manager_allows_more(self) -> None:
        assert self.missing("2026-09-02", departure_reason="family_asked", departure_manager="Patricia Nwosu") == set()

    def test_another_reason_is_told_in_words(self) -> None:
        assert self.missing("2026-09-02", departure_reason="other", departure_manager="Patricia Nwosu") == {"departure_reason_other"}

    def test_a_meeting_before_this_one_is_wrong_however_it_was_agreed(self) -> None:
        assert self.missing("2026-06-09", departure_reason="family_asked", departure_manager="Patricia Nwosu") == {"next_date"}


def test_a_meeting_without_family_says_why() -> None:
    answers = copy.deepcopy(example("taf_meeting"))
    answers["attendees"] = [each for each in answers["attendees"] if each["attendee_role"] not in ("child", "parent_or_carer", "relative")]
    found = {each.path for each in problems(form("taf_meeting"), answers, facts())}
    assert found == {"no_family_reason", "no_child_how", "no_child_by"}


def test_support_cannot_be_ended_over_an_open_worry() -> None:
    answers = example("closure_review.stepped_up") | {"recommendation": "close"}
    assert {each.path for each in problems(form("closure_review"), answers, facts())} == {"recommendation"}


def test_no_letter_is_written_to_a_person_who_must_not_be_told() -> None:
    assert pages_of("closure_letter", example("closure_letter") | {"must_not_be_told": "yes"})[-1] == "no_letter"


@pytest.mark.parametrize("form_id", FORMS)
def test_no_child_or_family_is_called_a_case(form_id: str) -> None:
    definition = form(form_id)
    words = [definition.title, definition.summary, definition.send.declaration, *(page.title + " " + page.guidance for page in definition.pages)]
    words += [f"{question.label} {question.hint}" for page in definition.pages for question in page.questions]
    assert [text for text in words if re.search(r"\bcases?\b|\bplacements?\b", text, re.IGNORECASE)] == []


@pytest.mark.parametrize("name", names())
def test_an_example_holds_made_up_numbers_only(name: str) -> None:
    text = _text(f"{name}.json")
    assert [each for each in re.findall(r"\b0\d{4} ?\d{6}\b", text) if not re.match(r"(01632 960\d{3}|07700 900\d{3})$", each)] == []
    assert [each for each in re.findall(r"[\w.+-]+@([\w.-]+)", text) if not re.search(r"(^|\.)example(\.org)?$", each)] == []
    assert [each for key, each in values_in(json.loads(text)) if key == "child_nhs_number" and not each.startswith("999")] == []


def test_a_baby_without_a_first_name_is_called_by_the_last_one() -> None:
    definition, answers = form("request_for_support"), example("request_for_support")
    titles = [block.title for section in summary.sections(definition, answers, facts()) for block in section.blocks]
    assert "Okafor" in titles and not any("Not known" in title for title in titles)

"""What a council makes of a scenario: where a request opens, which move is made, and what the documents say."""

from __future__ import annotations

import pytest

from portal.councils.library import council
from portal.forms.scenarios.read import ScenarioFaults, read_scenarios
from portal.scenarios import run_scenarios

HACKNEY = council("hackney")


def differences(form_id: str, source: str, expect: str, more: str = "") -> list[str]:
    """In what a scenario that begins with this example comes out otherwise."""
    scenario = f"  - {{id: a, name: A, from: {source}, {more} expect: {{{expect}}}}}\n"
    text = f'schema: 1\nform: {form_id}\ntoday: "2026-06-15"\nscenarios:\n{scenario}'
    return list(run_scenarios(HACKNEY, HACKNEY.form(form_id), read_scenarios(text, "scenarios")).results[0].differences)


# --- the next step ------------------------------------------------------------------------------------------------------


def test_a_request_opens_where_the_council_says():
    expect = "next: {stage: received, team: hub, level: level_2}"
    assert differences("request_for_support", "request_for_support.short.json", expect) == []


def test_another_opening_is_told():
    expect = "next: {stage: screening, team: mash, level: level_4}"
    assert differences("request_for_support", "request_for_support.short.json", expect) == [
        "the next step is the stage “Received” (received), and the stage “Screening” (screening) was expected",
        "the next step is the team “Early Help Hub” (hub), and the team “Multi-Agency Safeguarding Hub (MASH)” (mash) was expected",
        "the next step is the level “Level 2 - early help” (level_2), and the level “Level 4 - acute” (level_4) was expected",
    ]


SIGNED = "papers: {screening: screening_outcome.json},"


def test_a_move_is_the_one_the_workflow_makes():
    expect = "next: {paper: screening_sign_off, at: awaiting_direction, move: direct_support, stage: allocated, team: multi_agency_team, level: level_3}"
    assert differences("sign_off", "sign_off.screening.json", expect, SIGNED) == []


def test_another_move_is_told():
    expect = "next: {paper: screening_sign_off, at: awaiting_direction, move: direct_reply, stage: advised}"
    assert differences("sign_off", "sign_off.screening.json", expect, SIGNED) == [
        "the next step is the move “Manager agrees support” (direct_support), and the move “Manager agrees advice or signposting” (direct_reply) was expected",
        "the next step is the stage “Allocated” (allocated), and the stage “Advised or signposted” (advised) was expected",
    ]


def test_without_the_paper_that_is_signed_no_move_that_looks_at_it_is_made():
    expect = "next: {paper: screening_sign_off, at: awaiting_direction, move: none, stage: awaiting_direction}"
    assert differences("sign_off", "sign_off.screening.json", expect) == []


def test_from_another_stage_the_same_paper_moves_nothing():
    expect = "next: {paper: screening_sign_off, at: received, move: none, stage: received}"
    assert differences("sign_off", "sign_off.screening.json", expect, SIGNED) == []


def test_nothing_follows_from_what_cannot_be_sent():
    problem = "problems: [{at: level, code: required}]"
    expect = f"{problem}, next: {{at: screening, move: screened}}"
    assert differences("screening_outcome", "screening_outcome.json", expect, "leave_out: [level],") == [
        "nothing follows, because the form cannot be sent with these answers"
    ]


# --- documents ----------------------------------------------------------------------------------------------------------

LETTER = ("closure_letter", "closure_letter.json")


def test_a_document_says_what_it_should():
    expect = "documents: {closure_letter_parent: {says: [Dear Ms Okafor, 01632 960115], says_not: [Dear Mr]}}, no_documents: [closure_letter_child]"
    assert differences(*LETTER, expect) == []


def test_what_a_document_lacks_or_gives_away_is_told():
    expect = "documents: {closure_letter_parent: {says: [Dear Mr Reid], says_not: [Dear Ms Okafor]}}"
    assert differences(*LETTER, expect) == [
        "the document “Closure letter to a parent or carer” does not say “Dear Mr Reid”",
        "the document “Closure letter to a parent or carer” says “Dear Ms Okafor”, and must not",
    ]


def test_a_document_that_is_not_made_and_one_that_should_not_be_are_told():
    assert differences(*LETTER, "documents: {closure_letter_child: {says: [x]}}, no_documents: [closure_letter_parent]") == [
        "the document “Closure letter to a child” is not made with these answers",
        "the document “Closure letter to a parent or carer” is made, and should not be",
    ]


def test_a_document_that_cannot_be_made_says_why():
    told = differences("closure_letter", "closure_letter.json", "documents: {closure_letter_parent: {}}", "leave_out: [lead_phone],")
    assert "nothing follows, because the form cannot be sent with these answers" in told


def test_each_readers_copy_is_looked_at_apart():
    expect = "documents: {taf_minutes.family: {says: [Amara Okafor-Reid]}, taf_minutes.professionals: {says_not: [07700 900321]}}"
    assert differences("taf_meeting", "taf_meeting.json", expect) == []
    with pytest.raises(ScenarioFaults, match="'taf_minutes.press' is no document of taf_meeting"):
        differences("taf_meeting", "taf_meeting.json", "documents: {taf_minutes.press: {}}")


def test_words_are_found_across_line_breaks():
    assert differences("request_for_support", "request_for_support.json", "documents: {request_record: {says: ['Flat 14, Linden Point 3 Sallow Lane']}}") == []

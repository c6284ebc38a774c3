"""What the shipped pack must hold: roles, clocks, lists and moves that the rules of practice ask for, by the ids of those rules."""

import re

import pytest

from portal.councils import library

CENSUS_2021 = ["asian_indian", "asian_pakistani", "asian_bangladeshi", "asian_chinese", "asian_other", "black_caribbean", "black_african", "black_other", "mixed_white_black_caribbean", "mixed_white_black_african", "mixed_white_asian", "mixed_other", "white_british", "white_irish", "white_gypsy_or_irish_traveller", "white_roma", "white_other", "other_arab", "other_any"]
ROLES = ["external_referrer", "family_member", "screener", "hub_manager", "coordinator", "lead_professional", "taf_coordinator", "administrator", "support_manager", "quality_partner", "service_manager", "system_administrator"]
DOCUMENTED_CLOCKS = [f"c{number}" for number in range(32)]


@pytest.fixture(scope="module")
def hackney():
    return library.council("hackney")


def test_every_role_of_the_practice_is_there(hackney):
    assert set(ROLES) <= set(hackney.roles.ids)


def test_every_clock_of_the_catalogue_is_there_with_its_source(hackney):
    assert sorted(hackney.clocks.ids, key=lambda clock: int(clock[1:])) == DOCUMENTED_CLOCKS
    assert all(re.search(r"(HFS|SUSD|COL|HULL)-\d", clock.source) for clock in hackney.clocks)


@pytest.mark.parametrize(
    ("clock", "unit", "amount"),
    [("c1", "hours", 24), ("c2", "hours", 48), ("c3", "hours", 72), ("c4", "working_days", 10), ("c5", "working_days", 5), ("c10", "days", 30),
     ("c14", "working_days", 5), ("c15", "working_days", 20), ("c17", "weeks", 12), ("c18", "days", 0), ("c23", "weeks", 8),
     ("c27", "months", 6), ("c28", "months", 9), ("c29", "working_days", 5), ("c30", "hours", 48), ("c31", "working_days", 5)],
)  # fmt: skip
def test_limits_are_those_of_the_catalogue(hackney, clock, unit, amount):
    target = hackney.clocks[clock].target
    assert (target.unit, target.amount) == (unit, amount)


def test_the_next_meeting_is_never_more_than_twelve_weeks_away(hackney):
    clock = hackney.clocks["c17"]
    assert max(target.amount for target in [clock.target, *clock.varies.targets.values()]) == 12


def test_the_19_census_groups_stand_beside_local_ones_that_count_as_one_of_them(hackney):
    items = {item.id: item for item in hackney.lists["ethnicity"]}
    own = [item.id for item in items.values() if not item.counts_as and item.group != "Not recorded"]
    assert sorted(own) == sorted(CENSUS_2021)
    assert {item.counts_as for item in items.values()} - {""} <= set(CENSUS_2021)
    assert items["white_charedi_jewish"].counts_as == "white_other"
    assert all(item.write_in for item in items.values() if item.label.startswith("Any other"))


def test_sign_languages_are_languages(hackney):
    assert {"bfi", "makaton"} <= {item.id for item in hackney.lists["languages"]}


def test_there_are_ten_headings_of_need_and_twelve_services_to_ask_for(hackney):
    assert len(hackney.lists["needs"]) == 10
    assert len([item for item in hackney.lists["services"] if item.id != "not_sure"]) == 12


def test_level_1_is_shown_but_cannot_be_requested(hackney):
    assert {level.number: level.can_request for level in hackney.service.levels} == {1: False, 2: True, 3: True, 4: True}


def test_numbers_are_not_confirmed_until_the_council_has_rung_them(hackney):
    assert hackney.service.numbers_confirmed is False
    assert (hackney.service.emergency.telephone, hackney.service.hub.telephone) == ("999", "020 8356 5500")


def test_a_worry_about_a_worker_starts_no_form(hackney):
    ways = {way.id: way for way in hackney.service.start.ways}
    assert ways["worker_concern"].form == ""
    assert "designated officer" in ways["worker_concern"].text
    assert [way.form for way in ways.values() if way.form] == ["request_for_support"] * 3


def test_no_one_but_a_manager_directs_and_no_one_signs_off_their_own_paper(hackney):
    directs = [role.id for role in hackney.roles if "finalise" in role.rights_on("screening_sign_off")]
    assert directs == ["hub_manager"]
    assert all(paper.not_author for paper in hackney.papers if paper.kind == "sign_off")


def test_a_family_reaches_a_team_only_when_a_manager_agreed_the_screening(hackney):
    moves = [move for move in hackney.transitions if move.sets.team]
    assert [(move.on.paper, move.sets.signed, move.to) for move in moves] == [("screening_sign_off", True, "allocated")]


def test_the_support_manager_cannot_check_the_quality_of_a_closure_review(hackney):
    assert "finalise" in hackney.roles["support_manager"].rights_on("closure_review")
    assert hackney.roles["support_manager"].rights_on("closure_sign_off") == {"view"}
    assert "finalise" in hackney.roles["quality_partner"].rights_on("closure_sign_off")


def test_the_system_administrator_reads_no_record(hackney):
    role = hackney.roles["system_administrator"]
    assert (role.sees, role.papers) == ("none", {})
    assert not [action for action in role.may if action.startswith(("family.", "worklist.", "people.", "document."))]


def test_a_step_up_ends_support_only_once_it_is_accepted(hackney):
    moves = [move for move in hackney.transitions if move.to == "with_social_care"]
    assert [(move.by_hand, move.reason_required) for move in moves] == [(True, True)]


def test_support_closes_only_after_the_quality_check_agreed(hackney):
    assert {stage for move in hackney.transitions if move.to == "closed" for stage in move.from_} == {"closing_agreed"}
    (way,) = [move for move in hackney.transitions if move.to == "closing_agreed"]
    assert (way.on.paper, way.on.event) == ("closure_sign_off", "finalised")


def test_safeguarding_requests_land_with_the_safeguarding_hub(hackney):
    assert [receiver.team for receiver in hackney.receivers] == ["mash", "hub"]


def test_letters_have_a_complaints_paragraph_and_a_way_back_for_each_reader(hackney):
    texts = hackney.wording.texts
    for part in ("complaints", "how_to_come_back", "your_rights"):
        assert all(texts[key] for key in (part, f"{part}_young_person", f"{part}_child"))


def test_closing_reasons_hold_each_reason_the_letter_must_know(hackney):
    ids = {item.id for item in hackney.decisions["closing_reasons"]}
    assert {"needs_met", "family_choice", "no_contact", "moved", "stepped_up", "stepped_down"} <= ids

"""A file of scenarios is read strictly: every fault at once, with file, line, column and the nearest right name."""

from __future__ import annotations

import pytest

from portal.forms.load import load_definition
from portal.forms.scenarios.read import ScenarioFaults, read_scenarios
from portal.forms.yaml_text import Fault
from portal.scenarios import run_scenarios
from tests.scenarios.club import COUNCIL, SWIMMER, club, text_of

HEAD = "  - {id: other, name: Other, from: swimmer, "


def faults(text: str) -> list[Fault]:
    with pytest.raises(ScenarioFaults) as refused:
        run_scenarios(COUNCIL, club(), read_scenarios(text, "club.tests.yaml"))
    return refused.value.faults


def told(scenario: str) -> list[tuple[int, str, str]]:
    return [(each.line, each.code, each.message) for each in faults(text_of(SWIMMER + scenario))]


@pytest.mark.parametrize(
    ("scenario", "code", "message"),
    [
        (HEAD + "expcet: {}}", "unknown_key", "unknown key 'expcet', did you mean \"expect\"?"),
        (HEAD + "expect: {sene: [pool]}}", "unknown_key", "unknown key 'sene', did you mean \"seen\"?"),
        (HEAD + "expect: {next: {stge: x}}}", "unknown_key", "unknown key 'stge', did you mean \"stage\"?"),
        (HEAD + "expect: {documents: {notes: {say: [x]}}}}", "unknown_key", "unknown key 'say', did you mean \"says\"?"),
        (HEAD + "expect: {problems: [{at: where}]}}", "missing_key", "needs `code`"),
        ("  - {id: other}", "missing_key", "needs `name`"),
        ("  - {id: Other, name: Other}", "bad_id", "snake_case"),
        ("  - {id: swimmer, name: Again}", "duplicate_id", "'swimmer' is that of another scenario"),
        ("  - {id: other, name: \" \"}", "missing_name", "say in plain words what this scenario protects"),
        (HEAD + "answers: {safe: \"yes\"}}", "two_sources", "keep one of them"),
        ("  - {id: other, name: Other, from: swimer}", "unknown_scenario", "did you mean \"swimmer\"?"),
        ("  - {id: other, name: Other, from: clubs.json}", "unknown_example", "there is no example 'clubs.json'; there are: asking_for_help.json"),
        (HEAD + "today: \"2026-13-01\"}", "wrong_value", "'2026-13-01' is no day"),
        (HEAD + "expect: {pages: [pol]}}", "unknown_name", "'pol' is no page of club, did you mean \"pool\"?"),
        (HEAD + "expect: {stop: pool}}", "unknown_name", "'pool' is no page of type stop of club"),
        (HEAD + "expect: {interrupts: [pool]}}", "unknown_name", "'pool' is no page of type interrupt of club"),
        (HEAD + "expect: {asked: [badeg]}}", "unknown_name", "'badeg' is no question and no repeat of club, did you mean \"badge\"?"),
        (HEAD + "expect: {asked: [lessons.a.badge]}}", "unknown_name", "'badge' does not stand in lessons"),
        (HEAD + "expect: {asked: [children.a]}}", "unknown_name", "is no path"),
        (HEAD + "set: {children.a.badeg: x}}", "unknown_name", "did you mean \"badge\"?"),
        (HEAD + "set: {lane: 3}}", "no_answer", "must be the id of one option"),
        (HEAD + "leave_out: [children.z]}", "not_there", "children.z is left out, but there is no such answer"),
        (HEAD + "leave_out: [children.a.badge]}", "not_there", "children.a.badge is left out"),
        (HEAD + "roles: [nobody]}", "unknown_name", "'nobody' is no role of roles.yaml"),
        (HEAD + "papers: {asking: nothing.json}}", "unknown_example", "there is no example 'nothing.json'"),
        (HEAD + "papers: {askng: asking_for_help.json}}", "unknown_name", "did you mean \"asking\"?"),
        (HEAD + "expect: {documents: {circle_notes: {}}}}", "unknown_name", "is no document of club in documents.yaml"),
        (HEAD + "expect: {no_documents: [notes]}}", "unknown_name", "is no document of club in documents.yaml"),
        (HEAD + "expect: {next: {at: new_in}}}", "unknown_name", "needs `paper`: this form is used for no paper"),
    ],
)
def test_a_fault_is_told_with_its_place_and_code(scenario, code, message):
    found = told(scenario + "\n")
    assert [(line, found_code) for line, found_code, _ in found] == [(8, code)] * len(found)
    assert any(message in words for _, _, words in found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- a list", "shape"),
        ("schema: 2\nform: club\ntoday: \"2026-06-15\"\nscenarios: []", "schema"),
        ("schema: 1\nform: club\ntoday: \"2026-06-15\"\nscenarios: []", "no_scenarios"),
        ("schema: 1\nform: club\ntoday: 2026-06-15\nscenarios: []", "unquoted"),
        ("schema: 1\nform: clubb\ntoday: \"2026-06-15\"\nscenarios: [{id: a, name: A}]", "other_form"),
        ("schema: 1\nform: club\ntoday: \"2026-06-15\"\nscenarios: [{id: a, name: *a}]", "alias"),
        ("schema: 1\nform: club\ntoday: \"2026-06-15\"\nscenarios: " + "[" * 100, "too_deep"),
    ],
)
def test_a_file_that_is_none_is_refused(text, code):
    assert code in [each.code for each in faults(text)]


def test_every_fault_comes_at_once():
    found = faults(text_of(SWIMMER + HEAD + "expect: {pages: [pol], stop: pool, asked: [badeg]}}\n" + "  - {id: third, name: Third, from: nothing}\n"))
    assert len(found) == 4
    assert str(found[0]).startswith("club.tests.yaml:8:")


@pytest.mark.parametrize(
    ("next_step", "message"),
    [
        ("{at: new_in, move: tak_on}", "'tak_on' is no move of workflow.yaml, did you mean \"take_on\"?"),
        ("{at: newin, move: take_on}", "'newin' is no stage of workflow.yaml, did you mean \"new_in\"?"),
        ("{at: new_in, team: rivr}", "is no team of teams.yaml"),
        ("{at: new_in, level: blue}", "is no level of service.yaml"),
        ("{move: take_on}", "needs `at`: the stage at which this paper comes"),
        ("{paper: asking}", "'asking' is no paper with this form"),
    ],
)
def test_a_next_step_names_what_the_council_has(next_step, message):
    form = COUNCIL.form("first_look")
    text = 'schema: 1\nform: first_look\ntoday: "2026-06-15"\nscenarios:\n  - {id: a, name: A, from: first_look.json, expect: {next: ' + next_step + "}}\n"
    with pytest.raises(ScenarioFaults) as refused:
        run_scenarios(COUNCIL, form, read_scenarios(text, "first_look.tests.yaml"))
    assert any(message in each.message for each in refused.value.faults)


def test_a_request_has_no_stage_it_comes_at():
    text = 'schema: 1\nform: asking_for_help\ntoday: "2026-06-15"\nscenarios:\n  - {id: a, name: A, from: asking_for_help.json, expect: {next: {at: new_in}}}\n'
    with pytest.raises(ScenarioFaults, match="a request opens an episode: leave out `at` and `move`"):
        run_scenarios(COUNCIL, COUNCIL.form("asking_for_help"), read_scenarios(text, "x"))


def test_the_linter_of_forms_reads_the_scenarios_beside_them(tmp_path):
    from portal.forms.commands import faults_of

    form = tmp_path / "club.yaml"
    form.write_text((COUNCIL.places.forms / "first_look.yaml").read_text().replace("id: first_look", "id: club", 1))
    assert load_definition(COUNCIL.completed(form.read_text()), shared_lists=COUNCIL.shared_lists).id == "club"
    assert faults_of(form, COUNCIL) == []
    (tmp_path / "club.tests.yaml").write_text(text_of("  - {id: a, name: A, expect: {seen: [lok]}}\n"))
    assert [(each.line, each.code) for each in faults_of(form, COUNCIL)] == [(5, "unknown_name")]
    (tmp_path / "club.tests.yaml").write_bytes(b"\xff\xfe")
    assert [each.code for each in faults_of(form, COUNCIL)] == ["encoding"]

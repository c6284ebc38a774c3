"""Reading a council's files: what is refused, in which words, and where it is said to stand."""

import shutil
from pathlib import Path

import pytest

from portal.councils.load import CouncilFaults, load_files, load_text

PACK = Path(__file__).parents[1] / "packs" / "marlowe_vale" / "council"


def faults_in(kind: str, text: str) -> list[str]:
    with pytest.raises(CouncilFaults) as caught:
        load_text(kind, text, f"{kind}.yaml")
    return [str(fault) for fault in caught.value.faults]


def test_an_unknown_key_is_named_with_the_nearest_right_one():
    faults = faults_in("teams", "teams:\n  - {id: river, title: River, telefone: 01632 960110}")
    assert len(faults) == 1
    assert faults[0].startswith('teams.yaml:2:31: telefone is not a key that is known here, did you mean "telephone"? (known are id, title, service')


def test_a_missing_key_is_placed_at_the_group_it_is_missing_from():
    assert faults_in("teams", "teams:\n  - {title: River}") == ["teams.yaml:2:5: the key id is missing"]


def test_a_word_that_is_none_of_those_allowed_is_refused_with_them():
    text = "stages:\n  - {id: new, title: New, kind: sleeping}\npapers:\n  - {id: ask, title: Ask, form: ask, kind: request}"
    assert faults_in("workflow", text) == [
        "workflow.yaml:2:33: kind is \"sleeping\"; allowed are 'waiting', 'active', 'closing' or 'closed'"
    ]


def test_a_number_where_text_belongs_asks_for_quotes():
    assert faults_in("teams", "teams:\n  - {id: river, title: 12}") == ['teams.yaml:2:24: title is 12, which is not read as text: write "12"']


def test_yes_is_no_truth_value():
    faults = faults_in("teams", "teams:\n  - {id: river, title: River, allocates: 'yes'}")
    assert faults == ['teams.yaml:2:42: allocates must be true or false (without quotes); it is "yes"']


def test_a_move_needs_either_a_paper_or_a_hand():
    text = (
        "stages: [{id: new, title: New, kind: waiting}]\n"
        "papers: [{id: ask, title: Ask, form: ask, kind: request}]\n"
        "transitions:\n  - {id: go, title: Go, from: [new], to: new}\n"
    )
    assert faults_in("workflow", text) == ["workflow.yaml:4:5: transitions is wrong: a transition has either `on` (a paper) or `by_hand: true`"]


def test_a_condition_with_a_misspelt_comparison_is_placed_inside_the_condition():
    text = (
        "stages: [{id: new, title: New, kind: waiting}]\n"
        "papers: [{id: ask, title: Ask, form: ask, kind: request}]\n"
        "transitions:\n"
        "  - {id: go, title: Go, from: [new], to: new, on: {paper: ask, event: sent}, when: {question: a, iss: b}}\n"
    )
    (fault,) = faults_in("workflow", text)
    assert fault.startswith("workflow.yaml:4:") and "iss" in fault


def test_an_id_in_capitals_is_refused_also_where_it_is_a_key():
    (fault,) = faults_in("lists", "Colours: [{id: red, label: Red}]")
    assert fault.startswith("lists.yaml:1:1: Colours")


def test_every_fault_of_every_file_comes_at_once(tmp_path):
    folder = tmp_path / "council"
    shutil.copytree(PACK, folder)
    (folder / "teams.yaml").write_text("teams: []")
    (folder / "calendar.yaml").write_text("region: FRA\noffice_hours: {opens: 8:00, closes: '25:00', text: Always}")
    (folder / "notices.yaml").unlink()
    (folder / "wordings.yaml").write_text("a: b")
    with pytest.raises(CouncilFaults) as caught:
        load_files(folder)
    lines = [str(fault).replace(str(folder), "") for fault in caught.value.faults]
    assert [line.split(":")[0] for line in lines] == ["/calendar.yaml", "/notices.yaml", "/teams.yaml", "/wordings.yaml"]
    assert '8:00 without quotes' in lines[0]
    assert "is missing" in lines[1]
    assert lines[2].endswith("teams must not be empty")
    assert 'is not a file a council has, did you mean "wording.yaml"?' in lines[3]


def test_the_hash_changes_with_any_byte_of_any_file(tmp_path):
    first = load_files(PACK).sha256
    folder = tmp_path / "council"
    shutil.copytree(PACK, folder)
    assert load_files(folder).sha256 == first
    (folder / "lists.yaml").write_text((folder / "lists.yaml").read_text() + "\n")
    assert load_files(folder).sha256 != first

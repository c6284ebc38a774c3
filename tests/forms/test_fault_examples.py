"""Every fault the linter can tell has a page with a bad and a good example, and each example is what it says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.fault_examples import FAULTS, IN_TRANSLATIONS, TRANSLATED, Example, text_of
from portal.councils import check_forms, languages
from portal.councils.library import council
from portal.forms.load import DefinitionFaults, decoded, load_definition

ROOMS = Path(__file__).parents[2] / "portal"
NOT_SHOWN = {"unreadable", "unbound_field", "unprinted_field"}
"""Made by the file system or by a Word template, not by what stands in a file: tested with the command and in the room of documents."""


def codes_of(content: bytes) -> set[str]:
    """The codes of all faults of a form in the shipped council."""
    pack = council("hackney")
    try:
        text = pack.completed(decoded(content, "example.yaml"))
        return {fault.code for fault in check_forms.faults_of(pack, load_definition(text, source="example.yaml", shared_lists=pack.shared_lists))}
    except DefinitionFaults as wrong:
        return {fault.code for fault in wrong.faults}


def codes_of_translation(text: str, folder: Path) -> set[str]:
    """The codes of all faults of a file of translations of the form that the examples are about."""
    (folder / "example.tr.yaml").write_text(text, "utf-8")
    pack = council("hackney")
    return {fault.code for fault in languages.faults_beside(folder / "example.yaml", pack, load_definition(TRANSLATED))}


@pytest.mark.parametrize("code", sorted(IN_TRANSLATIONS))
def test_the_examples_of_translations_are_what_they_say(code, tmp_path):
    assert codes_of_translation(IN_TRANSLATIONS[code].bad, tmp_path) == {code}
    assert codes_of_translation(IN_TRANSLATIONS[code].good, tmp_path) == set()


def bad_of(example: Example) -> bytes:
    return example.made() if example.made else text_of(example.bad, example.part).encode()


@pytest.mark.parametrize("code", sorted(set(FAULTS) - NOT_SHOWN - set(IN_TRANSLATIONS)))
def test_the_bad_example_has_this_fault_and_no_other(code):
    assert codes_of(bad_of(FAULTS[code])) == {code, *FAULTS[code].beside}


@pytest.mark.parametrize("code", sorted(code for code, example in FAULTS.items() if not example.made and code not in NOT_SHOWN and code not in IN_TRANSLATIONS))
def test_the_good_example_has_no_fault(code):
    assert codes_of(text_of(FAULTS[code].good, FAULTS[code].part).encode()) == set()


def test_every_code_in_the_source_has_an_example():
    """Codes that are made of parts are named here."""
    made = {f"unknown_{what}" for what in ("question", "repeat", "condition")}
    files = [*(ROOMS / "forms").glob("*.py"), ROOMS / "councils" / "check_forms.py", ROOMS / "councils" / "check_kept_as.py", ROOMS / "councils" / "check_around.py", ROOMS / "documents" / "form_templates.py"]
    found = {code for file in files for code in codes_in(ast.parse(file.read_text()))}
    assert (found | made) - set(FAULTS) == set()
    assert set(FAULTS) - found - made == set()


PLACES = {"Fault": 3, "stop": 2, "fault": 1, "_fault": 1, "ConditionFault": 1, "_told": 2}


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Codes as they stand in calls that make faults, and beside the messages of `check_shown`."""
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = PLACES.get(name)
            if place is not None and len(node.args) > place:
                given = [node.args[place] if name != "fault" or not isinstance(node.args[0], ast.Constant) else node.args[0]]
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], (ast.JoinedStr, ast.BinOp)):
            given = [node.elts[0]]
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code":
            given = [node.value.body, node.value.orelse] if isinstance(node.value, ast.IfExp) else [node.value]
        yield from (each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str) and re.fullmatch("[a-z_]+", each.value))

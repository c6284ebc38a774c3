"""The guide to trying a form: its example works on the example form of the other guide, and no key and no code is missing from it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from portal.councils.library import council
from portal.forms.load import load_definition
from portal.forms.part_reader import keys_of
from portal.forms.scenarios.model import Expectation, NextStep, Scenario, ScenarioParts
from portal.forms.scenarios.read import read_scenarios
from portal.scenarios import run_scenarios

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/trying-forms.md").read_text(encoding="utf-8")
FORM = (ROOT / "docs/writing-forms.md").read_text(encoding="utf-8")
OF_ANY_TEXT = {"shape", "schema"}
"""Codes that files of scenarios share with definitions; the guide points to their page."""


def example_in(page: str) -> str:
    return re.search(r"```yaml\n(.*?)```", page, re.DOTALL)[1]


def test_the_example_passes_on_the_example_form():
    report = run_scenarios(council("hackney"), load_definition(example_in(FORM)), read_scenarios(example_in(GUIDE), "the guide"))
    assert [each.differences for each in report.results] == [(), (), ()]


@pytest.mark.parametrize("part", [ScenarioParts, Scenario, Expectation, NextStep])
def test_every_key_is_told(part):
    assert [key for key in keys_of(part) if not re.search(rf"\b{key}\b", GUIDE)] == []


def test_every_code_is_told():
    files = [*(ROOT / "portal/forms/scenarios").glob("*.py"), ROOT / "portal/councils/check_scenarios.py"]
    calls = [node for file in files for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "fault"]
    words = {arg.value for call in calls for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    codes = {word for word in words if re.fullmatch("[a-z_]+", word)}
    assert len(codes) > 10
    assert {code for code in codes if f"`{code}`" not in GUIDE} == OF_ANY_TEXT

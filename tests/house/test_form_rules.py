"""The page that says what holds each rule of a form names modules and tests that there are, for every one of the seventeen rules."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "reference" / "form-rules.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([a-z_/]+\.py)::(\w+)`", PAGE)
RULES = re.split(r"^\*\*", PAGE, flags=re.MULTILINE)[1:]


@cache
def names_in(module: str) -> frozenset[str]:
    """The tests of a module, those of classes too."""
    parsed = ast.parse((ROOT / "tests" / module).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(parsed) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def test_every_test_that_is_named_is_there():
    assert len(NAMED) > 60
    assert [f"{module}::{name}" for module, name in NAMED if not (ROOT / "tests" / module).is_file() or name not in names_in(module)] == []


def test_each_of_the_seventeen_rules_has_tests():
    numbers = [int(found[1]) for rule in RULES if (found := re.match(r"(\d+)\.", rule))]
    assert numbers == list(range(1, 18))
    assert [rule.splitlines()[0] for rule in RULES if "::test_" not in rule] == []

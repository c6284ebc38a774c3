"""Rules of the format that are about what there is not: no way on but the order of the file, nothing evaluated as text, no id made of a label."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import portal
from portal.forms import check
from portal.forms.load import DefinitionFaults, load_definition

ROOM = Path(portal.__file__).parent
FORM = """schema: 1
id: visit
title: Visit
audience: staff
sections: [{id: one, title: One}]
pages:
  - {id: first, section: one, title: First, questions: [{id: name, kind: text, label: Name}]}
  - {id: second, section: one, title: Second, when: {question: name, answered: true}, questions: [{id: more, kind: text, label: More}]}
"""
RUNS_TEXT = {"eval", "exec", "compile", "__import__", "from_string", "literal_eval"}


def codes(text: str) -> set[str]:
    with pytest.raises(DefinitionFaults) as wrong:
        load_definition(text, source="visit.yaml")
    return {fault.code for fault in wrong.value.faults}


@pytest.mark.parametrize("key", ["next: second", "goto: second", "after: first", "skip_to: second"])
def test_a_page_cannot_say_where_to_go(key):
    """Rule 2: order is the route."""
    assert codes(FORM.replace("title: First,", f"title: First, {key},")) == {"unknown_key"}


@pytest.mark.parametrize("text", ['"name == \'x\'"', '"{{ name }}"', '"__import__(\'os\')"', "true", "[name]"])
def test_a_condition_is_a_tree_and_never_text(text):
    """Rule 3: what is no tree is refused, and is not looked into."""
    assert codes(FORM.replace("when: {question: name, answered: true}", f"when: {text}")) & {"condition", "condition_shape", "unquoted", "wrong_type"}


def test_nothing_in_a_form_or_in_a_council_s_rules_is_evaluated_as_text():
    """Rule 3: the rooms that read definitions call nothing that runs text."""
    found = []
    for path in sorted([*(ROOM / "forms").rglob("*.py"), *(ROOM / "councils").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
                owner = getattr(getattr(node.func, "value", None), "id", "")
                if name in RUNS_TEXT and owner != "re":
                    found.append(f"{path.relative_to(ROOM)}:{node.lineno} {name}")
    assert found == []


def test_an_id_is_never_made_of_a_label():
    """Rule 1: a question without an id is refused, and other words for a label change no id."""
    assert "missing_key" in codes(FORM.replace("{id: name, kind", "{kind"))
    before, after = load_definition(FORM, source="a"), load_definition(FORM.replace("label: Name", "label: Full name"), source="b")
    assert list(before.index.questions) == list(after.index.questions)


@pytest.mark.parametrize("wrong", ["Full Name", "1st", "name!", "Name", "na me", "ime_é"])
def test_an_id_is_short_and_snake_case(wrong):
    text = FORM.replace("id: name,", f'id: "{wrong}",').replace("question: name", f'question: "{wrong}"')
    assert {fault.code for fault in check.faults(load_definition(text, source="visit.yaml"))} == {"bad_id"}


def test_the_same_id_is_given_once_in_the_whole_form():
    assert "duplicate_id" in {fault.code for fault in check.faults(load_definition(FORM.replace("id: more", "id: name"), source="a"))}

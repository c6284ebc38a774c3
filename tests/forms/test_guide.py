"""The guide to writing forms: its example is a sound form, and nothing a form may say is missing from it."""

import re
from pathlib import Path

import pytest

from portal.forms import question_kinds
from portal.forms.check import faults
from portal.forms.condition_tree import COMPARISONS, SUBJECTS
from portal.forms.load import load_definition
from portal.forms.model import FormDefinition, Option, Page, Question, Repeat, Section, Send
from portal.forms.part_reader import keys_of

GUIDE = (Path(__file__).parents[2] / "docs" / "writing-forms.md").read_text(encoding="utf-8")
NOT_FOR_WRITERS = {"settings", "sha256"}


def test_the_example_is_a_sound_form():
    example = re.search(r"```yaml\n(.*?)```", GUIDE, re.DOTALL).group(1)
    assert faults(load_definition(example, source="docs/writing-forms.md")) == []


@pytest.mark.parametrize("part", [FormDefinition, Section, Page, Question, Option, Repeat, Send])
def test_every_key_is_told(part):
    assert [key for key in keys_of(part) if key not in NOT_FOR_WRITERS and not re.search(rf"\b{key}\b", GUIDE)] == []


@pytest.mark.parametrize("kind", sorted(question_kinds.kinds()))
def test_every_kind_of_question_is_told_with_its_own_keys(kind):
    row = next((line for line in GUIDE.partition("| kind |")[2].splitlines() if line.startswith("|") and f"`{kind}`" in line.split("|")[1]), "")
    assert row, f"{kind} is missing"
    assert [key for key in keys_of(question_kinds.kind(kind).settings) if not re.search(rf"\b{key}\b", row)] == []


@pytest.mark.parametrize("word", [*SUBJECTS, *COMPARISONS])
def test_every_word_of_conditions_is_told(word):
    assert re.search(rf"\b{word}\b", GUIDE)

"""The schemas made from forms: every shipped form and example fits, and what is wrong does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docs.fault_examples import FAULTS, text_of
from portal.councils import library
from portal.forms import question_kinds
from portal.forms.derived.answers_schema import answers_schema
from portal.forms.derived.format_schema import format_schema
from portal.forms.yaml_text import read
from tests.forms.holiday_club import THE_PATELS, holiday_club
from tests.forms.json_schema import faults

ROOT = Path(__file__).parents[2]
PACKS = {"hackney": library.council("hackney"), "marlowe_vale": library.council("", ROOT / "tests/packs/marlowe_vale")}
FORMS = [(name, form_id) for name, pack in PACKS.items() for form_id in pack.form_ids()]
EXAMPLES = [
    *(("hackney", path) for path in sorted((ROOT / "examples/hackney").glob("*.json"))),
    *(("marlowe_vale", path) for path in sorted((ROOT / "tests/packs/marlowe_vale/examples").glob("*.json"))),
]
OF_SHAPE = (
    "schema", "shape", "unknown_key", "missing_key", "wrong_type", "wrong_value", "unknown_kind", "rule",
    "condition_shape", "condition_subject", "condition_comparison", "condition_value",
)  # fmt: skip
"""Faults that an editor can tell with the schema alone."""


@pytest.mark.parametrize(("name", "path"), EXAMPLES, ids=lambda each: each if isinstance(each, str) else each.stem)
def test_every_shipped_example_fits_the_schema_of_its_form(name, path):
    form = PACKS[name].form(path.name.partition(".")[0])
    assert faults(answers_schema(form), json.loads(path.read_text())) == []


@pytest.mark.parametrize(("name", "form_id"), FORMS)
def test_an_example_of_every_question_fits(name, form_id):
    form = PACKS[name].form(form_id)
    for page in form.pages:
        for question in page.questions:
            if question_kinds.kind(question.kind).has_value:
                assert faults(question_kinds.json_schema(question), question_kinds.example(question)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"colour": "red"}, "has 'colour'"),
        ({"lives_here": "maybe"}, "$.lives_here: is none of"),
        ({"goggles": "two"}, "$.goggles: is no integer"),
        ({"first_day": "tomorrow"}, "$.first_day: is not like"),
        ({"children": [{"_id": "c 1"}]}, "$.children.0._id: is not like"),
        ({"children": [{"_id": "c1", "first_name": "A", "collected": "no", "swum": "no"}]}, "$.children.0: has 'swum'"),
        ({"children": [{"_id": f"c{number}", "first_name": "A", "collected": "no"} for number in range(5)]}, "$.children: has too many"),
        ({"adults": [{"_id": "a1", "adult_name": "M", "may_collect": [{"_id": "c1", "may": True}]}]}, "$.adults.0.may_collect.0.may: is none of"),
    ],
)
def test_what_is_misshapen_does_not_fit(change, told):
    schema = answers_schema(holiday_club())
    assert faults(schema, THE_PATELS) == []
    assert [fault for fault in faults(schema, THE_PATELS | change) if told in fault]


def test_what_is_always_asked_must_be_there_and_what_may_be_hidden_need_not():
    schema = answers_schema(holiday_club())
    assert schema["required"] == ["lives_here", "first_day"]
    assert schema["properties"]["children"]["items"]["required"] == ["_id", "first_name", "collected"]


# --- the format -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "form_id"), FORMS)
def test_every_shipped_form_fits_the_schema_of_the_format(name, form_id):
    assert faults(format_schema(), read(PACKS[name].form_path(form_id).read_text()).data) == []
    assert faults(format_schema(), read(PACKS[name].form_text(form_id)).data) == []


@pytest.mark.parametrize("code", OF_SHAPE)
def test_editors_mark_faults_of_shape(code):
    example = FAULTS[code]
    assert faults(format_schema(), read(text_of(example.bad, example.part)).data)
    assert faults(format_schema(), read(text_of(example.good, example.part)).data) == []


def test_the_good_example_of_every_fault_fits_the_schema_of_the_format():
    good = {code: read(text_of(example.good, example.part)).data for code, example in FAULTS.items() if not example.made and code != "unreadable" and example.part != "translation"}
    assert {code: faults(format_schema(), data) for code, data in good.items() if faults(format_schema(), data)} == {}


def test_the_published_schema_is_the_one_that_the_models_make():
    assert json.loads((ROOT / "docs/reference/form-format.schema.json").read_text()) == format_schema()


def test_the_schema_uses_no_type_it_does_not_know():
    """A field whose type is not understood would come out as {}: anything goes."""

    def empties(schema, at):
        if schema == {}:
            yield at
        for key, each in schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ():
            yield from empties(each, f"{at}.{key}")

    assert list(empties(format_schema(), "$")) == []

"""Names of fields are checked against what there is, through loops, groups, guards and filters."""

from __future__ import annotations

import pytest

from portal.word.fields import LEFT_OUT, OPTIONAL, example, trees_of, unknown_fields, unused_fields
from portal.word.template import compile_template
from tests.word.word_files import docx, p, table

SHAPE = {"name": "text", "lead": {"text": "text", "phone": "text"}, "goals": [{"goal": "text", "steps": [{"what": "text"}]}], "lines": ["text"], "bag": {"a": "text"}}


def faults(text: str) -> list[str]:
    return [finding.message for finding in unknown_fields(trees_of(compile_template(docx(p(text)))), SHAPE)]


@pytest.mark.parametrize(
    "text",
    [
        "{{ name }} {{ lead }} {{ lead.phone }} {{ bag.a }}",
        "{% for goal in goals %}{{ goal.goal }}{% for step in goal.steps %}{{ step.what }}{{ loop.index }}{% endfor %}{% endfor %}",
        "{% for line in lines %}{{ line }}{% else %}{{ name }}{% endfor %}",
        "{% if goals %}{{ goals|length }}{{ goals[0].goal }}{{ (goals|first).goal }}{% endif %}",
        "{% if other is defined %}{{ other }}{% endif %}{{ another|default('none') }}",
        "{% set whole = name ~ lead.phone %}{{ whole }}",
        "{{ goals|map(attribute='goal')|join(', ') }}{% for goal in goals|selectattr('goal') %}{{ goal.goal }}{% endfor %}",
        "{{ name if lead else 'nobody' }}{{ lead.phone or 'no number' }}",
    ],
)
def test_what_is_there_is_no_fault(text):
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ nmae }}", "there is no field “nmae”; did you mean “name”?"),
        ("{{ lead.fone }}", "there is no field “.fone” here; did you mean “phone”?"),
        ("{{ lead.phone.home }}", "“.home” is asked of one text and has no fields"),
        ("{{ goals.goal }}", "“.goal” is asked of a list: go through it with {% for %}"),
        ("{% for goal in goals %}{{ goal.gaol }}{% endfor %}", "there is no field “.gaol” here; did you mean “goal”?"),
        ("{% for goal in goals %}{% endfor %}{{ goal.goal }}", "there is no field “goal”; did you mean “goals”?"),
        ("{% for goal in goals %}{% for step in goal.steps %}{{ step.waht }}{% endfor %}{% endfor %}", "there is no field “.waht” here; did you mean “what”?"),
        ("{% if nmae %}x{% endif %}", "there is no field “nmae”; did you mean “name”?"),
        ("{% if name %}{% elif nmae %}x{% endif %}", "there is no field “nmae”; did you mean “name”?"),
        ("{{ name|replace(nmae, 'x') }}", "there is no field “nmae”; did you mean “name”?"),
        ("{% if other is defined %}x{% endif %}{{ other }}", "there is no field “other”"),
        ("{{ goals }}", "the tag prints a list: go through it with {% for %}"),
        ("{{ bag }}", "the tag prints a group: print one of a"),
        ("{% for one in name %}x{% endfor %}", "the loop goes through something that is not a list"),
        ("{% for goal in goals %}{{ loop.number }}{% endfor %}", "there is no field “.number” here"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest_name(text, message):
    assert faults(text) == [message]


def test_each_use_of_a_wrong_name_is_told_with_its_place():
    found = unknown_fields(trees_of(compile_template(docx(p("{{ nmae }}") + p("{{ nmae }}")))), SHAPE)
    assert [finding.place.paragraph for finding in found] == [1, 2]


MAYBE = {"note": OPTIONAL, "lead": {"text": OPTIONAL, "phone": "text"}, "name": "text", "goals": [{"why": OPTIONAL}]}


@pytest.mark.parametrize(
    ("text", "unguarded"),
    [
        ("Note: {{ note }}", ["note"]),
        ("{{r note }}", ["note"]),
        ("{% if name %}{{ note }}{% endif %}", ["note"]),
        ("{% for goal in goals %}{{ goal.why }}{% endfor %}", ["goal.why"]),
        ("{{ lead }} {{ lead.phone }}", ["lead"]),
        ("{% if note %}x{% endif %}{{ note }}", ["note"]),
        ("{% if note %}{{ note }}{% endif %}{% if name and note %}{{ note }}{% endif %}", []),
        ("{% if not note %}none{% else %}{{ note }}{% endif %}{% if name %}x{% elif note %}{{ note }}{% endif %}", []),
        ("{% for goal in goals %}{% if goal.why %}{{ goal.why }}{% endif %}{% endfor %}{% if lead %}{{ lead }}{% endif %}", []),
        ("{{ note or 'none' }}{{ note if note else 'none' }}{{ name }}", []),
    ],
)
def test_a_field_that_may_be_empty_is_warned_of_where_nothing_asks_for_it(text, unguarded):
    found = unknown_fields(trees_of(compile_template(docx(p(text)))), MAYBE)
    assert [finding.message.split("”")[0].lstrip("“") for finding in found] == unguarded
    assert {(finding.code, finding.level) for finding in found} <= {("unguarded_field", "warning")}


def test_a_cell_of_its_own_may_stay_blank():
    found = unknown_fields(trees_of(compile_template(docx(table(["{{ note }}", "Note: {{ note }}"]) + p("End")))), MAYBE)
    assert [finding.place.cell for finding in found] == [2]


def test_fields_that_no_tag_uses_are_told():
    assert unused_fields(trees_of(compile_template(docx(p("{{ name }}"), header=p("{{ lead }}")))), SHAPE) == ["goals", "lines", "bag"]


def test_an_example_has_every_field():
    assert example(SHAPE, items=1) == {
        "name": "name & <more>",
        "lead": {"text": "text & <more>", "phone": "phone & <more>"},
        "goals": [{"goal": "goal & <more>", "steps": [{"what": "what & <more>"}]}],
        "lines": ["lines & <more>"],
        "bag": {"a": "a & <more>"},
    }


COPIES = {"harm": LEFT_OUT, "told": LEFT_OUT, "name": "text", "child": {"text": LEFT_OUT, "age": "text"}}


@pytest.mark.parametrize(
    "body",
    [
        "{% if harm %}{{ harm }}{% else %}Nobody was harmed.{% endif %}",
        "{% if not harm %}Nobody was harmed.{% endif %}",
        "{% if name and not harm %}Nobody was harmed.{% endif %}",
        "{% if harm %}{{ harm }}{% elif name %}Nobody was harmed.{% endif %}",
        "{% if not child.text %}No child.{% endif %}",
    ],
)
def test_words_that_stand_where_a_copy_leaves_a_field_out_are_warned_of(body):
    (found,) = (one for one in unknown_fields(trees_of(compile_template(docx(p(body)))), COPIES) if one.code == "says_it_is_empty")
    assert found.level == "warning" and "would stand in that copy whatever the answer is" in found.message


@pytest.mark.parametrize("body", ["{% if harm %}Told: {{ told }}{% endif %}", "{% if not name %}Nobody{% endif %}", "{% if harm %}{{ harm }}{% endif %}"])
def test_words_that_go_away_with_what_is_left_out_are_not(body):
    assert unknown_fields(trees_of(compile_template(docx(p(body)))), COPIES) == []

"""Strict reading of YAML: what is kept as written, what is refused, and where the fault is said to be."""

import pytest

from portal.forms.yaml_text import Fault, YamlFaults, read


def faults_in(text: str) -> list[str]:
    with pytest.raises(YamlFaults) as caught:
        read(text, "form.yaml")
    return [str(fault) for fault in caught.value.faults]


def test_words_that_other_readers_turn_into_true_and_false_stay_words_when_quoted_or_keys():
    assert read("a: 'yes'\nno: \"no\"\non: x").data == {"a": "yes", "no": "no", "on": "x"}


def test_plain_numbers_truth_and_nothing_are_read_as_such():
    assert read("a: 12\nb: -3\nc: 0.5\nd: true\ne:\nf: ~").data == {"a": 12, "b": -3, "c": 0.5, "d": True, "e": None, "f": None}


def test_quoted_text_is_never_anything_but_text():
    assert read("a: '012'\nb: \"true\"\nc: |\n  12\n").data == {"a": "012", "b": "true", "c": "12\n"}


@pytest.mark.parametrize("scalar", ["012", "+5", "1_000", "1e3", ".5", "0x1F", "2026-05-04", "12:30", "yes", "No", "off", "True", "NULL", ".inf"])
def test_a_scalar_that_readers_disagree_about_is_refused_with_its_place(scalar):
    assert faults_in(f"title: x\nvalue: {scalar}") == [
        f'form.yaml:2:8: has {scalar} without quotes, which can be read in more than one way: write "{scalar}"'
    ]


def test_every_fault_is_found_at_once_in_order_of_place():
    text = "a: &mark 1\nb: *mark\nc: !!str 3\nd: 012\na: 2\n12: x\n"
    assert [line.split(": ", 1)[0] for line in faults_in(text)] == [f"form.yaml:{place}" for place in ("1:4", "2:4", "3:4", "4:4", "5:1", "6:1")]


def test_a_key_said_twice_names_the_line_of_the_first():
    assert faults_in("a: 1\nb: 2\na: 3") == ["form.yaml:3:1: says a twice: the first is in line 1"]


def test_nesting_is_counted_before_anything_is_built():
    assert faults_in("[" * 5000) == ["form.yaml:1:41: is nested more than 40 deep"]


def test_a_text_larger_than_the_limit_is_not_parsed():
    assert faults_in("a" * 1_000_001) == ["form.yaml:1:1: is larger than 1,000,000 bytes"]


def test_a_syntax_error_keeps_the_faults_found_before_it():
    assert faults_in("a: 012\nb: [1, 2") == [
        'form.yaml:1:4: has 012 without quotes, which can be read in more than one way: write "012"',
        "form.yaml:2:9: is not YAML: expected ',' or ']', but got '<stream end>'",
    ]


def test_a_second_document_is_refused():
    assert "second document" in faults_in("a: 1\n---\nb: 2")[0]


def test_each_value_has_a_place_and_what_is_missing_takes_the_nearest_place_around_it():
    document = read("pages:\n  - id: one\n    title: x\n  - {id: two}\n", "form.yaml")
    assert document.place(("pages", 0, "title")) == (3, 12)
    assert document.place(("pages", 1, "title")) == (4, 5)
    assert document.fault(("pages", 0, "title"), "code", "is odd", of_key=True) == Fault("form.yaml", 3, 5, "code", "is odd")

"""Values made at random reach the paper: 2,000 in the normal run, 100,000 in the long one."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from portal.word.render import render
from portal.word.template import compile_template
from portal.word.values import clean
from tests.word.word_files import cells, docx, p, table

LETTERS = "aZ9 &<>\"'{}%#\t\n\r\x00\x01\x07\x08\x0b\x0e\x1f\x7f\x85\u00a0\u2028\ud83d\ude00\ufdd0\ufdd1\ufffe\uffff\ufffdéß中ا😀"
BODY = table(["{%tr for one in values %}"], ["{{ one }}"], ["{%tr endfor %}"]) + p("End")


def lost(count: int, seed: int, *reasons: str) -> list[str]:
    dice = random.Random(seed)
    compiled = replace(compile_template(docx(BODY)), reasons=reasons)
    wrong = []
    for _ in range(count // 500):
        values = ["".join(dice.choices(LETTERS, k=dice.randint(1, 40))) for _ in range(500)]
        read = [row[0] for row in cells(render(compiled, {"values": values}))]
        wrong += [value for value, found in zip(values, read, strict=True) if found != clean(value)]
    return wrong


def test_of_2000_random_values_none_is_lost():
    assert lost(2_000, 1) == []


def test_of_2000_random_values_docxtpl_loses_none():
    assert lost(2_000, 3, "a test asks for it") == []


@pytest.mark.long
def test_of_100000_random_values_none_is_lost():
    assert lost(100_000, 2) == []

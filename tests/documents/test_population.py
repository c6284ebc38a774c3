"""A made-up population: letters and minutes for every reader, some with a hidden address typed into an answer. Each leak is found, and nothing else is."""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random
from typing import Any

import pytest

from portal.documents import proof
from portal.documents.commands import known_facts
from portal.documents.merge_data import Material, Sources, WordsMissing, gather
from portal.forms.answers import put, visible
from portal.forms.conditions import Facts
from portal.forms.derived.sample import Sampler
from portal.forms.paths import split_path
from portal.word.render import render
from portal.word.template import compile_template
from tests.documents.shipped import pack_of

PACK = pack_of("hackney")
TODAY = Facts(date(2026, 6, 15), record=PACK.service.facts, test_numbers=True)
READERS = [("closure_letter_parent", ""), ("closure_letter_young_person", ""), ("closure_letter_child", ""), ("taf_minutes", "family"), ("taf_minutes", "professionals")]
STREETS = ("Sallow", "Teasel", "Bramble", "Farrow", "Linden", "Alder")
PARTS = 4


@cache
def sampler(form_id: str) -> Sampler:
    return Sampler(PACK.form(form_id), TODAY)


def hidden_home(dice: Random) -> dict[str, Any]:
    return {"lines": [f"{dice.randint(1, 99)} {dice.choice(STREETS)} {dice.choice(('Lane', 'Close', 'Yard'))}"], "town": "London", "postcode": f"E{dice.randint(2, 9)} 9{dice.choice('ABDEFGH')}{dice.choice('JLNPQRS')}", "confidential": True}


def typed_in(answers: dict[str, Any], words: str, form_id: str, dice: Random) -> dict[str, Any]:
    """The answers with these words at the end of one long text, if there is one."""
    index = PACK.form(form_id).index
    texts = [path for path, value in _leaves(answers) if isinstance(value, str) and index.questions[split_path(path)[1]].kind == "long_text"]
    if not texts:
        return answers
    path = dice.choice(sorted(texts))
    return put(answers, path, f"{dict(_leaves(answers))[path]} They moved to {words}.")


def _leaves(holder: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    found = []
    for name, value in holder.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and "_id" in value[0]:
            for item in value:
                found += _leaves({key: one for key, one in item.items() if key != "_id"}, f"{before}{name}.{item['_id']}.")
        else:
            found.append((before + name, value))
    return found


def one(seed: int) -> tuple[bool, bool] | None:
    """Whether the hidden address is in this copy's data, and whether the proof says so; None where the answers lead to no such document."""
    dice = Random(seed)
    document_id, copy = READERS[seed % len(READERS)]
    rule = PACK.documents[document_id].for_copy(copy)
    form_id = PACK.papers[rule.paper].form
    home = hidden_home(dice)
    answers = sampler(form_id).sample(seed // len(READERS))
    if dice.random() < 0.5:
        answers = typed_in(answers, f"{home['lines'][0]}, {home['postcode']}", form_id, dice)
    own = Material(PACK.form(form_id), visible(PACK.form(form_id), answers, TODAY).answers, TODAY)
    sources = Sources(PACK, own, {}, known_facts(PACK, rule, ()))
    try:
        data = gather(rule, sources)
    except WordsMissing:
        return None
    made = render(compile_template(PACK.template_path(rule.template).read_bytes()), data)
    printed = proof.compact(" ".join(_texts(data)))
    forbidden = proof.withheld(rule, sources, [("Nia", home)])
    found = {leak.withheld.text for leak in proof.leaks(made, forbidden)}
    assert found <= {home["lines"][0], home["postcode"]}, "a leak is one of what was hidden"
    return home["postcode"] in found, proof.compact(home["postcode"]) in printed and proof.compact(home["postcode"]) in proof.compact(_words(made))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]


def _words(document: bytes) -> str:
    from portal.word.reading import paragraphs

    return "\n".join(paragraphs(document))


def try_all(seeds: range) -> tuple[int, int]:
    """How many copies were made, and how many of them leaked; each leak was found and nothing else."""
    made = leaked = 0
    for seed in seeds:
        outcome = one(seed)
        if outcome is not None:
            found, there = outcome
            assert found == there, f"seed {seed}"
            made, leaked = made + 1, leaked + there
    return made, leaked


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_two_thousand_families(part, record_property):
    made, leaked = try_all(range(part * 500, (part + 1) * 500))
    record_property("counted", f"population part {part + 1}: {made} copies proved, {leaked} leaks found")
    assert made > 200 and leaked > 20


@pytest.mark.long
def test_ten_thousand_families():
    made, leaked = try_all(range(10_000))
    assert made > 4000 and leaked > 400

"""The council's documents with their example answers, gathered once: rule, template bytes, data and finished bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal.councils.document_model import DocumentRule
from portal.councils.library import Council, council
from portal.documents.merge_data import FACTS, Material, Sources, gather
from portal.forms.answers import visible
from portal.forms.answers_json import read_answers_json
from portal.forms.conditions import Facts
from portal.word.render import render
from portal.word.template import compile_template

PACKS = {"hackney": None, "marlowe_vale": Path(__file__).parents[1] / "packs" / "marlowe_vale"}
DAY = date(2026, 6, 12)
EXAMPLE_OF = {"closure_letter_young_person": "closure_letter.young_person", "closure_letter_child": "closure_letter.child"}


@dataclass(frozen=True)
class Shipped:
    """One document of a pack, made from an example."""

    pack: Council
    rule: DocumentRule
    template: bytes
    data: dict[str, Any]

    @property
    def made(self) -> bytes:
        """The finished document."""
        return render(compile_template(self.template), self.data)

    def __str__(self) -> str:
        return f"{self.pack.id}-{self.rule.id}"


def pack_of(name: str) -> Council:
    """A pack by the name of its folder."""
    return council(name if PACKS[name] is None else "", PACKS[name])


def examples(pack: Council) -> Path:
    """The folder of a pack's example answers."""
    made_up = PACKS.get(pack.id)
    return made_up / "examples" if made_up else pack.places.examples


def material(pack: Council, paper: str, example: str) -> Material:
    """An example's shown answers."""
    definition = pack.form(pack.papers[paper].form)
    facts = Facts(DAY, test_numbers=True)
    answers, _ = read_answers_json(definition, json.loads((examples(pack) / f"{example}.json").read_text()), facts)
    return Material(definition, visible(definition, answers, facts).answers, facts)


def known() -> dict[str, str]:
    """Every fact, short and not harmless."""
    return {name: f"{name.partition('.')[2]} & <x>" for name in FACTS}


def sources(pack: Council, rule: DocumentRule, example: str = "") -> Sources:
    """What the document draws on, from its example."""
    return Sources(pack, material(pack, rule.paper, example or EXAMPLE_OF.get(rule.id, pack.papers[rule.paper].form)), known=known())


@cache
def everything() -> tuple[Shipped, ...]:
    """Every document of both packs."""
    found = []
    for name in PACKS:
        pack = pack_of(name)
        for rule in pack.documents:
            found.append(Shipped(pack, rule, pack.template_path(rule.template).read_bytes(), gather(rule, sources(pack, rule))))
    return tuple(found)

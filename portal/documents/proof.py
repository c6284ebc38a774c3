"""The proof of a copy: nothing its reader must not see is anywhere in the file. What that is, is worked out from the record, not from the template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.councils import sensitivity
from portal.councils.document_model import DocumentRule
from portal.documents.merge_data import Material, Sources
from portal.families.bindings import people
from portal.forms import held_back, question_kinds
from portal.forms.answers import paths
from portal.forms.held_back import OPEN, own_work
from portal.word.reading import compact, everything

CONFIDENTIAL = "the address is to stay confidential"
ABOVE = "this copy leaves it out: {}"
SHORTEST = 5
"""Letters and figures a text must have to be looked for: fewer are found everywhere."""

SHORTEST_SENTENCE = 20
_SENTENCE_ENDS = re.compile(r"(?<=[.!?;])\s+|\n+")

OWN_WORDS = frozenset({"text", "long_text", "email", "phone", "postcode", "address", "person", "nhs_number", "upn", "file"})
"""Kinds of question that are answered in somebody's own words."""


@dataclass(frozen=True)
class Withheld:
    """A text that must not be in a copy, whose it is, why, and which kind of answer it is kept as."""

    text: str
    whose: str
    reason: str
    kept_as: str = OPEN


@dataclass(frozen=True)
class Leak:
    """A withheld text that is in the file after all, and the part it stands in."""

    withheld: Withheld
    part: str

    @property
    def is_told(self) -> bool:
        """Whether whoever reads may have the text itself."""
        one = held_back.reader()
        return one is None or self.withheld.kept_as in one.reads


@own_work
def withheld(rule: DocumentRule, sources: Sources, addresses: Iterable[tuple[str, Mapping[str, Any]]] = ()) -> list[Withheld]:
    """Everything a copy for this audience must not hold: confidential addresses of the forms drawn on, and of `addresses` (name, address) of the
    record; and every answer in somebody's own words that is of a kind which this copy leaves out, whoever asks for the proof.

    The file's own copy withholds no address. A letter may carry the address its own form gives: it is its reader's.
    """
    above = _above(rule, sources)
    if rule.audience == "file":
        return above
    is_letter = sources.council.papers[rule.paper].kind == "letter"
    home = sensitivity.facts(sources.council).get("person.address", OPEN)
    own = {compact(text) for _, value, _ in _addresses(sources.own, home) for text in _lines(value)} if is_letter else set()
    forms = [*([] if is_letter else [sources.own]), *sources.papers.values()]
    known = [*(one for form in forms for one in _addresses(form, home)), *((whose, value, home) for whose, value in addresses)]
    found = [Withheld(text, whose, CONFIDENTIAL, kept_as) for whose, value, kept_as in known if value.get("confidential") for text in _lines(value)]
    return [one for one in dict.fromkeys(found) if len(compact(one.text)) >= SHORTEST and compact(one.text) not in own] + above


def _above(rule: DocumentRule, sources: Sources) -> list[Withheld]:
    """The words of answers that this copy leaves out. What an answer that it may hold says too, or a fact that it prints, is no secret;
    what was chosen from options, a date and a number say nothing by themselves."""
    reader = sensitivity.of_copy(sources.council, rule)
    if reader is None:
        return []
    reasons = {one.id: one.title for one in sources.council.sensitivities}
    told = [compact(str(text)) for text in sources.known.values()]
    kept: dict[Withheld, str] = {}
    for material in (sources.own, *sources.papers.values()):
        for path, value in paths(material.answers, material.definition):
            question = material.definition.index.questions.get(path.rpartition(".")[2])
            if question is None or question.kind not in OWN_WORDS or question_kinds.is_not_known(value):
                continue
            text = question_kinds.text_of(question, value)
            if question.kept_as in reader.reads:
                told.append(compact(text))
            else:
                reason = ABOVE.format(reasons.get(question.kept_as, question.kept_as))
                kept |= {Withheld(part, question.words, reason, question.kept_as): compact(part) for part in _pieces(text)}
    whole = "\n".join(told)
    return [one for one, needle in kept.items() if len(needle) >= SHORTEST and needle not in whole]


def _pieces(text: str) -> list[str]:
    """What to look for of an answer: the whole, each line, and each sentence that is long enough to be nobody else's by chance."""
    return [text, *text.splitlines(), *(one for one in _SENTENCE_ENDS.split(text) if len(compact(one)) >= SHORTEST_SENTENCE)]


def leaks(document: bytes, forbidden: Iterable[Withheld]) -> list[Leak]:
    """Every withheld text found anywhere in the file: texts, headers, properties, alternative texts, hidden runs, comments, links."""
    needles = [(compact(one.text), one) for one in forbidden]
    found = []
    for part, text in everything(document) if needles else ():
        straw = compact(text)
        found += [Leak(one, part) for needle, one in needles if needle in straw]
    return list(dict.fromkeys(found))


def _addresses(material: Material, home: str) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Every answered address with the label of its question and what it is kept as; those of people with their name and as `home`."""
    index = material.definition.index
    seen = []
    for person in people(material.definition, material.answers):
        fact = person.facts.get("address")
        if fact is not None and isinstance(fact.value, dict):
            seen.append(fact.value)
            yield _name(person.facts), fact.value, home
    for path, value in paths(material.answers, material.definition):
        question = index.questions.get(path.rpartition(".")[2])
        if question is not None and question.kind == "address" and isinstance(value, dict) and not question_kinds.is_not_known(value) and value not in seen:
            yield question.words, value, question.kept_as


def _name(facts: Mapping[str, Any]) -> str:
    return " ".join(facts[name].text for name in ("first_name", "last_name") if name in facts) or "somebody"


def _lines(address: Mapping[str, Any]) -> list[str]:
    """The parts of an address that give a home away. A town alone does not."""
    return [text for text in (*address.get("lines", ()), address.get("postcode", "")) if isinstance(text, str) and text.strip()]

"""The proof of a copy: nothing its reader must not see is anywhere in the file. What that is, is worked out from the record, not from the template.

Two ways of knowing meet. The copy is made once more from a record that never held what must stay out (`without`): all that is printed there
comes from something allowed. And every word that must stay out is looked for in the finished file itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.councils import sensitivity
from portal.councils.document_model import DocumentRule
from portal.documents import printed_facts, sought
from portal.documents.merge_data import Material, Sources, WordsMissing, gather
from portal.documents.without import without, without_question
from portal.errors import PortalError
from portal.families.bindings import people
from portal.forms import held_back, question_kinds
from portal.forms.answers import paths
from portal.forms.held_back import OPEN, own_work
from portal.forms.model import Question
from portal.word.reading import compact, everything

CONFIDENTIAL = "the address is to stay confidential"
ABOVE = "this copy leaves it out: {}"
SOMETHING = "this copy prints something that it leaves out"
HANGS_ON_IT = "what is printed hangs on it"
CHANGED = "The record, the council's rules or the portal have changed since this was produced, so it cannot be proved what it leaves out"
NOT_MADE_AGAIN = "It cannot be made again from its own Word template now, so it cannot be proved what it leaves out"


@dataclass(frozen=True)
class Withheld:
    """A text that must not be in a copy, whose it is, why, and which kind of answer it is kept as.

    What `may_be_said` may stand there for another reason too, such as “Agreed” or a day: as often as a copy has it that was made without this
    answer, and not once more. Without a `text` it is the answer itself, on which something in the copy depends.
    """

    text: str
    whose: str
    reason: str
    kept_as: str = OPEN
    may_be_said: bool = False


@dataclass(frozen=True)
class Leak:
    """A withheld text that is in the file after all, and the part it stands in."""

    withheld: Withheld
    part: str

    @property
    def is_told(self) -> bool:
        """Whether whoever reads may have the text itself."""
        one = held_back.reader()
        return bool(self.withheld.text) and (one is None or self.withheld.kept_as in one.reads)


@dataclass(frozen=True)
class Proof:
    """How many texts were looked for, and what was found after all; `unproved` says why that is no proof, '' where it is one."""

    withheld: int
    leaks: tuple[Leak, ...]
    unproved: str = ""


@own_work
def prove(rule: DocumentRule, sources: Sources, content: bytes, remake: Callable[[dict[str, Any]], bytes], addresses: Iterable[tuple[str, Mapping[str, Any]]] = ()) -> Proof:
    """Whether this file may go to its reader. `sources` are those of now, `remake` prints data as that copy, `addresses` are as for `withheld`.

    A copy from which something is left out is the very file that is made of the record now, or it is unproved: short answers such as “Yes”, which
    an earlier record or an earlier rule put there, can be found in no other way.
    """
    forbidden = withheld(rule, sources, addresses)
    bare = without(rule, sources)
    if bare is sources:
        return Proof(len(forbidden), tuple(leaks(content, forbidden)))
    try:
        spoken = _gathered(rule, bare)
        witness = remake(spoken) if spoken is not None else b""
    except PortalError:
        return Proof(len(forbidden), tuple(leaks(content, [one for one in forbidden if not one.may_be_said])), NOT_MADE_AGAIN)
    found = leaks(content, forbidden, witness)
    if content == witness:
        return Proof(len(forbidden), tuple(found))
    if (data := _gathered(rule, sources)) == spoken:
        return Proof(len(forbidden), tuple(found), CHANGED)
    named = {leak.withheld.whose for leak in found}
    found += [one for one in _reasons(rule, sources, data) if one.withheld.whose not in named]
    return Proof(len(forbidden), tuple(found or [Leak(Withheld("", "The record", SOMETHING), HANGS_ON_IT)]))


def _gathered(rule: DocumentRule, sources: Sources) -> dict[str, Any] | None:
    try:
        return gather(rule, sources)
    except WordsMissing:
        return None


def _reasons(rule: DocumentRule, sources: Sources, data: dict[str, Any] | None) -> Iterator[Leak]:
    """The answers on which something in this copy depends, though it may not hold them."""
    for question, reason in _left_out(rule, sources):
        if _gathered(rule, without_question(sources, question)) != data:
            yield Leak(Withheld("", question.words, reason, question.kept_as), HANGS_ON_IT)


def _left_out(rule: DocumentRule, sources: Sources) -> Iterator[tuple[Question, str]]:
    reader = sensitivity.of_copy(sources.council, rule)
    reasons = {one.id: one.title for one in sources.council.sensitivities}
    for material in (sources.own, *sources.papers.values()):
        for question in material.definition.index.questions.values():
            if reader is not None and question.kept_as not in reader.reads:
                yield question, ABOVE.format(reasons.get(question.kept_as, question.kept_as))


@own_work
def withheld(rule: DocumentRule, sources: Sources, addresses: Iterable[tuple[str, Mapping[str, Any]]] = ()) -> list[Withheld]:
    """Everything a copy for this audience must not hold: confidential addresses of the forms drawn on, and of `addresses` (name, address) of the
    record; and every answer of a kind which this copy leaves out, whoever asks for the proof.

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
    return [one for one in dict.fromkeys(found) if len(compact(one.text)) >= sought.SHORTEST and compact(one.text) not in own] + above


def _above(rule: DocumentRule, sources: Sources) -> list[Withheld]:
    """The texts of answers that this copy leaves out. What an answer that it may hold says too, or a fact that it may print, may be said."""
    reader = sensitivity.of_copy(sources.council, rule)
    if reader is None:
        return []
    reasons = {one.id: ABOVE.format(one.title) for one in sources.council.sensitivities}
    untold = printed_facts.left_out(rule, sources.council)
    told = [compact(str(text)) for name, text in sources.known.items() if name not in untold]
    kept: dict[Withheld, str] = {}
    for material in (sources.own, *sources.papers.values()):
        for path, value in paths(material.answers, material.definition):
            question = material.definition.index.questions.get(path.rpartition(".")[2])
            if question is None or question_kinds.is_not_known(value):
                continue
            if question.kept_as in reader.reads:
                told.append(compact(question_kinds.text_of(question, value)))
            else:
                reason, may_be_said = reasons.get(question.kept_as, ABOVE.format(question.kept_as)), not sought.is_in_own_words(question)
                whose = question.words, reason, question.kept_as
                kept |= {Withheld(text, *whose, may_be_said): compact(text) for text in sought.written(question, value)}
                kept |= {Withheld(text, *whose, True): compact(text) for text in sought.named_in(question, value)}
        kept |= {one: compact(one.text) for one in _names(material, sources, reader.reads)}
    whole = "\n".join(told)
    return [one if one.may_be_said or needle not in whole else Withheld(one.text, one.whose, one.reason, one.kept_as, True) for one, needle in kept.items()]


def _names(material: Material, sources: Sources, reads: frozenset[str]) -> Iterator[Withheld]:
    """First and last names together, where a form asks for them in two questions and the copy may not hold one of these."""
    kept = sensitivity.facts(sources.council)
    untold = [kept[name] for name in ("person.first_name", "person.last_name") if name in kept and kept[name] not in reads]
    if not untold:
        return
    titles = {one.id: one.title for one in sources.council.sensitivities}
    for person in people(material.definition, material.answers):
        first, last = (person.facts[name].text if name in person.facts else "" for name in ("first_name", "last_name"))
        yield from (Withheld(text, person.role, ABOVE.format(titles[untold[0]]), untold[0]) for text in sought.names(first, last) if sought.is_long_enough(text))


def leaks(document: bytes, forbidden: Iterable[Withheld], witness: bytes = b"") -> list[Leak]:
    """Every withheld text found anywhere in the file: texts, headers, properties, alternative texts, hidden runs, comments, links.

    What may be said is a leak where a part has it more often than the same part of the `witness`.
    """
    needles = [(compact(one.text), one) for one in forbidden]
    if document == witness:
        needles = [(needle, one) for needle, one in needles if not one.may_be_said]
    if not needles:
        return []
    said = _Said(witness)
    found = []
    for part, text in everything(document):
        straw = compact(text)
        found += [Leak(one, part) for needle, one in needles if needle in straw and (not one.may_be_said or straw.count(needle) > said.times(part, needle))]
    return list(dict.fromkeys(found))


class _Said:
    """How often the parts of the witness say something; it is read when first asked for."""

    def __init__(self, witness: bytes) -> None:
        self.witness = witness
        self.parts: dict[str, str] | None = None

    def times(self, part: str, needle: str) -> int:
        if self.parts is None:
            self.parts = {}
            for name, text in everything(self.witness) if self.witness else ():
                self.parts[name] = max(self.parts.get(name, ""), compact(text), key=len)
        return self.parts.get(part, "").count(needle)


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

"""Where each printed word of a document comes from, and why a bound field is not in it. Told from the bindings, proved by the fill itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.councils import sensitivity
from portal.councils.document_model import Binding, DocumentRule
from portal.documents import printed_facts
from portal.documents.merge_data import FACTS, KEPT_CONFIDENTIAL, Sources
from portal.forms.model import Question
from portal.word.budget import RUN, Run
from portal.word.template import CompiledTemplate

HIDDEN = "left out of this copy because the address is to stay confidential"
LEFT_OUT = "left out of this copy because it is kept as “{}”, which a copy for this reader may not hold"
NOT_PRINTED = "the council does not print it: {}"
EMPTY = "there is no answer"
NOT_CALLED_FOR = "the template prints it only in other circumstances"


@dataclass(frozen=True)
class Origin:
    """What a value is: the merge field (with the number of its item), and the question, fact or text of the council it prints.

    `left_out` names the kind of answer where this copy may not hold it.
    """

    field: str
    words: str
    left_out: str = ""


@dataclass(frozen=True)
class Printed:
    """A value as it stands in the document, with where it comes from."""

    text: str
    origin: Origin


@dataclass(frozen=True)
class Absent:
    """A bound field that is not in the document, and why."""

    origin: Origin
    reason: str


@dataclass(frozen=True)
class Trace:
    """Everything printed, in order, then what several fields make together; what is not, and why; and words of the template's own tags."""

    printed: tuple[Printed, ...]
    absent: tuple[Absent, ...]
    unexplained: tuple[str, ...]


class _Told(str):
    """A text that knows where it comes from."""

    origin: Origin


def trace(rule: DocumentRule, sources: Sources, data: Mapping[str, Any], compiled: CompiledTemplate) -> Trace:
    """The origin of every value this data prints through this template. `data` is what `merge_data.gather` gave for the rule."""
    marked = {name: _marked(data[name], _Teller(rule, sources, name).of(binding, name)) for name, binding in rule.fields.items()}
    values = [_text(value) for part in compiled.parts if part.quick for value in _filled(part.quick.fill, marked)]
    printed = tuple(Printed(str(value), value.origin) for value in values if isinstance(value, _Told) and value.strip())
    parts = {words for one in _leaves(marked) for words in (str(one), *str(one).split())}
    loose = tuple(dict.fromkeys(str(value) for value in values if not isinstance(value, _Told) and str(value).strip() and str(value) not in parts))
    loose = tuple(text for text in loose if any(character.isalnum() for character in text))
    joined = {text: one for text in loose if (one := _joined(text, marked)) is not None}
    there = {one.origin for one in printed}
    absent = [Absent(one.origin, _why(one)) for one in _leaves(marked) if one.origin not in there]
    absent += _Teller(rule, sources, "").unbound()
    return Trace((*printed, *joined.values()), tuple(_in_order(absent)), tuple(text for text in loose if text not in joined))


def _in_order(absent: list[Absent]) -> list[Absent]:
    """Each question once for each reason, however many items it was asked for; first what this copy may not hold, last what nobody answered."""
    once: dict[tuple[str, str], Absent] = {}
    for one in absent:
        once.setdefault((one.origin.words, one.reason), one)
    return sorted(once.values(), key=lambda one: (not one.origin.left_out and one.reason != HIDDEN, one.reason == EMPTY, one.reason == NOT_CALLED_FOR))


def _joined(text: str, marked: Mapping[str, Any]) -> Printed | None:
    """A text that several fields make together, with all of them; None where no field is in it."""
    parts = {one.origin: None for one in _leaves(marked) if any(character.isalnum() for character in one) and str(one) in text}
    if not parts:
        return None
    return Printed(text, Origin(", ".join(one.field for one in parts), "; ".join(dict.fromkeys(one.words for one in parts))))


def _text(value: Any) -> Any:
    """A group that is printed whole prints its text."""
    return value.get("text", "") if isinstance(value, dict) else value


def _filled(fill: Any, marked: Mapping[str, Any]) -> list[Any]:
    token = RUN.set(Run())
    try:
        return fill(marked)[1::2]
    finally:
        RUN.reset(token)


def _why(value: _Told) -> str:
    if value.origin.left_out:
        return LEFT_OUT.format(value.origin.left_out)
    if KEPT_CONFIDENTIAL in value:
        return HIDDEN
    return NOT_CALLED_FOR if value.strip() else EMPTY


def _leaves(value: Any) -> Iterator[_Told]:
    if isinstance(value, _Told):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _leaves(inner)


def _marked(value: Any, origins: Any) -> Any:
    """The same data with each text knowing its origin; `origins` mirrors it: an Origin, or for each item or key one of its own."""
    if isinstance(value, dict):
        return {key: _marked(inner, origins(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_marked(inner, origins(number)) for number, inner in enumerate(value, 1)]
    if not isinstance(value, str):
        return value
    told = _Told(value)
    told.origin = origins("")
    return told


class _Teller:
    """Says where the values of one binding come from, however deep they stand."""

    def __init__(self, rule: DocumentRule, sources: Sources, name: str) -> None:
        self.rule = rule
        self.sources = sources
        self.name = name
        self.reader = sensitivity.of_copy(sources.council, rule)

    def of(self, binding: Binding, field: str) -> Any:
        """A function from a key or the number of an item to the same for what stands there, or to the Origin of a text."""

        def deeper(key: str | int) -> Any:
            if key == "":
                return Origin(field, self._words(binding, field), self._left_out(binding))
            if binding.repeat and isinstance(key, int):
                return lambda name: self.of(binding.fields[name], f"{field} {key}, {name}") if name else deeper("")
            if isinstance(key, str) and not binding.sections:
                return deeper
            return self.of(binding, f"{field} {key}" if isinstance(key, int) else field)

        return deeper

    def _asked(self, binding: Binding) -> Question | None:
        paper = binding.paper or self.rule.paper
        material = self.sources.own if paper == self.rule.paper else self.sources.papers.get(paper)
        return material.definition.index.questions.get(material.own(binding.question.rpartition(".")[2])) if material else None

    def _left_out(self, binding: Binding) -> str:
        if binding.fact:
            kinds = printed_facts.kinds_of(binding.fact, self.rule, self.sources.council)
            return self._named(kinds) if binding.fact in printed_facts.left_out(self.rule, self.sources.council) else ""
        asked = self._asked(binding) if binding.question else None
        return self._named([asked.kept_as]) if asked is not None else ""

    def _named(self, kinds: Iterable[str]) -> str:
        """What the council calls those of these kinds of answer that this copy may not hold."""
        return ", ".join(sensitivity.titles(self.sources.council, set(kinds) - self.reader.reads)) if self.reader is not None else ""

    def unbound(self) -> Iterator[Absent]:
        """The questions of the document's own form that no field prints: left out on purpose, or with the rest of their section."""
        own, title = self.sources.own.definition, self.sources.council.papers[self.rule.paper].title
        reasons = {self.sources.own.own(name): NOT_PRINTED.format(why) for why, names in self.rule.not_printed.items() for name in names}
        wanted = {section for binding in self.rule.fields.values() if binding.paper in ("", self.rule.paper) for section in binding.sections.split()}
        for page in own.pages:
            for question in page.questions:
                left_out = self._named([question.kept_as])
                if question.id in reasons or (left_out and wanted & {"all", page.section}):
                    yield Absent(Origin(question.id, f"“{question.label}” in {title}", left_out), LEFT_OUT.format(left_out) if left_out else reasons[question.id])

    def _words(self, binding: Binding, field: str) -> str:
        if binding.question:
            title, asked = self.sources.council.papers[binding.paper or self.rule.paper].title, self._asked(binding)
            return f"“{asked.label}” in {title}" if asked else f"a question of {title}"
        if binding.fact:
            return FACTS[binding.fact]
        if binding.wording:
            return f"the council's wording ({binding.wording})"
        if binding.service:
            return f"the council's details ({binding.service})"
        return "the answers of the form" if binding.sections else field

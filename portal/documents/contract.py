"""What whoever writes a template has to know of each merge field: its name, what it prints, of which question, an example, what stands there when it is empty.

Made-up families stand in for real ones: the examples of the pack, or answers that each kind of question makes up. No record is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from portal.councils.document_model import Binding, DocumentRule
from portal.councils.library import Council
from portal.documents.merge_data import FACTS, Material, Sources, WordsMissing, gather
from portal.forms import held_back, question_kinds
from portal.forms.answers import visible
from portal.forms.answers_json import read_answers_json
from portal.forms.conditions import Facts, evaluate
from portal.forms.model import FormDefinition

LONGEST = 70
DAY = date(2026, 6, 12)
FACT_EXAMPLES = {
    "document.issued_on": "12 June 2026",
    "document.issued_by": "Ada Example",
    "submission.reference": "RFS-7K2M-9QXA",
    "submission.sent_on": "9 June 2026",
    "submission.sent_at": "9 June 2026 at 2:05pm",
    "submission.sent_by": "Ada Example",
    "submission.version": "1.3",
    "request.reference": "RFS-7K2M-9QXA",
    "request.referrer_name": "Wren Writer",
    "request.referrer_organisation": "Marshfield Road Primary School",
    "record.reference": "EH-2026-0042",
    "record.family_name": "Okafor-Reid",
    "record.children_names": "Amara Okafor-Reid, Kofi Okafor-Reid",
    "record.team_name": "Family support unit",
    "record.team_telephone": "01632 960500",
    "record.lead_name": "Yusuf Demir",
    "record.opened_on": "4 May 2026",
    "record.closed_on": "12 June 2026",
}
"""Made-up facts. A document's title and its form's are the council's own."""


@dataclass(frozen=True)
class FieldTold:
    """A merge field as its users are told of it. `prints` and `when_empty` are Markdown: names stand in backticks; `question` is an id or ''."""

    name: str
    prints: str
    question: str
    example: str
    when_empty: str


@held_back.own_work
def fields_told(pack: Council, rule: DocumentRule) -> list[FieldTold]:
    """Every field of a document; those of a list's items follow it, their names after a dot."""
    return list(_fields(rule, pack, rule.fields, "", examples(pack, rule)))


@held_back.own_work
def examples(pack: Council, rule: DocumentRule) -> list[dict[str, Any]]:
    """What the document prints for made-up families: for each example of its form that has what it must have, those that call for it first."""
    known = FACT_EXAMPLES | {"document.title": rule.title, "submission.form": pack.papers[rule.paper].title}
    others = {binding.paper for binding in rule.fields.values() if binding.paper} - {rule.paper}
    papers = {paper: _materials(pack, paper)[0] for paper in others}
    found: list[tuple[bool, dict[str, Any]]] = []
    for material in _materials(pack, rule.paper):
        is_due = rule.when is None or evaluate(rule.when, material.answers, (), material.facts, material.definition) is True
        with suppress(WordsMissing):
            found.append((is_due, gather(rule, Sources(pack, material, papers, known))))
    return [data for _, data in sorted(found, key=lambda one: not one[0])]


@lru_cache(maxsize=64)
def _materials(pack: Council, paper: str) -> list[Material]:
    definition = pack.form(pack.papers[paper].form)
    facts = Facts(DAY, record=pack.service.facts, test_numbers=True)
    found = []
    for file in sorted(pack.places.examples.glob(f"{definition.id}*.json"), key=lambda file: (file.stem != definition.id, file.stem)):
        answers, _ = read_answers_json(definition, json.loads(file.read_text("utf-8")), facts)
        found.append(Material(definition, visible(definition, answers, facts).answers, facts))
    return found


def _fields(rule: DocumentRule, pack: Council, bindings: Mapping[str, Binding], inside: str, data: Sequence[Mapping[str, Any]]) -> Iterator[FieldTold]:
    for name, binding in bindings.items():
        only = " Only where its condition holds." if binding.when is not None else ""
        values = [one[name] for one in data if name in one]
        example = _example(values, binding) or _invented(rule, pack, binding)
        yield FieldTold(f"{inside}{name}", _meaning(rule, pack, binding) + only, binding.question, example, _when_empty(binding))
        if binding.repeat:
            yield from _fields(rule, pack, binding.fields, f"{inside}{name}.", [item for value in values for item in value])


def _example(values: Sequence[Any], binding: Binding) -> str:
    texts = (_text(value) for value in values)
    return _shortened(next((text for text in texts if text and text != binding.empty), ""))


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value.get("text", "") if isinstance(value, dict) else value if isinstance(value, str) else ""


def _invented(rule: DocumentRule, pack: Council, binding: Binding) -> str:
    """An answer of no example: the one that its kind of question shows."""
    if not binding.question or binding.kind == "image":
        return ""
    question = pack.form(pack.papers[binding.paper or rule.paper].form).index.questions[binding.question]
    value = question_kinds.example(question)
    if binding.part == "id":
        return str(value[0] if isinstance(value, list) else value)
    merged = question_kinds.merge_value(question, value)
    return _shortened(merged[binding.part] if binding.part and isinstance(merged, dict) else _text(merged))


def _shortened(words: str) -> str:
    text = " / ".join(words.split("\n"))
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


def _meaning(rule: DocumentRule, pack: Council, binding: Binding) -> str:
    definition: FormDefinition = pack.form(pack.papers[binding.paper or rule.paper].form)
    other = f" (from `{definition.id}`)" if binding.paper and binding.paper != rule.paper else ""
    if binding.question:
        return _answer(definition, binding) + other
    if binding.repeat:
        return f"*list*: one for each {definition.index.repeats[binding.repeat].item} in “{definition.index.repeats[binding.repeat].title}”{other}"
    if binding.sections:
        return f"*list*: the form's sections ({binding.sections}) with `title` and `blocks`; a block is a table: `title`, `kind` (`items`: each row is one item), `rows` (`label`, `text`, `kind`: `heading` above the rows of a page, `long` for an answer that wants the whole width) and `unanswered`{other}"
    if binding.fact:
        return FACTS[binding.fact]
    return f"`{binding.wording}` of `wording.yaml`" if binding.wording else f"`{binding.service}` of `service.yaml`"


def _answer(definition: FormDefinition, binding: Binding) -> str:
    question = definition.index.questions[binding.question]
    label = question.label or binding.question
    parts = question_kinds.kind(question.kind).merge_names(question)
    if binding.part == "id":
        return f"“{label}”: the id of the option, for conditions"
    if binding.part == "lines":
        return f"*list*: “{label}”, line by line"
    if binding.part:
        return f"“{label}”: its part `{binding.part}`"
    looks = {"rich_text": ", with its look: write `{{r … }}`", "image": ": the first picture attached"}.get(binding.kind, "")
    return f"“{label}”{looks}" + (f", with the parts {', '.join(f'`{part}`' for part in dict.fromkeys((*parts, 'text')))}" if parts else "")


def _when_empty(binding: Binding) -> str:
    if binding.repeat or binding.sections:
        return "no entries"
    if binding.wording or binding.service:
        return ""
    if binding.required:
        return "the document is not produced"
    return f"“{binding.empty}”" if binding.empty else "nothing"

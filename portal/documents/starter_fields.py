"""The merge fields of a starter template: a name and a binding for every answer of a form, and the lines of documents.yaml that say so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from portal.councils.document_model import Binding, DocumentRule
from portal.forms import question_kinds
from portal.forms.model import FormDefinition, Question, Repeat
from portal.word.language import RESERVED

EMPTY = "Not recorded"
ITEM, INNER = "one", "each"
"""What an item is called inside its loop, and inside a loop within one."""

_FACTS: dict[str, dict[str, str]] = {
    "council_name": {"service": "name"},
    "hub_title": {"service": "hub.title"},
    "hub_phone": {"service": "hub.telephone"},
    "reference": {"fact": "submission.reference"},
    "finished_on": {"fact": "submission.sent_on", "empty": EMPTY},
}
_WORDS = frozenset(("and", "or", "not", "in", "is", "if", "else", "elif", "for", "true", "false", "none", "True", "False", "None", "recursive", ITEM, INNER)) | RESERVED
_SHAPE = ("service", "fact", "question", "repeat", "empty")


class StarterFields:
    """Every answer of a form by the name a template prints it with."""

    def __init__(self, definition: FormDefinition) -> None:
        self.definition = definition
        self._names: dict[str, str] = {}
        taken = {*definition.index.questions, *definition.index.repeats}
        for fact in _FACTS:
            self._names[fact] = next(name for name in (fact, f"{fact}_of_form", f"printed_{fact}") if name not in taken)

    def fact(self, name: str) -> str:
        """The field of a fact: council_name, hub_title, hub_phone, reference, finished_on."""
        return self._names[name]

    def name(self, part_id: str) -> str:
        """The field of a question or repeat: its id, unless that is a word of the template language."""
        return f"{part_id}_answer" if part_id in _WORDS or part_id.startswith("_") else part_id

    def asked(self, repeat_id: str) -> list[Question]:
        """The questions with an answer that belong to a repeat itself ('' for the form's own), in order."""
        pages = [page for page in self.definition.pages if page.repeat == repeat_id]
        return [question for page in pages for question in page.questions if question_kinds.kind(question.kind).has_value]

    def may_be_missing(self, question: Question) -> bool:
        """Whether a condition decides that it is asked at all."""
        return question.when is not None or self.definition.index.page_of[question.id].when is not None

    def inside(self, repeat_id: str) -> list[Repeat]:
        """The repeats that stand in this one, or in none."""
        return [repeat for repeat in self.definition.repeats if repeat.inside == repeat_id]

    def of_label(self, repeat: Repeat) -> dict[str, str]:
        """The questions that an item is called by, by the field that prints each: its own, or those of the repeat it runs over."""
        own = {question.id: self.name(question.id) for question in self.asked(repeat.id)}
        over = {f"{repeat.over}.{question.id}": f"{repeat.over}_{question.id}" for question in self.asked(repeat.over)} if repeat.over else {}
        placed = re.findall(r"\{([a-z_0-9.]+)\}", repeat.item_label)
        known = over | own
        return {one: known[one] for one in placed} if placed and set(placed) <= known.keys() else {}

    def bindings(self) -> dict[str, Binding]:
        """What documents.yaml binds, facts first."""
        facts = {self.fact(name): Binding.model_validate(source) for name, source in _FACTS.items()}
        return facts | self._bound("")

    def _bound(self, repeat_id: str) -> dict[str, Binding]:
        found = {}
        for question in self.asked(repeat_id):
            found[self.name(question.id)] = Binding(question=question.id, empty="" if self.may_be_missing(question) else EMPTY)
        for repeat in self.inside(repeat_id):
            inner = self._bound(repeat.id)
            if inner:
                for question, name in self.of_label(repeat).items():
                    inner.setdefault(name, Binding(question=question.rpartition(".")[2], empty=""))
                found[self.name(repeat.id)] = Binding(repeat=repeat.id, fields=inner)
        return found


def as_yaml(rule: DocumentRule) -> str:
    """The lines of documents.yaml for a rule, under `documents:`."""
    lines = [f"  - id: {rule.id}", f"    title: {_text(rule.title)}", f"    paper: {rule.paper}", f"    template: {rule.template}"]
    lines += [f"    audience: {rule.audience}", f"    file_name: {_text(rule.file_name)}", "    fields:"]
    return "\n".join([*lines, *_lines(rule.fields, 6)]) + "\n"


def _lines(fields: Mapping[str, Binding], indent: int) -> Iterator[str]:
    for name, binding in fields.items():
        if binding.repeat:
            yield f"{' ' * indent}{name}:"
            yield f"{' ' * indent}  repeat: {binding.repeat}"
            yield f"{' ' * indent}  fields:"
            yield from _lines(binding.fields, indent + 4)
        else:
            given = {key: getattr(binding, key) for key in _SHAPE if getattr(binding, key) or key == "empty" and binding.empty is not None}
            yield f"{' ' * indent}{name}: {{{', '.join(f'{key}: {_text(value)}' for key, value in given.items())}}}"


def _text(value: Any) -> str:
    plain = isinstance(value, str) and value.replace("_", "").replace(".", "").isalnum() and value[:1].isalpha() and value not in ("yes", "no", "on", "off", "true", "false", "null", "y", "n")
    return value if plain else json.dumps(value, ensure_ascii=False)

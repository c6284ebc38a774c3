"""Which kinds of answer (`sensitivities` of the council's roles.yaml) a copy of a document may hold, as far as its bindings go."""

from __future__ import annotations

from collections.abc import Iterator

from portal.councils import sensitivity
from portal.councils.document_model import Binding, DocumentRule
from portal.documents.merge_data import Material, Sources
from portal.forms.model import Question


def held_kinds(rule: DocumentRule, sources: Sources) -> list[str]:
    """The kinds of every question this copy is bound to, but for those it leaves out; answered or not, since that is not to be told either."""
    reader = sensitivity.of_copy(sources.council, rule)
    bound = {question.kept_as for binding in rule.fields.values() for question in _questions(rule, binding, sources, "")}
    return sorted(bound if reader is None else bound & reader.reads)


def _questions(rule: DocumentRule, binding: Binding, sources: Sources, around: str) -> Iterator[Question]:
    paper = binding.paper or around
    material = sources.own if paper in ("", rule.paper) else sources.papers.get(paper)
    for inner in binding.fields.values():
        yield from _questions(rule, inner, sources, paper)
    if material is None:
        return
    if binding.sections:
        yield from _of_sections(binding.sections, material)
    elif binding.question:
        question = material.definition.index.questions.get(material.own(binding.question.rpartition(".")[2]))
        if question is not None:
            yield question


def _of_sections(wanted: str, material: Material) -> Iterator[Question]:
    for page in material.definition.pages:
        if wanted == "all" or page.section in wanted.split():
            yield from page.questions

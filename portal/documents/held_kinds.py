"""Which kinds of answer (`sensitivities` of the council's roles.yaml) a copy of a document may hold, as far as its bindings go."""

from __future__ import annotations

from collections.abc import Iterator

from portal.councils import sensitivity
from portal.councils.document_model import Binding, DocumentRule
from portal.documents import printed_facts
from portal.documents.merge_data import Sources
from portal.forms.model import FormDefinition


def held_kinds(rule: DocumentRule, sources: Sources) -> list[str]:
    """The kinds of every question this copy is bound to, but for those it leaves out; answered or not, since that is not to be told either."""
    reader = sensitivity.of_copy(sources.council, rule)
    bound = {kind for binding in rule.fields.values() for kind in _kinds(rule, binding, sources, "")}
    return sorted(bound if reader is None else bound & reader.reads)


def _kinds(rule: DocumentRule, binding: Binding, sources: Sources, around: str) -> Iterator[str]:
    paper = binding.paper or around
    for inner in binding.fields.values():
        yield from _kinds(rule, inner, sources, paper)
    yield from printed_facts.kinds_of(binding.fact, rule, sources.council)
    if not (binding.sections or binding.question):
        return
    definition, asked = _form(rule, paper, sources, binding.question.rpartition(".")[2])
    if binding.sections:
        yield from _of_sections(binding.sections, definition)
    elif asked in definition.index.questions:
        yield definition.index.questions[asked].kept_as


def _form(rule: DocumentRule, paper: str, sources: Sources, question: str) -> tuple[FormDefinition, str]:
    """The form a binding looks into, and its own id of the question. Of a paper that nobody finished yet it is the council's: it may be by the next time."""
    material = sources.own if paper in ("", rule.paper) else sources.papers.get(paper)
    if material is None:
        return sources.council.forms()[sources.council.papers[paper].form], question
    return material.definition, material.own(question)


def _of_sections(wanted: str, definition: FormDefinition) -> Iterator[str]:
    for page in definition.pages:
        if wanted == "all" or page.section in wanted.split():
            yield from (question.kept_as for question in page.questions)

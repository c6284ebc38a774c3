"""The record as if nothing had ever been said that a copy may not hold. What is printed from it is the witness of a proof: all that it prints comes from something allowed.

Which answers those are is read from the forms here and nowhere else, so that no fault in the gathering of answers can hide itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from portal.councils import sensitivity
from portal.councils.document_model import DocumentRule
from portal.documents import printed_facts
from portal.documents.merge_data import Material, Sources
from portal.forms.model import FormDefinition, Question

Judge = Callable[[Question], bool]
_NOWHERE = {"lines": [], "town": "", "postcode": ""}


def without(rule: DocumentRule, sources: Sources) -> Sources:
    """The sources without answers and facts that this copy leaves out, and with empty places for confidential addresses; the same object where there is nothing of the kind."""
    reader = sensitivity.of_copy(sources.council, rule)
    hidden = rule.audience != "file" and sources.council.papers[rule.paper].kind != "letter"
    left_out = printed_facts.left_out(rule, sources.council)
    known = {name: text for name, text in sources.known.items() if name not in left_out}
    return _changed(sources, lambda question: reader is not None and question.kept_as not in reader.reads, known, hides_addresses=hidden)


def without_question(sources: Sources, one: Question) -> Sources:
    """The sources without the answers to one question."""
    return _changed(sources, lambda question: question is one, sources.known, hides_addresses=False)


def _changed(sources: Sources, is_left_out: Judge, known: Mapping[str, Any], *, hides_addresses: bool) -> Sources:
    own = _material(sources.own, is_left_out, hides_addresses)
    papers = {paper: _material(material, is_left_out, hides_addresses) for paper, material in sources.papers.items()}
    same = own is sources.own and len(known) == len(sources.known) and all(papers[paper] is material for paper, material in sources.papers.items())
    return sources if same else replace(sources, own=own, papers=papers, known=known)


def _material(material: Material, is_left_out: Judge, hides_addresses: bool) -> Material:
    answers = _holder(material.answers, material.definition, is_left_out, hides_addresses)
    if answers is material.answers:
        return material
    later = material.later
    if later is not None:
        later = replace(later, answers=_holder(later.answers, later.definition, is_left_out, hides_addresses))
    return replace(material, answers=answers, later=later)


def _holder(holder: Mapping[str, Any], definition: FormDefinition, is_left_out: Judge, hides_addresses: bool) -> Mapping[str, Any]:
    """The same answers, or others where one is taken away. Items stay: that there is somebody is no answer."""
    kept: dict[str, Any] = {}
    same = True
    for name, value in holder.items():
        question = definition.index.questions.get(name)
        now = value
        if question is not None:
            if is_left_out(question):
                same = False
                continue
            if hides_addresses and question.kind == "address" and isinstance(value, dict) and value.get("confidential"):
                now = value | _NOWHERE
        elif name in definition.index.repeats and isinstance(value, list):
            items = [_holder(item, definition, is_left_out, hides_addresses) for item in value]
            now = value if all(map(_is_same, items, value)) else items
        kept[name] = now
        same = same and now is value
    return holder if same else kept


def _is_same(one: Any, other: Any) -> bool:
    return one is other

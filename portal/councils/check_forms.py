"""Rules that forms keep with their council: facts of its service, and the papers they draw first answers from. How a form fits itself is its own check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import BaseModel

from portal.councils import check_kept_as
from portal.councils.check_around import faults_around
from portal.councils.examined import Examined
from portal.councils.library import Council
from portal.forms import check as form_check
from portal.forms import question_kinds
from portal.forms.check import questions_at
from portal.forms.check_conditions import conditions_of
from portal.forms.condition_tree import Compare, Condition, HasRole, RecordFact, Use, nearest, walk
from portal.forms.model import FormDefinition, Prefill
from portal.forms.record_bindings import SERVICE
from portal.forms.yaml_text import Fault, Location

_FORM = "form"


def faults_of(council: Council, definition: FormDefinition) -> list[Fault]:
    """Everything wrong with one form, in itself and in this council; the form need not be one of the council's own."""
    pack = Examined(council)
    pack.forms = {**pack.forms, definition.id: definition}
    own = definition.fault((), "", "").file
    found = set(form_check.faults(definition, used=conditions_used(council)))
    found |= {fault for rule in (*RULES, *check_kept_as.RULES) for fault in rule(pack) if fault.file == own}
    return sorted(found.union(faults_around(council, definition)))


def conditions_used(council: Council) -> frozenset[str]:
    """The names of conditions that the council's own files use: of a move, a document, an e-mail."""
    return frozenset(part.name for condition in _conditions(council.files.values) for _, part in walk(condition) if isinstance(part, Use))


def _conditions(value: Any) -> Iterator[Condition]:
    match value:
        case Condition():
            yield value
        case BaseModel():
            for name in type(value).model_fields:
                yield from _conditions(getattr(value, name))
        case dict():
            for each in value.values():
                yield from _conditions(each)
        case list() | tuple():
            for each in value:
                yield from _conditions(each)


def roles(pack: Examined) -> Iterator[Fault]:
    """A condition that asks for a role names one that the council has."""
    known = list(pack.council.roles.ids)
    for form in pack.forms.values():
        for placed in conditions_of(form):
            for where, part in walk(placed.condition):
                if isinstance(part, HasRole) and part.role not in known:
                    message = f"{part.role} is no role of this council{nearest(part.role, known)} (there are: {', '.join(known)})"
                    yield form.fault((*placed.at, *where, "role"), "unknown_role", message)


def service_facts(pack: Examined) -> Iterator[Fault]:
    """A condition that asks about the council's service names a feature there is."""
    known = sorted(pack.council.service.facts)
    for form in pack.forms.values():
        for placed in conditions_of(form):
            for where, part in walk(placed.condition):
                if isinstance(part, RecordFact) and part.fact.startswith(SERVICE) and part.fact not in known:
                    message = f"{part.fact} is no feature of service.yaml{nearest(part.fact, known)} (there are: {', '.join(known)})"
                    yield form.fault((*placed.at, *where, "record"), "unknown_feature", message)


def prefills(pack: Examined) -> Iterator[Fault]:
    """A first answer comes from a paper there is, and from an answer or a repeat of its form; `where` asks what that form asks."""
    for form in pack.forms.values():
        asked: list[tuple[Location, Prefill | None]] = [(at, question.prefill) for at, _, question in questions_at(form)]
        asked += [(("repeats", repeat.id), repeat.prefill) for repeat in form.repeats]
        for at, prefill in asked:
            if prefill is not None and prefill.source.startswith(f"{_FORM}."):
                yield from _from_paper(pack, form, (*at, "prefill"), prefill)


def _from_paper(pack: Examined, form: FormDefinition, at: Location, prefill: Prefill) -> Iterator[Fault]:
    _, paper, *path = prefill.source.split(".")
    if paper not in pack.council.papers.ids:
        known = list(pack.council.papers.ids)
        yield form.fault((*at, "from"), "unknown_paper", f"{paper} is no paper of workflow.yaml{nearest(paper, known)} (there are: {', '.join(known)})")
        return
    source = pack.form_of(paper)
    if source is None:
        return
    names = [*source.index.questions, *source.index.repeats]
    for name in path:
        if name not in names:
            yield form.fault((*at, "from"), "unknown_question", f"{name} is neither question nor repeat of the form {source.id}{nearest(name, names)}")
    for where, part in walk(prefill.where) if prefill.where is not None else ():
        if not isinstance(part, Compare):
            continue
        question = source.index.questions.get(part.question)
        if question is None:
            wrong = f"{part.question} is no question of the form {source.id}{nearest(part.question, list(source.index.questions))}"
        else:
            wrong = question_kinds.comparison_fault(question, part.comparison, part.value)
        if wrong:
            yield form.fault((*at, "where", *where), "prefill_where", wrong)


RULES: tuple[Callable[[Examined], Iterator[Fault]], ...] = (roles, service_facts, prefills)

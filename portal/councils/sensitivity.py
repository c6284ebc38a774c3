"""Who reads which answers, by the council's roles.yaml: a role reads what it `reads` names, a copy what may stand in copies for its audience.

Pure rules, to be shown to whoever looks after information: which record a role reaches is decided in `access`, and holding an
answer back is done in `forms.held_back`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from portal.councils.document_model import DocumentRule
from portal.councils.library import Council
from portal.councils.model import Everything, Role
from portal.forms import question_kinds
from portal.forms.held_back import CLOSED, OPEN, Reader
from portal.forms.model import Question


def of_roles(council: Council, roles: Iterable[Role]) -> Reader | None:
    """Who holds all these roles: they add up. None where nothing is held back."""
    return _of(council, frozenset(role.id for role in roles), True)


def of_each(council: Council, roles: Iterable[Role]) -> Reader | None:
    """Who reads only what every one of these roles reads, where it is not known which of them leads to a record."""
    return _of(council, frozenset(role.id for role in roles), False)


def of_copy(council: Council, rule: DocumentRule) -> Reader | None:
    """A copy of a document, by its own `reads` or by its audience. None where it holds everything, as the file's own does."""
    return _of_copy(council, rule.audience, rule.reads)


def reads_all(council: Council, roles: Iterable[Role]) -> bool:
    """Whether each of these roles reads everything, so that it does not matter which of them leads to a record."""
    return not council.sensitivities or all(Everything in role.reads for role in roles)


def titles(council: Council, kinds: Iterable[str]) -> list[str]:
    """What the council calls these kinds of answer, in its order; those it names no more by their ids."""
    wanted = set(kinds)
    named = [one.title for one in council.sensitivities if one.id in wanted]
    return named + sorted(wanted.difference(council.sensitivities.ids))


@lru_cache(maxsize=1024)
def _of(council: Council, role_ids: frozenset[str], together: bool) -> Reader | None:
    if not council.sensitivities:
        return None
    read = [frozenset(role.reads) for role in council.roles if role.id in role_ids]
    if read and (any if together else all)(Everything in each for each in read):
        return None
    wanted = read if together else [each for each in read if Everything not in each]
    found = frozenset.union(*wanted) if together and wanted else frozenset.intersection(*wanted) if wanted else frozenset()
    return Reader(found | {OPEN}, {one.id: one.held_back for one in council.sensitivities})


@lru_cache(maxsize=256)
def _of_copy(council: Council, audience: str, reads: tuple[str, ...] | None) -> Reader | None:
    if not council.sensitivities or Everything in (reads or ()) or (reads is None and audience == "file"):
        return None
    named = frozenset(reads if reads is not None else (one.id for one in council.sensitivities if audience in one.copies))
    return Reader(named | {OPEN}, {one.id: one.held_back for one in council.sensitivities}, is_copy=True)


@lru_cache(maxsize=64)
def facts(council: Council) -> dict[str, str]:
    """What facts of a family's record are kept as: by the bindings of the council's forms (`person.send`); of several, what the fewest roles read."""
    found: dict[str, str] = {}
    for form in council.forms().values():
        for question in form.index.questions.values():
            for binding in _facts_from(question):
                found[binding] = min(found.get(binding, question.kept_as), question.kept_as, key=lambda kind: (_readers(council, kind), kind))
    return found


def fact_kept_as(council: Council, binding: str) -> str:
    """What one fact is kept as; CLOSED when no form asks for it today, since an earlier one may have asked for it as anything."""
    return facts(council).get(binding, CLOSED)


def _facts_from(question: Question) -> list[str]:
    """Every fact that the answer to this question becomes: people live at the family's address, and who helps is told in parts."""
    if question.record == "submission.family_address":
        return [question.record, "person.address"]
    if question.record == "person.professional":
        return [question.record, *(f"person.{part}" for part in question_kinds.kind(question.kind).parts(question))]
    return [question.record] if question.record else []


def _readers(council: Council, kind: str) -> int:
    return sum(kind in role.reads or Everything in role.reads for role in council.roles)

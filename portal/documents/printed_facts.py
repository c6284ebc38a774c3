"""Facts of a record that print what somebody answered: names of the children, who sent the request. In a copy they count as what the answer is kept as."""

from __future__ import annotations

from functools import lru_cache

from portal.councils import sensitivity
from portal.councils.document_model import DocumentRule
from portal.councils.library import Council
from portal.forms.held_back import Reader

_PRINTS = {
    "request.referrer_name": ("submission.referrer_name",),
    "request.referrer_organisation": ("submission.referrer_organisation",),
    "record.family_name": ("person.last_name",),
    "record.children_names": ("person.first_name", "person.last_name"),
}
"""The facts, and the bindings to the record of the questions that ask for them. All others are the council's own: references, days, its teams and staff."""

_OF_REQUESTS = {"submission.sent_by": ("submission.referrer_name",)}
"""Who sent a request signed it with an answer; other forms are sent by the council's own people."""


def kinds_of(fact: str, rule: DocumentRule, council: Council) -> frozenset[str]:
    """The kinds of answer that a fact prints in a document of this rule; none for what nobody was asked."""
    kept = sensitivity.facts(council)
    return frozenset(kept[binding] for binding in _asked(_kind(rule, council)).get(fact, ()) if binding in kept)


def left_out(rule: DocumentRule, council: Council) -> frozenset[str]:
    """The facts that a copy of this rule may not hold."""
    return _left_out(council, sensitivity.of_copy(council, rule), _kind(rule, council))


def _kind(rule: DocumentRule, council: Council) -> str:
    """What kind of paper the document is of; '' for a form that the council does not use yet, as when a starter is tried."""
    paper = council.papers.get(rule.paper)
    return paper.kind if paper is not None else ""


@lru_cache(maxsize=256)
def _left_out(council: Council, reader: Reader | None, kind: str) -> frozenset[str]:
    kept = sensitivity.facts(council)
    if reader is None:
        return frozenset()
    return frozenset(fact for fact, asked in _asked(kind).items() if any(kept[binding] not in reader.reads for binding in asked if binding in kept))


def _asked(kind: str) -> dict[str, tuple[str, ...]]:
    return _PRINTS | _OF_REQUESTS if kind == "request" else _PRINTS

"""Answers held back from whoever reads at present: the one place where an answer is turned into “Answer held back”.

Every question is kept as something (`Question.kept_as`, from its own `sensitivity` or the form's), and a reader reads some of
these. Words of answers come from `question_kinds`, which asks here each time, so that no page, list or file can forget to.
Who reads what is decided in `access` by the council's rule (`councils.sensitivity`). While nobody reads (jobs, commands, what
the portal does for itself) nothing is held back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import FormDefinition, Question

Done = TypeVar("Done")

WORDS = "Answer held back"
NOT_NAMED = "The council no longer says who reads this. Ask whoever looks after its forms."


@dataclass(frozen=True, eq=False)
class Reader:
    """Whoever reads, by the kinds of answer that they read. `reasons` says of each other kind why it is held back and whom to ask.

    A copy of a document is a reader too (`is_copy`): what is held back from it is not there at all, and nothing stands in its place.
    """

    reads: frozenset[str]
    reasons: Mapping[str, str] = field(default_factory=dict)
    is_copy: bool = False

    def narrowed(self, other: Reader | None) -> Reader:
        """Who reads only what both read."""
        return self if other is None or other is self else Reader(self.reads & other.reads, {**other.reasons, **self.reasons}, self.is_copy)


OPEN = ""
"""What answers are kept as that everybody reads who reaches their record, such as those of the portal's own pages."""

CLOSED = "-"
"""What answers are kept as of which no form tells any more what they are: no reader reads it, only those from whom nothing is held back."""

NOBODY = Reader(frozenset())
"""Who reads no answer at all, such as a request before it is known who asks."""

_READER: ContextVar[Reader | None] = ContextVar("reader", default=None)


def reader() -> Reader | None:
    """Whoever reads at present; None where nothing is held back."""
    return _READER.get()


def read_as(one: Reader | None) -> None:
    """Let this one read from here on; None holds nothing back."""
    _READER.set(one)


@contextmanager
def reading(one: Reader | None) -> Iterator[None]:
    """Let this one read inside."""
    token = _READER.set(one)
    try:
        yield
    finally:
        _READER.reset(token)


def own_work(work: Callable[..., Done]) -> Callable[..., Done]:
    """The portal's own work, which is kept and not shown: it reads every answer, whoever is there."""

    @wraps(work)
    def done(*values: Any, **named: Any) -> Done:
        if _READER.get() is None:
            return work(*values, **named)
        with reading(None):
            return work(*values, **named)

    return done


def is_held(question: Question) -> bool:
    """Whether answers to this question are held back from whoever reads."""
    one = _READER.get()
    return one is not None and question.kept_as not in one.reads


def is_left_out(question: Question) -> bool:
    """Whether not even the question is told: in a copy of a document."""
    one = _READER.get()
    return one is not None and one.is_copy and question.kept_as not in one.reads


def is_held_at(definition: FormDefinition, path: str) -> bool:
    """The same for the question at a path. What stands at the path of a group is its items, which are nobody's secret; an answer to a question that left
    the form is held back from everybody from whom anything is, since nobody can tell any more what it was kept as."""
    if _READER.get() is None:
        return False
    name = path.rpartition(".")[2]
    question = definition.index.questions.get(name)
    return is_held(question) if question is not None else name not in definition.index.repeats


def words() -> str:
    """What stands in the place of an answer that is held back; '' in a copy."""
    one = _READER.get()
    return "" if one is not None and one.is_copy else say(WORDS)


def reason(question: Question) -> str:
    """Why answers to this question are held back and whom to ask; '' where they are not."""
    one = _READER.get()
    if one is None or question.kept_as in one.reads:
        return ""
    return one.reasons.get(question.kept_as, NOT_NAMED)

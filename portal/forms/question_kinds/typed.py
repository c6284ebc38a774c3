"""What kinds with one text box share: blank or not, shown again as typed, compared as text. No kind's own rules."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import BLANK, QuestionKind, Raw, Taken, Wrong, first

if TYPE_CHECKING:
    from portal.forms.model import Question


class TypedKind(QuestionKind):
    """A kind with one text box; its drawer says in `take` what a text that is not blank means."""

    comparisons = frozenset({"answered", "is", "is_not", "in"})

    def take(self, question: Question, typed: str) -> Taken:
        """The value of a typed text that is not blank, or what is wrong with it."""
        raise NotImplementedError

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """The value of the one box."""
        typed = first(raw)
        return self.take(question, typed) if typed.strip() else BLANK

    def wrong(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """A value is wrong when it is no text, blank, or could not have been typed."""
        if not isinstance(value, str):
            return (Wrong("shape", f"{wording.subject(question)} must be text"),)
        if not value.strip():
            return (Wrong("shape", f"{wording.subject(question)} must not be blank; leave it out instead"),)
        return self.take(question, value).wrong

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """The one box holds the text as people read it."""
        return {"": [self.text(question, value)]}

    def text(self, question: Question, value: Any) -> str:
        """The value itself."""
        return str(value)

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """Equal, different, or one of a list."""
        return compare_plain(value, comparison, other)

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """Text compares with text."""
        return plain_fault(comparison, other, str, "text")

    def schema(self, question: Question) -> dict[str, Any]:
        """A text."""
        return {"type": "string", "minLength": 1}


def compare_plain(value: Any, comparison: str, other: Any) -> bool | None:
    """`is`, `is_not` and `in` for values that are equal or not; None for any other comparison."""
    if comparison == "is":
        return value == other
    if comparison == "is_not":
        return value != other
    if comparison == "in":
        return value in other if isinstance(other, list) else None
    return None


def plain_fault(comparison: str, other: Any, wanted: type | tuple[type, ...], word: str) -> str:
    """Why `other` is not what `is`, `is_not` or `in` take; '' when it is."""
    values = other if comparison == "in" and isinstance(other, list) else [other]
    if comparison == "in" and not isinstance(other, list):
        return "`in` takes a list"
    if not all(isinstance(each, wanted) and not isinstance(each, bool) for each in values):
        return f"`{comparison}` compares with {word}"
    return ""

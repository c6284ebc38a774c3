"""How drawers put things to people: error messages of one voice, which a form may replace by code. No kind's own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.forms.model import Question


_CLAUSE = ("what", "which", "who", "whom", "whose", "when", "where", "why", "how", "whether")
"""First words of a clause, such as "why you chose this level", which cannot be the subject of "must be …"."""


def say(question: Question, code: str, message: str) -> str:
    """The form's own words for this code, or else ours."""
    return question.errors.get(code) or message


def is_asked(question: Question) -> bool:
    """Whether the only words for the question are the question itself, which do not fit into a sentence."""
    return not question.short and question.label.rstrip().endswith("?")


def please(question: Question, verb: str) -> str:
    """An instruction: "Enter the child's first name", or for a label that asks, "Answer “What happened?”"."""
    return f"Answer “{question.label}”" if is_asked(question) else f"{verb} {question.words}"


def subject(question: Question) -> str:
    """The start of a sentence about the answer: "Date of birth", "Your answer about what happened" or "Your answer to “When?”"."""
    if is_asked(question):
        return f"Your answer to “{question.label}”"
    words = question.short or question.label
    if question.short.partition(" ")[0] in _CLAUSE:
        return f"Your answer about {words}"
    return words[:1].upper() + words[1:]


def listed(words: list[str], last: str = "and") -> str:
    """Words in a row: "a day", "a day and a year", "PDF, DOCX or JPEG"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"

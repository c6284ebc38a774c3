"""How drawers put things to people: error messages of one voice, which a form may replace by code. No kind's own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal import language

if TYPE_CHECKING:
    from portal.forms.model import Question


VERBS = ("Enter", "Select", "Choose a file for", "Tick to confirm:")
"""What one does to answer; each is said with the question's words."""

_CLAUSE = ("what", "which", "who", "whom", "whose", "when", "where", "why", "how", "whether")
"""First words of a clause, such as "why you chose this level", which cannot be the subject of "must be …"."""


def say(question: Question, code: str, message: str) -> str:
    """The form's own words for this code, or else ours."""
    return question.errors.get(code) or message


def is_asked(question: Question) -> bool:
    """Whether the only words for the question are the question itself, which do not fit into a sentence.

    Other languages than English bend words within a sentence, so there a question is always named as it is asked.
    """
    asks = question.label.rstrip().endswith(("?", "؟"))
    return asks and (not question.short or not language.current().is_english)


def words_of(question: Question) -> str:
    """The words that stand for the question within a sentence. Other languages than English set them apart in quotes, so they stay as they are."""
    return question.words if language.current().is_english else question.short or question.label.rstrip("?")


def please(question: Question, verb: str) -> str:
    """An instruction: "Enter the child's first name", or for a label that asks, "Answer “What happened?”". `verb` is one of VERBS."""
    if is_asked(question):
        return language.say("Answer “{question}”", question=question.label)
    return language.say(f"{verb} {{words}}", words=words_of(question))


def subject(question: Question) -> str:
    """The start of a sentence about the answer: "Date of birth", "Your answer about what happened" or "Your answer to “When?”"."""
    if is_asked(question):
        return language.say("Your answer to “{question}”", question=question.label)
    words = question.short or question.label
    if not language.current().is_english:
        return language.say("Your answer to “{question}”", question=words.rstrip("?"))
    if question.short.partition(" ")[0] in _CLAUSE:
        return f"Your answer about {words}"
    return words[:1].upper() + words[1:]

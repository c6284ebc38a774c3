"""Long text: several lines, counted in words or characters, kept exactly as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import KindSettings, Taken, Wrong
from portal.forms.question_kinds.paper import Lines, Space
from portal.forms.question_kinds.typed import TypedKind
from portal.language import number, say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp


class LongTextSettings(KindSettings):
    """Limits in words (shown as a count) and characters, and the height of the box in lines."""

    max_words: int = Field(default=0, ge=0)
    max_length: int = Field(default=20_000, ge=1, le=100_000)
    rows: int = Field(default=5, ge=2, le=40)
    spellcheck: bool | None = None


class LongText(TypedKind):
    """Several lines of text."""

    name = "long_text"
    settings = LongTextSettings
    comparisons = frozenset({"answered"})

    def take(self, question: Question, typed: str) -> Taken:
        """The text as typed, unless it has too many words or characters."""
        settings = question.settings
        words = count_words(typed)
        if settings.max_words and words > settings.max_words:
            message = say("{subject} must be {limit} words or fewer; it has {length}", subject=wording.subject(question), limit=number(settings.max_words), length=number(words))
            return Taken(wrong=(Wrong("too_many_words", wording.say(question, "too_many_words", message)),))
        if len(typed) > settings.max_length:
            message = say("{subject} must be {limit} characters or fewer; it has {length}", subject=wording.subject(question), limit=number(settings.max_length), length=number(len(typed)))
            return Taken(wrong=(Wrong("too_long", wording.say(question, "too_long", message)),))
        return Taken(typed)

    def on_paper(self, question: Question) -> tuple[Space, ...]:
        """Lines for a paragraph or a page, as the box on the screen is high."""
        return (Lines(min(20, max(5, question.settings.rows + 1))),)

    def example(self, question: Question) -> Any:
        """Two short lines, or fewer words where fewer are allowed."""
        text = "She likes going to the youth club.\nShe would like help with getting to school."
        limit = question.settings.max_words
        return (" ".join(text.split()[:limit]) if 0 < limit < count_words(text) else text)[: question.settings.max_length]

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A few sentences in one paragraph or two, or fewer words where fewer are allowed."""
        text = "\n\n".join(source.prose(source.number(1, 3)) for _ in range(2 if source.happens(0.3) else 1))
        limit = question.settings.max_words
        fitting = " ".join(text.split()[:limit]) if 0 < limit < count_words(text) else text
        return fitting[: question.settings.max_length].strip() or "A"

    def schema(self, question: Question) -> dict[str, Any]:
        """A text of limited length; words are counted by the portal."""
        return {"type": "string", "minLength": 1, "maxLength": question.settings.max_length}


def count_words(text: str) -> int:
    """Words as the counter on the page counts them: runs of anything that is not blank."""
    return len(text.split())

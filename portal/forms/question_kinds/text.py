"""Short text: one line, kept exactly as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import KindSettings, Taken, Wrong
from portal.forms.question_kinds.typed import TypedKind
from portal.language import number, say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp


class TextSettings(KindSettings):
    """How long it may be, how wide its box is (characters), and whether the browser checks spelling."""

    max_length: int = Field(default=250, ge=1, le=2000)
    width: int = Field(default=0, ge=0, le=40)
    spellcheck: bool | None = None


class Text(TypedKind):
    """One line of text."""

    name = "text"
    settings = TextSettings

    def take(self, question: Question, typed: str) -> Taken:
        """The text as typed, unless it is too long."""
        limit = question.settings.max_length
        if len(typed) > limit:
            message = say("{subject} must be {limit} characters or fewer; it has {length}", subject=wording.subject(question), limit=limit, length=number(len(typed)))
            return Taken(wrong=(Wrong("too_long", wording.say(question, "too_long", message)),))
        return Taken(typed)

    def example(self, question: Question) -> Any:
        """A few words that fit."""
        return "Sam’s aunt & uncle"[: question.settings.max_length]

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """Words that suit the question, or words that are looked for."""
        sought = [each for each in source.sought if isinstance(each, str)]
        words = source.one_of(sought) if sought and source.happens(0.4) else source.words_for(question)
        return words[: question.settings.max_length].strip() or "A"

    def schema(self, question: Question) -> dict[str, Any]:
        """A text of limited length."""
        return {"type": "string", "minLength": 1, "maxLength": question.settings.max_length}

"""A statement to tick: "I have told the parents". The tick is the answer; there is no unticking answer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import BLANK, KindSettings, QuestionKind, Raw, Taken, Wrong, first
from portal.forms.question_kinds.paper import Space, Tick, Ticks
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp


class StatementSettings(KindSettings):
    """Words above the tick box, in Markdown."""

    text: str = ""


class Statement(QuestionKind):
    """A statement that the person agrees to; the value is true."""

    name = "statement"
    texts = ("text",)
    settings = StatementSettings
    comparisons = frozenset({"answered", "is"})
    asks_to = "Tick to confirm:"

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """Ticked or not."""
        return Taken(True) if first(raw).strip() else BLANK

    def wrong(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """Only true is an answer."""
        return () if value is True else (Wrong("shape", f"{wording.subject(question)} must be true, or left out"),)

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """A tick."""
        return {"": ["yes"]}

    def text(self, question: Question, value: Any) -> str:
        """A word for the tick."""
        return say("Yes")

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """Ticked."""
        return value is other

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """A tick compares with true."""
        return "" if other is True else "`is` compares a statement with true"

    def on_paper(self, question: Question) -> tuple[Space, ...]:
        """One box."""
        return (Ticks((Tick("yes", "I confirm this"),)),)

    def example(self, question: Question) -> Any:
        """Ticked."""
        return True

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """Ticked."""
        return True

    def schema(self, question: Question) -> dict[str, Any]:
        """True and nothing else."""
        return {"const": True}

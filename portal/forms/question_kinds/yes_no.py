"""Yes or no, and "Not known" where the question allows it as a third answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.forms.model import Option
from portal.forms.question_kinds.choices import ChosenKind
from portal.forms.question_kinds.kind import KindSettings
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question

YES, NO, UNKNOWN = Option(id="yes", label="Yes"), Option(id="no", label="No"), Option(id="not_known", label="Not known")


class YesNoSettings(KindSettings):
    """Whether "not known" may be chosen too."""

    allow_not_known: bool = False


class YesNo(ChosenKind):
    """Yes or no; the value is "yes", "no" or "not_known"."""

    name = "yes_no"
    settings = YesNoSettings
    chosen_by = "radio"

    def options(self, question: Question) -> tuple[Option, ...]:
        """Two or three answers, always in this order."""
        return (YES, NO, UNKNOWN) if question.settings.allow_not_known else (YES, NO)

    def text(self, question: Question, value: Any) -> str:
        """Yes, no or not known."""
        return say(super().text(question, value))

    def settings_faults(self, question: Question) -> tuple[str, ...]:
        """There is one way to answer that one does not know."""
        both = question.settings.allow_not_known and question.not_known
        return ("says both `allow_not_known` and `not_known`; keep one of them",) if both else ()

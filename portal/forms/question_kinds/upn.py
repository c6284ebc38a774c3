"""A unique pupil number: a check letter and twelve digits, or in its temporary form eleven digits and a letter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import Taken, Wrong
from portal.forms.question_kinds.paper import Figures, Space
from portal.forms.question_kinds.typed import TypedKind
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_SHAPE = re.compile(f"[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]")


class Upn(TypedKind):
    """A unique pupil number; kept in capitals without blanks."""

    name = "upn"
    comparisons = frozenset({"answered"})

    def take(self, question: Question, typed: str) -> Taken:
        """The number; its first letter must fit the rest."""
        number = re.sub(r"[\s\-–.]", "", typed[:60]).upper()
        if not _SHAPE.fullmatch(number):
            message = say("{subject} must be a letter and 12 more characters, like B801200005001", subject=wording.subject(question))
            return Taken(wrong=(Wrong("not_a_upn", wording.say(question, "not_a_upn", message)),))
        if check_letter(number) != number[0]:
            message = say("{subject} is not a valid pupil number. Check each letter and number", subject=wording.subject(question))
            return Taken(wrong=(Wrong("check_letter", wording.say(question, "check_letter", message)),))
        return Taken(number)

    def on_paper(self, question: Question) -> tuple[Space, ...]:
        """Thirteen boxes."""
        return (Figures((("", 13),)),)

    def example(self, question: Question) -> Any:
        """The sample number of the published rules."""
        return "B801200005001"

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A number of a local authority that there is not, with the letter that fits."""
        number = f"-999{source.digits(9)}"
        return check_letter(number) + number[1:]

    def schema(self, question: Question) -> dict[str, Any]:
        """A letter, eleven digits, and a digit or letter."""
        return {"type": "string", "pattern": f"^[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]$"}


def check_letter(number: str) -> str:
    """The letter that the twelve characters after the first call for: their weighted sum, 2 to 13, over 23."""
    values = (int(each) if each.isdigit() else LETTERS.index(each) for each in number[1:])
    return LETTERS[sum(value * weight for weight, value in enumerate(values, 2)) % 23]

"""An NHS number: ten digits with a check digit, shown 3-3-4. Numbers of the test range need the installation's leave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import nhs_number

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import Taken, Wrong
from portal.forms.question_kinds.paper import Figures, Space
from portal.forms.question_kinds.typed import TypedKind
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

TEST_RANGE = "999"


class NhsNumber(TypedKind):
    """An NHS number; kept as ten digits."""

    name = "nhs_number"
    comparisons = frozenset({"answered"})

    def take(self, question: Question, typed: str) -> Taken:
        """The ten digits; the check digit must fit."""
        digits = re.sub(r"[\s\-–.]", "", typed)
        if not re.fullmatch("[0-9]{10}", digits):
            message = say("{subject} must be 10 numbers, like 999 000 0018", subject=wording.subject(question))
            return Taken(wrong=(Wrong("not_ten_digits", wording.say(question, "not_ten_digits", message)),))
        if len(set(digits)) == 1 or not nhs_number.is_valid(digits):
            message = say("{subject} is not a valid NHS number. Check that each number is right", subject=wording.subject(question))
            return Taken(wrong=(Wrong("check_digit", wording.say(question, "check_digit", message)),))
        return Taken(digits)

    def wrong(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """A value is wrong when it is not ten digits that check."""
        if isinstance(value, str) and not re.fullmatch("[0-9]{10}", value):
            return (Wrong("not_ten_digits", f"{wording.subject(question)} must be 10 digits without blanks"),)
        return super().wrong(question, value)

    def not_allowed_here(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """Numbers of the test range belong to no patient."""
        if not value.startswith(TEST_RANGE):
            return ()
        message = say("{subject} starts with {range}: such numbers are for tests only and belong to nobody", subject=wording.subject(question), range=TEST_RANGE)
        return (Wrong("test_number", wording.say(question, "test_number", message)),)

    def text(self, question: Question, value: Any) -> str:
        """The number in its usual groups."""
        return f"{value[:3]} {value[3:6]} {value[6:]}"

    def on_paper(self, question: Question) -> tuple[Space, ...]:
        """Ten boxes, grouped as the number is written."""
        return (Figures((("", 3), ("", 3), ("", 4))),)

    def example(self, question: Question) -> Any:
        """A number of the test range."""
        return "9990000018"

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A number of the test range whose check digit fits."""
        while True:
            digits = f"{TEST_RANGE}{source.digits(6)}"
            check = nhs_number.calculate_checksum(digits)
            if check < 10:
                return f"{digits}{check}"

    def schema(self, question: Question) -> dict[str, Any]:
        """Ten digits."""
        return {"type": "string", "pattern": "^[0-9]{10}$"}

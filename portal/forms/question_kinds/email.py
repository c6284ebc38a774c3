"""An e-mail address; its shape is checked, whether it can be reached is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from email_validator import EmailNotValidError, validate_email

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import Taken, Wrong
from portal.forms.question_kinds.typed import TypedKind
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp


class Email(TypedKind):
    """An e-mail address, kept with its domain in small letters."""

    name = "email"

    def take(self, question: Question, typed: str) -> Taken:
        """The address in its usual form."""
        address = normal_email(typed)
        if address:
            return Taken(address)
        message = say("{please} in the right format, like name@example.org", please=wording.please(question, "Enter"))
        return Taken(wrong=(Wrong("not_an_email", wording.say(question, "not_an_email", message)),))

    def example(self, question: Question) -> Any:
        """An address that reaches nobody."""
        return "sam.rivers@example.org"

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """An address that reaches nobody."""
        return source.email()

    def schema(self, question: Question) -> dict[str, Any]:
        """An e-mail address."""
        return {"type": "string", "format": "email"}


def normal_email(typed: str) -> str:
    """The address in its usual form; '' where it is none."""
    try:
        return validate_email(typed.strip(), check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError):
        return ""

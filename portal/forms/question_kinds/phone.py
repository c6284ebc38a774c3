"""A telephone number, of the United Kingdom or another country; an unlikely one is noted, never refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import phonenumbers
from phonenumbers import PhoneNumberFormat

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import Taken, Wrong
from portal.forms.question_kinds.typed import TypedKind
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

HOME = "GB"
_DRAMA = re.compile(r"01632960|07700900|02079460|01134960|01144960|01154960|01164960|01174960|01184960|01214960|01314960|01414960|01514960|01614960|08081570|09098790|03069990")
"""Numbers that Ofcom keeps for drama; demonstrations and tests use them, and nobody needs a note about them."""


class Phone(TypedKind):
    """A telephone number; kept as it is written at home ("01632 960001") or with its country ("+33 1 42 68 53 00")."""

    name = "phone"

    def take(self, question: Question, typed: str) -> Taken:
        """The number in its usual form, with a note where it is unlikely to be in use."""
        number = normal_phone(typed)
        if not number:
            message = say("{please} in full, like 01632 960 001, 07700 900 982 or +44 808 157 0192", please=wording.please(question, "Enter"))
            return Taken(wrong=(Wrong("not_a_phone", wording.say(question, "not_a_phone", message)),))
        return Taken(number, notes=() if is_likely(number) else (unlikely_note(number),))

    def example(self, question: Question) -> Any:
        """A number kept for drama."""
        return "01632 960001"

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A number kept for drama, in its usual form."""
        return normal_phone(source.phone())

    def schema(self, question: Question) -> dict[str, Any]:
        """Digits, blanks, a plus sign and an extension."""
        return {"type": "string", "pattern": "^[+0-9]"}


def normal_phone(typed: str) -> str:
    """The number in its usual form; '' where it cannot be one."""
    if len(typed) > 60:
        return ""
    try:
        number = phonenumbers.parse(re.sub(r"^\s*00", "+", typed), HOME)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    at_home = number.country_code == phonenumbers.country_code_for_region(HOME)
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL)


def is_likely(number: str) -> bool:
    """Whether a number in its usual form is in a range that is in use, or kept for drama."""
    if _DRAMA.match(re.sub(r"\D", "", number)):
        return True
    return phonenumbers.is_valid_number(phonenumbers.parse(number, HOME))


def unlikely_note(number: str) -> str:
    """What to tell the person about a number that may be mistyped."""
    return say("Check the telephone number {number}: it does not look like one that is in use. You can leave it as it is.", number=number)

"""A postcode of the United Kingdom: any case and spacing, one pattern; whether it exists is not checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import Taken, Wrong
from portal.forms.question_kinds.typed import TypedKind
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

_SHAPE = re.compile(r"(GIR|[A-PR-UWYZ](?:[0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKPSTUW]|[A-HK-Y][0-9][ABEHMNPRVWXY]))([0-9][ABD-HJLNP-UW-Z]{2})")


class Postcode(TypedKind):
    """A postcode; kept in capitals with one blank: "E8 1DY"."""

    name = "postcode"

    def take(self, question: Question, typed: str) -> Taken:
        """The postcode in its usual form."""
        postcode = normal_postcode(typed)
        if postcode:
            return Taken(postcode)
        message = say("{please} in full, like E8 1DY", please=wording.please(question, "Enter"))
        return Taken(wrong=(Wrong("not_a_postcode", wording.say(question, "not_a_postcode", message)),))

    def example(self, question: Question) -> Any:
        """A postcode of central London."""
        return "E8 1DY"

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A postcode of a district that there is not, or one that is looked for."""
        sought = [each for each in source.sought if isinstance(each, str)]
        return source.one_of(sought) if sought and source.happens(0.4) else source.postcode()

    def schema(self, question: Question) -> dict[str, Any]:
        """A postcode in its usual form."""
        return {"type": "string", "pattern": "^[A-Z0-9]{2,4} [0-9][A-Z]{2}$"}


def normal_postcode(typed: str) -> str:
    """The postcode in its usual form; '' where it is none."""
    found = _SHAPE.fullmatch(re.sub(r"[\s.\-–—()]", "", typed[:40]).upper())
    return f"{found[1]} {found[2]}" if found else ""

"""Questions made on the spot for the tests of their kinds, and texts that nobody should be able to do harm with."""

from __future__ import annotations

from typing import Any

from portal.forms import question_kinds
from portal.forms.model import Option, Question, Rule

OWN_KEYS = set(Question.model_fields) - {"settings", "rules"}

COLOURS = (Option(id="red", label="Red"), Option(id="blue", label="Blue & green"), Option(id="none", label="None of these", exclusive=True))

HOSTILE = {
    "ampersand and tag": "A & B <x>",
    "closing tags": "</textarea></script><script>alert(1)</script>",
    "quotes": "\"O'Brien\"",
    "right to left": "שלום עליכם \u202e ابجد",
    "template": "{{ 7*7 }} {% raw %}",
    "long": "word " * 1000,
    "emoji": "👨‍👩‍👧 \U0001f600",
    "leading line break": "\n\nlater",
    "blank ends": "  both ends  ",
    "bell and null": "a\x07b\x00c",
    "lone surrogate": "cut \ud83d short",
    "vertical tab": "one\x0btwo",
    "not a character": "x\ufffey",
    "carriage returns": "one\r\ntwo\rthree",
    "digits of another script": "٣٤٥",
    "superscript": "²",
    "huge number": "9" * 400,
    "infinite": "1e999",
    "not a number": "nan",
    "path": "../../etc/passwd",
}


def asked(kind: str, *rules: tuple[str, Any], **keys: Any) -> Question:
    """A question of this kind; keys of its kind stand beside the common ones, as in a file."""
    common = {key: value for key, value in keys.items() if key in OWN_KEYS}
    own = {key: value for key, value in keys.items() if key not in OWN_KEYS}
    if kind in ("radios", "select", "checkboxes"):
        own.setdefault("options", COLOURS)
    if kind == "guidance":
        own.setdefault("text", "Read **this**.")
    common.setdefault("id", f"a_{kind}")
    common.setdefault("label", SENSIBLE.get(kind, kind.replace("_", " ").capitalize()))
    settings = question_kinds.kind(kind).settings.model_validate(own)
    made = tuple(Rule(comparison=comparison, value=value) for comparison, value in rules)
    return Question(kind=kind, settings=settings, rules=made, **common)


SENSIBLE = {"date": "Date of birth", "nhs_number": "NHS number", "upn": "UPN", "text": "First name", "email": "Email address"}


def messages(wrong: Any) -> list[str]:
    """The words of what is wrong."""
    return [each.message for each in (wrong.wrong if hasattr(wrong, "wrong") else wrong)]


def codes(wrong: Any) -> list[tuple[str, str]]:
    """Code and part of what is wrong."""
    return [(each.code, each.part) for each in (wrong.wrong if hasattr(wrong, "wrong") else wrong)]

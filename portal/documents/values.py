"""How a value is printed into Word's XML: cleaned, escaped, line breaks and tabs as Word writes them. Knows no template."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from portal import timekeeping

_BREAKS = re.compile("\r\n|[\r\x0b\x0c]")
_ILLEGAL = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile('[&<>"\n\t]')
_ANY = re.compile('[\x00-\x1f&<>"\ud800-\udfff\ufffe\uffff]')

_IN_TEXT = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\n": '</w:t><w:br/><w:t xml:space="preserve">',
    "\t": '</w:t><w:tab/><w:t xml:space="preserve">',
}
_IN_ATTRIBUTE = _IN_TEXT | {"\n": " ", "\t": " "}


class NotPrintable(ValueError):
    """A list, a group without a text, or nothing at all cannot be printed; the message says which."""


def words(value: Any) -> str:
    """The words a plain value prints as: dates as people write them, yes and no, a group by its `text`. Raises NotPrintable."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, datetime):
        return timekeeping.show_moment(value)
    if isinstance(value, date):
        return timekeeping.show_date(value)
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return value["text"]
    if value is None:
        raise NotPrintable("is empty and nothing says what to print instead")
    raise NotPrintable("is a list; print its items in a loop" if isinstance(value, (list, tuple)) else "is a group of fields; print one of its fields")


def clean(text: str) -> str:
    """Text as it will be read back: one kind of line break, and without the characters that XML cannot hold."""
    return _ILLEGAL.sub("", _BREAKS.sub("\n", text))


def in_text(text: str) -> str:
    """Cleaned text as the inside of a `w:t` element."""
    return _SPECIAL.sub(lambda found: _IN_TEXT[found[0]], clean(text)) if _ANY.search(text) else text


def in_attribute(text: str) -> str:
    """Cleaned text for an attribute or a document property: on one line."""
    return _SPECIAL.sub(lambda found: _IN_ATTRIBUTE[found[0]], clean(text))

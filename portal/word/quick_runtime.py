"""What the code written by `quick` calls while it fills a part, and how its pieces become bytes. Takes no tags apart."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2.runtime import LoopContext

from portal.word.budget import MAX_OUTPUT, RUN, BudgetSpent
from portal.word.language import FILTERS, LANGUAGE, TESTS, each_item, joined_texts, shown, weigh
from portal.word.repairs import ENDS_WITH_PARAGRAPH, HAS_CELL, HAS_ROW, has_text
from portal.word.values import in_text, many_in_attribute, many_in_text

MAX_PIECES = 2_000_000
MAX_TOGETHER = MAX_OUTPUT // 50
"""Characters escaped in one go: each becomes at most 43 (a line break)."""

MISSING = object()


class Odd(ValueError):
    """The quick way meets something it leaves to the slower one."""


class Filled(NamedTuple):
    """A filled part in UTF-8, the values printed into it in order, and the text as its pieces were joined, b"" where that is not known."""

    xml: bytes
    printed: list[bytes]
    joined: bytes


def finished(out: list[Any], longest: int, *, is_plain: bool) -> Filled:
    """The pieces as one text. Raises BudgetSpent, or another ValueError for what cannot be printed."""
    values = out[1::2]
    try:
        printed = _escaped(values, is_plain=is_plain)
    except TypeError:
        printed = _escaped([value if type(value) is str else shown(value) for value in values], is_plain=is_plain)
    out[1::2] = printed
    if len(out) * longest > MAX_OUTPUT and sum(map(len, out)) > MAX_OUTPUT:
        raise BudgetSpent(f"the document grows beyond {MAX_OUTPUT:,} characters")
    xml = b"".join(out)
    return Filled(xml, printed, xml)


def _escaped(values: list[Any], *, is_plain: bool) -> list[bytes]:
    length = sum(map(len, values))
    if length > MAX_TOGETHER:
        raise Odd
    printed = many_in_attribute(values) if is_plain else many_in_text(values)
    RUN.get().spend(length + len(values))
    return printed


def names() -> dict[str, Any]:
    """Every name the written code may use."""
    return {
        "FILTERS": FILTERS, "TESTS": TESTS, "MISSING": MISSING, "len": len, "str": str, "type": type,
        "count": _count, "drop": _drop, "each": each_item, "ends": _ends, "got": _got, "has_cell": _holds(HAS_CELL), "has_row": _holds(HAS_ROW), "item": _item,
        "joined": joined_texts, "look": LANGUAGE.getattr, "nothing": _nothing, "room": _room, "shows": _shows, "text": _text, "there": _there,
        "turns": _turns, "weighed": weigh,
    }  # fmt: skip


def _text(value: Any) -> str:
    return value if type(value) is str else shown(value)


def _got(value: Any) -> Any:
    if value is MISSING:
        raise Odd
    return value


def _there(value: Any, name: str) -> Any:
    return LANGUAGE.undefined(name=name) if value is MISSING else value


def _item(owner: Any, key: Any) -> Any:
    if type(key) not in (int, str):
        raise Odd
    return owner[key]


def _nothing() -> None:
    raise Odd


def _room(out: list[Any], items: list[Any], pieces: int) -> None:
    """Pay for a loop that writes up to `pieces` pieces a turn, loops inside it not counted."""
    if len(out) + len(items) * pieces > MAX_PIECES:
        raise BudgetSpent(f"the document has more than {MAX_PIECES:,} pieces")


def _count(operator: str, left: Any, right: Any) -> Any:
    return LANGUAGE.call_binop(None, operator, left, right)  # type: ignore[arg-type]


def _turns(items: list[Any]) -> LoopContext:
    return LoopContext(items, LANGUAGE.undefined)


def _shows(out: list[Any], start: int) -> bool:
    """Whether anything readable was printed since `start`."""
    for value in out[start + 1 :: 2]:
        words = _text(value)
        if words and (words.isprintable() and not words.isspace() or has_text(in_text(words))):
            return True
    return any(map(_fixed_text, out[start::2]))


def _drop(out: list[Any], start: int) -> None:
    """Take back an empty paragraph, row or table. Raises Odd when a word would go with it."""
    if any(has_text(in_text(_text(value))) for value in out[start + 1 :: 2] if value):
        raise Odd
    del out[start:]


@lru_cache(maxsize=4096)
def _fixed_text(fixed: bytes) -> bool:
    return has_text(fixed.decode())


def _holds(pattern: Any) -> Callable[[list[Any], int], bool]:
    @lru_cache(maxsize=4096)
    def held(fixed: bytes) -> bool:
        return bool(pattern.search(fixed.decode()))

    return lambda out, start: any(map(held, out[start::2]))


def _ends(out: list[Any]) -> bool:
    """Whether what was written last is the end of a paragraph."""
    for position in range(len(out) - 2, -1, -2):
        if out[position + 1]:
            return False
        if fixed := out[position].rstrip():
            return bool(ENDS_WITH_PARAGRAPH.search(fixed[-400:].decode("utf-8", "ignore")))
    return False

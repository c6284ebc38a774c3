"""What a condition is: frozen trees and how one is read from data. Judging them against answers is `conditions`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import PydanticCustomError, core_schema

COMPARISONS = (
    "is", "is_not", "in", "has", "answered", "lt", "lte", "gt", "gte",
    "before", "after", "not_before", "not_after", "within_days",
)  # fmt: skip
COUNT_COMPARISONS = ("is", "is_not", "lt", "lte", "gt", "gte")
SUBJECTS = ("all", "any", "not", "question", "any_item", "every_item", "count", "use", "role", "record")

_OFFSET = re.compile(r"-?[1-9][0-9]{0,4}[dwmy]\Z")

Where = tuple[str | int, ...]
"""The way from the top of a piece of data to one value in it: keys and positions."""


@dataclass(frozen=True)
class ConditionFault:
    """One thing wrong with the data of a condition; `where` leads to it from the top of the condition."""

    where: Where
    code: str
    message: str


class ConditionFaults(ValueError):
    """The data is no condition; `faults` holds everything wrong with it."""

    def __init__(self, faults: list[ConditionFault]):
        self.faults = faults
        super().__init__("; ".join(fault.message for fault in faults))


class Condition:
    """A condition. Its kinds are the dataclasses below; models of definitions may use it as the type of a field."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """Read data into a condition wherever a pydantic model has a field of this type."""
        return core_schema.no_info_plain_validator_function(_for_model)


@dataclass(frozen=True)
class AllOf(Condition):
    """True when every part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf(Condition):
    """True when at least one part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not(Condition):
    """The opposite of its part; unknown stays unknown."""

    part: Condition


@dataclass(frozen=True)
class AnotherAnswer:
    """What a question may be compared with instead of a plain value: another answer, for dates moved by `plus` (84d, -2w)."""

    question: str
    plus: str = ""


@dataclass(frozen=True)
class Compare(Condition):
    """The answer to one question, compared in a way its kind offers."""

    question: str
    comparison: str
    value: Any = field(hash=False)


@dataclass(frozen=True)
class AnyItem(Condition):
    """True when the match holds for at least one item of a repeat."""

    repeat: str
    match: Condition


@dataclass(frozen=True)
class EveryItem(Condition):
    """True when the match holds for each item of a repeat; unknown over none."""

    repeat: str
    match: Condition


@dataclass(frozen=True)
class CountOf(Condition):
    """How many items of a repeat there are (or for how many the match is true), compared with a number."""

    repeat: str
    match: Condition | None
    comparison: str
    value: int


@dataclass(frozen=True)
class Use(Condition):
    """A condition that the form has given a name."""

    name: str


@dataclass(frozen=True)
class HasRole(Condition):
    """True when the person filling the form holds the role."""

    role: str


@dataclass(frozen=True)
class RecordFact(Condition):
    """A fact of the family's record, compared with a plain value."""

    fact: str
    comparison: str
    value: Any = field(hash=False)


def parse(raw: Any) -> Condition:
    """Read a condition from plain data; raises `ConditionFaults` with everything that is wrong, each placed."""
    faults: list[ConditionFault] = []
    condition = _read(raw, (), faults)
    if faults or condition is None:
        raise ConditionFaults(faults)
    return condition


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The conditions directly inside this one."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return parts
        case Not(part):
            return (part,)
        case AnyItem(_, match) | EveryItem(_, match):
            return (match,)
        case CountOf(_, match) if match is not None:
            return (match,)
    return ()


def walk(condition: Condition, where: Where = ()) -> Iterator[tuple[Where, Condition]]:
    """Every condition of the tree with the way to it in the data it was read from, the whole first."""
    yield where, condition
    match condition:
        case AllOf(parts) | AnyOf(parts):
            key = "all" if isinstance(condition, AllOf) else "any"
            for position, part in enumerate(parts):
                yield from walk(part, (*where, key, position))
        case Not(part):
            yield from walk(part, (*where, "not"))
        case _:
            for part in parts_of(condition):
                yield from walk(part, (*where, "match"))


def nearest(word: str, allowed: Iterator[str] | tuple[str, ...] | list[str]) -> str:
    """The words ", did you mean …?" for the allowed word most like this one, or nothing."""
    close = difflib.get_close_matches(word, list(allowed), n=1, cutoff=0.5)
    return f', did you mean "{close[0]}"?' if close else ""


def read_truth(raw: Any) -> bool | Condition:
    """True or false as they are, or a condition; for model fields that take either."""
    if isinstance(raw, bool):
        return raw
    if not isinstance(raw, dict | Condition):
        raise PydanticCustomError("truth", "is true, false or a condition, not {found}", {"found": _shown(raw)})
    return _for_model(raw)


def _for_model(raw: Any) -> Condition:
    if isinstance(raw, Condition):
        return raw
    try:
        return parse(raw)
    except ConditionFaults as wrong:
        raise PydanticCustomError("condition", "{message}", {"message": str(wrong), "faults": wrong.faults}) from wrong


def _read(raw: Any, where: Where, faults: list[ConditionFault]) -> Condition | None:
    def fault(code: str, message: str, *below: str | int) -> None:
        faults.append(ConditionFault((*where, *below), code, message))

    if not isinstance(raw, dict):
        fault("condition_shape", f"a condition is a mapping such as {{question: …, is: …}}, not {_shown(raw)}")
        return None
    subjects = [key for key in raw if key in SUBJECTS]
    if len(subjects) != 1:
        if not subjects:
            odd = next((str(key) for key in raw), "")
            fault("condition_subject", f"a condition starts with one of {', '.join(SUBJECTS)}; found {odd!r}{nearest(odd, SUBJECTS)}")
        else:
            fault("condition_subject", f"a condition has one subject; found {' and '.join(subjects)}: join them with `all` or `any`")
        return None
    subject = subjects[0]
    before = len(faults)
    condition = _READERS[subject](raw, where, faults)
    return condition if len(faults) == before else None


def _read_group(raw: dict[str, Any], where: Where, faults: list[ConditionFault]) -> Condition | None:
    key = "all" if "all" in raw else "any"
    _only(raw, (key,), where, faults)
    parts = raw[key]
    if not isinstance(parts, list) or not parts:
        faults.append(ConditionFault((*where, key), "condition_shape", f"`{key}` holds a list of one or more conditions"))
        return None
    read = [_read(part, (*where, key, position), faults) for position, part in enumerate(parts)]
    return (AllOf if key == "all" else AnyOf)(tuple(part for part in read if part is not None))


def _read_not(raw: dict[str, Any], where: Where, faults: list[ConditionFault]) -> Condition | None:
    _only(raw, ("not",), where, faults)
    part = _read(raw["not"], (*where, "not"), faults)
    return None if part is None else Not(part)


def _read_compare(raw: dict[str, Any], where: Where, faults: list[ConditionFault]) -> Condition | None:
    comparison = _comparison(raw, ("question",), COMPARISONS, where, faults)
    question = _word(raw, "question", where, faults)
    value = raw.get(comparison)
    return Compare(question, comparison, read_another_answer(value, (*where, comparison), faults) if isinstance(value, dict) else value)


def read_another_answer(raw: dict[str, Any], where: Where, faults: list[ConditionFault]) -> AnotherAnswer | None:
    """Read `{question: id}` or `{question: id, plus: 84d}`, noting what is wrong with it."""
    _only(raw, ("question", "plus"), where, faults)
    if "question" not in raw:
        faults.append(ConditionFault(where, "condition_value", "compare with a plain value, or with another answer: {question: id, plus: 84d}"))
        return None
    plus = raw.get("plus", "")
    if plus != "" and not (isinstance(plus, str) and _OFFSET.match(plus)):
        faults.append(ConditionFault((*where, "plus"), "condition_value", f"`plus` is a number of d, w, m or y, such as 84d or -2w; found {_shown(plus)}"))
    return AnotherAnswer(_word(raw, "question", where, faults), plus if isinstance(plus, str) else "")


def _read_record(raw: dict[str, Any], where: Where, faults: list[ConditionFault]) -> Condition | None:
    comparison = _comparison(raw, ("record",), COMPARISONS, where, faults)
    fact = _word(raw, "record", where, faults)
    return RecordFact(fact, comparison, raw.get(comparison))


def _read_items(raw: dict[str, Any], where: Where, faults: list[ConditionFault]) -> Condition | None:
    key = "any_item" if "any_item" in raw else "every_item"
    _only(raw, (key, "match"), where, faults)
    repeat = _word(raw, key, where, faults)
    if "match" not in raw:
        faults.append(ConditionFault(where, "condition_shape", f"`{key}` needs `match`: what must hold for the item"))
        return None
    match = _read(raw["match"], (*where, "match"), faults)
    return None if match is None else (AnyItem if key == "any_item" else EveryItem)(repeat, match)


def _read_count(raw: dict[str, Any], where: Where, faults: list[ConditionFault]) -> Condition | None:
    comparison = _comparison(raw, ("count", "match"), COUNT_COMPARISONS, where, faults)
    repeat = _word(raw, "count", where, faults)
    number = raw.get(comparison, 0)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        faults.append(ConditionFault((*where, comparison), "condition_value", f"a count is compared with a whole number, not {_shown(number)}"))
        number = 0
    match = _read(raw["match"], (*where, "match"), faults) if "match" in raw else None
    return CountOf(repeat, match, comparison, number)


def _read_use(raw: dict[str, Any], where: Where, faults: list[ConditionFault]) -> Condition | None:
    _only(raw, ("use",), where, faults)
    return Use(_word(raw, "use", where, faults))


def _read_role(raw: dict[str, Any], where: Where, faults: list[ConditionFault]) -> Condition | None:
    _only(raw, ("role",), where, faults)
    return HasRole(_word(raw, "role", where, faults))


def _comparison(raw: dict[str, Any], others: tuple[str, ...], allowed: tuple[str, ...], where: Where, faults: list[ConditionFault]) -> str:
    found = [key for key in raw if key in allowed]
    _only(raw, (*others, *allowed), where, faults)
    if len(found) == 1:
        if "question" not in others or not isinstance(raw[found[0]], dict):
            _plain(raw[found[0]], (*where, found[0]), faults)
        return found[0]
    if found:
        faults.append(ConditionFault(where, "condition_comparison", f"one comparison at a time; found {' and '.join(found)}: join them with `all`"))
    elif len(raw) == len([key for key in raw if key in others]):
        faults.append(ConditionFault(where, "condition_comparison", f"says nothing to compare with; add one of {', '.join(allowed)}"))
    return found[0] if found else ""


def _plain(value: Any, where: Where, faults: list[ConditionFault]) -> None:
    values = value if isinstance(value, list) else [value]
    if any(not isinstance(each, str | int | float | bool) for each in values):
        faults.append(ConditionFault(where, "condition_value", f"compare with plain text, a number, true or false, not {_shown(value)}"))


def _only(raw: dict[str, Any], allowed: tuple[str, ...], where: Where, faults: list[ConditionFault]) -> None:
    for key in raw:
        if key not in allowed:
            faults.append(ConditionFault((*where, key), "unknown_key", f"unknown key {str(key)!r}{nearest(str(key), allowed)} (allowed: {', '.join(allowed)})"))


def _word(raw: dict[str, Any], key: str, where: Where, faults: list[ConditionFault]) -> str:
    word = raw[key]
    if isinstance(word, str) and word:
        return word
    faults.append(ConditionFault((*where, key), "condition_value", f"`{key}` names something by its id, in quotes if need be; found {_shown(word)}"))
    return ""


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else str(value)[:40] if not isinstance(value, str) else repr(value[:40])


_READERS = {
    "all": _read_group,
    "any": _read_group,
    "not": _read_not,
    "question": _read_compare,
    "record": _read_record,
    "any_item": _read_items,
    "every_item": _read_items,
    "count": _read_count,
    "use": _read_use,
    "role": _read_role,
}

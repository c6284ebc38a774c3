"""Whether one question can have an answer that meets several demands at once, such as "is yes" and "is not answered".

Each demand is one comparison and the outcome wanted of it. The answer "no" is certain; where a kind of question is not
known here, or too many combinations would have to be tried, the answer is "yes". How demands come about is `can_hold`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from typing import Any, Literal, NamedTuple

from portal.forms import question_kinds
from portal.forms.condition_tree import AnotherAnswer
from portal.forms.model import Question
from portal.forms.plain_comparisons import compare_number
from portal.forms.possible_dates import date_is_possible

SOME_DAY = date(2026, 5, 4)
"""Stands in for today where the day makes no difference."""

MOST_GROUPS = 9
"""Of options that the demands tell apart; more combinations than these make are not tried."""


Want = Literal["true", "false", "not true", "not false"]
"""The outcome wanted of a condition in three values; the last two take "unknown" as well."""

TRUE: Want = "true"
FALSE: Want = "false"
NOT_TRUE: Want = "not true"
NOT_FALSE: Want = "not false"

OPPOSITE: dict[Want, Want] = {TRUE: FALSE, FALSE: TRUE, NOT_TRUE: NOT_FALSE, NOT_FALSE: NOT_TRUE}
"""What must be wanted of the part inside a `not`."""

_MEETS: dict[Want, tuple[bool | None, ...]] = {TRUE: (True,), FALSE: (False,), NOT_TRUE: (False, None), NOT_FALSE: (True, None)}


class Demand(NamedTuple):
    """The outcome wanted of one comparison with a plain value (a list comes as a tuple)."""

    comparison: str
    value: Any
    want: Want

    @property
    def plain(self) -> Any:
        """The value as conditions have it."""
        return list(self.value) if isinstance(self.value, tuple) else self.value


def demand(comparison: str, value: Any, want: Want) -> Demand:
    """A demand that can be kept in sets, whatever the value is."""
    return Demand(comparison, tuple(value) if isinstance(value, list) else value, want)


def is_met(want: Want, outcome: bool | None) -> bool:
    """Whether this outcome is one of those wanted."""
    return outcome in _MEETS[want]


def may_be_unanswered(each: Demand) -> bool:
    """Whether a question without an answer meets this demand."""
    if each.comparison == "answered":
        return is_met(each.want, each.value is False)
    return is_met(each.want, None)


def is_possible(question: Question, demands: frozenset[Demand], never_offered: frozenset[str] = frozenset()) -> bool:
    """Whether some answer (or none at all) meets every demand and the question's own rules.

    `never_offered` are ids of options that no one can ever choose.
    """
    if all(may_be_unanswered(each) for each in demands):
        return True
    if _contradict_plainly(demands):
        return False
    told = [each for each in demands if each.comparison != "answered"]
    if any(each.comparison == "answered" and not is_met(each.want, each.value is not False) for each in demands):
        return False
    if question.not_known and all(_meets(question, dict(question_kinds.NOT_KNOWN), each) for each in told):
        return True
    if question.kind == "date":
        return date_is_possible(question, [(each.comparison, each.plain, each.want) for each in told])
    values = _SAMPLES.get(question.kind)
    if values is None:
        return True
    wanted = [*told, *_kept_rules(question)]
    try:
        return any(all(_meets(question, value, each) for each in wanted) for value in values(question, wanted, never_offered))
    except _TooMany:
        return True


def numbers_possible(most: int, demands: Iterable[Demand]) -> list[int]:
    """Numbers from 0 to `most` that meet every demand, as far as the demands tell them apart; empty when there is none."""
    wanted = list(demands)
    near = {0, most, *(each.value + step for each in wanted for step in (-1, 0, 1))}
    return [
        number
        for number in sorted(near)
        if 0 <= number <= most and all(is_met(each.want, compare_number(number, each.comparison, each.value)) for each in wanted)
    ]


def fact_is_possible(demands: frozenset[Demand]) -> bool:
    """Whether some fact of the record (text, number, list or none) meets every demand."""
    if _contradict_plainly(demands):
        return False
    wanted = {each.value for each in demands if each.comparison == "is" and each.want in (TRUE,)}
    return len(wanted) < 2


def _contradict_plainly(demands: frozenset[Demand]) -> bool:
    wants: dict[tuple[str, Any], set[Want]] = {}
    for each in demands:
        wants.setdefault((each.comparison, each.value), set()).add(each.want)
    return any({TRUE, FALSE} <= each or {TRUE, NOT_TRUE} <= each or {FALSE, NOT_FALSE} <= each for each in wants.values())


def _meets(question: Question, value: Any, each: Demand) -> bool:
    return is_met(each.want, question_kinds.compare(question, value, each.comparison, each.plain, today=SOME_DAY))


def _kept_rules(question: Question) -> list[Demand]:
    """The question's own rules with plain values, as demands: an answer that breaks one cannot be sent."""
    return [demand(rule.comparison, rule.value, NOT_FALSE) for rule in question.rules if not isinstance(rule.value, AnotherAnswer)]


# --- samples: answers of which one meets the demands if any answer does ---------------------------------------------------

Samples = Callable[[Question, list[Demand], frozenset[str]], Iterator[Any]]


class _TooMany(Exception):
    """There are more combinations than are tried."""


def _option_ids(question: Question, never: frozenset[str]) -> Iterator[str]:
    return (option.id for option in question_kinds.kind(question.kind).options(question) if option.id not in never)


def _of_choice(question: Question, wanted: list[Demand], never: frozenset[str]) -> Iterator[Any]:
    yield from _option_ids(question, never)


def _of_scale(question: Question, wanted: list[Demand], never: frozenset[str]) -> Iterator[Any]:
    yield from range(question.settings.min, question.settings.max + 1)


def _of_code(question: Question, wanted: list[Demand], never: frozenset[str]) -> Iterator[Any]:
    for option_id, needed in product(_option_ids(question, never), ("yes", "no", "")):
        yield {"code": option_id, "interpreter": needed}


def _of_decision(question: Question, wanted: list[Demand], never: frozenset[str]) -> Iterator[Any]:
    for option_id in _option_ids(question, never):
        yield {"decision": option_id}


def _of_tick(question: Question, wanted: list[Demand], never: frozenset[str]) -> Iterator[Any]:
    yield True


def _of_address(question: Question, wanted: list[Demand], never: frozenset[str]) -> Iterator[Any]:
    ticks = [name for name in ("no_fixed_address", "confidential") if getattr(question.settings, name)]
    for ticked in product((True, False), repeat=len(ticks)):
        yield {"town": "Somewhere", **dict(zip(ticks, ticked, strict=True))}


def _of_checkboxes(question: Question, wanted: list[Demand], never: frozenset[str]) -> Iterator[Any]:
    """Options that the demands do not tell apart stand for one another, so one of each group is tried."""
    asked = [set(each.value) if isinstance(each.value, tuple) else {each.value} for each in wanted]
    groups: dict[tuple[bool, ...], str] = {}
    for option in question_kinds.kind(question.kind).options(question):
        if option.id in never:
            continue
        if option.exclusive:
            yield [option.id]
        else:
            groups.setdefault(tuple(option.id in each for each in asked), option.id)
    most = min(question.settings.max or len(groups), len(groups))
    if len(groups) > MOST_GROUPS:
        raise _TooMany
    for size in range(1, most + 1):
        yield from (list(chosen) for chosen in combinations(groups.values(), size))


def _of_number(question: Question, wanted: list[Demand], never: frozenset[str]) -> Iterator[Any]:
    """The numbers next to each one that is named, on the steps of the question, between its limits."""
    settings = question.settings
    start, step = Decimal(str(settings.min or 0)), Decimal(str(settings.step))
    marks = [Decimal(str(each)) for each in _named(wanted) if isinstance(each, int | float)]
    marks += [Decimal(str(limit)) for limit in (settings.min, settings.max) if limit is not None] or [start]
    for mark in marks:
        below = start + (mark - start) // step * step
        for number in (below - step, below, below + step, below + 2 * step):
            value = int(number) if number == number.to_integral_value() else float(number)
            if not question_kinds.wrong(question, value):
                yield value


def _of_text(question: Question, wanted: list[Demand], never: frozenset[str]) -> Iterator[Any]:
    """Each text that is named and could be typed, and one that is none of them."""
    yield from (each for each in _named(wanted) if isinstance(each, str) and not question_kinds.wrong(question, each))
    yield "\0 none of those named"


def _of_time(question: Question, wanted: list[Demand], never: frozenset[str]) -> Iterator[Any]:
    for mark in ("00:00", "23:59", *_named(wanted)):
        try:
            minutes = int(mark[:2]) * 60 + int(mark[3:])
        except (TypeError, ValueError):
            continue
        yield from (f"{each // 60:02}:{each % 60:02}" for each in (minutes - 1, minutes, minutes + 1) if 0 <= each < 24 * 60)


def _named(wanted: list[Demand]) -> Iterator[Any]:
    for each in wanted:
        yield from each.value if isinstance(each.value, tuple) else (each.value,)


_SAMPLES: dict[str, Samples] = {
    **dict.fromkeys(("yes_no", "radios", "select"), _of_choice),
    **dict.fromkeys(("ethnicity", "language"), _of_code),
    **dict.fromkeys(("text", "email", "phone", "postcode"), _of_text),
    "scale": _of_scale, "consent": _of_decision, "statement": _of_tick, "address": _of_address,
    "checkboxes": _of_checkboxes, "number": _of_number, "time": _of_time,
}  # fmt: skip

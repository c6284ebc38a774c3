"""What to look for in a file of an answer that must not be there: every way in which it is written. Reads no file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from portal import timekeeping
from portal.documents.named import looking_like_names
from portal.forms import question_kinds
from portal.forms.model import Question
from portal.forms.question_kinds import date_boxes
from portal.word.reading import compact

SHORTEST = 5
"""Letters and figures a text must have to be looked for: fewer are found everywhere."""

SHORTEST_NUMBER = 4
_SHORTEST_SENTENCE = 20
_SENTENCE_ENDS = re.compile(r"(?<=[.!?;])\s+|\n+")
_FIGURES = re.compile(r"[+0-9][0-9 ().-]*[0-9]")
_AREA = re.compile(r"^(?:\+44|0044)")

OWN_WORDS = frozenset({"text", "long_text", "email", "phone", "postcode", "address", "person", "nhs_number", "upn", "file"})
"""Kinds of question that are answered in somebody's own words."""


def is_in_own_words(question: Question) -> bool:
    """Whether the same words would hardly stand anywhere else for another reason, as those of an option, a date and a number may."""
    return question.kind in OWN_WORDS


def written(question: Question, value: Any) -> list[str]:
    """The texts that give this answer away, in any of the ways it is printed; long enough to be found."""
    text = question_kinds.text_of(question, value)
    texts = [text, *text.splitlines(), *(one for one in _SENTENCE_ENDS.split(text) if len(compact(one)) >= _SHORTEST_SENTENCE)]
    for leaf in _leaves(value):
        texts += [*_dates(leaf), *_numbers(leaf)]
    if isinstance(value, Mapping):
        texts += [leaf for leaf in _leaves(value) if question.kind in ("person", "signature")]
        texts += names(*_first_and_last(value))
    return [one for one in dict.fromkeys(texts) if is_long_enough(one)]


def named_in(question: Question, value: Any) -> list[str]:
    """The names that somebody wrote into an answer; they may stand in a copy for other reasons too."""
    if not is_in_own_words(question):
        return []
    found = [name.partition(" ") for _, name in looking_like_names(question_kinds.text_of(question, value))]
    return [one for first, _, last in found for one in names(first, last) if is_long_enough(one)]


def names(first: str, last: str) -> list[str]:
    """A name in the orders and with the initial that letters and lists have it."""
    return [f"{first} {last}", f"{last} {first}", f"{first[0]} {last}"] if first and last else []


def is_long_enough(text: str) -> bool:
    """Whether it is worth looking for."""
    found = compact(text)
    return len(found) >= (SHORTEST_NUMBER if found.isdecimal() else SHORTEST)


def _first_and_last(value: Mapping[str, Any]) -> tuple[str, str]:
    whole = str(value.get("name") or f"{value.get('first_name') or ''} {value.get('last_name') or ''}").strip()
    first, _, last = whole.partition(" ")
    return first, last.strip()


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, (str, int, float)):
        yield str(value)
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ():
        yield from _leaves(inner)


def _dates(kept: str) -> Iterator[str]:
    """A kept date in words and in figures; of a partial one what there is."""
    span = date_boxes.span(kept)
    if span is None or len(kept.rstrip("~")) <= len("2019"):
        return
    day: date = span.first
    year, month = f"{day.year}", date_boxes.MONTHS[day.month - 1]
    if date_boxes.is_partial(kept):
        yield from (f"{month} {year}", f"{month[:3]} {year}", f"{day.month:02}/{year}", f"{year}-{day.month:02}")
        return
    yield timekeeping.show_date(day)
    for name in (month, month[:3]):
        yield from (f"{day.day} {name} {year}", f"{day.day}{_ordinal(day.day)} {name} {year}", f"{name} {day.day} {year}", f"{day.day} {name} {year[2:]}")
    yield from (f"{day.day:02}/{day.month:02}/{year}", f"{day.day}/{day.month}/{year}", f"{day.day:02}/{day.month:02}/{year[2:]}", day.isoformat())


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _numbers(text: str) -> Iterator[str]:
    """Figures on their own; a telephone number also as it is dialled at home and from abroad."""
    if not _FIGURES.fullmatch(text.strip()):
        return
    figures = re.sub(r"[^0-9]", "", text)
    yield figures
    home = _AREA.sub("0", re.sub(r"[^0-9+]", "", text))
    if home.startswith("0") and len(home) > 9:
        yield from (home, f"44{home[1:]}")

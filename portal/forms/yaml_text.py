"""Strict reading of YAML text: plain data with the place of every value. What the data means is for `load` and for councils.

YAML 1.2 is read from parser events, so nothing is guessed: aliases, anchors, tags, duplicate keys and scalars whose
meaning changes from reader to reader (`012`, `2026-05-04`, `12:30`, `yes`, `True`) are faults with file, line and column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES = 1_000_000
DEEPEST = 40
LONGEST_LINE = 10_000
MOST_VALUES = 50_000
MOST_FAULTS = 200
"""Where reading stops: it takes about a second for the most values; a large form has a third of them."""

LONGEST_SHOWN = 40
"""Of a longer scalar a fault shows so many letters."""

_UNREADABLE = re.compile("[^\t\r\u0020-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|[\u007f-\u009f\u2028\u2029]")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}\Z")
_UNSURE = re.compile(
    r"""( [-+]?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?   # 012, +5, 1_000, 1., 1e3
        | [-+]?\.[0-9][0-9_]*([eE][-+]?[0-9]+)?            # .5
        | 0[xo][0-9a-fA-F_]+ | [-+]?\.(inf|Inf|INF) | \.(nan|NaN|NAN)
        | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?         # a date or a moment
        | [-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?            # 12:30
        | True | TRUE | False | FALSE | Null | NULL )\Z""",
    re.VERBOSE,
)

_TRUTH_ELSEWHERE = frozenset(word for each in ("yes", "no", "on", "off") for word in (each, each.capitalize(), each.upper()))
"""Words that older readers turn into true and false; as a value they are refused, as a key they stay words."""

Location = tuple[str | int, ...]
"""The way from the top of the text to one value: keys and positions."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with a text, and where: line and column count from 1. `code` is stable, `message` is for people.

    `level` is "error", or for what does not make a text unfit "warning" or "information".
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    level: str = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class YamlFaults(Exception):
    """The text cannot be read; `faults` holds everything found wrong, in order of place."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = sorted(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass
class YamlText:
    """Plain data read from a text (dicts, lists, text, numbers, true/false, None) and the place of every value in it.

    Where only the data is at hand, `again` reads the text anew for the places, when one is first asked for.
    """

    source: str
    data: Any = None
    values: dict[Location, tuple[int, int]] = field(default_factory=dict, compare=False)
    keys: dict[Location, tuple[int, int]] = field(default_factory=dict, compare=False)
    again: Callable[[], YamlText] | None = field(default=None, compare=False)

    def place(self, location: Iterable[str | int], *, of_key: bool = False) -> tuple[int, int]:
        """Line and column of a value (or of its key); for what is not there, of the nearest thing around it."""
        location = tuple(location)
        again = self.again
        if again is not None:
            found = again()
            self.values, self.keys, self.again = found.values, found.keys, None
        if of_key and location in self.keys:
            return self.keys[location]
        while location and location not in self.values:
            location = location[:-1]
        return self.values.get(location, (1, 1))

    def fault(self, location: Iterable[str | int], code: str, message: str, *, of_key: bool = False) -> Fault:
        """A fault at a place in this text."""
        line, column = self.place(location, of_key=of_key)
        return Fault(self.source, line, column, code, message)


def read(text: str, source: str = "the text") -> YamlText:
    """Read a text; raises `YamlFaults` with every fault of form. A syntax error ends the reading, all others are collected."""
    # Imported here because a process that finds its texts in `kept_reading` never needs the parser.
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise YamlFaults([Fault(source, 1, 1, "too_large", f"is larger than {MOST_BYTES:,} bytes")])
    builder = _Builder(YamlText(source))
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            builder.stop(number, LONGEST_LINE + 1, "long_line", f"is longer than {LONGEST_LINE:,} characters in one line")
        unreadable = _UNREADABLE.search(line)
        if unreadable:
            builder.stop(number, unreadable.start() + 1, "character", f"holds the character U+{ord(unreadable.group()):04X}, which text cannot have")
    try:
        for event in _events(text):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        builder.faults.append(Fault(source, line, column, "syntax", f"is not YAML: {error.problem or error.context}"))
    except YAMLError as error:
        builder.faults.append(Fault(source, 1, 1, "syntax", f"is not YAML: {str(error).splitlines()[0]}"))
    if builder.faults:
        raise YamlFaults(builder.faults)
    return builder.document


def _events(text: str) -> Iterator[Any]:
    from ruamel.yaml import YAML

    return YAML(typ="safe", pure=True).parse(text)


@dataclass
class _Open:
    """A list or group being read. `key` is the key whose value comes next, None when a key is awaited."""

    value: dict[str, Any] | list[Any]
    location: Location
    key: str | None = None


class _Builder:
    """Builds data from parser events with a stack of its own, so that deep nesting cannot exhaust Python's."""

    def __init__(self, document: YamlText):
        self.document = document
        self.faults: list[Fault] = []
        self._open: list[_Open] = []
        self._documents = 0
        self._taken = 0

    def stop(self, line: int, column: int, code: str, message: str) -> None:
        """End the reading with one more fault."""
        raise YamlFaults([*self.faults, Fault(self.document.source, line, column, code, message)])

    def take(self, event: Any) -> None:
        """Take the next event."""
        mark = event.start_mark
        self._taken += 1
        if self._taken > MOST_VALUES:
            self.stop(mark.line + 1, mark.column + 1, "too_many", f"holds more than {MOST_VALUES:,} values")
        if len(self.faults) >= MOST_FAULTS:
            self.stop(mark.line + 1, mark.column + 1, "too_many", "has more faults than are listed: put these right first")
        match type(event).__name__:
            case "ScalarEvent":
                self._refuse_marks(event)
                self._scalar(event)
            case "MappingStartEvent":
                self._refuse_marks(event)
                self._start(event, {})
            case "SequenceStartEvent":
                self._refuse_marks(event)
                self._start(event, [])
            case "MappingEndEvent" | "SequenceEndEvent":
                self._open.pop()
            case "AliasEvent":
                self._fault(event, "alias", "uses an alias (*): write the value out")
                self._place_value(event, None)
            case "DocumentStartEvent":
                self._documents += 1
                if self._documents > 1:
                    self._fault(event, "documents", "holds a second document (---): one file is one document")

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor is not None:
            self._fault(event, "anchor", f"marks a value with an anchor (&{event.anchor}): write the value out where it is needed")
        if event.tag is not None and str(event.tag) != "!":
            self._fault(event, "tag", f"uses a tag ({event.tag}): write the plain value")

    def _fault(self, event: Any, code: str, message: str) -> None:
        mark = event.start_mark
        self.faults.append(Fault(self.document.source, mark.line + 1, mark.column + 1, code, message))

    def _start(self, event: Any, value: dict[str, Any] | list[Any]) -> None:
        if len(self._open) >= DEEPEST:
            self.stop(event.start_mark.line + 1, event.start_mark.column + 1, "too_deep", f"is nested more than {DEEPEST} deep")
        location = self._place_value(event, value)
        self._open.append(_Open(value, location))

    def _scalar(self, event: Any) -> None:
        around = self._open[-1] if self._open else None
        if around is not None and isinstance(around.value, dict) and around.key is None:
            self._key(event, around)
            return
        self._place_value(event, self._value_of(event))

    def _key(self, event: Any, around: _Open) -> None:
        key, location = event.value, (*around.location, event.value)
        if key not in _TRUTH_ELSEWHERE and self._value_of(event) != key:
            self._fault(event, "key", f"has the key {key} without quotes, which is not read as text: write \"{key}\"")
        if key in around.value:
            line = self.document.keys[location][0]
            self._fault(event, "duplicate_key", f"says {key} twice: the first is in line {line}")
        self.document.keys[location] = (event.start_mark.line + 1, event.start_mark.column + 1)
        around.key = key

    def _place_value(self, event: Any, value: Any) -> Location:
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        if not self._open:
            self.document.data, location = value, ()
        else:
            location = self._add(event, self._open[-1], value)
        self.document.values[location] = place
        return location

    def _add(self, event: Any, around: _Open, value: Any) -> Location:
        if isinstance(around.value, list):
            around.value.append(value)
            return (*around.location, len(around.value) - 1)
        if around.key is None:
            mark = event.start_mark
            self.stop(mark.line + 1, mark.column + 1, "key", "has a list or a group where a key must stand: a key is a word")
        location = (*around.location, around.key)
        around.value[around.key] = value
        around.key = None
        return location

    def _value_of(self, event: Any) -> Any:
        text: str = event.value
        if event.style in ("'", '"', "|", ">"):
            return text
        if text in ("", "~", "null"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if _INTEGER.match(text):
            return int(text)
        if _DECIMAL.match(text):
            return float(text)
        if _UNSURE.match(text) or text in _TRUTH_ELSEWHERE:
            shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
            self._fault(event, "unquoted", f'has {shown} without quotes, which can be read in more than one way: write "{shown}"')
        return text

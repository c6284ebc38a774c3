"""Making one drawing of a question: what the macros wrote around marks becomes constants and holes. When to make one is `drawn_questions`.

A mark stands between two letters for private use and holds an ampersand and a line break: so it shows whether the macros escape a
text once, and whether they indent its lines (a text of several lines is then left to them).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape
from wtforms.form import BaseForm

from portal.forms.question_field import QuestionField
from portal.forms.question_kinds import Wrong

_MARK = re.compile("\ue000([tms])([0-9]+)&amp;\n( *)\ue001|qz([0-9]+)itemzq")
_TAG = re.compile(r"(<[^<>]*>)")
_IN_TAG = re.compile(r'</?[^\s<>/]+|\s+[^\s=<>"/]+(?:="[^"]*")?|\s*/?>|.', re.DOTALL)
_ATTRIBUTE = re.compile(r'\s+([^\s=]+)(?:="([^"]*)")?\Z', re.DOTALL)

TRUTHY, ANY, FIRST = "truthy", "any", "first"
"""When a box or option is marked as chosen: its part holds anything, holds its value among others, or holds its value first."""


class _Anything(str):
    """A text that equals every other but the empty one: whoever compares an option with it finds it chosen."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and len(other) > 0

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class _Unlike(Exception):
    """The macros wrote something that is not constants and holes."""


@dataclass
class Drawing:
    """One drawing: `pieces` joined are the HTML; the empty ones are filled, each by what is said of its place.

    `texts` are (part, place, before, after, one line only): typed text between two pieces that stand only with it. `chosen` is, by part
    and way of choosing, the places of each value with what marks it as chosen.
    """

    pieces: list[str] = field(default_factory=list)
    items: list[tuple[int, int]] = field(default_factory=list)
    messages: list[tuple[int, int, bool]] = field(default_factory=list)
    sources: list[tuple[int, bool]] = field(default_factory=list)
    texts: list[tuple[str, int, str, str, bool]] = field(default_factory=list)
    chosen: dict[tuple[str, str], dict[str, list[tuple[int, str]]]] = field(default_factory=dict)

    def fill(self, of: QuestionField) -> Markup | None:
        """The HTML of this field; None where a text is one that only the macros put in right."""
        out = self.pieces.copy()
        if self.items:
            ids = of.path.split(".")[1::2]
            for place, number in self.items:
                out[place] = escape(ids[number])
        if of.raw and not self._fill_answers(of, out):
            return None
        if self.messages and not self._fill_messages(of, out):
            return None
        for place, one_line in self.sources:
            text = of.came_from.strip()
            if one_line and _has_lines(text):
                return None
            out[place] = escape(text)
        return Markup("".join(out))

    def _fill_answers(self, of: QuestionField, out: list[str]) -> bool:
        for part, place, before, after, one_line in self.texts:
            text = of.value(part)
            if text:
                if type(text) is not str or text[0] == "\n" or (one_line and _has_lines(text)):
                    return False
                out[place] = f"{before}{escape(text)!s}{after}"
        for (part, way), places in self.chosen.items():
            for value in _chosen(of, part, way):
                for place, words in places.get(value, ()):
                    out[place] = words
        return True

    def _fill_messages(self, of: QuestionField, out: list[str]) -> bool:
        texts = list(dict.fromkeys(each.message.rstrip(".") for each in of.wrong))
        for place, number, one_line in self.messages:
            text = texts[number]
            if type(text) is not str or not text or (one_line and _has_lines(text)):
                return False
            out[place] = escape(text)
        return True


def compiled(of: QuestionField, as_heading: bool, draw: Callable[[QuestionField, bool], str]) -> Drawing | None:
    """The drawing of this field in the state it is in; None where it cannot be told apart into constants and holes."""
    twin = _twin(of)
    parts = twin.parts()
    marks = {part: _mark("t", number) for number, part in enumerate(parts)}

    def drawn(raw: dict[str, list[Any]]) -> str:
        twin.show({})
        twin.raw = raw
        return str(draw(twin, as_heading))

    empty, typed = drawn({}), drawn({part: [mark] for part, mark in marks.items()})
    texts = {part for part in parts if escape(marks[part])[:3] in typed}
    full = {part: [marks[part]] for part in texts}
    choices = [part for part in parts if part not in texts]
    every = drawn(full | {part: [_Anything("x")] for part in choices})
    second = drawn(full | {part: ["\ue002", _Anything("x")] for part in choices}) if every != typed else every
    try:
        ways = dict.fromkeys(_choices(twin, empty, typed), TRUTHY)
        also = set(_choices(twin, empty, second))
        found = _Walk(twin, parts, lambda one: ways.get(one) or (ANY if one in also else FIRST))
        drawing = found.drawing(empty, every)
    except _Unlike:
        return None
    return drawing if _fits(drawing, twin, draw, as_heading) else None


def _twin(of: QuestionField) -> QuestionField:
    """The same field with marks for item ids, messages and source."""
    words = of.path.split(".")
    path = ".".join(f"qz{place // 2}itemzq" if place % 2 else word for place, word in enumerate(words))
    twin = BaseForm({path: QuestionField(of.question)})[path]
    twin.settings, twin.marks_optional, twin.is_revealed = of.settings, of.marks_optional, of.is_revealed
    twin.came_from = _mark("s", 0) if of.came_from else ""
    numbers: dict[str, int] = {}
    for each in of.wrong:
        twin.wrong.append(Wrong(each.code, _mark("m", numbers.setdefault(each.message.rstrip("."), len(numbers))), each.part))
    return twin


def _fits(drawing: Drawing, twin: QuestionField, draw: Callable[[QuestionField, bool], str], as_heading: bool) -> bool:
    """Whether the drawing says what the macros say of texts that need escaping, with one value chosen in each part."""
    raw = {part: [" Fish & chips <b>\"' " if one_line else " Fish & chips\n <b>\"' "] for part, _, _, _, one_line in drawing.texts}
    raw |= {part: [value] for (part, _), places in drawing.chosen.items() for value in list(places)[-1:]}
    twin.raw = raw
    twin.wrong = [Wrong(each.code, f"<{each.message[2:-3]}>", each.part) for each in twin.wrong]
    twin.came_from = "From A & B." if twin.came_from else ""
    return drawing.fill(twin) == draw(twin, as_heading)


def _mark(kind: str, number: int) -> str:
    return f"\ue000{kind}{number}&\n\ue001"


def _has_lines(text: str) -> bool:
    return text.splitlines() != [text]


def _chosen(of: QuestionField, part: str, way: str) -> Sequence[str]:
    if way == ANY:
        return of.chosen(part)
    text = of.value(part)
    return () if not text else ("",) if way == TRUTHY else (text,)


@dataclass(frozen=True)
class _Choice:
    """A box or option that can be chosen: the name of its input, its value, and what is written when it is."""

    name: str
    value: str
    words: str


def _steps(without: str, having: str) -> Iterator[tuple[str, str, bool]]:
    """The tokens of the fuller HTML, each with its twin in the emptier one, and whether it has one. Raises _Unlike."""
    fewer = list(_tokens(without))
    place = 0
    for token in _tokens(having):
        if place < len(fewer) and (token == fewer[place] or _without_texts(token) == fewer[place]):
            place += 1
            yield token, fewer[place - 1], True
        else:
            yield token, "", False
    if place != len(fewer):
        raise _Unlike


def _tokens(html: str) -> Iterator[str]:
    """The HTML in pieces: texts, and of tags their name, each attribute and their end."""
    for number, piece in enumerate(_TAG.split(html)):
        if number % 2:
            yield from _IN_TAG.findall(piece)
        elif piece:
            yield piece


def _without_texts(token: str) -> str:
    return _MARK.sub(lambda found: "" if found.group(1) == "t" else found.group(), token)


def _is_text(token: str) -> bool:
    return any(found.group(1) == "t" for found in _MARK.finditer(token))


def _choices(twin: QuestionField, without: str, having: str) -> Iterator[_Choice]:
    """What is marked as chosen in the one and not in the other."""
    walk = _Walk(twin, (), lambda one: ANY)
    walk.drawing(without, having)
    return iter(walk.met)


def _joined(drawn: Drawing) -> Drawing:
    """The same with neighbouring constants as one piece."""
    pieces: list[str] = []
    at: list[int] = []
    run: list[str] = []
    for piece in drawn.pieces:
        if piece:
            run.append(piece)
        elif run:
            pieces.append("".join(run))
            run = []
        at.append(len(pieces))
        if not piece:
            pieces.append("")
    return Drawing(
        [*pieces, "".join(run)],
        [(at[place], *rest) for place, *rest in drawn.items],
        [(at[place], *rest) for place, *rest in drawn.messages],
        [(at[place], *rest) for place, *rest in drawn.sources],
        [(part, at[place], *rest) for part, place, *rest in drawn.texts],
        {key: {value: [(at[place], words) for place, words in found] for value, found in values.items()} for key, values in drawn.chosen.items()},
    )


class _Walk:
    """Walks two drawings side by side and writes down one with holes."""

    def __init__(self, twin: QuestionField, parts: Sequence[str], way: Callable[[_Choice], str]) -> None:
        self.parts = parts
        self.way = way
        self.part_of = {twin.part_name(part): part for part in twin.parts()}
        self.met: list[_Choice] = []
        self.drawn = Drawing()
        self.tag = ""
        self.attributes: dict[str, str] = {}
        self.select = ""
        self.waiting: list[tuple[int, str]] = []

    def drawing(self, without: str, having: str) -> Drawing:
        """The drawing. Raises _Unlike."""
        for token, _, has_twin in _steps(without, having):
            self._follow(token)
            if has_twin:
                self._constant(token)
            elif _is_text(token):
                self._optional(token)
            elif self.tag in ("input", "option") and _ATTRIBUTE.match(token):
                self.waiting.append((self._place(), token))
            else:
                raise _Unlike
            if token.endswith(">"):
                self._close()
        if any("\ue000" in piece or "\ue001" in piece for piece in self.drawn.pieces):
            raise _Unlike
        return _joined(self.drawn)

    def _follow(self, token: str) -> None:
        if token.startswith("<"):
            self.tag, self.attributes = token[1:], {}
        found = _ATTRIBUTE.match(token) if self.tag else None
        if found:
            self.attributes[found.group(1)] = found.group(2) or ""

    def _close(self) -> None:
        if self.tag == "select":
            self.select = self.attributes.get("name", "")
        name = self.select if self.tag == "option" else self.attributes.get("name", "")
        for place, words in self.waiting:
            choice = _Choice(name, Markup(self.attributes.get("value", "")).unescape(), words)
            self.met.append(choice)
            self._choose(place, choice)
        self.waiting, self.tag = [], ""

    def _choose(self, place: int, choice: _Choice) -> None:
        if choice.name not in self.part_of:
            raise _Unlike
        way = self.way(choice)
        values = self.drawn.chosen.setdefault((self.part_of[choice.name], way), {})
        values.setdefault("" if way == TRUTHY else choice.value, []).append((place, choice.words))

    def _place(self) -> int:
        self.drawn.pieces.append("")
        return len(self.drawn.pieces) - 1

    def _write(self, text: str) -> None:
        pieces = self.drawn.pieces
        if text:
            pieces.append(text)

    def _constant(self, token: str) -> None:
        end = 0
        for found in _MARK.finditer(token):
            self._write(token[end : found.start()])
            kind, number, spaces, item = found.groups()
            place = self._place()
            if item is not None:
                self.drawn.items.append((place, int(item)))
            elif kind == "m":
                self.drawn.messages.append((place, int(number), bool(spaces)))
            elif kind == "s":
                self.drawn.sources.append((place, bool(spaces)))
            else:
                self.drawn.texts.append((self.parts[int(number)] if self.parts else "", place, "", "", bool(spaces)))
            end = found.end()
        self._write(token[end:])

    def _optional(self, token: str) -> None:
        marks = list(_MARK.finditer(token))
        if len(marks) != 1:
            raise _Unlike
        found = marks[0]
        part = self.parts[int(found.group(2))] if self.parts else ""
        self.drawn.texts.append((part, self._place(), token[: found.start()], token[found.end() :], bool(found.group(3))))

"""Two texts compared word by word, for people to read side by side. Bounded: very long or very different texts are compared more coarsely."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "out", "in"]

_WORDS = re.compile(r"\s*\w+(?:['’-]\w+)*|\s*[^\w\s]|\s+")
_END_OF_SENTENCE = re.compile(r"(?<=[.!?])(?=\s)|(?<=\n)")
LONGEST = 1500
"""How many words (or sentences) on one side are compared one by one."""

MOST_PAIRS = 60_000
"""How many pairs of equal words (or sentences) a comparison may look at; texts of one word over and over have very many."""

AROUND = 12
"""How many unchanged words are left standing beside a change when a text is shortened."""

ROUNDS = 12
"""How many stretches of a long text are looked into word by word."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text: in both, only in the first (`out`), or only in the second (`in`)."""

    kind: Kind
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """What both texts have and what only one of them has, in order. Joining all but `in` gives the first, all but `out` the second."""
    old, new = _words(before), _words(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle = _compared("".join(old[start : len(old) - end]), "".join(new[start : len(new) - end]))
    return _joined([Piece("same", "".join(old[:start])), *middle, Piece("same", "".join(old[len(old) - end :]))])


def shortened(found: Sequence[Piece]) -> list[Piece]:
    """The same pieces with long stretches that both texts have cut down to the words around the changes."""
    last = len(found) - 1
    return [_cut(piece, number == 0, number == last) if piece.kind == "same" and last > 0 else piece for number, piece in enumerate(found)]


def _cut(piece: Piece, is_first: bool, is_last: bool) -> Piece:
    words = _words(piece.text)
    if len(words) <= 2 * AROUND + 4:
        return piece
    before = "" if is_first else "".join(words[:AROUND])
    after = "" if is_last else "".join(words[-AROUND:])
    return Piece("same", f"{before} … {after.lstrip()}" if before and after else f"… {after.lstrip()}" if after else f"{before} …")


def merged(theirs: str, mine: str, *, gap: str = " ") -> str:
    """Both texts in one for a person to edit: sentences they share once, then theirs and mine where they differ, in that order.

    `gap` stands between texts that share nothing.
    """
    old, new = _sentences(theirs), _sentences(mine)
    found = list(_by(old, new, _whole) if is_little(old, new) else _whole(theirs, mine))
    if not any(piece.kind == "same" for piece in found):
        return gap.join(text for text in (theirs, mine) if text)
    text = ""
    for piece in found:
        if text and piece.text and not text[-1].isspace() and not piece.text[0].isspace():
            text += "\n" if "\n" in theirs + mine else " "
        text += piece.text
    return text


def _words(text: str) -> list[str]:
    return _WORDS.findall(text)


def _sentences(text: str) -> list[str]:
    return [part for part in _END_OF_SENTENCE.split(text) if part]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _compared(before: str, after: str) -> list[Piece]:
    """By words where that is little work; else by sentences, and by words within the first of those that differ."""
    old, new = _words(before), _words(after)
    if is_little(old, new):
        return list(_by(old, new, _whole))
    old, new = _sentences(before), _sentences(after)
    if not is_little(old, new):
        return list(_whole(before, after))
    rounds = iter(range(ROUNDS))

    def within(out: str, into: str) -> Iterator[Piece]:
        fine = is_little(_words(out), _words(into)) and next(rounds, None) is not None
        return _by(_words(out), _words(into), _whole) if fine else _whole(out, into)

    return list(_by(old, new, within))


def is_little(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether two sequences can be compared one by one while somebody waits."""
    if max(len(old), len(new)) > LONGEST:
        return False
    counts = Counter(new)
    return sum(counts[one] for one in old) <= MOST_PAIRS


def _by(old: Sequence[str], new: Sequence[str], changed: Callable[[str, str], Iterator[Piece]]) -> Iterator[Piece]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(old[a:b]))
        else:
            yield from changed("".join(old[a:b]), "".join(new[c:d]))


def _whole(before: str, after: str) -> Iterator[Piece]:
    yield Piece("out", before)
    yield Piece("in", after)


def _joined(found: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one kind as one, empty ones left out."""
    kept: list[Piece] = []
    for piece in found:
        if not piece.text:
            continue
        if kept and kept[-1].kind == piece.kind:
            kept[-1] = Piece(piece.kind, kept[-1].text + piece.text)
        else:
            kept.append(piece)
    return kept

"""How plain a text is: reading age, long sentences, and words the council avoids. It warns and stops nothing.

The reading age is the Flesch-Kincaid grade (Kincaid and others, 1975) plus five years: the age at which a pupil is in that grade.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

LONG = 25
"""Words in a sentence from which on it is long (GOV.UK's own limit)."""
ENOUGH = 60
"""Words a text must have before a reading age says anything."""
_SENTENCE = re.compile(r"[^.!?]+[.!?]+(?=\s|$)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouy]+")


class Avoided(Protocol):
    """Words that are not used, and what to say instead."""

    @property
    def words(self) -> Sequence[str]: ...
    @property
    def instead(self) -> str: ...


@dataclass(frozen=True)
class PlainerWords:
    """Something that could be said more plainly, with the words it stands in and what to do."""

    words: str
    advice: str


@dataclass(frozen=True)
class Plainness:
    """The reading age in years (None for too short a text) and everything to look at."""

    reading_age: int | None
    warnings: tuple[PlainerWords, ...]


def judge(texts: Sequence[str], avoided: Iterable[Avoided], wanted_age: int = 0) -> Plainness:
    """Judge paragraphs. Only whole sentences count: names, addresses and headings say nothing about how hard a text is."""
    sentences = [" ".join(one.split()) for text in texts for one in _SENTENCE.findall(text)]
    age = reading_age(sentences)
    found = [PlainerWords(one, f"a sentence of {count} words: make two of it") for one in dict.fromkeys(sentences) if (count := len(_WORD.findall(one))) > LONG]
    found += _avoided(texts, avoided)
    if wanted_age and age is not None and age > wanted_age:
        found.insert(0, PlainerWords(f"Reading age {age}", f"the council writes for a reading age of {wanted_age}: use shorter words and sentences"))
    return Plainness(age, tuple(found))


def reading_age(sentences: Sequence[str]) -> int | None:
    """The age in years at which these sentences can be read, or None for fewer than `ENOUGH` words."""
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if len(words) < ENOUGH:
        return None
    grade = 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return max(5, round(grade + 5))


def syllables(word: str) -> int:
    """About how many syllables an English word has: groups of vowels, without a silent e at its end."""
    word = word.lower()
    count = len(_VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) or word.endswith("ed") and word[-3:-2] not in ("t", "d", "e")
    if silent:
        count -= 1
    return max(1, count)


def _avoided(texts: Sequence[str], avoided: Iterable[Avoided]) -> Iterator[PlainerWords]:
    whole = "\n".join(texts)
    for entry in avoided:
        for word in entry.words:
            found = re.search(rf"\b{re.escape(word)}\b", whole, 0 if word.isupper() else re.IGNORECASE)
            if found:
                yield PlainerWords(found[0], f"say instead: {entry.instead}")

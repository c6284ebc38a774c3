"""Who is named in a document: people the record knows, found in its words, and other words that look like a name. A person decides what may stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.documents.merge_data import Material
from portal.families.bindings import PERSON, PROFESSIONAL, people
from portal.forms.answers import paths
from portal.forms.held_back import is_held
from portal.names import folded

_CAPITAL = r"[A-ZÀ-ÖØ-ÞŁŚŻİŞĞ][\w'’-]*[^\W\d_]"
_LOOKS_LIKE_A_NAME = re.compile(rf"\b{_CAPITAL}(?: {_CAPITAL})+")
_FIRST_OF_A_SENTENCE = re.compile(r"^(?:A|An|And|As|Ask|At|But|By|Dear|For|From|He|Hello|Her|His|How|If|In|It|Our|She|That|The|Their|Then|They|This|To|We|What|When|With|You|Your) ")
_POSSESSIVE = re.compile(r"['’]s\b")
_TITLES = ("mr", "mrs", "ms", "miss", "mx", "dr")
_AROUND = 40
UNKNOWN = "not in this record"


@dataclass(frozen=True)
class Known:
    """Somebody the record knows: first and last name and what they are, in words."""

    first_name: str
    last_name: str
    what: str

    @property
    def full_name(self) -> str:
        """First and last name."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(frozen=True)
class Named:
    """A name that stands in the document, what the record knows of its bearer, and the words around its first place."""

    name: str
    what: str
    around: str
    times: int


def known_in(materials: Iterable[Material]) -> list[Known]:
    """Everybody whom these forms describe or whose name is an answer of its own (a professional, whoever signed).

    What somebody is, where that is held back from whoever reads, is not told.
    """
    found: list[Known] = []
    for material in materials:
        held = {question.record for question in material.definition.index.questions.values() if is_held(question)}
        for person in people(material.definition, material.answers):
            facts = person.facts
            found.append(Known(_text(facts, "first_name"), _text(facts, "last_name"), _what(person.role, facts, held)))
        for path, value in paths(material.answers, material.definition):
            question = material.definition.index.questions.get(path.rpartition(".")[2])
            if question is not None and isinstance(value, dict) and question.kind in ("person", "signature"):
                first, _, last = (value.get("name") or f"{value.get('first_name', '')} {value.get('last_name', '')}").strip().partition(" ")
                found.append(Known(first, last.strip(), (not is_held(question) and value.get("role")) or question.words))
    return _once(found)


def _text(facts: Mapping[str, Any], name: str) -> str:
    return facts[name].text if name in facts and isinstance(facts[name].value, str) else ""


def _what(role: str, facts: Mapping[str, Any], held: set[str]) -> str:
    relationship = "" if f"{PERSON}relationship" in held else _text(facts, "relationship")
    job = "" if held & {f"{PERSON}role", f"{PERSON}{PROFESSIONAL}"} else _text(facts, "role")
    return relationship or job or role


def _once(found: Iterable[Known]) -> list[Known]:
    first: dict[str, Known] = {}
    for one in found:
        if one.first_name:
            first.setdefault(folded(one.full_name), one)
    return list(first.values())


def named(texts: Sequence[str], known: Iterable[Known], fixed: str = "") -> list[Named]:
    """Everybody named in these paragraphs, known people first. `fixed` is text that stands in every such document and names nobody."""
    whole = "\n".join(texts)
    straw = f" {folded(_POSSESSIVE.sub('', whole))} "
    found, seen = [], set()
    for person in _once(known):
        for words in (person.full_name, person.first_name, *(f"{title} {person.last_name}" for title in _TITLES if person.last_name)):
            needle = folded(words)
            if len(needle) > 1 and f" {needle} " in straw:
                seen |= {folded(person.full_name), folded(person.first_name), folded(person.last_name)}
                found.append(Named(person.full_name, person.what, _around(texts, words), straw.count(f" {needle} ")))
                break
    ours = f" {folded(fixed)} "
    for match, name in dict.fromkeys(one for text in texts for one in looking_like_names(text)):
        if not _is_known(folded(name), seen) and f" {folded(name)} " not in ours:
            seen.add(folded(name))
            found.append(Named(name, UNKNOWN, _around(texts, match), whole.count(name)))
    return found


def looking_like_names(text: str) -> list[tuple[str, str]]:
    """Words that look like a name, as they stand there and without what stands before and after it."""
    found = [(match, _POSSESSIVE.split(_FIRST_OF_A_SENTENCE.sub("", match))[0]) for match in _LOOKS_LIKE_A_NAME.findall(text)]
    return [(match, name) for match, name in found if " " in name]


def _is_known(name: str, seen: set[str]) -> bool:
    """Whether it was listed already, or ends in a name that was, such as a title before a last name."""
    return name in seen or any(name.endswith(f" {one}") for one in seen if one)


def _around(texts: Sequence[str], words: str) -> str:
    for text in texts:
        place = text.casefold().find(words.casefold())
        if place >= 0:
            start, end = max(0, place - _AROUND), place + len(words) + _AROUND
            return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"
    return ""

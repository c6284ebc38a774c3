"""Files of translations: reading them, and what is wrong with one: texts there are not, translations of other English, texts without one.

A file stands beside what it translates (`<form>.<language>.yaml`) and holds each text twice, so that a changed original is seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from portal.forms.borrowed_text import filled
from portal.forms.condition_tree import nearest
from portal.forms.item_labels import PLACEHOLDER
from portal.forms.kept_reading import read
from portal.forms.load import DefinitionFaults, text_of_file
from portal.forms.part_reader import PartReader
from portal.forms.translation import Translation, same
from portal.forms.yaml_text import Fault, YamlFaults

Missing = Literal["information", "warning"]

KEYS = ("schema", "language", "of", "texts")
_HEAD = """\
# {title} in {called}. Each text stands here twice: `en` is the English it was translated from, `{code}` the translation.
# Where the English changes, the translation is not shown until both are put right: see `portal forms translations`.
schema: 1
language: {code}
of: {name}
texts:
"""


def read_translation(path: Path, language: str, name: str, texts: Mapping[str, str] | None = None) -> Translation:
    """The translations in this file of `name` into this language. `texts` are the council's, which translations borrow like the form.

    Raises DefinitionFaults with every fault of form.
    """
    text = text_of_file(path)
    try:
        yaml = read(text, str(path))
    except YamlFaults as wrong:
        raise DefinitionFaults(wrong.faults) from wrong
    reader = PartReader(yaml)
    _read_head(reader, language, name)
    pairs = read_pairs(reader, yaml.data.get("texts") if isinstance(yaml.data, dict) else None, language, ("texts",))
    if reader.faults:
        raise DefinitionFaults(reader.faults)
    borrowed = {key: tuple(filled(list(pair), texts or {})) for key, pair in pairs.items()}
    return Translation(language, borrowed, hashlib.sha256(json.dumps(borrowed).encode()).hexdigest(), yaml)


def _read_head(reader: PartReader, language: str, name: str) -> None:
    data = reader.yaml.data
    if not isinstance(data, dict):
        reader.fault((), "shape", "is no file of translations: it is a mapping that starts with `schema: 1`")
        return
    for key in data:
        if key not in KEYS:
            reader.fault((key,), "unknown_key", f"unknown key {str(key)!r}{nearest(str(key), KEYS)}", of_key=True)
    for key, wanted in (("schema", 1), ("language", language), ("of", name)):
        if data.get(key) != wanted:
            reader.fault((key,), "wrong_value", f"`{key}` is {data.get(key)!r}; in this file it is {wanted!r}")


def read_pairs(reader: PartReader, data: Any, language: str, at: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """The pairs under a key, each English and translation; faults go to the reader."""
    if data is None:
        return {}
    if not isinstance(data, dict):
        reader.fault(at, "shape", "`texts` is a mapping of keys such as page.danger.title")
        return {}
    pairs = {}
    for key, pair in data.items():
        if not isinstance(pair, dict) or set(pair) != {"en", language} or not all(isinstance(each, str) for each in pair.values()):
            reader.fault((*at, key), "shape", f"{key} has two texts, `en` and `{language}`")
            continue
        pairs[str(key)] = (pair["en"], pair[language])
    return pairs


def faults(translation: Translation, texts: Mapping[str, str], missing: Missing = "information") -> Iterator[Fault]:
    """What is wrong with translations of these texts: errors, and for people who translate, warnings and information."""
    for key, (_, words) in translation.pairs.items():
        if key not in texts:
            yield _told(translation, key, "unknown_translation", f"{key} is no text there is{nearest(key, list(texts))}", of_key=True)
        elif words and _braces(words) != _braces(texts[key]) and same(translation.pairs[key][0], texts[key]):
            message = f"{key} must name {_listed(_braces(texts[key]))} in braces, as the English does; it names {_listed(_braces(words))}"
            yield _told(translation, key, "translation_braces", message)
    for key, english in texts.items():
        if translation.is_stale(key, english):
            yield _told(translation, key, "stale_translation", f"{key} was translated from other English; it now says {short(english)}", "warning")
        elif translation.of(key, english) is None:
            yield _told(translation, key, "missing_translation", f"{key} has no translation: {short(english)}", missing)


@dataclass(frozen=True)
class Coverage:
    """How far translations have got: `done` texts of `all`, the keys of those without one, and of those made from other English."""

    all: int
    done: int
    missing: tuple[str, ...]
    stale: tuple[str, ...]


def coverage(translation: Translation | None, texts: Mapping[str, str]) -> Coverage:
    """How many of these texts are translated, and which are not."""
    held = translation or Translation("", {})
    stale = tuple(key for key, english in texts.items() if held.is_stale(key, english))
    missing = tuple(key for key, english in texts.items() if held.of(key, english) is None and key not in stale)
    return Coverage(len(texts), len(texts) - len(stale) - len(missing), missing, stale)


def with_skeletons(translation: Translation | None, texts: Mapping[str, str], head: Mapping[str, str]) -> str:
    """The text of the file with an entry for every text. What is stale keeps its old English and words, what is the same
    elsewhere is taken over. `head` has title, called, code and name.
    """
    written = translation.yaml.data["texts"] or {} if translation else {}
    pairs = {key: (pair["en"], pair[head["code"]]) for key, pair in written.items()}
    known = {source: words for source, words in pairs.values() if words}
    kept = {key: pairs.get(key) or (english, known.get(english, "")) for key, english in texts.items()}
    lines = [f"  {key}:\n    en: {_written(english)}\n    {head['code']}: {_written(words)}\n" for key, (english, words) in kept.items()]
    return _HEAD.format(**head) + "".join(lines)


def _written(text: str) -> str:
    """A text as YAML: a block where it has several lines, else in quotes."""
    if "\n" not in text.strip():
        return json.dumps(text.strip(), ensure_ascii=False)
    return "|\n" + "\n".join(f"      {line}".rstrip() for line in text.rstrip("\n").split("\n"))


def _braces(text: str) -> frozenset[str]:
    return frozenset(found[0] for found in PLACEHOLDER.finditer(text))


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def short(text: str) -> str:
    """A text in quotes, cut where it is long."""
    words = " ".join(text.split())
    return f"“{words[:80]}…”" if len(words) > 80 else f"“{words}”"


def _told(translation: Translation, key: str, code: str, message: str, level: str = "error", *, of_key: bool = False) -> Fault:
    line, column = translation.yaml.place(("texts", key), of_key=of_key)
    return Fault(translation.yaml.source, line, column, code, message, level)



"""The languages people can be spoken to in, from files: those that come with the portal (`portal/languages`) and those a council brings.

A council's file adds to, or wins over, the portal's of the same language; texts of the council itself stand in it as pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from portal.errors import PortalError
from portal.forms.condition_tree import nearest
from portal.forms.kept_reading import read
from portal.forms.load import DefinitionFaults, text_of_file
from portal.forms.model import Part
from portal.forms.part_reader import PartReader
from portal.forms.translation import Translation
from portal.forms.translation_file import read_pairs
from portal.forms.yaml_text import YamlFaults
from portal.language import ENGLISH_MONTHS, Language

FOLDER = Path(__file__).resolve().parents[1] / "languages"


class LanguageUnknown(PortalError):
    """Neither the portal nor the council has a file of this language."""


class LanguageFile(Part):
    """The keys of a language file; see `portal.language.Language` for what they mean. `texts` are the council's, in its own file only."""

    language: str
    name: str = ""
    called: str = ""
    direction: Literal["ltr", "rtl"] | None = None
    months: tuple[str, ...] = ()
    day: str = ""
    time: str = ""
    moment: str = ""
    decimal: str = ""
    thousands: str = ""
    words: dict[str, str] = {}
    texts: dict[str, dict[str, str]] = {}


@dataclass(frozen=True, eq=False)
class Spoken:
    """A language, with what the council's own texts are in it."""

    language: Language
    texts: Translation = field(default_factory=lambda: Translation("", {}))


def shipped() -> list[str]:
    """The codes of the languages that come with the portal, besides English."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def spoken(code: str, folder: Path) -> Spoken:
    """A language as a council speaks it; its own files of languages stand in `folder`. Raises LanguageUnknown, DefinitionFaults."""
    paths = [path for path in (FOLDER / f"{code}.yaml", folder / f"{code}.yaml") if path.is_file()]
    if not paths:
        raise LanguageUnknown(f"there is no file of the language {code!r}; the portal has {', '.join(shipped())}, others stand in {folder}")
    files = [_read(path, code) for path in paths]
    made: dict[str, Any] = {}
    words: dict[str, str] = {}
    for file, _ in files:
        words |= file.words
        made |= {name: value for name in ("name", "called", "direction", "months", "day", "time", "moment", "decimal", "thousands") if (value := getattr(file, name))}
    made.setdefault("called", made.get("name", code))
    language = Language(code=code, words=words, **{"name": code, "months": ENGLISH_MONTHS, **made})
    return Spoken(language, files[-1][1])


def _read(path: Path, code: str) -> tuple[LanguageFile, Translation]:
    try:
        yaml = read(text_of_file(path), str(path))
    except YamlFaults as wrong:
        raise DefinitionFaults(wrong.faults) from wrong
    reader = PartReader(yaml)
    file = reader.part(LanguageFile, yaml.data, ())
    pairs = read_pairs(reader, yaml.data.get("texts") if isinstance(yaml.data, dict) else None, code, ("texts",))
    if file is not None and file.language != code:
        reader.fault(("language",), "wrong_value", f"is the file of {code!r}, but its language is {file.language!r}{nearest(file.language, [code])}")
    if file is not None and file.months and len(file.months) != len(ENGLISH_MONTHS):
        reader.fault(("months",), "wrong_value", f"`months` has {len(file.months)} names; a year has twelve")
    if file is None or reader.faults:
        raise DefinitionFaults(reader.faults)
    return file, Translation(code, pairs, yaml=yaml)

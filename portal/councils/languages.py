"""The languages a council offers beside English: how it speaks each, its own texts in them, and the translations of its forms.

What a council says stands in its files in English; `languages/<code>.yaml` beside them and `<form>.<code>.yaml` beside a form
hold it in another language. Everything read is kept as long as the council.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from portal.councils.library import Council
from portal.councils.load import CouncilFaults
from portal.councils.model import Notice, Part
from portal.councils.service_model import Contact, Level, Link, Pages, Service, StartPage, Way
from portal.errors import PortalError
from portal.forms import translation_file
from portal.forms.languages import LanguageUnknown, Spoken, spoken
from portal.forms.load import DefinitionFaults
from portal.forms.model import FormDefinition
from portal.forms.translation import Translation, texts_of, translated
from portal.forms.yaml_text import Fault
from portal.language import ENGLISH, Language

AnyPart = TypeVar("AnyPart", bound=Part)

READ: dict[type[Part], tuple[str, ...]] = {
    Service: ("portal_name",),
    Contact: ("title", "hours", "text"),
    Level: ("title", "meaning", "response", "examples"),
    Way: ("title", "text", "button", "at_hand"),
    Link: ("title",),
    StartPage: ("title", "lead", "after_sending"),
    Pages: ("privacy", "cookies", "accessibility"),
    Notice: ("subject", "body"),
}
"""The texts of the parts of a council's files that the public reads."""


class LanguageNotOffered(PortalError):
    """The council does not offer this language."""


def offered(council: Council) -> tuple[Language, ...]:
    """English, and the languages the council offers beside it, in the order of its file; English alone counts as none."""
    others = tuple(language_of(council, code) for code in council.service.languages)
    return (ENGLISH, *others) if others else ()


def language_of(council: Council, code: str) -> Language:
    """A language as the council speaks it; English for '' and for one that it does not offer (any more)."""
    return spoken_by(council, code).language if code in council.service.languages else ENGLISH


@lru_cache(maxsize=64)
def spoken_by(council: Council, code: str) -> Spoken:
    """A language with the council's texts in it. Raises LanguageUnknown, DefinitionFaults."""
    return spoken(code, council.places.files / "languages")


@lru_cache(maxsize=64)
def service_in(council: Council, code: str) -> Service:
    """What the council's public pages say in a language; what has no translation there stays English and is marked."""
    return council.service if code not in council.service.languages else _said(council.service, "", spoken_by(council, code).texts)


def notice_in(council: Council, notice_id: str, code: str) -> Notice | None:
    """An e-mail in a language, in English where it has no whole translation; None where the council has no such e-mail."""
    notice = council.notices.get(notice_id)
    if notice is None or code not in council.service.languages:
        return notice
    found = _said(notice, f"notices.{notice_id}.", spoken_by(council, code).texts)
    return notice if any(found.lang_of(name) for name in READ[Notice]) else found


@lru_cache(maxsize=256)
def translation_of(council: Council, form_id: str, code: str) -> Translation | None:
    """The translations of a form, or None where it has no file of them. Raises DefinitionFaults."""
    path = council.places.forms / f"{form_id}.{code}.yaml"
    if not path.is_file():
        return None
    texts = dict(_borrowed(council.service, ""))
    return translation_file.read_translation(path, code, form_id, texts)


def form_in(council: Council, definition: FormDefinition, code: str) -> FormDefinition:
    """A version of a form in a language: the same form, its texts translated where translations fit this version."""
    if code not in council.service.languages:
        return definition
    return translated(definition, translation_of(council, definition.id, code) or Translation(code, {}))


def texts_of_council(council: Council) -> dict[str, str]:
    """Every text of the council that the public reads, by key."""
    found = dict(_texts(council.service, ""))
    for notice_id, notice in council.notices.items():
        if notice.to in ("person", "referrer"):
            found |= dict(_texts(notice, f"notices.{notice_id}."))
    return found


def faults(council: Council, form_ids: Iterable[str] | None = None) -> list[Fault]:
    """What is wrong with the council's files of languages and the translations of its forms; warnings and information among it."""
    found: list[Fault] = []
    for code, offer in council.service.languages.items():
        try:
            found += translation_file.faults(spoken_by(council, code).texts, texts_of_council(council), offer.missing) if form_ids is None else ()
        except LanguageUnknown as wrong:
            found.append(council.files.texts["service"].fault(("languages", code), "unknown_language", wrong.message, of_key=True))
            continue
        except DefinitionFaults as wrong:
            found += wrong.faults
            continue
        for form_id in council.form_ids() if form_ids is None else form_ids:
            found += _faults_of_form(council, form_id, code)
    return sorted(found)


def faults_beside(path: Path, council: Council, definition: FormDefinition) -> list[Fault]:
    """What is wrong with the translations beside a form's file, warnings and information among it."""
    found: list[Fault] = []
    for code, offer in council.service.languages.items():
        beside = path.with_name(f"{path.stem}.{code}.yaml")
        if beside.is_file():
            try:
                translation = translation_file.read_translation(beside, code, definition.id, dict(_borrowed(council.service, "")))
                found += translation_file.faults(translation, texts_of(definition), offer.missing)
            except DefinitionFaults as wrong:
                found += wrong.faults
    return sorted(found)


def _faults_of_form(council: Council, form_id: str, code: str) -> Iterator[Fault]:
    try:
        translation = translation_of(council, form_id, code)
        texts = texts_of(council.form(form_id)) if translation else {}
    except DefinitionFaults as wrong:
        yield from (fault for fault in wrong.faults if fault.file.endswith(f".{code}.yaml"))
        return
    if translation is not None:
        yield from translation_file.faults(translation, texts, council.service.languages[code].missing)


def require_readable(council: Council) -> None:
    """Raise CouncilFaults with every error in the files of languages, or return."""
    errors = [fault for fault in faults(council) if fault.level == "error"]
    if errors:
        raise CouncilFaults(errors)


def _said(part: AnyPart, prefix: str, texts: Translation) -> AnyPart:
    changes: dict[str, object] = {}
    english = []
    for name in type(part).model_fields:
        value = getattr(part, name)
        if name in READ.get(type(part), ()):
            pieces = value if isinstance(value, tuple) else (value,)
            keys = [f"{prefix}{name}.{number}" for number in range(1, len(pieces) + 1)] if isinstance(value, tuple) else [f"{prefix}{name}"]
            words = [texts.of(key, piece) for key, piece in zip(keys, pieces, strict=True) if piece]
            if all(word is not None for word in words) and len(words) == len(pieces):
                changes[name] = tuple(words) if isinstance(value, tuple) else words[0]
            elif any(pieces):
                english.append(name)
        elif isinstance(value, Part):
            changes[name] = _said(value, f"{prefix}{name}.", texts)
        elif isinstance(value, tuple) and any(isinstance(each, Part) for each in value):
            changes[name] = tuple(_said(each, f"{prefix}{name}.{_name_of(each, number)}.", texts) for number, each in enumerate(value, 1))
    made = part.model_copy(update=changes)
    made.say_in_english(english)
    return made


def _texts(part: Part, prefix: str) -> Iterator[tuple[str, str]]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        if name in READ.get(type(part), ()):
            if isinstance(value, tuple):
                yield from ((f"{prefix}{name}.{number}", piece) for number, piece in enumerate(value, 1))
            elif value:
                yield f"{prefix}{name}", value
        elif isinstance(value, Part):
            yield from _texts(value, f"{prefix}{name}.")
        elif isinstance(value, tuple):
            for number, each in enumerate(value, 1):
                if isinstance(each, Part):
                    yield from _texts(each, f"{prefix}{name}.{_name_of(each, number)}.")


def _name_of(part: Part, number: int) -> str:
    return getattr(part, "id", "") or str(number)


def _borrowed(part: Part, prefix: str) -> Iterator[tuple[str, str]]:
    """Every text that a form may borrow, by its path."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, str):
            yield f"{prefix}{name}", value
        elif isinstance(value, Part):
            yield from _borrowed(value, f"{prefix}{name}.")

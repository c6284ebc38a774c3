"""The texts of a form that people read, by key, and the form with them in another language. Reading a file of translations is `translation_file`.

A part of a form (a page, a question with its options, a section …) is translated whole or not at all: a translation whose
English is not what the form says now is not used, and the part then says so in its `lang`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from portal.forms import question_kinds
from portal.forms.model import FormDefinition, Option, Part, Question, Repeat, Send
from portal.forms.yaml_text import YamlText

AnyPart = TypeVar("AnyPart", bound=Part)

ENGLISH = "en"
_OPTION = ("label", "hint", "group")
_QUESTION = ("label", "hint", "short")


@dataclass(frozen=True, eq=False)
class Translation:
    """Translations into one language: by key, the English they were made from and the words. `yaml` places their faults."""

    language: str
    pairs: Mapping[str, tuple[str, str]]
    sha256: str = ""
    yaml: YamlText = field(default_factory=lambda: YamlText("the translations"))

    def of(self, key: str, english: str) -> str | None:
        """The translation of a text; None where there is none, or where it was made from other English."""
        source, words = self.pairs.get(key, ("", ""))
        return words if words and same(source, english) else None

    def is_stale(self, key: str, english: str) -> bool:
        """Whether there is a translation, made from other English."""
        source, words = self.pairs.get(key, ("", ""))
        return bool(words) and not same(source, english)


def same(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but their line breaks and spaces."""
    return one.split() == other.split()


def texts_of(definition: FormDefinition) -> dict[str, str]:
    """Every text of the form that people read, by key, in the order of the form."""
    return {key: english for texts in units(definition).values() for key, english in texts.items()}


def units(definition: FormDefinition) -> dict[str, dict[str, str]]:
    """The texts of the parts that are translated whole, by the key of the part."""
    found = {"form": _plain("form", definition, ("title", "summary"))}
    for section in definition.sections:
        found[f"section.{section.id}"] = _plain(f"section.{section.id}", section, ("title", "summary"))
    for repeat in definition.repeats:
        found[f"repeat.{repeat.id}"] = _texts_of_repeat(repeat)
    for page in definition.pages:
        found[f"page.{page.id}"] = _plain(f"page.{page.id}", page, ("title", "guidance"))
        for question in page.questions:
            found[f"question.{question.id}"] = dict(_texts_of_question(question))
    return found | {"send": _plain("send", definition.send, ("button", "declaration"))}


def translated(definition: FormDefinition, translation: Translation) -> FormDefinition:
    """The form in another language: the same ids and rules, its texts translated where a translation fits them.

    A part that is not translated keeps its English and has "en" as its `lang`.
    """
    return _Translator(definition, translation).form()


def _plain(prefix: str, part: BaseModel, names: tuple[str, ...]) -> dict[str, str]:
    return {f"{prefix}.{name}": text for name in names if (text := getattr(part, name))}


def _texts_of_repeat(repeat: Repeat) -> dict[str, str]:
    texts = _plain(f"repeat.{repeat.id}", repeat, ("title", "item", "add"))
    outside = "".join(part.partition("}")[2] for part in f"}}{repeat.item_label}".split("{"))
    return texts | ({f"repeat.{repeat.id}.item_label": repeat.item_label} if any(letter.isalpha() for letter in outside) else {})


def _texts_of_question(question: Question) -> Iterator[tuple[str, str]]:
    prefix = f"question.{question.id}"
    yield from _plain(prefix, question, _QUESTION).items()
    yield from ((f"{prefix}.errors.{code}", text) for code, text in question.errors.items())
    yield from ((f"{prefix}.rules.{rule.comparison}", rule.message) for rule in question.rules if rule.message)
    yield from _words_of_settings(prefix, question.settings, question_kinds.kind(question.kind).texts)
    for option in getattr(question.settings, "options", ()):
        yield from _plain(_option_key(question, option), option, _OPTION).items()


def _words_of_settings(prefix: str, settings: Any, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from _words_of_settings(f"{prefix}.{name}", value, tuple(type(value).model_fields))
        elif value:
            yield f"{prefix}.{name}", value


def _option_key(question: Question, option: Option) -> str:
    """Options of a list are translated once, wherever the list is used."""
    named = getattr(question.settings, "list_name", "")
    return f"list.{named}.{option.id}" if named else f"question.{question.id}.options.{option.id}"


class _Translator:
    """Makes the translated parts of one form."""

    def __init__(self, definition: FormDefinition, translation: Translation):
        self.definition = definition
        self.translation = translation
        self.units = units(definition)

    def form(self) -> FormDefinition:
        definition = self.definition
        pages = []
        for page in definition.pages:
            questions = tuple(self.question(question) for question in page.questions)
            pages.append(self.part(f"page.{page.id}", page, ("title", "guidance"), {"questions": questions}))
        changes = {
            "sections": tuple(self.part(f"section.{each.id}", each, ("title", "summary")) for each in definition.sections),
            "repeats": tuple(self.part(f"repeat.{each.id}", each, ("title", "item", "add", "item_label")) for each in definition.repeats),
            "pages": tuple(pages),
            "send": self.part("send", definition.send, tuple(Send.model_fields)),
        }
        made = self.part("form", definition, ("title", "summary"), changes)
        made.speak(self.translation.language)
        return made

    def part(self, unit: str, part: AnyPart, names: tuple[str, ...], changes: Mapping[str, Any] | None = None) -> AnyPart:
        """A part in the other language, or marked as English; `changes` are made either way."""
        if not self.has(unit):
            return marked(part.model_copy(update=dict(changes or {})), ENGLISH)
        return part.model_copy(update={**self.texts(unit, part, names), **(changes or {})})

    def has(self, unit: str) -> bool:
        """Whether every text of this part has a translation that fits it."""
        return all(self.translation.of(key, english) is not None for key, english in self.units[unit].items())

    def texts(self, prefix: str, part: BaseModel, names: tuple[str, ...]) -> dict[str, str]:
        """The translations of these texts of a part, by name."""
        found = {name: self.translation.of(f"{prefix}.{name}", getattr(part, name)) for name in names if getattr(part, name)}
        return {name: words for name, words in found.items() if words is not None}

    def question(self, question: Question) -> Question:
        prefix = f"question.{question.id}"
        if not self.has(prefix):
            return marked(question.model_copy(), ENGLISH)
        changes: dict[str, Any] = self.texts(prefix, question, _QUESTION)
        changes["errors"] = {code: self.translation.of(f"{prefix}.errors.{code}", text) or text for code, text in question.errors.items()}
        changes["rules"] = tuple(
            rule.model_copy(update={"message": self.translation.of(f"{prefix}.rules.{rule.comparison}", rule.message) or ""}) for rule in question.rules
        )
        changes["settings"] = self.settings(question, prefix, question.settings, question_kinds.kind(question.kind).texts)
        return question.model_copy(update=changes)

    def settings(self, question: Question, prefix: str, settings: Any, names: tuple[str, ...]) -> Any:
        if settings is None:
            return None
        changes: dict[str, Any] = {}
        for name in names:
            value = getattr(settings, name)
            if isinstance(value, BaseModel):
                changes[name] = self.settings(question, f"{prefix}.{name}", value, tuple(type(value).model_fields))
            elif value:
                changes[name] = self.translation.of(f"{prefix}.{name}", value) or value
        if getattr(settings, "options", ()):
            changes["options"] = tuple(
                option.model_copy(update=self.texts(_option_key(question, option), option, _OPTION)) for option in settings.options
            )
        return settings.model_copy(update=changes)


def marked(part: AnyPart, language: str) -> AnyPart:
    """The (copied) part, which now says that its texts are in this language."""
    part.say_in(language)
    return part

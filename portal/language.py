"""The language in which people are spoken to at present, and saying the portal's own words in it.

Words are looked up by their English; where a language has none for them, English is said. Which languages there are, and
reading their files, is for `forms.languages`; the texts of a form are translated there too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

_ONE_NUMBER = re.compile(r"\s*[+(]?[0-9][0-9 ()-]*")
ENGLISH_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


@dataclass(frozen=True, eq=False)
class Language:
    """A language: its code (BCP 47), its own name, the direction of its script, and how it puts words, dates, times and numbers.

    `name` is what its readers call it, `called` what English calls it. `words` are the portal's own, by their English. In `day`
    stand {day}, {month} and {year}, in `time` {hour24}, {hour12}, {minute} and {half}, in `moment` {day} and {time}.
    """

    code: str
    name: str
    called: str
    direction: str = "ltr"
    words: Mapping[str, str] = field(default_factory=dict)
    months: tuple[str, ...] = ENGLISH_MONTHS
    day: str = "{day} {month} {year}"
    time: str = "{hour12}:{minute}{half}"
    moment: str = "{day} at {time}"
    decimal: str = "."
    thousands: str = ","

    @property
    def is_english(self) -> bool:
        """Whether it is the language that everything is written in."""
        return self.code == "en"

    def number(self, value: int | float) -> str:
        """A number with its thousands set off: 1,234.5."""
        return f"{value:,}".translate({ord(","): self.thousands, ord("."): self.decimal})

    def plain_number(self, typed: str) -> str:
        """A number as it was typed, without what sets its thousands off and with a point before its decimals."""
        bare = re.sub(rf"(?<=[0-9])[{re.escape(self.thousands)} ](?=[0-9]{{3}}(?:\D|$))", "", typed)
        return bare.replace(self.decimal, ".", 1)


ENGLISH = Language("en", "English", "English")
_NO_MARK = Markup("")
_SPOKEN: ContextVar[Language] = ContextVar("spoken", default=ENGLISH)


def current() -> Language:
    """The language spoken at present."""
    return _SPOKEN.get()


def speak(language: Language) -> None:
    """Speak this language from here on."""
    _SPOKEN.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak this language inside."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def say(english: str, **values: object) -> str:
    """These words in the language spoken; `values` stand in their {braces}."""
    words = _SPOKEN.get().words.get(english, english)
    return words.format(**values) if values else words


def show(english: str, **values: object) -> Markup:
    """These words as HTML for a page: marked as English where the language spoken has none for them."""
    language = _SPOKEN.get()
    words = language.words.get(english)
    safe = escape(words if words is not None else english)
    text = safe.format(**values) if values else safe
    return text if words is not None or language.is_english else Markup('<span lang="en" dir="ltr">{}</span>').format(text)


def mark(part: Any, name: str = "") -> Markup:
    """The attributes that mark a text of a page as English: where a part of a form or of the council's texts (its text `name`) has no
    translation. Nothing where it is in the language of the page."""
    if _SPOKEN.get() is ENGLISH:
        return _NO_MARK
    tongue = part.lang_of(name) if name else part.get("lang", "") if isinstance(part, dict) else getattr(part, "lang", "")
    return Markup(' lang="{}" dir="ltr"').format(tongue) if tongue else Markup("")


def strong(text: object) -> Markup:
    """A text in bold, to stand in the braces of words that are shown."""
    return Markup("<b>{}</b>").format(text)


def phone(number: str) -> Markup:
    """A telephone number to be tapped, bold, to stand in the braces of words that are shown; only bold where it is not one number and nothing else."""
    dialled = number.replace("(0)", "") if number.strip().startswith("+") else number
    if not _ONE_NUMBER.fullmatch(dialled):
        return strong(number)
    return Markup('<a class="govuk-link portal-phone" href="tel:{}">{}</a>').format(re.sub(r"[^0-9+]", "", dialled), number)


def say_within(tongue: str, caller: Callable[[], str]) -> str:
    """What a block of a template writes, with English spoken inside where `tongue` says so; for `{% call %}`."""
    if not tongue or _SPOKEN.get() is ENGLISH:
        return caller()
    with speaking(ENGLISH):
        return caller()


def number(value: int | float) -> str:
    """A number as the language spoken writes it."""
    return _SPOKEN.get().number(value)


def folded(word: str) -> str:
    """A word without capitals, accents and dots, to find it however it was typed."""
    plain = unicodedata.normalize("NFKD", word.strip().lower().replace("ı", "i"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words in a row: "a day", "a day and a year", "PDF, DOCX or JPEG". `last` is "and" or "or"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {say(last)} {words[-1]}"


TEMPLATE_WORDS = {"say": say, "show": show, "mark": mark, "strong": strong, "phone": phone, "say_within": say_within, "spoken": current}
"""What templates call to speak."""

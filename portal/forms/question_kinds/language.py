"""Language: spoken or signed, in own words where the list has it not, and whether an interpreter is needed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from portal.forms.model import Option
from portal.forms.question_kinds import wording
from portal.forms.question_kinds.choices import (
    OptionSettings,
    label_of,
    not_an_option,
    option_fault,
    option_list_faults,
    option_of,
    said,
)
from portal.forms.question_kinds.compound import CompoundKind, fault, taken, too_long, typed
from portal.forms.question_kinds.kind import BLANK, Raw, Taken, Wrong
from portal.forms.question_kinds.paper import Space, lines, ticks
from portal.forms.question_kinds.typed import compare_plain
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

ENGLISH = "en"
BOXES = ("code", "write_in", "interpreter", "interpreter_detail")
NEEDED = (Option(id="yes", label="Yes"), Option(id="no", label="No"), Option(id="not_known", label="Not known"))
_SPOKEN = (
    "en English|ak Akan (Twi or Fante)|sq Albanian|am Amharic|ar Arabic|hy Armenian|az Azerbaijani|eu Basque|be Belarusian|bn Bengali|bs Bosnian|bg Bulgarian|"
    "my Burmese|yue Cantonese|ca Catalan|hr Croatian|cs Czech|da Danish|prs Dari|dv Dhivehi|nl Dutch|et Estonian|ee Ewe|fi Finnish|fr French|ff Fula|gaa Ga|"
    "gl Galician|ka Georgian|de German|el Greek|gu Gujarati|ht Haitian Creole|ha Hausa|he Hebrew|hi Hindi|hu Hungarian|is Icelandic|ig Igbo|id Indonesian|ga Irish (Gaeilge)|"
    "it Italian|jam Jamaican Creole|ja Japanese|kn Kannada|ks Kashmiri|kk Kazakh|km Khmer|rw Kinyarwanda|ko Korean|kri Krio|kmr Kurdish (Kurmanji)|ckb Kurdish (Sorani)|"
    "ky Kyrgyz|lo Lao|lv Latvian|ln Lingala|lt Lithuanian|lg Luganda|mk Macedonian|ms Malay|ml Malayalam|mt Maltese|zh Mandarin|mr Marathi|mn Mongolian|ne Nepali|"
    "no Norwegian|om Oromo|ps Pashto|fa Persian (Farsi)|pl Polish|pt Portuguese|pa Punjabi|rom Romani|ro Romanian|ru Russian|gd Scottish Gaelic|sr Serbian|"
    "sn Shona|sd Sindhi|si Sinhala|sk Slovak|sl Slovenian|so Somali|es Spanish|sw Swahili|sv Swedish|syl Sylheti|tl Tagalog or Filipino|tg Tajik|ta Tamil|te Telugu|"
    "th Thai|bo Tibetan|ti Tigrinya|tr Turkish|tk Turkmen|uk Ukrainian|ur Urdu|ug Uyghur|uz Uzbek|vi Vietnamese|cy Welsh|wo Wolof|yi Yiddish|yo Yoruba|zu Zulu"
)
_SIGNED = "bfi British Sign Language (BSL)|bfi_hands_on Hands-on signing for deafblind people|isg Irish Sign Language|makaton Makaton|signed_other Another signed or visual language"


def _options(row: str, group: str, written_in: tuple[str, ...] = ()) -> tuple[Option, ...]:
    pairs = (entry.split(" ", 1) for entry in row.split("|"))
    return tuple(Option(id=code, label=label, group=group, write_in=code in written_in) for code, label in pairs)


BUILT_IN = (
    *_options(_SPOKEN, "Spoken languages"),
    *_options(_SIGNED, "Signed and other ways to communicate", ("signed_other",)),
    Option(id="other", label="Another language", group="Another language", write_in=True),
)
"""Codes of ISO 639 where there is one; own words for the others."""


class LanguageSettings(OptionSettings):
    """Whether the need of an interpreter is asked."""

    ask_interpreter: bool = True


class Language(CompoundKind):
    """A language and whether an interpreter is needed."""

    name = "language"
    settings = LanguageSettings
    comparisons = frozenset({"answered", "is", "is_not", "in", "has"})
    asks_to = "Select"

    def shape(self, question: Question) -> dict[str, type]:
        """Four texts."""
        return dict.fromkeys(BOXES, str)

    def options(self, question: Question) -> tuple[Option, ...]:
        """The list the question names, or the built-in one."""
        return question.settings.options or BUILT_IN

    def parts(self, question: Question) -> tuple[str, ...]:
        """The list, own words, and what is asked about an interpreter."""
        return BOXES if question.settings.ask_interpreter else BOXES[:2]

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """The language chosen and what goes with it."""
        value = {**dict.fromkeys(BOXES, ""), **typed(raw, self.parts(question))}
        if not any(value.values()):
            return BLANK
        return taken(self.judge(question, value), value)

    def judge(self, question: Question, value: dict[str, Any]) -> tuple[Wrong, ...]:
        """The code is on the list, a language outside it is named, and for any but English the need of an interpreter is told."""
        labels = {"write_in": "The name of the language", "interpreter_detail": "What the interpreter needs to know"}
        found = too_long(question, {name: value[name] for name in labels}, labels)
        option = option_of(self.options(question), value["code"])
        if not value["code"]:
            found.append(fault(question, "incomplete", wording.please(question, "Select"), "code"))
        elif option is None:
            found.append(not_an_option(question, value["code"], "code"))
        elif option.write_in and not value["write_in"].strip():
            found.append(fault(question, "write_in_missing", say("Enter the name of the language"), "write_in"))
        if value["interpreter"] and option_of(NEEDED, value["interpreter"]) is None:
            found.append(fault(question, "interpreter", say("Select yes, no or not known for the interpreter"), "interpreter"))
        if option and option.id != ENGLISH and question.settings.ask_interpreter and not value["interpreter"]:
            found.append(fault(question, "interpreter_missing", say("Select whether an interpreter is needed"), "interpreter"))
        return tuple(found)

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """The boxes."""
        return {name: [value[name]] for name in BOXES if value.get(name)}

    def text(self, question: Question, value: Any) -> str:
        """The language; the interpreter on a line below."""
        words = self.words(question, {**dict.fromkeys(BOXES, ""), **value})
        lines = [f"{words['code']}: {words['write_in']}" if words["write_in"] else words["code"]]
        if words["interpreter"]:
            lines.append(say("Interpreter needed: {answer}", answer=words["interpreter"].lower()))
        if words["interpreter_detail"]:
            lines.append(words["interpreter_detail"])
        return "\n".join(lines)

    def words(self, question: Question, value: dict[str, Any]) -> dict[str, str]:
        """The labels of what was chosen, and the words typed."""
        needed = say(label_of(NEEDED, value["interpreter"])) if value["interpreter"] else ""
        return {**value, "code": label_of(said(self.options(question)), value["code"]), "interpreter": needed}

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """The code; `has: interpreter` asks whether an interpreter is needed."""
        if comparison == "has":
            return {"yes": True, "no": False}.get(value.get("interpreter", "")) if other == "interpreter" else None
        return compare_plain(value.get("code"), comparison, other)

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """Codes of the list, or `has: interpreter`."""
        if comparison == "has":
            return "" if other == "interpreter" else "`has` asks a language for `interpreter`"
        return option_fault(self.options(question), comparison, other)

    def settings_faults(self, question: Question) -> tuple[str, ...]:
        """A list of its own has at least two languages, each once."""
        return option_list_faults(question.settings.options) if question.settings.options else ()

    def on_paper(self, question: Question) -> tuple[Space, ...]:
        """A line for the language, boxes for the interpreter."""
        interpreter = (*ticks(NEEDED, "Is an interpreter needed?"), *lines("What kind of interpreter")) if question.settings.ask_interpreter else ()
        return (*ticks(self.options(question)), *interpreter)

    def example(self, question: Question) -> Any:
        """The last language of the list that needs no own words, with an interpreter."""
        option = [each for each in self.options(question) if not each.write_in][-1]
        asked = question.settings.ask_interpreter
        return {"code": option.id, "write_in": "", "interpreter": "yes" if asked else "", "interpreter_detail": "A woman, if possible" if asked else ""}

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """English or any language of the list, with what is needed of an interpreter where that is asked."""
        options = self.options(question)
        sought = source.sought_among([option.id for option in options])
        option = option_of(options, source.one_of(sought) if sought and source.happens(0.4) else ENGLISH if source.happens(0.3) else "")
        option = option or source.one_of(options)
        needed = source.one_of(NEEDED).id if question.settings.ask_interpreter and (option.id != ENGLISH or source.happens(0.3)) else ""
        detail = source.one_of(("A woman, if possible", "By telephone", "The same person each time")) if needed == "yes" and source.happens(0.5) else ""
        return {"code": option.id, "write_in": "Romansh" if option.write_in else "", "interpreter": needed, "interpreter_detail": detail}

    def schema(self, question: Question) -> dict[str, Any]:
        """An object whose code is on the list."""
        schema = super().schema(question)
        schema["properties"]["code"] = {"enum": [option.id for option in self.options(question)]}
        schema["properties"]["interpreter"] = {"enum": ["", *(option.id for option in NEEDED)]}
        return {**schema, "required": ["code"]}

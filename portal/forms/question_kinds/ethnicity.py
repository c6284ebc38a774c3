"""Ethnicity: the 19 groups of the Census 2021 (England and Wales), or a council's list counted under them.

Groups may be described in own words; "not asked" needs a reason.
"""

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
from portal.forms.question_kinds.typed import compare_plain
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

REFUSED, NOT_ASKED = "prefers_not_to_say", "not_asked"
_GROUPS = {
    "Asian or Asian British": {
        "asian_indian": "Indian",
        "asian_pakistani": "Pakistani",
        "asian_bangladeshi": "Bangladeshi",
        "asian_chinese": "Chinese",
        "asian_other": "Any other Asian background",
    },
    "Black, Black British, Caribbean or African": {
        "black_caribbean": "Caribbean",
        "black_african": "African",
        "black_other": "Any other Black background",
    },
    "Mixed or multiple ethnic groups": {
        "mixed_white_black_caribbean": "White and Black Caribbean",
        "mixed_white_black_african": "White and Black African",
        "mixed_white_asian": "White and Asian",
        "mixed_other": "Any other Mixed or multiple background",
    },
    "White": {
        "white_british": "English, Welsh, Scottish, Northern Irish or British",
        "white_irish": "Irish",
        "white_gypsy_or_irish_traveller": "Gypsy or Irish Traveller",
        "white_roma": "Roma",
        "white_other": "Any other White background",
    },
    "Another ethnic group": {"other_arab": "Arab", "other_any": "Any other ethnic group"},
}
_WRITTEN_IN = ("asian_other", "black_african", "black_other", "mixed_other", "white_roma", "white_other", "other_any")
CENSUS = {code: label for group in _GROUPS.values() for code, label in group.items()}
"""The 19 groups: code and label."""

BUILT_IN = (
    *(Option(id=code, label=label, group=group, write_in=code in _WRITTEN_IN) for group, codes in _GROUPS.items() for code, label in codes.items()),
    Option(id=REFUSED, label="Prefers not to say", group="Not recorded"),
    Option(id=NOT_ASKED, label="Not asked yet", group="Not recorded", write_in=True),
)


OWN_WORDS = ("Vietnamese", "Kurdish", "Somali", "Turkish Cypriot", "Charedi Jewish", "Romanian")
"""How people in made-up answers describe themselves."""


class Ethnicity(CompoundKind):
    """An ethnic group, with own words where there are some."""

    name = "ethnicity"
    settings = OptionSettings
    comparisons = frozenset({"answered", "is", "is_not", "in"})
    asks_to = "Select"

    def shape(self, question: Question) -> dict[str, type]:
        """The code chosen and the words written in."""
        return {"code": str, "write_in": str}

    def options(self, question: Question) -> tuple[Option, ...]:
        """The list the question names, or the census groups."""
        return question.settings.options or BUILT_IN

    def parts(self, question: Question) -> tuple[str, ...]:
        """The list and the box for own words."""
        return ("code", "write_in")

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """The group chosen and the words beside it."""
        value = typed(raw, ("code", "write_in"))
        if not any(value.values()):
            return BLANK
        return taken(self.judge(question, value), value)

    def judge(self, question: Question, value: dict[str, Any]) -> tuple[Wrong, ...]:
        """The code is on the list; "not asked" says why."""
        found = too_long(question, {"write_in": value["write_in"]}, {"write_in": "The description in own words"})
        if not value["code"]:
            found.append(fault(question, "incomplete", wording.please(question, "Select"), "code"))
        elif option_of(self.options(question), value["code"]) is None:
            found.append(not_an_option(question, value["code"], "code"))
        if value["code"] == NOT_ASKED and not value["write_in"].strip():
            found.append(fault(question, "reason_missing", say("Enter why {words} has not been asked yet", words=wording.words_of(question)), "write_in"))
        return tuple(found)

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """The list and the box."""
        return {name: [value[name]] for name in ("code", "write_in") if value.get(name)}

    def text(self, question: Question, value: Any) -> str:
        """The group, and the words written in."""
        label = label_of(said(self.options(question)), value["code"])
        return f"{label}: {value['write_in']}" if value.get("write_in") else label

    def words(self, question: Question, value: dict[str, Any]) -> dict[str, str]:
        """The code's label, the words, and the census group it counts as."""
        census = census_code(self.options(question), value["code"])
        return {"code": label_of(said(self.options(question)), value["code"]), "write_in": value["write_in"], "census": CENSUS.get(census, "")}

    def merge_names(self, question: Question) -> tuple[str, ...]:
        """The words, and the census group."""
        return (*super().merge_names(question), "census")

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """The code."""
        return compare_plain(value.get("code"), comparison, other)

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """Only codes of the list can be compared with."""
        return option_fault(self.options(question), comparison, other)

    def settings_faults(self, question: Question) -> tuple[str, ...]:
        """A council's own groups must count as one of the 19."""
        own = [option for option in question.settings.options if option.id not in (REFUSED, NOT_ASKED)]
        uncounted = [option.id for option in own if census_code(tuple(own), option.id) not in CENSUS]
        faults = tuple(f"the group {each!r} counts as none of the census groups: add `counts_as`" for each in uncounted)
        return (*(option_list_faults(question.settings.options) if question.settings.options else ()), *faults)

    def example(self, question: Question) -> Any:
        """A group with own words."""
        option = next((each for each in self.options(question) if each.write_in and each.id != NOT_ASKED), self.options(question)[0])
        return {"code": option.id, "write_in": "Vietnamese" if option.write_in else ""}

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """Any group of the list, now and then in own words."""
        options = self.options(question)
        sought = source.sought_among([option.id for option in options])
        code = source.one_of(sought) if sought and source.happens(0.4) else source.one_of(options).id
        if code == NOT_ASKED:
            return {"code": code, "write_in": "We will ask at the first visit"}
        described = getattr(option_of(options, code), "write_in", False) and source.happens(0.7)
        return {"code": code, "write_in": source.one_of(OWN_WORDS) if described else ""}

    def schema(self, question: Question) -> dict[str, Any]:
        """An object whose code is on the list."""
        schema = super().schema(question)
        schema["properties"]["code"] = {"enum": [option.id for option in self.options(question)]}
        return {**schema, "required": ["code"]}


def census_code(options: tuple[Option, ...], code: str) -> str:
    """The census group a code counts as; the code itself where it says no other."""
    option = option_of(options, code)
    return option.counts_as if option and option.counts_as else code

"""One question on a page, as a WTForms field: what its inputs hold and are called, and what is wrong with them.

How a kind reads and judges an answer stands in its drawer, how a page is read in `page_form`, what macros need in `field_drawing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Field

from portal.forms import question_kinds
from portal.forms.field_drawing import FieldChoices, FieldWords
from portal.forms.model import Question
from portal.forms.question_kinds.answering import NOT_KNOWN_PART
from portal.language import ENGLISH, current, say

PART = "-"
"""Stands between a path and the name of a part. Ids are snake_case, so it never stands inside either."""


def dom_id(path: str, part: str = "") -> str:
    """The HTML id of an input: the path with its dots doubled to hyphens, and the part."""
    return path.replace(".", "--") + (f"{PART}{part}" if part else "")


def input_name(path: str, part: str = "") -> str:
    """The HTML name of an input: the path, and the part."""
    return f"{path}{PART}{part}" if part else path


class QuestionField(Field):
    """One question. `raw` holds what its inputs show, `wrong` what to put right; both are set by the page."""

    def __init__(self, question: Question, stored: Any = None, **wtforms: Any) -> None:
        super().__init__(label=question.label, **wtforms)
        self.question = question
        self.stored = stored
        self.kind = question.kind
        self.settings = question.settings
        self.drawer = question_kinds.kind(question.kind)
        self.path = self.name
        self.id = dom_id(self.path)
        self.raw: dict[str, list[Any]] = {}
        self.wrong: list[question_kinds.Wrong] = []
        self.marks_optional = False
        self.is_revealed = False
        self.came_from = ""
        self.words = FieldWords(self)
        self.choices = FieldChoices(self)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Nothing: the page reads all fields together, since one answer shows or hides another."""

    def parts(self) -> tuple[str, ...]:
        """The parts a browser may send for this question."""
        return (*self.drawer.parts(self.question), NOT_KNOWN_PART) if self.drawer.has_value else ()

    def show(self, raw: Mapping[str, Sequence[Any]]) -> None:
        """Let the inputs hold this."""
        self.raw = {part: list(values) for part, values in raw.items()}
        self.data = self.raw

    def value(self, part: str = "") -> str:
        """The text of one input; '' when it is empty."""
        return next((value for value in self.raw.get(part, ()) if isinstance(value, str)), "")

    def lines(self, part: str = "") -> str:
        """The text of a box of several lines; browsers swallow a first line break, so one more goes before it."""
        text = self.value(part)
        return f"\n{text}" if text.startswith("\n") else text

    def chosen(self, part: str = "") -> list[str]:
        """Every text sent for one input."""
        return [value for value in self.raw.get(part, ()) if isinstance(value, str)]

    def part_name(self, part: str = "") -> str:
        """The HTML name of one input."""
        return input_name(self.path, part)

    def part_id(self, part: str = "") -> str:
        """The HTML id of one input."""
        return dom_id(self.path, part)

    def focus_id(self, part: str = "") -> str:
        """The id an error about this part links to: always one input that takes the focus."""
        own = self.drawer.parts(self.question)
        return self.part_id(part if part in own else own[0])

    @property
    def plain_label(self) -> str:
        """The label as the form has it."""
        return self.question.label

    @property
    def is_optional(self) -> bool:
        """Whether the label says that it may be left out."""
        return self.marks_optional and not self.question.not_known

    def message(self, *parts: str) -> str:
        """What is wrong with these parts ('' for the whole), in one line."""
        return ". ".join(dict.fromkeys(each.message.rstrip(".") for each in self.wrong if each.part in (parts or ("",))))

    def error(self, part: str = "") -> dict[str, str]:
        """The error for GOV.UK's macros; empty for none."""
        text = self.message(part)
        if not text:
            return {}
        return {"text": text} if current() is ENGLISH else {"text": text, "visuallyHiddenText": say("Error:").rstrip(":")}

    def is_wrong(self, part: str) -> bool:
        """Whether an input gets the red border; of a group with one fault, all of it."""
        return any(each.part in ("", part) for each in self.wrong)

    @property
    def has_not_known_box(self) -> bool:
        """Whether a tick box "Not known" stands below the question."""
        return self.question.not_known and self.drawer.has_value and self.drawer.chosen_by != "radio"

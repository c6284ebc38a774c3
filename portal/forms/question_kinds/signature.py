"""A typed signature: name, role and date. Who really signed off a paper is kept by the portal, not here."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from portal.forms.question_kinds import date_boxes
from portal.forms.question_kinds.compound import CompoundKind, fault, taken, too_long, typed
from portal.forms.question_kinds.date_boxes import BOXES, Fault
from portal.forms.question_kinds.kind import BLANK, KindSettings, Raw, Taken, Wrong
from portal.forms.question_kinds.made_up import JOBS
from portal.forms.question_kinds.paper import Space, date_after, lines
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

LABELS = {"name": "Full name", "role": "Job or relationship"}


class SignatureSettings(KindSettings):
    """Whether the role is asked."""

    ask_role: bool = True


class Signature(CompoundKind):
    """A name typed as a signature."""

    name = "signature"
    settings = SignatureSettings

    def shape(self, question: Question) -> dict[str, type]:
        """Three texts."""
        return {"name": str, "role": str, "date": str}

    def parts(self, question: Question) -> tuple[str, ...]:
        """The boxes asked."""
        return ("name", *(("role",) if question.settings.ask_role else ()), *BOXES)

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """The signature typed."""
        boxes = typed(raw, self.parts(question))
        if not any(boxes.values()):
            return BLANK
        when = date_boxes.from_boxes(*(boxes[box] for box in BOXES)) if any(boxes[box] for box in BOXES) else ""
        value = {"name": boxes["name"], "role": boxes.get("role", ""), "date": when if isinstance(when, str) else ""}
        wrong = self.judge(question, value)
        if isinstance(when, Fault):
            wrong = (*(each for each in wrong if each.part != "day"), fault(question, when.code, f"{say('The date of the signature')} {when.words}", when.box))
        return taken(wrong, value)

    def judge(self, question: Question, value: dict[str, Any]) -> tuple[Wrong, ...]:
        """A signature has a name and a date."""
        found = too_long(question, {"name": value["name"], "role": value["role"]}, LABELS)
        if not value["name"].strip():
            found.append(fault(question, "name_missing", say("Enter the full name of the person signing"), "name"))
        if not value["date"]:
            found.append(fault(question, "date_missing", say("Enter the date of the signature"), "day"))
        elif date_boxes.span(value["date"]) is None or date_boxes.is_partial(value["date"]) or date_boxes.is_estimated(value["date"]):
            found.append(fault(question, "not_real", say("The date of the signature must be a real date"), "day"))
        return tuple(found)

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """The boxes."""
        boxes = {"name": value.get("name", ""), "role": value.get("role", "")} | date_boxes.to_boxes(value.get("date", ""))
        return {name: [text] for name, text in boxes.items() if text}

    def words(self, question: Question, value: dict[str, Any]) -> dict[str, str]:
        """Name and role as typed, the date in words."""
        return {"name": value["name"], "role": value["role"], "date": date_boxes.show(value["date"]) if value["date"] else ""}

    def text(self, question: Question, value: Any) -> str:
        """All in one line."""
        return ", ".join(part for part in self.words(question, {"name": "", "role": "", "date": "", **value}).values() if part)

    def on_paper(self, question: Question) -> tuple[Space, ...]:
        """A line to sign on, then who and when."""
        role = (LABELS["role"],) if question.settings.ask_role else ()
        return (*lines("Signature", LABELS["name"], *role), date_after("Date"))

    def example(self, question: Question) -> Any:
        """A made-up signature."""
        return {"name": "Sam Brook", "role": "Head teacher" if question.settings.ask_role else "", "date": "2026-05-04"}

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A made-up signature of the last few days."""
        when = source.today - timedelta(days=source.number(0, 5))
        return {"name": source.full_name(), "role": source.one_of(JOBS) if question.settings.ask_role else "", "date": when.isoformat()}

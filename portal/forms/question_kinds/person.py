"""A person who is named in passing: name, role, organisation, telephone and e-mail. People of a family are a repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.compound import CompoundKind, fault, taken, too_long, typed
from portal.forms.question_kinds.email import normal_email
from portal.forms.question_kinds.kind import BLANK, KindSettings, Raw, Taken, Wrong
from portal.forms.question_kinds.made_up import FIRST, JOBS, LAST, ORGANISATIONS
from portal.forms.question_kinds.paper import Space, lines
from portal.forms.question_kinds.phone import is_likely, normal_phone, unlikely_note
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

Box = Literal["first_name", "last_name", "role", "organisation", "phone", "email"]
BOXES: tuple[Box, ...] = ("first_name", "last_name", "role", "organisation", "phone", "email")
LABELS = {
    "first_name": "First name",
    "last_name": "Last name",
    "role": "Job or relationship",
    "organisation": "Organisation",
    "phone": "Telephone number",
    "email": "Email address",
}


class PersonSettings(KindSettings):
    """The boxes shown, and those that must be filled once any is."""

    ask: tuple[Box, ...] = BOXES
    needs: tuple[Box, ...] = ("first_name", "last_name")


class Person(CompoundKind):
    """A person with some ways to reach them."""

    name = "person"
    settings = PersonSettings

    def shape(self, question: Question) -> dict[str, type]:
        """Six texts."""
        return dict.fromkeys(BOXES, str)

    def parts(self, question: Question) -> tuple[str, ...]:
        """The boxes shown."""
        return tuple(box for box in BOXES if box in question.settings.ask)

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """The person typed; telephone and e-mail in their usual form."""
        boxes = {**dict.fromkeys(BOXES, ""), **typed(raw, self.parts(question))}
        if not any(boxes.values()):
            return BLANK
        boxes["phone"] = normal_phone(boxes["phone"]) or boxes["phone"]
        boxes["email"] = normal_email(boxes["email"]) or boxes["email"]
        wrong = self.judge(question, boxes)
        unlikely = bool(boxes["phone"]) and not wrong and not is_likely(boxes["phone"])
        return taken(wrong, boxes, (unlikely_note(boxes["phone"]),) if unlikely else ())

    def judge(self, question: Question, value: dict[str, Any]) -> tuple[Wrong, ...]:
        """Needed boxes are filled; telephone and e-mail are what they claim to be."""
        found = too_long(question, value, LABELS)
        for box in self.parts(question):
            if box in question.settings.needs and not value[box].strip():
                found.append(fault(question, "incomplete", say(f"Enter the {LABELS[box].lower()} of {{words}}", words=wording.words_of(question)), box))
        if value["phone"] and not normal_phone(value["phone"]):
            found.append(fault(question, "not_a_phone", say("Enter the telephone number in full, like 01632 960 001"), "phone"))
        if value["email"] and not normal_email(value["email"]):
            found.append(fault(question, "not_an_email", say("Enter the email address in the right format, like name@example.org"), "email"))
        return tuple(found)

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """One box each."""
        return {box: [value[box]] for box in BOXES if value.get(box)}

    def text(self, question: Question, value: Any) -> str:
        """Name, role and organisation in one line, ways to reach the person below."""
        name = " ".join(value[box] for box in ("first_name", "last_name") if value.get(box))
        first = ", ".join(part for part in (name, value.get("role"), value.get("organisation")) if part)
        return "\n".join(line for line in (first, value.get("phone"), value.get("email")) if line)

    def words(self, question: Question, value: dict[str, Any]) -> dict[str, str]:
        """The boxes, and the whole name."""
        return {**value, "name": " ".join(value[box] for box in ("first_name", "last_name") if value[box])}

    def merge_names(self, question: Question) -> tuple[str, ...]:
        """The boxes, and the whole name."""
        return (*super().merge_names(question), "name")

    def settings_faults(self, question: Question) -> tuple[str, ...]:
        """What is needed must be asked."""
        unasked = [box for box in question.settings.needs if box not in question.settings.ask]
        return tuple(f"`needs` has {box}, which `ask` does not" for box in unasked if "needs" in question.settings.model_fields_set)

    def on_paper(self, question: Question) -> tuple[Space, ...]:
        """A line for each box."""
        return lines(*(LABELS[box] for box in self.parts(question)))

    def example(self, question: Question) -> Any:
        """A made-up person, in the boxes asked."""
        sample = {"first_name": "Sam", "last_name": "Rivers", "role": "Health visitor", "organisation": "Meadow Clinic", "phone": "01632 960001", "email": "sam.rivers@example.org"}
        return {box: sample[box] if box in self.parts(question) else "" for box in BOXES}

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A made-up person in the boxes asked; those that are not needed are blank now and then."""
        whole = {
            "first_name": source.one_of(FIRST),
            "last_name": source.one_of(LAST),
            "role": source.one_of(JOBS),
            "organisation": source.one_of(ORGANISATIONS),
            "phone": normal_phone(source.phone()),
            "email": source.email(),
        }
        asked, needs = self.parts(question), question.settings.needs
        return {box: text if box in asked and (box in needs or source.happens(0.8)) else "" for box, text in whole.items()}

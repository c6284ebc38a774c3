"""An address: up to three lines, town and postcode; "no fixed address" and "must stay confidential" as ticks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.compound import CompoundKind, fault, taken, too_long, typed
from portal.forms.question_kinds.kind import BLANK, KindSettings, Raw, Taken, Wrong, first
from portal.forms.question_kinds.made_up import TOWNS
from portal.forms.question_kinds.paper import Space, Tick, Ticks, lines
from portal.forms.question_kinds.postcode import normal_postcode
from portal.language import say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

LINES = ("line1", "line2", "line3")
BOXES = (*LINES, "town", "postcode")
LABELS = {"line1": "Address line 1", "line2": "Address line 2", "line3": "Address line 3", "town": "Town or city", "postcode": "Postcode"}


class AddressSettings(KindSettings):
    """Which ticks are offered, and whether the postcode must be there."""

    no_fixed_address: bool = True
    confidential: bool = True
    postcode_required: bool = False


class Address(CompoundKind):
    """An address, or that there is no fixed one."""

    name = "address"
    settings = AddressSettings
    comparisons = frozenset({"answered", "has"})

    def shape(self, question: Question) -> dict[str, type]:
        """Lines, town and postcode, and the two ticks."""
        return {"lines": list, "town": str, "postcode": str, "no_fixed_address": bool, "confidential": bool}

    def ticks(self, question: Question) -> tuple[str, ...]:
        """The ticks this question offers."""
        return tuple(name for name in ("no_fixed_address", "confidential") if getattr(question.settings, name))

    def parts(self, question: Question) -> tuple[str, ...]:
        """Five boxes and the ticks offered."""
        return (*BOXES, *self.ticks(question))

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """The address typed; the postcode in its usual form."""
        boxes = typed(raw, BOXES)
        ticked = {tick: tick in self.ticks(question) and bool(first(raw, tick).strip()) for tick in ("no_fixed_address", "confidential")}
        if not any(boxes.values()) and not any(ticked.values()):
            return BLANK
        value = {
            "lines": [boxes[line] for line in LINES if boxes[line]],
            "town": boxes["town"],
            "postcode": normal_postcode(boxes["postcode"]) or boxes["postcode"],
            **ticked,
        }
        return taken(self.judge(question, value), value)

    def judge(self, question: Question, value: dict[str, Any]) -> tuple[Wrong, ...]:
        """An address has a first line; its postcode is one; ticks only where they are offered."""
        lines = value["lines"]
        if len(lines) > len(LINES):
            return (Wrong("shape", f"{wording.subject(question)} must have {len(LINES)} lines at most"),)
        boxes = dict(zip(LINES, lines, strict=False)) | {"town": value["town"], "postcode": value["postcode"]}
        found = too_long(question, boxes, LABELS)
        for tick in ("no_fixed_address", "confidential"):
            if value[tick] and tick not in self.ticks(question):
                found.append(Wrong("shape", f"{question.id} does not offer {tick}", tick))
        if not value["no_fixed_address"] and not any(line.strip() for line in lines):
            found.append(fault(question, "incomplete", say("Enter address line 1 of {words}", words=wording.words_of(question)), "line1"))
        if value["postcode"] and not normal_postcode(value["postcode"]):
            found.append(fault(question, "not_a_postcode", say("Enter the postcode in full, like E8 1DY"), "postcode"))
        if question.settings.postcode_required and not value["postcode"] and not value["no_fixed_address"]:
            found.append(fault(question, "postcode_missing", say("Enter the postcode of {words}", words=wording.words_of(question)), "postcode"))
        return tuple(found)

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """The boxes and ticks."""
        boxes = dict(zip(LINES, value.get("lines", ()), strict=False)) | {name: value.get(name, "") for name in ("town", "postcode")}
        shown = {name: [text] for name, text in boxes.items() if text}
        return shown | {tick: ["yes"] for tick in ("no_fixed_address", "confidential") if value.get(tick)}

    def text(self, question: Question, value: Any) -> str:
        """The lines of the address, and what the ticks say."""
        lines = [self.lines_of(value)]
        if value.get("confidential"):
            lines.append(say("This address must stay confidential"))
        return "\n".join(line for line in lines if line)

    def lines_of(self, value: dict[str, Any]) -> str:
        """The address as on an envelope; "No fixed address" before what is known of where they stay."""
        known = [*value.get("lines", ()), value.get("town", ""), value.get("postcode", "")]
        if value.get("no_fixed_address"):
            known.insert(0, say("No fixed address"))
        return "\n".join(line for line in known if line)

    def words(self, question: Question, value: dict[str, Any]) -> dict[str, str]:
        """The address as on an envelope under `text`; the ticks as "Yes" or nothing."""
        return {
            "text": self.lines_of(value),
            "lines": "\n".join(value["lines"]),
            "town": value["town"],
            "postcode": value["postcode"],
            "no_fixed_address": say("Yes") if value["no_fixed_address"] else "",
            "confidential": say("Yes") if value["confidential"] else "",
        }

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """Whether a tick is set."""
        return bool(value.get(other)) if comparison == "has" and isinstance(other, str) else None

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """An address compares with its ticks."""
        ticks = self.ticks(question)
        return "" if other in ticks else f"`has` compares an address with one of {', '.join(ticks) or 'the ticks it does not offer'}"

    def on_paper(self, question: Question) -> tuple[Space, ...]:
        """A line for each part of the address."""
        wanted = (("no_fixed_address", "No fixed address"), ("confidential", "This address must stay confidential"))
        boxes = tuple(Tick(name, label) for name, label in wanted if getattr(question.settings, name))
        return (*lines(*LABELS.values()), *((Ticks(boxes),) if boxes else ()))

    def example(self, question: Question) -> Any:
        """A made-up address."""
        return {"lines": ["12 Example Road", "Flat 3"], "town": "London", "postcode": "E8 1DY", "no_fixed_address": False, "confidential": False}

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A street that there is not; now and then with a tick that is offered."""
        ticks = {tick: source.happens(0.15) for tick in self.ticks(question)}
        written = [source.street(), *([f"Flat {source.number(1, 30)}"] if source.happens(0.3) else [])]
        return {"lines": written, "town": source.one_of(TOWNS), "postcode": source.postcode(), "no_fixed_address": False, "confidential": False, **ticks}

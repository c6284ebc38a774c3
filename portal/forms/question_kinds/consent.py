"""A record of consent: what was decided, how and when, by whom, who took it, and its limits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from portal.forms.model import Option
from portal.forms.question_kinds import date_boxes, wording
from portal.forms.question_kinds.choices import label_of, option_fault, option_of
from portal.forms.question_kinds.compound import CompoundKind, fault, taken, too_long, typed
from portal.forms.question_kinds.date_boxes import BOXES, Fault
from portal.forms.question_kinds.kind import BLANK, KindSettings, Raw, Taken, Wrong
from portal.forms.question_kinds.paper import Space, date_after, lines, ticks
from portal.forms.question_kinds.typed import compare_plain
from portal.language import number, say

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp

DECISIONS = (
    Option(id="given", label="Given"),
    Option(id="refused", label="Refused"),
    Option(id="withdrawn", label="Withdrawn"),
    Option(id="not_sought", label="Not sought"),
)
METHODS = (Option(id="written", label="In writing"), Option(id="verbal", label="Spoken"), Option(id="electronic", label="Electronic"))
TEXTS = ("given_by", "taken_by", "limits")
LABELS = {
    "given_by": "Who gave or refused it",
    "taken_by": "Who asked for it",
    "limits": "Limits: what may not be shared, and with whom",
}
LONGEST_LIMITS = 4000


class ConsentSettings(KindSettings):
    """Whether the method, the giver, the taker and the limits are asked; who gave it is plain where the item is that person."""

    ask_method: bool = True
    ask_given_by: bool = True
    ask_taken_by: bool = True
    ask_limits: bool = True


class ConsentRecord(CompoundKind):
    """What was decided about consent."""

    name = "consent"
    settings = ConsentSettings
    comparisons = frozenset({"answered", "is", "is_not", "in"})
    asks_to = "Select"

    def shape(self, question: Question) -> dict[str, type]:
        """Six texts."""
        return dict.fromkeys(("decision", "method", "date", *TEXTS), str)

    def options(self, question: Question) -> tuple[Option, ...]:
        """The four decisions."""
        return DECISIONS

    def parts(self, question: Question) -> tuple[str, ...]:
        """The boxes asked."""
        method = ("method",) if question.settings.ask_method else ()
        asked = {"given_by": question.settings.ask_given_by, "taken_by": question.settings.ask_taken_by, "limits": question.settings.ask_limits}
        return ("decision", *method, *BOXES, *(name for name in TEXTS if asked[name]))

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """The record typed."""
        boxes = typed(raw, self.parts(question))
        if not any(boxes.values()):
            return BLANK
        when = date_boxes.from_boxes(*(boxes[box] for box in BOXES)) if any(boxes[box] for box in BOXES) else ""
        value = {"decision": boxes["decision"], "method": boxes.get("method", ""), "date": when if isinstance(when, str) else ""}
        value |= {name: boxes.get(name, "") for name in TEXTS}
        wrong = self.judge(question, value)
        if isinstance(when, Fault):
            wrong = (*(each for each in wrong if each.part != "day"), fault(question, when.code, f"{say('The date of consent')} {when.words}", when.box))
        return taken(wrong, value)

    def judge(self, question: Question, value: dict[str, Any]) -> tuple[Wrong, ...]:
        """A decision has a date; consent given also says how and by whom."""
        found = too_long(question, {name: value[name] for name in ("given_by", "taken_by")}, LABELS)
        decision = value["decision"]
        if option_of(DECISIONS, decision) is None:
            found.append(fault(question, "decision", say("Select what was decided about {words}", words=wording.words_of(question)), "decision"))
        if value["method"] and option_of(METHODS, value["method"]) is None:
            found.append(fault(question, "method", say("Select how consent was given from the list"), "method"))
        if value["date"] and (date_boxes.span(value["date"]) is None or date_boxes.is_partial(value["date"]) or date_boxes.is_estimated(value["date"])):
            found.append(fault(question, "not_real", say("The date of consent must be a real date"), "day"))
        if len(value["limits"]) > LONGEST_LIMITS:
            found.append(fault(question, "too_long", say("{subject} must be {limit} characters or fewer", subject=say("Limits"), limit=number(LONGEST_LIMITS)), "limits"))
        if decision in ("given", "refused", "withdrawn") and not value["date"]:
            found.append(fault(question, "date_missing", say("Enter the date of the decision about consent"), "day"))
        if decision == "given":
            if question.settings.ask_method and not value["method"]:
                found.append(fault(question, "method", say("Select how consent was given"), "method"))
            if question.settings.ask_given_by and not value["given_by"].strip():
                found.append(fault(question, "given_by_missing", say("Enter the name of the person who gave consent"), "given_by"))
        return tuple(found)

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """The boxes."""
        boxes = {name: value.get(name, "") for name in ("decision", "method", *TEXTS)} | date_boxes.to_boxes(value.get("date", ""))
        return {name: [text] for name, text in boxes.items() if text}

    def words(self, question: Question, value: dict[str, Any]) -> dict[str, str]:
        """The record, key by key."""
        return {
            "decision": say(label_of(DECISIONS, value["decision"])),
            "method": say(label_of(METHODS, value["method"])) if value["method"] else "",
            "date": date_boxes.show(value["date"]) if value["date"] else "",
            **{name: value[name] for name in TEXTS},
        }

    def text(self, question: Question, value: Any) -> str:
        """Decision, how and when in one line; by whom, taken by whom and limits below."""
        words = self.words(question, {**dict.fromkeys(self.shape(question), ""), **value})
        head = ", ".join(part for part in (words["decision"], words["method"].lower(), words["date"]) if part)
        below = (("By", "given_by"), ("Asked by", "taken_by"), ("Limits", "limits"))
        return "\n".join([head, *(f"{say(label)}: {words[name]}" for label, name in below if words[name])])

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """The decision."""
        return compare_plain(value.get("decision"), comparison, other)

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """A record of consent compares by its decision."""
        return option_fault(DECISIONS, comparison, other)

    def on_paper(self, question: Question) -> tuple[Space, ...]:
        """Boxes for the decision and how it was given, the date, and lines for the rest."""
        asked = question.settings
        method = ticks(METHODS, "How") if asked.ask_method else ()
        texts = [LABELS[name] for name in TEXTS if getattr(asked, f"ask_{name}")]
        return (*ticks(DECISIONS), *method, date_after("Date"), *lines(*texts))

    def example(self, question: Question) -> Any:
        """Consent given by a made-up mother."""
        return {
            "decision": "given",
            "method": "written" if question.settings.ask_method else "",
            "date": "2026-05-04",
            "given_by": "Ada Rivers" if question.settings.ask_given_by else "",
            "taken_by": "Sam Brook" if question.settings.ask_taken_by else "",
            "limits": "Not with the housing office" if question.settings.ask_limits else "",
        }

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """Any decision of the last weeks; often one that is looked for."""
        decisions = [option.id for option in DECISIONS]
        decision = source.one_of(source.sought_among(decisions) or decisions) if source.happens(0.7) else "given"
        settings = question.settings
        return {
            "decision": decision,
            "method": source.one_of(METHODS).id if settings.ask_method and decision != "not_sought" else "",
            "date": (source.today - timedelta(days=source.number(0, 60))).isoformat() if decision != "not_sought" else "",
            "given_by": source.full_name() if settings.ask_given_by and decision != "not_sought" else "",
            "taken_by": source.full_name() if settings.ask_taken_by and decision != "not_sought" else "",
            "limits": source.one_of(("Not with the housing office", "Only with the school", "Not with the children’s father")) if settings.ask_limits and source.happens(0.2) else "",
        }

    def schema(self, question: Question) -> dict[str, Any]:
        """An object whose decision and method are listed."""
        schema = super().schema(question)
        schema["properties"]["decision"] = {"enum": [option.id for option in DECISIONS]}
        schema["properties"]["method"] = {"enum": ["", *(option.id for option in METHODS)]}
        return {**schema, "required": ["decision"]}


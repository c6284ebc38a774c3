"""A date in three boxes; the month may be a name. Partial and estimated dates where the question allows them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from portal.forms.question_kinds import date_boxes, wording
from portal.forms.question_kinds.date_boxes import BOXES, Fault
from portal.forms.question_kinds.kind import BLANK, KindSettings, QuestionKind, Raw, Taken, Wrong, first
from portal.forms.question_kinds.paper import DATE, Space, Tick, Ticks

if TYPE_CHECKING:
    from portal.forms.model import Question
    from portal.forms.question_kinds.made_up import MadeUp


class DateSettings(KindSettings):
    """Whether day or month may be left open, and whether a tick box "estimated" is offered."""

    partial: bool = False
    estimated: bool = False


class Date(QuestionKind):
    """A date; kept as "2019-05-04", partial as "2019-05" or "2019", estimated with "~" at the end."""

    name = "date"
    settings = DateSettings
    comparisons = frozenset({"answered", "is", "is_not", "in", "before", "after", "not_before", "not_after", "within_days"})

    def parts(self, question: Question) -> tuple[str, ...]:
        """The three boxes, and the tick box where it is offered."""
        return (*BOXES, "estimated") if question.settings.estimated else BOXES

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """The date typed."""
        day, month, year = (first(raw, box) for box in BOXES)
        ticked = question.settings.estimated and bool(first(raw, "estimated").strip())
        if not (day + month + year).strip():
            return Taken(wrong=(Wrong("incomplete", wording.say(question, "incomplete", wording.please(question, "Enter")), "day"),)) if ticked else BLANK
        found = date_boxes.from_boxes(day, month, year, partial=question.settings.partial)
        if isinstance(found, Fault):
            return Taken(wrong=(_fault(question, found),))
        return Taken(found + ("~" if ticked else ""))

    def wrong(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """A value is wrong when it is no date, or is partial or estimated where that is not allowed."""
        if not isinstance(value, str) or date_boxes.span(value) is None:
            return (Wrong("shape", f"{wording.subject(question)} must be a date such as 2019-05-04", "day"),)
        if date_boxes.is_partial(value) and not question.settings.partial:
            return (_fault(question, Fault("incomplete", "include a day, month and year", "day")),)
        if date_boxes.is_estimated(value) and not question.settings.estimated:
            return (Wrong("shape", f"{wording.subject(question)} must not be an estimate", "day"),)
        return ()

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """The boxes; the month as a number."""
        boxes = {box: [text] for box, text in date_boxes.to_boxes(value).items()}
        return {**boxes, "estimated": ["yes"]} if date_boxes.is_estimated(value) else boxes

    def text(self, question: Question, value: Any) -> str:
        """The date in words."""
        return date_boxes.show(value)

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """A partial date compares as unknown where its days disagree."""
        return date_boxes.compare(value, comparison, other, today)

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """Dates compare with `today`, a day counted from it, or an exact date."""
        return date_boxes.comparison_fault(comparison, other)

    def demand(self, question: Question, comparison: str, other: Any, today: date) -> str:
        """What the date must be."""
        return date_boxes.demand(comparison, other, today)

    def on_paper(self, question: Question) -> tuple[Space, ...]:
        """Boxes for day, month and year."""
        estimated = (Ticks((Tick("estimated", "This date is estimated"),)),) if question.settings.estimated else ()
        return (DATE, *estimated)

    def example(self, question: Question) -> Any:
        """A day in the past that fits most rules."""
        return "2019-05-04"

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A day that suits the question, or near one that is looked for; partial or estimated where that is allowed."""
        marks = [mark for mark in (date_boxes.point(each, source.today) for each in source.sought) if mark]
        if marks and source.happens(0.6):
            day = source.one_of(marks) + timedelta(days=source.one_of((-40, -1, 0, 1, 40)))
        else:
            day = source.day_for(question)
        kept = day.isoformat()
        if question.settings.partial and source.happens(0.2):
            kept = kept[: source.one_of((4, 7))]
        return kept + ("~" if question.settings.estimated and source.happens(0.2) else "")

    def edges(self, question: Question, today: date) -> Iterator[Any]:
        """Today, the days that rules name, and the days around them."""
        marks = [today, *(date_boxes.point(rule.value, today) for rule in question.rules)]
        for mark in marks:
            if mark is not None:
                yield from ((mark + timedelta(days=move)).isoformat() for move in (0, 1, -1, 7, -7) if _exists(mark, move))

    def schema(self, question: Question) -> dict[str, Any]:
        """A text; the shape depends on what the question allows."""
        month, day = "-[0-9]{2}", "-[0-9]{2}"
        shape = f"[0-9]{{4}}({month}({day})?)?" if question.settings.partial else f"[0-9]{{4}}{month}{day}"
        return {"type": "string", "pattern": f"^{shape}{'~?' if question.settings.estimated else ''}$"}


def _fault(question: Question, fault: Fault) -> Wrong:
    return Wrong(fault.code, wording.say(question, fault.code, f"{wording.subject(question)} {fault.words}"), fault.box)


def _exists(day: date, move: int) -> bool:
    return date.min.toordinal() <= day.toordinal() + move <= date.max.toordinal()

"""A form as it is printed to be filled in with a pen: numbered questions, what is left for each answer, and notes that do the conditions' work.

It is plain values; how they look in Word is not said here. What only a computer can do (a family's record, roles) is told in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portal.forms import question_kinds
from portal.forms.condition_tree import Condition, HasRole, RecordFact, Use, walk
from portal.forms.conditions import Facts, evaluate
from portal.forms.derived.condition_words import ConditionWords, Words, a
from portal.forms.model import FormDefinition, Page, Question, Repeat, Scope
from portal.forms.question_kinds.paper import Space, Tick, Ticks

LONGEST_DEMAND = 110
"""A condition under which an answer is demanded that takes more letters is not printed: whoever can answer is asked to."""

LONGEST_NOTE = 9
UNTOLD = "it fits what you have written. If you are not sure, go on: we will ask you"
SAME = 4
"""So many options that lead to the same place are told together."""

_ITEM = "1"
_PLAINER = ((" has an answer other than ", " is anything but "), (" has an answer, but without ", " does not include "), (" has an answer, but not ", " is not "))


@dataclass(frozen=True)
class Entry:
    """One question on paper, or text to read (number 0).

    `notes` tell when to answer at all, lines of one note parted by a newline; `after` tells by option where to go next, `afterwards` for
    most options together.
    """

    number: int
    label: str
    hint: str = ""
    text: str = ""
    demand: str = ""
    notes: tuple[str, ...] = ()
    spaces: tuple[Space, ...] = ()
    after: Mapping[str, str] = field(default_factory=dict)
    afterwards: str = ""


@dataclass(frozen=True)
class PaperPage:
    """A page of the form with its entries. `repeat_notes` say how often it is answered; `about` is what a line at its head asks for."""

    title: str
    type: str
    notes: tuple[str, ...] = ()
    guidance: str = ""
    repeat_notes: tuple[str, ...] = ()
    about: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class PaperSection:
    """A part of the form."""

    title: str
    summary: str
    pages: tuple[PaperPage, ...]


@dataclass(frozen=True)
class PaperForm:
    """A whole form on paper."""

    title: str
    summary: str
    sections: tuple[PaperSection, ...]
    declaration: str = ""


def paper_form(definition: FormDefinition, facts: Facts, roles: Mapping[str, str] | None = None) -> PaperForm:
    """The form on paper. What the council has switched off (`facts.record`) is left out; `roles` are titles of roles by id."""
    return _Paper(definition, facts, roles or {}).form()


@dataclass(frozen=True)
class _Asked:
    """One question at its place on paper, with all that must hold for it to be asked."""

    question: Question
    page: Page
    number: int


class _Paper:
    """Lays out one form."""

    def __init__(self, definition: FormDefinition, facts: Facts, roles: Mapping[str, str]):
        self.definition = definition
        self.index = definition.index
        self.facts = facts
        self.pages = [page for page in definition.pages if not self._is_switched_off(page.when)]
        self.asked = list(self._numbered())
        self.numbers = {asked.question.id: asked.number for asked in self.asked if asked.number}
        self.words = _ByNumber(definition, roles, self.numbers)

    def form(self) -> PaperForm:
        sections = ((section, tuple(self._pages(section.id))) for section in self.definition.sections)
        made = tuple(PaperSection(section.title, section.summary, pages) for section, pages in sections if pages)
        return PaperForm(self.definition.title, self.definition.summary, made, self.definition.send.declaration)

    def _numbered(self) -> Iterator[_Asked]:
        number = 0
        for section in self.definition.sections:
            for page in self.pages:
                for question in page.questions if page.section == section.id else ():
                    if self._is_switched_off(question.when):
                        continue
                    has_value = question_kinds.kind(question.kind).has_value
                    number += has_value
                    yield _Asked(question, page, number if has_value else 0)

    def _is_switched_off(self, condition: Condition | None) -> bool:
        """Whether it asks for nothing but settings of the service, and they say no."""
        if condition is None or self.index.references(condition):
            return False
        leaves = list(self._leaves(condition))
        if not leaves or not all(isinstance(part, RecordFact) and part.fact.startswith("service.") for part in leaves):
            return False
        return evaluate(condition, {}, (), self.facts, self.definition) is not True

    def _leaves(self, condition: Condition) -> Iterator[Condition]:
        for _, part in walk(condition):
            if isinstance(part, Use) and part.name in self.definition.conditions:
                yield from self._leaves(self.definition.conditions[part.name])
            elif isinstance(part, RecordFact | HasRole):
                yield part

    # --- pages -----------------------------------------------------------------------------------------------------------

    def _pages(self, section: str) -> Iterator[PaperPage]:
        begun: set[str] = set()
        for page in (page for page in self.pages if page.section == section):
            repeat = self.index.repeats.get(page.repeat)
            begins = page.repeat not in begun
            begun.add(page.repeat)
            yield PaperPage(
                page.title,
                page.type,
                self._page_notes(page),
                page.guidance,
                tuple(self._repeat_notes(repeat)) if repeat and begins else (),
                repeat.item if repeat and begins else "",
                tuple(self._entries(page)),
            )

    def _page_notes(self, page: Page) -> tuple[str, ...]:
        if page.when is None:
            return ()
        lead = {"stop": "Stop here if", "interrupt": "Read this if"}.get(page.type, "Fill in this part only if")
        return (self._note(page.when, lead),)

    def _note(self, condition: Condition, lead: str) -> str:
        """A condition as one note; one that would fill half a page is left to whoever reads the form."""
        lines = self.words.lines(condition, lead)
        return "\n".join(lines) if len(lines) <= LONGEST_NOTE else f"{lead} {UNTOLD}"

    def _repeat_notes(self, repeat: Repeat) -> Iterator[str]:
        numbers = [asked.number for asked in self.asked if asked.page.repeat == repeat.id and asked.number]
        which = _numbers(numbers)
        outer, over = self.index.repeats.get(repeat.inside), self.index.repeats.get(repeat.over)
        within = f", for each {outer.item}" if outer else ""
        if over is not None:
            yield f"Answer {which} once for each {over.item} you wrote about under “{over.title}”{within}."
            if repeat.where is not None:
                yield self._note(repeat.where, f"Only for {a(over.item)} for whom")
        else:
            yield f"Answer {which} once for each {repeat.item}{within}{'' if repeat.min else ', if there is one'}."
        yield "Copy or print these questions again for each further one."

    # --- questions -------------------------------------------------------------------------------------------------------

    def _entries(self, page: Page) -> Iterator[Entry]:
        here = [asked for asked in self.asked if asked.page is page]
        for place, asked in enumerate(here):
            question = asked.question
            begins = question.when is not None and (place == 0 or here[place - 1].question.when != question.when)
            run = [other.number for other in _run(here, place) if other.number]
            after, afterwards = self._together(question, self._after(asked))
            yield Entry(
                asked.number,
                question.label,
                question.hint,
                getattr(question.settings, "text", ""),
                self._demand(question),
                (self._note(question.when, _only(run)),) if begins and question.when is not None else (),
                self._spaces(question),
                after,
                afterwards,
            )

    def _demand(self, question: Question) -> str:
        if not question_kinds.kind(question.kind).has_value or question.required is True:
            return ""
        if question.later:
            return "You may send this later."
        if isinstance(question.required, Condition):
            lines = self.words.lines(question.required, "You must answer this if")
            return f"{lines[0]}." if len(lines) == 1 and len(lines[0]) <= LONGEST_DEMAND else "Answer this if you can."
        return "You may leave this blank."

    def _spaces(self, question: Question) -> tuple[Space, ...]:
        kind = question_kinds.kind(question.kind)
        if not kind.has_value:
            return ()
        spaces = tuple(self._offered(question, space) for space in kind.on_paper(question))
        return (*spaces, Ticks((Tick("not_known", "Not known"),))) if question.not_known else spaces

    def _offered(self, question: Question, space: Space) -> Space:
        off = {option.id for option in getattr(question.settings, "options", ()) if self._is_switched_off(option.when)}
        if not off or not isinstance(space, Ticks):
            return space
        return replace(space, boxes=tuple(box for box in space.boxes if box.option not in off))

    # --- where to go next ------------------------------------------------------------------------------------------------

    def _after(self, asked: _Asked) -> dict[str, str]:
        """For each option of a question with one answer, where to go, where that is not simply on."""
        question = asked.question
        if question_kinds.kind(question.kind).chosen_by != "radio" and question.kind not in ("radios", "yes_no", "select"):
            return {}
        found = ((option.id, self._next(asked, option.id)) for option in question_kinds.kind(question.kind).options(question))
        return {option: words for option, words in found if words}

    def _together(self, question: Question, after: dict[str, str]) -> tuple[dict[str, str], str]:
        """Where most options lead to one place, that is told once, and only the others by option."""
        shared = next((words for words in after.values() if list(after.values()).count(words) >= SAME), "")
        others = [option.label for option in question_kinds.kind(question.kind).options(question) if after.get(option.id) != shared]
        if not shared or not shared.startswith("go "):
            return after, ""
        told = f"Unless you ticked {' or '.join(f'“{label}”' for label in others)}, {shared}." if others else f"Now {shared}."
        return {option: words for option, words in after.items() if words != shared}, told

    def _next(self, asked: _Asked, option: str) -> str:
        stop = next((page for page in self.pages if page.type != "questions" and self._is_called(page, asked, option)), None)
        if stop is not None:
            return f"stop and read “{stop.title}”" if stop.type == "stop" else f"read “{stop.title}” before you go on"
        following = self.asked[self.asked.index(asked) + 1 :]
        unasked: set[str] = set()
        for other in following:
            if self._is_out(other, asked, option, unasked):
                unasked.add(other.question.id)
                continue
            if not any(name in self.numbers for name in unasked):
                return ""
            if other.page.repeat != asked.page.repeat:
                return f"go on after {_numbers([self.numbers[name] for name in unasked if name in self.numbers])}"
            return f"go to question {other.number}" if other.number else ""
        return ""

    def _is_called(self, page: Page, asked: _Asked, option: str) -> bool:
        if page.when is None or self.index.references(page.when) != {("question", asked.question.id)} or list(self._leaves(page.when)):
            return False
        return self._holds(page.when, asked, option, asked.page.repeat) is True

    def _is_out(self, other: _Asked, asked: _Asked, option: str, unasked: set[str]) -> bool:
        """Whether this answer alone makes sure that another question is not asked."""
        for condition in (other.page.when, other.question.when):
            if condition is None or list(self._leaves(condition)):
                continue
            looked_at = {name for kind, name in self.index.references(condition) if kind == "question"}
            if any(kind == "repeat" for kind, _ in self.index.references(condition)) or asked.question.id not in looked_at:
                continue
            if looked_at <= {asked.question.id, *unasked} and self._holds(condition, asked, option, other.page.repeat) is not True:
                return True
        return False

    def _holds(self, condition: Condition, asked: _Asked, option: str, repeat: str) -> bool | None:
        value: Any = int(option) if asked.question.kind == "scale" else option
        answers: dict[str, Any] = {asked.question.id: value}
        for name in reversed(self.index.chain(asked.page.repeat)):
            answers = {name: [{"_id": _ITEM, **answers}]}
        return evaluate(condition, answers, self._scope(repeat), self.facts, self.definition)

    def _scope(self, repeat: str) -> Scope:
        return tuple((name, _ITEM) for name in self.index.chain(repeat))


class _ByNumber(ConditionWords):
    """Conditions in words that call a question by its number, and say every condition in full."""

    def __init__(self, definition: FormDefinition, roles: Mapping[str, str], numbers: Mapping[str, int]):
        super().__init__(definition, roles)
        self.numbers = numbers

    def label(self, question_id: str) -> str:
        """The number, or the label of a question that is not on paper."""
        number = self.numbers.get(question_id)
        return f"the answer to question {number}" if number else super().label(question_id)

    def lines(self, condition: Condition, lead: str) -> list[str]:
        """The condition in words for a person with a pen: a blank is one way of not having given an answer."""
        made = super().lines(condition, lead)
        for words, plainer in _PLAINER:
            made = [line.replace(words, plainer) for line in made]
        return made

    def _use(self, name: str, positive: bool) -> Words:
        condition = self.definition.conditions.get(name)
        return super()._use(name, positive) if condition is None else self._words(condition, positive)


def _run(here: list[_Asked], place: int) -> list[_Asked]:
    """This question and those right after it with the same condition."""
    found = []
    for asked in here[place:]:
        if asked.question.when != here[place].question.when:
            break
        found.append(asked)
    return found


def _only(numbers: list[int]) -> str:
    if not numbers:
        return "Read this if"
    return "Answer this only if" if len(numbers) == 1 else f"Answer {_numbers(numbers)} only if"


def _numbers(numbers: list[int]) -> str:
    """ "question 7", "questions 8 to 11 and 20"; those that follow each other are told by the first and the last."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = [f"{run[0]} to {run[-1]}" if len(run) > 2 else " and ".join(map(str, run)) for run in runs]
    if not told:
        return "these questions"
    return f"question{'s' if len(numbers) > 1 else ''} {', '.join(told[:-1])}{' and ' if len(told) > 1 else ''}{told[-1]}"

"""The map of a form in plain words, as Markdown: pages in order, what each asks, when it is shown, what must be answered.

It is for people who review a form and do not read YAML; everything in it comes from the definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portal.forms import question_kinds
from portal.forms.condition_tree import AnotherAnswer, Condition
from portal.forms.derived.condition_words import ConditionWords, a, compared
from portal.forms.model import FormDefinition, Option, Page, Question, Repeat

ASKED = {
    "text": "one line of text", "long_text": "several lines of text", "yes_no": "yes or no", "radios": "one of these",
    "select": "one of a list", "checkboxes": "any of these", "date": "a date", "time": "a time of day", "number": "a number",
    "scale": "a point on a scale", "email": "an e-mail address", "phone": "a telephone number", "postcode": "a postcode",
    "address": "an address", "nhs_number": "an NHS number", "upn": "a unique pupil number", "ethnicity": "an ethnic group",
    "language": "a language, and whether an interpreter is needed", "person": "a person: name, role and how to reach them",
    "file": "files to add", "consent": "a record of consent: decision, day, how and by whom", "signature": "a typed signature",
    "statement": "a statement to tick", "guidance": "words to read",
}  # fmt: skip
MOST_OPTIONS = 12
"""A longer list is told by its first options and their number."""


def form_map(definition: FormDefinition, roles: Mapping[str, str] | None = None) -> str:
    """The whole map. `roles` are the titles of the council's roles by id."""
    return "\n".join(_Map(definition, roles or {}).lines()).rstrip() + "\n"


class _Map:
    """Writes the map of one form."""

    def __init__(self, definition: FormDefinition, roles: Mapping[str, str]):
        self.definition = definition
        self.words = ConditionWords(definition, roles)
        self.numbers = {page.id: number for number, page in enumerate(definition.pages, start=1)}

    def lines(self) -> Iterator[str]:
        yield from self._head()
        for section in self.definition.sections:
            yield from (f"## {section.title}", "")
            if section.summary:
                yield from (section.summary, "")
            for page in self.definition.pages:
                if page.section == section.id:
                    yield from self._page(page)
        yield from self._sending()
        yield from self._explained()

    def _head(self) -> Iterator[str]:
        form = self.definition
        asked = [question for page in form.pages for question in page.questions if question_kinds.kind(question.kind).has_value]
        who = "Anybody may fill this form." if form.audience == "public" else "Staff fill this form."
        yield from (f"# {form.title}", "")
        if form.summary:
            yield from (form.summary, "")
        yield f"{who} It has {len(form.pages)} pages with {len(asked)} questions; nobody meets all of them. They come in this order."
        yield "A page or question with a condition is shown only while the condition holds. Answers to what is not shown are not sent."
        yield ""

    def _page(self, page: Page) -> Iterator[str]:
        yield from (f"### {self.numbers[page.id]}. {page.title}", "")
        repeat = self.definition.index.repeats.get(page.repeat)
        if repeat is not None:
            yield from (*self._repeat(repeat, page), "")
        if page.when is not None:
            yield from (*self.words.lines(page.when, "Shown when"), "")
        if page.type == "stop":
            yield from ("**The form ends here; nothing can be sent.**", "")
        if page.type == "interrupt":
            yield from ("**Must be read before going on; that it was read is recorded.**", "")
        if page.guidance:
            yield from (*(f"> {line}".rstrip() for line in page.guidance.strip().splitlines()), "")
        for question in page.questions:
            yield from self._question(question)
        if page.questions:
            yield ""

    def _repeat(self, repeat: Repeat, page: Page) -> Iterator[str]:
        index = self.definition.index
        together = ", all on one page" if page.layout == "together" else ""
        outer, over = index.repeats.get(repeat.inside), index.repeats.get(repeat.over)
        inside = f" of each {outer.item}" if outer else ""
        if over is None:
            limits = f"at least {repeat.min}, at most {repeat.max}" if repeat.min else f"at most {repeat.max}"
            yield f"Asked for each {repeat.item}{inside} ({limits}){together}."
            return
        yield f"Asked for each {over.item} under “{over.title}”{f', for each {outer.item}' if outer else ''}{together}."
        if repeat.where is not None:
            yield from self.words.lines(repeat.where, f"Only for {a(over.item)} for whom")

    def _question(self, question: Question) -> Iterator[str]:
        kind = question_kinds.kind(question.kind)
        asked = ASKED.get(question.kind, question.kind.replace("_", " "))
        yield f"- **{question.label}** ({asked}{self._limits(question)})"
        told = [[f"Hint: {' '.join(question.hint.split())}"]] if question.hint else []
        told += [self.words.lines(question.when, "Shown when")] if question.when is not None else []
        if kind.has_value:
            told.append(self._demand(question))
        told += [[f"Choices: {self._choices(question)}"]] if self._choices(question) else []
        told += [self.words.lines(option.when, f"“{option.label}” is offered when") for option in self._options(question) if option.when is not None]
        told += [[f"The answer {self._rule(question, number)}"] for number in range(len(question.rules))]
        if question.prefill is not None:
            source = "the family's record" if question.prefill.source.startswith("record.") else "an earlier form"
            confirmed = {True: ", to be confirmed", "each": ", to be confirmed by itself"}.get(question.prefill.confirm, "")
            told.append([f"Filled in beforehand from {source}{confirmed}" if question.prefill.fill else f"Shown beside {source}"])
        for lines in told:
            yield f"  - {lines[0]}"
            yield from (f"  {line}" for line in lines[1:])
        text = getattr(question.settings, "text", "")
        if text:
            yield from ("", *(f"  > {line}".rstrip() for line in text.strip().splitlines()), "")

    def _demand(self, question: Question) -> list[str]:
        ticked = " “Not known” may be ticked." if question.not_known else ""
        if question.later:
            return [f"May follow after sending.{ticked}"]
        if isinstance(question.required, Condition):
            lines = self.words.lines(question.required, "Must be answered when")
            return [*lines[:-1], f"{lines[-1]}.{ticked}"] if ticked and len(lines) == 1 else lines
        return [f"{'Must be answered.' if question.required else 'May be left blank.'}{ticked}"]

    def _limits(self, question: Question) -> str:
        settings = question.settings
        if question.kind == "long_text" and settings.max_words:
            return f", at most {settings.max_words:,} words"
        if question.kind == "text":
            return f", at most {settings.max_length} characters"
        low, high = getattr(settings, "min", None), getattr(settings, "max", None)
        if question.kind == "scale" or (question.kind == "number" and low is not None and high is not None):
            return f", from {low:,} to {high:,}"
        if question.kind == "number" and (low is not None or high is not None):
            return f", {low:,} or more" if low is not None else f", {high:,} or less"
        if question.kind == "checkboxes" and settings.max:
            return f", at most {settings.max}"
        return ""

    def _options(self, question: Question) -> tuple[Option, ...]:
        return tuple(getattr(question.settings, "options", ()))

    def _choices(self, question: Question) -> str:
        options = self._options(question)
        labels = [option.label for option in options[: MOST_OPTIONS if len(options) > MOST_OPTIONS + 3 else len(options)]]
        left = len(options) - len(labels)
        return "; ".join(labels) + (f"; and {left} more" if left else "")

    def _rule(self, question: Question, number: int) -> str:
        rule = question.rules[number]
        other = self.words.answer_of(rule.value) if isinstance(rule.value, AnotherAnswer) else ""
        told = compared(question, rule.comparison, rule.value, answer_of=other)
        return f"must be one that {told}" if not told.startswith("is ") else f"must be {told.removeprefix('is ')}"

    def _sending(self) -> Iterator[str]:
        send = self.definition.send
        yield from ("## Sending", "")
        if send.declaration:
            yield from (*(f"> {line}".rstrip() for line in send.declaration.strip().splitlines()), "")
        yield from (f"The last button says “{send.button}”.", "")

    def _explained(self) -> Iterator[str]:
        """Longer conditions that were called by their name, each once, with those that they call in turn."""
        told: set[str] = set()
        lines: list[str] = []
        while set(self.words.explained) - told:
            for name in [name for name in self.words.explained if name not in told]:
                told.add(name)
                condition = self.definition.conditions.get(name)
                if condition is not None:
                    lines += [*self.words.lines(condition, f"{self.words.name(name)} holds when"), ""]
        if lines:
            yield from ("## Conditions called by a name", "", *lines)

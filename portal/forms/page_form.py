"""A page of questions as a WTForms form: what it shows, and reading what was posted. Saving and deciding what comes next are not here.

A question that depends on another of the same page is hidden until the post that makes it show; the page then comes
back with it as a prompt, not an error. Nothing typed is ever lost: text that is not valid is kept as it was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict, Unpack

from wtforms import Form
from wtforms.form import BaseForm

from portal.forms import answers as stored_answers
from portal.forms import held_back, question_kinds
from portal.forms.conditions import Facts
from portal.forms.journey import Block, Journey
from portal.forms.model import FormDefinition, Question
from portal.forms.paths import path_of
from portal.forms.question_field import QuestionField, input_name
from portal.forms.question_kinds import Taken, Wrong
from portal.forms.stand_ins import stand_in, stood_in
from portal.forms.validate import Problem
from portal.language import say

SHOWN = "_shown"
"""The name of the hidden inputs that say which questions the browser was showing."""

REMOVED_NOTE = "Some characters that cannot be stored were taken out of what you typed. Please check your text."


class Posted(TypedDict, total=False):
    """What a browser sent: fields and files, each with `getlist` (a plain dict of lists serves too)."""

    formdata: Any
    files: Any


@dataclass(frozen=True)
class Reading:
    """What was read from a page.

    `values` are valid answers by path, `incomplete` what was typed where it is not valid (part to texts), `cleared`
    the questions left blank, `problems` everything to put right, `revealed` the questions that this post made show,
    `uploads` new files that passed (to be kept, and added to the attachments in `values`), `notes` what the person should be told once.
    """

    values: dict[str, Any] = field(default_factory=dict)
    incomplete: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    revealed: list[str] = field(default_factory=list)
    uploads: dict[str, list[Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def is_fine(self) -> bool:
        """Whether the person can go on: nothing wrong, and no question they have not seen."""
        return not self.problems and not self.revealed


def build(
    definition: FormDefinition,
    blocks: Iterable[Block],
    answers: Mapping[str, Any],
    incomplete: Mapping[str, Any],
    facts: Facts,
    **posted: Unpack[Posted],
) -> PageForm:
    """The form of these blocks with these answers; `formdata` and `files` when a browser has sent it back.

    In the place of a question whose answers are held back from whoever reads stands a text; what was sent for it is not read.
    """
    page = _Page(definition, stood_in(blocks), dict(answers), dict(incomplete), facts)
    return PageForm(page, posted.get("formdata"), posted.get("files"))


@dataclass(frozen=True)
class _Page:
    """What a form was built from."""

    definition: FormDefinition
    blocks: tuple[Block, ...]
    answers: dict[str, Any]
    incomplete: dict[str, Any]
    facts: Facts

    @property
    def step_key(self) -> str:
        """The key of the step these blocks stand on."""
        if not self.blocks:
            return ""
        page, scope = self.blocks[0].page, self.blocks[0].scope
        items = scope[:-1] if page.repeat and page.layout == "together" else scope
        return "/".join([page.id, *(item for _, item in items)])

    def questions_seen(self, answers: Mapping[str, Any]) -> dict[str, Question]:
        """The questions this page shows with these answers, as they are then seen, by path."""
        journey = Journey(self.definition, answers, self.facts)
        step = journey.find_key(self.step_key)
        blocks = journey.blocks(step) if step else []
        return {path_of(block.scope, question.id): stand_in(question) for block in blocks for question in block.questions}


class PageForm(Form):
    """One page. Fields are named by path; those not shown at present are there too, so that a post can reveal them."""

    def __init__(self, page: _Page, formdata: Any = None, files: Any = None) -> None:
        self.page = page
        self.is_posted = formdata is not None or files is not None
        seen = {path_of(block.scope, question.id): question for block in page.blocks for question in block.questions}
        self.defined: dict[str, Question] = {}
        fields = {}
        for block in page.blocks:
            for question in block.page.questions:
                path = path_of(block.scope, question.id)
                self.defined[path] = question
                fields[path] = QuestionField(seen.get(path, question), stored_answers.get(page.answers, path) if not held_back.is_held(question) else None)
        BaseForm.__init__(self, fields)
        self.shown = list(seen)
        self.came_from = ""
        self.reading: Reading | None = None
        for each in self:
            each.marks_optional = page.definition.audience == "public" and self.defined[each.path].required is False
            each.show(self._kept(each))
        if self.is_posted:
            self._take(formdata, files)

    @property
    def blocks(self) -> list[tuple[Block, list[QuestionField]]]:
        """The blocks, each with its fields shown at present, in order."""
        paths = [(block, [path_of(block.scope, question.id) for question in block.page.questions]) for block in self.page.blocks]
        return [(block, [self[path] for path in own if path in self.shown]) for block, own in paths]

    @property
    def fields_shown(self) -> list[QuestionField]:
        """Every field shown at present, in order."""
        return [each for _, fields in self.blocks for each in fields]

    @property
    def fields_revealed(self) -> list[QuestionField]:
        """The fields that this post made show, in order."""
        return [each for each in self.fields_shown if each.is_revealed]

    @property
    def is_single(self) -> bool:
        """Whether one question stands alone on the page and its label can be the page's heading (a tick box's or a text's cannot)."""
        fields = self.fields_shown
        return len(fields) == 1 and fields[0].kind not in ("statement", "guidance")

    @property
    def has_files(self) -> bool:
        """Whether the page must be sent as multipart/form-data."""
        return any(each.kind == "file" for each in self)

    @property
    def error_list(self) -> list[dict[str, str]]:
        """The error summary: text, and a link to one input that takes the focus; with the item's name where several stand on the page."""
        named = {path_of(block.scope, question.id): block.title for block in self.page.blocks for question in block.page.questions}
        found = [(problem, self[problem.path]) for problem in (self.reading.problems if self.reading else []) if problem.path in named]
        several = len(self.page.blocks) > 1
        return [
            {"text": f"{named[problem.path]}: {problem.message}" if several else problem.message, "href": f"#{each.focus_id(problem.part)}"} | each.words.in_language
            for problem, each in found
        ]

    def tell_sources(self, sources: Mapping[str, str]) -> None:
        """Say where answers came from, by path: beside each, or once in `came_from` where all that were filled in came from one place."""
        told = [(each, sources[each.path]) for each in self.fields_shown if sources.get(each.path)]
        if len(told) > 1 and len({words for _, words in told}) == 1:
            words = told[0][1]
            self.came_from = f"Filled in {words[:1].lower()}{words[1:]}" if words.startswith("From ") else words
            return
        for each, words in told:
            each.came_from = words

    def read(self) -> Reading:
        """Read the page to go on: what is missing is a problem."""
        return self._read(self._problems_of_missing)

    def read_for_saving(self) -> Reading:
        """Read the page to keep it as it stands (staff, autosave): nothing is missing yet; what is not valid is kept and told."""
        return self._read(lambda asked, seen: [])

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the person can go on; the reading is in `reading`."""
        return self.read().is_fine

    @property
    def errors(self) -> dict[str, list[str]]:
        """What is wrong, by path."""
        return {each.path: [wrong.message for wrong in each.wrong] for each in self if each.wrong}

    def _kept(self, each: QuestionField) -> Mapping[str, list[Any]]:
        kept = self.page.incomplete.get(each.path) if not held_back.is_held(each.question) else {}
        if isinstance(kept, Mapping):
            return kept
        return question_kinds.raw_of(each.question, each.stored)

    def _take(self, formdata: Any, files: Any) -> None:
        self._notes: list[str] = []
        sent = {each.path: self._sent(each, formdata, files) for each in self}
        marked = {path for path in _values(formdata, SHOWN) if path in sent}
        self.asked = [path for path in sent if path in marked or (not marked and (path in self.shown or any(sent[path].values())))]
        for path in self.asked:
            self[path].show(sent[path])

    def _sent(self, each: QuestionField, formdata: Any, files: Any) -> dict[str, list[Any]]:
        sent = {}
        for part in each.parts():
            name = input_name(each.path, part)
            values = [value for value in _values(formdata, name) if isinstance(value, str)]
            if each.kind == "file" and not part:
                values = [upload for source in (files, formdata) for upload in _values(source, name) if hasattr(upload, "filename")]
            sent[part] = [self._cleaned(value) for value in values]
        return sent

    def _cleaned(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text, changed = stored_answers.clean_text(value)
        if changed and say(REMOVED_NOTE) not in self._notes:
            self._notes.append(say(REMOVED_NOTE))
        return text

    def _read(self, missing: Any) -> Reading:
        if not self.is_posted:
            raise ValueError("nothing was posted: build the form with `formdata`")
        taken = {path: question_kinds.read(self.defined[path], self[path].raw, self[path].stored) for path in self.asked if self[path].drawer.has_value}
        reading = Reading(notes=list(self._notes))
        for path, each in taken.items():
            self._sort(reading, path, each)
        merged = stored_answers.merge(self.page.definition, self.page.answers, reading.values, [*reading.cleared, *reading.incomplete])
        seen = self.page.questions_seen(merged)
        wrong = {path: [*each.wrong, *self._judged(seen.get(path), each)] for path, each in taken.items()}
        for path, each in missing(self.asked, seen):
            if taken[path].blank:
                wrong[path].append(each)
        self._conclude(reading, wrong, seen)
        return reading

    def _sort(self, reading: Reading, path: str, taken: Taken) -> None:
        reading.notes.extend(note for note in taken.notes if note not in reading.notes)
        if taken.uploads:
            reading.uploads[path] = list(taken.uploads)
            reading.values[path] = list(taken.value or ())
        elif taken.value is not None:
            reading.values[path] = taken.value
        elif taken.blank:
            reading.cleared.append(path)
        elif self[path].kind != "file":
            reading.incomplete[path] = {part: list(values) for part, values in self[path].raw.items() if values}
        elif self[path].stored:
            reading.cleared.append(path)

    def _judged(self, question: Question | None, taken: Taken) -> tuple[Wrong, ...]:
        """What is wrong with a value that was read, seen with the other answers: options not offered, rules broken."""
        if question is None or taken.value is None:
            return ()
        facts = self.page.facts
        wrong = question_kinds.wrong(question, taken.value)
        return wrong or question_kinds.broken_rules(question, taken.value, today=facts.today, test_numbers=facts.test_numbers)

    def _problems_of_missing(self, asked: Iterable[str], seen: Mapping[str, Question]) -> list[tuple[str, Wrong]]:
        return [
            (path, question_kinds.missing(seen[path]))
            for path in asked
            if path in seen and self[path].drawer.has_value and seen[path].required is True and not seen[path].later
        ]

    def _conclude(self, reading: Reading, wrong: Mapping[str, list[Wrong]], seen: Mapping[str, Question]) -> None:
        order = [each.path for each in self]
        for path in order:
            each = self[path]
            each.wrong = list(wrong.get(path, ())) if path in seen else []
            each.question = seen.get(path, each.question)
            each.settings = each.question.settings
            reading.problems.extend(Problem(path, one.code, one.message, self.page.step_key, one.part) for one in each.wrong)
            if path in seen and path not in self.asked:
                each.is_revealed = True
                reading.revealed.append(path)
        self.shown = [path for path in order if path in seen]
        self.reading = reading


def _values(source: Any, name: str) -> list[Any]:
    if source is None:
        return []
    if hasattr(source, "getlist"):
        return list(source.getlist(name))
    found = source.get(name, [])
    return list(found) if isinstance(found, list | tuple) else [found]

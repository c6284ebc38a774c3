"""The questions of one or several steps as page forms, and what a browser sent for all of them together. Saves nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.forms import page_form
from portal.forms.journey import Block, Journey, Step
from portal.forms.model import Scope
from portal.forms.page_form import SHOWN, PageForm
from portal.forms.paths import path_of, split_path
from portal.forms.question_kinds import Wrong
from portal.forms.validate import Problem, problems_on
from portal.submissions.drafts import has_place
from portal.submissions.models import Submission
from portal.submissions.still_right import source_in_words

Groups = dict[str, tuple[Step | None, list[Block]]]
"""Blocks to be read together, each with its step (None for hidden ones), under a name of its own."""


@dataclass(frozen=True)
class StepForm:
    """A step with the form of its questions; `step` is None for questions that are hidden by now, which are only read."""

    step: Step | None
    form: PageForm


@dataclass(frozen=True)
class PageRead:
    """What was read from several forms at once; see `page_form.Reading`. `gone` holds what was typed for items removed meanwhile."""

    values: dict[str, Any] = field(default_factory=dict)
    incomplete: dict[str, Any] = field(default_factory=dict)
    cleared: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    revealed: list[str] = field(default_factory=list)
    uploads: dict[str, list[Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    gone: dict[str, str] = field(default_factory=dict)

    def without(self, paths: Iterable[str]) -> PageRead:
        """The same without the answers at these paths."""
        left_out = set(paths)
        return PageRead(
            {path: value for path, value in self.values.items() if path not in left_out},
            {path: raw for path, raw in self.incomplete.items() if path not in left_out},
            [path for path in self.cleared if path not in left_out],
        )


def forms_of(draft: Submission, journey: Journey, steps: Sequence[Step]) -> list[StepForm]:
    """The forms that show these steps as they are kept, each answer with where it came from."""
    found = [StepForm(step, _built(draft, journey, journey.blocks(step))) for step in steps if _asks(journey, step)]
    _tell_sources(draft, found)
    return found


def forms_sent(draft: Submission, journey: Journey, steps: Sequence[Step], formdata: Any, files: Any) -> tuple[list[StepForm], dict[str, str]]:
    """The forms of what a browser sent back for these steps, and what it sent for items that are not there any more.

    A page says which questions it showed; those hidden meanwhile are read too, so that nothing typed is lost.
    """
    marked = list(dict.fromkeys(formdata.getlist(SHOWN)))
    groups: Groups = {}
    covered: set[str] = set()
    for step in steps:
        blocks = journey.blocks(step)
        paths = {path_of(block.scope, question.id) for block in blocks for question in block.page.questions}
        covered |= paths
        if blocks and (not marked or paths & set(marked)):
            groups[step.key] = (step, blocks)
    gone = _add_hidden(draft, journey, groups, [path for path in marked if path not in covered], formdata)
    found = [StepForm(step, _built(draft, journey, blocks, formdata, files)) for step, blocks in groups.values()]
    _tell_sources(draft, found)
    return found, gone


def forms_changed(draft: Submission, journey: Journey, formdata: Any) -> tuple[list[StepForm], dict[str, str]]:
    """The forms of the questions that a browser says were changed, and of no others; nothing when it names none. Else as `forms_sent`."""
    marked = list(dict.fromkeys(formdata.getlist(SHOWN)))
    wanted = set(marked)
    groups: Groups = {}
    covered: set[str] = set()
    steps = {step.key: step for step in map(journey.step_of, marked) if step is not None and step.kind == "page"}
    for step in steps.values():
        blocks = [block for block in journey.blocks(step) if _paths_of(block) & wanted]
        covered = covered.union(*map(_paths_of, blocks))
        groups[step.key] = (step, blocks)
    gone = _add_hidden(draft, journey, groups, [path for path in marked if path not in covered], formdata)
    return [StepForm(step, _built(draft, journey, blocks, formdata, None)) for step, blocks in groups.values()], gone


def _paths_of(block: Block) -> set[str]:
    return {path_of(block.scope, question.id) for question in block.page.questions}


def _add_hidden(draft: Submission, journey: Journey, groups: Groups, marked: Sequence[str], formdata: Any) -> dict[str, str]:
    """Add the questions that are hidden by now, so that they are read too. Answers what was typed for items that are not there any more."""
    gone: dict[str, str] = {}
    for block in _hidden_blocks(journey, marked):
        if has_place(journey.definition, draft.data.answers, block.scope):
            groups[f"hidden {block.page.id} {block.scope}"] = (None, [block])
        else:
            gone |= _texts_of(block, marked, formdata)
    return gone


def read_all(forms: Sequence[StepForm], gone: dict[str, str], *, to_go_on: bool) -> PageRead:
    """Everything these forms read. `to_go_on`: what is missing is a problem; else the page is only being kept."""
    found = PageRead(gone=gone)
    for one in forms:
        reading = one.form.read() if to_go_on else one.form.read_for_saving()
        found.values.update(reading.values)
        found.incomplete.update(reading.incomplete)
        found.cleared.extend(reading.cleared)
        found.problems.extend(reading.problems)
        found.revealed.extend(reading.revealed)
        found.uploads.update(reading.uploads)
        found.notes.extend(note for note in reading.notes if note not in found.notes)
    return found


def show_problems(journey: Journey, draft: Submission, one: StepForm, *, missing: bool) -> list[dict[str, str]]:
    """Mark what is wrong with kept answers on a form that is shown, and answer its error summary. `missing`: also what is not answered."""
    if one.step is None or not (missing or draft.data.incomplete):
        return []
    links = []
    for problem in problems_on(journey, one.step, draft.data.incomplete):
        if problem.path not in one.form or not (missing or problem.path in draft.data.incomplete):
            continue
        shown = one.form[problem.path]
        shown.wrong.append(Wrong(problem.code, problem.message, problem.part))
        links.append({"text": problem.message, "href": f"#{shown.focus_id(problem.part)}"} | shown.words.in_language)
    return links


def error_list(forms: Sequence[StepForm]) -> list[dict[str, str]]:
    """The error summary of several forms, in their order."""
    return [error for one in forms for error in one.form.error_list]


def _asks(journey: Journey, step: Step) -> bool:
    return step.kind == "page" and step.page.type == "questions" and any(block.questions for block in journey.blocks(step))


def _built(draft: Submission, journey: Journey, blocks: Sequence[Block], formdata: Any = None, files: Any = None) -> PageForm:
    data = draft.data
    posted = {} if formdata is None else {"formdata": formdata, "files": files}
    return page_form.build(journey.definition, blocks, data.answers, data.incomplete, journey.facts, **posted)


def _tell_sources(draft: Submission, forms: Sequence[StepForm]) -> None:
    for one in forms:
        one.form.tell_sources({each.path: source_in_words(draft.data.prefilled[each.path]) for each in one.form if each.path in draft.data.prefilled})


def _hidden_blocks(journey: Journey, paths: Sequence[str]) -> Iterator[Block]:
    index = journey.definition.index
    found: dict[tuple[str, Scope], list[str]] = {}
    for path in paths:
        try:
            scope, question_id = split_path(path)
        except ValueError:
            continue
        page = index.page_of.get(question_id)
        if page is not None and index.chain(page.repeat) == tuple(repeat_id for repeat_id, _ in scope):
            found.setdefault((page.id, scope), []).append(question_id)
    for (page_id, scope), _ in found.items():
        page = index.pages[page_id]
        yield Block(page, scope, page.title, page.questions)


def _texts_of(block: Block, marked: Sequence[str], formdata: Any) -> dict[str, str]:
    texts = {}
    for question in block.page.questions:
        path = path_of(block.scope, question.id)
        words = [value for name in formdata if name == path or name.startswith(f"{path}-") for value in formdata.getlist(name)]
        if path in marked and any(words):
            texts[path] = "\n".join(word for word in words if word)
    return texts

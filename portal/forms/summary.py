"""The answers of a form in rows of words: the same rows serve check answers, documents and exports. Hidden ones are not there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portal.forms import held_back, question_kinds
from portal.forms.conditions import Facts, is_answered
from portal.forms.journey import Block, Journey, Step
from portal.forms.model import FormDefinition, Question, Scope
from portal.forms.paths import path_of


@dataclass(frozen=True)
class SummaryRow:
    """One question with its answer in words ('' for none). `missing` rows must be answered before sending. `held_back` says why the answer,
    whether there is one or not, is held back from whoever reads; '' where it is not."""

    path: str
    question_id: str
    label: str
    text: str
    kind: str
    step_key: str
    missing: bool = False
    sensitivity: str = ""
    not_known: bool = False
    incomplete: bool = False
    lang: str = ""
    held_back: str = ""


@dataclass(frozen=True)
class SummaryBlock:
    """The rows of one page, or of one item of a repeat; `step_key` leads to the page, or for an empty repeat to its list.

    `group` is the title of the repeat an item stands in: the same person may be a parent in one and somebody invited in the next.
    """

    title: str
    scope: Scope = ()
    rows: tuple[SummaryRow, ...] = ()
    step_key: str = ""
    lang: str = ""
    group: str = ""
    group_lang: str = ""

    @property
    def is_short(self) -> bool:
        """Whether this is an item of few and short answers, so that several may stand side by side."""
        return bool(self.scope) and 0 < len(self.rows) <= 8 and all(len(row.text) <= 90 for row in self.rows)


@dataclass(frozen=True)
class SummarySection:
    """The blocks of one section of the form."""

    id: str
    title: str
    blocks: tuple[SummaryBlock, ...] = field(default=())
    lang: str = ""


def sections(
    definition: FormDefinition, answers: Mapping[str, Any], facts: Facts, incomplete: Collection[str] = ()
) -> list[SummarySection]:
    """The shown questions with their answers, by section in the order of the form; sections without any are left out."""
    return sections_on(Journey(definition, answers, facts, incomplete=incomplete))


def sections_on(journey: Journey) -> list[SummarySection]:
    """The same on a way that is known already."""
    blocks: dict[str, list[SummaryBlock]] = {}
    for step in journey.steps():
        for block in _blocks(journey, step):
            _append(blocks.setdefault(step.page.section, []), block)
    return [
        SummarySection(section.id, section.title, tuple(blocks[section.id]), section.lang) for section in journey.definition.sections if section.id in blocks
    ]


def rows(definition: FormDefinition, answers: Mapping[str, Any], facts: Facts) -> list[SummaryRow]:
    """The same rows without their headings."""
    return [row for section in sections(definition, answers, facts) for block in section.blocks for row in block.rows]


def _blocks(journey: Journey, step: Step) -> list[SummaryBlock]:
    if step.repeat is not None and journey.count(step.repeat, step.scope) == 0 and step.kind == "list":
        return [SummaryBlock(step.repeat.title, step.scope, (), step.key, step.repeat.lang)]
    found = (SummaryBlock(_title(journey, block), block.scope, _rows(journey, step, block), step.key, block.lang, *_group(journey, block)) for block in journey.blocks(step))
    return [block for block in found if block.rows]


def _append(blocks: list[SummaryBlock], block: SummaryBlock) -> None:
    if block.rows and block.scope:
        for place, earlier in enumerate(blocks):
            if earlier.scope == block.scope and earlier.rows:
                blocks[place] = replace(earlier, rows=(*earlier.rows, *block.rows))
                return
    blocks.append(block)


def _title(journey: Journey, block: Block) -> str:
    if not block.scope:
        return block.title
    return ": ".join(journey.label(block.scope[:depth]) for depth in range(1, len(block.scope) + 1))


def _group(journey: Journey, block: Block) -> tuple[str, str]:
    """The title of the outermost repeat it stands in, and its language where that is not the page's."""
    if not block.scope:
        return "", ""
    repeat = journey.definition.index.repeats[block.scope[0][0]]
    return repeat.title, repeat.lang


def _rows(journey: Journey, step: Step, block: Block) -> tuple[SummaryRow, ...]:
    asked = (question for question in block.questions if question_kinds.kind(question.kind).has_value and not held_back.is_left_out(question))
    return tuple(_row(journey, step, block.scope, question) for question in asked)


def _row(journey: Journey, step: Step, scope: Scope, question: Question) -> SummaryRow:
    path = path_of(scope, question.id)
    if held_back.is_held(question):
        words, reason = held_back.words(), held_back.reason(question)
        return SummaryRow(path, question.id, question.label, words, question.kind, step.key, sensitivity=question.kept_as, lang=question.lang, held_back=reason)
    value = journey.visible.answer(question.id, scope)
    answered = is_answered(value)
    unfinished = path in journey.incomplete
    return SummaryRow(
        path=path,
        question_id=question.id,
        label=question.label,
        text=question_kinds.text_of(question, value) if answered else "",
        kind=question.kind,
        step_key=step.key,
        missing=unfinished or (not answered and question.required is True),
        sensitivity=question.kept_as,
        not_known=question_kinds.is_not_known(value),
        incomplete=unfinished,
        lang=question.lang,
    )

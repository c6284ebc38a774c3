"""The document of all answers, for any form that has no template: every shown question with its answer, by section. It keeps nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from portal.councils.library import Council
from portal.documents.letterhead import on_letterhead
from portal.forms import summary
from portal.forms.conditions import Facts
from portal.forms.model import FormDefinition
from portal.forms.summary import SummaryBlock, SummaryRow
from portal.word import writing

HEAD = ("Question", "Answer")
WIDTHS = (6.4, 10.6)
NOT_ANSWERED = "Not answered"
NONE = "None"


def all_answers(council: Council, definition: FormDefinition, answers: Mapping[str, Any], facts: Facts, about: Mapping[str, str]) -> bytes:
    """The document. `answers` may be as stored: what is hidden is not printed. `about` are lines below the title, such as a reference."""
    body = "".join(_body(definition, answers, facts, about))
    reference = about.get("Reference", "")
    return on_letterhead(council, definition.title, f"Reference: {reference}" if reference else definition.title, body)


def _body(definition: FormDefinition, answers: Mapping[str, Any], facts: Facts, about: Mapping[str, str]) -> Iterator[str]:
    yield writing.words(definition.title, "Title")
    for label, text in about.items():
        yield writing.paragraph(f"{writing.run(f'{label}: ', bold=True)}{writing.run(text)}", "Address")
    for section in summary.sections(definition, answers, facts):
        yield writing.words(section.title, "Heading1")
        for block in _joined(section.blocks):
            yield from _block(block, section.title)


def _joined(blocks: Iterable[SummaryBlock]) -> list[SummaryBlock]:
    """Pages of one question go on in the table of the page before them; what belongs to an item keeps to itself."""
    made: list[SummaryBlock] = []
    for block in blocks:
        if made and len(block.rows) == 1 and not block.scope and not made[-1].scope and made[-1].rows:
            made[-1] = replace(made[-1], rows=(*made[-1].rows, *block.rows))
        else:
            made.append(block)
    return made


def _block(block: SummaryBlock, section: str) -> Iterator[str]:
    if block.title not in ("", section) and [row.label for row in block.rows] != [block.title]:
        yield writing.words(block.title, "Heading2")
    if block.rows:
        yield writing.table(HEAD, (_row(row) for row in block.rows), WIDTHS)
    else:
        yield writing.words(NONE)


def _row(row: SummaryRow) -> tuple[str, str]:
    return row.label, row.text or NOT_ANSWERED

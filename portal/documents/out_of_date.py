"""Whether a kept document still says what the record says, and which passages would change. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from portal.documents import produce
from portal.documents.models import Document
from portal.errors import PortalError
from portal.word import reading


@dataclass(frozen=True)
class Passage:
    """Paragraphs as they stand in the document, and as they would be made now; either may be ''."""

    before: str
    now: str


def passages(document: Document) -> list[Passage] | None:
    """What would change, in order; empty when it is up to date, None when it cannot be made any more."""
    try:
        made = produce.content_now(document)
    except PortalError:
        return None
    kept = produce.content(document)
    return [] if made == kept else list(_changed(reading.paragraphs(kept), reading.paragraphs(made)))


def _changed(before: list[str], now: list[str]) -> Iterator[Passage]:
    for what, start, end, other_start, other_end in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if what != "equal":
            yield Passage("\n".join(before[start:end]), "\n".join(now[other_start:other_end]))

"""What a proposed template would change: the passages of its specimen that differ from that of the template in force, word by word. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from portal.designer import specimens
from portal.designer.look import words_of
from portal.designer.models import ProposedTemplate
from portal.designer.word_templates import WordTemplate
from portal.errors import PortalError
from portal.forms import word_diff
from portal.forms.word_diff import Piece

MOST = 80
"""Passages that are shown one by one."""


@dataclass(frozen=True)
class Changes:
    """The passages that differ, and how many more there are; `why_unknown` where there is nothing to compare with."""

    passages: tuple[list[Piece], ...] = ()
    more: int = 0
    why_unknown: str = ""


def of(proposed: ProposedTemplate, template: WordTemplate) -> Changes:
    """What is different for the same made-up family."""
    try:
        before = specimens.in_force(template)
    except PortalError:
        return Changes(why_unknown="The template in force does not fit its documents any more, so there is nothing to compare with.")
    if before is None:
        return Changes(why_unknown="No template is in force yet, so there is nothing to compare with.")
    found = list(_passages(words_of(before), proposed.checked["words"]))
    return Changes(tuple(found[:MOST]), max(0, len(found) - MOST))


def _passages(before: Sequence[str], after: Sequence[str]) -> Iterator[list[Piece]]:
    for what, start, end, other_start, other_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            yield word_diff.shortened(word_diff.pieces("\n".join(before[start:end]), "\n".join(after[other_start:other_end])))

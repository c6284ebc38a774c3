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
    return between(words_of(before), proposed.checked["words"])


def between(before: Sequence[str], after: Sequence[str]) -> Changes:
    """The passages that differ; all between the first and the last change as one, where the paragraphs are too many or too much alike to tell apart."""
    found = list(_passages(before, after))
    told = [word_diff.shortened(word_diff.pieces("\n".join(old), "\n".join(new))) for old, new in found[:MOST]]
    return Changes(tuple(told), max(0, len(found) - MOST))


def _passages(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if not word_diff.is_little(old, new):
        yield old, new
        return
    for what, first, last, other_first, other_last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            yield old[first:last], new[other_first:other_last]


def _alike(before: Sequence[str], after: Sequence[str]) -> int:
    return next((number for number, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), min(len(before), len(after)))

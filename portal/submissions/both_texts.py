"""A question that two people answered at once: both answers in words with their differences marked, and what choosing between them comes to. Saves nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.forms import held_back, question_kinds, word_diff
from portal.forms.answers import clean_text
from portal.forms.journey import Journey
from portal.forms.paths import split_path
from portal.forms.word_diff import Piece
from portal.submissions.changes import Clash
from portal.submissions.submission_words import label_of, words_of

WRITTEN = ("text", "long_text")
"""Kinds whose two texts may be made into one by hand."""

Chosen = tuple[str, Any]
"""What to do with an answer: ("value", it), ("typed", its raw parts), ("cleared", None), or ("left", None) for nothing."""


@dataclass(frozen=True)
class BothTexts:
    """Both answers to one question. `sent` holds one's own for the page to send back; `together` is a start for making one text of both,
    '' where that cannot be done; `chosen` what was chosen on the page before ('' for nothing); `gone`: its item was removed."""

    path: str
    label: str
    theirs: list[Piece]
    mine: list[Piece]
    sent: str
    together: str = ""
    rows: int = 1
    chosen: str = ""
    gone: bool = False


def both(journey: Journey, clash: Clash, *, chosen: str = "", together: str = "") -> BothTexts:
    """Both answers of a clash, each with the words marked that only it has."""
    theirs, mine = words_of(journey, clash.path, clash.theirs), words_of(journey, clash.path, clash.mine)
    found = word_diff.pieces(theirs, mine)
    one_text = ""
    question = journey.definition.index.questions.get(split_path(clash.path)[1])
    if question is not None and question.kind in WRITTEN and theirs and mine:
        one_text = together or word_diff.merged(theirs, mine, gap="\n\n" if question.kind == "long_text" else " ")
    return BothTexts(
        clash.path,
        label_of(journey, clash.path),
        [piece for piece in found if piece.kind != "in"],
        [piece for piece in found if piece.kind != "out"],
        json.dumps(clash.mine),
        one_text,
        rows=max(3, min(20, len(one_text) // 60)) if question is not None and question.kind == "long_text" else 1,
        chosen=chosen,
    )


def of_item_gone(journey: Journey, path: str, text: str) -> BothTexts:
    """What was typed about an item that somebody removed meanwhile: there is nothing to choose, only to read and copy."""
    return BothTexts(path, label_of(journey, path), [], [Piece("same", text)], "null", gone=True)


def own_answer(journey: Journey, path: str, sent: str) -> Chosen:
    """The answer that a page of both texts sent back as one's own. One that does not fit its question, or that is held back, is left out."""
    try:
        question, value = journey.definition.index.questions[split_path(path)[1]], json.loads(sent)
    except (ValueError, KeyError, RecursionError):
        return ("left", None)
    if held_back.is_held(question):
        return ("left", None)
    if value is None:
        return ("cleared", None)
    if isinstance(value, dict) and value.keys() == {"typed"}:
        return ("typed", value["typed"]) if _is_raw(value["typed"]) else ("left", None)
    if question.kind == "file" or question_kinds.wrong(question, value):
        return ("left", None)
    return ("value", value)


def made_of_both(journey: Journey, path: str, text: str) -> Chosen:
    """A text made of both, read as if it had been typed on the page of its question."""
    try:
        question = journey.definition.index.questions[split_path(path)[1]]
    except (ValueError, KeyError):
        return ("left", None)
    if question.kind not in WRITTEN or held_back.is_held(question):
        return ("left", None)
    raw = {"": [clean_text(text)[0]]}
    taken = question_kinds.read(question, raw)
    if taken.blank:
        return ("cleared", None)
    return ("value", taken.value) if taken.value is not None else ("typed", raw)


def clash_again(journey: Journey, path: str, sent: str, state: Mapping[str, Any]) -> Clash | None:
    """The clash that a page of both texts was about, with what stands there now; None when one's own answer cannot be read any more."""
    what, value = own_answer(journey, path, sent)
    if what == "left":
        return None
    return Clash(path, {"typed": value} if what == "typed" else value, state.get(path))


def _is_raw(raw: Any) -> bool:
    return isinstance(raw, dict) and all(isinstance(values, list) and all(isinstance(one, str) for one in values) for values in raw.values())

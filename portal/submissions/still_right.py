"""Answers that were filled in beforehand: which of them somebody must still say are right, saying so, and what that stands in the way of.

Where they come from is `episodes.prefill`; an answer that is changed is no longer carried over. Saving never waits for any of this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import timekeeping
from portal.forms import held_back
from portal.forms.item_labels import item_label
from portal.forms.journey import Journey, Step
from portal.forms.paths import path_of, split_path
from portal.forms.validate import Problem
from portal.submissions.drafts import Writer, check_draft, write_revision
from portal.submissions.models import Submission

JUDGED = frozenset({"scale", "consent", "signature", "statement"})
"""Kinds of question whose answer is somebody's judgement or word: each is confirmed by itself, never with others by one press."""
EACH = "each"


@dataclass(frozen=True)
class Carried:
    """A carried answer that waits to be confirmed; `apart` ones are confirmed one by one."""

    path: str
    words: str
    apart: bool


def waiting(journey: Journey, prefilled: Mapping[str, Any]) -> dict[str, Carried]:
    """The shown answers that were carried over, must be confirmed and were not, by path."""
    if not prefilled:
        return {}
    shown = {path_of(scope, name) for name, scope in journey.visible.questions}
    index = journey.definition.index
    found = {}
    for path, source in prefilled.items():
        if path in shown and source.get("confirm") and "confirmed_at" not in source:
            question = index.questions[split_path(path)[1]]
            found[path] = Carried(path, source.get("words", ""), source["confirm"] == EACH or question.kind in JUDGED)
    return found


def waiting_for_reader(journey: Journey, prefilled: Mapping[str, Any]) -> dict[str, Carried]:
    """The same without those held back from whoever reads: nobody says of an answer they have not seen that it is right."""
    return {path: one for path, one in waiting(journey, prefilled).items() if not held_back.is_held_at(journey.definition, path)}


def of_step(journey: Journey, step: Step, carried: Mapping[str, Carried]) -> list[Carried]:
    """Those of one step, in its order."""
    paths = (path_of(block.scope, question.id) for block in journey.blocks(step) for question in block.questions)
    return [carried[path] for path in paths if path in carried]


def confirm(draft: Submission, paths: Collection[str], *, by: Writer) -> int:
    """Note that these carried answers are still right, with who said so and when; answers how many were waiting for it. Raises NotADraft."""
    check_draft(draft)
    said = {"confirmed_at": timekeeping.now().isoformat(), "confirmed_by": by.label}
    wanted = {path for path in paths if (draft.data.prefilled.get(path) or {}).get("confirm") and "confirmed_at" not in draft.data.prefilled[path]}
    if wanted:
        draft.data.prefilled = {path: source | said if path in wanted else source for path, source in draft.data.prefilled.items()}
        write_revision(draft, by, "confirmed", {}, note=f"{len(wanted)} {'answer' if len(wanted) == 1 else 'answers'}")
    return len(wanted)


def problems(journey: Journey, prefilled: Mapping[str, Any]) -> Iterator[Problem]:
    """What stands in the way of finishing: one for each step with carried answers that nobody has confirmed."""
    carried = waiting(journey, prefilled)
    if not carried:
        return
    for step in journey.steps():
        here = of_step(journey, step, carried)
        if here:
            what = "an answer was" if len(here) == 1 else f"{len(here)} answers were"
            whose = f"{item_label(journey.definition, journey.visible.answers, step.scope)}: {step.page.title}" if step.scope else step.page.title
            it = "it is" if len(here) == 1 else "they are"
            yield Problem("", "unconfirmed", f"{whose}: {what} carried over. Say that {it} still right, or change {'it' if len(here) == 1 else 'them'}", step.key)


def source_in_words(source: Mapping[str, Any]) -> str:
    """Where a carried answer came from, and who said when that it is still right, for the page that shows it."""
    words = f"{source['words']}." if source.get("words") else ""
    if "confirmed_at" in source:
        who, when = source.get("confirmed_by"), timekeeping.show_moment(datetime.fromisoformat(source["confirmed_at"]))
        return f"{words} Still right, {f'{who} said' if who else 'it was said'} on {when}.".strip()
    return f"{words} Check that it is still right.".strip() if source.get("confirm") else words

"""One difference between two versions, in plain words and with what it does to answers given before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Effect = Literal["harmless", "needs_answer", "loses_answer"]

HARMLESS: Effect = "harmless"
NEEDS_ANSWER: Effect = "needs_answer"
LOSES_ANSWER: Effect = "loses_answer"
EFFECTS: tuple[Effect, ...] = (HARMLESS, NEEDS_ANSWER, LOSES_ANSWER)
"""From the mildest to the gravest."""


@dataclass(frozen=True)
class Change:
    """One difference. `code` is stable; `id` is that of the question, repeat or page in the new version, or in the old one where it is gone.

    `words` are for whoever publishes, `told` for whoever is filling the form in ('' where there is nothing to tell them).
    An effect is of the version as a whole: `loses_answer` means that there may be answers it loses.
    """

    code: str
    effect: Effect
    id: str
    words: str
    told: str = ""


def graver(one: Effect, other: Effect) -> Effect:
    """The graver of two effects."""
    return max(one, other, key=EFFECTS.index)


def worst(changes: Iterable[Change]) -> Effect:
    """The gravest effect of these; harmless for none."""
    return max((change.effect for change in changes), key=EFFECTS.index, default=HARMLESS)

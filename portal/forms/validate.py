"""What is wrong with answers, on one page or in the whole form. Wording per kind of question stands in its drawer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where the answer stands, a stable code, words that say how, and the step that asks it.

    `part` names the input of a compound question to go to ('' for its first).
    """

    path: str
    code: str
    message: str
    step_key: str = ""
    part: str = ""

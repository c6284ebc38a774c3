"""What one rendering may cost: turns of loops, characters handled, characters written. A careless or hostile template ends here."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

MAX_TURNS = 100_000
MAX_WORK = 20_000_000
MAX_OUTPUT = 40_000_000


class BudgetSpent(ValueError):
    """The template asks for more than a document can need; the message says of what."""


@dataclass
class Run:
    """One rendering: what it has spent, and every value it printed, in order. `objects` builds what is more than text, where something does."""

    turns: int = MAX_TURNS
    work: int = MAX_WORK
    printed: list[str] = field(default_factory=list)
    objects: Any = None

    def take_turns(self, count: int) -> None:
        """Pay for the turns of a loop. Raises BudgetSpent."""
        self.turns -= count
        if self.turns < 0:
            raise BudgetSpent(f"loops take more than {MAX_TURNS:,} turns")

    def spend(self, characters: int) -> None:
        """Pay for text handled. Raises BudgetSpent."""
        self.work -= characters + 1
        if self.work < 0:
            raise BudgetSpent(f"more than {MAX_WORK:,} characters are handled")


RUN: ContextVar[Run] = ContextVar("rendering")

"""What a printed form leaves for an answer: lines to write on, boxes to tick, boxes for single figures. How they look is not said here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.forms.model import Option

MOST_TICKS = 25
"""A longer list is written in by hand instead of printed."""


@dataclass(frozen=True)
class Lines:
    """Lines to write on, after a label where there is one."""

    count: int = 1
    label: str = ""


@dataclass(frozen=True)
class Tick:
    """A box to tick. `option` is the option it stands for; a line for own words follows where `write_in` is set."""

    option: str
    label: str
    hint: str = ""
    group: str = ""
    write_in: bool = False


@dataclass(frozen=True)
class Ticks:
    """Boxes to tick, under a label where there is one; side by side where they are short."""

    boxes: tuple[Tick, ...]
    label: str = ""

    @property
    def is_short(self) -> bool:
        """Whether all boxes go on one line or a few."""
        return all(len(box.label) <= 14 and not (box.hint or box.group or box.write_in) for box in self.boxes)


@dataclass(frozen=True)
class Figures:
    """Boxes for one letter or figure each, in groups with a label: Day 2, Month 2, Year 4."""

    groups: tuple[tuple[str, int], ...]
    label: str = ""


Space = Lines | Ticks | Figures
DATE = Figures((("Day", 2), ("Month", 2), ("Year", 4)))


def ticks(options: tuple[Option, ...], label: str = "") -> tuple[Space, ...]:
    """Boxes for these options, or a line where they are too many to print."""
    if len(options) > MOST_TICKS:
        return (Lines(1, label),)
    return (Ticks(tuple(Tick(each.id, each.label, each.hint, each.group, each.write_in) for each in options), label),)


def lines(*labels: str) -> tuple[Space, ...]:
    """One line after each label."""
    return tuple(Lines(1, label) for label in labels)


def date_after(label: str) -> Figures:
    """The boxes of a date under a label."""
    return Figures(DATE.groups, label)

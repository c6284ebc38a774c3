"""The pages of a form cut into stretches that can be unrolled by themselves: single pages, and runs of pages of one repeat. Unrolling is `route`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

LIST_NAME = "list_"
"""What the name of a repeat's list step starts with; no page id may."""

Page = Any
"""A page of a definition, as `model` describes it."""


class Stretches:
    """The stretches of one definition by their place; `chain` answers the repeats that an item of a repeat stands in."""

    def __init__(self, pages: Sequence[Page], chain: Callable[[str], tuple[str, ...]]):
        self.chain = chain
        found: list[tuple[Page, ...]] = []
        for (repeat_id, _), run in groupby(pages, key=lambda page: self.run_of(page, 0)):
            own = tuple(run)
            found.extend([own] if repeat_id else zip(own))
        self.pages = tuple(found)
        self.with_stops = tuple(place for place, own in enumerate(self.pages) if any(page.type == "stop" for page in own))
        self._by_name: dict[str, tuple[int, ...]] = {}
        for place, own in enumerate(self.pages):
            for name in {page.id for page in own} | {f"{LIST_NAME}{repeat}" for page in own for repeat in chain(page.repeat)}:
                self._by_name[name] = (*self._by_name.get(name, ()), place)

    def __len__(self) -> int:
        return len(self.pages)

    def run_of(self, page: Page, depth: int) -> tuple[str, str]:
        """What a page at this depth of repeats is unrolled with: the repeat ('' where it stands alone), and its own id where all items stand on it."""
        chain = self.chain(page.repeat)
        if len(chain) <= depth:
            return "", ""
        is_together = page.layout == "together" and len(chain) == depth + 1
        return chain[depth], page.id if is_together else ""

    def of_name(self, name: str) -> tuple[int, ...]:
        """The places that may hold the step of this name: a page's id, or `list_` and a repeat's."""
        return self._by_name.get(name, ())

    def same_before(self, place: int) -> tuple[int, ...]:
        """The places of earlier stretches of the same outermost repeat, where its list may stand already."""
        outermost = self.chain(self.pages[place][0].repeat)[:1]
        return tuple(other for other in range(place) if outermost and self.chain(self.pages[other][0].repeat)[:1] == outermost)

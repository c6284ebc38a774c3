"""The steps of a form in the order of its file, repeats unrolled over their items. What has been done of them is `journey`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Literal

from portal.forms.answers import Visible
from portal.forms.model import FormDefinition, Page, Repeat, Scope
from portal.forms.stretches import LIST_NAME


@dataclass(frozen=True)
class Step:
    """One screen: a page (for one item where it repeats), or the list of a repeat's items (add another, change, remove).

    A page with `layout: together` is one step for all items: `repeat` is set and `scope` ends outside it.
    """

    kind: Literal["page", "list"]
    page: Page
    repeat: Repeat | None = None
    scope: Scope = ()

    @property
    def name(self) -> str:
        """The page's id, or `list_<repeat_id>` for the list of a repeat."""
        return self.page.id if self.kind == "page" or self.repeat is None else f"{LIST_NAME}{self.repeat.id}"

    @property
    def items(self) -> tuple[str, ...]:
        """The ids of the items the step is for, outermost first."""
        return tuple(item for _, item in self.scope)

    @cached_property
    def key(self) -> str:
        """The step as text: its name, then its items, with slashes between. `Journey.find_key` reads it back."""
        return "/".join((self.name, *self.items))


class Route:
    """Unrolls the pages of one definition for one set of answers, stretch by stretch: a stretch is a page that stands alone, or a run of
    pages of one repeat. A stretch is unrolled when somebody looks at it, after earlier ones of the same repeat.
    """

    def __init__(self, definition: FormDefinition, visible: Visible):
        self.index = definition.index
        self.visible = visible
        self._listed: set[tuple[str, Scope]] = set()
        self._unrolled_stretches: dict[int, tuple[Step, ...]] = {}

    def steps(self) -> Iterator[Step]:
        """Every step, the first stop page being the last."""
        for place in range(len(self.index.stretches)):
            for step in self._stretch(place):
                yield step
                if step.page.type == "stop":
                    return

    def find(self, key: str) -> Step | None:
        """The step with this key, or None when these answers do not lead to it."""
        name = key.partition("/")[0]
        for place in self.index.stretches.of_name(name):
            for step in self._stretch(place):
                if step.key == key:
                    return step if self._is_reached(place, step) else None
        return None

    def after(self, step: Step) -> Step | None:
        """The step that follows one that is reached; None after the last."""
        if step.page.type == "stop":
            return None
        place, own = self._place_of(step)
        if own + 1 < len(self._stretch(place)):
            return self._stretch(place)[own + 1]
        later = (self._stretch(other) for other in range(place + 1, len(self.index.stretches)))
        return next((steps[0] for steps in later if steps), None)

    def before(self, step: Step) -> Step | None:
        """The step that comes before one that is reached; None before the first."""
        place, own = self._place_of(step)
        if own:
            return self._stretch(place)[own - 1]
        earlier = (self._stretch(other) for other in range(place - 1, -1, -1))
        return next((steps[-1] for steps in earlier if steps), None)

    def _place_of(self, step: Step) -> tuple[int, int]:
        return next(
            (place, own)
            for place in self.index.stretches.of_name(step.name)
            for own, one in enumerate(self._stretch(place))
            if one.key == step.key
        )

    def _is_reached(self, place: int, step: Step) -> bool:
        """Whether no stop page comes before it."""
        for other in self.index.stretches.with_stops:
            if other > place:
                return True
            for one in self._stretch(other):
                if other == place and one.key == step.key:
                    return True
                if one.page.type == "stop":
                    return False
        return True

    def _stretch(self, place: int) -> tuple[Step, ...]:
        if place not in self._unrolled_stretches:
            for earlier in self.index.stretches.same_before(place):
                self._stretch(earlier)
            self._unrolled_stretches[place] = tuple(self._unrolled(self.index.stretches.pages[place], ()))
        return self._unrolled_stretches[place]

    def _unrolled(self, pages: tuple[Page, ...], scope: Scope) -> Iterator[Step]:
        depth = len(scope)
        for (repeat_id, alone), run in groupby(pages, key=lambda page: self.index.stretches.run_of(page, depth)):
            if not repeat_id:
                yield from self._plain(run, scope)
                continue
            repeat = self.index.repeats.get(repeat_id)
            if repeat is None or not self.visible.shows_repeat(repeat_id, scope):
                continue
            if alone:
                yield from self._together(next(run), repeat, scope)
            else:
                yield from self._each(tuple(run), repeat, scope)

    def _plain(self, pages: Iterator[Page], scope: Scope) -> Iterator[Step]:
        for page in pages:
            if self._has_content(page, scope):
                yield Step("page", page, self.index.repeats.get(page.repeat), scope)

    def _each(self, pages: tuple[Page, ...], repeat: Repeat, scope: Scope) -> Iterator[Step]:
        for item in self.item_scopes(repeat, scope):
            yield from self._unrolled(pages, item)
        if not repeat.over and (repeat.id, scope) not in self._listed:
            self._listed.add((repeat.id, scope))
            first = next((page for page in pages if page.repeat == repeat.id), pages[0])
            yield Step("list", first, repeat, scope)

    def _together(self, page: Page, repeat: Repeat, scope: Scope) -> Iterator[Step]:
        self._listed.add((repeat.id, scope))
        items = self.item_scopes(repeat, scope)
        can_add = not repeat.over and (page.when is None or self.visible.outcome(page.when, scope) is True)
        if any(self._has_content(page, item) for item in items) or (not items and can_add):
            yield Step("page", page, repeat, scope)

    def item_scopes(self, repeat: Repeat, scope: Scope) -> list[Scope]:
        """The scopes of the shown items of a repeat, in order."""
        return self.visible.item_scopes(repeat.id, scope)

    def _has_content(self, page: Page, scope: Scope) -> bool:
        if not self.visible.shows_page(page.id, scope):
            return False
        if not page.questions:
            return True
        return any(self.visible.shows_question(question.id, scope) for question in page.questions)

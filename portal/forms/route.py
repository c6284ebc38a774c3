"""The steps of a form in the order of its file, repeats unrolled over their items. What has been done of them is `journey`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from portal.forms.answers import Visible, get
from portal.forms.conditions import Judge
from portal.forms.model import FormDefinition, Page, Repeat, Scope
from portal.forms.paths import path_of

LIST_NAME = "list_"
"""What the name of a repeat's list step starts with; no page id may."""


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

    @property
    def key(self) -> str:
        """The step as text: its name, then its items, with slashes between. `Journey.find_key` reads it back."""
        return "/".join((self.name, *self.items))


class Route:
    """Unrolls the pages of one definition for one set of answers."""

    def __init__(self, definition: FormDefinition, visible: Visible, judge: Judge):
        self.index = definition.index
        self.visible = visible
        self.judge = judge
        self.pages = definition.pages
        self._listed: set[tuple[str, Scope]] = set()

    def steps(self) -> Iterator[Step]:
        """Every step, the first stop page being the last."""
        for step in self._unrolled(self.pages, ()):
            yield step
            if step.page.type == "stop":
                return

    def _unrolled(self, pages: tuple[Page, ...], scope: Scope) -> Iterator[Step]:
        depth = len(scope)
        for (repeat_id, alone), run in groupby(pages, key=lambda page: self._run(page, depth)):
            if not repeat_id:
                yield from self._plain(run, scope)
                continue
            repeat = self.index.repeats.get(repeat_id)
            if repeat is None or (repeat_id, scope) not in self.visible.repeats:
                continue
            if alone:
                yield from self._together(next(run), repeat, scope)
            else:
                yield from self._each(tuple(run), repeat, scope)

    def _run(self, page: Page, depth: int) -> tuple[str, str]:
        chain = self.index.chain(page.repeat)
        if len(chain) <= depth:
            return "", ""
        is_together = page.layout == "together" and len(chain) == depth + 1
        return chain[depth], page.id if is_together else ""

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
        can_add = not repeat.over and (page.when is None or self.judge.judge(page.when, scope) is True)
        if any(self._has_content(page, item) for item in items) or (not items and can_add):
            yield Step("page", page, repeat, scope)

    def item_scopes(self, repeat: Repeat, scope: Scope) -> list[Scope]:
        """The scopes of the shown items of a repeat, in order."""
        items = get(self.visible.answers, path_of(scope, repeat.id)) or ()
        return [(*scope, (repeat.id, item["_id"])) for item in items]

    def _has_content(self, page: Page, scope: Scope) -> bool:
        if (page.id, scope) not in self.visible.pages:
            return False
        if not page.questions:
            return True
        return any((question.id, scope) in self.visible.questions for question in page.questions)

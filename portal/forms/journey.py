"""The route through a form for these answers: which steps there are, what comes next, what each shows. Knows no URLs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.forms.model import Page, Question, Repeat, Scope


@dataclass(frozen=True)
class Step:
    """One screen: a page (for one item where it repeats), or the list of a repeat's items ("add another, change, remove")."""

    kind: Literal["page", "list"]
    page: Page
    repeat: Repeat | None = None
    scope: Scope = ()

    @property
    def key(self) -> str:
        """The step as text, `page_id/item/item`; the list of a repeat is `list_<repeat_id>/item`. `Journey.find` reads it back."""
        name = self.page.id if self.kind == "page" or self.repeat is None else f"list_{self.repeat.id}"
        return "/".join([name, *(item for _, item in self.scope)])


@dataclass(frozen=True)
class Block:
    """The questions shown of one page for one item (or of a page outside repeats), in order."""

    page: Page
    scope: Scope
    title: str
    questions: tuple[Question, ...]

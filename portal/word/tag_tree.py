"""The tags of one part as the language reads them, and where each stands in the Word file."""

from __future__ import annotations

from dataclasses import dataclass, field

from jinja2 import Template, nodes

from portal.word.findings import Place
from portal.word.tags import Tag


@dataclass(frozen=True)
class TagTree:
    """Line n of what was read holds tag n - 2 of `order`. On the lines `refused` stands what the language does not allow."""

    tree: nodes.Template
    order: tuple[Tag, ...]
    name: str
    refused: frozenset[int] = frozenset()

    def place(self, line: int | None) -> Place:
        """The place of the tag on this line."""
        tag = self.tag(line)
        return tag.place if tag else Place(self.name)

    def tag(self, line: int | None) -> Tag | None:
        """The tag on this line, or None."""
        return self.order[line - 2] if line is not None and 0 <= line - 2 < len(self.order) else None


@dataclass(frozen=True)
class CarefulPart(TagTree):
    """The slower way to fill a part, which knows where each tag stands."""

    template: Template = field(kw_only=True)

"""The trees of a finished document that another look may change. What is changed stands in `large_print` and `high_contrast`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Parts:
    """The trees of a document that a look may change: the body, headers and footers, styles, lists, settings; its pictures (PNG); and the colours that its theme names."""

    texts: dict[str, Any]
    styled: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    theme: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Any:
        """The tree of the body."""
        return self.texts["word/document.xml"]

    @property
    def styles(self) -> Any:
        """The tree of the styles."""
        return self.styled["word/styles.xml"]

    def every(self) -> Iterable[Any]:
        """Each tree."""
        return [*self.texts.values(), *self.styled.values()]

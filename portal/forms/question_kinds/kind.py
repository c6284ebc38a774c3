"""The contract of a kind of question: everything one kind answers about itself stands in one drawer.

A drawer is one module of this package with one `QuestionKind` subclass, and one macro file of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from portal.forms.model import Question

Raw = Mapping[str, Sequence[str]]
"""What a browser sent for one question: part name to values; the single part of a simple kind is ''."""


class KindSettings(BaseModel):
    """The keys a kind of question adds to the common ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True)
class Wrong:
    """One thing wrong with an answer. `part` names the input to go to ('' for the first); `code` is stable."""

    code: str
    message: str
    part: str = ""


@dataclass(frozen=True)
class Reading:
    """What was read from raw text: a canonical value (None when blank or invalid) and what is wrong with it."""

    value: Any = None
    wrong: tuple[Wrong, ...] = ()
    blank: bool = False
    notes: tuple[str, ...] = field(default=())


class QuestionKind:
    """One kind of question. Values are plain JSON; `question` is always a `portal.forms.model.Question` of this kind."""

    name: ClassVar[str]
    settings: ClassVar[type[BaseModel]] = KindSettings
    parts: ClassVar[tuple[str, ...]] = ("",)
    comparisons: ClassVar[frozenset[str]] = frozenset({"answered"})
    has_value: ClassVar[bool] = True

    def read(self, question: Question, raw: Raw) -> Reading:
        """Turn what the browser sent into a value, or say everything that is wrong with it."""
        raise NotImplementedError

    def wrong(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """What is wrong with a canonical value (the command line and other systems send these): shape, options, limits."""
        raise NotImplementedError

    def raw(self, question: Question, value: Any) -> dict[str, list[str]]:
        """The inputs that show this value again: the inverse of `read`."""
        raise NotImplementedError

    def text(self, question: Question, value: Any) -> str:
        """The answer in words, for check answers, documents and exports; lines are separated by a newline."""
        raise NotImplementedError

    def merge(self, question: Question, value: Any) -> Any:
        """Plain data for a Word template: text, or for a compound kind a dict of texts with the whole under `text`."""
        return self.text(question, value)

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: Any = None) -> bool | None:
        """True or False, or None where the answer cannot decide it (such as a partial date). `comparison` is one of `comparisons`."""
        raise NotImplementedError

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """Why `other` cannot be compared with this question's answers ('' when it can): for the linter."""
        raise NotImplementedError

    def example(self, question: Question) -> Any:
        """A made-up valid value."""
        raise NotImplementedError

    def schema(self, question: Question) -> dict[str, Any]:
        """The JSON Schema of a canonical value."""
        raise NotImplementedError

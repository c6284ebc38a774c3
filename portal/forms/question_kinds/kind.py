"""The contract of a kind of question: everything one kind answers about itself stands in one drawer.

A drawer is one module of this package with one `QuestionKind` subclass, and one macro file of the same name in
`templates/components/questions`. The tick box "Not known" is no drawer's business: `answering` sees to it for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from portal.forms.question_kinds.paper import Lines, Space, ticks

if TYPE_CHECKING:
    from portal.forms.model import Option, Question
    from portal.forms.question_kinds.made_up import MadeUp

Raw = Mapping[str, Sequence[Any]]
"""What a browser sent for one question: part name to values (text; uploads for files); a simple kind's one part is ''."""


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
class Taken:
    """What was taken from raw text: a canonical value (None when blank or wrong), what is wrong, and notes for the person.

    `uploads` are new files that passed, not yet kept anywhere.
    """

    value: Any = None
    wrong: tuple[Wrong, ...] = ()
    blank: bool = False
    notes: tuple[str, ...] = ()
    uploads: tuple[Any, ...] = ()


BLANK = Taken(blank=True)


class Inventive:
    """What a kind answers when nobody has been asked: an example, and made-up answers for samples."""

    def example(self, question: Question) -> Any:
        """A made-up valid value."""
        raise NotImplementedError

    def made_up(self, question: Question, source: MadeUp) -> Any:
        """A made-up value, another each time, often one that conditions look for; whether the rules of the question take it is judged later."""
        raise NotImplementedError

    def edges(self, question: Question, today: date) -> Iterator[Any]:
        """Values next to what the question's rules compare with; to be tried where made-up ones do not fit."""
        return iter(())


class QuestionKind(Inventive):
    """One kind of question. Values are plain JSON; `question` is always a `portal.forms.model.Question` of this kind."""

    name: ClassVar[str]
    settings: ClassVar[type[BaseModel]] = KindSettings
    comparisons: ClassVar[frozenset[str]] = frozenset({"answered"})
    has_value: ClassVar[bool] = True
    asks_to: ClassVar[str] = "Enter"
    """What one does to answer, as the first word of "Enter the child's first name"."""
    texts: ClassVar[tuple[str, ...]] = ()
    """The keys of its settings whose texts people read (options apart), so that they can be translated."""
    chosen_by: ClassVar[str] = ""
    """'radio' where "Not known" is one more radio button, since a chosen button cannot be let go."""

    needs_more: ClassVar[bool] = False
    """Whether a value is of use only with something kept beside the answers, as that of a file is with its bytes."""

    def parts(self, question: Question) -> tuple[str, ...]:
        """The names of the inputs this question has, in order; '' stands for the question's own name."""
        return ("",)

    def read(self, question: Question, raw: Raw, stored: Any = None) -> Taken:
        """Turn what the browser sent into a value, or say everything that is wrong with it.

        `stored` is the value kept so far; only files need it, since a browser never sends an upload twice.
        """
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

    def merge_names(self, question: Question) -> tuple[str, ...]:
        """The keys of the dict that `merge` gives; empty where it gives text."""
        return ()

    def compare(self, question: Question, value: Any, comparison: str, other: Any, *, today: date | None = None) -> bool | None:
        """True or False, or None where the answer cannot decide it (such as a partial date). `comparison` is one of `comparisons`."""
        raise NotImplementedError

    def comparison_fault(self, question: Question, comparison: str, other: Any) -> str:
        """Why `other` cannot be compared with this question's answers ('' when it can): for the linter."""
        raise NotImplementedError

    def options(self, question: Question) -> tuple[Option, ...]:
        """What can be chosen; empty for kinds where people write."""
        return ()

    def on_paper(self, question: Question) -> tuple[Space, ...]:
        """What a printed form leaves for the answer."""
        options = self.options(question)
        return ticks(options) if options else (Lines(),)

    def settings_faults(self, question: Question) -> tuple[str, ...]:
        """What contradicts itself in the question's own keys (a list with nothing in it, min above max): for the linter."""
        return ()

    def not_allowed_here(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """What is wrong with a well-formed value only outside demonstrations and tests, such as a number of a test range."""
        return ()

    def demand(self, question: Question, comparison: str, other: Any, today: date) -> str:
        """A broken rule in words that follow the question's: "must be today or in the past"."""
        return "does not fit what is asked here"

    def schema(self, question: Question) -> dict[str, Any]:
        """The JSON Schema of a canonical value."""
        raise NotImplementedError


def first(raw: Raw, part: str = "") -> str:
    """The first text sent for a part; '' when nothing was, or when it is no text."""
    for value in raw.get(part, ()):
        return value if isinstance(value, str) else ""
    return ""


def chosen_values(raw: Raw, part: str = "") -> list[str]:
    """Every different text sent for a part that is not blank, in the order sent."""
    return list(dict.fromkeys(value for value in raw.get(part, ()) if isinstance(value, str) and value.strip()))

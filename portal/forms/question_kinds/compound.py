"""What kinds with several boxes share: the shape of their values and faults by part. No kind's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from portal.forms.question_kinds import wording
from portal.forms.question_kinds.kind import QuestionKind, Raw, Taken, Wrong, first
from portal.language import listed, say

if TYPE_CHECKING:
    from portal.forms.model import Question

LONGEST = 250
"""Characters that one box of a compound question takes at most, unless its drawer says otherwise."""


class CompoundKind(QuestionKind):
    """A kind whose value is a dict. Its drawer says which keys there are and judges a value of the right shape."""

    def shape(self, question: Question) -> Mapping[str, type]:
        """The keys of a value and the type of each."""
        raise NotImplementedError

    def judge(self, question: Question, value: dict[str, Any]) -> tuple[Wrong, ...]:
        """What is wrong with a value that has every key in the right type."""
        raise NotImplementedError

    def words(self, question: Question, value: dict[str, Any]) -> dict[str, str]:
        """The answer in words, key by key, for Word templates."""
        raise NotImplementedError

    def wrong(self, question: Question, value: Any) -> tuple[Wrong, ...]:
        """A value is wrong when it is no dict of these keys, or its drawer finds fault."""
        faults = shape_faults(question, value, self.shape(question))
        return faults or self.judge(question, whole(value, self.shape(question)))

    def merge_names(self, question: Question) -> tuple[str, ...]:
        """The keys of the value; `text` comes on top."""
        return (*self.shape(question), "text")

    def merge(self, question: Question, value: Any) -> Any:
        """A dict of texts, the whole under `text`."""
        value = whole(value, self.shape(question))
        return {"text": self.text(question, value), **self.words(question, value)}

    def schema(self, question: Question) -> dict[str, Any]:
        """An object with these keys."""
        names = {str: {"type": "string"}, bool: {"type": "boolean"}, list: {"type": "array", "items": {"type": "string"}}}
        return {
            "type": "object",
            "properties": {key: names[wanted] for key, wanted in self.shape(question).items()},
            "additionalProperties": False,
        }


def shape_faults(question: Question, value: Any, shape: Mapping[str, type]) -> tuple[Wrong, ...]:
    """What is wrong with the keys and types of a value."""
    if not isinstance(value, dict) or not value:
        return (Wrong("shape", f"{wording.subject(question)} must be an object with {listed(list(shape))}"),)
    unknown = [str(key) for key in value if key not in shape]
    if unknown:
        return (Wrong("shape", f"{wording.subject(question)} has no part {unknown[0]!r} (parts: {', '.join(shape)})"),)
    return tuple(
        Wrong("shape", f"{key} of {question.id} must be {_called(shape[key])}", key)
        for key, each in value.items()
        if not isinstance(each, shape[key]) or (isinstance(each, list) and not all(isinstance(line, str) for line in each))
    )


def whole(value: Mapping[str, Any], shape: Mapping[str, type]) -> dict[str, Any]:
    """The value with every key, in order; what is missing is empty."""
    return {key: value.get(key, wanted()) for key, wanted in shape.items()}


def typed(raw: Raw, names: tuple[str, ...]) -> dict[str, str]:
    """The text of each box, as typed; a box with blanks only counts as empty."""
    return {name: first(raw, name) if first(raw, name).strip() else "" for name in names}


def taken(wrong: tuple[Wrong, ...], value: Any, notes: tuple[str, ...] = ()) -> Taken:
    """The value when nothing is wrong with it."""
    return Taken(wrong=wrong) if wrong else Taken(value, notes=notes)


def fault(question: Question, code: str, message: str, part: str) -> Wrong:
    """One fault of one box, in the form's own words where it has some."""
    return Wrong(code, wording.say(question, code, message), part)


def too_long(question: Question, boxes: Mapping[str, str], labels: Mapping[str, str]) -> list[Wrong]:
    """The boxes that hold more than they take."""
    return [
        fault(question, "too_long", say("{subject} must be {limit} characters or fewer", subject=say(labels.get(name, name)), limit=LONGEST), name)
        for name, text in boxes.items()
        if len(text) > LONGEST
    ]


def _called(wanted: type) -> str:
    return {str: "text", bool: "true or false", list: "a list of texts"}[wanted]

"""What becomes of one answer when its question has other keys or another kind. Paths and whole forms are `upgrade`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from portal.forms import question_kinds
from portal.forms.model import Question
from portal.forms.question_kinds.compound import CompoundKind

Route = Literal["as_it_is", "in_words", "typed_again", "as_list", "out_of_list", "lost"]
"""How answers get from a question of one kind to one of another: unchanged; as words; typed into the new box; as a list of
one choice; out of a list that holds one; not at all."""

WRITTEN = frozenset({"text", "long_text"})
TYPED = frozenset({"text", "long_text", "email", "phone", "postcode", "nhs_number", "upn"})
ONE_CHOICE = frozenset({"radios", "select", "yes_no"})
NOT_OFFERED = "not_an_option"


@dataclass(frozen=True)
class Turned:
    """What an answer has become: a value, or what is typed in the box again (`raw`), and what of it is lost (None for nothing)."""

    value: Any = None
    raw: dict[str, list[str]] | None = None
    lost: Any = None


def route(old: Question, new: Question) -> Route:
    """How answers to `old` become answers to `new`."""
    if old.kind == new.kind:
        return "as_it_is"
    if new.kind in WRITTEN:
        return "in_words"
    if old.kind in TYPED and new.kind in TYPED:
        return "typed_again"
    if old.kind in ONE_CHOICE and new.kind in ONE_CHOICE:
        return "as_it_is"
    if old.kind in ONE_CHOICE and new.kind == "checkboxes":
        return "as_list"
    if old.kind == "checkboxes" and new.kind in ONE_CHOICE:
        return "out_of_list"
    return "lost"


def turned(old: Question, new: Question, value: Any) -> Turned:
    """The answer `value`, whose options are called as in `new`, as an answer to `new`. One that fits already stays as it is."""
    if not question_kinds.kind(new.kind).has_value:
        return Turned(lost=value)
    if question_kinds.is_not_known(value):
        return Turned(value) if new.not_known else Turned(lost=value)
    match route(old, new):
        case "as_it_is":
            return _of_same_shape(old, new, value)
        case "in_words":
            return _in_words(old, new, value)
        case "typed_again":
            return _typed_again(new, value)
        case "as_list":
            return _of_same_shape(old, new, [value] if isinstance(value, str) else value)
        case "out_of_list":
            alone = value[0] if isinstance(value, list) and len(value) == 1 else value
            return _of_same_shape(old, new, alone) if isinstance(alone, str) else Turned(lost=value)
    return Turned(value) if _fits(new, value) else Turned(lost=value)


def words_of(question: Question, value: Any) -> str:
    """An answer in words, also one that its question could not take."""
    if question_kinds.is_not_known(value) or (question_kinds.kind(question.kind).has_value and _fits(question, value)):
        return question_kinds.text_of(question, value)
    if isinstance(value, dict):
        return ", ".join(str(each) for each in value.values() if each)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def raw_words(raw: Any) -> str:
    """What was typed and is not valid, in words."""
    texts = [str(each) for values in raw.values() for each in (values if isinstance(values, list) else [values])] if isinstance(raw, dict) else [str(raw)]
    return ", ".join(text for text in texts if text.strip())


def raw_turned(old: Question, new: Question, raw: Any) -> Any:
    """What was typed for `old` and is not valid, as it can stand in the box of `new`; None where it cannot."""
    if not question_kinds.kind(new.kind).has_value:
        return None
    if old.kind == new.kind or (old.kind in TYPED and new.kind in TYPED) or route(old, new) == "as_list":
        return raw
    return {"": [raw_words(raw)]} if new.kind in WRITTEN else None


def parts_gone(old: Question, new: Question) -> list[str]:
    """The parts of a compound answer that the question has no box for any more."""
    drawer = question_kinds.kind(new.kind)
    if old.kind != new.kind or not isinstance(drawer, CompoundKind):
        return []
    asked = drawer.parts(new)
    return [part for part in drawer.parts(old) if part not in asked and part in drawer.shape(old)]


def takes_the_same(old: Question, new: Question) -> bool:
    """Whether every answer to `old` stays as it is as an answer to `new`."""
    if old.kind != new.kind or (old.not_known and not new.not_known) or parts_gone(old, new):
        return False
    if old.kind == "statement" and old.settings.text != new.settings.text:
        return False
    drawer = question_kinds.kind(new.kind)
    return {option.id for option in drawer.options(old)} <= {option.id for option in drawer.options(new)}


def _fits(question: Question, value: Any) -> bool:
    return not any(each.code in ("shape", "no_value", NOT_OFFERED) for each in question_kinds.wrong(question, value))


def _of_same_shape(old: Question, new: Question, value: Any) -> Turned:
    """The value, without what is not offered any more; a limit it breaks now is for the person to put right."""
    if isinstance(value, list) and new.kind == "checkboxes":
        offered = {option.id for option in question_kinds.kind(new.kind).options(new)}
        kept = [each for each in value if each in offered]
        gone = [each for each in value if each not in offered]
        return Turned(kept or None, lost=gone or None)
    unasked = parts_gone(old, new) if isinstance(value, dict) else []
    gone = {key: value[key] for key in unasked if value.get(key)}
    if gone:
        return Turned({key: each for key, each in value.items() if key not in unasked} or None, lost=gone)
    if any(each.code == NOT_OFFERED for each in question_kinds.wrong(new, value)):
        return Turned(lost=value)
    return Turned(value)


def _in_words(old: Question, new: Question, value: Any) -> Turned:
    """The answer as words; where doing that twice would make other words of it, it cannot be done."""
    if old.kind in TYPED or not _fits(old, value):
        words = value if isinstance(value, str) else words_of(old, value)
    else:
        words = question_kinds.text_of(old, value)
    if _fits(old, words) and old.kind not in TYPED and question_kinds.text_of(old, words) != words:
        return Turned(lost=value)
    if new.kind == "text":
        words = ", ".join(line for line in words.splitlines() if line.strip())
    return Turned(words) if words.strip() else Turned()


def _typed_again(new: Question, value: Any) -> Turned:
    taken = question_kinds.read(new, {"": [value]}) if isinstance(value, str) else None
    if taken is None:
        return Turned(value) if _fits(new, value) else Turned(lost=value)
    if taken.value is not None and not taken.wrong:
        return Turned(taken.value)
    return Turned() if taken.blank else Turned(raw={"": [value]})

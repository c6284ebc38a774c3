"""Works out the first answers of a new paper from the record, and says for each where it came from. Saves nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal import timekeeping
from portal.episodes.record_facts import OWN_FACTS, Record
from portal.forms.answers import Answers
from portal.forms.conditions import holds_of, is_answered
from portal.forms.model import FormDefinition, Prefill, Question, Repeat
from portal.forms.paths import new_item_id
from portal.forms.question_kinds import wrong

RECORD, FORM = "record", "form"


@dataclass
class Prefilled:
    """Answers to start with, and {path: {"from", "words", "confirm"}} saying where each came from."""

    answers: Answers = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)


def prefill(definition: FormDefinition, record: Record) -> Prefilled:
    """The first answers of this form. A value that does not fit its question is left out."""
    found = Prefilled()
    for question in definition.index.questions_of_repeat[""]:
        if question.prefill:
            _put(found, Place(found.answers, ""), question, Offer(_value(record, question.prefill), question.prefill, record))
    for repeat in definition.repeats:
        if repeat.prefill and not repeat.inside and not repeat.over:
            _put_items(found, definition, repeat, record)
    for repeat in definition.repeats:
        if repeat.over and not repeat.inside:
            _put_items_over(found, definition, repeat, record)
    return found


@dataclass(frozen=True)
class Place:
    """Where an answer goes: the form's answers or one item of them, and the way to it."""

    holder: dict[str, Any]
    before: str


@dataclass(frozen=True)
class Offer:
    """A value the record offers, and by which rule."""

    value: Any
    rule: Prefill
    record: Record


def _put_items(found: Prefilled, definition: FormDefinition, repeat: Repeat, record: Record) -> None:
    items = []
    for source in list(_source_items(record, repeat.prefill))[: repeat.max]:
        item: dict[str, Any] = {"_id": source.get("_id") or new_item_id()}
        place = Place(item, f"{repeat.id}.{item['_id']}.")
        for question in definition.index.questions_of_repeat[repeat.id]:
            offer = Offer(_item_value(source, question, repeat.prefill), question.prefill or repeat.prefill, record)
            _put(found, place, question, offer)
        items.append(item)
    if items:
        found.answers[repeat.id] = items


def _put_items_over(found: Prefilled, definition: FormDefinition, repeat: Repeat, record: Record) -> None:
    """Questions of a repeat that runs over a prefilled one are answered from the same source items."""
    root = repeat
    while root.over:
        root = definition.index.repeats[root.over]
    if not root.prefill:
        return
    sources = {source.get("_id"): source for source in _source_items(record, root.prefill)}
    items = []
    for each in found.answers.get(root.id, []):
        item = {"_id": each["_id"]}
        place = Place(item, f"{repeat.id}.{item['_id']}.")
        for question in definition.index.questions_of_repeat[repeat.id]:
            if question.prefill and each["_id"] in sources:
                value = sources[each["_id"]].get(_last_word(question.prefill.source))
                _put(found, place, question, Offer(value, question.prefill, record))
        if len(item) > 1:
            items.append(item)
    if items:
        found.answers[repeat.id] = items


def _put(found: Prefilled, place: Place, question: Question, offer: Offer) -> None:
    if not offer.rule.fill or not is_answered(offer.value) or wrong(question, offer.value):
        return
    place.holder[question.id] = offer.value
    source = {"from": offer.rule.source, "words": words_of(offer.rule.source, offer.record), "confirm": offer.rule.confirm}
    found.sources[place.before + question.id] = source


def words_of(source: str, record: Record) -> str:
    """Where a first answer came from, for the person who reads it; '' for what is about the person or the day, and needs no telling."""
    place, name = _parts(source)[:2]
    if place == RECORD and name in OWN_FACTS:
        return ""
    if place == FORM and name in record.papers:
        paper = record.papers[name]
        return f"From “{paper.title}” of {paper.sent}"
    return f"From the family’s record on {timekeeping.show_date(timekeeping.today())}"


def _value(record: Record, rule: Prefill) -> Any:
    place, name, *path = _parts(rule.source)
    if place == RECORD:
        return record.facts.get(name)
    paper = record.papers.get(name)
    holder: Any = paper.answers if paper else None
    for word in path:
        holder = holder.get(word) if isinstance(holder, Mapping) else None
    return holder


def _source_items(record: Record, rule: Prefill) -> Iterator[Mapping[str, Any]]:
    """The items of the source that the rule wants; where a condition cannot be decided, the item is left out."""
    for item in _all_items(record, rule):
        if rule.where is None or holds_of(rule.where, item, timekeeping.today()) is True:
            yield item


def _all_items(record: Record, rule: Prefill) -> Iterator[Mapping[str, Any]]:
    place, name, *path = _parts(rule.source)
    if place == RECORD:
        yield from record.lists.get(name, [])
    elif name in record.papers:
        answers = record.papers[name].answers
        for item in _nested([answers], path):
            yield _with_further_answers(item, answers)


def _nested(holders: Any, path: list[str]) -> Iterator[Mapping[str, Any]]:
    if not path:
        yield from holders
        return
    for holder in holders:
        yield from _nested([item for item in holder.get(path[0]) or [] if isinstance(item, Mapping)], path[1:])


def _with_further_answers(item: Mapping[str, Any], answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The item with what lists that ran over it said about the same thing."""
    whole: dict[str, Any] = {}
    for value in answers.values():
        if isinstance(value, list):
            for other in value:
                if isinstance(other, Mapping) and other.get("_id") == item.get("_id"):
                    whole |= other
    return whole | item


def _item_value(source: Mapping[str, Any], question: Question, rule: Prefill) -> Any:
    """A question's own source in the item; else, from the record, the fact of the person it is bound to."""
    if question.prefill:
        return source.get(_last_word(question.prefill.source))
    return source.get(_last_word(question.record)) if rule.source.startswith(f"{RECORD}.") and question.record else None


def _parts(source: str) -> list[str]:
    return source.split(".")


def _last_word(source: str) -> str:
    return source.rpartition(".")[2]

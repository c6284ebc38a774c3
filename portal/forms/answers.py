"""Answers as plain data: reading and changing them by path, and which of them are shown.

`visible` is the one place where it is decided that a hidden answer is set aside: it stays stored, comes back when its
question is shown again, and is never judged, exported, printed, searched or bound to a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

from portal.errors import RuleBroken
from portal.forms.condition_tree import AnotherAnswer, Condition
from portal.forms.conditions import Facts, Judge, is_answered, item_of
from portal.forms.index import Node
from portal.forms.model import FormDefinition, Page, Repeat, Scope
from portal.forms.paths import new_item_id, path_of, split_item_path, split_path

Answers = dict[str, Any]

_NOT_FOR_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NoSuchItem(RuleBroken):
    """A path leads to an item of a repeat that is not there, such as one removed in another window."""


def get(answers: Mapping[str, Any], path: str) -> Any:
    """The value at a path, or None."""
    scope, name = split_path(path)
    holder: Any = answers
    for repeat_id, item_id in scope:
        holder = item_of(holder.get(repeat_id), item_id)
        if holder is None:
            return None
    return holder.get(name)


def put(answers: Answers, path: str, value: Any) -> Answers:
    """The answers with this value at the path; None takes the answer away. Raises NoSuchItem when its item is gone."""
    scope, name = split_path(path)
    return _changed(answers, scope, lambda holder: _with(holder, name, value), path)


def merge(definition: FormDefinition, answers: Answers, values: Mapping[str, Any], cleared: Iterable[str] = ()) -> Answers:
    """The answers with all these values put in and the cleared paths taken away.

    Items of a repeat that runs over another come into being here; items of any other repeat must exist (NoSuchItem).
    """
    for path, value in values.items():
        answers = put(_with_items_over(definition, answers, split_path(path)[0]), path, value)
    for path in cleared:
        if get(answers, path) is not None:
            answers = put(answers, path, None)
    return answers


def paths(answers: Mapping[str, Any], definition: FormDefinition) -> Iterator[tuple[str, Any]]:
    """Every answer with its path, as stored; items of repeats are gone into, hidden or not."""
    yield from _paths(answers, definition.index.repeats, "")


def add_item(answers: Answers, repeat_path: str, item_id: str) -> Answers:
    """The answers with one more, empty item at the end of the repeat at this path."""
    scope, repeat_id = split_path(repeat_path)
    return _changed(answers, scope, lambda holder: _with(holder, repeat_id, [*(holder.get(repeat_id) or []), {"_id": item_id}]), repeat_path)


def remove_item(answers: Answers, path: str) -> Answers:
    """The answers without the item at this path."""
    *outer, (repeat_id, item_id) = split_item_path(path)

    def without(holder: Answers) -> Answers:
        items = holder.get(repeat_id) or []
        gone = item_of(items, item_id)
        if gone is None:
            raise NoSuchItem(f"there is no item {path!r} to remove")
        return _with(holder, repeat_id, [item for item in items if item is not gone])

    return _changed(answers, tuple(outer), without, path)


def move_item(answers: Answers, path: str, places: int) -> Answers:
    """The answers with the item moved down its list by so many places (up when negative), stopping at the ends."""
    *outer, (repeat_id, item_id) = split_item_path(path)

    def moved(holder: Answers) -> Answers:
        items = list(holder.get(repeat_id) or [])
        item = item_of(items, item_id)
        if item is None:
            raise NoSuchItem(f"there is no item {path!r} to move")
        position = items.index(item)
        items.pop(position)
        items.insert(max(0, position + places), item)
        return _with(holder, repeat_id, items)

    return _changed(answers, tuple(outer), moved, path)


def add_missing_items(definition: FormDefinition, answers: Answers, facts: Facts) -> Answers:
    """The answers with empty items added wherever a shown repeat has fewer than its minimum, in new items too."""
    outermost_first = sorted(definition.repeats, key=lambda repeat: len(definition.index.chain(repeat.id)))
    for repeat in outermost_first:
        if repeat.over or not repeat.min:
            continue
        for scope in visible(definition, answers, facts).scopes_of(repeat.id):
            path = path_of(scope, repeat.id)
            for _ in range(repeat.min - len(get(answers, path) or ())):
                answers = add_item(answers, path, new_item_id())
    return answers


def clean_text(text: str) -> tuple[str, bool]:
    """The text with line ends as LF and without characters that XML forbids; and whether any character was taken out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    cleaned = _NOT_FOR_XML.sub("", lines)
    return cleaned, cleaned != lines


def visible(definition: FormDefinition, answers: Mapping[str, Any], facts: Facts) -> Visible:
    """What is shown of these answers. A question is shown when its page's condition and its own are true."""
    return Visible(definition, answers, facts)


class Visible:
    """What is shown, found out as it is asked for: a part (a page, a question, the items of a repeat) after the parts it needs,
    so that a hidden answer counts as none and a page of a long form costs no more than one of a short form.

    `so_far` are the shown answers of the parts that were asked for; the whole is in `answers`, `hidden`, `pages`, `questions`, `repeats`.
    """

    def __init__(self, definition: FormDefinition, answers: Mapping[str, Any], facts: Facts):
        self.definition = definition
        self.index = definition.index
        self.stored = answers
        self.so_far: Answers = {}
        self.judge = Judge(self.so_far, facts, definition)
        if not self.index.cycle:
            self.judge.keep_alike()
        self._settled: set[Node] = set()
        self._places: dict[str, list[tuple[Scope, Mapping[str, Any], Answers]]] = {"": [((), answers, self.so_far)]}
        self._shown_at: dict[Scope, Answers] = {(): self.so_far}
        self._pages: set[tuple[str, Scope]] = set()
        self._questions: set[tuple[str, Scope]] = set()
        self._repeats: set[tuple[str, Scope]] = set()

    @property
    def answers(self) -> Answers:
        """Every answer that is shown."""
        self._settle_all()
        return self.so_far

    @cached_property
    def hidden(self) -> tuple[str, ...]:
        """The paths of the answers that are set aside."""
        self._settle_all()
        return tuple(path for path, _ in paths(self.stored, self.definition) if not self._is_shown(path))

    @property
    def pages(self) -> AbstractSet[tuple[str, Scope]]:
        """Every page that is shown, for each item."""
        self._settle_all()
        return self._pages

    @property
    def questions(self) -> AbstractSet[tuple[str, Scope]]:
        """Every question that is shown, for each item."""
        self._settle_all()
        return self._questions

    @property
    def repeats(self) -> AbstractSet[tuple[str, Scope]]:
        """Every repeat that is shown, for each item it stands in."""
        self._settle_all()
        return self._repeats

    def shows_page(self, page_id: str, scope: Scope) -> bool:
        """Whether the page is shown for this item."""
        if ("page", page_id) not in self._settled:
            self.settle("page", page_id)
        return (page_id, scope) in self._pages

    def shows_question(self, question_id: str, scope: Scope) -> bool:
        """Whether the question is shown for this item."""
        if ("question", question_id) not in self._settled:
            self.settle("question", question_id)
        return (question_id, scope) in self._questions

    def shows_repeat(self, repeat_id: str, scope: Scope) -> bool:
        """Whether the repeat is shown inside this item."""
        self.settle("repeat", repeat_id)
        return (repeat_id, scope) in self._repeats

    def answer(self, question_id: str, scope: Scope) -> Any:
        """The answer to a question for this item, or None where it is not shown or there is none."""
        self.settle("question", question_id)
        return self._shown_at.get(scope, {}).get(question_id)

    def scopes_of(self, repeat_id: str) -> list[Scope]:
        """The items in which this repeat is shown, in order."""
        self.settle("repeat", repeat_id)
        return sorted(scope for name, scope in self._repeats if name == repeat_id)

    def item_scopes(self, repeat_id: str, scope: Scope) -> list[Scope]:
        """The shown items of a repeat inside this item, in order."""
        self.settle("repeat", repeat_id)
        items = get(self.so_far, path_of(scope, repeat_id)) or ()
        return [(*scope, (repeat_id, item["_id"])) for item in items]

    def outcome(self, condition: Condition, scope: Scope) -> bool | None:
        """What a condition comes to for this item."""
        for kind, name in self.index.looked_at(condition):
            self.settle(kind, name)
        return self.judge.judge(condition, scope)

    def other_value(self, other: AnotherAnswer, scope: Scope) -> Any:
        """The answer that another one is compared with; see `Judge.other_value`."""
        self.settle("question", other.question)
        return self.judge.other_value(other, scope)

    def settle(self, kind: str, name: str) -> None:
        """Find out about this part and the parts it needs, so that `so_far` holds its answers. A part there is not is left alone."""
        if (kind, name) in self._settled or (kind, name) not in self.index.known:
            return
        if self.index.cycle:
            self._settle_all()
            return
        waiting: list[Node] = [(kind, name)]
        while waiting:
            node = waiting[-1]
            first = [needed for needed in self.index.needed(node) if needed not in self._settled] if node not in self._settled else []
            if first:
                waiting.extend(first)
                continue
            waiting.pop()
            if node not in self._settled:
                self._decide(node)

    def _settle_all(self) -> None:
        if len(self._settled) < len(self.index.order):
            for node in self.index.order:
                if node not in self._settled:
                    self._decide(node)

    def _decide(self, node: Node) -> None:
        kind, name = node
        self._settled.add(node)
        if kind == "question":
            self._show_answers(name)
        elif kind == "page":
            self._show_page(self.index.pages[name])
        else:
            self._show_items(self.index.repeats[name])

    def _show_items(self, repeat: Repeat) -> None:
        places = self._places[repeat.id] = []
        for scope, stored, shown in self._places.get(repeat.inside, ()):
            if not any(self._may_hold(page, scope) for page in self.index.pages_of_repeat[repeat.id]):
                continue
            self._repeats.add((repeat.id, scope))
            shown[repeat.id] = []
            for item in self._items(repeat, scope, stored):
                copy = {"_id": item["_id"]}
                shown[repeat.id].append(copy)
                here = (*scope, (repeat.id, item["_id"]))
                places.append((here, item, copy))
                self._shown_at.setdefault(here, copy)

    def _items(self, repeat: Repeat, scope: Scope, stored: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        own = [item for item in stored.get(repeat.id) or () if isinstance(item, dict) and item.get("_id")]
        if not repeat.over:
            return own
        others = (other for other in self.so_far.get(repeat.over, ()) if self._holds(repeat.where, (*scope, (repeat.id, other["_id"]))))
        return [item_of(own, other["_id"]) or {"_id": other["_id"]} for other in others]

    def _show_page(self, page: Page) -> None:
        self._pages.update((page.id, scope) for scope, _, _ in self._places.get(page.repeat, ()) if self._holds(page.when, scope))

    def _show_answers(self, name: str) -> None:
        question, page = self.index.questions[name], self.index.page_of[name]
        for scope, stored, shown in self._places.get(page.repeat, ()):
            if (page.id, scope) in self._pages and self._holds(question.when, scope):
                self._questions.add((name, scope))
                if is_answered(stored.get(name)):
                    shown[name] = stored[name]

    def _may_hold(self, page: Page, scope: Scope) -> bool:
        """Whether the page of a repeat is shown for some item, as far as can be told outside its items."""
        if page.when is None:
            return True
        outcome = self.judge.judge(page.when, scope)
        return outcome is True or (outcome is None and self.index.looks_over(page.repeat, page.when))

    def _holds(self, condition: Condition | None, scope: Scope) -> bool:
        return condition is None or self.judge.judge(condition, scope) is True

    def _is_shown(self, path: str) -> bool:
        scope, name = split_path(path)
        return (name, scope) in self._questions


def _paths(holder: Mapping[str, Any], repeats: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
    for name, value in holder.items():
        if name == "_id":
            continue
        if name not in repeats or not isinstance(value, list):
            yield before + name, value
            continue
        for item in value:
            if isinstance(item, dict) and item.get("_id"):
                yield from _paths(item, repeats, f"{before}{name}.{item['_id']}.")


def _with(holder: Answers, name: str, value: Any) -> Answers:
    if value is None:
        return {key: each for key, each in holder.items() if key != name}
    return {**holder, name: value}


def _changed(holder: Answers, scope: Scope, change: Any, path: str) -> Answers:
    if not scope:
        return change(holder)
    (repeat_id, item_id), *rest = scope
    items = holder.get(repeat_id) or []
    wanted = item_of(items, item_id)
    if wanted is None:
        raise NoSuchItem(f"{path!r} leads to an item that is not there: {repeat_id}.{item_id}")
    changed = [_changed(item, tuple(rest), change, path) if item is wanted else item for item in items]
    return {**holder, repeat_id: changed}


def _with_items_over(definition: FormDefinition, answers: Answers, scope: Scope) -> Answers:
    for depth, (repeat_id, item_id) in enumerate(scope):
        repeat = definition.index.repeats.get(repeat_id)
        if repeat is None or not repeat.over:
            continue
        repeat_path = path_of(scope[:depth], repeat_id)
        if item_of(get(answers, repeat_path), item_id) is None:
            answers = add_item(answers, repeat_path, item_id)
    return answers

"""What becomes of one person's answers when they go on in another version. Nothing is lost without being told, and doing it twice is doing it once.

An answer that is only hidden by the new version stays where it is (`answers.visible` sets it aside), and is told as lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.forms import question_kinds
from portal.forms.answers import Answers, Visible, get, put, visible
from portal.forms.conditions import Facts, is_answered, item_of
from portal.forms.held_back import own_work
from portal.forms.item_labels import item_label
from portal.forms.model import FormDefinition, Question, Scope
from portal.forms.paths import path_of, split_path
from portal.forms.versions.answer_kinds import Turned, raw_turned, raw_words, turned, words_of
from portal.forms.versions.change import Change
from portal.forms.versions.compare import changes_of
from portal.forms.versions.demands import Demands, demands_of, items_of, shown_items
from portal.forms.versions.pair import Pair, pair_of
from portal.forms.versions.regrouping import Regrouping

NEW = frozenset({"question_added", "group_added", "interruption_added"})
"""Changes that are told where they are asked now, not where something was answered before."""


@dataclass(frozen=True)
class Lost:
    """An answer that the new version has no place for: where it stood in the old one, its question, its words, and the answer itself.

    `is_open` marks one that has several places, of which a person has to choose.
    """

    path: str
    label: str
    text: str
    value: Any
    is_open: bool = False


@dataclass(frozen=True)
class Needed:
    """Something that the new version asks of this person, and the old one did not: where, and the label of the question or group."""

    path: str
    label: str


@dataclass(frozen=True)
class Told:
    """One thing to tell whoever fills the form in: `about` is "changed" or "new"."""

    about: str
    words: str


@dataclass(frozen=True)
class Upgraded:
    """Answers for the new version. `paths` leads from each old path that has another name now to the present one."""

    answers: Answers
    incomplete: dict[str, Any]
    lost: tuple[Lost, ...] = ()
    needed: tuple[Needed, ...] = ()
    told: tuple[Told, ...] = ()
    paths: dict[str, str] = field(default_factory=dict)


@own_work
def upgrade(answers: Mapping[str, Any], incomplete: Mapping[str, Any], old: FormDefinition, new: FormDefinition, facts: Facts | None = None) -> Upgraded:
    """Answers to `old` as answers to `new`, and what to tell of it. Pure; raises for no answers that have the shape of answers.

    With `facts` what is hidden is known, so that answers hidden by the new version are told as lost, and only what is shown is
    told as needed. Without them, everything that may be shown is taken to be.
    """
    pair = pair_of(old, new)
    moving = _Moving(pair, answers)
    carried = dict(answers) if pair.is_still else moving.holder(answers, (), ())
    kept_raw = dict(incomplete) if pair.is_still else moving.raws(incomplete)
    carried, kept_raw = moving.settle(carried, kept_raw)
    demands = demands_of(pair)
    shown = visible(new, carried, facts) if facts is not None else None
    lost = moving.lost
    if shown is not None and facts is not None and demands.hideable:
        lost = [*lost, *_set_aside(pair, demands, answers, visible(old, answers, facts), shown)]
    gone = frozenset(moving.present(each.path) for each in lost)
    undecided = [path for path in moving.undecided if shown is None or shown.shows_question(split_path(path)[1], split_path(path)[0])]
    paths = dict.fromkeys([*moving.retyped, *undecided, *demands.paths(carried, kept_raw, shown, gone)])
    needed = [Needed(path, _label(demands, carried, path)) for path in paths]
    return Upgraded(carried, kept_raw, tuple(lost), tuple(needed), tuple(_told(pair, answers, incomplete, shown)), moving.paths)


class _Moving:
    """One walk over the answers of one person, noting what has no place."""

    def __init__(self, pair: Pair, answers: Mapping[str, Any]):
        self.pair = pair
        self.answers = answers
        self.lost: list[Lost] = []
        self.paths: dict[str, str] = {}
        self.raw: dict[str, Any] = {}
        self.retyped: list[str] = []
        self.undecided: list[str] = []
        self.regrouping = Regrouping(pair)

    def holder(self, stored: Mapping[str, Any], was: Scope, now: Scope) -> Answers:
        """The answers of one item, or of the form outside repeats; `was` and `now` are its scope by old and present ids."""
        found: Answers = {"_id": stored["_id"]} if now and "_id" in stored else {}
        for name, value in stored.items():
            if name == "_id" and now:
                continue
            present = self.pair.declared.name(name)
            if present in self.pair.new.index.repeats and isinstance(value, list):
                if self._stays(present, now):
                    found[present] = [self.item(each, (*was, (name, each["_id"])), (*now, (present, each["_id"]))) for each in value if _is_item(each)]
                else:
                    self._lose_items(name, value, was)
            elif name in self.pair.old.index.repeats and isinstance(value, list):
                self._lose_items(name, value, was)
            else:
                self.answer(name, value, was, now, found)
        return found

    def item(self, stored: Mapping[str, Any], was: Scope, now: Scope) -> Answers:
        """One item of a repeat."""
        return self.holder(stored, was, now)

    def answer(self, name: str, value: Any, was: Scope, now: Scope, found: Answers) -> None:
        """Put one answer where it belongs now, or note it as lost."""
        present = self.pair.declared.name(name)
        path = path_of(was, name)
        if present in found:
            self._lose(path, name, value)
            return
        question = self.pair.new.index.questions.get(present)
        chain = tuple(repeat for repeat, _ in now)
        if question is None or self.pair.new.index.chain_of_question(present) != chain:
            if not self.regrouping.hold(name, value, was):
                self._lose(path, name, value)
            return
        became = self._turned(name, path, present, question, value, path_of(now, present))
        if became is not None:
            found[present] = became

    def settle(self, answers: Answers, raw: dict[str, Any]) -> tuple[Answers, dict[str, Any]]:
        """Put answers whose question was moved where they belong now; those that a person has to place are told."""
        for one in self.regrouping.settled(answers):
            question = self.pair.new.index.questions[one.present]
            self.undecided += [path_of(scope, one.present) for scope in one.open_places]
            for each in one.held if not one.targets else ():
                self._lose(each.path, each.name, each.value, words=raw_words(each.value) if each.is_raw else None, is_open=bool(one.open_places))
            for scope in one.targets:
                here, first = path_of(scope, one.present), one.held[0]
                if first.is_raw:
                    stands = raw_turned(self.pair.kept[one.present].old, question, first.value)
                    raw = raw if stands is None else {**raw, here: stands}
                    if stands is None:
                        self._lose(first.path, first.name, first.value, words=raw_words(first.value))
                else:
                    became = self._turned(first.name, first.path, one.present, question, first.value, here)
                    answers = answers if became is None else put(answers, here, became)
                self.paths |= {each.path: here for each in one.held}
        return answers, {**raw, **self.raw}

    def _turned(self, name: str, path: str, present: str, question: Question, value: Any, here: str) -> Any:
        """What an answer is at its present path `here`, None for no answer; what it is besides is noted."""
        became = self._became(present, question, value)
        if became.raw is not None:
            self.raw[here] = became.raw
            self.retyped.append(here)
        if became.lost is not None:
            self._lose(path, name, value if became.value is None and became.raw is None else became.lost)
        if here != path:
            self.paths[path] = here
        return became.value

    def _became(self, present: str, question: Question, value: Any) -> Turned:
        kept = self.pair.kept.get(present)
        if kept is None or present in self.pair.alike:
            return Turned(value)
        if kept.old.kind == kept.new.kind == "statement" and kept.old.settings.text != kept.new.settings.text:
            return Turned(lost=value)
        return turned(kept.old, question, self.pair.declared.value(present, value))

    def raws(self, incomplete: Mapping[str, Any]) -> dict[str, Any]:
        """What was typed and is not valid, where it can stand now."""
        found = dict(self.raw)
        for path, raw in incomplete.items():
            try:
                scope, name = split_path(path)
            except ValueError:
                continue
            here = self.present(path)
            present = split_path(here)[1]
            question, kept = self.pair.new.index.questions.get(present), self.pair.kept.get(present)
            chain = tuple(repeat for repeat, _ in split_path(here)[0])
            regrouped = any(repeat in self.pair.regrouped for repeat in chain)
            fits = question is not None and self.pair.new.index.chain_of_question(present) == chain and not (regrouped and self._was_there(scope))
            stands = None if not fits or question is None else raw if kept is None else raw_turned(kept.old, question, raw)
            if stands is None:
                if fits or not self.regrouping.hold(name, raw, scope, is_raw=True):
                    self._lose(path, name, raw, words=raw_words(raw))
                continue
            found[here] = stands
            if here != path:
                self.paths[path] = here
        return found

    def present(self, path: str) -> str:
        """A path with the ids of the new version."""
        scope, name = split_path(path)
        return path_of(tuple((self.pair.declared.name(repeat), item) for repeat, item in scope), self.pair.declared.name(name))

    def _was_there(self, scope: Scope) -> bool:
        return all(item_of(get(self.answers, path_of(scope[:depth], repeat)), item) is not None for depth, (repeat, item) in enumerate(scope))

    def _stays(self, present: str, now: Scope) -> bool:
        """Whether items of this repeat still stand here."""
        return present not in self.pair.regrouped and self.pair.new.index.chain(present)[:-1] == tuple(repeat for repeat, _ in now)

    def _lose_items(self, name: str, items: list[Any], was: Scope) -> None:
        for item in items:
            if not _is_item(item):
                continue
            scope = (*was, (name, item["_id"]))
            for each, value in item.items():
                if each == "_id":
                    continue
                if each in self.pair.old.index.repeats and isinstance(value, list):
                    self._lose_items(each, value, scope)
                elif not self.regrouping.hold(each, value, scope):
                    self._lose(path_of(scope, each), each, value)

    def _lose(self, path: str, name: str, value: Any, words: str | None = None, *, is_open: bool = False) -> None:
        question = self.pair.old.index.questions.get(name)
        text = words if words is not None else _words(question, value)
        if is_answered(value) and text.strip():
            self.lost.append(Lost(path, label_at(self.pair.old, self.answers, path), text, value, is_open))


def label_at(definition: FormDefinition, answers: Mapping[str, Any], path: str) -> str:
    """The label of the question at a path, with whose item it is: "First name (Zara)"."""
    scope, name = split_path(path)
    question = definition.index.questions.get(name)
    label = question.label if question is not None else name
    if not scope or any(repeat not in definition.index.repeats for repeat, _ in scope):
        return label
    return f"{label} ({item_label(definition, answers, scope)})"


def _words(question: Question | None, value: Any) -> str:
    if question is None:
        return value if isinstance(value, str) else str(value)
    if question_kinds.kind(question.kind).options(question) and isinstance(value, list):
        labels = {option.id: option.label for option in question_kinds.kind(question.kind).options(question)}
        return ", ".join(labels.get(each, str(each)) if isinstance(each, str) else str(each) for each in value)
    return words_of(question, value)


def _is_item(each: Any) -> bool:
    return isinstance(each, dict) and isinstance(each.get("_id"), str) and bool(each["_id"])


def _set_aside(pair: Pair, demands: Demands, answers: Mapping[str, Any], before: Visible, now: Visible) -> Iterator[Lost]:
    """Answers that were shown before, are kept, and are hidden now."""
    for present in demands.hideable:
        name = pair.kept[present].old.id
        for scope in items_of(answers, pair.old.index.chain_of_question(name)):
            path = path_of(scope, name)
            value = get(answers, path)
            if not is_answered(value) or not before.shows_question(name, scope):
                continue
            here = tuple((pair.declared.name(repeat), item) for repeat, item in scope)
            if not now.shows_question(present, here):
                yield Lost(path, label_at(pair.old, answers, path), _words(pair.kept[present].old, value), value)


def _label(demands: Demands, answers: Answers, path: str) -> str:
    return label_at(demands.pair.new, answers, path) if split_path(path)[1] in demands.pair.new.index.questions else demands.title(path)


def _told(pair: Pair, answers: Mapping[str, Any], incomplete: Mapping[str, Any], shown: Visible | None) -> Iterator[Told]:
    changes = [change for change in changes_of(pair) if change.told]
    if not changes:
        return
    met: set[str] = {path.rpartition(".")[2] for path in incomplete}
    if any(change.code not in NEW for change in changes):
        _note_names(answers, met)
        met = set(map(pair.declared.name, met))
    for change in changes:
        if change.code in NEW:
            if shown is None or _is_open(pair, change, answers, shown):
                yield Told("new", change.told)
        elif change.id in met or change.id == pair.new.id or change.id in pair.new.index.pages:
            yield Told("changed", change.told)


def _is_open(pair: Pair, change: Change, answers: Mapping[str, Any], shown: Visible) -> bool:
    """Whether what is new is asked of this person as far as can be seen now."""
    index = pair.new.index
    if change.code == "interruption_added":
        return any(shown.shows_page(change.id, scope) for scope in shown_items(shown, index.chain(index.pages[change.id].repeat)))
    if change.code == "group_added":
        return any(shown.shows_repeat(change.id, scope) for scope in shown_items(shown, index.chain(change.id)[:-1]))
    return any(shown.shows_question(change.id, scope) for scope in shown_items(shown, index.chain_of_question(change.id)))


def _note_names(holder: Mapping[str, Any], found: set[str]) -> None:
    """Note the ids of everything that was answered."""
    found.update(holder)
    for value in holder.values():
        for item in value if isinstance(value, list) else ():
            if isinstance(item, dict) and "_id" in item:
                _note_names(item, found)

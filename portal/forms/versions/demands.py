"""What a new version may demand that the old one did not, found once for two versions, so that ten thousand drafts are quickly gone through."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from portal.forms import question_kinds
from portal.forms.answers import Visible, get
from portal.forms.conditions import Judge, is_answered
from portal.forms.model import Question, Scope
from portal.forms.paths import path_of
from portal.forms.versions.change import LOSES_ANSWER
from portal.forms.versions.compare import changes_of
from portal.forms.versions.pair import Pair

ASKED_MORE = frozenset({"question_added", "required_raised", "question_shown_changed", "group_added", "group_shown_changed", "kind_changed"})
JUDGED_MORE = frozenset({"limits_changed", "rules_changed", "option_offered_changed", "option_mapped", "kind_changed", "parts_removed"})
COUNTED = frozenset({"least_raised", "most_lowered", "group_added"})
HIDING = frozenset({"question_shown_changed", "group_shown_changed", "group_rearranged", "group_removed"})


def demands_of(pair: Pair) -> Demands:
    """The demands of a pair, kept with it."""
    if "demands" not in pair.__dict__:
        pair.__dict__["demands"] = Demands(pair)
    return pair.__dict__["demands"]


class Seen(NamedTuple):
    """What is shown of somebody's answers, and the judge of conditions over them."""

    visible: Visible
    judge: Judge


class Demands:
    """`may_hide` says whether answers that stay may be hidden now, `may_need` whether anything may be needed."""

    def __init__(self, pair: Pair):
        self.pair = pair
        changes = changes_of(pair)
        named = {code: {change.id for change in changes if change.code == code} for code in {change.code for change in changes}}
        index = pair.new.index
        asked = set().union(*(named.get(code, set()) for code in ASKED_MORE))
        asked |= {question.id for name in asked if name in index.repeats for page in index.pages_of_repeat[name] for question in page.questions}
        losing = {change.id for change in changes if change.effect == LOSES_ANSWER}
        self.asked = [name for name in index.questions if name in asked | {pair.declared.name(each) for each in losing} and _is_required(index.questions[name])]
        judged = set().union(*(named.get(code, set()) for code in JUDGED_MORE))
        self.judged = [name for name in index.questions if name in judged and question_kinds.kind(index.questions[name].kind).has_value]
        self.counted = [name for name in index.repeats if name in set().union(*(named.get(code, set()) for code in COUNTED)) and not index.repeats[name].over]
        self.may_hide = any(change.effect == LOSES_ANSWER and (change.code in HIDING or self._has_dependents(change.id)) for change in changes)
        self.may_need = bool(self.asked or self.counted)

    def _has_dependents(self, name: str) -> bool:
        return bool(self.pair.hang_on(("question", self.pair.declared.name(name))))

    def title(self, path: str) -> str:
        """The title of the group at a path."""
        return self.pair.new.index.repeats[path.rpartition(".")[2]].title

    def paths(self, answers: Mapping[str, Any], incomplete: Mapping[str, Any], seen: Seen | None, lost: Collection[str]) -> Iterator[str]:
        """Where something is demanded of these answers (to the new version); `lost` are the paths of answers that went."""
        index = self.pair.new.index
        for name in self.asked:
            for scope in self._demanded(name, answers, seen):
                path = path_of(scope, name)
                if not is_answered(get(answers, path)) and path not in incomplete:
                    yield path
        for name in self.judged:
            for scope in _items(answers, index.chain_of_question(name)):
                path = path_of(scope, name)
                value = get(answers, path)
                if is_answered(value) and (seen is None or (name, scope) in seen.visible.questions) and self._is_wrong(name, value, path in lost):
                    yield path
        for name in self.counted:
            repeat = index.repeats[name]
            for outer in _items(answers, index.chain(name)[:-1]):
                count = len(get(answers, path_of(outer, name)) or ())
                if (seen is None or (name, outer) in seen.visible.repeats) and not repeat.min <= count <= repeat.max:
                    yield path_of(outer, name)

    def _demanded(self, name: str, answers: Mapping[str, Any], seen: Seen | None) -> list[Scope]:
        """The items that the question must be answered for."""
        if seen is None:
            return _items(answers, self.pair.new.index.chain_of_question(name))
        required = self.pair.new.index.questions[name].required
        asked = sorted(scope for question, scope in seen.visible.questions if question == name)
        return [scope for scope in asked if required is True or seen.judge.judge(required, scope) is True]  # type: ignore[arg-type]

    def _is_wrong(self, name: str, value: Any, is_partly_lost: bool) -> bool:
        """Whether an answer does not fit the question as it is now. Rules that look at the day or at other answers are judged on its page."""
        question = self.pair.new.index.questions[name]
        return is_partly_lost or bool(question_kinds.wrong(question, value))


def _is_required(question: Question) -> bool:
    return question.required is not False and not question.later


def _items(answers: Mapping[str, Any], chain: tuple[str, ...]) -> list[Scope]:
    found: list[tuple[Scope, Mapping[str, Any]]] = [((), answers)]
    for repeat in chain:
        found = [((*scope, (repeat, item["_id"])), item) for scope, holder in found for item in holder.get(repeat) or () if isinstance(item, dict) and "_id" in item]
    return [scope for scope, _ in found]

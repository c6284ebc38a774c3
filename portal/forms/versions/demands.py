"""What a new version may demand that the old one did not, found once for two versions, so that ten thousand drafts are quickly gone through."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from portal.forms import question_kinds
from portal.forms.answers import Visible, get
from portal.forms.conditions import is_answered
from portal.forms.model import Question, Scope
from portal.forms.paths import path_of
from portal.forms.versions.change import LOSES_ANSWER, Change
from portal.forms.versions.compare import changes_of
from portal.forms.versions.pair import Pair

ASKED_MORE = frozenset({"question_added", "required_raised", "question_shown_changed", "group_added", "group_shown_changed", "kind_changed"})
JUDGED_MORE = frozenset({"limits_changed", "rules_changed", "option_offered_changed", "option_mapped", "kind_changed", "parts_removed"})
COUNTED = frozenset({"least_raised", "most_lowered", "group_added"})
OF_GROUPS = frozenset({"group_shown_changed", "group_rearranged", "group_removed"})


def demands_of(pair: Pair) -> Demands:
    """The demands of a pair, kept with it."""
    if "demands" not in pair.__dict__:
        pair.__dict__["demands"] = Demands(pair)
    return pair.__dict__["demands"]


class Demands:
    """`hideable` are the kept questions whose answers may stay and be hidden now; the others are looked into by `paths`."""

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
        self.hideable = sorted(set().union(*(self._hidden_by(change) for change in changes if change.effect == LOSES_ANSWER)) - pair.moved)

    def _hidden_by(self, change: Change) -> set[str]:
        """The kept questions that may be hidden by one change: those it is about, and those that hang on them."""
        pair, name = self.pair, self.pair.declared.name(change.id)
        if change.code not in OF_GROUPS:
            return {*pair.hang_on(("question", name)), *({name} if change.code == "question_shown_changed" else ())}
        index = pair.new.index
        inside = {question for question in pair.kept if name in (each for repeat in index.chain_of_question(question) for each in (repeat, *index.overs(repeat)))}
        return {*inside, *pair.hang_on(("repeat", name))}

    def title(self, path: str) -> str:
        """The title of the group at a path."""
        return self.pair.new.index.repeats[path.rpartition(".")[2]].title

    def paths(self, answers: Mapping[str, Any], incomplete: Mapping[str, Any], shown: Visible | None, lost: Collection[str]) -> Iterator[str]:
        """Where something is demanded of these answers (to the new version); `lost` are the paths of answers that went."""
        index = self.pair.new.index
        for name in self.asked:
            for scope in self._demanded(name, answers, shown):
                path = path_of(scope, name)
                if not is_answered(get(answers, path)) and path not in incomplete:
                    yield path
        for name in self.judged:
            for scope in items_of(answers, index.chain_of_question(name)):
                path = path_of(scope, name)
                value = get(answers, path)
                if is_answered(value) and self._is_wrong(name, value, path in lost) and (shown is None or shown.shows_question(name, scope)):
                    yield path
        for name in self.counted:
            repeat = index.repeats[name]
            for outer in items_of(answers, index.chain(name)[:-1]):
                count = len(get(answers, path_of(outer, name)) or ())
                if not repeat.min <= count <= repeat.max and (shown is None or shown.shows_repeat(name, outer)):
                    yield path_of(outer, name)

    def _demanded(self, name: str, answers: Mapping[str, Any], shown: Visible | None) -> list[Scope]:
        """The items that the question must be answered for."""
        chain = self.pair.new.index.chain_of_question(name)
        if shown is None:
            return items_of(answers, chain)
        required = self.pair.new.index.questions[name].required
        asked = [scope for scope in shown_items(shown, chain) if shown.shows_question(name, scope)]
        return [scope for scope in asked if isinstance(required, bool) or shown.outcome(required, scope) is True]

    def _is_wrong(self, name: str, value: Any, is_partly_lost: bool) -> bool:
        """Whether an answer does not fit the question as it is now. Rules that look at the day or at other answers are judged on its page."""
        question = self.pair.new.index.questions[name]
        return is_partly_lost or bool(question_kinds.wrong(question, value))


def _is_required(question: Question) -> bool:
    return question.required is not False and not question.later


def items_of(answers: Mapping[str, Any], chain: tuple[str, ...]) -> list[Scope]:
    """Every stored item of the innermost of these repeats; for no repeat the form itself."""
    found: list[tuple[Scope, Mapping[str, Any]]] = [((), answers)]
    for repeat in chain:
        found = [((*scope, (repeat, item["_id"])), item) for scope, holder in found for item in holder.get(repeat) or () if isinstance(item, dict) and "_id" in item]
    return [scope for scope, _ in found]


def shown_items(shown: Visible, chain: tuple[str, ...]) -> list[Scope]:
    """The same of the items that are shown, those of repeats over others among them."""
    found: list[Scope] = [()]
    for repeat in chain:
        found = [item for scope in found for item in shown.item_scopes(repeat, scope)]
    return found

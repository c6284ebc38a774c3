"""Whether a condition can ever come true in a form: a search for answers that contradict neither it nor what shows the questions.

"No" is certain. "Yes" may also mean that the search was given up. What is supposed on the way is `supposed`; which
conditions of a form are searched is `check_shown`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from portal.forms import condition_tree as tree
from portal.forms.model import FormDefinition, Question, Scope
from portal.forms.possible_answers import (
    FALSE,
    NOT_FALSE,
    NOT_TRUE,
    OPPOSITE,
    TRUE,
    Demand,
    Want,
    demand,
    may_be_unanswered,
)
from portal.forms.supposed import Fact, ForAll, Known, Supposed

MOST_STEPS = 1500
LOOKED_AT = 5
MOST_SHOWN = 40
DEEPEST = 120
"""Where a search is given up or cut short: steps in all, choices looked at to find the narrowest, questions whose own showing is
followed, choices within choices."""


class Goal(NamedTuple):
    """A condition that must come out as wanted, seen from an item."""

    condition: tree.Condition
    scope: Scope = ()
    want: Want = TRUE


class Shown(NamedTuple):
    """A question must be shown in the items of this scope, which is exactly that of its repeats."""

    question: str
    scope: Scope


class Present(NamedTuple):
    """The innermost item of this scope must be there."""

    scope: Scope


Aim = Goal | Shown | Present

Needs = list[list[Aim]]
"""What must be met next: of each list one way."""


class _GivenUp(Exception):
    """The search takes too long."""


class Search:
    """Searches one form, again and again."""

    def __init__(self, definition: FormDefinition, known: Known | None = None):
        self.definition = definition
        self.index = definition.index
        self.known = known or Known()
        self.supposed = Supposed(definition, self.known)
        self._made: dict[tuple[int, Want], tuple[tree.Compare, Demand]] = {}
        self._steps = self._followed = 0
        self._follow = MOST_SHOWN

    def can_hold(self, aims: Iterable[Aim], *, follow: int = MOST_SHOWN) -> bool:
        """Whether all of these can be so at once; False is certain. The showing of `follow` questions is looked into, nearest first."""
        self.supposed.forget()
        self._steps = self._followed = 0
        self._follow = follow
        try:
            return self._reach(list(aims), [], 0)
        except _GivenUp:
            return True

    def _reach(self, aims: list[Aim], choices: Needs, depth: int) -> bool:
        """Meet every aim, then take the choice with the fewest ways left until none is left."""
        if depth > DEEPEST:
            raise _GivenUp
        while True:
            if not self._meet_all(aims, choices):
                return False
            place, ways = self._next(choices)
            if place is None:
                return True
            choices = choices[:place] + choices[place + 1 :]
            if len(ways) != 1:
                return any(self._try(aim, choices, depth) for aim in ways)
            self._take(ways[0])
            aims = ways

    def _take(self, aim: Aim) -> None:
        if isinstance(aim, Goal):
            self.supposed.taken[id(aim.condition)] = None

    def _next(self, choices: Needs) -> tuple[int | None, list[Aim]]:
        """The choice to take next and its open ways: one with no or one way, else that with the fewest; None for no choice."""
        best: tuple[int | None, list[Aim]] = (None, [])
        for place, each in enumerate(choices[:LOOKED_AT]):
            ways = [aim for aim in each if self._may_be_met(aim)]
            if len(ways) < 2:
                return place, ways
            if best[0] is None or len(ways) < len(best[1]):
                best = (place, ways)
        return best

    def _try(self, aim: Aim, choices: Needs, depth: int) -> bool:
        kept, followed = self.supposed.kept(), self._followed
        self._take(aim)
        if self._reach([aim], list(choices), depth + 1):
            return True
        self.supposed.back_to(kept)
        self._followed = followed
        return False

    def _meet_all(self, aims: list[Aim], choices: Needs) -> bool:
        """Meet aims until only choices are left; what shows a question comes after what is asked of it, nearest first."""
        later: deque[Aim] = deque()
        while aims or later:
            self._step()
            aim = aims.pop() if aims else later.popleft()
            needs = self._meet(aim)
            if needs is None or [] in needs:
                return False
            for each in needs:
                if len(each) > 1:
                    way = next((way for way in each if self._is_supposed(way)), None)
                    if way is None:
                        choices.append(each)
                    else:
                        self._take(way)
                elif isinstance(each[0], Shown):
                    later.append(each[0])
                else:
                    aims.append(each[0])
        return True

    def _is_supposed(self, aim: Aim) -> bool:
        """Whether this very comparison is demanded already."""
        leaf = self._leaf(aim)
        return leaf is not None and leaf[0] is not None and leaf[1] in self.supposed.demands.get(leaf[0], ())

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise _GivenUp

    def _may_be_met(self, aim: Aim) -> bool:
        """A quick look: False when one comparison alone goes against what is supposed."""
        leaf = self._leaf(aim)
        self._steps += 1
        return leaf is None or self.supposed.could_demand(*leaf)

    def _leaf(self, aim: Aim) -> tuple[Fact | None, Demand] | None:
        """The answer that a comparison with a plain value looks at, and what it demands; None for any other aim."""
        condition = aim[0]
        if not isinstance(condition, tree.Compare) or isinstance(condition.value, tree.AnotherAnswer) or not self.supposed.is_sound(condition):
            return None
        return self.supposed.answer(condition.question, aim.scope), self._demand_of(aim, condition)

    def _meet(self, aim: Aim) -> Needs | None:
        """What this aim needs; None when it cannot be met."""
        match aim:
            case Shown(question, scope):
                return self._show(question, scope)
            case Present(scope):
                return self._be_present(scope)
            case Goal(tree.AllOf(parts) | tree.AnyOf(parts), scope, want):
                each: list[Aim] = [Goal(part, scope, want) for part in parts]
                together = _is_positive(want) is isinstance(aim.condition, tree.AllOf)
                return [[one] for one in each] if together else [each]
            case Goal(tree.Not(part), scope, want):
                return [[Goal(part, scope, OPPOSITE[want])]]
            case Goal(tree.Use(name), scope, want):
                inner = self.definition.conditions.get(name)
                return [] if inner is None else [[Goal(inner, scope, want)]]
            case Goal(tree.Compare() as condition, _, _):
                return self._compare(aim, condition)
            case Goal(tree.AnyItem(repeat, match), _, want):
                return self._some_item(aim, repeat, match) if _is_positive(want) else self._all_items(aim, repeat, match)
            case Goal(tree.EveryItem() as condition, _, _):
                return self._every(aim, condition)
            case Goal(tree.CountOf() as condition, _, _):
                return self._count(aim, condition)
            case Goal(tree.HasRole(role), _, want):
                return self._demand(("role", role), demand("is", True, _known(want)))
            case Goal(tree.RecordFact(fact, comparison, value), _, want):
                return self._demand(("record", fact), demand(comparison, value, want))
        raise TypeError(f"{aim!r} is no aim")

    def _demand(self, name: tuple, each: Demand) -> Needs | None:
        return [] if self.supposed.demand(name, each) else None

    def _demand_of(self, aim: Goal, condition: tree.Compare) -> Demand:
        kept = self._made.get((id(condition), aim.want))
        if kept is None:
            kept = self._made[id(condition), aim.want] = (condition, demand(condition.comparison, condition.value, aim.want))
        return kept[1]

    # --- answers ---------------------------------------------------------------------------------------------------------

    def _compare(self, aim: Goal, condition: tree.Compare) -> Needs | None:
        if not self.supposed.is_sound(condition):
            return []
        if isinstance(condition.value, tree.AnotherAnswer):
            return self._compare_two(aim, condition, condition.value)
        name, each = self.supposed.answer(condition.question, aim.scope), self._demand_of(aim, condition)
        if name is None:
            return [] if may_be_unanswered(each) else None
        if not self.supposed.demand(name, each):
            return None
        return [] if may_be_unanswered(each) else [[Shown(condition.question, name[2])]]

    def _compare_two(self, aim: Goal, condition: tree.Compare, other: tree.AnotherAnswer) -> Needs | None:
        """Two answers: both must be there for a known outcome; what they are is not followed."""
        if aim.want in (NOT_TRUE, NOT_FALSE):
            return []
        names = [self.supposed.answer(question, aim.scope) for question in (condition.question, other.question)]
        if None in names or not self.supposed.demand(("two", *names, other.plus), demand(condition.comparison, "", aim.want)):
            return None
        return [[Goal(tree.Compare(question, "answered", True), aim.scope)] for question in (condition.question, other.question)]

    def _show(self, question_id: str, scope: Scope) -> Needs | None:
        if question_id in self.known.never_shown:
            return None
        if self._followed >= self._follow or not self.supposed.is_new(("shown", question_id, scope)):
            return []
        self._followed += 1
        question, page = self.index.questions[question_id], self.index.page_of[question_id]
        needs: Needs = [[Present(scope[: depth + 1])] for depth in range(len(scope))]
        return needs + [[Goal(condition, scope)] for condition in (page.when, question.when) if condition is not None]

    # --- items -----------------------------------------------------------------------------------------------------------

    def _be_present(self, scope: Scope) -> Needs | None:
        repeat_id, item = scope[-1]
        repeat = self.index.repeats.get(repeat_id)
        if repeat is None or not self.supposed.is_new(("present", scope)):
            return []
        needs: Needs = []
        if repeat.over in self.index.repeats:
            needs.append([Present(((repeat.over, item),))])
            if repeat.where is not None:
                needs.append([Goal(repeat.where, scope)])
        pages = self.index.pages_of_repeat[repeat_id]
        if pages and all(page.when is not None and not self.index.looks_over(repeat_id, page.when) for page in pages):
            needs.append([Goal(page.when, scope[:-1]) for page in pages])
        for rule in self.supposed.for_all:
            if self.supposed.is_among(scope, rule):
                if rule.match is None:
                    return None
                needs.append([Goal(rule.match, (*rule.scope, *scope), rule.want)])
        return needs

    def _some_item(self, aim: Goal, repeat: str, match: tree.Condition | None) -> Needs:
        """There is an item for which the match comes out as wanted."""
        if repeat not in self.index.repeats:
            return []
        own: Scope = ()
        for name in self.index.chain(repeat)[:-1]:
            own = (*own, (name, self.supposed.item_in(aim.scope, name) or self.supposed.new_item(name)))
        own = (*own, (repeat, self.supposed.new_item(repeat)))
        needs: Needs = [[Present(own[: depth + 1])] for depth in range(len(own))]
        return needs if match is None else [*needs, [Goal(match, (*aim.scope, *own), aim.want)]]

    def _all_items(self, aim: Goal, repeat: str, match: tree.Condition | None) -> Needs | None:
        """For each item there is, the match comes out as wanted; without a match there is none."""
        rule = ForAll(repeat, aim.scope, match, aim.want)
        if repeat not in self.index.repeats or rule in self.supposed.for_all:
            return []
        self.supposed.for_all = (*self.supposed.for_all, rule)
        concerned = [scope for scope in self.supposed.items_present() if self.supposed.is_among(scope, rule)]
        if match is None:
            return None if concerned else []
        return [[Goal(match, (*rule.scope, *scope), rule.want)] for scope in concerned]

    def _every(self, aim: Goal, condition: tree.EveryItem) -> Needs | None:
        if aim.want == TRUE:
            each = self._all_items(aim, condition.repeat, condition.match)
            return None if each is None else [*each, *self._some_item(aim, condition.repeat, condition.match)]
        if aim.want == FALSE:
            return self._some_item(aim, condition.repeat, condition.match)
        if aim.want == NOT_FALSE:
            return self._all_items(aim, condition.repeat, condition.match)
        return []

    def _count(self, aim: Goal, condition: tree.CountOf) -> Needs | None:
        if condition.repeat not in self.index.repeats:
            return []
        outer = tuple((name, self.supposed.item_in(aim.scope, name)) for name in self.index.chain(condition.repeat)[:-1])
        name = ("count", condition.repeat, outer, repr(condition.match), aim.scope if condition.match is not None else ())
        if not self.supposed.demand(name, demand(condition.comparison, condition.value, _known(aim.want))):
            return None
        numbers = self.supposed.numbers(name)
        if 0 not in numbers:
            return self._some_item(Goal(condition, aim.scope), condition.repeat, condition.match)
        if numbers == [0]:
            return self._all_items(Goal(condition, aim.scope, NOT_TRUE), condition.repeat, condition.match)
        return []


def scope_of(definition: FormDefinition, repeat_id: str) -> Scope:
    """The scope of some item of a repeat, for searches that speak of it; empty outside repeats."""
    return tuple((name, f"{name}*") for name in definition.index.chain(repeat_id))


def conflict_in_words(search: Search) -> str:
    """What a search that failed ran into, where it was one thing only: which, and what is asked of it; '' otherwise."""
    if len(search.supposed.conflicts) != 1:
        return ""
    name, demands = search.supposed.conflicts[0]
    told = " and ".join(sorted(f"{'' if _is_positive(each.want) else 'not '}{each.comparison} {_shown(each.plain)}" for each in demands))
    match name[0]:
        case "answer":
            return f"{name[1]!r} would have to be so: {told}{_limits(search.index.questions[name[1]])}"
        case "count":
            return f"the number of {name[1]!r} would have to be so: {told}; at most {search.supposed.most(name)} are possible"
        case "role":
            return f"the role {name[1]!r} would have to be held and not held"
        case "record":
            return f"the fact {name[1]!r} of the record would have to be so: {told}"
    return "two answers would have to compare in two ways at once"


def _limits(question: Question) -> str:
    """What a number or a text can be at all, for those who ask for more."""
    low, high = getattr(question.settings, "min", None), getattr(question.settings, "max", None)
    if question.kind in ("number", "scale") and (low is not None or high is not None):
        return f"; it is {f'from {low}' if low is not None else 'a number'}{f' to {high}' if high is not None else ''}"
    longest = getattr(question.settings, "max_length", None)
    return f"; it has at most {longest} characters" if question.kind == "text" and longest else ""


def _is_positive(want: Want) -> bool:
    return want in (TRUE, NOT_FALSE)


def _known(want: Want) -> Want:
    """The same for what is never unknown."""
    return TRUE if _is_positive(want) else FALSE


def _shown(value: object) -> str:
    if isinstance(value, list):
        return " or ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)

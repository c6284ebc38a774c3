"""Whether everything in a form can come to pass: pages reached, questions shown and required, options offered, conditions true.

What is said here to be impossible is so for all answers that keep the rules of their questions. How that is found out is
`can_hold`. A form with a circle of conditions is not looked at: the circle is told by `check_conditions`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from portal.forms.can_hold import MOST_SHOWN, Aim, Goal, Present, Search, Shown, conflict_in_words, scope_of
from portal.forms.condition_tree import AnyItem, Compare, Condition, CountOf, EveryItem, Use, Where, walk
from portal.forms.model import FormDefinition, Page, Question, Scope
from portal.forms.narrowed import narrowed
from portal.forms.possible_answers import NOT_FALSE, NOT_TRUE, TRUE, demand, is_possible
from portal.forms.yaml_text import Fault, Location

FOLLOWED = 10_000
FEWEST_FOLLOWED = 10
"""How many questions' own showing is looked into, over all questions of a form: in a very long one fewer each time, nearest first."""


def shown(definition: FormDefinition) -> Iterator[Fault]:
    """What can never come to pass, each part after those it depends on."""
    if not definition.index.cycle:
        yield from _Looking(definition).faults()


class _Looking:
    """One look over a form; what was found never to be shown is certain knowledge for what comes after it."""

    def __init__(self, definition: FormDefinition):
        self.definition = definition
        self.index = definition.index
        self.search = Search(definition)
        self.known = self.search.known
        self.follow = min(MOST_SHOWN, max(FEWEST_FOLLOWED, FOLLOWED // max(1, len(self.index.questions))))
        self.stops: list[tuple[int, Condition]] = []
        self.page_places = {page.id: place for place, page in reversed(list(enumerate(definition.pages)))}
        self.question_places = {
            question.id: ("pages", place, "questions", number)
            for place, page in reversed(list(enumerate(definition.pages)))
            for number, question in reversed(list(enumerate(page.questions)))
        }
        self.uses = uses_of_named(definition)
        self._answered: dict[tuple[Aim, ...], bool] = {}
        self._leave_out_what_is_out_of_reach()

    def _leave_out_what_is_out_of_reach(self) -> None:
        """What a condition cannot see from where it stands is told by `check_conditions`; nothing is concluded from it here."""
        named = [(self.definition.conditions[name], scope) for name, scopes in self.uses.items() for scope in scopes]
        for condition, scope in (*_written(self.definition), *named):
            for part, around in _parts(self.definition, condition, scope):
                if isinstance(part, Compare) and self.search.supposed.answer(part.question, around) is None:
                    self.search.supposed.leave_out(part)

    def faults(self) -> Iterator[Fault]:
        """Everything found, in the order in which parts depend on each other."""
        yield from self._stops_always()
        for kind, name in self.index.order:
            if kind == "repeat":
                yield from self._repeat(name)
            elif kind == "page":
                yield from self._page(self.index.pages[name])
            elif name not in self.known.never_shown:
                yield from self._question(self.index.questions[name], self.index.page_of[name])
        yield from self._named()

    def can(self, *aims: Aim) -> bool:
        """Whether all of these can be so at once; asked once each."""
        if aims not in self._answered:
            self._answered[aims] = self.search.can_hold(aims, follow=self.follow)
        return self._answered[aims]

    # --- pages -----------------------------------------------------------------------------------------------------------

    def _stops_always(self) -> Iterator[Fault]:
        for place, page in enumerate(self.definition.pages):
            if page.type != "stop" or page.when is None or page.repeat:
                continue
            if self.can(Goal(page.when, (), NOT_TRUE)):
                self.stops.append((place, page.when))
            else:
                yield self.definition.fault(("pages", place, "when"), "stop_always", f"the stop page {page.id!r} is always shown: nobody would get past it")

    def _past_stops(self, place: int) -> list[Aim]:
        return [Goal(when, (), NOT_TRUE) for stop, when in self.stops if stop < place]

    def _repeat(self, name: str) -> Iterator[Fault]:
        repeat = self.index.repeats[name]
        if repeat.where is None or repeat.over not in self.index.repeats:
            return
        own = scope_of(self.definition, name)
        aims: list[Aim] = [Present(own[:-1])] if len(own) > 1 else []
        aims += [Present(((repeat.over, own[-1][1]),)), Goal(repeat.where, own)]
        at = ("repeats", name, "where")
        yield from self._judge(at, repeat.where, own, aims, lambda told: ("dead_condition", f"`where` of {name!r} can never be true, so it has no items{told}"))

    def _page(self, page: Page) -> Iterator[Fault]:
        place, scope = self.page_places[page.id], scope_of(self.definition, page.repeat)
        at = ("pages", place, "when")
        aims: list[Aim] = [Present(scope[: depth + 1]) for depth in range(len(scope))]
        aims += [Goal(page.when, scope)] if page.when is not None else []
        if not aims and not self._past_stops(place):
            return
        if not self.can(*aims):
            self.known.never_shown.update(question.id for question in page.questions if self.index.page_of[question.id] is page)
        if page.when is not None:
            yield from self._judge(at, page.when, scope, aims, lambda told: self._page_fault(page, told))
        elif not self.can(*aims):
            yield self.definition.fault(("pages", place, "repeat"), "unreachable_page", f"the page {page.id!r} is never shown: the repeat {page.repeat!r} never has an item{self._told()}")
        if self.can(*aims) and not self.can(*aims, *self._past_stops(place)):
            yield self.definition.fault(("pages", place), "unreachable_page", f"the page {page.id!r} is never reached: whenever it is shown, the way has ended at a stop page before it")

    def _page_fault(self, page: Page, told: str) -> tuple[str, str]:
        if not self.can(Goal(page.when, scope_of(self.definition, page.repeat))):
            return "dead_condition", f"the page {page.id!r} is never shown: its `when` can never be true{told}"
        return "unreachable_page", f"the page {page.id!r} is never shown: its `when` is never true while the repeat {page.repeat!r} has items{told}"

    # --- questions -------------------------------------------------------------------------------------------------------

    def _question(self, question: Question, page: Page) -> Iterator[Fault]:
        at, scope = self.question_places[question.id], scope_of(self.definition, page.repeat)
        shown: list[Aim] = [Shown(question.id, scope)]
        if question.when is not None:
            found = list(self._judge((*at, "when"), question.when, scope, shown, lambda told: self._question_fault(question, page, told)))
            if not self.can(*shown):
                self.known.never_shown.add(question.id)
                yield from found
                return
            yield from found
            place = self.page_places[page.id]
            if self.can(*shown) and self._past_stops(place) and not self.can(*shown, *self._past_stops(place)):
                told = ", since the way has then ended at a stop page before it"
                yield self.definition.fault((*at, "when"), *self._never_shown(question, told))
        yield from self._options(question, at, scope)
        if isinstance(question.required, Condition):
            aims = [*shown, Goal(question.required, scope)]
            yield from self._judge(
                (*at, "required"), question.required, scope, aims,
                lambda told: ("never_required", f"the condition under `required` of {question.id!r} is never true when the question is shown{told}"),
            )  # fmt: skip
        yield from self._rules(question, at)

    def _question_fault(self, question: Question, page: Page, told: str) -> tuple[str, str]:
        if not self.can(Goal(question.when, scope_of(self.definition, page.repeat))):
            return "dead_condition", f"the question {question.id!r} is never shown: its `when` can never be true{told}"
        return self._never_shown(question, f" on the page {page.id!r}: its `when` is never true while the page is shown{told}")

    def _never_shown(self, question: Question, told: str) -> tuple[str, str]:
        if question.required is not False and not question.later:
            return "required_never_shown", f"the question {question.id!r} is required and never shown{told}"
        return "never_shown", f"the question {question.id!r} is never shown{told}"

    def _options(self, question: Question, at: Location, scope: Scope) -> Iterator[Fault]:
        never = []
        for position, option in enumerate(getattr(question.settings, "options", ())):
            if option.when is None:
                continue
            aims = [Shown(question.id, scope), Goal(option.when, scope)]
            message = f"the option {option.id!r} of {question.id!r} is never offered: its `when` is never true when the question is shown"
            yield from self._judge((*at, "options", position, "when"), option.when, scope, aims, lambda told, message=message: ("never_offered", message + told))
            if not self.can(*aims):
                never.append(option.id)
        if never:
            self.known.never_offered[question.id] = frozenset(never)

    def _rules(self, question: Question, at: Location) -> Iterator[Fault]:
        plain = [demand(rule.comparison, rule.value, NOT_FALSE) for rule in question.rules if isinstance(rule.value, str | int | float | list)]
        if plain and not is_possible(question, frozenset((demand("answered", True, TRUE), *plain))):
            told = " and ".join(f"{each.comparison} {each.plain}" for each in plain)
            yield self.definition.fault((*at, "rules"), "impossible_rules", f"no answer to {question.id!r} keeps its rules: {told}", of_key=True)

    # --- conditions ------------------------------------------------------------------------------------------------------

    def _judge(self, at: Location, condition: Condition, scope: Scope, aims: list[Aim], say: object) -> Iterator[Fault]:
        """A fault when the aims can never be met, else one for each way of an `any` that never is the way."""
        if not self.can(*aims):
            self.search.can_hold(aims, follow=self.follow)
            told = self._told()
            code, message = say(told)  # type: ignore[operator]
            yield self.definition.fault(at, code, message)
            return
        rest = [aim for aim in aims if aim != Goal(condition, scope)]
        yield from self._dead_parts(at, condition, [(scope, rest)])

    def _dead_parts(self, at: Location, condition: Condition, places: list[tuple[Scope, list[Aim]]]) -> Iterator[Fault]:
        dead: list[Where] = []
        taken: set[int] = set()
        for where, part, alternative in narrowed(condition):
            if id(part) in taken or any(where[: len(each)] == each for each in dead):
                continue
            if any(self.search.can_hold([*rest, Goal(alternative, scope)], follow=self.follow // 2) for scope, rest in places):
                taken.update(self.search.supposed.taken)
            else:
                dead.append(where)
                yield self.definition.fault((*at, *where), "dead_part", f"this part can never be the one that decides{self._told()}")

    def _told(self) -> str:
        words = conflict_in_words(self.search)
        return f" ({words})" if words else ""

    def _named(self) -> Iterator[Fault]:
        """Conditions with a name, in the places where they are used."""
        for name, condition in self.definition.conditions.items():
            scopes = self.uses.get(name)
            if not scopes:
                continue
            at = ("conditions", name)
            if not any(self.can(Goal(condition, scope)) for scope in scopes):
                self.search.can_hold([Goal(condition, scopes[0])], follow=self.follow)
                yield self.definition.fault(at, "dead_condition", f"the condition {name!r} can never be true{self._told()}")
                continue
            yield from self._dead_parts(at, condition, [(scope, []) for scope in scopes])


def uses_of_named(definition: FormDefinition) -> dict[str, list[Scope]]:
    """The scopes in which each named condition is used, one of each shape."""
    found: dict[str, dict[tuple[str, ...], Scope]] = defaultdict(dict)
    waiting = list(_written(definition))
    while waiting:
        for part, scope in _parts(definition, *waiting.pop()):
            if not isinstance(part, Use) or part.name not in definition.conditions:
                continue
            shape = tuple(repeat for repeat, _ in scope)
            if shape not in found[part.name]:
                found[part.name][shape] = scope
                waiting.append((definition.conditions[part.name], scope))
    return {name: list(scopes.values()) for name, scopes in found.items()}


def _parts(definition: FormDefinition, condition: Condition, scope: Scope) -> Iterator[tuple[Condition, Scope]]:
    """Every part of a condition with the scope it is judged in; items that a part goes through have names of their own."""
    scopes: dict[Where, Scope] = {(): scope}
    for where, part in walk(condition):
        around = next(scopes[where[:length]] for length in range(len(where), -1, -1) if where[:length] in scopes)
        yield part, around
        if isinstance(part, AnyItem | EveryItem | CountOf):
            inner = tuple((name, f"{name}*{len(where)}") for name in definition.index.chain(part.repeat))
            scopes[(*where, "match")] = (*around, *inner)


def _written(definition: FormDefinition) -> Iterator[tuple[Condition, Scope]]:
    """Every condition outside `conditions`, with the scope it is judged in."""
    for repeat in definition.repeats:
        if repeat.where is not None:
            yield repeat.where, scope_of(definition, repeat.id)
    for page in definition.pages:
        scope = scope_of(definition, page.repeat)
        conditions = [page.when]
        for question in page.questions:
            conditions += [question.when, question.required if isinstance(question.required, Condition) else None]
            conditions += [option.when for option in getattr(question.settings, "options", ())]
        yield from ((condition, scope) for condition in conditions if condition is not None)

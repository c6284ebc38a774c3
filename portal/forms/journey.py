"""The way through a form for these answers: what comes next, what each step asks, what is done. Knows no URLs."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from portal.forms import answers as stored_answers
from portal.forms import held_back
from portal.forms.condition_tree import AnotherAnswer
from portal.forms.conditions import Facts, Judge, is_answered
from portal.forms.item_labels import item_label, questions_named
from portal.forms.model import Condition, FormDefinition, Option, Page, Question, Repeat, Rule, Scope, Section
from portal.forms.paths import path_of
from portal.forms.route import Route, Step
from portal.language import current, say

__all__ = ["Block", "Journey", "SectionState", "Step"]

MOST_OFFERINGS = 2_000
DOES_NOT_FIT = "This does not fit another answer, which is held back"

Status = Literal["not_started", "in_progress", "done", "cannot_start"]


@dataclass(frozen=True)
class Block:
    """The questions shown of one page for one item (or of a page outside repeats), in order.

    They are as this item sees them: `required` is decided, options that are not offered are gone, rules that look at
    another question hold its answer. `title` is the item's label inside a repeat, else the page's title.
    """

    page: Page
    scope: Scope
    title: str
    questions: tuple[Question, ...]

    @property
    def lang(self) -> str:
        """The language of its title where it is not that of the form; an item's label is what somebody wrote."""
        return "" if self.scope else self.page.lang


@dataclass(frozen=True)
class SectionState:
    """A section of the task list with its steps at present; one that waits for other answers cannot be started."""

    section: Section
    status: Status
    steps: tuple[Step, ...]


class Journey:
    """The way through one definition with these stored answers.

    `incomplete` holds the paths of text kept though it is not valid, `acknowledged` the keys of steps a person has
    been through (an interruption must be; a page of optional questions counts as done once it is).
    """

    def __init__(
        self,
        definition: FormDefinition,
        answers: Mapping[str, Any],
        facts: Facts,
        *,
        incomplete: Collection[str] = (),
        acknowledged: Collection[str] = (),
    ):
        self.definition = definition
        self.facts = facts
        self.visible = stored_answers.visible(definition, answers, facts)
        self.incomplete = incomplete
        self.acknowledged = acknowledged
        self.route = Route(definition, self.visible)
        self._open: dict[str, bool] = {}
        self._begun: dict[str, bool] = {}
        self._asked: dict[Hashable, list[Block]] = {}
        self._labels: dict[Hashable, str] = {}

    @cached_property
    def judge(self) -> Judge:
        """Judges conditions over everything that is shown."""
        return Judge(self.visible.answers, self.facts, self.definition)

    @cached_property
    def _steps(self) -> dict[str, Step]:
        return {step.key: step for step in self.route.steps()}

    def steps(self) -> list[Step]:
        """Every step at present, in order; a stop page is the last."""
        return list(self._steps.values())

    def find(self, name: str, items: Collection[str] = ()) -> Step | None:
        """The step of a page (or `list_<repeat>`) for these items, or None. Hyphens may stand for underscores in the name."""
        return self.find_key("/".join((name.replace("-", "_"), *items)))

    def find_key(self, key: str) -> Step | None:
        """The step with this key at present, or None."""
        return self.route.find(key)

    def after(self, step: Step) -> Step | None:
        """The step that follows, or None after the last; from a step that is no longer shown, the first one not done."""
        if self.find_key(step.key) is None:
            return self.first_unanswered()
        return self.route.after(step)

    def before(self, step: Step) -> Step | None:
        """The step that comes before, or None."""
        return self.route.before(step) if self.find_key(step.key) is not None else None

    def first_unanswered(self) -> Step | None:
        """The first step with something left to do, or None."""
        return next((step for step in self._steps.values() if not self.is_done(step)), None)

    def stop_page(self) -> Step | None:
        """The stop page that ends this way, or None."""
        last = next(reversed(self._steps.values()), None)
        return last if last is not None and last.page.type == "stop" else None

    def step_of(self, path: str) -> Step | None:
        """The step that asks the question at this path; for the path of a repeat, its list."""
        return self._step_of_path.get(path)

    @cached_property
    def _step_of_path(self) -> dict[str, Step]:
        found: dict[str, Step] = {}
        for step in self.steps():
            if step.repeat is not None and (step.kind == "list" or step.page.layout == "together"):
                found.setdefault(path_of(step.scope, step.repeat.id), step)
            for scope in self._scopes(step):
                found.update((path_of(scope, question.id), step) for question in step.page.questions if self.visible.shows_question(question.id, scope))
        return found

    def blocks(self, step: Step) -> list[Block]:
        """What a step asks: one block, or one for each item where they stand together; none for a list."""
        key = (step.key, current(), held_back.reader())
        if key not in self._asked:
            self._asked[key] = [self._block(step.page, scope) for scope in self._scopes(step)]
        return self._asked[key]

    def label(self, scope: Scope) -> str:
        """What the innermost item of this scope is called, to whoever reads in the language spoken; see `item_labels`."""
        key = (scope, current(), held_back.reader())
        if key not in self._labels:
            self._labels[key] = self._label(scope)
        return self._labels[key]

    def _label(self, scope: Scope) -> str:
        repeat = self.definition.index.repeats[scope[-1][0]]
        self.visible.settle("repeat", repeat.id)
        for name in questions_named(repeat):
            self.visible.settle("question", name)
        return item_label(self.definition, self.visible.so_far, scope)

    def is_done(self, step: Step) -> bool:
        """Whether nothing that must be answered is left, and the step was answered, acknowledged or passed by."""
        if self._is_open(step):
            return False
        return self._is_begun(step) or step.key in self._passed or not (step.page.questions or step.kind == "list")

    def count(self, repeat: Repeat, scope: Scope = ()) -> int:
        """How many items of a repeat are shown."""
        return len(self.route.item_scopes(repeat, scope))

    def sections(self) -> list[SectionState]:
        """The sections in order; those whose pages are all known not to be shown are left out."""
        states = [self._section(section) for section in self.definition.sections]
        return [state for state in states if state is not None]

    def _section(self, section: Section) -> SectionState | None:
        steps = tuple(self._steps_of_section.get(section.id, ()))
        if not steps:
            return SectionState(section, "cannot_start", ()) if self._may_open(section) else None
        if all(self.is_done(step) for step in steps) and self.stop_page() is None:
            return SectionState(section, "done" if any(map(self._is_begun, steps)) else "not_started", steps)
        return SectionState(section, "in_progress" if any(map(self._is_begun, steps)) else "not_started", steps)

    @cached_property
    def _steps_of_section(self) -> dict[str, list[Step]]:
        found: dict[str, list[Step]] = {}
        for step in self._steps.values():
            found.setdefault(step.page.section, []).append(step)
        return found

    def _may_open(self, section: Section) -> bool:
        if self.stop_page() is not None:
            return True
        if self.first_unanswered() is None:
            return False
        pages = [page for page in self.definition.pages if page.section == section.id]
        return any(page.when is None or self.visible.outcome(page.when, ()) is None for page in pages)

    @cached_property
    def _passed(self) -> frozenset[str]:
        passed: set[str] = set()
        waiting: dict[str, list[str]] = {}
        for step in self.steps():
            if self._is_begun(step):
                passed.update(waiting.pop(step.page.section, ()))
            else:
                waiting.setdefault(step.page.section, []).append(step.key)
        return frozenset(passed)

    def _is_open(self, step: Step) -> bool:
        found = self._open.get(step.key)
        if found is None:
            found = self._open[step.key] = self._leaves_open(step)
        return found

    def _is_begun(self, step: Step) -> bool:
        found = self._begun.get(step.key)
        if found is None:
            found = self._begun[step.key] = self._has_begun(step)
        return found

    def _leaves_open(self, step: Step) -> bool:
        if step.page.type == "stop" or (step.page.type == "interrupt" and step.key not in self.acknowledged):
            return True
        if step.repeat is not None and self._is_own_list(step) and self.count(step.repeat, step.scope) < step.repeat.min:
            return True
        for scope in self._scopes(step):
            for question in self._shown(step.page, scope):
                if self._is_typed(question, scope) or (not is_answered(self.visible.answer(question.id, scope)) and self.is_required(question, scope)):
                    return True
        return False

    def _has_begun(self, step: Step) -> bool:
        if step.key in self.acknowledged:
            return True
        if step.kind == "list" and step.repeat is not None:
            items = stored_answers.get(self.visible.answers, path_of(step.scope, step.repeat.id)) or ()
            return len(items) > step.repeat.min or any(item.keys() - {"_id"} for item in items)
        shown = ((question, scope) for scope in self._scopes(step) for question in self._shown(step.page, scope))
        return any(self._is_typed(question, scope) or is_answered(self.visible.answer(question.id, scope)) for question, scope in shown)

    def _is_typed(self, question: Question, scope: Scope) -> bool:
        return bool(self.incomplete) and path_of(scope, question.id) in self.incomplete

    def is_required(self, question: Question, scope: Scope) -> bool:
        """Whether an answer is demanded before sending; one that may follow later never is."""
        if question.later:
            return False
        if isinstance(question.required, Condition):
            return self.visible.outcome(question.required, scope) is True
        return question.required

    def _is_own_list(self, step: Step) -> bool:
        return step.repeat is not None and not step.repeat.over and (step.kind == "list" or step.page.layout == "together")

    def _scopes(self, step: Step) -> list[Scope]:
        if step.kind == "list":
            return []
        if step.repeat is None or step.page.layout == "each":
            return [step.scope]
        return [scope for scope in self.route.item_scopes(step.repeat, step.scope) if self.visible.shows_page(step.page.id, scope)]

    def _shown(self, page: Page, scope: Scope) -> list[Question]:
        return [question for question in page.questions if self.visible.shows_question(question.id, scope)]

    def _block(self, page: Page, scope: Scope) -> Block:
        title = self.label(scope) if scope else page.title
        return Block(page, scope, title, tuple(self._as_seen(question, scope) for question in self._shown(page, scope)))

    def _as_seen(self, question: Question, scope: Scope) -> Question:
        if question.id not in self.definition.index.varying:
            return question
        changes: dict[str, Any] = {"required": self.is_required(question, scope)}
        changes["rules"] = tuple(rule for rule in (self._rule(rule, scope) for rule in question.rules) if rule is not None)
        options = getattr(question.settings, "options", ())
        offered = tuple(option for option in options if option.when is None or self.visible.outcome(option.when, scope) is True)
        if len(offered) < len(options):
            changes["settings"] = self._offering(question, offered)
        return question.model_copy(update=changes)

    def _offering(self, question: Question, offered: tuple[Option, ...]) -> Any:
        """The question's settings with these options only: one value for all who are offered the same, so that it has one drawing."""
        kept = self.definition.index.offering
        key = (question.id, tuple(option.id for option in offered))
        if key not in kept:
            if len(kept) >= MOST_OFFERINGS:
                kept.clear()
            kept[key] = question.settings.model_copy(update={"options": offered})
        return kept[key]

    def _rule(self, rule: Rule, scope: Scope) -> Rule | None:
        if not isinstance(rule.value, AnotherAnswer):
            return rule
        value = self.visible.other_value(rule.value, scope)
        if value is None:
            return None
        is_told = bool(rule.message) or not held_back.is_held_at(self.definition, rule.value.question)
        return rule.model_copy(update={"value": value} if is_told else {"value": value, "message": say(DOES_NOT_FIT)})

"""A council's pack while it is being checked: its forms as far as they can be read, and faults placed in its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from portal.councils.library import Council
from portal.forms import question_kinds
from portal.forms.condition_tree import (
    AnyItem,
    Compare,
    Condition,
    CountOf,
    EveryItem,
    HasRole,
    Use,
    nearest,
    walk,
)
from portal.forms.load import DefinitionFaults
from portal.forms.model import FormDefinition
from portal.forms.yaml_text import Fault, Location


class Examined:
    """One council under examination, with its own forms or with those given. `form_faults` holds what is wrong with forms that could not be read."""

    def __init__(self, council: Council, forms: Mapping[str, FormDefinition] | None = None):
        self.council = council
        self.forms: dict[str, FormDefinition] = dict(forms or {})
        self.form_faults: list[Fault] = []
        for form_id in council.form_ids() if forms is None else ():
            try:
                self.forms[form_id] = council.form(form_id)
            except DefinitionFaults as wrong:
                self.form_faults.extend(wrong.faults)

    def fault(self, kind: str, at: Location, code: str, message: str, *, of_key: bool = False) -> Fault:
        """A fault at a place in the council's file of this kind (`workflow`, `roles`, …)."""
        return self.council.files.texts[kind].fault(at, code, message, of_key=of_key)

    def unknown(self, kind: str, at: Location, what: str, found: str, known: Iterable[str], *, of_key: bool = False) -> Iterator[Fault]:
        """A fault when a name is none of those known."""
        known = list(known)
        if found not in known:
            message = f"{found} is no {what} of this council{nearest(found, known)} (there are: {', '.join(known) or 'none'})"
            yield self.fault(kind, at, f"unknown_{what}".replace(" ", "_"), message, of_key=of_key)

    def form_of(self, paper_id: str) -> FormDefinition | None:
        """The form of a paper; None where there is no such paper, or its form cannot be read (each is a fault of its own)."""
        paper = self.council.papers.get(paper_id)
        return self.forms.get(paper.form) if paper else None

    def question(self, kind: str, at: Location, paper_id: str, question_id: str, *, outside_repeats: bool = True) -> Iterator[Fault]:
        """A fault when the paper's form does not ask this question (or asks it for each item of a repeat)."""
        form = self.form_of(paper_id)
        if form is None:
            return
        if question_id not in form.index.questions:
            close = nearest(question_id, list(form.index.questions))
            yield self.fault(kind, at, "unknown_question", f"{question_id} is no question of the form {form.id}{close}")
        elif outside_repeats and form.index.chain_of_question(question_id):
            repeat = form.index.chain_of_question(question_id)[-1]
            yield self.fault(kind, at, "question_in_repeat", f"{question_id} is asked for each item of {repeat} in the form {form.id}: which one is not said here")

    def condition(self, kind: str, at: Location, paper_id: str, condition: Condition | None) -> Iterator[Fault]:
        """Faults of a condition over the answers of a paper: names that are not there, comparisons its questions do not take."""
        form = self.form_of(paper_id)
        if condition is None or form is None:
            return
        for where, part in walk(condition):
            place = (*at, *where)
            match part:
                case Compare(question_id, comparison, value):
                    yield from self.question(kind, place, paper_id, question_id, outside_repeats=False)
                    if question_id in form.index.questions:
                        wrong = question_kinds.comparison_fault(form.index.questions[question_id], comparison, value)
                        if wrong:
                            yield self.fault(kind, (*place, comparison), "wrong_comparison", f"{question_id}: {wrong}")
                case AnyItem(repeat) | EveryItem(repeat) | CountOf(repeat) if repeat not in form.index.repeats:
                    yield self.fault(kind, place, "unknown_repeat", f"{repeat} is no repeat of the form {form.id}{nearest(repeat, list(form.index.repeats))}")
                case Use(name) if name not in form.conditions:
                    yield self.fault(kind, place, "unknown_condition", f"{name} is no condition of the form {form.id}{nearest(name, list(form.conditions))}")
                case HasRole(role):
                    yield from self.unknown(kind, place, "role", role, self.council.roles.ids)

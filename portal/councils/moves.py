"""What a council's rules make of a paper's answers: the move that follows, and where a new request opens. Nothing is moved here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.councils.library import Council
from portal.councils.model import PaperRule, TransitionRule
from portal.forms.condition_tree import Condition
from portal.forms.conditions import Facts, evaluate
from portal.forms.model import FormDefinition

REQUEST = "request"
LEVEL = "submission.level"


@dataclass(frozen=True)
class Answered:
    """A paper that was filled in: its form, its shown answers, and what conditions may ask besides."""

    definition: FormDefinition
    answers: Mapping[str, Any]
    facts: Facts

    def meets(self, condition: Condition | None) -> bool:
        """Whether a condition of a council's rule is true of these answers; no condition always is, unknown is not."""
        return condition is None or evaluate(condition, self.answers, (), self.facts, self.definition) is True


@dataclass(frozen=True)
class Opening:
    """Where a request opens: the paper it is, the stage, the team in whose tray it lands and the level of need ('' where none is named)."""

    paper: str
    stage: str
    team: str
    level: str


def request_paper(council: Council, form_id: str) -> PaperRule | None:
    """The paper by which a form brings in a request, or None when the form is no request."""
    return next((rule for rule in council.papers if rule.form == form_id and rule.kind == REQUEST), None)


def opening(council: Council, paper: PaperRule, own: Answered) -> Opening:
    """Where a request with these answers opens."""
    team = next((one.team for one in council.receivers if own.meets(one.when)), "")
    return Opening(paper.id, council.stages.first.id, team, bound_answer(own.definition, own.answers, LEVEL))


def move_on_paper(council: Council, paper: str, event: str, stage: str, papers: tuple[Answered, Answered | None]) -> TransitionRule | None:
    """The first move that this event leads to from a stage, or None. `papers` are the paper itself and the one that it signs."""
    own, signed = papers
    for rule in council.transitions:
        is_for = rule.on is not None and (rule.on.paper, rule.on.event) == (paper, event) and stage in rule.from_
        if is_for and own.meets(rule.when) and (rule.when_signed is None or (signed is not None and signed.meets(rule.when_signed))):
            return rule
    return None


def facts_set(rule: TransitionRule, papers: tuple[Answered, Answered | None]) -> dict[str, str]:
    """The answers that a move takes over as facts of the episode: team and level, where they were answered."""
    own, signed = papers
    source = signed if rule.sets.signed else own
    found = {name: source.answers.get(getattr(rule.sets, name)) for name in ("team", "level")} if source else {}
    return {name: value for name, value in found.items() if isinstance(value, str) and value}


def bound_answer(definition: FormDefinition, answers: Mapping[str, Any], binding: str) -> str:
    """The first text answered to a question, outside repeats, with this binding; '' for none."""
    for question in definition.index.questions_of_repeat[""]:
        value = answers.get(question.id)
        if question.record == binding and isinstance(value, str) and value:
            return value
    return ""

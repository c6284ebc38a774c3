"""The running council's rules as episodes read them: stages, papers, moves. Decides nothing; the rules stand in the council's files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal import publishing, timekeeping
from portal.accounts.models import User
from portal.councils.model import ListItem, PaperRule, Stage, TransitionRule
from portal.councils.register import Register
from portal.errors import NotFound
from portal.forms.answers import Answers
from portal.forms.conditions import Facts, evaluate
from portal.forms.model import FormDefinition
from portal.publishing.in_force import council_in_force

CLOSED = "closed"
REQUEST = "request"


class RuleMissing(NotFound):
    """The council's files have no stage, paper or move with this id."""


def stages() -> Register[Stage]:
    """The stages in the order of the file; a new episode opens in the first."""
    return council_in_force().stages


def stage_title(stage_id: str) -> str:
    """The stage's name on screen; a stage that left the files is shown by its id."""
    stage = stages().get(stage_id)
    return stage.title if stage else stage_id


def team_title(team_id: str) -> str:
    """The team's name on screen; '' for none, the id for one that left the files."""
    team = council_in_force().teams.get(team_id)
    return team.title if team else team_id


def level_title(level_id: str) -> str:
    """The level of need in words; '' for none."""
    return next((level.title for level in council_in_force().service.levels if level.id == level_id), level_id)


def papers() -> Register[PaperRule]:
    """The uses of forms, in the order of the file."""
    return council_in_force().papers


def paper(paper_id: str) -> PaperRule:
    """The rule of one paper. Raises RuleMissing."""
    rule = papers().get(paper_id)
    if rule is None:
        raise RuleMissing(f"the council has no paper {paper_id!r}; it has {', '.join(papers().ids)}")
    return rule


def paper_title(paper_id: str) -> str:
    """The paper's name on screen; one that left the files is shown by its id."""
    rule = papers().get(paper_id)
    return rule.title if rule else paper_id


def paper_kind(paper_id: str) -> str:
    """The paper's kind; '' for one that left the files."""
    rule = papers().get(paper_id)
    return rule.kind if rule else ""


def request_papers() -> list[str]:
    """Ids of the papers by which requests come in."""
    return [rule.id for rule in papers() if rule.kind == REQUEST]


def recording_title(name: str) -> str:
    """What a person notes when they record this."""
    return council_in_force().recordings.get(name, name)


def find_move(transition_id: str) -> TransitionRule | None:
    """The transition with this id, or None for one that left the files."""
    return council_in_force().transitions.get(transition_id)


def move(transition_id: str) -> TransitionRule:
    """The transition with this id. Raises RuleMissing."""
    found = find_move(transition_id)
    if found is None:
        raise RuleMissing(f"the council has no transition {transition_id!r}")
    return found


def ends_support(transition: TransitionRule) -> bool:
    """Whether the move leads to a stage at which nothing goes on."""
    stage = stages().get(transition.to)
    return stage is not None and stage.kind == CLOSED


def ways_back(transition: TransitionRule) -> list[str]:
    """The titles of the moves by hand that lead on from where this one leads to."""
    return [one.title for one in council_in_force().transitions if one.by_hand and transition.to in one.from_]


def reasons(transition: TransitionRule) -> tuple[ListItem, ...]:
    """The reasons a person may choose from for this move; none when they write their own."""
    return council_in_force().decisions.get(transition.reasons, ())


def number_in_force() -> int | None:
    """The published number of the council's rules today, or None before anything is published."""
    version = publishing.current("council", council_in_force().id)
    return version.number if version else None


def facts_for(by: User | None, record: Mapping[str, Any] | None = None, *, today: date | None = None) -> Facts:
    """What conditions may ask besides answers: today, the roles of the person acting, features of the council, facts of the record."""
    known = council_in_force().service.facts | dict(record or {})
    return Facts(today=today or timekeeping.today(), roles=by.roles if by else frozenset(), record=known)


def holds(condition: Any, definition: FormDefinition, answers: Answers, facts: Facts) -> bool:
    """Whether a rule's condition is true of a paper's answers; no condition always holds, unknown does not."""
    return condition is None or evaluate(condition, answers, (), facts, definition) is True

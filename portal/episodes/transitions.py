"""Moves an episode from stage to stage: the only writer of a stage. Which moves exist is said in the council's files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from portal import audit
from portal.accounts.models import User
from portal.councils import moves
from portal.councils.model import TransitionRule
from portal.db import StaleWrite, db
from portal.episodes import clocks, rules
from portal.episodes.happenings import PaperHappening
from portal.episodes.models import Episode, StageChange
from portal.errors import RuleBroken
from portal.publishing.in_force import council_in_force
from portal.rows import add_object
from portal.timekeeping import now


class MoveRefused(RuleBroken):
    """The episode is not at a stage this move starts from, or the move is not made by hand."""


class ReasonMissing(RuleBroken):
    """This move needs a reason."""


def open_at(episode: Episode, stage_id: str, *, submission_id: str, by_label: str) -> StageChange:
    """Write the first stage of a new episode."""
    return _write(episode, stage_id, 1, by_label=by_label, submission_id=submission_id)


def by_hand(episode: Episode, transition_id: str, *, by: User, reason: str = "", expected_version: int | None = None) -> StageChange:
    """Make a move that a person chose. `expected_version` is what they saw.

    Raises StaleWrite when somebody was faster, MoveRefused from the wrong stage, ReasonMissing, rules.RuleMissing.
    """
    transition = rules.move(transition_id)
    if not transition.by_hand:
        raise MoveRefused(f"“{transition.title}” follows from a form; it cannot be chosen by hand.")
    if expected_version is not None and expected_version != episode.version:
        raise StaleWrite("Somebody else changed this record while you had the page open. Look at it again before you go on.")
    if episode.stage not in transition.from_:
        names = " or ".join(rules.stage_title(stage) for stage in transition.from_)
        raise MoveRefused(f"“{transition.title}” starts from {names}, but this is now at {rules.stage_title(episode.stage)}.")
    if transition.reason_required and not reason.strip():
        raise ReasonMissing("Give the reason. It is kept with the record.")
    return _write(episode, transition.to, _next_number(episode), transition=transition.id, by_id=by.id, by_label=by.name, reason=reason.strip())


def on_paper(episode: Episode, happened: PaperHappening) -> StageChange | None:
    """Make the first move that this paper's event leads to from where the episode stands, or none."""
    council, papers, before = council_in_force(), _answered(happened), {"team": episode.team, "lead": episode.lead_id or ""}
    transition = moves.move_on_paper(council, happened.paper, happened.event, episode.stage, papers)
    if transition is None:
        return None
    for name, value in moves.facts_set(transition, papers).items():
        setattr(episode, name, value)
    by = happened.by
    _leave_lead_behind(episode, before, by)
    told = {"by_id": by.id, "by_label": by.name} if by else {}
    return _write(episode, transition.to, _next_number(episode), transition=transition.id, submission_id=happened.submission_id, **told)


def _leave_lead_behind(episode: Episode, before: dict[str, str], by: User | None) -> None:
    """A lead of the former team who does not work in the new one leads no longer: the new team names its own."""
    lead = db.session.get(User, episode.lead_id) if episode.lead_id and episode.team != before["team"] else None
    if lead is None or episode.team in lead.teams:
        return
    episode.lead_id = None
    detail = {"before": before, "team": episode.team, "lead": ""}
    audit.record("episode.allocated", subject="episode", subject_id=episode.id, actor=by.id if by else "", detail=detail)


def available(episode: Episode) -> list[TransitionRule]:
    """The moves a person may choose by hand from where the episode stands, in the order of the file."""
    return [one for one in council_in_force().transitions if one.by_hand and episode.stage in one.from_]


def history(episode: Episode) -> Sequence[StageChange]:
    """Every move, oldest first."""
    query = select(StageChange).where(StageChange.episode_id == episode.id)
    return db.session.scalars(query.order_by(StageChange.number)).all()


def _answered(happened: PaperHappening) -> tuple[moves.Answered, moves.Answered | None]:
    facts, signed = rules.facts_for(happened.by), happened.signed
    own = moves.Answered(happened.definition, happened.answers, facts)
    return own, moves.Answered(signed.definition, signed.answers, facts) if signed else None


def _next_number(episode: Episode) -> int:
    return (db.session.scalar(select(func.max(StageChange.number)).where(StageChange.episode_id == episode.id)) or 0) + 1


def _write(episode: Episode, stage_id: str, number: int, **told: Any) -> StageChange:
    """`told` are the columns of a StageChange that say how and by whom."""
    change = StageChange(episode_id=episode.id, number=number, from_stage=episode.stage if number > 1 else "", to_stage=stage_id, **told)
    if episode.stage != stage_id:
        episode.stage = stage_id
    is_closed = rules.stages()[stage_id].kind == rules.CLOSED
    if is_closed != (episode.closed_at is not None):
        episode.closed_at = now() if is_closed else None
    db.session.flush()
    add_object(change)
    detail = {"from": change.from_stage, "to": stage_id, "transition": change.transition}
    audit.record("episode.moved", subject="episode", subject_id=episode.id, actor=change.by_id, detail=detail)
    clocks.on_move(episode, change)
    return change

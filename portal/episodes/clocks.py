"""Clocks running on an episode: started and met by what happens, as the council's files say. Counting days is `councils.working_days`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from portal import timekeeping
from portal.councils.model import ClockRule, Target, Trigger
from portal.councils.working_days import due
from portal.db import db
from portal.episodes import rules
from portal.episodes.happenings import (
    FINALISED,
    RETURNED,
    RETURNED_ACCEPTED,
    RETURNED_ANSWERED,
    SENT,
    PaperHappening,
)
from portal.episodes.models import Clock, Episode, StageChange
from portal.publishing.in_force import council_in_force
from portal.rows import add_object
from portal.timekeeping import LONDON, now

NAMES = ("stage", "transition", "paper", "document", "name")
ENDED = "Support ended"
EVENTS = {
    SENT: "paper_finalised",
    FINALISED: "paper_finalised",
    RETURNED: "paper_returned",
    RETURNED_ANSWERED: "paper_returned_answered",
    RETURNED_ACCEPTED: "paper_returned_accepted",
}
"""What clock triggers call what happened to a paper."""


@dataclass(frozen=True)
class Occurrence:
    """Something that happened on an episode, in the words of the council's clock triggers; `answers` are a paper's.

    `changed` names the questions whose answers changed, where not all of them are new.
    """

    event: str
    stage: str = ""
    transition: str = ""
    paper: str = ""
    document: str = ""
    name: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    changed: frozenset[str] | None = None


@dataclass(frozen=True)
class ClockState:
    """How a clock stands. `kind` is green, amber, red, met, late or stopped; `words` say the same without colour.

    `spent` is how much of its time has gone by, in percent.
    """

    kind: str
    words: str
    spent: int = 100


def on_received(episode: Episode) -> None:
    """A request was received."""
    _happen(episode, Occurrence("request_received"))


def on_move(episode: Episode, change: StageChange) -> None:
    """The episode moved to a stage, by a transition or by opening."""
    stage = rules.stages()[change.to_stage]
    if stage.kind == rules.CLOSED:
        _end(episode, change)
    if change.transition:
        _happen(episode, Occurrence("transition", transition=change.transition))
    _happen(episode, Occurrence("stage_entered", stage=change.to_stage))


def on_allocated(episode: Episode) -> None:
    """A lead was named where there was none."""
    _happen(episode, Occurrence("lead_set"))


def on_paper(episode: Episode, happened: PaperHappening) -> None:
    """Something happened to a paper; dates answered in it, or changed, may start or stop clocks too."""
    for event in (EVENTS[happened.event], "answer"):
        _happen(episode, Occurrence(event, paper=happened.paper, answers=happened.answers, changed=happened.changed))


def on_document(episode: Episode, document_id: str) -> None:
    """A document was issued to somebody."""
    _happen(episode, Occurrence("document_issued", document=document_id))


def on_recorded(episode: Episode, name: str) -> None:
    """A person noted that something was done, such as a first contact."""
    _happen(episode, Occurrence("recorded", name=name))


def of_episode(episode_ids: Iterable[str]) -> dict[str, list[Clock]]:
    """The clocks of these episodes, the next due first."""
    found: dict[str, list[Clock]] = {episode_id: [] for episode_id in episode_ids}
    for clock in db.session.scalars(select(Clock).where(Clock.episode_id.in_(found)).order_by(Clock.due_at, Clock.id)):
        found[clock.episode_id].append(clock)
    return found


def running(clocks: Sequence[Clock]) -> list[Clock]:
    """Of these, those neither met nor stopped."""
    return [clock for clock in clocks if clock.met_at is None and clock.stopped_at is None]


def recordable(episode: Episode, clocks: Sequence[Clock]) -> tuple[list[str], list[str]]:
    """Names of things a person may note: those that running clocks wait for, and others that would start a clock of this team."""
    waiting = [trigger["name"] for clock in running(clocks) for trigger in clock.rule.get("stops", []) if trigger["event"] == "recorded"]
    known = {clock.rule_id for clock in clocks}
    starting = [
        trigger.name
        for rule in council_in_force().clocks
        for trigger in rule.starts
        if trigger.event == "recorded" and (not rule.teams or episode.team in rule.teams) and (rule.renews or rule.id not in known)
    ]
    first = list(dict.fromkeys(waiting))
    return first, [name for name in dict.fromkeys(starting) if name not in first]


def state(clock: Clock, at: datetime | None = None) -> ClockState:
    """How the clock stands at a moment (default now). Due today is not overdue."""
    at = at or now()
    if clock.stopped_at is not None:
        return ClockState("stopped", f"Stopped: {clock.stopped_because[:1].lower()}{clock.stopped_because[1:]}")
    if clock.met_at is not None:
        day = timekeeping.show_date(clock.met_at)
        return ClockState("late", f"Met late, on {day}") if clock.met_at > clock.due_at else ClockState("met", f"Met on {day}")
    when = _when(clock)
    if at > clock.due_at:
        return ClockState("red", f"Overdue since {when}")
    warns_at = clock.started_at + (clock.due_at - clock.started_at) * clock.rule.get("amber_at", 0.8)
    spent = max(0, int(100 * (at - clock.started_at) / (clock.due_at - clock.started_at)))
    return ClockState("amber", f"Due soon: {when}", spent) if at >= warns_at else ClockState("green", f"Due {when}", spent)


def _when(clock: Clock) -> str:
    return timekeeping.show_moment(clock.due_at) if "hours" in clock.rule.get("target", {}) else timekeeping.show_date(clock.due_at)


def _happen(episode: Episode, occurrence: Occurrence) -> None:
    """Stop the clocks that waited for this, then start those that it starts."""
    for clock in running(episode.clocks):
        moment = _moment(map(Trigger.model_validate, clock.rule.get("stops", [])), occurrence)
        if moment is not None:
            clock.met_at = moment
    for rule in council_in_force().clocks:
        moment = _moment(rule.starts, occurrence)
        if moment is not None and (not rule.teams or episode.team in rule.teams):
            _start(episode, rule, moment, occurrence)
    db.session.flush()


def _moment(triggers: Iterable[Trigger], occurrence: Occurrence) -> datetime | None:
    """When this occurrence counts for one of these triggers: now, or at the date that was answered; None when for none."""
    for trigger in triggers:
        if trigger.event != occurrence.event or any(getattr(trigger, name) not in ("", getattr(occurrence, name)) for name in NAMES):
            continue
        if trigger.event != "answer":
            return now()
        if occurrence.changed is not None and trigger.question not in occurrence.changed:
            continue
        day = _day(occurrence.answers.get(trigger.question))
        if day is not None:
            return datetime.combine(day, time(), tzinfo=LONDON)
    return None


def _start(episode: Episode, rule: ClockRule, moment: datetime, occurrence: Occurrence) -> None:
    earlier = [clock for clock in episode.clocks if clock.rule_id == rule.id]
    if earlier and not rule.renews:
        return
    for clock in running(earlier):
        clock.stopped_at, clock.stopped_because = now(), "Started again"
    target = _target(rule, occurrence)
    snapshot = rule.model_dump(mode="json", exclude_defaults=True) | {"target": target.model_dump(exclude_unset=True)}
    snapshot["stops"] = [trigger.model_dump(exclude_defaults=True) for trigger in rule.stops]
    episode.clocks.append(
        _added(
            episode_id=episode.id,
            rule_id=rule.id,
            rule=snapshot,
            started_at=moment,
            due_at=due(moment, target, council_in_force().calendar),
        )
    )


def _added(**values: Any) -> Clock:
    clock = Clock(**values)
    add_object(clock)
    return clock


def _target(rule: ClockRule, occurrence: Occurrence) -> Target:
    """The clock's own target, or the one that an answer of the paper at hand chooses."""
    varies = rule.varies
    if varies is None or varies.paper != occurrence.paper:
        return rule.target
    return varies.targets.get(str(occurrence.answers.get(varies.question)), rule.target)


def _end(episode: Episode, change: StageChange) -> None:
    """Support ended: stop what ran before closing began; clocks that closing itself started go on."""
    closing = [stage.id for stage in rules.stages() if stage.kind == "closing"]
    query = select(StageChange.at).where(StageChange.episode_id == episode.id, StageChange.to_stage.in_(closing))
    began = db.session.scalars(query.order_by(StageChange.number.desc()).limit(1)).first() or change.at
    for clock in running(episode.clocks):
        if clock.created_at < began:
            clock.stopped_at, clock.stopped_because = now(), ENDED


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None

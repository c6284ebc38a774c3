"""Gathers what a family's page shows of one episode. Writes nothing and decides no access: it is told what the person may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select

from portal.accounts.models import User
from portal.councils.model import PaperRule, TransitionRule
from portal.db import db
from portal.episodes import attaching, clocks, papers, rules, transitions
from portal.episodes.clocks import ClockState
from portal.episodes.models import Clock, Episode, Paper, RequestAttachment, StageChange
from portal.publishing.in_force import council_in_force
from portal.submissions import returns
from portal.submissions.models import Revision, Submission


@dataclass(frozen=True)
class PaperLine:
    """A paper on the page: `is_draft` ones are continued, others read."""

    paper: Paper
    submission: Submission
    title: str
    about_title: str
    status: str
    has_documents: bool
    last_by: str
    last_at: datetime


@dataclass(frozen=True)
class HistoryLine:
    """One move in words: where it led, when, by whom, how it came about and why."""

    title: str
    at: datetime
    by: str
    told: str
    reason: str


@dataclass(frozen=True)
class JoinedRequest:
    """A request that was attached to this episode by hand, and the day it came in."""

    attachment: RequestAttachment
    opened_at: datetime


@dataclass(frozen=True)
class EpisodeView:
    """One episode as the page shows it."""

    episode: Episode
    stage_title: str
    stage_kind: str
    stage_hint: str
    team_title: str
    level_title: str
    lead: User | None
    history: list[HistoryLine]
    papers: list[PaperLine]
    startable: list[PaperRule]
    moves: list[TransitionRule]
    running_clocks: list[tuple[str, str, ClockState]]
    past_clocks: list[tuple[str, str, ClockState]]
    waiting_for: list[tuple[str, str]]
    also_recordable: list[tuple[str, str]]
    attachment: RequestAttachment | None
    joined: list[JoinedRequest]

    def is_begun(self, paper_id: str) -> bool:
        """Whether a draft of this paper is open, so that starting it makes another."""
        return any(line.paper.paper == paper_id and line.submission.is_draft for line in self.papers)

    @property
    def in_order(self) -> list[PaperRule]:
        """What can be started, the papers that this episode has none of first: they are what most likely comes next."""
        return sorted(self.startable, key=lambda rule: rule.id in self.on_file)

    @property
    def on_file(self) -> set[str]:
        """The kinds of paper that this episode has already, finished or not."""
        return {line.paper.paper for line in self.papers}


STATUSES = {"draft": "Being filled in", "sent": "Sent", "final": "Finished", "withdrawn": "Withdrawn"}
RETURNED = {returns.OPEN: "Returned for changes", returns.ANSWERED: "Changes to look at"}


def of(episode: Episode, *, may_view: Callable[[Paper], bool], may_start: Callable[[PaperRule], bool], may_move: bool) -> EpisodeView:
    """Everything of this episode that the person may see or do."""
    stage = rules.stages().get(episode.stage)
    started = clocks.of_episode([episode.id])[episode.id]
    running = clocks.running(started)
    waiting, others = clocks.recordable(episode, started) if episode.closed_at is None else ([], [])
    return EpisodeView(
        episode=episode,
        stage_title=rules.stage_title(episode.stage),
        stage_kind=stage.kind if stage else "",
        stage_hint=stage.hint if stage else "",
        team_title=rules.team_title(episode.team),
        level_title=rules.level_title(episode.level),
        lead=db.session.get(User, episode.lead_id) if episode.lead_id else None,
        history=[_history_line(change) for change in transitions.history(episode)],
        papers=_paper_lines(episode, may_view),
        startable=[rule for rule in papers.startable(episode) if may_start(rule)],
        moves=transitions.available(episode) if may_move else [],
        running_clocks=[_clock_line(clock) for clock in running],
        past_clocks=[_clock_line(clock) for clock in reversed(started) if clock not in running],
        waiting_for=_titled(waiting),
        also_recordable=_titled(others),
        attachment=attaching.latest_of(episode),
        joined=[JoinedRequest(made, db.session.get_one(Episode, made.episode_id).opened_at) for made in attaching.into_episode(episode)],
    )


def _titled(names: list[str]) -> list[tuple[str, str]]:
    return [(name, rules.recording_title(name)) for name in names]


def _clock_line(clock: Clock) -> tuple[str, str, ClockState]:
    """Title, source of the rule, and how the clock stands."""
    return clock.rule.get("title", clock.rule_id), clock.rule.get("source", ""), clocks.state(clock)


def _history_line(change: StageChange) -> HistoryLine:
    return HistoryLine(rules.stage_title(change.to_stage), change.at, change.by_label, _told(change), change.reason)


def _told(change: StageChange) -> str:
    """How a move came about, in words."""
    if not change.transition:
        return "The request came in"
    move = rules.find_move(change.transition)
    return move.title if move else ""


def _paper_lines(episode: Episode, may_view: Callable[[Paper], bool]) -> list[PaperLine]:
    found = [(paper, submission) for paper, submission in papers.of_episode(episode) if may_view(paper)]
    titles = {paper.id: rules.paper_title(paper.paper) for paper, _ in found}
    printed = {rule.paper for rule in council_in_force().documents}
    last = _last_changes([submission for _, submission in found])
    waiting = returns.waiting([submission.id for _, submission in found])
    return [
        PaperLine(
            paper,
            submission,
            titles[paper.id],
            titles.get(paper.about_id or "", ""),
            RETURNED.get(waiting.get(submission.id, ""), STATUSES[submission.status]),
            paper.paper in printed and submission.status in papers.DONE,
            last[submission.id].by_label if submission.id in last else submission.author_label,
            last[submission.id].at if submission.id in last else submission.updated_at,
        )
        for paper, submission in found
    ]


def _last_changes(submissions: Sequence[Submission]) -> dict[str, Row[tuple[str, str, datetime]]]:
    """Who made the newest change of each submission and when; what was changed is not read."""
    query = select(Revision.submission_id, Revision.by_label, Revision.at).where(
        Revision.submission_id.in_(submission.id for submission in submissions)
    )
    return {row.submission_id: row for row in db.session.execute(query.order_by(Revision.number))}

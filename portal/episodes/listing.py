"""The work list: episodes a person may see, filtered, a page at a time, with what a row shows. Who may see what is `access`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select

from portal.accounts.models import User
from portal.db import UTCDateTime, db
from portal.episodes import clocks, rules
from portal.episodes.clocks import ClockState
from portal.episodes.models import Clock, Episode, Paper
from portal.families import people
from portal.families.models import Family, FamilyMember, Person
from portal.submissions.models import Submission
from portal.submissions.reference import read_reference
from portal.timekeeping import now

PAGE_SIZE = 25
MINE, TEAM, ALL = "mine", "team", "all"
OPEN, OVERDUE = "open", "overdue"
"""Two filters beside the stages: everything that is not closed, and everything with an overdue clock."""
URGENT, NEWEST = "urgent", "newest"
"""Two orders: by the time limit that runs out first (or ran out longest ago), and by when it came in."""
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Wanted:
    """Which episodes to list: whose (mine, team, all), which (a stage, open or overdue), in which order, and after which row of the page before."""

    whose: str = ALL
    which: str = OPEN
    order: str = URGENT
    after: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the work list. `clocks` are the states of its running clocks, the next due first; a sender may have withdrawn the request."""

    episode: Episode
    family_name: str
    children: tuple[str, ...]
    stage_title: str
    team_title: str
    lead_name: str
    clocks: tuple[tuple[str, ClockState], ...]
    is_withdrawn: bool = False


@dataclass(frozen=True)
class TeamLoad:
    """How many open episodes a team has, and on how many of them a time limit has passed; both also in percent of the fullest team's."""

    team: str
    open: int
    overdue: int
    open_part: int
    overdue_part: int


@dataclass(frozen=True)
class ListPage:
    """One page; `after` is the key of the next page, '' on the last."""

    rows: tuple[Row, ...]
    after: str


def page(visible: Select[tuple[Episode]], wanted: Wanted, *, user: User) -> ListPage:
    """The episodes of one page, in the order that is wanted; of those that are equal in it the newest first."""
    due = _next_due() if wanted.order == URGENT else literal(_NEVER, UTCDateTime)
    query = _which(_whose(counted(visible), wanted.whose, user), wanted.which).add_columns(due)
    key = _read_key(wanted.after)
    if key is not None:
        query = query.where(_follows(due, *key))
    query = query.order_by(*((due,) if wanted.order == URGENT else ()), Episode.opened_at.desc(), Episode.id.desc())
    found = db.session.execute(query.limit(PAGE_SIZE + 1)).all()
    shown = found[:PAGE_SIZE]
    return ListPage(tuple(rows([episode for episode, _ in shown])), _key(*shown[-1]) if len(found) > PAGE_SIZE else "")


def counts(visible: Select[tuple[Episode]], whose: str, *, user: User) -> dict[str, int]:
    """How many episodes stand at each stage, with `open` and `overdue` beside them."""
    mine = _whose(counted(visible), whose, user)
    by_stage = mine.with_only_columns(Episode.stage, func.count()).group_by(Episode.stage)
    found: dict[str, int] = dict(db.session.execute(by_stage).all())
    closed = _closed_stages()
    found[OPEN] = sum(number for stage, number in found.items() if stage not in closed)
    found[OVERDUE] = db.session.scalar(_which(mine, OVERDUE).with_only_columns(func.count())) or 0
    return found


def loads(visible: Select[tuple[Episode]]) -> list[TeamLoad]:
    """What each team has to do, the fullest first, in one statement."""
    query = _which(counted(visible), OPEN).with_only_columns(Episode.team, func.count(), func.count().filter(Episode.id.in_(_late()))).group_by(Episode.team)
    found = sorted(db.session.execute(query).all(), key=lambda row: (-row[1], row[0]))
    most = found[0][1] if found else 1
    return [TeamLoad(rules.team_title(team) or "No team yet", many, late, 100 * many // most, 100 * late // most) for team, many, late in found]


def matching(visible: Select[tuple[Episode]], words: str, *, council: str, limit: int = 50) -> list[Row]:
    """Episodes whose family has a member of this name, or with this reference (also of one of their papers); newest first."""
    reference = read_reference(words)
    if reference is None:
        query = counted(visible).where(Episode.family_id.in_(people.families_named(words, council=council)))
    else:
        of_papers = select(Paper.episode_id).join(Submission, Submission.id == Paper.submission_id).where(Submission.reference == reference)
        query = counted(visible).where(or_(Episode.reference == reference, Episode.id.in_(of_papers)))
    return rows(db.session.scalars(query.order_by(Episode.opened_at.desc(), Episode.id.desc()).limit(limit)).all())


def counted(visible: Select[tuple[Episode]]) -> Select[tuple[Episode]]:
    """Only episodes that count: a request attached to another episode is part of that one."""
    return visible.where(Episode.attached_to_id.is_(None))


def rows(episodes: Sequence[Episode]) -> list[Row]:
    """What the list shows of these episodes: five statements however many there are."""
    children, names, leads, withdrawn = _children(episodes), _family_names(episodes), _leads(episodes), _withdrawn(episodes)
    running = clocks.of_episode(episode.id for episode in episodes)
    return [
        Row(
            episode,
            names.get(episode.family_id, ""),
            tuple(children.get(episode.family_id, ())),
            rules.stage_title(episode.stage),
            rules.team_title(episode.team),
            leads.get(episode.lead_id or "", ""),
            tuple((clock.rule.get("title", clock.rule_id), clocks.state(clock)) for clock in clocks.running(running[episode.id])),
            episode.id in withdrawn,
        )
        for episode in episodes
    ]


def _whose(query: Select[tuple[Episode]], whose: str, user: User) -> Select[tuple[Episode]]:
    if whose == MINE:
        return query.where(Episode.lead_id == user.id)
    return query.where(Episode.team.in_(user.teams)) if whose == TEAM else query


def _which(query: Select[tuple[Episode]], which: str) -> Select[tuple[Episode]]:
    if which == OPEN:
        return query.where(Episode.stage.not_in(_closed_stages()))
    if which == OVERDUE:
        return query.where(Episode.id.in_(_late()))
    return query.where(Episode.stage == which)


def _late() -> Select[tuple[str]]:
    """Ids of the episodes on which a running time limit has passed."""
    return select(Clock.episode_id).where(Clock.met_at.is_(None), Clock.stopped_at.is_(None), Clock.due_at < now())


def _closed_stages() -> list[str]:
    return [stage.id for stage in rules.stages() if stage.kind == rules.CLOSED]


def _family_names(episodes: Iterable[Episode]) -> dict[str, str]:
    ids = {episode.family_id for episode in episodes}
    return dict(db.session.execute(select(Family.id, Family.name).where(Family.id.in_(ids))).all())


def _children(episodes: Iterable[Episode]) -> dict[str, list[str]]:
    ids = {episode.family_id for episode in episodes}
    query = (
        select(FamilyMember.family_id, Person)
        .join(Person, Person.id == FamilyMember.person_id)
        .where(FamilyMember.family_id.in_(ids), FamilyMember.role == "child")
        .order_by(Person.created_at, FamilyMember.position)
    )
    found: dict[str, list[str]] = {}
    for family_id, person in db.session.execute(query):
        if person.full_name not in found.setdefault(family_id, []):
            found[family_id].append(person.full_name)
    return found


def _leads(episodes: Iterable[Episode]) -> dict[str, str]:
    ids = {episode.lead_id for episode in episodes if episode.lead_id}
    return dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())


def _withdrawn(episodes: Iterable[Episode]) -> set[str]:
    """Ids of the episodes with a request that its sender has taken back."""
    query = select(Paper.episode_id).join(Submission, Submission.id == Paper.submission_id)
    ids = [episode.id for episode in episodes]
    return set(db.session.scalars(query.where(Paper.episode_id.in_(ids), Paper.paper.in_(rules.request_papers()), Submission.status == "withdrawn")))


def _next_due() -> ColumnElement[datetime]:
    """When the first running time limit of an episode runs out; long after everything where none runs."""
    first = select(func.min(Clock.due_at)).where(Clock.episode_id == Episode.id, Clock.met_at.is_(None), Clock.stopped_at.is_(None))
    return func.coalesce(first.correlate(Episode).scalar_subquery(), literal(_NEVER, UTCDateTime), type_=UTCDateTime)


def _follows(due: ColumnElement[datetime], last_due: datetime, opened: datetime, episode_id: str) -> ColumnElement[bool]:
    """Whether an episode stands after that one."""
    older = or_(Episode.opened_at < opened, and_(Episode.opened_at == opened, Episode.id < episode_id))
    return or_(due > literal(last_due, UTCDateTime), and_(due == literal(last_due, UTCDateTime), older))


def _key(episode: Episode, due: datetime) -> str:
    return f"{due.timestamp():.6f}_{episode.opened_at.timestamp():.6f}_{episode.id}"


def _read_key(text: str) -> tuple[datetime, datetime, str] | None:
    """The place a page starts after; None for none or for text that is no key."""
    try:
        due, opened, episode_id = text.split("_")
        return datetime.fromtimestamp(float(due), tz=UTC), datetime.fromtimestamp(float(opened), tz=UTC), episode_id
    except (ValueError, OverflowError, OSError):
        return None

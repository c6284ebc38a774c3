"""Says which team and which lead a family has. Who may do so is decided in `access`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from portal import audit
from portal.accounts.models import User
from portal.accounts.roles import teams_on_file
from portal.db import StaleWrite, db
from portal.episodes import clocks
from portal.episodes.models import Episode
from portal.errors import RuleBroken


class TeamMissing(RuleBroken):
    """A lead was named without a team, or a team that the council does not have."""


class LeadRefused(RuleBroken):
    """This person cannot be the lead: their account is closed, or they are not in the team."""


def allocate(episode: Episode, *, team: str, lead: User | None, by: User, expected_version: int | None = None) -> Episode:
    """Set the team and its lead ('' and None for not yet). Clocks that wait for a lead start when one is first named.

    Raises StaleWrite when somebody was faster, TeamMissing, LeadRefused.
    """
    if expected_version is not None and expected_version != episode.version:
        raise StaleWrite("Somebody else changed this record while you had the page open. Look at it again before you go on.")
    if (team and team not in teams_on_file()) or (lead is not None and not team):
        raise TeamMissing("Choose a team.")
    if lead is not None and (not lead.is_active or team not in lead.teams):
        raise LeadRefused(f"{lead.name} is not in this team. Choose somebody of the team, or the team they work in.")
    before = {"team": episode.team, "lead": episode.lead_id or ""}
    episode.team, episode.lead_id = team, lead.id if lead else None
    db.session.flush()
    detail = {"before": before, "team": team, "lead": episode.lead_id or ""}
    audit.record("episode.allocated", subject="episode", subject_id=episode.id, actor=by.id, detail=detail)
    if lead is not None and not before["lead"]:
        clocks.on_allocated(episode)
    return episode


@dataclass(frozen=True)
class PossibleLead:
    """Somebody who could lead, with the number of open families they lead now."""

    user: User
    open: int


def possible_leads() -> list[PossibleLead]:
    """Everybody whose account is open and who works in a team, by name."""
    users = db.session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.name, User.id))
    leading = select(Episode.lead_id, func.count()).where(Episode.closed_at.is_(None), Episode.attached_to_id.is_(None))
    loads = dict(db.session.execute(leading.group_by(Episode.lead_id)).all())
    return [PossibleLead(user, loads.get(user.id, 0)) for user in users if user.teams]

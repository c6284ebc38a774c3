"""Says which team and which lead a family has. Who may do so is decided in `access`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from portal import audit
from portal.accounts.models import User
from portal.accounts.roles import check_teams
from portal.db import StaleWrite, db
from portal.episodes import clocks
from portal.episodes.models import Episode
from portal.errors import RuleBroken


class LeadRefused(RuleBroken):
    """This person cannot be the lead: their account is closed, or they are not in the team."""


def allocate(episode: Episode, *, team: str, lead: User | None, by: User, expected_version: int | None = None) -> Episode:
    """Set the team and its lead ('' and None for not yet). Clocks that wait for a lead start when one is first named.

    Raises StaleWrite when somebody was faster, TeamUnknown, LeadRefused.
    """
    if expected_version is not None and expected_version != episode.version:
        raise StaleWrite("Somebody else changed this record while you had the page open. Look at it again before you go on.")
    if team:
        check_teams([team])
    if lead is not None and (not lead.is_active or (team and team not in lead.teams)):
        raise LeadRefused(f"{lead.name} is not in this team. Choose somebody of the team, or the team they work in.")
    before = {"team": episode.team, "lead": episode.lead_id or ""}
    episode.team, episode.lead_id = team, lead.id if lead else None
    db.session.flush()
    detail = {"before": before, "team": team, "lead": episode.lead_id or ""}
    audit.record("episode.allocated", subject="episode", subject_id=episode.id, actor=by.id, detail=detail)
    if lead is not None and not before["lead"]:
        clocks.on_allocated(episode)
    return episode


def possible_leads() -> Sequence[User]:
    """Everybody whose account is open and who works in a team, by name."""
    users = db.session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.name, User.id))
    return [user for user in users if user.teams]

"""The roles and teams of the running council, read from its files. Which records a role reaches is decided in `access`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from portal.accounts.models import User
from portal.errors import RuleBroken
from portal.publishing.in_force import council_in_force


class RoleUnknown(RuleBroken):
    """A role that the council's files do not have."""


class TeamUnknown(RuleBroken):
    """A team that the council's files do not have."""


def roles_on_file() -> Mapping[str, Any]:
    """Role id to role (`title`, `sees`, `may`, `papers`), in the order of the file."""
    return {role.id: role for role in council_in_force().roles}


def roles_of(user: User) -> list[Any]:
    """The roles this person holds that the council still has. A role taken out of the files allows nothing."""
    return [role for role_id, role in roles_on_file().items() if role_id in user.roles]


def teams_on_file() -> Mapping[str, str]:
    """Team id to title, in the order of the file."""
    return {team.id: team.title for team in council_in_force().teams}


def check_roles(role_ids: Iterable[str]) -> None:
    """Raise RoleUnknown for the first id that the council's files do not have."""
    _check(role_ids, roles_on_file(), RoleUnknown, "role")


def check_teams(team_ids: Iterable[str]) -> None:
    """Raise TeamUnknown for the first id that the council's files do not have."""
    _check(team_ids, teams_on_file(), TeamUnknown, "team")


def _check(ids: Iterable[str], known: Iterable[str], error: type[RuleBroken], what: str) -> None:
    for one in ids:
        if one not in known:
            raise error(f"There is no {what} called {one!r}. The council has: {', '.join(known)}")

"""The roles and teams of the running council, read from its files. Which records a role reaches is decided in `access`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.accounts.models import User
from portal.publishing.in_force import council_in_force


def roles_on_file() -> Mapping[str, Any]:
    """Role id to role (`title`, `sees`, `may`, `papers`), in the order of the file."""
    return {role.id: role for role in council_in_force().roles}


def roles_of(user: User) -> list[Any]:
    """The roles this person holds that the council still has. A role taken out of the files allows nothing."""
    return [role for role_id, role in roles_on_file().items() if role_id in user.roles]


def teams_on_file() -> Mapping[str, str]:
    """Team id to title, in the order of the file."""
    return {team.id: team.title for team in council_in_force().teams}


def council_words() -> list[str]:
    """Words that anybody would try first in a password here: names of the council, its service and its teams."""
    service = council_in_force().service
    return [service.name, service.short_name, *service.name.split(), *teams_on_file().values()]

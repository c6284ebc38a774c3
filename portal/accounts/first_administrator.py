"""The first account of a real start: somebody has to be able to add the others."""

from __future__ import annotations

from portal.accounts import reset, users
from portal.accounts.models import User
from portal.accounts.roles import roles_on_file
from portal.errors import PortalError
from portal.settings import current_settings


class NoAdministratorRole(PortalError):
    """No role of the council may change accounts, so nobody could ever be added."""


def make_first_administrator() -> str:
    """Make sure that somebody can change accounts; answers what to tell the person who starts the portal ('' when nothing).

    The account has the sender's e-mail address, and a link to set its password that is told here and sent nowhere.
    """
    there = users.administrators()
    if any(user.password_hash for user in there):
        return ""
    user = there[0] if there else _add()
    hours = int(reset.INVITED_WITHIN.total_seconds() // 3600)
    link = reset.address_of(reset.make_token(user, within=reset.INVITED_WITHIN))
    return f"First administrator: {user.email}\nSet a password within {hours} hours at {link}\nThen add everybody else, or use: portal users add --help"


def _add() -> User:
    role = next((role_id for role_id, role in roles_on_file().items() if "user.edit" in role.may), None)
    if role is None:
        raise NoAdministratorRole("No role in the council's roles.yaml has user.edit under `may`: give it to one")
    return users.add(users.Details("First administrator", current_settings().mail_from, (role,)))

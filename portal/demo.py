"""Loads the demonstration into an empty database: people of every role and made-up families at every stage, told in demo.yaml."""

from __future__ import annotations

from sqlalchemy import select

from portal.accounts import passwords, users
from portal.accounts.models import User
from portal.accounts.roles import roles_on_file
from portal.accounts.users import Details
from portal.db import db
from portal.demo_story import Demonstration, read_story
from portal.demo_telling import Teller
from portal.errors import PortalError
from portal.publishing.in_force import council_in_force
from portal.settings import current_settings
from portal.submissions.models import Submission


class DemonstrationRefused(PortalError):
    """The demonstration may not be loaded here."""


def load_demonstration() -> str:
    """Load it, unless something was entered already. Answers what was done, in words. Raises DemonstrationRefused, StoryRefused."""
    if not current_settings().demonstration:
        raise DemonstrationRefused("This is no demonstration: set PORTAL_DEMONSTRATION=yes and use a data folder of its own.")
    if _holds_anything():
        if db.session.scalars(select(User.id).where(User.is_demonstration).limit(1)).first() is None:
            raise DemonstrationRefused("This database holds data that is not the demonstration's. Use another PORTAL_DATA_DIR, or unset PORTAL_DATABASE_URL.")
        return "The demonstration is there already; nothing was changed."
    council = council_in_force()
    told = read_story(council.places.demo)
    _add_people(told)
    teller = Teller(council.places.examples)
    for story in told.stories:
        teller.tell(story)
    return f"Loaded the demonstration: {len(told.people)} people who sign in and {len(told.stories)} made-up families."


def sign_ins() -> str:
    """The demonstration's sign-ins, to be printed at the start; '' when the council has none."""
    path = council_in_force().places.demo
    if not path.is_file():
        return ""
    told = read_story(path)
    titles = {role_id: role.title for role_id, role in roles_on_file().items()}
    width = max(len(person.email) for person in told.people)
    lines = [f"  {person.email:<{width}}  {', '.join(titles.get(role, role) for role in person.roles)}" for person in told.people]
    return "\n".join([f"Sign in as one of these, with the password  {told.password}", *lines])


def _holds_anything() -> bool:
    return any(db.session.scalars(select(table.id).limit(1)).first() is not None for table in (User, Submission))


def _add_people(told: Demonstration) -> None:
    """Everybody shares one password, so it is hashed once."""
    hashed = passwords.hash_password(told.password)
    for person in told.people:
        user = users.add(Details(person.name, person.email, person.roles, person.teams), demonstration=True)
        user.password_hash = hashed

"""Adding, changing, disabling and enabling accounts. Each change takes effect at the person's next request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Select, delete, select

from portal import audit, timekeeping
from portal.accounts import sign_in, totp
from portal.accounts.models import RoleHeld, User
from portal.accounts.roles import roles_on_file, teams_on_file
from portal.db import StaleWrite, db
from portal.errors import NotFound, RuleBroken


class UserMissing(NotFound):
    """No account has this id or e-mail address."""


class UserRefused(RuleBroken):
    """Details that an account cannot have. `problems` is {field: what is wrong}."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(". ".join(problems.values()))
        self.problems = problems


class NobodyLeft(RuleBroken):
    """After this change nobody could change accounts any more."""


@dataclass(frozen=True)
class Details:
    """What is asked about an account."""

    name: str
    email: str
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


def find(user_id: str) -> User:
    """The account with this id. Raises UserMissing."""
    user = db.session.get(User, user_id)
    if user is None:
        raise UserMissing("There is no such account")
    return user


def find_to_change(user_id: str) -> User:
    """The same, read afresh and held until the transaction ends. Raises UserMissing."""
    user = find(user_id)
    db.session.refresh(user, with_for_update=True)
    user.forget_roles()
    return user


def seen(user: User) -> str:
    """A mark of the account as it is now, for a page that may change it later."""
    stands = [user.name, user.email, sorted(user.roles), sorted(user.teams), user.is_active]
    return hashlib.sha256(json.dumps(stands).encode()).hexdigest()[:20]


def with_email(email: str) -> User:
    """The account with this e-mail address. Raises UserMissing naming it."""
    user = _with_email(email)
    if user is None:
        raise UserMissing(f"Nobody has an account with the e-mail address {email}")
    return user


def everyone() -> Sequence[User]:
    """All accounts by name, those in use first, their roles read with them."""
    found = db.session.scalars(select(User).order_by(User.disabled_at.is_not(None), User.name, User.id)).all()
    held: dict[str, set[str]] = {}
    for user_id, role in db.session.execute(select(RoleHeld.user_id, RoleHeld.role)):
        held.setdefault(user_id, set()).add(role)
    for user in found:
        user.take_roles(held.get(user.id, ()))
    return found


def add(details: Details, *, by: str = "", demonstration: bool = False) -> User:
    """Add an account; it has no password yet. Raises UserRefused with everything that is wrong."""
    _check(details, None)
    user = User(name=details.name.strip(), email=details.email.strip().lower(), teams=sorted(details.teams), is_demonstration=demonstration)
    db.session.add(user)
    db.session.flush()
    db.session.add_all(RoleHeld(user_id=user.id, role=role) for role in sorted(set(details.roles)))
    db.session.flush()
    audit.record("user.added", subject="user", subject_id=user.id, actor=by, detail={"roles": sorted(set(details.roles))})
    return user


def change(user: User, details: Details, *, by: str = "", but: str = "", as_seen: str = "") -> None:
    """Change an account. New roles or teams end all its sessions, except the one with the token `but`.

    `as_seen` is the mark (`seen`) of what the writer had before them. Raises StaleWrite when it changed since, UserRefused
    with everything that is wrong, or NobodyLeft.
    """
    if as_seen and as_seen != seen(user):
        raise StaleWrite("Somebody else changed this account while you had the page open. Look at it again before you go on.")
    _check(details, user)
    before, after = (set(user.roles), set(user.teams)), (set(details.roles), set(details.teams))
    if not after[0] & _administering():
        _check_somebody_left(user)
    user.name, user.email, user.teams = details.name.strip(), details.email.strip().lower(), sorted(after[1])
    if before != after:
        _give_roles(user, after[0])
        sign_in.end_all(user, but=but)
    detail = {"roles": sorted(after[0]), "teams": sorted(after[1])}
    audit.record("user.changed", subject="user", subject_id=user.id, actor=by, detail=detail)


def disable(user: User, *, by: str = "") -> None:
    """Let this person sign in no more, and end their sessions now. Raises NobodyLeft."""
    if user.disabled_at is not None:
        return
    _check_somebody_left(user)
    user.disabled_at = timekeeping.now()
    sign_in.end_all(user)
    audit.record("user.disabled", subject="user", subject_id=user.id, actor=by)


def enable(user: User, *, by: str = "") -> None:
    """Let this person sign in again."""
    if user.disabled_at is None:
        return
    user.disabled_at = None
    audit.record("user.enabled", subject="user", subject_id=user.id, actor=by)


def reset_second_step(user: User, *, by: str = "") -> None:
    """Let a person who lost their telephone set the app up again; their sessions end."""
    totp.forget(user)
    sign_in.end_all(user)
    audit.record("user.second_step_reset", subject="user", subject_id=user.id, actor=by)


def administrators() -> Sequence[User]:
    """Accounts in use whose roles may change accounts."""
    return db.session.scalars(_administrators(User)).all()


def _administrators(what: Any) -> Select[Any]:
    holding = select(RoleHeld.user_id).where(RoleHeld.role.in_(_administering()))
    return select(what).where(User.disabled_at.is_(None), User.id.in_(holding))


def _check(details: Details, user: User | None) -> None:
    problems = {}
    if not details.name.strip():
        problems["name"] = "Enter the person's name"
    try:
        validate_email(details.email.strip(), check_deliverability=False)
        other = _with_email(details.email)
        if other is not None and other is not user:
            problems["email"] = f"{other.name} already has an account with this e-mail address"
    except EmailNotValidError:
        problems["email"] = "Enter an e-mail address, like name@example.org"
    if not details.roles:
        problems["roles"] = "Choose at least one role"
    problems |= _unknown("roles", details.roles, roles_on_file()) | _unknown("teams", details.teams, teams_on_file())
    if problems:
        raise UserRefused(problems)


def _unknown(field: str, ids: Collection[str], known: Collection[str]) -> dict[str, str]:
    strange = [one for one in ids if one not in known]
    return {field: f"{field} cannot be {', '.join(strange)}: the council has {', '.join(known)}"} if strange else {}


def _with_email(email: str) -> User | None:
    return db.session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def _give_roles(user: User, roles: set[str]) -> None:
    db.session.execute(delete(RoleHeld).where(RoleHeld.user_id == user.id))
    db.session.add_all(RoleHeld(user_id=user.id, role=role) for role in sorted(roles))
    db.session.flush()
    user.forget_roles()


def _administering() -> set[str]:
    return {role_id for role_id, role in roles_on_file().items() if "user.edit" in role.may}


def _check_somebody_left(leaving: User) -> None:
    db.session.execute(_administrators(User.id).order_by(User.id).with_for_update())
    there = administrators()
    if there and all(user.id == leaving.id for user in there):
        raise NobodyLeft("Somebody must be left who can change accounts. Give another person that role first")

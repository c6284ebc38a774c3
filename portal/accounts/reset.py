"""Setting a password through a link that was sent: made, found, used once. Rules for passwords are in `passwords`; sending is not here."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from portal import audit, timekeeping
from portal.accounts import passwords, sign_in
from portal.accounts.models import PasswordReset, User
from portal.accounts.roles import council_words
from portal.accounts.sealing import new_token, token_hash
from portal.db import db
from portal.errors import PortalError
from portal.settings import current_settings

WITHIN = timedelta(minutes=60)
INVITED_WITHIN = timedelta(hours=72)
MOST_LINKS_PER_HOUR = 3


class LinkOver(PortalError):
    """A link to set a password that was used, ran out or never was: the three are told alike."""

    status = 410


def ask(email: str) -> tuple[User, str] | None:
    """Make a link for the person with this address: who, and its token. None when nobody has it or enough links were sent this hour."""
    user = db.session.scalars(select(User).where(User.email == email.strip().lower(), User.disabled_at.is_(None))).one_or_none()
    if user is None:
        return None
    hour_ago = timekeeping.now() - timedelta(hours=1)
    made = select(func.count()).select_from(PasswordReset).where(PasswordReset.user_id == user.id, PasswordReset.created_at > hour_ago)
    if db.session.scalar(made) >= MOST_LINKS_PER_HOUR:
        return None
    audit.record("user.password_link_made", subject="user", subject_id=user.id)
    return user, make_token(user)


def make_token(user: User, *, within: timedelta = WITHIN) -> str:
    """The token of a new link for this person, good once within this time."""
    token = new_token()
    moment = timekeeping.now()
    db.session.add(PasswordReset(token_hash=token_hash(token), user_id=user.id, created_at=moment, expires_at=moment + within))
    db.session.flush()
    return token


def address_of(token: str) -> str:
    """The link itself."""
    return f"{current_settings().base_url.rstrip('/')}/new-password/{token}"


def owner(token: str) -> User:
    """Whose link this is; the link is held until the transaction ends, so that it is used once. Raises LinkOver."""
    link = db.session.get(PasswordReset, token_hash(token), with_for_update=True)
    if link is None or link.used_at is not None or link.expires_at <= timekeeping.now():
        raise LinkOver("This link has been used or has run out")
    user = db.session.get(User, link.user_id)
    if user is None or not user.is_active:
        raise LinkOver("This link has been used or has run out")
    return user


def set_password(token: str, password: str) -> User:
    """Set the password, use the link up with every other one, and end all sessions. Raises LinkOver or passwords.PasswordRefused."""
    user = owner(token)
    _check(user, password)
    unused = update(PasswordReset).where(PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None))
    db.session.execute(unused.values(used_at=timekeeping.now()).execution_options(synchronize_session="fetch"))
    _take(user, password)
    return user


def change_password(user: User, password: str, *, token: str) -> None:
    """The person changes their own password: every session but the one with this token ends. Raises passwords.PasswordRefused."""
    _check(user, password)
    _take(user, password, but=token)


def _check(user: User, password: str) -> None:
    passwords.check_new(password, own_words=[user.name, *user.name.split(), user.email, *council_words()])


def _take(user: User, password: str, *, but: str = "") -> None:
    user.password_hash = passwords.hash_password(password)
    sign_in.end_all(user, but=but)
    audit.record("user.password_set", subject="user", subject_id=user.id, actor=user.id)

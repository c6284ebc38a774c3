"""Tables of accounts, roles held, sign-in sessions, links to set a password and failed tries. The verbs stand beside this module."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import JSONData, UTCDateTime, db, new_id
from portal.timekeeping import now


class User(db.Model):
    """A member of staff who signs in. `email` is kept in lower case; without `password_hash` nobody can sign in yet.

    `totp_secret` is sealed; `last_totp_step` is the newest thirty-second step whose code was used.
    """

    __tablename__ = "user"

    id: Mapped[str] = mapped_column(String(20), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    totp_secret: Mapped[str] = mapped_column(Text, default="")
    last_totp_step: Mapped[int] = mapped_column(Integer, default=0)
    teams: Mapped[list[str]] = mapped_column(JSONData, default=list)
    is_demonstration: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    signed_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether this person may sign in at all."""
        return self.disabled_at is None

    @property
    def roles(self) -> frozenset[str]:
        """Ids of the roles held now, as the council's files name them."""
        if "_roles" not in self.__dict__:
            self.take_roles(db.session.scalars(select(RoleHeld.role).where(RoleHeld.user_id == self.id)))
        return self.__dict__["_roles"]

    def take_roles(self, held: Iterable[str]) -> None:
        """Remember the roles that were read from the database, so that a list of people does not read them one by one."""
        self.__dict__["_roles"] = frozenset(held)

    def forget_roles(self) -> None:
        """Read the roles again at the next question: they have just been changed."""
        self.__dict__.pop("_roles", None)


class RoleHeld(db.Model):
    """A role of the council's files that a person holds."""

    __tablename__ = "role_held"

    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(60), primary_key=True)


class SignInSession(db.Model):
    """One browser's sign-in. Only a hash of its token is kept, and the token itself only in that browser's cookie.

    `step` is `second` while a code is still owed, then `done`; `pending_secret` is a sealed secret being enrolled.
    """

    __tablename__ = "sign_in_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    step: Mapped[str] = mapped_column(String(10))
    pending_secret: Mapped[str] = mapped_column(Text, default="")
    browser: Mapped[str] = mapped_column(String(200), default="")
    started_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PasswordReset(db.Model):
    """A link to set a password, good once and for a short while. Only a hash of its token is kept."""

    __tablename__ = "password_reset"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FailedTry(db.Model):
    """One wrong password or code. `scope` is account, device or address, and `key` a keyed hash of which one."""

    __tablename__ = "failed_try"
    __table_args__ = (Index("ix_failed_try_key_at", "scope", "key", "at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    scope: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

"""Signing in and out: checking a password, and the sessions kept in the database. Codes are in `totp`, counting tries in `throttle`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import OperationalError

from portal import audit, timekeeping
from portal.accounts import passwords, throttle, totp
from portal.accounts.models import RoleHeld, SignInSession, User
from portal.accounts.sealing import new_token, token_hash
from portal.db import db
from portal.rows import held

logger = logging.getLogger(__name__)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SECOND_STEP_WITHIN = timedelta(minutes=10)
TOUCH_EVERY = timedelta(minutes=1)


def check_password(email: str, password: str, *, address: str, device_mark: str = "") -> User | None:
    """The person with this e-mail address and password, or None (also for one who is disabled). Raises throttle.TooManyTries.

    Always does one Argon2 verification, outside any transaction: nobody's writing waits for it.
    """
    one_try = throttle.begin(email, address=address, device_mark=device_mark)
    with db.engine.connect() as connection:
        query = select(User.id, User.password_hash).where(User.email == email.strip().lower(), User.disabled_at.is_(None))
        user_id, kept = connection.execute(query).one_or_none() or ("", "")
    if not passwords.verify(kept, password):
        audit.record("user.sign_in_failed", subject="user", subject_id=user_id, detail={"step": "password"})
        return None
    throttle.forgive(one_try)
    user = db.session.get(User, user_id)
    if user is None or not user.is_active or user.password_hash != kept:
        return None
    if passwords.has_old_hash(kept):
        user.password_hash = passwords.hash_password(password)
    return user


def begin(user: User, *, browser: str = "") -> str:
    """Start a session and answer its token. It opens nothing while a second step is owed."""
    return _start(user, step="second" if totp.is_required() else "done", browser=browser)


def finish(sign_in: SignInSession, user: User) -> str:
    """The second step was right: the session becomes a full one, under a new token."""
    sign_in.ended_at = timekeeping.now()
    return _start(user, step="done", browser=sign_in.browser)


def rotate(token: str) -> str:
    """Give a session a new token, for example after a change of roles. The old one opens nothing any more."""
    sign_in = db.session.get(SignInSession, token_hash(token))
    if sign_in is None or sign_in.ended_at is not None:
        return ""
    fresh = new_token()
    db.session.add(_row(sign_in.user_id, fresh, step=sign_in.step, browser=sign_in.browser, started_at=sign_in.started_at))
    sign_in.ended_at = timekeeping.now()
    db.session.flush()
    return fresh


def user_behind(token: str, *, reading: bool) -> User | None:
    """The person whose full session has this token; None when it ended, ran out or the person is disabled.

    A session runs out after `IDLE` without use and `LONGEST` in any case. `reading` says that the request itself writes nothing.
    """
    found = _with_user(token)
    if found is None:
        return None
    sign_in, user = found
    if not _is_live(sign_in, "done") or not user.is_active:
        return None
    if timekeeping.now() - sign_in.last_seen_at >= TOUCH_EVERY:
        _touch(sign_in, reading)
    return user


def email_owing(token: str) -> str | None:
    """The e-mail address of the person who owes a code, read apart from the request's transaction; None when nobody does."""
    session = SignInSession
    with db.engine.connect() as connection:
        query = select(User.email, session.started_at).join(session, session.user_id == User.id)
        found = connection.execute(query.where(session.token_hash == token_hash(token), session.step == "second", session.ended_at.is_(None))).one_or_none()
    return found.email if found and timekeeping.now() - found.started_at < SECOND_STEP_WITHIN else None


def owing_second_step(token: str) -> tuple[SignInSession, User] | None:
    """The session that waits for its code, and whose it is; None when there is none or it took too long."""
    sign_in = _live(token, "second")
    if sign_in is None:
        return None
    user = db.session.get(User, sign_in.user_id)
    return (sign_in, user) if user is not None and user.is_active else None


def end(token: str) -> None:
    """End one session."""
    sign_in = db.session.get(SignInSession, token_hash(token))
    if sign_in is not None and sign_in.ended_at is None:
        sign_in.ended_at = timekeeping.now()
        audit.record("user.signed_out", subject="user", subject_id=sign_in.user_id, actor=sign_in.user_id)


def end_all(user: User, *, but: str = "") -> int:
    """End every session of this person, except the one with the token `but`; answers how many."""
    open_ones = update(SignInSession).where(SignInSession.user_id == user.id, SignInSession.ended_at.is_(None))
    ended = open_ones.where(SignInSession.token_hash != token_hash(but)).values(ended_at=timekeeping.now())
    return db.session.execute(ended).rowcount


def sessions_of(user: User) -> Sequence[SignInSession]:
    """This person's sessions that are open now, newest first."""
    rows = select(SignInSession).where(SignInSession.user_id == user.id, SignInSession.ended_at.is_(None), SignInSession.step == "done")
    moment = timekeeping.now()
    return [row for row in db.session.scalars(rows.order_by(SignInSession.started_at.desc())) if not _ran_out(row, moment)]


def _start(user: User, *, step: str, browser: str) -> str:
    token = new_token()
    row = _row(user.id, token, step=step, browser=browser, started_at=timekeeping.now())
    if step == "second" and not user.totp_secret:
        row.pending_secret = totp.new_secret()
    db.session.add(row)
    if step == "done":
        user.signed_in_at = timekeeping.now()
        audit.record("user.signed_in", subject="user", subject_id=user.id, actor=user.id)
    db.session.flush()
    return token


def _row(user_id: str, token: str, *, step: str, browser: str, started_at: datetime) -> SignInSession:
    return SignInSession(
        token_hash=token_hash(token), user_id=user_id, step=step, browser=browser[:200], started_at=started_at, last_seen_at=timekeeping.now()
    )


_SESSION, _USER, _ROLE = SignInSession.__table__, User.__table__, RoleHeld.__table__
_WITH_USER = (
    select(_SESSION, _USER, _ROLE.c.role)
    .join(_USER, _USER.c.id == _SESSION.c.user_id)
    .outerjoin(_ROLE, _ROLE.c.user_id == _USER.c.id)
    .where(_SESSION.c.token_hash == bindparam("token"))
)
"""A session, whose it is and a row for each of their roles: every page of staff begins with it, so it is one plain statement, made once."""


def _with_user(token: str) -> tuple[SignInSession, User] | None:
    """The session of this token and its person, who knows their roles."""
    rows = db.session.connection().execute(_WITH_USER, {"token": token_hash(token)}).all() if token else []
    if not rows:
        return None
    values = rows[0]._mapping
    sign_in = held(SignInSession, {column.name: values[column] for column in _SESSION.columns})
    user = held(User, {column.name: values[column] for column in _USER.columns})
    user.take_roles(row.role for row in rows if row.role is not None)
    return sign_in, user


def _live(token: str, step: str) -> SignInSession | None:
    sign_in = db.session.get(SignInSession, token_hash(token)) if token else None
    return sign_in if sign_in is not None and _is_live(sign_in, step) else None


def _is_live(sign_in: SignInSession, step: str) -> bool:
    return sign_in.ended_at is None and sign_in.step == step and not _ran_out(sign_in, timekeeping.now())


def _ran_out(sign_in: SignInSession, moment: datetime) -> bool:
    if sign_in.step == "second":
        return moment - sign_in.started_at >= SECOND_STEP_WITHIN
    return moment - sign_in.last_seen_at >= IDLE or moment - sign_in.started_at >= LONGEST


def _touch(sign_in: SignInSession, reading: bool) -> None:
    moment = timekeeping.now()
    if not reading:
        sign_in.last_seen_at = moment
        return
    seen = update(SignInSession).where(SignInSession.token_hash == sign_in.token_hash).values(last_seen_at=moment)
    try:
        with db.engine.execution_options(writes=True).begin() as connection:
            connection.execute(seen)
    except OperationalError:
        logger.warning("a session could not be marked as used: the database is busy or full")

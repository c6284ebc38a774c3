"""Slowing down guesses at passwords and codes: failed tries are counted in the database per account, known browser and address.

Nobody is locked out: tries are spaced out and the wait ends by itself. A browser that has signed in to an account before has
its own count, so neither a stranger's guesses nor colleagues behind the same address make its owner wait (ASVS 5.0 V6.3.1).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Connection, delete, insert, select

from portal import timekeeping
from portal.accounts.models import FailedTry, User
from portal.accounts.sealing import keyed_hash
from portal.db import db
from portal.errors import PortalError
from portal.settings import current_settings

WINDOW = timedelta(hours=1)
LIMITS = {"account": 10, "device": 10, "address": 100}
FREE_TRIES = 5
FIRST_PAUSE = timedelta(seconds=30)


class TooManyTries(PortalError):
    """Too many wrong tries; `wait` says how long until the next is looked at."""

    status = 429

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(f"There have been several wrong tries. Wait {minutes} {'minute' if minutes == 1 else 'minutes'}, then try again")
        self.wait = wait


@dataclass(frozen=True)
class Try:
    """One try under way; it counts as failed until it is forgiven."""

    ids: tuple[int, ...]


def begin(email: str, *, address: str, device_mark: str = "") -> Try:
    """Count a try before it is looked at, so that many at once cannot slip through. Raises TooManyTries.

    Writes in short transactions of its own: the request's must not be under way.
    """
    counted = _counted(email, address, device_mark)
    moment = timekeeping.now()
    with _own_transaction() as connection:
        ids = tuple(_add(connection, scope, key, moment) for scope, key in counted)
    with _own_transaction() as connection:
        wait = max(_wait(connection, scope, key, ids, moment) for scope, key in counted)
        if wait > timedelta(0):
            connection.execute(delete(FailedTry).where(FailedTry.id.in_(ids)))
    if wait > timedelta(0):
        raise TooManyTries(wait)
    return Try(ids)


def begin_here(user: User, *, address: str) -> Try:
    """The same inside the request's transaction, for somebody already signed in; the caller must let it be committed."""
    db.session.get(User, user.id, with_for_update=True)
    counted = _counted(user.email, address, "")
    moment = timekeeping.now()
    connection = db.session.connection()
    wait = max(_wait(connection, scope, key, (), moment) for scope, key in counted)
    if wait > timedelta(0):
        raise TooManyTries(wait)
    return Try(tuple(_add(connection, scope, key, moment) for scope, key in counted))


def forgive(one_try: Try) -> None:
    """The try was right: it counts no more, if the caller's transaction is kept. Earlier wrong ones still do."""
    db.session.execute(delete(FailedTry).where(FailedTry.id.in_(one_try.ids)))


def mark_for(email: str) -> str:
    """The signed mark that a browser keeps once it has signed in to this account."""
    return _signer().dumps([secrets.token_urlsafe(12), _account_key(email)])


def _counted(email: str, address: str, device_mark: str) -> list[tuple[str, str]]:
    device = _device_of(device_mark, email)
    if device:
        return [("device", keyed_hash(device, "device"))]
    return [("account", _account_key(email)), ("address", keyed_hash(address, "address"))]


def _device_of(device_mark: str, email: str) -> str:
    try:
        device, account = _signer().loads(device_mark)
    except (BadSignature, TypeError, ValueError):
        return ""
    return device if account == _account_key(email) else ""


def _account_key(email: str) -> str:
    return keyed_hash(email.strip().lower(), "account")


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_settings().secret_key, salt="portal known browser")


def _own_transaction():
    return db.engine.execution_options(writes=True).begin()


def _add(connection: Connection, scope: str, key: str, moment: datetime) -> int:
    return connection.execute(insert(FailedTry).values(scope=scope, key=key, at=moment).returning(FailedTry.id)).scalar_one()


def _wait(connection: Connection, scope: str, key: str, own: tuple[int, ...], moment: datetime) -> timedelta:
    recent = select(FailedTry.at).where(FailedTry.scope == scope, FailedTry.key == key, FailedTry.at > moment - WINDOW)
    tries = list(connection.scalars(recent.where(FailedTry.id.not_in(own)).order_by(FailedTry.at)))
    limit = LIMITS[scope]
    if len(tries) >= limit:
        return tries[-limit] + WINDOW - moment
    if scope == "address" or len(tries) < FREE_TRIES:
        return timedelta(0)
    return tries[-1] + FIRST_PAUSE * 2 ** (len(tries) - FREE_TRIES) - moment

"""What somebody was sending when their sign-in ran out: kept, encrypted, until the same person signs in again and sends it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal import timekeeping
from portal.accounts.models import SignInSession, User
from portal.accounts.sealing import SealBroken, seal, token_hash, unseal
from portal.db import db
from portal.files import store

WITHIN = timedelta(hours=12)
PURPOSE = "interrupted form"
NOT_KEPT = ("csrf_token", "password", "present")


@dataclass(frozen=True)
class Interrupted:
    """A form on its way: where it was going and what it held. Files are not part of it."""

    path: str
    fields: tuple[tuple[str, str], ...]


def keep(token: str, path: str, fields: Iterable[tuple[str, str]]) -> str:
    """Keep a form for the person whose session had this token; answers what finds it again, '' when the session was nobody's."""
    sign_in = db.session.get(SignInSession, token_hash(token))
    if sign_in is None or sign_in.step != "done":
        return ""
    typed = [[name, value] for name, value in fields if name not in NOT_KEPT]
    content = {"user": sign_in.user_id, "path": path, "fields": typed, "at": timekeeping.now().isoformat()}
    return store().keep(seal(json.dumps(content), PURPOSE).encode())


def find(name: str, user: User) -> Interrupted | None:
    """The form kept under this name, if it is this person's and recent."""
    if not name or not store().has(name):
        return None
    try:
        content = json.loads(unseal(store().read(name).decode(), PURPOSE))
    except (SealBroken, ValueError):
        return None
    if content["user"] != user.id or timekeeping.now() - datetime.fromisoformat(content["at"]) > WITHIN:
        return None
    return Interrupted(content["path"], tuple((key, value) for key, value in content["fields"]))


def forget(name: str) -> None:
    """Delete what was kept."""
    if name and store().has(name):
        store().remove(name)

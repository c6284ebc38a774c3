"""What somebody was sending when their time ran out: kept, encrypted, until the same person is back (signed in again, or with link and code) and sends it."""

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
    return _keep(f"user {sign_in.user_id}", path, fields)


def keep_for_draft(submission_id: str, path: str, fields: Iterable[tuple[str, str]]) -> str:
    """Keep a form for whoever comes back to this draft with its link and code; answers what finds it again."""
    return _keep(f"draft {submission_id}", path, fields)


def find(name: str, user: User) -> Interrupted | None:
    """The form kept under this name, if it is this person's and recent."""
    return _find(name, f"user {user.id}")


def find_for_draft(name: str, submission_id: str) -> Interrupted | None:
    """The form kept under this name, if it belongs to this draft and is recent."""
    return _find(name, f"draft {submission_id}")


def _keep(owner: str, path: str, fields: Iterable[tuple[str, str]]) -> str:
    typed = [[name, value] for name, value in fields if name not in NOT_KEPT]
    content = {"owner": owner, "path": path, "fields": typed, "at": timekeeping.now().isoformat()}
    return store().keep(seal(json.dumps(content), PURPOSE).encode())


def _find(name: str, owner: str) -> Interrupted | None:
    if not name or not store().has(name):
        return None
    try:
        content = json.loads(unseal(store().read(name).decode(), PURPOSE))
    except (SealBroken, ValueError):
        return None
    if content.get("owner") != owner or timekeeping.now() - datetime.fromisoformat(content["at"]) > WITHIN:
        return None
    return Interrupted(content["path"], tuple((key, value) for key, value in content["fields"]))


def forget(name: str) -> None:
    """Delete what was kept."""
    if name and store().has(name):
        store().remove(name)

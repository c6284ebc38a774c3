"""What somebody is typing that is to follow a sent request: kept as typed until it is sent, for the sender alone. Sending it is `withdraw.add_later`.

It is no answer: nothing reads it but the page it was typed on. It goes when it is sent, when the request is taken back, and with time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from portal import jobs, timekeeping
from portal.db import db
from portal.publishing.in_force import council_in_force
from portal.submissions.models import LaterTyping

Raw = Mapping[str, list[Any]]
"""What the boxes of one question hold, by part; nothing where all are blank."""

EVERY = timedelta(hours=6)


def of(submission_id: str) -> LaterTyping:
    """What is being typed, which may be nothing; not stored before something is kept."""
    return db.session.get(LaterTyping, submission_id) or LaterTyping(submission_id=submission_id, typed={}, saves={}, version=1)


def clashing(one: LaterTyping, typed: Mapping[str, Raw], *, expected_version: int, tab: str) -> list[str]:
    """The paths for which another page has kept something else since this one was read."""
    since = _kept_elsewhere(one, expected_version, tab)
    return [path for path, raw in typed.items() if path in since and _filled(raw) != one.typed.get(path, {})]


def stands_on(one: LaterTyping, *, expected_version: int, tab: str) -> int:
    """The version the whole page stands on: the newest, or the one it was read at while it does not show what another page has kept."""
    return expected_version if _kept_elsewhere(one, expected_version, tab) else one.version


def keep(one: LaterTyping, typed: Mapping[str, Raw], *, tab: str) -> None:
    """Keep what was typed for these questions; a question whose boxes are blank again is forgotten."""
    filled = {path: _filled(raw) for path, raw in typed.items()}
    changed = [path for path, raw in filled.items() if raw != one.typed.get(path, {})]
    if not changed:
        return
    one.version += 1
    one.typed = {path: raw for path, raw in {**one.typed, **filled}.items() if raw}
    one.saves = {**one.saves, **{path: {"version": one.version, "tab": tab} for path in changed}}
    one.changed_at = timekeeping.now()
    db.session.add(one)


def forget(one: LaterTyping, paths: Collection[str]) -> None:
    """Forget what was typed for these questions, because it was sent."""
    one.typed = {path: raw for path, raw in one.typed.items() if path not in paths}


def forget_all(submission_id: str) -> None:
    """Forget everything that was typed to follow this request."""
    db.session.execute(delete(LaterTyping).where(LaterTyping.submission_id == submission_id))


@jobs.task("submissions.forget_typing", every=EVERY)
def forget_old(payload: dict[str, Any], *, job_id: int) -> None:
    """Forget what nobody has gone on with for as long as a draft is kept."""
    last = timekeeping.now() - timedelta(days=council_in_force().service.drafts.expire_after_days)
    db.session.execute(delete(LaterTyping).where(LaterTyping.changed_at < last))


def _kept_elsewhere(one: LaterTyping, expected_version: int, tab: str) -> set[str]:
    """What another page has kept since; a page without a mark of its own cannot tell its saves from anybody else's."""
    return {path for path, save in one.saves.items() if save["version"] > expected_version and not (tab and save["tab"] == tab)}


def _filled(raw: Raw) -> dict[str, list[Any]]:
    return {part: list(values) for part, values in raw.items() if any(values)}

"""The public drafts that this browser may go on with, kept in its session. What may be done with them is decided in `access`."""

from __future__ import annotations

from flask import has_request_context, session

from portal import timekeeping

IDLE_SECONDS = 60 * 60
TOUCH_SECONDS = 60


def hold_draft(submission_id: str) -> None:
    """Let this browser go on with a draft it started or opened with link and code."""
    held, moment = _held(), _seconds()
    if moment - held.get(submission_id, 0) >= TOUCH_SECONDS:
        session["drafts"] = held | {submission_id: moment}


def holds_draft(submission_id: str) -> bool:
    """Whether this browser holds the draft and used it within the last hour."""
    used = _held().get(submission_id)
    return used is not None and _seconds() - used < IDLE_SECONDS


def is_held(submission_id: str) -> bool:
    """Whether this browser holds the draft, however long ago it was used."""
    return submission_id in _held()


def was_left(submission_id: str) -> bool:
    """Whether a draft that is held was left for too long."""
    return _seconds() - _held().get(submission_id, 0) >= IDLE_SECONDS


def let_go(submission_id: str) -> None:
    """This browser holds the draft no more."""
    session["drafts"] = {held: at for held, at in _held().items() if held != submission_id}


def let_go_of_all() -> None:
    """Leave a shared computer: this browser holds no draft any more."""
    session.pop("drafts", None)


def _held() -> dict[str, int]:
    return session._get_current_object().get("drafts", {}) if has_request_context() else {}


def _seconds() -> int:
    return int(timekeeping.now().timestamp())

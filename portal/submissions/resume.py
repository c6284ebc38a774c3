"""The way back without an account: a link by e-mail and a code shown once on screen, never mailed. Five wrong tries lock it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from portal import audit, timekeeping
from portal.db import db, new_id
from portal.errors import RuleBroken
from portal.rows import first_held
from portal.settings import current_settings
from portal.submissions.models import ResumeKey, ReturnRound, Submission
from portal.submissions.reference import ALPHABET

MAX_TRIES = 5
CODE_LENGTH = 8
STATUS_LINK_LASTS = timedelta(days=180)
_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 1024 * 1024}


class CodeWrong(RuleBroken):
    """The code does not belong to this link; `left` tries remain."""

    def __init__(self, left: int) -> None:
        tries = "1 try" if left == 1 else f"{left} tries"
        super().__init__(f"That is not the code for this link. Check it and try again: you have {tries} left")
        self.left = left


class LinkLocked(RuleBroken):
    """Too many wrong codes were given for this link; it opens no more."""


class LinkExpired(RuleBroken):
    """The link is too old, or was replaced by a newer one."""


@dataclass(frozen=True)
class Opening:
    """A fresh way back. `token` goes into the e-mailed link, `code` on the screen; neither can be read back from the database."""

    token: str
    code: str
    expires_at: datetime


def make(submission: Submission, *, email: str) -> Opening:
    """A new link and code for this submission; an earlier link stops working."""
    earlier = key_of(submission)
    if earlier is not None:
        db.session.delete(earlier)
        db.session.flush()
    code = _new_code()
    key = ResumeKey(id=new_id(), submission_id=submission.id, code_hash=_code_hash(code), email=email, tries=0)
    token = token_of(key)
    key.token_hash = _token_hash(token)
    db.session.add(key)
    audit.record("resume.link_made", subject="submission", subject_id=submission.id)
    db.session.flush()
    return Opening(token, code, expiry_of(submission))


def token_of(key: ResumeKey) -> str:
    """The token of a key's link: made again from the secret key whenever an e-mail needs it, so that it is stored nowhere."""
    digest = hmac.new(current_settings().secret_key.encode(), f"resume link {key.id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def draft_name(submission: Submission) -> str:
    """What an e-mail calls a submission: its reference, or a few letters of its own while it is a draft."""
    return submission.reference or f"DRAFT-{submission.id[:4].upper()}"


_KEY_OF = select(ResumeKey.__table__).where(ResumeKey.submission_id == bindparam("submission_id"))


def key_of(submission: Submission) -> ResumeKey | None:
    """The way back that was made for this submission, if any."""
    return first_held(ResumeKey, _KEY_OF, {"submission_id": submission.id})


def expiry_of(submission: Submission) -> datetime:
    """Until when a link to this submission works: as long as the draft is kept, or a fixed time after sending or after it was last returned."""
    if submission.is_draft and submission.expires_at is not None:
        return submission.expires_at
    returned_at = db.session.scalar(select(func.max(ReturnRound.asked_at)).where(ReturnRound.submission_id == submission.id))
    return (returned_at or submission.sent_at or timekeeping.now()) + STATUS_LINK_LASTS


def key_behind(token: str) -> ResumeKey:
    """The key of this link, held until the transaction ends, so that tries count one after the other.

    Raises LinkExpired (also for a link that never was) and LinkLocked.
    """
    key = db.session.scalars(select(ResumeKey).where(ResumeKey.token_hash == _token_hash(token)).with_for_update()).first()
    if key is None:
        raise LinkExpired("This link does not work any more, or was copied only in part")
    if key.locked_at is not None:
        raise LinkLocked("A wrong code was given too often, so this link is locked")
    submission = db.session.get(Submission, key.submission_id)
    if submission is None or expiry_of(submission) <= timekeeping.now():
        raise LinkExpired("This link has run out")
    return key


def check_code(key: ResumeKey, code: str) -> None:
    """Let somebody with the right code in. Raises CodeWrong, or LinkLocked at the last try: keep the count all the same."""
    if hmac.compare_digest(_code_hash(_plain(code), key.code_hash.partition("$")[0]), key.code_hash):
        key.tries = 0
        audit.record("resume.opened", subject="submission", subject_id=key.submission_id)
        return
    key.tries += 1
    audit.record("resume.wrong_code", subject="submission", subject_id=key.submission_id)
    if key.tries >= MAX_TRIES:
        key.locked_at = timekeeping.now()
        audit.record("resume.locked", subject="submission", subject_id=key.submission_id)
        raise LinkLocked("A wrong code was given too often, so this link is locked")
    raise CodeWrong(MAX_TRIES - key.tries)


def _new_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def _plain(code: str) -> str:
    squeezed = "".join(letter for letter in code.upper() if letter.isalnum())
    return f"{squeezed[:4]}-{squeezed[4:]}"


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _code_hash(code: str, salt: str = "") -> str:
    salt = salt or secrets.token_hex(8)
    return f"{salt}${hashlib.scrypt(code.encode(), salt=salt.encode(), dklen=32, **_SCRYPT).hex()}"

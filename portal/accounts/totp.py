"""The second step: six-digit codes from an authenticator app (RFC 6238). Each code is good once. Pages are in `routes`."""

from __future__ import annotations

import hmac

import pyotp

from portal import timekeeping
from portal.accounts.models import User
from portal.accounts.sealing import seal, unseal
from portal.db import db
from portal.settings import current_settings

STEP_SECONDS = 30
PURPOSE = "totp"


def is_required() -> bool:
    """Whether this portal asks for a second step: always, but in the demonstration."""
    return not current_settings().demonstration


def new_secret() -> str:
    """A fresh secret, sealed."""
    return seal(pyotp.random_base32(), PURPOSE)


def is_right(user: User, code: str) -> bool:
    """Whether the code is right and unused; then it is used up. One step either side is allowed for slow clocks."""
    _hold(user)
    step = _step_of(user.totp_secret, code, after=user.last_totp_step)
    if step is None:
        return False
    user.last_totp_step = step
    return True


def enrol(user: User, sealed_secret: str, code: str) -> bool:
    """Take the secret for this person, who has none yet, if the code shows that their app has it."""
    _hold(user)
    step = _step_of(sealed_secret, code, after=0)
    if step is None or user.totp_secret:
        return False
    user.totp_secret, user.last_totp_step = sealed_secret, step
    return True


def forget(user: User) -> None:
    """Take the second step away (a lost telephone): the person enrols again at the next sign-in."""
    user.totp_secret, user.last_totp_step = "", 0


def text_key(sealed_secret: str) -> str:
    """The key to type where a picture cannot be scanned, in groups of four."""
    key = unseal(sealed_secret, PURPOSE)
    return " ".join(key[i : i + 4] for i in range(0, len(key), 4))


def picture(sealed_secret: str, *, account: str, issuer: str) -> str:
    """The QR code as inline SVG, without style attributes."""
    # Imported here because it brings much with it, and a person sets this up once.
    import segno

    uri = pyotp.TOTP(unseal(sealed_secret, PURPOSE)).provisioning_uri(name=account, issuer_name=issuer)
    return segno.make(uri, error="m").svg_inline(scale=5, light="#fff", svgclass="portal-qr", lineclass=None)


def _hold(user: User) -> None:
    """Read afresh what may change and hold it until the transaction ends, so that codes are looked at one after the other."""
    db.session.refresh(user, ("totp_secret", "last_totp_step"), with_for_update=True)


def _step_of(sealed_secret: str, code: str, *, after: int) -> int | None:
    if not sealed_secret:
        return None
    digits = "".join(ch for ch in code if ch in "0123456789")
    generator = pyotp.TOTP(unseal(sealed_secret, PURPOSE))
    present = int(timekeeping.now().timestamp()) // STEP_SECONDS
    right = [s for s in (present - 1, present, present + 1) if s > after and hmac.compare_digest(generator.generate_otp(s), digits)]
    return right[0] if right else None

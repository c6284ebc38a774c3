"""Encrypting what must be read again (TOTP secrets, links in letters waiting to be sent) and hashing what must only be recognised."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.errors import PortalError
from portal.settings import current_settings

MOST_KEPT = 1_000
"""Keys that were derived and are kept in memory, as the secret is that they come from."""


class SealBroken(PortalError):
    """Something sealed cannot be opened: the secret key was changed, or the bytes were."""


def seal(text: str, purpose: str) -> str:
    """Encrypt `text` with a key that serves this purpose only."""
    return Fernet(_key(purpose)).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """The text that was sealed for this purpose. Raises SealBroken."""
    try:
        return Fernet(_key(purpose)).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken(f"A value sealed for {purpose} cannot be opened: was PORTAL_SECRET_KEY changed?") from error


def new_token() -> str:
    """A fresh unguessable token (256 bits) that is safe in a URL."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a random token, so that a stolen database opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed_hash(text: str, purpose: str) -> str:
    """A hash that recognises a guessable text, such as an address, without keeping it."""
    return hmac.new(_key(purpose), text.encode(), hashlib.sha256).hexdigest()


def key_for_browser(purpose: str) -> str:
    """A key (256 bits, base64) that a page may hand to its script, the same each time: what it locks on a device opens only through this portal."""
    return base64.b64encode(base64.urlsafe_b64decode(_key(f"browser {purpose}"))).decode()


def _key(purpose: str) -> bytes:
    return _derived(current_settings().secret_key, purpose)


@lru_cache(maxsize=MOST_KEPT)
def _derived(secret: str, purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"portal:{purpose}".encode()).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)

"""Hashing, checking and refusing passwords (ASVS 5.0 V6.2, NCSC: length and a deny list, no composition rules, no expiry)."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.errors import RuleBroken

SHORTEST, LONGEST = 12, 256
LIST = Path(__file__).parent / "common_passwords.txt.gz"
SWAPS = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "l"})
KEYBOARD = "qwertyuiopasdfghjklzxcvbnm"
HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=2)
NOBODY = "$argon2id$v=19$m=65536,t=3,p=2$cG9ydGFsLW5vYm9keS0wMA$Zhm2svrsGhtmhqV1etr0QXOCHSBQ2Nis2VZeS5Y7D+4"
"""A hash that no password is known for, with HASHER's parameters: what is checked when nobody has the e-mail address."""


class PasswordRefused(RuleBroken):
    """A new password that breaks a rule; the message says which and what to do."""


class PasswordTooShort(PasswordRefused):
    """Fewer characters than allowed."""


class PasswordTooLong(PasswordRefused):
    """More characters than allowed."""


class PasswordTooEasy(PasswordRefused):
    """On the list of passwords that attackers try first, or one of its near relations."""


def hash_password(password: str) -> str:
    """The Argon2id hash to keep."""
    return HASHER.hash(password)


def verify(password_hash: str, password: str) -> bool:
    """Whether this is the password. Always does exactly one Argon2 verification, also with an empty hash (nobody's)."""
    try:
        HASHER.verify(password_hash or NOBODY, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def has_old_hash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's and should be made again."""
    return HASHER.check_needs_rehash(password_hash)


def check_new(password: str, *, own_words: Iterable[str] = ()) -> None:
    """Raise PasswordTooShort, PasswordTooLong or PasswordTooEasy. `own_words` are words about the person and the council."""
    if len(password) < SHORTEST:
        raise PasswordTooShort(f"Password must be {SHORTEST} characters or more. Three random words make a good one")
    if len(password) > LONGEST:
        raise PasswordTooLong(f"Password must be {LONGEST} characters or fewer")
    if _is_easy(password, own_words):
        raise PasswordTooEasy("Choose a password that is harder to guess. This one is on a list of passwords that attackers try first, or is close to one")


def _is_easy(password: str, own_words: Iterable[str]) -> bool:
    plain = password.lower().strip()
    forms = {plain, _inside(plain), re.sub(r"[\W_]+", "", plain), _inside(re.sub(r"[\W_]+", "", plain))}
    forms |= {form.translate(SWAPS) for form in forms}
    forms |= {_repeated(form) for form in forms}
    own = {part for word in own_words for part in _parts(word)}
    return any(form in common() or form in own or len(set(form)) < 4 or _is_run(form) for form in forms)


def _inside(text: str) -> str:
    """The text without the digits and signs people put around a word."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)


def _repeated(text: str) -> str:
    """The shortest piece that makes the text when repeated."""
    length = (text + text).find(text, 1) if text else 0
    return text[:length] if length > 0 else text


def _is_run(text: str) -> bool:
    """Whether each character follows the one before it, as in abcdefghijkl, 987654321098 or along a keyboard."""
    if text and (text in KEYBOARD or text[::-1] in KEYBOARD):
        return True
    steps = {(ord(b) - ord(a)) % 10 if a.isdigit() and b.isdigit() else ord(b) - ord(a) for a, b in zip(text, text[1:], strict=False)}
    return len(steps) == 1 and steps <= {1, -1, 9}


def _parts(word: str) -> set[str]:
    whole = re.sub(r"\W+", "", word.lower())
    pieces = {piece for piece in re.split(r"\W+", word.lower()) if len(piece) >= 4}
    return pieces | {whole} if len(whole) >= 4 else pieces


@cache
def common() -> frozenset[str]:
    """Passwords that attackers try first, in lower case. Its source and licence stand beside the file."""
    with gzip.open(LIST, "rt", encoding="utf-8") as lines:
        return frozenset(line.rstrip("\n") for line in lines)

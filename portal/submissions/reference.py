"""References people read out on the telephone: unambiguous letters, a check character, no order. Knows no submission."""

from __future__ import annotations

import re
import secrets

ALPHABET = "23456789CDFGHJKMNPRTVWX"
"""No vowels (no words), nothing that looks like another; 23 is prime, so the check finds every single slip and swap."""

LENGTH = 7
_LOOKALIKES = str.maketrans({"B": "8", "S": "5", "Z": "2"})


def new_reference(prefix: str) -> str:
    """A fresh random reference such as `ABC-7K3M-9PXC`; the last character checks the seven before it."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return shown(prefix, body + check_character(body))


def shown(prefix: str, body: str) -> str:
    """The reference as it is written: prefix and two groups of four."""
    return f"{prefix}-{body[:4]}-{body[4:]}"


def check_character(body: str) -> str:
    """The character that belongs after these. Raises ValueError for one outside the alphabet."""
    total = sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(body, start=2))
    return ALPHABET[total % len(ALPHABET)]


def read_reference(text: str) -> str | None:
    """The canonical reference somebody meant: case, spaces, dashes and look-alike letters are forgiven; None for a slip."""
    squeezed = re.sub(r"[\s\-–—./]", "", text).upper()
    prefix, body = squeezed[: -LENGTH - 1], squeezed[-LENGTH - 1 :].translate(_LOOKALIKES)
    if not prefix.isalnum() or len(body) != LENGTH + 1 or any(letter not in ALPHABET for letter in body):
        return None
    if check_character(body[:-1]) != body[-1]:
        return None
    return shown(prefix, body)

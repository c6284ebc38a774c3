"""How names are folded so that a search finds them however they are written. Decides nothing about who is the same person."""

from __future__ import annotations

import unicodedata


def folded(*parts: str) -> str:
    """Lower case, accents and apostrophes gone, hyphens as spaces, one space between words."""
    text = unicodedata.normalize("NFKD", " ".join(parts)).casefold()
    text = "".join(character for character in text if not unicodedata.combining(character))
    for character in "'\u2019\u02bc`":
        text = text.replace(character, "")
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())

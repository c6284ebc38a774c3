"""How a reader likes to see pages: text size and contrast, as the cookie that keeps the choice says them."""

from __future__ import annotations

SIZES = ("small", "medium", "large")
CONTRASTS = ("standard", "high")

Look = tuple[str, str]
"""A size and a contrast of these; there are no others, whatever a cookie holds."""


def look_of(cookie: str) -> Look:
    """The look that a cookie asks for; medium size and standard contrast for what it does not say."""
    size, _, contrast = cookie.partition("-")
    return (size if size in SIZES else "medium", contrast if contrast in CONTRASTS else "standard")

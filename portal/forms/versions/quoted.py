"""Labels and lists of them as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

LONGEST = 90
MOST = 5


def quoted(label: str) -> str:
    """A label in quotation marks, cut where it is very long."""
    words = " ".join(label.split())
    return f"“{words if len(words) <= LONGEST else words[: LONGEST - 1].rstrip() + '…'}”"


def listed(labels: Sequence[str]) -> str:
    """Some labels in a row; of many the first few and how many more there are."""
    shown = [quoted(label) for label in labels[:MOST]]
    more = len(labels) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)

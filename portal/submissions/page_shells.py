"""Pages whose surroundings are drawn once: what stands around the questions of a page, as constants with holes.

The template stays the only source. It is given values by name: what the surroundings hang on (`settled`), and texts that differ each
time (`texts`). The first time the settled ones are met it is drawn with a mark for every text; between the marks stand the constants. A
mark holds an ampersand, so it shows whether the template escapes a text once; a page where it does not is left to the template. What the
template or its layout asks for besides, such as the language spoken, must be told as settled too (`around`); an id of a record that stands
in addresses is found in what was drawn (`ids`). Which pages are drawn so, and what their values are, is for the doors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping

from markupsafe import Markup, escape

MOST_KEPT = 500

_MISSING: list[str] = []
"""Stands for what was not drawn yet; None says that the template must draw."""

_MARK = re.compile("\ue000([a-z0-9_]+)&amp;\ue001")

Settled = Mapping[str, Hashable]
Texts = Mapping[str, str]
"""Texts by name; one that is HTML already is a `Markup`, and an empty one is as good as none."""

NO_IDS: Texts = {}


class Shells:
    """Draws pages of one template. Kept for the life of a process: the pieces of each page that was met, None where the template must draw."""

    def __init__(self, draw: Callable[..., str]) -> None:
        self.draw = draw
        self._kept: dict[Hashable, list[str] | None] = {}

    def __call__(self, settled: Settled, texts: Texts, around: Hashable = (), ids: Texts = NO_IDS) -> str:
        """The page. `around` is what it hangs on beside the values that the template is given; `ids` are unguessable ids by name, found wherever
        they stand in the page, which the template gets from elsewhere."""
        told = {name: text for name, text in texts.items() if text}
        key = (around, tuple(settled.items()), tuple(told))
        pieces = self._kept.get(key, _MISSING)
        if pieces is _MISSING:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            drawn = self.draw(**settled, **{name: _mark(name, text) for name, text in told.items()})
            pieces = self._kept[key] = _pieces(drawn, told, ids)
        if pieces is None:
            return self.draw(**settled, **told)
        values = told | ids if ids else told
        filled = pieces.copy()
        for place in range(1, len(filled), 2):
            filled[place] = escape(values[filled[place]])
        return "".join(filled)


def _mark(name: str, text: str) -> str:
    mark = f"\ue000{name}&\ue001"
    return Markup(escape(mark)) if isinstance(text, Markup) else mark


def _pieces(drawn: str, told: Texts, ids: Texts) -> list[str] | None:
    """Constants and names of texts in turn; None where some text is not put in as it is."""
    pieces = _MARK.split(drawn)
    constants, names = pieces[::2], pieces[1::2]
    if set(names) != set(told) or any("\ue000" in one or "\ue001" in one for one in constants):
        return None
    for name, value in ids.items():
        drawn = drawn.replace(value, f"\ue000{name}&amp;\ue001")
    return _MARK.split(drawn)

"""Rows of answers (check answers, a form as it was) drawn by `page_shells`: a long form has hundreds, of few different shapes.

The macro `summary_row` of submissions/_parts.html stays the only source of how a row looks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from portal import language
from portal.forms.summary import SummaryBlock, SummaryRow
from portal.submissions.page_shells import Shells

FILE = "submissions/_parts.html"

ChangeUrl = Callable[[str], str] | None
"""Where an answer is changed, by the key of its step; None where it cannot be."""


def start(templates: Environment) -> None:
    """Let the macro `summary` have its rows drawn here."""
    templates.globals["drawn_row"] = DrawnRows(lambda **values: templates.get_template(FILE).module.summary_row(**values))  # type: ignore[attr-defined]


class DrawnRows:
    """Draws rows; kept for the life of a process, one drawing for each shape and language."""

    def __init__(self, draw: Callable[..., str]) -> None:
        self.shells = Shells(draw)

    def __call__(self, row: SummaryRow, block: SummaryBlock, change_url: ChangeUrl) -> Markup:
        """The row as HTML, the same as the macro writes it."""
        return Markup(self.shells(*values_of(row, block, change_url), language.current()))


def values_of(row: SummaryRow, block: SummaryBlock, change_url: ChangeUrl) -> tuple[dict[str, Any], dict[str, str]]:
    """What a row hangs on, and its texts."""
    state = state_of(row)
    settled = {"state": state, "lang": row.lang, "has_text": bool(row.text), "has_actions": change_url is not None}
    texts = {"place": row.path.replace(".", "-"), "label": row.label}
    if state in ("held", "answered"):
        texts["text"] = row.text
    if state == "held":
        texts["reason"] = row.held_back
    elif change_url is not None:
        texts |= {"href": change_url(row.step_key), "item": block.title if block.scope else ""}
    return settled, texts


def state_of(row: SummaryRow) -> str:
    """What is shown in the place of the answer."""
    if row.held_back:
        return "held"
    if row.incomplete:
        return "incomplete"
    return "answered" if row.text else "missing" if row.missing else "not answered"

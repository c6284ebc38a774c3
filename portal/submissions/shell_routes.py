"""Drawing pages for whoever asks: the questions of a step, rows of answers, and what stands around them by `page_shells`. No view of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import current_app, render_template, request, session
from markupsafe import Markup

from portal import language
from portal.accounts import sign_in_state
from portal.display import look_of
from portal.forms.journey import Step
from portal.forms.page_form import PageForm
from portal.forms.summary import SummarySection
from portal.submissions.beside_routes import Beside
from portal.submissions.page_shells import NO_IDS, Settled, Shells, Texts
from portal.submissions.row_shells import FILE as ROWS
from portal.submissions.row_shells import ChangeUrl

Draw = Callable[..., str]
"""Draws a template (its name first) from values by name."""


def page_in_shell(template: str, settled: Settled, texts: Texts, ids: Texts = NO_IDS, draw: Draw = render_template) -> str:
    """The page of this template. For the public it is drawn once for all who read it in one language and look; pages of staff, who are named
    on them, and pages with something to tell once are drawn each time. `draw` makes of plain values what the template needs."""
    if sign_in_state.person() is not None or "_flashes" in session:
        return draw(template, **settled, **texts)
    kept = current_app.extensions.setdefault("portal.shells", {})
    if template not in kept:
        kept[template] = Shells(partial(draw, template))
    return kept[template](settled, texts, (language.current(), look_of(request.cookies.get("display", "")), request.script_root), ids)


def questions_html(form: PageForm, step: Step, beside: Beside | None, is_alone: bool, items: list[dict[str, Any]]) -> Markup:
    """The questions of a step as HTML."""
    return Markup(_macros("submissions/_questions.html").questions(form, step, beside, is_alone, items))


def summary_html(sections: Sequence[SummarySection], change_url: ChangeUrl) -> Markup:
    """Answers in rows as HTML, section by section."""
    return Markup(_macros(ROWS).summary(sections, change_url))


def _macros(template: str) -> Any:
    kept = current_app.extensions.setdefault("portal.macros", {})
    if template not in kept:
        kept[template] = current_app.jinja_env.get_template(template).module
    return kept[template]

"""Drawing a step of questions for whoever asks: the questions, and what stands around them by `page_shells`. No view of its own."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import current_app, render_template, request
from markupsafe import Markup

from portal import language
from portal.accounts import sign_in_state
from portal.forms.journey import Step
from portal.forms.page_form import PageForm
from portal.submissions.beside_routes import Beside
from portal.submissions.page_shells import Settled, Shells, Texts


def page_in_shell(template: str, settled: Settled, texts: Texts) -> str:
    """The page of this template. For the public it is drawn once for all who read it in one language and look; staff pages name who reads."""
    if sign_in_state.person() is not None:
        return render_template(template, **settled, **texts)
    kept = current_app.extensions.setdefault("portal.shells", {})
    if template not in kept:
        kept[template] = Shells(partial(render_template, template))
    return kept[template](settled, texts, (language.current(), request.cookies.get("display", ""), request.script_root))


def questions_html(form: PageForm, step: Step, beside: Beside | None, is_alone: bool, items: list[dict[str, Any]]) -> Markup:
    """The questions of a step as HTML."""
    macros = current_app.jinja_env.get_template("submissions/_questions.html").module
    return Markup(macros.questions(form, step, beside, is_alone, items))  # type: ignore[attr-defined]

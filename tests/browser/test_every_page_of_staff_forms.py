"""Every single page of every staff form, taken page by page: filled, with errors and empty. axe finds nothing, nothing is wider than a telephone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from portal.db import db
from portal.episodes import transitions
from portal.episodes.models import Episode
from tests import cast as everybody
from tests.browser.looking import Looker
from tests.browser.referrer import steps_of
from tests.episodes import cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]

SPOIL = """() => {
    for (const one of document.querySelectorAll('main form input, main form textarea')) {
        if (one.type === 'text' || one.type === 'email' || one.type === 'tel') one.value = 'x'.repeat(900)
        else if (one.tagName === 'TEXTAREA') one.value = 'word '.repeat(900)
    }
}"""
"""Types something into every box that no question takes."""


def being_screened() -> Episode:
    episode = cast.received()
    transitions.by_hand(episode, "begin_screening", by=cast.person("Sade Screener"))
    return episode


def supported() -> Episode:
    episode = cast.allocated()
    transitions.by_hand(episode, "begin_support", by=cast.person("Sita Manager"))
    return episode


WRITTEN: dict[str, tuple[str, str, Callable[[], Episode], tuple[tuple[str, dict[str, Any]], ...]]] = {
    "screening_outcome": ("Sade Screener", "screening", being_screened, (("screening_outcome", {}), ("screening_outcome.signpost", {}))),
    "sign_off": ("Hugh Hub", "screening_sign_off", cast.screened, (("sign_off.screening", {}), ("sign_off.plan", {}), ("sign_off", {}))),
    "taf_meeting": ("Tom Minutes", "meeting", cast.allocated, (("taf_meeting.later", {}), ("taf_meeting.first", {}), ("taf_meeting.closing", {}))),
    "closure_review": ("Sita Manager", "closure_review", supported, tuple((f"closure_review{kind}", {}) for kind in ("", ".stepped_up", ".no_contact", ".moved"))),
    "closure_letter": ("Ada Letters", "closure_letter", cast.reviewed, (("closure_letter", {"staying": []}), ("closure_letter", {"must_not_be_told": "yes"}))),
}
"""Form to who writes it, the paper it is, when it is written, and the answers that lead to its pages."""


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """The day the example answers are written for."""
    with time_machine.travel(cast.MONDAY, tick=True):
        yield


def started(served, form: str, answers: tuple[str, dict[str, Any]]) -> str:
    """A draft of the form with these answers; answers its id."""
    who, paper, story, _ = WRITTEN[form]
    with served.app.app_context():
        draft = cast.started(story(), paper, cast.person(who), f"{answers[0]}.json", **answers[1]).submission_id
        db.session.commit()
        return draft


@pytest.mark.parametrize("form", WRITTEN)
def test_every_page_of_a_staff_form_filled_with_errors_and_empty(served, open_page, form):
    page = open_page()
    with served.app.app_context():
        pages = {one.id for one in cast.council_in_force().form(form).pages}
        cast.person(WRITTEN[form][0])
        db.session.commit()
    cookie, value = everybody.session_cookie(served.app, everybody.Member(WRITTEN[form][0], ()))
    page.context.add_cookies([{"name": cookie, "value": value, "url": served.address}])
    looker = Looker(page, form)
    seen: set[str] = set()
    for answers in WRITTEN[form][3]:
        for step in reversed(steps_of(served, started(served, form, answers))):
            if step.name in seen:
                continue
            seen.add(step.name)
            looker.visit(step.address, f"{form} {step.name} filled")
            assert page.url.endswith(step.address), f"{step} led to {page.url}"
            if step.kind == "questions":
                looker.spoilt_and_empty(SPOIL, "Save and go on", f"{form} {step.name}")
    assert pages - seen == set()
    assert any(name.endswith("with errors") for name in looker.names)
    looker.judge()

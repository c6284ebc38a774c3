"""Drafts and sent requests that a browser holds, made with the real verbs instead of by filling in page after page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page

from portal.db import db
from portal.episodes import after
from portal.forms.journey import Journey
from portal.submissions import drafts, resume, submit
from portal.submissions.definitions import current_version, definition_of
from portal.submissions.drafts import Start, Writer
from portal.submissions.filling_routes import step_url
from portal.submissions.models import Submission
from tests.browser.conftest import Served
from tests.episodes.cast import begun
from tests.submissions.filler import example

FORM = "request_for_support"


@dataclass(frozen=True)
class StepSeen:
    """One step of a draft: its name, its address, and the type of its page ('list' for the list of a repeating group)."""

    name: str
    address: str
    kind: str


def holding(served: Served, page: Page, name: str = "", also: dict[str, Any] | None = None) -> str:
    """Start a draft with example answers and let the browser hold it; answers its id."""

    def make() -> Submission:
        answers = (example("hackney", name) if name else {}) | (also or {})
        return begun(answers, lambda rest: drafts.start(current_version(FORM), by=Writer(), first=Start(rest)).id, Writer())

    return hold(served, page, make)


def holding_sent(served: Served, page: Page, name: str, also: dict[str, Any] | None = None) -> str:
    """Send a request with example answers and let the browser hold it; answers its id."""

    def make() -> Submission:
        answers = example("hackney", name) | (also or {})
        draft = begun(answers, lambda rest: drafts.start(current_version(FORM), by=Writer(), first=Start(rest)).id, Writer())
        submit.send(draft, draft.idempotency_key, by=Writer(), facts=drafts.facts_for(draft))
        after.sent(draft)
        resume.make(draft, email="head@school.example.org")
        return draft

    return hold(served, page, make)


def steps_of(served: Served, draft_id: str) -> list[StepSeen]:
    """Every step of a draft with its address, in order."""
    with served.app.test_request_context():
        draft = drafts.find(draft_id)
        data = draft.data
        journey = Journey(definition_of(draft), data.answers, drafts.facts_for(draft), incomplete=data.incomplete, acknowledged=data.acknowledged)
        steps = [StepSeen(step.name, step_url(draft, step), step.page.type if step.kind == "page" else "list") for step in journey.steps()]
        db.session.rollback()
        return steps


def hold(served: Served, page: Page, make: Callable[[], Submission]) -> str:
    """Let the browser hold what `make` makes; answers its id."""
    with served.app.app_context():
        submission_id = make().id
        db.session.commit()
    name, value = _cookie(served.app, submission_id)
    page.context.add_cookies([{"name": name, "value": value, "url": served.address}])
    return submission_id


def _cookie(app: Flask, submission_id: str) -> tuple[str, str]:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    return app.config["SESSION_COOKIE_NAME"], signer.dumps({"drafts": {submission_id: int(time.time())}})

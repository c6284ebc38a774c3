"""What a council switches on shows in its forms, and stays with a draft that was begun under it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from portal.db import db
from portal.forms.journey import Journey
from portal.submissions import drafts
from portal.submissions.definitions import current_version, definition_of
from portal.submissions.drafts import Start, Writer
from tests.conftest import migrated, settings_for

PACK = Path(__file__).parents[1] / "packs" / "marlowe_vale"
WORKER = {"can_wait": "yes", "who_asks": "worker", "children": [{"_id": "ada"}]}
SCHOOL = {"danger": "no", "source": "new", "organisation_type": "school", "children": [{"_id": "ada", "child_more": "yes"}]}


@pytest.fixture
def running(tmp_path):
    """Run a portal of this council."""
    with ExitStack() as stack:

        def run(council: str, path: str = "") -> None:
            app = migrated(settings_for(tmp_path / council, council=council, **({"council_path": path} if path else {})))
            stack.enter_context(app.app_context())
            stack.callback(lambda: (db.session.remove(), db.engine.dispose()))

        yield run


def begun(form_id, answers):
    return drafts.start(current_version(form_id), by=Writer(), first=Start(answers))


def questions_of(draft):
    journey = Journey(definition_of(draft), drafts.answers_of(draft), drafts.facts_for(draft))
    return {name for name, _ in journey.visible.questions}


def test_a_council_that_uses_pupil_numbers_is_asked_for_them(running):
    running("marlowe_vale", str(PACK))
    draft = begun("asking_for_help", WORKER)
    assert draft.data.record == {"service.upn": "yes"}
    assert "pupil_number" in questions_of(draft)


def test_a_council_that_does_not_use_them_is_not(running):
    running("hackney")
    draft = begun("request_for_support", SCHOOL)
    assert draft.data.record == {"service.upn": "no"}
    assert "child_nhs_number" in questions_of(draft) and "upn" not in questions_of(draft)


def test_the_question_shows_as_soon_as_the_feature_is_on(running):
    running("hackney")
    switched_on = drafts.start(current_version("request_for_support"), by=Writer(), first=Start(SCHOOL, record={"service.upn": "yes"}))
    assert "upn" in questions_of(switched_on)

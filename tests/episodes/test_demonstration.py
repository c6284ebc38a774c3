"""The demonstration: told once, into an empty database, with families at every stage and somebody of every role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app, demo, start_up
from portal.accounts.models import User
from portal.db import db
from portal.demo import DemonstrationRefused, load_demonstration
from portal.demo_answers import fitted
from portal.demo_story import StoryRefused, read_story
from portal.documents.models import Document
from portal.episodes import papers
from portal.episodes.models import Clock, Episode
from portal.publishing.in_force import council_in_force
from portal.timekeeping import now
from tests.conftest import settings_for


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Iterator[Flask]:
    """A portal with the demonstration loaded, on the real day: it must work whenever it is started."""
    app = create_app(settings_for(tmp_path_factory.mktemp("demonstration"), demonstration=True))
    start_up.migrate(app)
    start_up.publish_shipped(app)
    with app.app_context():
        load_demonstration()
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def monday() -> None:
    """These tests happen today."""


def test_families_stand_at_stages_of_every_kind(told):
    kinds = {council_in_force().stages[stage].kind for (stage,) in db.session.query(Episode.stage)}
    assert kinds == {"waiting", "active", "closing", "closed"}


def test_everybody_who_signs_in_has_a_role_and_an_address_that_cannot_be_real(told):
    users = db.session.query(User).all()
    assert all(user.roles and user.email.endswith("@example.org") and user.is_demonstration for user in users)
    held = set().union(*(user.roles for user in users))
    assert {role.id for role in council_in_force().roles if role.sees != "none"} - held <= {"outsider"}


def test_nothing_has_happened_in_the_future(told):
    assert db.session.query(Episode).filter(Episode.opened_at > now()).count() == 0
    assert db.session.query(Clock).filter(Clock.created_at > now()).count() == 0


def test_a_review_waits_for_its_quality_check_and_letters_were_written(told):
    closing = db.session.query(Episode).filter_by(stage="closing").one()
    assert "closure_sign_off" in [rule.id for rule in papers.startable(closing)]
    assert db.session.query(Document).filter(Document.document_id.startswith("closure_letter")).count() == 3


def test_it_is_never_loaded_over_what_was_entered(told):
    before = db.session.query(Episode).count()
    assert load_demonstration() == "The demonstration is there already; nothing was changed."
    assert db.session.query(Episode).count() == before


def test_the_sign_ins_are_printed_with_the_password(told):
    lines = demo.sign_ins().splitlines()
    assert read_story(council_in_force().places.demo).password in lines[0]
    assert len(lines) == 1 + db.session.query(User).count()


def test_a_real_portal_refuses_it(in_app):
    with pytest.raises(DemonstrationRefused, match="PORTAL_DEMONSTRATION=yes"):
        load_demonstration()


def test_a_broken_story_is_refused_with_its_place(tmp_path):
    path = tmp_path / "demo.yaml"
    path.write_text('password: "a long password here"\npeople: [{name: A, email: a@example.org, roles: [x]}]\nstories: [{about: B, steps: [{day: 3}]}]\n')
    with pytest.raises(StoryRefused, match=r"stories.0.steps.0.day: Input should be less than or equal to 0"):
        read_story(path)
    with pytest.raises(StoryRefused, match="is missing"):
        read_story(Path(tmp_path / "nowhere.yaml"))


def test_answers_move_by_whole_weeks_and_names_change_as_words():
    answers = {"when": "2026-06-05", "month": "2026-09", "text": "Amara met Mara on 5 June 2026.", "items": [{"_id": "mara", "born": "1985~"}]}
    moved = fitted(answers, as_of=date(2026, 6, 5), on=date(2026, 6, 30), names={"Mara": "Els", "Amara": "Elsie"})
    assert moved == {"when": "2026-06-26", "month": "2026-10", "text": "Elsie met Els on 26 June 2026.", "items": [{"_id": "mara", "born": "1985~"}]}

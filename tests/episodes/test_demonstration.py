"""The demonstration: told once, into an empty database, with families at every stage and somebody of every role."""

from __future__ import annotations

import json
import re
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
from portal.episodes.models import Clock, Episode, Paper
from portal.families import people
from portal.files import store
from portal.publishing.in_force import council_in_force
from portal.submissions import drafts
from portal.submissions.models import Attachment
from portal.timekeeping import now
from tests.cast import Member, session_cookie
from tests.conftest import settings_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory) -> Flask:
    """A portal with the demonstration loaded, on the real day: it must work whenever it is started."""
    app = create_app(settings_for(tmp_path_factory.mktemp("demonstration"), demonstration=True))
    start_up.migrate(app)
    start_up.publish_shipped(app)
    with app.app_context():
        load_demonstration()
        db.session.commit()
    return app


@pytest.fixture
def told(demonstration) -> Iterator[Flask]:
    """The same, to be asked as a command would ask."""
    with demonstration.app_context():
        yield demonstration
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def monday() -> None:
    """These tests happen today."""


def test_a_family_stands_at_every_stage(told):
    assert {stage for (stage,) in db.session.query(Episode.stage)} == set(council_in_force().stages.ids)


def test_everybody_who_signs_in_has_a_role_and_an_address_that_cannot_be_real(told):
    users = db.session.query(User).all()
    assert all(user.roles and user.email.endswith("@example.org") and user.is_demonstration for user in users)
    held = set().union(*(user.roles for user in users))
    assert {role.id for role in council_in_force().roles if role.sees != "none"} - held <= {"outsider"}


def test_everybody_finds_something_on_the_page_they_land_on(demonstration):
    with demonstration.app_context():
        roles, everyone = council_in_force().roles, [Member(user.name, tuple(user.roles)) for user in db.session.query(User)]
    for user in everyone:
        client = demonstration.test_client()
        client.set_cookie(*session_cookie(demonstration, user))
        landed = client.get("/sign-in/go-on", follow_redirects=True)
        page = landed.get_data(as_text=True)
        assert landed.status_code == 200
        if any(roles[role].sees != "none" for role in user.roles):
            assert landed.request.path == "/staff/"
            assert re.search(r"/staff/(?:families|episodes)/\w+", page), f"{user.name} sees no family"
        else:
            assert landed.request.path == "/users" and "Gloria Stanhope" in page


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


def texts_of(episode: Episode) -> str:
    """Everything that a family's record holds in words: answers of its papers, names and texts of its files, what its documents were made from."""
    told = []
    for paper in db.session.query(Paper).filter_by(episode_id=episode.id):
        told.append(json.dumps(drafts.find(paper.submission_id).data.answers, ensure_ascii=False))
        for file in db.session.query(Attachment).filter_by(submission_id=paper.submission_id):
            told += [file.name, store().read(file.sha256).decode()]
    return "\n".join(told)


def names_of(episode: Episode) -> set[str]:
    """First, last and other names of the people of an episode's family."""
    found: set[str] = set()
    for _, one in people.members(episode.family_id):
        others = one.facts.get("other_names", {}).get("value", "")
        found |= {one.first_name, one.last_name, *one.last_name.split("-"), *others.split()}
    return {name for name in found if len(name) > 1 and name[0].isupper()}


def test_every_name_in_a_familys_record_belongs_to_it(told):
    episodes = db.session.query(Episode).all()
    assert len(episodes) == len(read_story(council_in_force().places.demo).stories)
    for episode in episodes:
        own, text = names_of(episode), texts_of(episode)
        strangers = set().union(*(names_of(other) for other in episodes)) - own
        found = {name for name in strangers if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)}
        assert found == set(), f"{sorted(own)}: {sorted(found)}"
        small = {name for name in strangers if re.search(rf"{name.lower()}[\w.-]*@|{name.lower()}-[\w-]*\.txt", text)}
        assert small == set(), f"{sorted(own)}: {sorted(small)}"


def test_a_file_of_an_example_is_told_for_the_family_it_is_in(told):
    names = {name for (name,) in db.session.query(Attachment.name)}
    assert {"amara-my-week.txt", "elsie-my-week.txt", "freya-my-week.txt"} <= names


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
    assert fitted("ring amara.k@example.org", as_of=date(2026, 6, 5), on=date(2026, 6, 30), names={"Amara": "Elsie"}) == "ring elsie.k@example.org"
    assert moved == {"when": "2026-06-26", "month": "2026-10", "text": "Elsie met Els on 26 June 2026.", "items": [{"_id": "mara", "born": "1985~"}]}


def test_what_was_long_ago_stays_so_that_birthdays_are_the_same_on_every_paper():
    answers = {"born": "2018-05-10", "since": "2024-01", "text": "Since 3 March 2019, and again on 3 March."}
    for day in (date(2026, 6, 30), date(2026, 9, 1)):
        moved = fitted(answers, as_of=date(2026, 6, 5), on=day, names={})
        assert (moved["born"], moved["since"]) == ("2018-05-10", "2024-01") and moved["text"].startswith("Since 3 March 2019, and")
        assert not moved["text"].endswith("3 March.")

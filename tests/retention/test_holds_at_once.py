"""A hold that is placed at the very moment when somebody takes something away from the family: whoever comes second waits and sees what the first did."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.db import db
from portal.episodes import attaching, papers
from portal.episodes.attaching import AttachingRefused
from portal.episodes.models import Episode, Paper
from portal.episodes.papers import PaperHeld
from portal.families import holds
from portal.families.models import Family
from portal.retention import erase
from portal.retention.due import SUBMISSION, Due, family_to_hold
from portal.submissions import drafts
from portal.submissions.drafts import Writer
from portal.timekeeping import today
from tests.episodes.cast import allocated, person, received

MOMENT = 0.4
"""So many seconds one who does not wait would have to be done in."""


def meanwhile(app: Any, first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, bool]:
    """What `second` came to, begun while `first` was done and not committed yet; and whether it waited for that."""
    came: list[Any] = []

    def other() -> None:
        with app.app_context():
            try:
                came.append(second())
                db.session.commit()
            except Exception as error:  # noqa: BLE001 - what it came to
                came.append(error)
            finally:
                db.session.remove()

    db.session.commit()
    first()
    beside = threading.Thread(target=other)
    beside.start()
    beside.join(MOMENT)
    waited = beside.is_alive()
    db.session.commit()
    beside.join(20)
    db.session.expire_all()
    return came[0], waited


@pytest.fixture
def fresh(in_app):
    """A request that nobody has dealt with."""
    return received()


def test_a_paper_is_not_deleted_while_a_hold_is_being_placed(in_app, monday):
    episode = allocated()
    paper = papers.start("meeting", episode, by=person("Tom Minutes"))
    paper_id, submission_id, family_id = paper.id, paper.submission_id, episode.family_id

    def delete():
        draft = drafts.find_to_change(submission_id)
        papers.check_not_held_to_change(draft.id)
        drafts.delete(draft, by=Writer(), why="asked")

    came, waited = meanwhile(in_app, lambda: holds.place(family_id, "An inquiry"), delete)
    assert (type(came), waited) == (PaperHeld, True)
    assert db.session.get(Paper, paper_id) is not None


def test_no_hold_is_placed_on_a_family_whose_paper_is_being_deleted(in_app, monday):
    episode = allocated()
    submission_id, family_id = papers.start("meeting", episode, by=person("Tom Minutes")).submission_id, episode.family_id
    came, waited = meanwhile(in_app, lambda: papers.check_not_held_to_change(submission_id), lambda: holds.place(family_id, "An inquiry"))
    assert (waited, holds.of_family(family_id)[0].reason) == (True, "An inquiry")


def test_one_hold_is_placed_by_two_presses_at_once(in_app, monday):
    family_id = allocated().family_id
    came, waited = meanwhile(in_app, lambda: holds.place(family_id, "An inquiry"), lambda: holds.place(family_id, "An inquiry").id)
    assert ([hold.id for hold in holds.of_family(family_id)], waited) == ([came], True)


def test_a_request_is_not_moved_from_a_family_while_a_hold_is_being_placed(in_app, monday, fresh):
    known_id, fresh_id, came_from = allocated().family_id, fresh.id, fresh.family_id

    def attach():
        attaching.attach(db.session.get(Episode, fresh_id), db.session.get(Family, known_id), by=person("Sade Screener"), reason="Same child")

    came, waited = meanwhile(in_app, lambda: holds.place(came_from, "An inquiry"), attach)
    assert (type(came), waited) == (AttachingRefused, True)
    assert db.session.get(Episode, fresh_id).family_id == came_from


def test_a_hold_by_reference_stands_on_the_family_that_a_request_is_being_moved_to(in_app, monday, fresh):
    known, reference = allocated(), fresh.reference
    known_id = known.family_id

    def attach():
        attaching.attach(fresh, db.session.get(Family, known_id), by=person("Sade Screener"), reason="Same child")

    came, waited = meanwhile(in_app, attach, lambda: holds.place(family_to_hold(reference), "An inquiry").family_id)
    assert (came, waited) == (known_id, True)


def test_an_emptied_family_is_not_erased_while_a_hold_is_being_placed(in_app, monday, fresh):
    left = Family(council=fresh.council, name="Left empty")
    db.session.add(left)
    db.session.flush()
    left_id = left.id
    came, waited = meanwhile(in_app, lambda: holds.place(left_id, "An inquiry"), lambda: erase._is_empty(left_id))
    assert (came, waited) == (False, True)
    assert db.session.scalar(select(Family.id).where(Family.id == left_id)) == left_id


def test_a_paper_that_is_being_moved_to_a_family_in_support_is_not_erased_with_the_family_it_comes_from(in_app, monday, fresh):
    known_id, (submission_id,) = allocated().family_id, db.session.scalars(select(Paper.submission_id).where(Paper.episode_id == fresh.id))

    def attach():
        attaching.attach(fresh, db.session.get(Family, known_id), by=person("Sade Screener"), reason="Same child")

    came, waited = meanwhile(in_app, attach, lambda: erase.erase(Due(SUBMISSION, submission_id, "", today())))
    assert (came, waited) == (False, True)
    assert db.session.scalar(select(Paper.id).where(Paper.submission_id == submission_id)) is not None


def test_two_who_move_requests_crosswise_wait_one_for_the_other(in_app, monday, fresh, monkeypatch):
    known, by_id = received(), person("Sade Screener").id
    moves = [(fresh.id, known.family_id), (known.id, fresh.family_id)]
    db.session.commit()
    both, moved = threading.Barrier(2), attaching._moved

    def together(*what: Any, **how: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            both.wait(MOMENT)
        return moved(*what, **how)

    def attach(episode_id: str, family_id: str) -> None:
        with in_app.app_context():
            attaching.attach(db.session.get(Episode, episode_id), db.session.get(Family, family_id), by=db.session.get(User, by_id), reason="Same child")
            db.session.commit()
            db.session.remove()

    monkeypatch.setattr(attaching, "_moved", together)
    with ThreadPoolExecutor() as pool:
        for one in [pool.submit(attach, *move) for move in moves]:
            one.result(60)
    db.session.expire_all()
    assert [db.session.get(Episode, episode_id).family_id for episode_id, _ in moves] == [family_id for _, family_id in moves]

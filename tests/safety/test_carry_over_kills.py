"""kill -9 of the worker at random moments while it takes two hundred drafts over to a new version: none is lost, none is taken twice, each is on one version."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEvent
from portal.db import db
from portal.jobs import run
from portal.jobs.models import Job
from portal.submissions import carrying, drafts, new_version
from portal.submissions.models import Revision, Submission
from tests.safety.killed_workers import killed_once
from tests.submissions.club_versions import ASHA, FAR, THIRD, a_draft, proposed

DRAFTS, OF_FAR = 200, 60
BATCH = 4
KILLS = 12


def answers_of(number: int) -> dict:
    """The first drafts are Ravi's, and are to be kept on their version; each has something that only it has."""
    first, children = (FAR, FAR["children"]) if number < OF_FAR else (ASHA, ASHA["children"])
    return {**first, "children": [{**children[0], "last_name": f"Number {number}"}]}


def work(tell: Callable[[], object]) -> None:
    """What a worker does; of each batch it tells before it is kept."""
    really = carrying.go_on

    def tells(carry_over_id: str):
        done = really(carry_over_id)
        tell()
        return done

    carrying.go_on = tells
    run.run_due()
    run.run_due()


@pytest.mark.slow
@pytest.mark.usefixtures("in_app")
def test_a_killed_worker_loses_no_draft_and_takes_none_twice(monkeypatch):
    monkeypatch.setattr(carrying, "BATCH", BATCH)
    chance = random.Random(20261122)
    given = {a_draft(answers_of(number), key=f"draft {number}").id: answers_of(number) for number in range(DRAFTS)}
    one = new_version.publish(proposed(THIRD), {"needs_answer": "carry", "loses_answer": "keep"}).carry_over.id
    db.session.commit()
    reached = []
    for _ in range(KILLS):
        was_killed = killed_once(work, 4, chance)
        reached.append((carrying.find(one).looked_at, was_killed))
        if carrying.find(one).finished_at is not None:
            break
    assert sum(was_killed for _, was_killed in reached) >= 3, reached
    assert any(0 < done < DRAFTS for done, _ in reached), reached
    run.run_due()
    db.session.remove()

    done = carrying.find(one)
    assert (done.looked_at, done.total, done.finished_at is not None) == (DRAFTS, DRAFTS, True)
    assert (done.counts["carried"], done.counts["kept"]) == (DRAFTS - OF_FAR, OF_FAR)
    assert set(db.session.scalars(select(Job.status))) == {"done"}
    for draft in db.session.scalars(select(Submission)):
        answers = given.pop(draft.id)
        is_kept = "which_town" in answers
        (child,) = answers["children"]
        named = child if is_kept else {("given_name" if key == "first_name" else key): value for key, value in child.items()}
        assert draft.data.answers == {**answers, "children": [named]}
        assert (draft.form_number, draft.version) == ((1, 1) if is_kept else (2, 2))
        assert [each.action for each in drafts.history(draft)] == (["started"] if is_kept else ["carried_over", "started"])
    assert given == {}
    assert db.session.scalar(select(func.count()).select_from(Revision).where(Revision.action == "carried_over")) == DRAFTS - OF_FAR
    told = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "definition.drafts_carried")).all()
    assert [Counter(each.detail)["carried"] for each in told] == [DRAFTS - OF_FAR]

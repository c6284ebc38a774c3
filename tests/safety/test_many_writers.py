"""32 browsers save one record fifty times each (R4): every stale write gets both texts, and 1,600 saves end as if they had come one after another.

Beside it a model: whatever two people do with one draft, in whatever order, what stands there is what the model says, and nobody's words go unseen.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from portal.db import db
from portal.episodes.models import Episode
from portal.submissions import drafts
from portal.submissions.changes import state_of
from portal.submissions.definitions import definition_of
from portal.submissions.drafts import Clashed, Writer
from portal.submissions.models import Revision
from tests import cast
from tests.episodes import cast as stories
from tests.safety.at_once import at_once, tabs
from tests.submissions.filler import PageSeen
from tests.submissions.made_up import reading, some_notes

CLIENTS, SAVES, QUESTIONS = 32, 50, 8


@pytest.fixture
def minutes(app):
    """The address of a meeting's draft, and a browser of somebody who may fill it in."""
    cast.arrive(app, cast.SUPPORT_MANAGER)
    with app.app_context():
        episode = stories.allocated()
        paper = stories.started(db.session.get_one(Episode, episode.id), "meeting", stories.person("Tom Minutes"))
        address = f"/fill/{paper.submission_id}"
        db.session.commit()
    client = app.test_client()
    client.set_cookie(*cast.session_cookie(app, cast.SUPPORT_MANAGER))
    return address, client


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_32_browsers_that_save_fifty_times_each_overwrite_nothing_unseen(app, minutes, record_property):
    address, client = minutes
    page = PageSeen(client.get(f"{address}/all").text, "")
    version = page.fields(page.form())["version"][0]
    boxes = [one.get("name") for one in page.tree.iter("textarea")][:QUESTIONS]
    counted: Counter[int] = Counter()
    kept: list[tuple[str, str]] = []
    wrong: list[str] = []

    def saves(browser, number: int) -> None:
        chance, seen = random.Random(number), version
        for save in range(SAVES):
            box, words = chance.choice(boxes), f"Browser {number} save {save}"
            answer = browser.post(f"{address}/autosave?on=all", data={"version": seen, "tab": f"tab{number}", "_shown": box, box: words})
            counted[answer.status_code] += 1
            if answer.status_code == 200:
                kept.append((box, words))
                seen = str(answer.get_json()["version"])
            elif answer.status_code == 409 and answer.get_json()["clashes"]:
                seen = _settled(browser, address, seen, number, box, words, wrong)
            else:
                wrong.append(f"{answer.status_code}: {answer.text[:300]}")

    at_once(tabs(app, client, CLIENTS), saves, patience=400)
    assert wrong == []
    assert sum(counted.values()) == CLIENTS * SAVES and set(counted) == {200, 409} and counted[409] > 0
    record_property("counted", f"{CLIENTS} browsers saved one record {CLIENTS * SAVES} times: {counted[200]} kept, {counted[409]} refused with both texts")
    with app.app_context():
        draft = drafts.find(address.split("/")[2])
        assert _faults_of_history(draft) == []
        written = [(path, after) for revision in drafts.history(draft) for path, (_, after) in revision.changes.items() if str(after).startswith("Browser")]
        assert sorted(written) == sorted(kept), "what was acknowledged was written, once, and nothing that was refused"


def _settled(browser, address: str, seen: str, number: int, box: str, words: str, wrong: list[str]) -> str:
    """A refused browser sends the page, is shown both texts, keeps what stands, and goes on from the newest version."""
    answer = browser.post(f"{address}/all", data={"version": seen, "tab": f"tab{number}", "_shown": box, box: words})
    if answer.status_code != 409:
        wrong.append(f"the page was answered {answer.status_code}")
        return seen
    page = PageSeen(answer.text, "")
    if page.text("mine-1") != words or not page.text("theirs-1").startswith("Browser"):
        wrong.append(f"the page of both texts shows {page.text('theirs-1')!r} and {page.text('mine-1')!r} for {words!r}")
    return page.fields(page.form("/settle"))["version"][0]


def _faults_of_history(draft) -> list[str]:
    """Where a change was made over something other than what stood there, and what stands now that no change has made."""
    state, found = {}, []
    for revision in db.session.scalars(select(Revision).where(Revision.submission_id == draft.id).order_by(Revision.number)):
        for path, (before, after) in revision.changes.items():
            if state.get(path) != before:
                found.append(f"version {revision.number} changed {path} from {before!r}, where {state.get(path)!r} stood")
            state[path] = after
    stands = state_of(definition_of(draft), draft.data.answers, draft.data.incomplete)
    return found + ([] if {path: value for path, value in state.items() if value is not None} == stands else [f"the history comes to {state} and {stands} stands"])


class TwoPeople(RuleBasedStateMachine):
    """Two people with a page each of the same notes, who type, save, look again, clear and settle as they like."""

    WORDS = st.sampled_from(["One", "Two", "Three"])
    PEOPLE = st.sampled_from(["chair", "minutes"])
    PATHS = st.sampled_from(["summary", "held_on", "next_one"])

    @initialize()
    def begin(self) -> None:
        """A draft that both have open."""
        self.notes = some_notes()
        self.stands = {}
        self.saw = {who: {} for who in ("chair", "minutes")}
        self.version = dict.fromkeys(("chair", "minutes"), self.notes.version)
        self.unseen = {who: set() for who in ("chair", "minutes")}

    @rule(who=PEOPLE)
    def look_again(self, who: str) -> None:
        """Reload the page."""
        self.version[who] = self.notes.version
        self.saw[who] = dict(self.stands)
        self.unseen[who] = set()

    @rule(who=PEOPLE, path=PATHS, words=WORDS, clear=st.booleans(), typed=st.booleans())
    def save(self, who: str, path: str, words: str, clear: bool, typed: bool) -> None:
        """Save one question of the page."""
        value = None if clear else {"summary": words, "held_on": f"2030-01-0{len(words)}", "next_one": "yes" if words == "One" else "no"}[path]
        raw = {"day": [words]} if typed and path == "held_on" and not clear else None
        wanted = {"typed": raw} if raw else value
        read = reading({} if raw or clear else {path: value}, incomplete={path: raw} if raw else None, cleared=(path,) if clear else ())
        differs = wanted not in (self.saw[who].get(path), self.stands.get(path))
        must_clash = path in self.unseen[who] and differs and self.stands.get(path) != self.saw[who].get(path)
        try:
            saved = drafts.save(self.notes, read, expected_version=self.version[who], by=Writer(None, who, f"tab of {who}"))
        except Clashed as clashed:
            assert must_clash, "a clash without cause"
            (clash,) = clashed.clashes
            assert (clash.path, clash.mine, clash.theirs) == (path, wanted, self.stands.get(path)), "both texts are offered"
            return
        assert not must_clash, "a stale write went through unseen"
        self.version[who] = saved.version
        if path in self.unseen[who] and wanted == self.saw[who].get(path):
            return
        if self.stands.get(path) != wanted:
            other = "chair" if who == "minutes" else "minutes"
            self.unseen[other].add(path)
            self.stands = {name: kept for name, kept in (self.stands | {path: wanted}).items() if kept is not None}
        self.saw[who] = {name: kept for name, kept in (self.saw[who] | {path: wanted}).items() if kept is not None}
        self.unseen[who].discard(path)

    @invariant()
    def what_stands_is_what_the_model_says(self) -> None:
        """After every step."""
        if hasattr(self, "notes"):
            assert state_of(definition_of(self.notes), self.notes.data.answers, self.notes.data.incomplete) == self.stands


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_whatever_two_people_do_with_one_draft_nothing_goes_unseen(in_app):
    class Model(TwoPeople):
        """The same; each run leaves the database as it was."""

        def teardown(self) -> None:
            """Forget the run."""
            db.session.rollback()

    run_state_machine_as_test(Model, settings=settings(max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)))

"""`portal forms publish`: what it shows, when it refuses, how it ends; and two publishers at the same moment."""

from __future__ import annotations

import json
import threading

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo

from portal import publishing
from portal.councils.service_model import Publishing
from portal.db import db
from portal.forms.commands import forms
from portal.publishing import PublishedMeanwhile
from portal.scenarios import gate
from portal.submissions import drafts, new_version
from tests.submissions.club_versions import (
    ASHA,
    FAR,
    FORM,
    HARMLESS,
    HELD_TO,
    NAME,
    NEEDS,
    THIRD,
    a_draft,
    proposed,
)


@pytest.fixture
def club(app, tmp_path, monkeypatch):
    """A portal with the first version of the club's form and two open drafts; answers a command that publishes a text."""
    monkeypatch.setenv("PORTAL_COUNCIL", "hackney")
    monkeypatch.setattr(gate, "demanded", lambda pack: Publishing(branches=0))
    with app.app_context():
        made = [a_draft(ASHA).id, a_draft(FAR).id]
        db.session.commit()

    def publish(text: str, *options: str, answer: str = ""):
        file = tmp_path / f"{FORM}.yaml"
        file.write_text(text)
        return CliRunner().invoke(forms, ["publish", str(file), "--council", "hackney", *options], obj=ScriptInfo(create_app=lambda: app), input=answer)

    publish.drafts = made
    publish.scenarios = tmp_path / f"{FORM}.tests.yaml"
    return publish


def numbers(app, ids):
    with app.app_context():
        return [drafts.find(one).form_number for one in ids]


def test_changes_classes_and_drafts_are_shown_and_nothing_is_written(app, club):
    ended = club(THIRD, "--dry-run")
    assert ended.exit_code == 3
    lines = [line.strip() for line in ended.stdout.splitlines()]
    assert lines[0] == "holiday_club: version 1 is in force, this becomes version 2"
    assert "loses an answer  “Which town do you live in?” is no longer asked" in lines
    assert "needs an answer  “Does anybody need armbands?” is asked, and must be answered" in lines
    assert "harmless         “Which badge?” is now asked as “Which swimming badge?”" in lines
    assert lines[-3:] == [
        "2 open: 2 on version 1",
        "1 needs an answer -> carried over",
        "1 loses an answer -> UNDECIDED: say --drafts carry or --drafts keep",
    ]
    assert numbers(app, club.drafts) == [1, 1]


def test_it_refuses_until_somebody_has_decided(app, club):
    ended = club(THIRD, "--yes")
    assert (ended.exit_code, "Nothing was published: say first whether" in ended.stderr) == (3, True)
    assert club(THIRD, "--drafts", "loses_answer=keep", "--yes").exit_code == 0
    assert numbers(app, club.drafts) == [2, 1]
    later = club(THIRD, "--drafts", "carry", "--yes")
    assert (later.exit_code, "nothing is different" in later.stdout) == (0, True)
    assert numbers(app, club.drafts) == [2, 2]


def test_it_publishes_when_told_to_and_tells_how_far_it_is(app, club):
    ended = club(HARMLESS, answer="y\n")
    assert ended.exit_code == 0, ended.output
    assert "version 2 is in force" in ended.stdout and "drafts: 2 carried over" in ended.stdout
    assert "2 of 2 drafts" in ended.stderr
    assert numbers(app, club.drafts) == [2, 2]


def test_nothing_is_published_without_a_yes(app, club):
    ended = club(HARMLESS, answer="n\n")
    assert (ended.exit_code, numbers(app, club.drafts)) == (1, [1, 1])
    assert "Nothing was published." in ended.stderr


def test_faults_are_listed_and_nothing_is_published(app, club):
    ended = club(HARMLESS.replace("section: days", "section: dais").replace("use: somebody_swims", "use: somebody_dives"), "--yes")
    assert ended.exit_code == 1
    assert "unknown_section" in ended.stdout and "unknown_condition" in ended.stdout
    assert numbers(app, club.drafts) == [1, 1]


def test_a_scenario_that_fails_is_listed_and_nothing_is_published(app, club):
    club.scenarios.write_text(HELD_TO.replace("not_seen: [too_far]", "seen: [too_far]"))
    ended = club(HARMLESS, "--yes")
    assert ended.exit_code == 1
    assert "holiday_club: not fit to be published" in ended.stdout
    assert "holiday_club.tests.yaml:5:1: scenario_failed “Whoever lives here goes on”: the page “This club is too far away” (too_far) was not seen" in ended.stdout
    assert numbers(app, club.drafts) == [1, 1]
    club.scenarios.write_text(HELD_TO)
    assert club(HARMLESS, "--yes").exit_code == 0
    assert numbers(app, club.drafts) == [2, 2]


def test_too_little_tried_is_listed_and_nothing_is_published(app, club, monkeypatch):
    monkeypatch.setattr(gate, "demanded", lambda pack: Publishing())
    assert "no_scenarios no scenario says what this form is held to" in club(HARMLESS, "--yes").stdout
    club.scenarios.write_text(HELD_TO)
    ended = club(HARMLESS, "--yes")
    assert (ended.exit_code, "branch_untried no scenario tries this: “This club is too far away” never ends the form" in ended.stdout) == (1, True)
    assert numbers(app, club.drafts) == [1, 1]


def test_machines_read_the_same(app, club):
    ended = club(THIRD, "--drafts", "carry", "--yes", "--format", "json")
    (one,) = json.loads(ended.stdout)
    assert ended.exit_code == 0
    assert (one["form"], one["in_force"], one["number"], one["published"]) == (FORM, 1, 2, True)
    assert (one["open_drafts"], one["outlook"], one["carried"]["carried"]) == ({"1": 2}, {"needs_answer": 1, "loses_answer": 1}, 2)
    assert {"code": "question_removed", "effect": "loses_answer", "id": "which_town", "words": "“Which town do you live in?” is no longer asked"} in one["changes"]
    assert club(HARMLESS, "--format", "json").exit_code == 2, "it cannot ask"


def test_a_form_of_the_pack_that_is_in_force_needs_nothing(app, club):
    ended = CliRunner().invoke(forms, ["publish", "sign_off", "--council", "hackney"], obj=ScriptInfo(create_app=lambda: app))
    assert (ended.exit_code, ended.stdout) == (0, "sign_off: version 1 is in force, nothing is different\n")


def test_of_two_who_publish_at_the_same_moment_one_wins_and_the_other_is_told(app, club):
    gate = threading.Barrier(2)
    ended: list[str] = []

    def one(text: str) -> None:
        with app.app_context():
            found = proposed(text)
            db.session.rollback()
            gate.wait(30)
            try:
                new_version.publish(found, dict.fromkeys(("harmless", "needs_answer", "loses_answer"), "keep"))
                db.session.commit()
                ended.append("won")
            except PublishedMeanwhile as error:
                db.session.rollback()
                ended.append(error.message)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(text,)) for text in (HARMLESS, NEEDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ended) == ["Somebody else has published version 2 of holiday_club meanwhile. Nothing of yours was published: look at what is different now, then publish again", "won"]
    with app.app_context():
        assert [one.number for one in publishing.versions("form", NAME)] == [2, 1]


def test_whoever_is_overtaken_while_reading_the_changes_is_told_on_the_command_line(app, club, monkeypatch):
    first = new_version.publish

    def overtaken(found, wanted=None, *, by=""):
        monkeypatch.setattr(new_version, "publish", first)
        first(proposed(NEEDS), wanted)
        db.session.commit()
        return first(found, wanted, by=by)

    monkeypatch.setattr(new_version, "publish", overtaken)
    ended = club(HARMLESS, "--yes")
    assert (ended.exit_code, "Somebody else has published version 2 of holiday_club meanwhile" in ended.stderr) == (4, True)


def test_whoever_is_overtaken_by_the_very_same_text_does_not_decide_over_the_first(app, club, monkeypatch):
    """The page publishes it and keeps the drafts, while the command line waits for a yes to carrying them over."""

    def meanwhile(_question: str) -> bool:
        with app.app_context():
            new_version.publish(proposed(HARMLESS), {"harmless": "keep"})
            db.session.commit()
        return True

    with monkeypatch.context() as at_the_question:
        at_the_question.setattr("portal.submissions.commands.click.confirm", meanwhile)
        ended = club(HARMLESS, "--drafts", "carry")
    assert (ended.exit_code, "Somebody else has published version 2 of holiday_club meanwhile" in ended.stderr) == (4, True)
    assert numbers(app, club.drafts) == [1, 1]
    assert club(HARMLESS, "--drafts", "carry", "--yes").exit_code == 0, "whoever has seen it in force may still take them over"
    assert numbers(app, club.drafts) == [2, 2]

"""The page of what is in force: every form, template and the rules, each with its newest version."""

from __future__ import annotations

from portal import publishing
from portal.db import db
from portal.publishing import ledger
from tests.accounts import people
from tests.episodes import cast
from tests.episodes.test_work_list import text_of


def test_everything_published_stands_there_with_its_version(app, client):
    people.add(app)
    people.sign_in(client)
    page = text_of(client.get("/forms-and-rules"))
    for words in ("Request for support", "taf-minutes.docx", "Rules of the council"):
        assert words in page, words
    assert "Forms and rules" in text_of(client.get("/users"))


def test_only_the_newest_version_of_this_council_is_in_force(app):
    with app.app_context():
        second = publishing.publish("form", "hackney/closure_letter", "another text")
        publishing.publish("form", "hackney_wick/closure_letter", "of somebody else")
        db.session.flush()
        found = ledger.in_force("form", "hackney")
        assert [one.number for one in found if one.name == "hackney/closure_letter"] == [second.number] == [2]
        assert all(one.name.startswith("hackney/") for one in found)
        db.session.rollback()


def test_who_may_not_see_definitions_is_refused(app, client):
    cast.add(app, "Hugh Hub")
    people.sign_in(client, "Hugh Hub")
    assert client.get("/forms-and-rules").status_code == 403

"""Every address, paper and document, tried as everybody: what happens is what is declared, and what is declared is sensible (R10)."""

from __future__ import annotations

import pytest
import time_machine

from portal.accounts.roles import roles_on_file
from portal.db import db
from tests.episodes.cast import MONDAY
from tests.house import access_matrix, access_world
from tests.house.access_matrix import PAGE, declared

pytestmark = pytest.mark.slow

REACHES = ("all", "team", "own", "may")
NO_ROLE_AT_ALL = ("external_referrer", "family_member")


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """What really happens, and the roles' titles."""
    with time_machine.travel(MONDAY, tick=True):
        world = access_world.make(tmp_path_factory.mktemp("access"))
        seen = access_matrix.observed(world)
        with world.app.app_context():
            titles = {role_id: role.title for role_id, role in roles_on_file().items()}
            yield seen, titles
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="module")
def table():
    """What is declared."""
    return declared()


def gets_in(table, who: str) -> list[str]:
    """Everything guarded that this role may do somewhere."""
    return [name for part in ("addresses", "papers", "documents") for name, cells in table[part].items() if any(who in cells.get(word, ()) for word in REACHES)]


def test_every_line_is_what_happens_when_it_is_tried_as_everybody(story, table):
    seen, _ = story
    differences = []
    for part in sorted({*seen, *table}):
        for name in sorted({*seen.get(part, {}), *table.get(part, {})}):
            really, said = seen.get(part, {}).get(name), table.get(part, {}).get(name)
            if really != said:
                differences.append(f"{name}\n   declared: {said}\n   really:   {really}")
    assert differences == [], "look at each, then run  python -m tests.house.access_matrix"


def test_nothing_fails_and_nobody_gets_in_by_a_side_door(table):
    assert [(name, word) for cells_of in table.values() for name, cells in cells_of.items() for word in cells if word.startswith("odd")] == []
    assert [name for name, cells in table["everybody"].items() if cells["anybody"] != "yes"] == []


def test_the_page_for_readers_is_current(story):
    seen, titles = story
    assert PAGE.read_text() == access_matrix.page(seen, titles), "run  python -m tests.house.access_matrix"


# --- what must never be (the practice's roles, domain.md A4) --------------------------------------------------------------


@pytest.mark.parametrize("who", NO_ROLE_AT_ALL)
def test_an_account_of_a_referrer_or_family_opens_nothing(table, who):
    assert gets_in(table, who) == []


def test_a_sender_reaches_their_own_request_only(table):
    reached = {name.split(" ")[1] for name, cells in table["addresses"].items() if cells.get("sender") == "own"}
    assert {address.split("/")[1] for address in reached} <= {"fill", "sent", "files", "documents"}
    assert [address for address in reached if address.startswith("/documents/")] == ["/documents/copy/<record_id:submission_id>.docx"]


def test_the_system_administrator_reads_no_familys_record(table):
    reached = gets_in(table, "system_administrator")
    assert [name for name in reached if any(part in name for part in ("/staff/", "/fill/", "/sent/", "/documents/", "/files/", "view ", "download "))] == []


def test_only_the_system_administrator_changes_accounts(table):
    assert {who for name, cells in table["addresses"].items() if " /users" in name for who in cells.get("may", ())} == {"system_administrator"}


@pytest.mark.parametrize(
    ("who", "paper"),
    [
        ("screener", "screening_sign_off"),
        ("lead_professional", "meeting_sign_off"),
        ("lead_professional", "closure_review"),
        ("lead_professional", "closure_sign_off"),
        ("support_manager", "closure_sign_off"),
        ("quality_partner", "closure_review"),
        ("taf_coordinator", "meeting_sign_off"),
        ("coordinator", "screening_sign_off"),
    ],
)
def test_nobody_finishes_what_another_role_has_to_answer_for(table, who, paper):
    assert not any(who in table["papers"][f"finalise {paper}"].get(word, ()) for word in REACHES)


@pytest.mark.parametrize("who", ["coordinator", "service_manager", "social_worker"])
def test_who_only_reads_starts_and_changes_no_paper(table, who):
    assert [name for name in gets_in(table, who) if name.partition(" ")[0] in ("start", "edit", "finalise")] == []


@pytest.mark.parametrize("who", ["administrator", "taf_coordinator", "social_worker"])
def test_screening_notes_stay_with_those_who_screen_decide_and_support(table, who):
    assert [name for name in gets_in(table, who) if "screening" in name] == []


def test_a_paper_that_may_be_changed_may_be_seen(table):
    for name, cells in table["papers"].items():
        verb, _, kind = name.partition(" ")
        for word in REACHES:
            for who in cells.get(word, ()) if verb in ("edit", "finalise") else ():
                assert who in table["papers"][f"view {kind}"].get(word, ()), (name, who)


def test_a_document_is_downloaded_by_nobody_who_may_not_see_its_paper(table):
    papers = {"request_record": "request", "screening_outcome_letter": "screening", "taf_minutes": "meeting", "closure_review_record": "closure_review"}
    for name, cells in table["documents"].items():
        paper = papers.get(name.partition(" ")[2], "closure_letter")
        assert [who for word in REACHES for who in cells.get(word, ()) if who not in table["papers"][f"view {paper}"].get(word, ())] == []

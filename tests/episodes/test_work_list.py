"""The work list: what each role sees of it, page by page, and what is kept of having looked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from portal import timekeeping
from portal.audit.models import AuditEvent
from portal.db import db
from portal.episodes import listing, papers
from portal.episodes.models import Clock, Episode
from portal.submissions import withdraw
from portal.submissions.drafts import Writer
from tests.accounts import people
from tests.episodes import cast


def kept(app, make):
    """Let this happen and keep it; answers what is wanted of it."""
    with app.app_context():
        made = make()
        db.session.commit()
        return made


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


@pytest.fixture
def screener(app, client):
    cast.add(app, "Sade Screener")
    people.sign_in(client, "Sade Screener")
    return client


def test_an_empty_list_says_what_will_stand_here(screener):
    assert "Requests appear here as soon as they are sent" in text_of(screener.get("/staff/"))


def test_a_new_request_stands_in_the_tray_of_the_team_it_went_to(app, screener):
    kept(app, lambda: cast.received().reference)
    page = text_of(screener.get("/staff/"))
    assert "Jamie Holt" in page
    assert "Early Help Hub" in page
    assert "On time" in page


def test_another_teams_families_are_not_listed(app, client):
    kept(app, lambda: cast.received().reference)
    cast.add(app, "Sita Manager")
    people.sign_in(client, "Sita Manager")
    assert "Jamie Holt" not in text_of(client.get("/staff/"))


def test_nobody_reads_the_list_without_signing_in_or_without_the_right(app, client):
    assert client.get("/staff/").status_code in (302, 303, 401)
    cast.add(app, "Sy System")
    people.sign_in(client, "Sy System")
    assert client.get("/staff/").status_code == 403


def test_a_list_is_one_event_with_the_ids_it_showed(app, screener):
    episode_id = kept(app, lambda: cast.received().id)
    screener.get("/staff/")
    with app.app_context():
        events = db.session.query(AuditEvent).filter_by(event="worklist.read").all()
        assert [event.detail for event in events] == [{"ids": [episode_id]}]


def test_an_overdue_clock_is_told_in_words_and_filtered(app, monday):
    kept(app, lambda: cast.received("request_for_support.self_request.json").id)
    monday.shift(timedelta(days=2))
    kept(app, lambda: cast.received().id)
    with app.app_context():
        person = cast.person("Sade Screener")
        found = listing.page(db.select(Episode), listing.Wanted(which=listing.OVERDUE), user=person)
        assert [row.family_name for row in found.rows] == ["Halloran"]
        assert found.rows[0].clocks[0][1].words.startswith("Overdue since")
        assert listing.counts(db.select(Episode), listing.ALL, user=person) == {"received": 2, "open": 2, "overdue": 1}


def all_pages(order: str) -> list[str]:
    seen, after = [], ""
    while True:
        page = listing.page(db.select(Episode), listing.Wanted(order=order, after=after), user=cast.person("Hugh Hub"))
        seen += [row.episode.id for row in page.rows]
        after = page.after
        if not after:
            return seen


@pytest.mark.parametrize("order", [listing.NEWEST, listing.URGENT])
def test_pages_follow_one_another_without_gaps_or_repeats(app, monkeypatch, order):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)

    def look() -> list[str]:
        made = [cast.received().id for _ in range(5)]
        seen = all_pages(order)
        assert sorted(seen) == sorted(made) and (order == listing.URGENT or seen == made[::-1])
        return seen

    assert len(kept(app, look)) == 5


def test_a_strange_page_key_shows_the_first_page(app, screener):
    kept(app, lambda: cast.received().reference)
    assert "Jamie Holt" in text_of(screener.get("/staff/?after=nonsense_x&whose=everybody&stage=nowhere"))


def test_a_family_is_found_by_name_and_by_reference_and_no_name_stands_in_an_address(app, screener):
    reference = kept(app, lambda: cast.received().reference)
    for words in ("holt", "Jamie", reference.lower().replace("-", " ")):
        answer = screener.post("/staff/search", data={"words": words})
        assert "Jamie Holt" in text_of(answer), words
        assert answer.request.query_string == b""
    assert "Nobody found" in text_of(screener.post("/staff/search", data={"words": "Novak"}))
    assert "Enter a name or a reference" in text_of(screener.post("/staff/search", data={"words": " "}))


def test_search_finds_only_families_in_reach(app, client):
    kept(app, lambda: cast.received().reference)
    cast.add(app, "Sita Manager")
    people.sign_in(client, "Sita Manager")
    assert "Nobody found" in text_of(client.post("/staff/search", data={"words": "holt"}))


def test_a_page_of_the_list_asks_the_database_a_fixed_number_of_times(app):
    def statements(number: int) -> int:
        with app.app_context():
            for _ in range(number):
                cast.received()
            user = cast.person("Hugh Hub")
            db.session.commit()
            asked: list[str] = []
            listener = event.listens_for(db.engine, "before_cursor_execute")
            listener(lambda _c, _u, statement, *_: asked.append(statement))
            listing.page(db.select(Episode), listing.Wanted(), user=user)
            return len(asked)

    assert statements(1) == statements(5) <= 7


def test_a_request_that_its_sender_withdrew_says_so_on_the_list_and_on_the_familys_page(app, screener):
    def take_back() -> tuple[str, str]:
        episode = cast.received()
        (_, request), *_ = papers.of_episode(episode)
        withdraw.withdraw(request, "The family has moved away", by=Writer())
        return episode.family_id, request.reference

    kept(app, lambda: cast.received("request_for_support.self_request.json").id)
    family_id, reference = kept(app, take_back)
    listed = text_of(screener.get("/staff/?order=newest"))
    assert listed.count("Request withdrawn") == 1
    assert listed.index("Jamie Holt") < listed.index("Request withdrawn") < listed.index("Halloran")
    page = text_of(screener.get(f"/staff/families/{family_id}"))
    assert f"The request {reference} was withdrawn on 15 June 2026 by whoever sent it." in page


def test_whoever_sees_all_families_sees_what_each_team_has_and_whoever_sees_their_own_does_not(app, client, monday):
    def two_teams():
        cast.received()
        cast.allocated()

    cast.add(app, "Hugh Hub", "Sade Screener", "Lena Lead", "Sita Manager")
    kept(app, two_teams)
    monday.shift(timedelta(days=3))
    kept(app, lambda: cast.received().id)
    in_sight = "How much each team has"
    people.sign_in(client, "Hugh Hub")
    page = client.get("/staff/").text
    rows = re.findall(r'font-weight-regular">([^<]+)<svg.*?width="(\d+)".*?width="(\d+)".*?data-label="Open">(\d+)<.*?data-label="Overdue">(\d+)<', page, re.S)
    assert rows == [("Early Help Hub", "100", "50", "2", "1"), ("Family Support Units", "50", "50", "1", "1")] and in_sight in page
    assert in_sight not in client.get("/staff/?stage=overdue").text
    client.post("/sign-out")
    people.sign_in(client, "Sade Screener")
    assert in_sight not in client.get("/staff/").text


def test_what_runs_out_first_comes_first_and_what_has_no_limit_last(app, monday, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 1)
    first = kept(app, lambda: cast.received().id)
    monday.shift(timedelta(days=1))
    second = kept(app, lambda: cast.received().id)
    unlimited = kept(app, lambda: cast.received().id)
    with app.app_context():
        db.session.execute(update(Clock).where(Clock.episode_id == unlimited).values(met_at=timekeeping.now()))
        assert (all_pages(listing.URGENT), all_pages(listing.NEWEST)) == ([first, second, unlimited], [unlimited, second, first])
        soonest = select(Clock.id).where(Clock.episode_id == second).order_by(Clock.due_at).limit(1)
        db.session.execute(update(Clock).where(Clock.id == db.session.scalar(soonest)).values(due_at=timekeeping.now() - timedelta(days=9)))
        assert all_pages(listing.URGENT) == [second, first, unlimited]


def test_the_order_is_chosen_on_the_page_and_kept_from_link_to_link(app, client, monday):
    first = kept(app, lambda: cast.received().reference)
    monday.shift(timedelta(days=1))
    second = kept(app, lambda: cast.received().reference)
    cast.add(app, "Sade Screener")
    people.sign_in(client, "Sade Screener")
    urgent = client.get("/staff/").text
    newest = client.get("/staff/?order=newest").text
    assert urgent.index(first) < urgent.index(second) and newest.index(second) < newest.index(first)
    assert "stage=overdue&amp;order=newest" in newest and "order=" not in urgent.replace("order=newest", "", 1)
